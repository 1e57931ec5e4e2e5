"""Writes winmail.dat for the tests, by [MS-OXTNEF]."""

import struct

Property = tuple[int, int, bytes]
"""Id, type and value."""


def attribute(level: int, number: int, content: bytes, kind: int = 0) -> bytes:
    return struct.pack("<BHHI", level, number, kind, len(content)) + content + struct.pack("<H", sum(content) & 0xFFFF)


def tnef(*attributes: bytes) -> bytes:
    return (
        struct.pack("<IH", 0x223E9F78, 1) + attribute(1, 0x9006, struct.pack("<I", 0x10000), 8) + b"".join(attributes)
    )


def codepage(number: int) -> bytes:
    return attribute(1, 0x9007, struct.pack("<II", number, 0), 6)


def properties(*items: Property) -> bytes:
    written = [struct.pack("<I", len(items))]
    for number, kind, value in items:
        written.append(struct.pack("<HH", kind, number))
        if kind in (0x1E, 0x1F, 0x0D, 0x102):
            written.append(struct.pack("<II", 1, len(value)) + value + b"\0" * (-len(value) % 4))
        else:
            written.append(value)
    return b"".join(written)


def message(*items: Property) -> bytes:
    return attribute(1, 0x9003, properties(*items), 6)


def file(title: bytes, content: bytes, *items: Property) -> bytes:
    begin = attribute(2, 0x9002, b"\0" * 14, 6) + attribute(2, 0x8010, title + b"\0", 1)
    more = attribute(2, 0x9005, properties(*items), 6) if items else b""
    return begin + attribute(2, 0x800F, content, 6) + more
