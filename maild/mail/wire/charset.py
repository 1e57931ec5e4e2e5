"""Turns bytes into text by the charset that was named, or by the one that was meant."""

from __future__ import annotations

import re

from maild.mail.limits import Defects
from maild.mail.wire.guess import guess, is_common_gbk
from maild.mail.wire.jis import decode_iso2022jp

# The name on the left is what mail says, in lower case with "-" for "_"; on the right is the codec that reads what
# is really sent under that name, mostly a superset (WHATWG Encoding, section 4.2, has the same idea).
_CODECS: dict[str, str] = {
    name: codec
    for codec, names in {
        "utf-8": "utf-8 utf8 utf-8n utf8mb4 unicode-1-1-utf-8 x-unicode20utf8 cp65001 65001",
        "ascii": "us-ascii ascii ansi-x3.4-1968 iso646-us iso-646-us us 7bit 8bit binary default none unknown "
        "unknown-8bit x-unknown x-user-defined iso-ir-6 cp367 ibm367",
        "cp1252": "iso-8859-1 iso8859-1 iso88591 latin1 latin-1 l1 iso-latin-1 iso-8859-1-windows-3.1-latin-1 cp1252 "
        "windows-1252 windows1252 win-1252 x-cp1252 ansi x-ansi cp819 ibm819 iso-ir-100 iso-8859-1:1987",
        "gb18030": "gb2312 gbk x-gbk gb-2312-80 gb2312-80 gb-2312 cn-gb csgb2312 csgb231280 csiso58gb231280 euc-cn "
        "x-euc-cn cp936 ms936 windows-936 936 gb18030 gb-18030 gb18030-2022 chinese iso-ir-58 zh-cn",
        "cp950": "big5 big-5 x-big5 cn-big5 csbig5 big5-eten x-x-big5 cp950 ms950 windows-950 zh-tw big5-tw",
        "big5hkscs": "big5-hkscs big5hkscs",
        "cp949": "ks-c-5601-1987 ks-c-5601-1989 ks-c-5601 ksc5601 ksc-5601 korean euc-kr euckr cseuckr windows-949 "
        "x-windows-949 cp949 ms949 uhc iso-ir-149 csksc56011987 ks-c5601-1987",
        "iso2022_kr": "iso-2022-kr csiso2022kr",
        "cp932": "shift-jis shiftjis sjis x-sjis ms-kanji csshiftjis windows-31j cswindows31j cp932 ms932 x-ms-cp932",
        "euc_jp": "euc-jp eucjp x-euc-jp x-eucjp cseucpkdfmtjapanese",
        "iso2022_jp": "iso-2022-jp iso-2022-jp-1 iso-2022-jp-2 iso-2022-jp-3 iso-2022-jp-2004 iso-2022-jp-ext "
        "iso-2022-jp-ms csiso2022jp cp50220 cp50221 cp50222 windows-50221 x-iso-2022-jp jis",
        "hz": "hz-gb-2312 hz hzgb",
        "utf-7": "utf-7 utf7 unicode-1-1-utf-7 csunicode11utf7 x-unicode-2-0-utf-7",
        "utf-16": "utf-16 utf16 utf-16le utf-16be iso-10646-ucs-2 ucs-2",
        "utf-32": "utf-32 utf32 utf-32le utf-32be ucs-4 iso-10646-ucs-4",
        "iso8859_8": "iso-8859-8 iso-8859-8-i iso-8859-8-e logical visual hebrew",
        "iso8859_6": "iso-8859-6 iso-8859-6-i iso-8859-6-e arabic",
        "cp1254": "iso-8859-9 iso8859-9 latin5 cp1254 windows-1254",
        "cp874": "windows-874 cp874 tis-620 tis620 iso-8859-11 dos-874 thai",
        "mac_roman": "macintosh mac x-mac-roman macroman",
        "mac_cyrillic": "x-mac-cyrillic x-mac-ukrainian",
        "koi8_r": "koi8-r koi8r koi8 cskoi8r koi",
        "koi8_u": "koi8-u koi8u koi8-ru",
    }.items()
    for name in names.split()
}
# Code pages by number; EBCDIC ones are left out, no mail is written in them.
_BY_NUMBER = re.compile(r"(?:x-)?(?:cp|windows|win|ibm|ms|dos)-?(125[0-8]|437|7[37]\d|8[5-6]\d|1125)(?!\d)")
_ISO8859 = re.compile(r"(?:x-)?(?:iso-?)?8859-?(\d{1,2})\b")
_MULTIBYTE = frozenset({"gb18030", "cp950", "big5hkscs", "cp949", "cp932", "euc_jp"})
_SEVEN_BIT = frozenset({"iso2022_jp", "iso2022_kr", "hz", "utf-7"})
_WIDE = frozenset({"utf-16", "utf-32"})
_SAYS_LITTLE = frozenset({"", "ascii", "utf-8", "cp1252"}) | _SEVEN_BIT | _WIDE
"""Labels that stand over bytes of every kind."""
_TRAILING = "".join(bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in range(0x80, 0xC0))
_TWICE = re.compile(f"[\u00c2-\u00f4][{re.escape(_TRAILING + ''.join(map(chr, range(0x80, 0xA0))))}]")
"""What the first two octets of a character in UTF-8 look like when they are taken for Latin letters."""
_SELDOM = re.compile("[\u0080-\u009f\u0180-\u036f\u0500-\u1dff]")
"""Characters that such text becomes by chance and hardly ever by repair."""
_PLAIN = bytes([9, 10, 13, *range(0x20, 0x7F)])
_SAMPLE = 4_096
_SHORT = 40
_PRIVATE = re.compile("[\ue000-\uf8ff\ufffd]")
_ISO8859_PARTS = frozenset({2, 3, 4, 5, 7, 10, 13, 14, 15, 16})
_NUMBERED = frozenset({437, 737, 775, 850, 852, 855, 857, 858, 860, 861, 862, 863, 864, 865, 866, 869, 1125})


