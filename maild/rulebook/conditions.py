"""What a rule's `when` asks of a mail, as a tree of plain values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to look for, as the admin wrote it (an expression without its slashes)."""

    kind: str
    """word | pattern (with * or @) | expression"""
    text: str

    def __str__(self) -> str:
        return f"/{self.text}/" if self.kind == "expression" else f'"{self.text}"'


@dataclass(frozen=True, slots=True)
class Says:
    """One of the items is found in one of the fields."""

    key: str
    """from | to | cc | subject | text | mentions | attachment | header"""
    items: tuple[Item, ...]
    header: str = ""
    """The field's name as written, where the key is header."""

    @property
    def label(self) -> str:
        return self.header or self.key

    @property
    def fields(self) -> tuple[str, ...]:
        """Name the places to look in."""
        if self.key == "mentions":
            return "subject", "text"
        return (f"header {self.header.lower()}",) if self.header else (self.key,)


@dataclass(frozen=True, slots=True)
class OneOf:
    """A field has one of the values."""

    key: str
    """language | category | department | location | calendar"""
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Is:
    """A yes-or-no question has this answer."""

    key: str
    """authenticated | vip"""
    wanted: bool


@dataclass(frozen=True, slots=True)
class Size:
    """The mail is larger, or smaller, than so many octets."""

    over: bool
    octets: int
    text: str
    """As written: over 5MB."""


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Any:
    """At least one part holds."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: Condition


Condition = Says | OneOf | Is | Size | All | Any | Not


def says_of(condition: Condition | None) -> Iterator[Says]:
    """Give every leaf that looks for items."""
    match condition:
        case Says():
            yield condition
        case All(parts) | Any(parts):
            for part in parts:
                yield from says_of(part)
        case Not(part):
            yield from says_of(part)


def implies(narrow: Condition | None, wide: Condition | None) -> bool:
    """Say whether `wide` surely holds wherever `narrow` does; False where that cannot be seen from their shape."""
    if wide is None or narrow == wide:
        return True
    match wide:
        case All(parts):
            return all(implies(narrow, part) for part in parts)
        case Any(parts) if any(implies(narrow, part) for part in parts):
            return True
    match narrow:
        case All(parts):
            return any(implies(part, wide) for part in parts)
        case Any(parts):
            return all(implies(part, wide) for part in parts)
        case Not(part):
            return isinstance(wide, Not) and implies(wide.part, part)
        case Says(key, items, header) if isinstance(wide, Says):
            return set(items) <= set(wide.items) and (
                (key, header.lower()) == (wide.key, wide.header.lower())
                or (wide.key == "mentions" and key in ("subject", "text"))
            )
        case OneOf(key, values) if isinstance(wide, OneOf):
            return key == wide.key and set(values) <= set(wide.values)
        case Size() if isinstance(wide, Size):
            return narrow.over == wide.over and (
                narrow.octets >= wide.octets if narrow.over else narrow.octets <= wide.octets
            )
    return False


def never_holds(condition: Condition | None) -> bool:
    """Say whether a condition contradicts itself, as far as that can be seen from its shape."""
    match condition:
        case Any(parts):
            return all(never_holds(part) for part in parts)
        case All(parts):
            if any(never_holds(part) for part in parts):
                return True
            return any(_excludes(one, other) for one in parts for other in parts if one is not other)
    return False


def _excludes(one: Condition, other: Condition) -> bool:
    match one, other:
        case (_, Not(part)):
            return implies(one, part)
        case (OneOf(), OneOf()):
            return one.key == other.key and not set(one.values) & set(other.values)
        case (Is(), Is()):
            return one.key == other.key and one.wanted != other.wanted
        case (Size(), Size()):
            return one.over and not other.over and one.octets >= other.octets - 1
    return False
