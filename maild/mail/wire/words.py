"""Decodes header text: RFC 2047 encoded words in the many ways they are written, and raw bytes beside them."""

from __future__ import annotations

import binascii
import re

from maild.mail.limits import Defects
from maild.mail.wire.charset import codec_for, decode
from maild.mail.wire.transfer import decode_base64

# Up to the encoded text, which may hold what RFC 2047 forbids (blanks, "?"); its end is looked for separately,
# so that a value full of beginnings is still read in one pass.
BEGINNING = re.compile(rb"=\?([^?=\s\"<>(),;:\[\]@]{1,80})\?([bBqQ])\?")
_HEX = re.compile(rb"[0-9A-F]{2}")
# A field folded in the middle of "=C3" by software that counts letters.
_FOLDED_OCTET = re.compile(rb"=([0-9A-F])[ \t]([0-9A-F])")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f-\x9f]")
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


def unfold(raw: bytes) -> bytes:
    """Take the line ends out of a folded field (RFC 5322 section 2.2.3); a stray one becomes a blank."""
    if b"\r" in raw:
        raw = raw.rstrip(b"\r").replace(b"\r\n", b"\n").replace(b"\r", b" ")
    return raw.replace(b"\n", b"").strip(b" \t")


def decode_text(raw: bytes, charset: str = "", defects: Defects | None = None) -> str:
    """Decode a field's unfolded value; `charset` is the likeliest one for bytes that say none."""
    if b"=?" not in raw:
        return clean(raw.decode("ascii") if raw.isascii() else decode(raw, charset, defects))
    pieces = []
    run = _Run(defects)
    position = 0
    while match := BEGINNING.search(raw, position):
        end = word_end(raw, match)
        if end < 0:
            break
        between = raw[position : match.start()]
        if between and not (between.isspace() and run.open):
            pieces += run.close()
            pieces.append(_plain(between, charset, defects))
        pieces += run.add(match[1], match[2], raw[match.end() : end])
        position = end + 2
    pieces += run.close()
    pieces.append(_plain(raw[position:], charset, defects))
    return clean("".join(pieces))


def word_end(raw: bytes, match: re.Match[bytes]) -> int:
    """Find the "?=" that ends the encoded word begun by `match`, or -1."""
    end = raw.find(b"?=", match.end())
    if match[2] in b"qQ":
        # A raw question mark before an escaped octet looks like an end and is none.
        while end >= 0 and _HEX.match(raw, end + 2):
            later = raw.find(b"?=", end + 2)
            if later < 0 or b"=?" in raw[end + 2 : later]:
                break
            end = later
    return end


def clean(text: str) -> str:
    """Put a blank for control characters and line ends, so that no value can begin a line of its own."""
    return (text if text.isprintable() else _UNSEEN.sub(" ", text)).strip()


def _plain(raw: bytes, charset: str, defects: Defects | None) -> str:
    return raw.decode("ascii") if raw.isascii() else decode(raw, charset, defects)


class _Run:
    """Neighbouring encoded words of one charset, decoded together because a character may be split between them."""

    def __init__(self, defects: Defects | None) -> None:
        self.defects = defects
        self.charset = ""
        self.parts: list[bytes] = []
        self.apart: list[bytes] = []
        """The same, each word decoded by itself: where the padding was only forgotten, that is what was meant."""
        self.carried = False
        self.letters = 0
        self.loose = b""
        self.open = False

    def add(self, charset: bytes, encoding: bytes, text: bytes) -> list[str]:
        """Take one more word; give the text of an earlier run that it ends."""
        label = charset.partition(b"*")[0].decode("ascii", "replace")
        ended = self.close() if self.open and codec_for(label) != codec_for(self.charset) else []
        self.charset, self.open = label, True
        if encoding in b"bB":
            letters = b"".join(text.split())
            self.apart.append(decode_base64(letters))
            self.letters += len(letters)
            self.carried = self.carried or bool(self.loose)
            # Base64 cut at any letter by software that folds without reading is put together again.
            letters, self.loose = self.loose + letters, b""
            if len(letters) % 4 and not letters.endswith(b"="):
                keep = len(letters) - len(letters) % 4
                letters, self.loose = letters[:keep], letters[keep:]
            self.parts.append(decode_base64(letters))
        else:
            self._flush()
            self.parts.append(binascii.a2b_qp(_FOLDED_OCTET.sub(rb"=\1\2", text), header=True))
            self.apart.append(self.parts[-1])
        return ended

    def _flush(self) -> None:
        if self.loose:
            self.parts.append(decode_base64(self.loose))
            self.loose = b""

    def close(self) -> list[str]:
        if not self.open:
            return []
        self._flush()
        octets = b"".join(self.parts)
        apart = b"".join(self.apart)
        if self.carried and (self.letters % 4 or not self._is_sound(octets)) and self._is_sound(apart):
            octets = apart
        text = decode(octets, self.charset, self.defects)
        self.parts, self.apart, self.carried, self.letters, self.open = [], [], False, 0, False
        return [text]

    def _is_sound(self, octets: bytes) -> bool:
        try:
            text = octets.decode(codec_for(self.charset) or "utf-8")
        except UnicodeDecodeError:
            return False
        return _CONTROL.search(text) is None
