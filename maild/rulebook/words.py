"""Finding many words in a text at once: whole words in any case, and anywhere where a script writes without spaces."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from operator import add

# Scripts in which words are not set apart by spaces (or, in Korean, carry their particles): Thai to Myanmar, Hangul,
# Khmer, kana, Han.
_RUNNING = (
    "\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3005-\u3007\u3040-\u31ff\u3400-\u9fff"
    "\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\U00020000-\U0003ffff"
)
_APART = re.compile(f"[^\\W_{_RUNNING}]+")
_TOGETHER = re.compile(f"[{_RUNNING}]+")
_ALIKE = str.maketrans(
    {"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u2010": "-", "\u2011": "-"}
    | dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))
)
"""Typographic quotes and hyphens are the typewriter's; what nobody sees is not there."""
_ALIKE_ANY = re.compile(f"[{''.join(map(chr, _ALIKE))}]")


def fold(text: str) -> str:
    """Bring a text into the form in which words are compared: NFKC, no case, single spaces."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
        if _ALIKE_ANY.search(text):
            text = text.translate(_ALIKE)
        text = unicodedata.normalize("NFKC", text.casefold())
    else:
        text = text.lower()
    return " ".join(text.split())


def _pieces(folded: str) -> set[str]:
    """List the whole words of a text, and each sign of running script alone and with its neighbour."""
    pieces = set(_APART.findall(folded))
    if not folded.isascii():
        for run in _TOGETHER.findall(folded):
            pieces.update(run)
            pieces.update(map(add, run, run[1:]))
    return pieces


def _key(folded: str) -> str:
    """Give the piece that a text must have for the word to be in it, the rarest as far as one can tell; "" for none."""
    apart = _APART.findall(folded)
    run = _TOGETHER.search(folded)
    if apart:
        return max(apart, key=len)
    return run[0][:2] if run else ""


def _is_whole(text: str, start: int, end: int) -> bool:
    """Say whether no word goes on over the ends of a find."""
    return not (
        (start and _APART.match(text[start]) and _APART.match(text[start - 1]))
        or (end < len(text) and _APART.match(text[end - 1]) and _APART.match(text[end]))
    )


class WordIndex:
    """Words to look for, arranged so that a text is asked once for all of them; never changes once it is made."""

    def __init__(self, words: Iterable[str]) -> None:
        self._by_key: dict[str, list[tuple[str, str, bool]]] = {}
        for word in dict.fromkeys(words):
            folded = fold(word)
            key = _key(folded)
            self._by_key.setdefault(key, []).append((word, folded, key == folded))
        self._keyless = self._by_key.pop("", [])

    def find(self, text: str) -> set[str]:
        """Give those words that the text has; the text is folded already."""
        found = {word for word, folded, _ in self._keyless if folded and folded in text}
        if self._by_key:
            for key in self._by_key.keys() & _pieces(text):
                for word, folded, sure in self._by_key[key]:
                    if sure or _has(text, folded):
                        found.add(word)
        return found


def _has(text: str, folded: str) -> bool:
    at = text.find(folded)
    while at >= 0:
        if _is_whole(text, at, at + len(folded)):
            return True
        at = text.find(folded, at + 1)
    return False
