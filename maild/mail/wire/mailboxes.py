"""Reads mailboxes out of address fields that keep no grammar, in one pass."""

from __future__ import annotations

import re

Mailboxes = list[tuple[str, str]]
"""(display name, address) as they stand there, the address not yet judged."""

_TOKEN = re.compile(
    r'"((?>(?:[^"\\]|\\.)*))"'  # 1 a quoted string
    r"|<([^<>]*+)>?"  # 2 an address in brackets, whose end may be missing
    r"|([,;])"  # 3 the end of a mailbox
    r"|(:)"  # 4 the end of a group's name
    r'|([^"<>,;:()\s]++)'  # 5 a word
    r"|(\()"  # 6 the beginning of a comment
    r"|[\s\S]",
    re.DOTALL,
)
_WORD = re.compile(r'[^"<>,;:()\s]+')
_PARENTHESIS = re.compile(r"\\.|[()]", re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_AROUND = "'`.[]"
_LONGEST_CARRIED = 200


def read_loosely(text: str) -> Mailboxes:
    """Give the mailboxes of a field; what stands in brackets is an address before all else, a quoted string never."""
    return _Reading(text).all()


class _Reading:
    """The mailbox under way, and those that are done."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.found: Mailboxes = []
        self.carried = ""
        """A name without an address, which may be the first half of "Doe, Jane <jane@example.com>"."""
        self._begin()

    def _begin(self) -> None:
        self.words: list[str] = []
        self.quoted: set[int] = set()
        """Places in `words` of what was quoted: part of a name, whatever it looks like."""
        self.angles: list[str] = []
        self.comments: list[str] = []

    def all(self) -> Mailboxes:
        position, last_closing = 0, _last_closing(self.text)
        while match := _TOKEN.match(self.text, position):
            position = match.end()
            kind = match.lastindex
            if self.angles and kind in (1, 2, 5) and "@" in self.angles[-1]:
                # "Jane <jane@example.com> Joe <joe@example.com>": the comma was forgotten.
                self._end(",")
            if kind == 1:
                position = self._quoted(match[0], match[1], position)
            elif kind == 2:
                self.angles.append(match[2])
            elif kind == 3:
                self._end(match[3])
            elif kind == 4 and not self.angles:
                # The name of a group is nobody's.
                self._begin()
            elif kind == 5:
                self.words.append(match[5])
            elif kind == 6 and position <= last_closing:
                comment, position = _comment(self.text, position)
                self.comments.append(comment)
        self._end(";")
        return self.found

    def _quoted(self, whole: str, inner: str, position: int) -> int:
        """Take a quoted string: a local part where a domain follows, else part of a name."""
        domain = _WORD.match(self.text, position) if self.text.startswith("@", position) else None
        if domain:
            self.words.append(whole + domain[0])
            return domain.end()
        self.quoted.add(len(self.words))
        self.words.append(_ESCAPED.sub(r"\1", inner))
        return position

    def _end(self, separator: str) -> None:
        boxes = self._mailboxes()
        if boxes and self.carried and self.angles and boxes[0][0]:
            boxes[0] = (f"{self.carried} {boxes[0][0]}", boxes[0][1])
        if boxes or separator != ",":
            self.carried = ""
        elif self.words:
            self.carried = f"{self.carried} {' '.join(self.words)},".strip()[-_LONGEST_CARRIED:]
        self.found += boxes
        self._begin()

    def _mailboxes(self) -> Mailboxes:
        words = self.words
        bracketed = [angle for angle in self.angles if "@" in angle]
        if bracketed:
            return [(" ".join(words), bracketed[0]), *(("", angle) for angle in bracketed[1:])]
        bare = [place for place, word in enumerate(words) if "@" in word[1:-1] and place not in self.quoted]
        if len(bare) != 1:
            return [("", words[place].strip(_AROUND)) for place in bare]
        others = " ".join(words[: bare[0]] + words[bare[0] + 1 :])
        return [(others or " ".join(self.comments), words[bare[0]].strip(_AROUND))]


def _last_closing(text: str) -> int:
    """Give the place up to which parentheses pair: behind it one is never closed."""
    opening = []
    for match in _PARENTHESIS.finditer(text):
        if match[0] == "(":
            opening.append(match.start())
        elif match[0] == ")" and opening:
            opening.pop()
    return opening[0] if opening else len(text)


def _comment(text: str, position: int) -> tuple[str, int]:
    """Give the comment that was opened before `position`, and the place behind it."""
    depth = 1
    for match in _PARENTHESIS.finditer(text, position):
        depth += {"(": 1, ")": -1}.get(match[0], 0)
        if not depth:
            return text[position : match.start()], match.end()
    return "", position