def codec_for(label: str) -> str:
    """Name the codec for a charset label of a mail, or "" for one nobody knows."""
    name = label.strip(" \t\"'<>").lower().replace("_", "-")
    codec = _CODECS.get(name)
    if codec:
        return codec
    name = re.split(r"[\s;,*]", name.removeprefix("charset=").lstrip("\"'="), maxsplit=1)[0].strip("\"'")
    codec = _CODECS.get(name)
    if codec:
        return codec
    if match := _BY_NUMBER.match(name):
        number = int(match[1])
        return f"cp{number}" if number in _NUMBERED or number >= 1250 else ""
    if match := _ISO8859.match(name):
        number = int(match[1])
        return "cp1252" if number == 1 else f"iso8859_{number}" if number in _ISO8859_PARTS else ""
    return ""


def decode(data: bytes, label: str = "", defects: Defects | None = None) -> str:
    """Decode bytes that claim to be in the charset `label` ("" for none); never raises, never gives a surrogate."""
    codec = codec_for(label)
    if defects is not None and label and not codec:
        defects.note(f"unknown charset {_short(label)}")
    if data.isascii():
        return _decode_seven_bit(data, codec)
    text, used = _decode_eight_bit(data, codec)
    if defects is not None:
        if codec not in ("", "ascii", used) and not (codec == "cp950" and used == "big5hkscs"):
            defects.note(f"charset {_short(label)} was named, but the bytes are {used}")
        if "\ufffd" in text and b"\xef\xbf\xbd" not in data:
            defects.note("some bytes are in no known charset")
    return text


def _short(label: str) -> str:
    return repr(label[:40])


def _decode_seven_bit(data: bytes, codec: str) -> str:
    if codec in _SEVEN_BIT:
        return _stateful(data, codec)
    if codec in _WIDE and _is_wide(data):
        return _wide(data, codec)
    if b"\x1b$" in data:
        # Raw ISO 2022 under no label or a wrong one is an old habit in Japan and Korea.
        return _stateful(data, "iso2022_kr" if b"\x1b$)C" in data else "iso2022_jp")
    return data.decode("ascii")


def _stateful(data: bytes, codec: str) -> str:
    if codec == "iso2022_jp":
        return decode_iso2022jp(data)
    return _sound(data.decode(codec, "replace"))


