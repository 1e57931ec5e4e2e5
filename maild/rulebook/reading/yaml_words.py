"""What YAML's parser complains about, in the words of someone who has to mend the line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

Told = tuple[int, int, int, str, str]
"""line, column and width of the words meant (from 1), the sentence, the hint."""

_EXPRESSION = re.compile(r"(?:^|(?<=[\s\[{,]))(/(?:.*?)/)(?=\s*(?:[,\]}]|$))|(?:^|(?<=[\s\[{,]))(/\S+)")
_WORD = re.compile(r"[^\s,\[\]{}]+")
_FULL_WIDTH = {"：": ":", "，": ",", "“": '"', "”": '"', "‘": "'", "’": "'", "［": "[", "］": "]", "｛": "{", "｝": "}"}
_INDICATORS = "@`%"


def first_error(error: Any, text: str, lines: Sequence[str]) -> Told:
    """Say what stopped the parser and what to write instead."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    if mark is None:
        return _unreadable(error, text)
    place = _Place(mark, getattr(error, "context_mark", None), str(getattr(error, "problem", "") or ""), lines)
    for rule in (
        _tab,
        _unknown_escape,
        _unclosed_quote,
        _unquoted_expression,
        _indicator,
        _folded,
        _full_width,
        _text_after_quote,
        _missing_space,
        _unclosed_list,
        _colon,
        _indentation,
    ):
        told = rule(place)
        if told:
            return told
    return (place.line, place.col, 1, f"YAML cannot read on from here: {place.problem}", "")


class _Place:
    def __init__(self, mark: Any, context: Any, problem: str, lines: Sequence[str]) -> None:
        self.lines, self.problem = lines, problem
        self.line, self.col = min(mark.line + 1, len(lines)), mark.column + 1
        self.source = lines[self.line - 1]
        self.context_line = context.line + 1 if context else self.line
        self.context_col = context.column + 1 if context else self.col

    @property
    def letter(self) -> str:
        return self.source[self.col - 1 : self.col]

    def word_at(self, col: int) -> str:
        found = _WORD.match(self.source, col - 1)
        return found[0] if found else self.source[col - 1 : col]

    def above(self) -> tuple[int, str]:
        """Give the nearest line above that says something."""
        for number in range(self.line - 1, 0, -1):
            if self.lines[number - 1].strip() and not self.lines[number - 1].lstrip().startswith("#"):
                return number, self.lines[number - 1]
        return self.line, self.source


def _unreadable(error: Any, text: str) -> Told:
    position = getattr(error, "position", 0)
    before = text[:position]
    line, col = before.count("\n") + 1, position - (before.rfind("\n") + 1) + 1
    letter = text[position : position + 1]
    return line, col, 1, f"the invisible character U+{ord(letter or ' '):04X} cannot stand in a rulebook", "delete it"


def _tab(place: _Place) -> Told | None:
    if place.letter != "\t":
        return None
    return place.line, place.col, 1, "a tab stands here; YAML wants spaces", "two spaces for each step are usual"


def _unknown_escape(place: _Place) -> Told | None:
    if "unknown escape" not in place.problem:
        return None
    source = place.source
    start = source.rfind('"', 0, place.col - 1)
    end = source.find('"', place.col)
    written = source[start + 1 : end] if end > 0 else source[start + 1 :]
    what = "in double quotes a backslash begins a letter of its own, and YAML does not know this one"
    return place.line, place.col - 1, 2, what, f"use single quotes: '{written}'"


def _unclosed_quote(place: _Place) -> Told | None:
    if "end of stream" not in place.problem or (place.context_line == place.line and place.context_col == place.col):
        return None
    quote = place.lines[place.context_line - 1][place.context_col - 1 : place.context_col]
    if quote not in "'\"":
        return None
    what = f"the quote {quote} that opens here is never closed"
    return place.context_line, place.context_col, 1, what, f"put {quote} at the end of the text"


