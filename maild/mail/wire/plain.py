"""Cleans plain text, joins the lines of format=flowed (RFC 3676), and takes uuencoded files out of old mails."""

from __future__ import annotations

import re
from collections.abc import Iterator

from maild.mail.wire.transfer import decode_uu_line

_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\ufeff\ud800-\udfff]")
_BREAKS = re.compile("\r*\n|[\r\x85\u2028\u2029]")
_ASCII_CONTROLS = bytes({*range(32), 127} - {9, 10})
_NEW_LINE = re.compile("<nl>", re.IGNORECASE)
_COMMAND = re.compile("<<|</?[a-zA-Z-]{1,60}>")
_BEGIN = re.compile(r"^begin [0-7]{3,4} ?([^\n]{0,200})\n", re.MULTILINE)


def clean_text(text: str) -> str:
    """Give the text with "\\n" line ends and without control characters but tabs."""
    text = text.replace("\r\n", "\n")
    if text.isascii():
        if "\r" in text:
            text = _BREAKS.sub("\n", text)
        return text.encode("ascii").translate(None, _ASCII_CONTROLS).decode("ascii")
    return _CONTROLS.sub("", _BREAKS.sub("\n", text))


def join_flowed(text: str, delsp: bool) -> str:
    """Join soft-broken lines of one quote depth, and undo space-stuffing (RFC 3676 sections 4.1 to 4.4)."""
    joined: list[str] = []
    pieces: list[str] = []
    depth = 0
    for line in text.split("\n"):
        content = line.lstrip(">")
        found = len(line) - len(content)
        if content.startswith(" "):
            content = content[1:]
        is_signature = content in ("-- ", "--")
        if pieces and (found != depth or is_signature):
            joined.append(_line(depth, pieces))
            pieces = []
        depth = found
        if content.endswith(" ") and not is_signature:
            pieces.append(content[:-1] if delsp else content)
        else:
            pieces.append(content)
            joined.append(_line(depth, pieces))
            pieces = []
    if pieces:
        joined.append(_line(depth, pieces))
    return "\n".join(joined)


def _line(depth: int, pieces: list[str]) -> str:
    content = "".join(pieces)
    return f"{'>' * depth} {content}" if depth else content


def strip_enriched(text: str) -> str:
    """Take the commands out of text/enriched (RFC 1896) and its forerunner text/richtext."""
    return _COMMAND.sub(lambda match: "<" if match[0] == "<<" else "", _NEW_LINE.sub("\n", text))


def take_uuencoded(text: str) -> tuple[str, list[tuple[str, bytes]]]:
    """Give the text without its uuencoded files, and these as (name, content)."""
    if "\nbegin " not in text and not text.startswith("begin "):
        return text, []
    kept, files, position = [], [], 0
    while match := _BEGIN.search(text, position):
        content, behind = _uu_lines(text, match.end())
        if behind is None:
            kept.append(text[position : match.end()])
            position = match.end()
            continue
        files.append((match[1].strip(), content))
        kept.append(text[position : match.start()])
        position = behind
    kept.append(text[position:])
    return "".join(kept), files


def _uu_lines(text: str, start: int) -> tuple[bytes, int | None]:
    """Decode lines to "end"; the offset behind it is None where this was prose that only began like a file."""
    decoded: list[bytes] = []
    for line, behind in _lines(text, start):
        if line == "end":
            return b"".join(decoded), behind if any(decoded) else None
        if not line.strip() or line == "`":
            continue
        length = ((ord(line[0]) - 32) & 63) * 4 / 3
        if not (line.isascii() and length <= len(line) <= length + 6):
            return b"", None
        decoded.append(decode_uu_line(line.encode("ascii")))
    return b"", None


def _lines(text: str, start: int) -> Iterator[tuple[str, int]]:
    while start < len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        yield text[start:end], end + 1
        start = end + 1