def _sound(text: str) -> str:
    """Replace lone surrogates, which some codecs make and UTF-8 cannot hold."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def _is_wide(data: bytes) -> bool:
    """Tell UTF-16 and UTF-32 from plain text under their name, in which a NUL may have got by accident."""
    sample = data[:_SAMPLE]
    return b"\0" in sample and len(sample.translate(None, _PLAIN)) * 10 >= len(sample)


def _wide(data: bytes, codec: str) -> str:
    """Decode UTF-16 or UTF-32 by its byte order mark, else by where the NULs of Latin text and spaces lie."""
    if codec == "utf-32":
        order = "utf-32" if data[:4] in (b"\xff\xfe\0\0", b"\0\0\xfe\xff") else "utf-32-be"
        return data.decode(order, "replace").removeprefix("\ufeff")
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return _sound(data.decode("utf-16", "replace"))
    order = "utf-16-le" if data[1::2].count(0) > data[::2].count(0) else "utf-16-be"
    return _sound(data.decode(order, "replace"))


def _decode_eight_bit(data: bytes, codec: str) -> tuple[str, str]:
    """Decode bytes of which some are over 127; give the text and the codec that read it."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") and (codec in _WIDE or b"\0" in data):
        return _wide(data, codec or "utf-16"), "utf-16"
    if codec in _WIDE and _is_wide(data):
        return _wide(data, codec), codec
    utf8 = _utf8(data)
    if utf8 is not None and codec in ("", "ascii") and len(data) <= _SHORT and is_common_gbk(data):
        return data.decode("gb18030"), "gb18030"
    if utf8 is not None and (codec in _SAYS_LITTLE or _surely_utf8(utf8, codec)):
        return _undoubled(utf8), "utf-8"
    if codec in _SAYS_LITTLE:
        return _unlabelled(data, codec)
    if codec in _MULTIBYTE:
        return _multibyte(data, codec)
    return data.decode(codec, "replace"), codec


def _utf8(data: bytes) -> str | None:
    try:
        return data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError:
        return None


def _undoubled(text: str) -> str:
    """Undo UTF-8 that a web form took for Latin and encoded once more, so that "é" became "Ã©"."""
    if len(_TWICE.findall(text)) < 2:
        return text
    try:
        once = b"".join(_latin_octet(char) if char > "\x7f" else char.encode() for char in text).decode("utf-8")
    except UnicodeError:
        return text
    return once if not _SELDOM.search(once) else text


def _latin_octet(char: str) -> bytes:
    try:
        return char.encode("cp1252")
    except UnicodeEncodeError:
        return char.encode("latin-1")


def _surely_utf8(text: str, codec: str) -> bool:
    """Tell whether bytes that are valid UTF-8 are that, although an older charset was named.

    A letter or two of the older one can by chance be a valid sequence of two bytes, but hardly one of three.
    """
    beyond = [char for char in text[:4096] if char > "\x7f"]
    if codec in _MULTIBYTE:
        return len(beyond) > 2 or any(char > "\u07ff" for char in beyond)
    return len(beyond) > 1


def _mostly_utf8(data: bytes) -> str | None:
    """Decode as UTF-8 what is that but for a few spoilt bytes; None where it is something else."""
    text = data.decode("utf-8", "replace").removeprefix("\ufeff")
    sample = [char for char in text[:20_000] if char > "\x7f"]
    spoilt = sample.count("\ufffd") - text.endswith("\ufffd")  # the last character may have been cut
    return text if spoilt * 5 <= len(sample) else None


def _multibyte(data: bytes, codec: str) -> tuple[str, str]:
    """Decode by an Asian codec that was named; where it does not fit, by a better one if there is any."""
    try:
        text = data.decode(codec)
    except UnicodeDecodeError:
        text = ""
    if text and not (codec == "gb18030" and _PRIVATE.search(text)):
        return text, codec
    if codec == "cp950":
        try:
            return data.decode("big5hkscs"), "big5hkscs"
        except UnicodeDecodeError:
            pass
    if not text and (utf8 := _mostly_utf8(data)) is not None:
        return utf8, "utf-8"
    text = text or data.decode(codec, "replace")
    other = guess(data)
    if other not in (codec, "cp1252"):
        better = data.decode(other, "replace")
        if _damage(better) < _damage(text):
            return better, other
    return text, codec


def _damage(text: str) -> int:
    return len(_PRIVATE.findall(text))


def _unlabelled(data: bytes, codec: str) -> tuple[str, str]:
    """Decode bytes that are not valid UTF-8 and whose label says nothing, or says what nobody can rely on."""
    if codec != "cp1252" and (utf8 := _mostly_utf8(data)) is not None:
        return utf8, "utf-8"
    used = guess(data, labelled_latin=codec == "cp1252")
    return (_latin(data) if used == "cp1252" else data.decode(used, "replace")), used


def _latin(data: bytes) -> str:
    """Decode as Windows-1252, the five bytes it leaves free as ISO 8859-1 (they are control characters there)."""
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace").replace("\ufffd", "")
