"""The sentences of the pages in each language, as files say them: `key = text`, a line each."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from maild.problem import Problem, did_you_mean

FILE = "pages.ini"
"""Within the folder of its language."""
FALLBACK = "en"
NAME = "name"
"""What stands above each page; the only one that may be empty."""
_COMMENTS = ("#", ";")


class Words:
    """What the pages say."""

    def __init__(self, languages: Mapping[str, Mapping[str, str]]) -> None:
        self._languages = languages

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(sorted(self._languages))

    def of(self, language: str) -> Mapping[str, str]:
        """Give the words of a language, or of the one it is a form of, or English."""
        name = language.replace("_", "-").lower()
        return self._languages.get(name) or self._languages.get(name.partition("-")[0]) or self._languages[FALLBACK]

    def preferred(self, accept_language: str) -> str:
        """Give the language a browser asks for first of those we speak (RFC 9110 section 12.5.4)."""
        ranked = []
        for place, item in enumerate(accept_language[:200].split(",")[:20]):
            tag, _, weight = item.strip().partition(";q=")
            try:
                ranked.append((-float(weight or 1), place, tag.partition("-")[0].lower()))
            except ValueError:
                continue
        return next((tag for _, _, tag in sorted(ranked) if tag in self._languages), FALLBACK)


def read_words(text: str, file: str, known: Collection[str] = ()) -> tuple[dict[str, str], list[Problem]]:
    """Read the sentences of a file; give them with every mistake at its place.

    Args:
        file: what it is called in problems.
        known: the keys there are; any where it is empty.
    """
    said: dict[str, str] = {}
    first: dict[str, int] = {}
    problems: list[Problem] = []

    def wrong(number: int, line: str, word: str, what: str, hint: str = "") -> None:
        problems.append(Problem(file, number, line.find(word) + 1, what, line, hint, len(word)))

    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.lstrip().startswith(_COMMENTS):
            continue
        key, equals, sentence = (part.strip() for part in line.partition("="))
        if not equals:
            wrong(number, line, line.strip(), "this line says no key = text", "start a remark with #")
        elif known and key not in known:
            what = f'the pages say nothing called "{key}"' if key else "the key before = is missing"
            wrong(number, line, key or "=", what, did_you_mean(key, known))
        elif key in first:
            wrong(number, line, key, f'"{key}" stands twice', f"first in line {first[key]}")
        elif not sentence and key != NAME:
            wrong(
                number, line, key, f'"{key}" says nothing', "leave the line out to keep the words that come with maild"
            )
        else:
            said[key], first[key] = sentence, number
    return said, problems
