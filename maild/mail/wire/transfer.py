"""Undoes a Content-Transfer-Encoding (RFC 2045 section 6) the way lenient readers do, in linear time."""

from __future__ import annotations

import binascii
import io
import re

from maild.mail.limits import Defects

_BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
_NOT_BASE64 = bytes(byte for byte in range(256) if byte not in _BASE64)
_RAW_EQUALS = re.compile(rb"=(?==)")
_PLAIN = frozenset({"", "7bit", "8bit", "binary"})
_UU_BEGIN = re.compile(rb"^begin [^\n]*\n?", re.MULTILINE)
_NAME = re.compile(rb"[\s\"']*(quoted[\s_.-]?printable|base[\s_.-]?64|[\w.+-]+)", re.IGNORECASE)
_ODD = bytes(byte for byte in range(256) if byte not in _BASE64 + b"-_ \t\r\n")
_GAP = re.compile(rb"[^\s][ \t]+(?=[^\s])")
_SAMPLE = 4_096
_BASE64_LINE = re.compile(rb"\s*+([A-Za-z0-9+/]{40,76})\r?\n")
_BASE64_END = re.compile(rb"[A-Za-z0-9+/]{1,76}={0,2}")
_NO_TEXT = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_UUENCODE = frozenset({"x-uuencode", "uuencode", "x-uue", "uue"})


def decode_transfer(data: bytes | memoryview, encoding: str, defects: Defects) -> bytes:
    """Give the octets a body stands for; `encoding` is in lower case, an unknown one leaves them as they are."""
    if encoding == "base64":
        if is_no_base64(data):
            defects.note("a body that is said to be base64 is none; it is left as it came")
            return bytes(data)
        return decode_base64(data, defects)
    if encoding == "quoted-printable":
        return decode_quoted(data)
    if encoding in _UUENCODE:
        octets = decode_uu(bytes(data), defects)
        if len(octets) * 3 < len(data) and not _UU_BEGIN.search(data):
            defects.note("a body that is said to be uuencoded is not; it is left as it came")
            return bytes(data)
        return octets
    if encoding not in _PLAIN:
        defects.note(f"unknown transfer encoding {encoding[:40]!r}")
    return bytes(data)


def transfer_name(raw: bytes) -> str:
    """Give the encoding that a field names, in lower case and as RFC 2045 spells it."""
    match = _NAME.match(raw)
    name = match[1].decode("ascii", "replace").lower() if match else ""
    if name.startswith("quoted") and name.endswith("printable"):
        return "quoted-printable"
    return "base64" if name.startswith("base") and name.endswith("64") else name


def is_no_base64(data: bytes | memoryview) -> bool:
    """Tell text, or bytes as they are, from base64: by words shorter than half a line, or by many odd letters."""
    sample = bytes(data[:_SAMPLE]).strip()
    odd = len(sample) - len(sample.translate(None, _ODD))
    return (odd > 2 and odd * 10 > len(sample)) or len(_GAP.findall(sample)) * 40 > len(sample)


def text_in_base64(data: bytes) -> bytes:
    """Give the text of a body that is base64 from end to end, line by line of one length; b"" for any other."""
    first = _BASE64_LINE.match(data)
    if first is None or len(first[1]) % 4:
        return b""
    *lines, last = data.split()
    if not lines or any(len(line) != len(first[1]) for line in lines) or not _BASE64_END.fullmatch(last):
        return b""
    decoded = decode_base64(data)
    return b"" if is_no_base64(data) or _NO_TEXT.search(decoded) else decoded


def decode_quoted(data: bytes | memoryview) -> bytes:
    """Decode quoted-printable; a raw "=" before another one is itself."""
    octets = bytes(data)
    return binascii.a2b_qp(_RAW_EQUALS.sub(b"=3D", octets) if b"==" in octets else octets)


def decode_base64(data: bytes | memoryview, defects: Defects | None = None) -> bytes:
    """Decode base64 up to its padding, whatever stands between the letters and however many are missing."""
    try:
        return binascii.a2b_base64(data)
    except binascii.Error:
        pass
    if defects is not None:
        defects.note("a base64 body is incomplete")
    letters = bytes(data).translate(None, _NOT_BASE64).partition(b"=")[0]
    if len(letters) % 4 == 1:
        letters = letters[:-1]
    return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4))


def decode_uu(data: bytes, defects: Defects | None = None) -> bytes:
    """Decode uuencoded lines from the one after "begin", or from the first, to "end", and never to more than they are.

    A line says how long it is: with one letter it can claim 63 octets, all blanks that a relay is to have cut off.
    """
    decoded = bytearray()
    lines = io.BytesIO(data)
    if begin := _UU_BEGIN.search(data):
        lines.seek(begin.end())
    for line in lines:
        line = line.rstrip(b"\r\n")
        if line.strip() in (b"end", b"`"):
            break
        octets = decode_uu_line(line)
        if len(decoded) + len(octets) > len(data):
            if defects is not None:
                defects.note("a uuencoded body claims to be longer than it is; its end is left out")
            break
        decoded += octets
    return bytes(decoded)


def decode_uu_line(line: bytes) -> bytes:
    """Decode one line, with the trailing letters that some encoders add, or nothing where it is none."""
    try:
        return binascii.a2b_uu(line)
    except binascii.Error:
        if not line:
            return b""
        length = (((line[0] - 32) & 63) * 4 + 5) // 3
        try:
            return binascii.a2b_uu(line[:length])
        except binascii.Error:
            return b""
