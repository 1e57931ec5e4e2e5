"""Takes the signed mail out of an opaque S/MIME signature (RFC 8551 section 3.5.2); whether it is good is not asked."""

from __future__ import annotations

_SIGNED_DATA = bytes.fromhex("06092a864886f70d010702")
_DATA = bytes.fromhex("06092a864886f70d010701")
_OCTETS, _OCTETS_IN_PIECES, _SEQUENCE, _EXPLICIT = 0x04, 0x24, 0x30, 0xA0


class _NotSigned(Exception):
    """The bytes are no SignedData with content, or not of a form seen in mail."""


def signed_content(data: bytes) -> bytes | None:
    """Give the content that was signed, None where there is none to be found; X.690's BER, as far as mail uses it."""
    try:
        return _content(data)
    except (_NotSigned, IndexError):
        return None


def _content(data: bytes) -> bytes:
    at, _ = _enter(data, 0, _SEQUENCE)
    at = _expect(data, at, _SIGNED_DATA)
    at, _ = _enter(data, at, _EXPLICIT)
    at, _ = _enter(data, at, _SEQUENCE)
    at = _skip(data, _skip(data, at))  # the version and the digest algorithms
    at, _ = _enter(data, at, _SEQUENCE)
    at = _expect(data, at, _DATA)
    at, _ = _enter(data, at, _EXPLICIT)
    if data[at] == _OCTETS:
        start, end = _enter(data, at, _OCTETS)
        return data[start:end]
    at, end = _enter(data, at, _OCTETS_IN_PIECES)
    pieces = []
    while at < (len(data) if end is None else end) and data[at] == _OCTETS:
        start, stop = _enter(data, at, _OCTETS)
        if stop is None:
            raise _NotSigned
        pieces.append(data[start:stop])
        at = stop
    return b"".join(pieces)


def _enter(data: bytes, at: int, tag: int) -> tuple[int, int | None]:
    """Give where the content of the value at `at` begins and ends; None for an end that is not told beforehand."""
    if data[at] != tag:
        raise _NotSigned
    length = data[at + 1]
    if length == 0x80:
        return at + 2, None
    if length < 0x80:
        return at + 2, at + 2 + length
    count = length & 0x7F
    if count > 4:
        raise _NotSigned
    start = at + 2 + count
    return start, start + int.from_bytes(data[at + 2 : start], "big")


def _skip(data: bytes, at: int) -> int:
    _, end = _enter(data, at, data[at])
    if end is None:
        raise _NotSigned
    return end


def _expect(data: bytes, at: int, what: bytes) -> int:
    if not data.startswith(what, at):
        raise _NotSigned
    return at + len(what)
