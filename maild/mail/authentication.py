"""What the receiving server found out about a sender: Authentication-Results, read strictly (RFC 8601)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from maild.mail.message import Message

_COMMENT = re.compile(r"\([^()]*\)")
_RESULT = re.compile(r"^\s*([a-z][a-z0-9-]*)(?:/\d+)?\s*=\s*([a-z]+)\b(.*)$", re.IGNORECASE | re.DOTALL)
_PROPERTY = re.compile(r"([a-z]+)\.([a-z0-9_-]+)\s*=\s*(\"[^\"]*\"|[^\s;]+)", re.IGNORECASE)
_LONGEST = 4_000


@dataclass(frozen=True, slots=True)
class Authentication:
    """What a trusted server says of the From address."""

    passed: bool = False
    failed: bool = False
    """DMARC failed: the From domain's owner disowns the mail."""
    detail: str = "no trusted Authentication-Results"


def authentication(message: Message, trusted: frozenset[str]) -> Authentication:
    """Read the topmost Authentication-Results field, and only if a configured server wrote it.

    A sender can add such fields himself, and they stand below the receiving server's own. So one that stands
    below another is never believed, whatever name it bears, nor is any field when a mail has several From addresses.

    Args:
        trusted: our authserv-ids in lower case (RFC 8601 section 2.5).
    """
    author = message.author
    fields = message.header_all("authentication-results")
    if not trusted or not fields or author is None:
        return Authentication()
    if len(message.from_) != 1:
        return Authentication(failed=True, detail="it has several From addresses")
    servid, *results = _split(fields[0][:_LONGEST])
    servid = servid.strip().partition(" ")[0].lower()
    if servid not in trusted:
        return Authentication(detail=f"Authentication-Results of {servid or 'nobody'}, who is not trusted")
    found = [_result(text) for text in results]
    for method, result, properties in found:
        if method == "dmarc" and properties.get("header.from", author.domain) == author.domain:
            if result == "pass":
                return Authentication(passed=True, detail=f"{servid}: dmarc=pass for {author.domain}")
            if result == "fail":
                return Authentication(failed=True, detail=f"{servid}: dmarc=fail for {author.domain}")
    for method, result, properties in found:
        if method == "dkim" and result == "pass":
            signer = properties.get("header.d") or properties.get("header.i", "").rpartition("@")[2]
            if _aligned(signer, author.domain):
                return Authentication(passed=True, detail=f"{servid}: dkim=pass by {signer}")
    return Authentication(detail=f"{servid} says nothing that speaks for {author.domain}")


def _split(value: str) -> list[str]:
    """Split a field at its semicolons, without comments (nested ones too) and not within quotes."""
    for _ in range(10):
        value, found = _COMMENT.subn(" ", value)
        if not found:
            break
    else:
        return [""]
    if "(" in value or ")" in value:
        return [""]
    pieces, quoted = [""], False
    for character in value:
        quoted ^= character == '"'
        if character == ";" and not quoted:
            pieces.append("")
        else:
            pieces[-1] += character
    return pieces


def _result(text: str) -> tuple[str, str, dict[str, str]]:
    match = _RESULT.match(text)
    if not match:
        return "", "", {}
    properties: dict[str, str] = {}
    for kind, name, value in _PROPERTY.findall(match[3]):
        properties.setdefault(f"{kind}.{name}".lower(), value.strip('"').lower())
    return match[1].lower(), match[2].lower(), properties


def _aligned(signer: str, domain: str) -> bool:
    """The signer is the From domain or one above it; a bare top-level domain signs for nobody (RFC 7489 3.1.1)."""
    return bool(signer) and "." in signer and (domain == signer or domain.endswith("." + signer))
