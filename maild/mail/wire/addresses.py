"""Reads address fields (RFC 5322 section 3.4, RFC 6532): structure first, encoded words only afterwards.

mail-parser's scanner finds the boundaries of the mailboxes. Encoded words are put aside before it looks, so that
nothing within one can be taken for structure. Fields that it finds ambiguous are read again by the rules below it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from mailparser.addresses import parse_address_header

from maild.mail.limits import Defects, Limits
from maild.mail.message import Address
from maild.mail.wire.charset import decode
from maild.mail.wire.mailboxes import Mailboxes, read_loosely
from maild.mail.wire.words import BEGINNING, clean, decode_text, unfold, word_end

# Private characters stand for encoded words while the structure is read; any that came in the mail are dropped.
_OPEN, _CLOSE = "\ue000", "\ue001"
_PRIVATE = re.compile(f"[{_OPEN}{_CLOSE}]")
_HELD = re.compile(f"{_OPEN}(\\d+){_CLOSE}")
_PLAIN = re.compile(
    r"(?:([^\"<>(),;:@\[\]\\=\ue000]*+)<)?([a-z0-9!#$%&'*+/?^_`{|}~.-]++@[a-z0-9.-]++)>?", re.IGNORECASE
)
_BETWEEN = re.compile(r"[,;\s]+")
_BLANKS = re.compile(r"\s+")
_ROUTE = re.compile(r"@[^:<>]*:")
_UNFIT = re.compile(r"[\s<>(),;:\"\\\x00-\x1f\x7f-\x9f]")
_KELVIN = "\u212a"
"""The one character beyond ASCII whose lower case is a letter of ASCII: who writes mi\u212ae with it is not mike."""
_LONGEST = 320
"""64 octets of local part, "@" and 255 of domain (RFC 5321 section 4.5.3.1)."""


def read_addresses(values: Iterable[bytes], charset: str, limits: Limits, defects: Defects) -> tuple[Address, ...]:
    """Give the mailboxes of all fields of one name, in their order."""
    found: list[Address] = []
    octets = 0
    for raw in values:
        octets += len(raw)
        if len(found) >= limits.addresses or octets > 2 * limits.field:
            break
        found += _read_field(unfold(raw), charset, limits.addresses - len(found), defects)
    if len(found) > limits.addresses:
        defects.note(f"more than {limits.addresses} addresses in one field; the rest is left out")
    return tuple(found[: limits.addresses])


def _read_field(raw: bytes, charset: str, most: int, defects: Defects) -> list[Address]:
    held: list[bytes] = []
    text = _hold_words(raw, charset, held)
    mailboxes = _plain(text)
    if mailboxes is None:
        text = _bounded(text, most + 1)
        mailboxes, doubts = parse_address_header(text, _unassisted)
        if any(not doubt["recovered"] for doubt in doubts):
            mailboxes = read_loosely(text)
            if not mailboxes and text.strip(" ,;<>"):
                defects.note("an address field has no address in it")
        elif "(" in text and not all(name for name, _ in mailboxes):
            # "jane@example.com (Jane Doe)": the comment is the name.
            names = {email: name for name, email in read_loosely(text)}
            mailboxes = [(name or names.get(email, ""), email) for name, email in mailboxes]
    addresses = []
    for name, email in _one_by_one(mailboxes):
        address = _address(name, email, held)
        if address is None:
            defects.note("an address is malformed; it is left out")
        else:
            addresses.append(address)
    return addresses


def _one_by_one(mailboxes: Mailboxes) -> Iterator[tuple[str, str]]:
    """Give each address of brackets that hold several: "Team <a@x.org, b@x.org>"."""
    for name, email in mailboxes:
        several = [each for each in _BETWEEN.split(email) if "@" in each] if email.count("@") > 1 else []
        if len(several) > 1 and '"' not in email and not email.startswith("@"):
            yield from ((name if each is several[0] else "", each) for each in several)
        else:
            yield name, email


def _plain(text: str) -> Mailboxes | None:
    """Read the commonest form, one unquoted name and address, without further ado."""
    match = _PLAIN.fullmatch(text)
    if match is None or (match[1] is None) == text.endswith(">"):
        return None
    return [(match[1] or "", match[2])]


def _bounded(text: str, most: int) -> str:
    """Cut a field that has commas for twice `most` mailboxes: only those that are kept are worth reading."""
    ends = re.finditer("[,;]", text)
    behind = next(islice(ends, most * 2, None), None)
    return text if behind is None else text[: behind.start()]


def _unassisted(_: list[str]) -> Mailboxes:
    """Answer mail-parser's question for the standard library's opinion: none, it is slow and changes its mind."""
    return []


def _hold_words(raw: bytes, charset: str, held: list[bytes]) -> str:
    """Give the field as text in which each run of encoded words is one private mark, the words being `held`."""
    if b"=?" not in raw:
        return _PRIVATE.sub("", _readable(raw, charset))
    pieces = []
    position = 0
    run_end = -1
    while match := BEGINNING.search(raw, position):
        end = word_end(raw, match)
        if end < 0:
            break
        between = raw[position : match.start()]
        if run_end == position and (not between or between.isspace()):
            held[-1] += between + raw[match.start() : end + 2]
        else:
            pieces.append(_PRIVATE.sub("", _readable(between, charset)))
            pieces.append(f" {_OPEN}{len(held)}{_CLOSE} ")
            held.append(raw[match.start() : end + 2])
        position = run_end = end + 2
    pieces.append(_PRIVATE.sub("", _readable(raw[position:], charset)))
    return "".join(pieces)


def _readable(raw: bytes, charset: str) -> str:
    return raw.decode("ascii") if raw.isascii() else decode(raw, charset)


def _address(name: str, email: str, held: list[bytes]) -> Address | None:
    email = _email(_HELD.sub(lambda match: _literal(match, held), email))
    if email is None:
        return None
    if _OPEN in name:
        name = _HELD.sub(lambda match: decode_text(held[int(match[1])]), name)
    name = clean(_BLANKS.sub(" ", name))
    if len(name) > 1 and name[0] == name[-1] == "'":
        name = name[1:-1].strip()
    return Address(name[:_LONGEST], email)


def _literal(match: re.Match[str], held: list[bytes]) -> str:
    """Give back an encoded word that stood in an address, where it means nothing but itself (RFC 2047 section 5)."""
    return held[int(match[1])].decode("utf-8", "replace")


def _email(text: str) -> str | None:
    """Give an addr-spec in lower case without blanks, or None for what is none."""
    text = text.strip()
    if text[:1] == text[-1:] == "'":
        text = text[1:-1]
    if text[:7].lower() == "mailto:":
        text = text[7:]
    if text.startswith("@") and (route := _ROUTE.match(text)):
        text = text[route.end() :]
    local, at, domain = text.rpartition("@")
    local, domain = local.strip(), domain.strip().rstrip(".")
    if len(local) > 1 and local[0] == local[-1] == '"':
        inner = local[1:-1]
        if not any(char.isspace() or char in '"\\<>,;:@()' for char in inner):
            local = inner
    elif _UNFIT.search(local):
        local = _BLANKS.sub("", local)
        if _UNFIT.search(local):
            return None
    domain = _BLANKS.sub("", domain)
    if _KELVIN in text:
        return None
    if not (at and local and domain) or (_UNFIT.search(domain) and not domain.startswith("[")):
        return None
    email = clean(f"{local}@{domain}".lower())
    return email if len(email) <= _LONGEST and "@" in email[1:-1] else None
