"""Look for every word, pattern and expression of a rulebook in one mail, each field once."""

from __future__ import annotations

from collections.abc import Iterable

from maild.mail.message import Address
from maild.rulebook.conditions import Item, Says
from maild.rulebook.expressions import ExpressionIndex
from maild.rulebook.facts import Facts
from maild.rulebook.words import WordIndex, fold

Find = tuple[str, Item]
"""Where, and what."""


def _globbed(pattern: str) -> str:
    """Turn a pattern with * into an expression for the whole of a value."""
    return r"(?s)\A" + ".*".join(_escaped(piece) for piece in pattern.split("*")) + r"\z"


def _escaped(text: str) -> str:
    return "".join(letter if letter.isalnum() or not letter.isascii() else f"\\x{ord(letter):02x}" for letter in text)


class PatternIndex:
    """Patterns with `*` and `@`: whole addresses and domains are looked up, the others are searched for."""

    def __init__(self, patterns: Iterable[str]) -> None:
        self._exact: dict[str, list[str]] = {}
        self._globs: dict[str, list[str]] = {}
        for pattern in dict.fromkeys(patterns):
            plain = pattern.lower().removeprefix("*") if pattern.startswith("*@") else pattern.lower()
            if "*" in plain:
                self._globs.setdefault(_globbed(pattern.lower()), []).append(pattern)
            else:
                self._exact.setdefault(plain, []).append(pattern)
        self._search = ExpressionIndex(self._globs)

    def find(self, value: str) -> set[str]:
        """Give those patterns that fit a value as a whole; `@example.com` fits every address of that domain."""
        value = value.lower()
        found = {*self._exact.get(value, ()), *self._exact.get(value[value.rfind("@") :] if "@" in value else "", ())}
        for glob in self._search.find(value):
            found.update(self._globs[glob])
        return found


class _Place:
    """Everything to look for in one field."""

    def __init__(self, items: Iterable[Item]) -> None:
        by_kind: dict[str, dict[str, Item]] = {"word": {}, "pattern": {}, "expression": {}}
        for item in items:
            by_kind[item.kind][item.text] = item
        self._items = by_kind
        self._words = WordIndex(by_kind["word"])
        self._patterns = PatternIndex(by_kind["pattern"])
        self._expressions = ExpressionIndex(by_kind["expression"])

    def find(self, text: str, values: Iterable[str]) -> set[Item]:
        """Search a text for words and expressions, and the values as wholes for patterns."""
        words, patterns, expressions = self._items.values()
        found = {words[word] for word in self._words.find(fold(text))} if words else set()
        if expressions:
            found.update(expressions[expression] for expression in self._expressions.find(text))
        if patterns:
            found.update(patterns[pattern] for value in values for pattern in self._patterns.find(value))
        return found


class Lookout:
    """All that the conditions of a rulebook look for, by field; never changes once it is made."""

    def __init__(self, conditions: Iterable[Says]) -> None:
        wanted: dict[str, list[Item]] = {}
        for condition in conditions:
            for place in condition.fields:
                wanted.setdefault(place, []).extend(condition.items)
        self._places = {place: _Place(items) for place, items in wanted.items()}

    def find(self, facts: Facts) -> set[Find]:
        """Give everything that is found in a mail, with the field it was found in."""
        found: set[Find] = set()
        for name, place in self._places.items():
            for text, values in _texts(name, facts):
                found.update((name, item) for item in place.find(text, values))
        return found


def _texts(place: str, facts: Facts) -> Iterable[tuple[str, tuple[str, ...]]]:
    """Give the texts of a field, each with the values that patterns are held against."""
    match place:
        case "subject":
            return [(facts.subject, ())]
        case "text":
            return [(facts.text, ())]
        case "from":
            return _addresses(facts.from_)
        case "to":
            return _addresses(facts.to)
        case "cc":
            return _addresses(facts.cc)
        case "attachment":
            return [(f"{name}\n{media}", (name, media)) for name, media in facts.attachments]
    name = place.removeprefix("header ")
    return [(value, (value,)) for field, value in facts.headers if field == name]


def _addresses(addresses: Iterable[Address]) -> list[tuple[str, tuple[str, ...]]]:
    return [(str(address), (address.email,)) for address in addresses]
