"""The terms that a text is found by: folded and stemmed words, whole error codes, Chinese by pairs of letters."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

LONGEST_TERM = 40
"""Letters; what is longer is no word that anybody looks for."""

_HAN = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_RUN = re.compile(rf"[{_HAN}]+|[^\W_{_HAN}]+(?:[-_.'’:][^\W_{_HAN}]+)*")
_ASCII_RUN = re.compile(r"[a-z0-9]+(?:[-_.':][a-z0-9]+)*")
"""The same for a text of ASCII alone, in half the time."""
_PARTS = re.compile(r"[-_.'’:]+")
_POLITE = re.compile(
    "您好|你好|大家好|请问|麻烦|帮忙|帮我|帮助|谢谢|感谢|怎么办|怎么样|怎么|怎样|如何|什么|为什么|一下|我们|你们|您们|我的|"
    "今天|昨天|早上|上午|下午|刚才|现在|已经|可以|需要|一直|还是|就是|这个|那个|因为|所以|但是|如果|的话|时候|问题|[请我您你的了吗呢吧啊呀都也又很被把让给在]"
)
_STOP = frozenset(
    """
    a about after again all always am an and any anymore are as at be because been before but by can cannot cant could
    couldnt did didnt do does doesnt dont ever every for from get gets getting go got had has have havent hello help hi
    how i id if ill im in is isnt it its ive just kind know like me morning my need no not now of on one or our out
    please problem regards same say says since so some somebody something still thank thanks that the their them then
    there they thing this to today too tried try trying up us use used using want was we were what when where which
    while who why will with wont work working works would yesterday you your
    """.split()  # noqa: SIM905, a hundred words are read more easily so
)


def terms(text: str) -> list[str]:
    """Cut a text into its terms, in order; each consists of letters, digits and "_" alone."""
    if text.isascii():
        runs = _ASCII_RUN.findall(text.lower())
    else:
        runs = _RUN.findall(unicodedata.normalize("NFKC", text).casefold())
    return [term for run in runs for term in _terms_of(run)]


def _pairs(run: str) -> Iterator[str]:
    if len(run) == 1:
        yield run
    for start in range(len(run) - 1):
        yield run[start : start + 2]


@lru_cache(maxsize=20_000)
def _terms_of(run: str) -> tuple[str, ...]:
    """Give the terms of one run of letters; people use the same few thousand words all the time."""
    if _is_han(run[0]):
        return tuple(pair for piece in _POLITE.split(run) for pair in _pairs(piece))
    return tuple(_words(_unaccented(run)))


def _words(run: str) -> Iterator[str]:
    """Give a word or a code; of a hyphened one the whole and its parts, so that Wi-Fi, wifi and 5.7.1 are all found."""
    parts = [part for part in _PARTS.split(run) if part]
    if any(letter.isdigit() for letter in run):
        whole = "_".join(parts)
        yield from ((whole,) if len(whole) <= LONGEST_TERM else ())
        if len(parts) == 1:
            return
    elif "'" in run or "’" in run or len(parts) == 1:
        yield from _word("".join(parts))
        return
    elif min(map(len, parts)) <= 3:
        yield from _word("".join(parts))
    for part in parts:
        yield from _word(part) if not part.isdigit() else ()


def _word(word: str) -> Iterator[str]:
    if 1 < len(word) <= LONGEST_TERM and word not in _STOP:
        yield stem(word)


def stem(word: str) -> str:
    """Take the ending off an English word, lightly: printers, printing and printed are print-, a printer is not."""
    if not word.isascii() or not word.isalpha() or len(word) < 4:
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes")):
        word = word[:-2]
    elif word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    for ending in ("ing", "ed"):
        rest = word.removesuffix(ending)
        if rest != word and len(rest) >= 3 and any(vowel in rest for vowel in "aeiouy"):
            return rest[:-1] if rest[-1] == rest[-2] and rest[-1] not in "lsz" else rest.removesuffix("e")
    return word[:-1] if word.endswith("e") and len(word) > 4 else word


def _is_han(letter: str) -> bool:
    return "\u3400" <= letter <= "\u9fff" or "\uf900" <= letter <= "\ufaff"


def _unaccented(word: str) -> str:
    if word.isascii():
        return word
    return "".join(letter for letter in unicodedata.normalize("NFD", word) if not unicodedata.combining(letter))
