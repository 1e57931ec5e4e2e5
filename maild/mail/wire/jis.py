"""Reads ISO-2022-JP in the wider form that mail really has: half-width kana and the vendors' extra characters."""

from __future__ import annotations

import re

_ESCAPE = re.compile(rb"\x1b(\([BJHI]|\$[@B]|\$\([@BDOPQ]|\.[AF]|\$[A]|\$\(C)")


def decode_iso2022jp(data: bytes) -> str:
    """Decode ISO-2022-JP, its siblings, and Microsoft's CP50220/50221; never raises."""
    try:
        return data.decode("iso2022_jp_ext")
    except UnicodeDecodeError:
        return "".join(_segments(data))


def _segments(data: bytes):
    """Give the text of each stretch between two escape sequences."""
    charset, start = b"(B", 0
    for match in _ESCAPE.finditer(data):
        yield _segment(data[start : match.start()], charset)
        charset, start = match[1], match.end()
    yield _segment(data[start:], charset)


def _segment(data: bytes, charset: bytes) -> str:
    if charset in (b"$@", b"$B", b"$(@", b"$(B"):
        return _double(data)
    if charset == b"(I":
        return bytes(byte | 0x80 for byte in data if 0x21 <= byte <= 0x5F).decode("cp932", "replace")
    if charset[:1] == b"(" and data.isascii():
        return data.decode("ascii")
    if charset[:1] == b"(":
        return data.decode("cp932", "replace")
    return (b"\x1b" + charset + data + b"\x1b(B").decode("iso2022_jp_2", "replace")


def _double(data: bytes) -> str:
    """Decode JIS X 0208 rows and columns by way of Shift-JIS, whose Windows form has the vendors' rows 13 and 89-92."""
    shifted = bytearray()
    pairs = iter(data)
    for row in pairs:
        if not 0x21 <= row <= 0x7E:
            shifted.append(row & 0x7F)
            continue
        column = next(pairs, 0)
        if not 0x21 <= column <= 0x7E:
            shifted += b"?"
            continue
        lead = (row + 1) // 2 + 0x70
        shifted.append(lead if lead < 0xA0 else lead + 0x40)
        if row % 2:
            shifted.append(column + 0x1F + (column >= 0x60))
        else:
            shifted.append(column + 0x7E)
    return bytes(shifted).decode("cp932", "replace")
