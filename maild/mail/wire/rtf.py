"""Takes the text out of RTF, as Outlook puts it into winmail.dat: rich text, or HTML wrapped in it ([MS-OXRTFEX])."""

from __future__ import annotations

import re

from maild.mail.wire.charset import codec_for
from maild.mail.wire.html import html_to_text

_TOKEN = re.compile(
    rb"\\([a-z]{1,32})(-?\d{1,10})?[ ]?"  # 1 control word, 2 its number
    rb"|\\'([0-9a-fA-F]{2})"  # 3 an octet in the code page
    rb"|\\([^a-z])"  # 4 control symbol
    rb"|([{}])"  # 5 a group
    rb"|[\r\n]+"
    rb"|([^\\{}\r\n]+)"  # 6 text
    rb"|.",
    re.DOTALL,
)
_SKIPPED = frozenset(
    b"fonttbl colortbl stylesheet info pict object themedata colorschememapping datastore latentstyles generator "
    b"listtable listoverridetable rsidtbl filetbl xmlnstbl header footer footnote fldinst".split()
)
_SIGNS = {
    b"par": "\n", b"line": "\n", b"tab": "\t", b"cell": "\t", b"row": "\n", b"emdash": "\u2014", b"endash": "\u2013",
    b"lquote": "\u2018", b"rquote": "\u2019", b"ldblquote": "\u201c", b"rdblquote": "\u201d", b"bullet": "\u2022",
}  # fmt: skip
_DEEPEST = 200


def rtf_to_text(rtf: bytes, most: int = 1_000_000) -> str:
    """Give the readable text of RTF; that of the HTML within it where it was made of HTML."""
    from_html = b"\\fromhtml" in rtf[:4_000]
    text = _Reader(from_html, most).read(rtf).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return html_to_text(text, most) if from_html else text.strip()


class _Reader:
    """Walks through the groups, keeping for each whether it is shown and how to read its octets."""

    def __init__(self, from_html: bool, most: int) -> None:
        self.from_html = from_html
        self.most = most
        self.out: list[str] = []
        self.octets = bytearray()
        self.codec = "cp1252"
        self.hidden = False
        self.stack: list[tuple[bool, int]] = []
        self.too_deep = 0
        self.stand_ins = 1
        self.skip = 0
        """Characters to leave out behind a \\u escape: its stand-ins for readers that know no Unicode."""
        self.length = 0

    def read(self, rtf: bytes) -> str:
        for match in _TOKEN.finditer(rtf):
            if match[6] is not None:
                self._text(match[6])
            elif match[1] is not None:
                self._word(match[1], int(match[2]) if match[2] else None)
            elif match[3] is not None:
                self._text(bytes([int(match[3], 16)]))
            elif match[5] is not None:
                self._group(match[5])
            elif match[4] is not None:
                self._symbol(match[4])
            if self.length > self.most:
                break
        self._flush()
        return "".join(self.out)

    def _group(self, brace: bytes) -> None:
        self._flush()
        if brace == b"{":
            if len(self.stack) < _DEEPEST:
                self.stack.append((self.hidden, self.stand_ins))
            else:
                self.too_deep += 1
        elif self.too_deep:
            self.too_deep -= 1
        elif self.stack:
            self.hidden, self.stand_ins = self.stack.pop()

    def _symbol(self, symbol: bytes) -> None:
        if symbol == b"*":
            # A destination that readers may ignore; HTML tags are kept in one of them.
            self.hidden = True
        elif symbol in b"\\{}":
            self._text(symbol)
        elif symbol == b"~":
            self._say(" ")
        elif symbol in b"\r\n":
            self._say("\n")

    def _word(self, word: bytes, number: int | None) -> None:
        if word == b"u" and number is not None:
            self._flush()
            self._say(_character(number))
            self.skip = self.stand_ins
        elif word == b"uc":
            self.stand_ins = min(number or 0, 10)
        elif word == b"ansicpg" and number:
            self.codec = codec_for(f"cp{number}") or self.codec
        elif word == b"htmltag":
            self.hidden = not self.from_html
        elif word == b"htmlrtf":
            self.hidden = number != 0
        elif word in _SKIPPED:
            self.hidden = True
        elif word in _SIGNS and not (self.from_html and word in (b"cell", b"row")):
            self._say(_SIGNS[word])

    def _text(self, octets: bytes) -> None:
        if self.skip:
            octets, self.skip = octets[self.skip :], max(0, self.skip - len(octets))
        if not self.hidden:
            self.octets += octets

    def _say(self, text: str) -> None:
        self._flush()
        if not self.hidden:
            self.out.append(text)
            self.length += len(text)

    def _flush(self) -> None:
        if self.octets:
            text = self.octets.decode(self.codec, "replace")
            self.out.append(text)
            self.length += len(text)
            self.octets.clear()


def _character(number: int) -> str:
    """Give the character of a \\u escape, a signed 16 bit number; surrogates are mended when all is joined."""
    return chr(number & 0xFFFF)