def _unquoted_expression(place: _Place) -> Told | None:
    for found in _EXPRESSION.finditer(place.source):
        start, end = found.span()
        if start < place.col <= end + 1 and start > 0:
            what = "a regular expression needs single quotes around it"
            return place.line, start + 1, end - start, what, f"write '{found[0]}'"
    return None


def _indicator(place: _Place) -> Told | None:
    start = place.col
    if "alias" in place.problem or "alphabetic or numeric" in place.problem:
        start = place.context_col
    letter = place.source[start - 1 : start]
    if letter not in ("*", "&", *_INDICATORS):
        return None
    word = place.word_at(start)
    what = f"a word that begins with {letter} needs quotes around it"
    return place.line, start, len(word), what, f'write "{word}"'


def _folded(place: _Place) -> Told | None:
    start = place.context_col if "chomping" in place.problem else place.col
    letter = place.source[start - 1 : start]
    if letter not in (">", "|"):
        return None
    word = re.split(r" #|[,\]}]", place.source[start - 1 :])[0].rstrip()
    what = f"a value that begins with {letter} means something else to YAML"
    hint = f'put it in quotes: "{word}"; of sizes write: over 5MB, under 5MB'
    return place.line, start, max(1, len(word)), what, hint


def _full_width(place: _Place) -> Told | None:
    above, text = place.above()
    for number, source in ((place.line, place.source), (above, text)):
        bare = re.sub(r"'[^']*'|\"[^\"]*\"|#.*", lambda found: " " * len(found[0]), source)
        for col, letter in enumerate(bare, 1):
            if letter in _FULL_WIDTH:
                plain = _FULL_WIDTH[letter]
                tail = " and a space after it" if plain in ":," else ""
                return number, col, 1, f"{letter} is a full-width sign", f"write the plain {plain}{tail}"
    return None


def _text_after_quote(place: _Place) -> Told | None:
    if "<scalar>" not in place.problem or place.source[: place.col - 1].rstrip()[-1:] not in ("'", '"'):
        return None
    what = "text goes on after the closing quote"
    hint = "put the quotes around all of it; a ' inside '...' is written twice: ''"
    return place.line, place.col, len(place.word_at(place.col)), what, hint


def _missing_space(place: _Place) -> Told | None:
    above, text = place.above()
    for number, source in ((place.line, place.source), (above, text)):
        found = re.match(r"\s*(?:- )*([\w-]+):([^\s:/].*)$", source)
        if found:
            col = found.end(1) + 1
            return number, col, 1, "a colon after a key wants a space after it", f"write {found[1]}: {found[2]}"
    return None


def _colon(place: _Place) -> Told | None:
    if "mapping values" not in place.problem:
        return None
    what = "a colon stands here where no key can be"
    hint = (
        "text that contains a colon goes in quotes; a new key begins on a line of its own, as far in as its neighbours"
    )
    return place.line, place.col, 1, what, hint


def _unclosed_list(place: _Place) -> Told | None:
    if "expected ','" not in place.problem and "<stream end>" not in place.problem:
        return None
    bracket = place.lines[place.context_line - 1][place.context_col - 1 : place.context_col]
    closing = {"[": "]", "{": "}"}.get(bracket)
    if closing is None:
        return None
    hint = "text that has brackets, braces or commas in it goes in quotes"
    if place.context_line != place.line:
        return (
            place.context_line,
            place.context_col,
            1,
            f"the {bracket} that opens here is not closed with {closing}",
            hint,
        )
    return place.line, place.col, 1, f"before this the {bracket} wants a comma or its closing {closing}", hint


def _indentation(place: _Place) -> Told | None:
    if "block end" not in place.problem and "did not find" not in place.problem:
        return None
    what = "this line is not as far in as its neighbours, or a dash is missing before it"
    return (
        place.line,
        place.col,
        len(place.word_at(place.col)),
        what,
        "lines that belong together begin in the same column",
    )
