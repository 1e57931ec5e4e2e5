"""Addresses as SMTP wants them: an ASCII domain, and no room for a second command."""

from __future__ import annotations

import re

import idna

_CONTROLS = r"\x00-\x1f\x7f-\x9f\ud800-\udfff"
_LOCAL = re.compile(rf"""[^\s{_CONTROLS}"(),:;<>@\[\\\]]+|"(?:[^"\\{_CONTROLS}]|\\[ -~])*\"""")
"""A dot-atom (its dots are not counted: a..b@ exists) or a quoted string; UTF-8 beside ASCII (RFC 6531 section 3.3)."""
_DOMAIN = re.compile(r"[a-z0-9](?:[a-z0-9_-]|\.(?=[a-z0-9_]))*|\[(?:IPv6:)?[0-9a-f.:]+\]", re.IGNORECASE)
_LONGEST = 400
"""Octets; RFC 5321 section 4.5.3.1.3 allows 256, and a command line must stay under 512."""


def envelope_address(email: str) -> str | None:
    """Write an address for MAIL, RCPT and the header fields, its domain in punycode (RFC 5890).

    Returns:
        None where no server could take it. A local part beyond ASCII stays as it is: it needs SMTPUTF8.
    """
    local, _, domain = email.rpartition("@")
    if not _LOCAL.fullmatch(local):
        return None
    if not domain.isascii():
        try:
            domain = idna.encode(domain, uts46=True).decode("ascii")
        except UnicodeError:
            return None
    if not _DOMAIN.fullmatch(domain) or len(email.encode()) > _LONGEST:
        return None
    return f"{local}@{domain}"
