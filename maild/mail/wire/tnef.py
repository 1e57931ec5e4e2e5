"""Unpacks winmail.dat ([MS-OXTNEF]): the files in it, and its text for mails that have no other.

Each length is checked before it is believed, each loop is bounded by the octets there are.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from compressed_rtf import decompress

from maild.mail.limits import Defects
from maild.mail.wire.charset import decode
from maild.mail.wire.html import html_to_text
from maild.mail.wire.rtf import rtf_to_text

_SIGNATURE = 0x223E9F78
_ATTACHMENT_LEVEL = 2
# Attribute ids of [MS-OXTNEF] section 2.1.3.3.
_BODY, _ATTACH_DATA, _ATTACH_TITLE, _ATTACH_BEGIN, _MAPI, _ATTACHMENT, _CODEPAGE = (
    0x800C, 0x800F, 0x8010, 0x9002, 0x9003, 0x9005, 0x9007,
)  # fmt: skip
# Property ids of [MS-OXPROPS].
_P_BODY, _P_RTF, _P_HTML, _P_CODEPAGE = 0x1000, 0x1009, 0x1013, 0x3FDE
_P_DATA, _P_NAME, _P_LONG_NAME, _P_TYPE, _P_CONTENT_ID, _P_DISPLAY = 0x3701, 0x3704, 0x3707, 0x370E, 0x3712, 0x3001
_FIXED = {0x0001: 4, 0x0002: 4, 0x0003: 4, 0x0004: 4, 0x0005: 8, 0x0006: 8, 0x0007: 8, 0x000A: 4, 0x000B: 4,
          0x0014: 8, 0x0040: 8, 0x0048: 16}  # fmt: skip
_STRING8, _UNICODE, _OBJECT, _BINARY = 0x001E, 0x001F, 0x000D, 0x0102
_VARIABLE = frozenset({_STRING8, _UNICODE, _OBJECT, _BINARY})
_MULTIPLE = 0x1000
_EMBEDDED_MESSAGE = bytes.fromhex("0703020000000000c000000000000046")
_MOST_FILES = 500
_MOST_VALUES = 50_000
_MOST_RICH = 128 << 10
_DEEPEST = 3


@dataclass(slots=True)
class File:
    """A file within winmail.dat, its name as it stands there."""

    name: str = ""
    type: str = ""
    content: bytes = b""
    content_id: str = ""


@dataclass(slots=True)
class Unpacked:
    """What a winmail.dat holds."""

    files: list[File] = field(default_factory=list)
    text: str = ""
    html: str = ""


def unpack(data: bytes, defects: Defects) -> Unpacked | None:
    """Unpack TNEF; None where it is none. What is broken ends the reading there, with a defect noted."""
    return _Unpacking(defects).read(data, 0)


class _Unpacking:
    """The way through one winmail.dat and the mails within it, with what may still be read."""

    def __init__(self, defects: Defects) -> None:
        self.defects = defects
        self.values_left = _MOST_VALUES
        self.codepage = "cp1252"

    def read(self, data: bytes, depth: int) -> Unpacked | None:
        if len(data) < 6 or struct.unpack_from("<I", data)[0] != _SIGNATURE:
            return None
        found = Unpacked()
        rich = b""
        embedded: list[File] = []
        try:
            for level, attribute, content in self._attributes(data):
                if level == _ATTACHMENT_LEVEL:
                    if attribute == _ATTACH_BEGIN:
                        if len(found.files) >= _MOST_FILES:
                            self.defects.note(f"more than {_MOST_FILES} files in winmail.dat; the rest is left out")
                            break
                        found.files.append(File())
                    elif found.files and self._to_file(found.files[-1], attribute, content):
                        embedded.append(found.files[-1])
                elif attribute == _CODEPAGE and len(content) >= 4:
                    self.codepage = f"cp{struct.unpack_from('<I', content)[0]}"
                elif attribute == _BODY:
                    found.text = found.text or decode(content.rstrip(b"\0"), self.codepage)
                elif attribute == _MAPI:
                    rich = self._to_text(found, content) or rich
        except struct.error:
            self.defects.note("winmail.dat is broken; its end is left out")
        if rich and not found.text and not found.html:
            found.text = self._from_rtf(rich)
        for file in embedded:
            self._embed(found, file, depth + 1)
        return found

    def _embed(self, found: Unpacked, file: File, depth: int) -> None:
        """Put a mail within, which is TNEF again, as its text and its files."""
        inner = self.read(file.content, depth) if depth <= _DEEPEST else None
        if inner is None:
            return
        text = inner.text or html_to_text(inner.html)
        file.name, file.type = f"{file.name or 'message'}.txt", "text/plain"
        file.content = text.encode("utf-8", "replace")
        found.files += inner.files[: _MOST_FILES - len(found.files)]

    def _attributes(self, data: bytes) -> Iterator[tuple[int, int, bytes]]:
        """Give level, id and content of each attribute ([MS-OXTNEF] section 2.1.2)."""
        position = 6
        while position + 9 <= len(data):
            self._spend()
            level, attribute, _, length = struct.unpack_from("<BHHI", data, position)
            position += 9
            if level not in (1, 2) or position + length > len(data):
                raise struct.error("attribute longer than the file")
            yield level, attribute, data[position : position + length]
            position += length + 2
        if data[position:].strip(b"\0\r\n "):
            raise struct.error("an attribute's head is cut")

    def _properties(self, data: bytes) -> Iterator[tuple[int, int, bytes]]:
        """Give id, type and (first) value of each MAPI property ([MS-OXTNEF] section 2.1.3.4)."""
        count = struct.unpack_from("<I", data)[0]
        position = 4
        for _ in range(count):
            kind, name = struct.unpack_from("<HH", data, position)
            position += 4
            if name >= 0x8000:
                position = _behind_name(data, position)
            values, base = 1, kind & ~_MULTIPLE
            if kind & _MULTIPLE or base in _VARIABLE:
                values = struct.unpack_from("<I", data, position)[0]
                position += 4
            first = None
            for _ in range(values):
                self._spend()
                value, position = _value(data, position, base)
                first = value if first is None else first
            self._spend()
            yield name, base, first or b""

    def _spend(self) -> None:
        self.values_left -= 1
        if self.values_left < 0:
            raise struct.error("more values than any mail has")

    def _string(self, value: bytes, kind: int) -> str:
        if kind == _UNICODE:
            return value.decode("utf-16-le", "replace").rstrip("\0")
        return decode(value.rstrip(b"\0"), self.codepage)

    def _to_file(self, file: File, attribute: int, content: bytes) -> bool:
        """Put what an attribute says into the file; tell whether that is a mail in TNEF."""
        if attribute == _ATTACH_TITLE:
            file.name = file.name or self._string(content, _STRING8)
        elif attribute == _ATTACH_DATA:
            file.content = content
        elif attribute == _ATTACHMENT:
            is_mail = False
            for name, kind, value in self._properties(content):
                if name == _P_LONG_NAME:
                    file.name = self._string(value, kind) or file.name
                elif name in (_P_NAME, _P_DISPLAY):
                    file.name = file.name or self._string(value, kind)
                elif name == _P_TYPE:
                    file.type = self._string(value, kind).strip().lower()
                elif name == _P_CONTENT_ID:
                    file.content_id = self._string(value, kind).strip("<> ")
                elif name == _P_DATA and kind in (_OBJECT, _BINARY):
                    is_mail = value.startswith(_EMBEDDED_MESSAGE)
                    file.content = value[16:] if kind == _OBJECT else value
            return is_mail
        return False

    def _to_text(self, found: Unpacked, content: bytes) -> bytes:
        """Take text and HTML out of the message's properties; give the compressed RTF."""
        rich, internet = b"", ""
        kept: list[tuple[int, int, bytes]] = []
        for name, kind, value in self._properties(content):
            if name == _P_CODEPAGE and len(value) >= 4:
                internet = f"cp{struct.unpack_from('<I', value)[0]}"
            elif name == _P_RTF:
                rich = value
            elif name in (_P_BODY, _P_HTML):
                kept.append((name, kind, value))
        for name, kind, value in kept:
            if kind == _UNICODE or not internet:
                text = self._string(value, kind)
            else:
                text = decode(value.rstrip(b"\0"), internet)
            if name == _P_BODY:
                found.text = found.text or text
            else:
                found.html = found.html or text
        return rich

    def _from_rtf(self, rich: bytes) -> str:
        """Decompress ([MS-OXRTFCP]) what is not too large, and read it."""
        if len(rich) > _MOST_RICH:
            self.defects.note("the text in winmail.dat is too large to read")
            return ""
        try:
            return rtf_to_text(decompress(rich))
        except Exception:  # the library raises Exception itself, and what its reading of broken input brings
            self.defects.note("the text in winmail.dat is broken")
            return ""


def _behind_name(data: bytes, position: int) -> int:
    """Skip the GUID and the name of a named property."""
    by_name, length = struct.unpack_from("<II", data, position + 16)
    return position + 24 + (length + -length % 4 if by_name else 0)


def _value(data: bytes, position: int, kind: int) -> tuple[bytes, int]:
    """Give a value and the place behind it."""
    length = _FIXED.get(kind)
    if length is None:
        if kind not in _VARIABLE:
            raise struct.error("unknown property type")
        length = struct.unpack_from("<I", data, position)[0]
        position += 4
    if position + length > len(data):
        raise struct.error("property longer than its attribute")
    return data[position : position + length], position + length + -length % 4
