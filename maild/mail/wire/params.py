"""Reads a MIME field with parameters (RFC 2045 section 5.1, RFC 2231), however carelessly it was written."""

from __future__ import annotations

import re
from urllib.parse import unquote_to_bytes

from maild.mail.limits import Defects
from maild.mail.wire.charset import codec_for, decode
from maild.mail.wire.words import decode_text

Params = dict[str, str]

_PARAMETER = re.compile(
    rb"""[;\s]*+
    ([^\s=;"]++)\s*+=\s*+                       # name =
    (?:"((?>(?:[^"\\]|\\.)*))(?:"|\\?$)         # "quoted", the last quote may be missing
      |([^;]*+))                                # or anything up to the next semicolon
    """,
    re.VERBOSE | re.DOTALL,
)
_SKIPPED = re.compile(rb"[;\s]*+[^;]*+")
_SECTION = re.compile(r"([^*]+)(?:\*(\d{1,5}))?(\*)?$")
_TYPE = re.compile(rb"\s*([\w.+!#$&^-]+)\s*/\s*([\w.+!#$&^-]+)", re.ASCII)
_TOKEN = re.compile(rb"\s*([\w.+-]+)", re.ASCII)
_COMMENT = re.compile(rb"\s\([^()\"]*\)\s*$")
# "charset=utf-8 format=flowed": the semicolon was forgotten.
_FORGOTTEN = re.compile(rb"\s(?:charset|format|boundary|delsp|type|(?:file)?name|[a-z-]+\*\d{0,3}\*?)=", re.IGNORECASE)
_EXTENDED = re.compile(rb"([\w.-]{2,40})'[A-Za-z-]{0,20}'([!-~]*%[0-9A-Fa-f]{2}[!-~]*)", re.ASCII)
_NEXT = re.compile(rb"\s([\w*-]+)=", re.ASCII)
_ESCAPED = re.compile(rb"\\(.)", re.DOTALL)
_MOST = 2_000


def media_type(raw: bytes) -> str:
    """Give the type/subtype of a Content-Type in lower case, or "" where there is none to be seen."""
    if match := _TYPE.match(raw):
        return f"{match[1].decode()}/{match[2].decode()}".lower()
    if match := _TOKEN.match(raw):
        alone = match[1].decode().lower()
        return {"text": "text/plain", "html": "text/html", "multipart": "multipart/mixed"}.get(alone, "")
    return ""


def token(raw: bytes) -> str:
    """Give the first word of a field in lower case: a disposition or a transfer encoding."""
    match = _TOKEN.match(raw.lstrip(b" \t\"'"))
    return match[1].decode().lower() if match else ""


def parameters(raw: bytes, charset: str = "", defects: Defects | None = None) -> Params:
    """Give the parameters of an unfolded field by name in lower case, decoded."""
    position = raw.find(b";")
    if position < 0:
        # "text/plain charset=utf-8" is meant well.
        first = _NEXT.search(raw)
        if first is None:
            return {}
        position = first.start()
    plain: Params = {}
    extended: dict[str, dict[int, tuple[bool, bytes]]] = {}
    for _ in range(_MOST):
        match = _PARAMETER.match(raw, position)
        if match is None:
            # A word without "=" is skipped.
            position = _SKIPPED.match(raw, position).end()
            if position == len(raw):
                break
            continue
        position = match.end()
        value = match[3]
        if value and (following := _FORGOTTEN.search(value)):
            value, position = value[: following.start()], match.start(3) + following.start()
        name, value = match[1].decode("ascii", "replace").lower(), _unquote(match[2]) if value is None else _bare(value)
        section = _SECTION.match(name)
        if section is None:
            continue
        if section[2] is None and section[3] is None:
            plain.setdefault(name, _decode_plain(value, charset, defects))
        else:
            sections = extended.setdefault(section[1], {})
            sections.setdefault(int(section[2] or 0), (section[3] is not None, value))
    for name, sections in extended.items():
        if name in plain and not any(encoded for encoded, _ in sections.values()):
            continue
        if text := _join(sections, charset, defects):
            plain[name] = text
    return plain


def _bare(value: bytes) -> bytes:
    """Give a value that stood without quotes, or with some of its own within."""
    value = value.strip()
    if b"(" in value:
        value = _COMMENT.sub(b"", b" " + value).strip()
    return value if value.startswith(b"=?") else value.replace(b'"', b"").strip(b" \t'")


def _unquote(value: bytes) -> bytes:
    """Take the backslashes out, but for those of a Windows path that nobody doubled."""
    if b"\\" not in value or re.match(rb"[A-Za-z]:\\[^\\]|\\\\", value):
        return value
    return _ESCAPED.sub(rb"\1", value)


def _decode_plain(value: bytes, charset: str, defects: Defects | None) -> str:
    if b"%" in value and (extended := _EXTENDED.fullmatch(value)) and codec_for(label := extended[1].decode()):
        # RFC 2231's form, without the asterisk behind the name that announces it.
        return decode(unquote_to_bytes(extended[2]), label, defects)
    if value.isascii() and b"=?" not in value:
        return value.decode("ascii").strip()
    return decode_text(value, charset, defects)


def _join(sections: dict[int, tuple[bool, bytes]], charset: str, defects: Defects | None) -> str:
    """Put RFC 2231 continuations together in the order of their numbers, then decode them as one."""
    octets, label, is_extended = [], "", False
    for number, (_, (encoded, value)) in enumerate(sorted(sections.items())):
        if encoded and number == 0 and value.count(b"'") >= 2:
            head, _, value = value.split(b"'", 2)
            label = head.decode("ascii", "replace")
        is_extended = is_extended or encoded
        octets.append(unquote_to_bytes(value) if encoded else value)
    joined = b"".join(octets)
    if not is_extended and b"=?" in joined:
        return decode_text(joined, charset, defects)
    return decode(joined, label or charset, defects)
