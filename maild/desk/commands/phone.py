"""What phones and mail programs make of a typed line, taken back character by character."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\ufe0e\ufe0f]")
_SAME = str.maketrans({
    **dict.fromkeys("‘’‚‛′＇`´", "'"),
    **dict.fromkeys("“”„‟″＂「」『』«»", '"'),
    **dict.fromkeys("‐‑‒–—―−－﹣", "-"),
    **dict.fromkeys("／⁄∕", "/"),
    **dict.fromkeys("。｡．", "."),
    **dict.fromkeys("，、", ","),
})  # fmt: skip


def visible(line: str) -> str:
    """Leave out what nobody sees: zero-width spaces, marks of direction, soft hyphens."""
    return _INVISIBLE.sub("", line)


def plain(line: str) -> str:
    """Give a line with keyboard characters for those that a phone puts in their place.

    As long as the line itself, so that a place in the one is the same place in the other.
    """
    return "".join(map(_plain, line.translate(_SAME)))


@lru_cache(maxsize=4096)
def _plain(character: str) -> str:
    if character.isspace() or unicodedata.category(character) == "Zs":
        return " "
    same = unicodedata.normalize("NFKC", character)
    return same if len(same) == 1 else character
