"""Which rules hold for a mail, and why the others do not: a thousand of them in less than a millisecond."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from maild.desk.calendar import Calendar
from maild.desk.decision import Step
from maild.rulebook.conditions import All, Any, Condition, Is, Item, Not, OneOf, Says, Size, says_of
from maild.rulebook.facts import Facts
from maild.rulebook.look import Find, Lookout

_NAMED = 4
"""Items a reason names before it says how many more there are."""


class Premise(NamedTuple):
    """A rule as far as it asks."""

    name: str
    line: int
    when: Condition | None


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What conditions are held against; `category` is what the rules above have set."""

    facts: Facts
    found: set[Find]
    calendars: Mapping[str, Calendar]
    now: datetime
    category: str


class Matcher:
    """The conditions of a rulebook, made ready; never changes once it is made.

    A rule is looked at only where something is found that it cannot do without. What is said of the others does not
    depend on the mail and lies ready.
    """

    def __init__(self, premises: Sequence[Premise]) -> None:
        self._lookout = Lookout(leaf for premise in premises for leaf in says_of(premise.when))
        self.missed: tuple[Step, ...] = tuple(_missed(premise) for premise in premises)
        """For each rule, what is said of it where it is no candidate."""
        self._always: list[int] = []
        self._by_find: dict[Find, list[int]] = {}
        for i, premise in enumerate(premises):
            needed = _needed(premise.when)
            if needed is None:
                self._always.append(i)
            else:
                for find in needed:
                    self._by_find.setdefault(find, []).append(i)

    def find(self, facts: Facts) -> set[Find]:
        return self._lookout.find(facts)

    def candidates(self, found: Iterable[Find]) -> list[int]:
        """Give the rules worth looking at, by their place in the rulebook."""
        numbers = set(self._always)
        for find in found:
            numbers.update(self._by_find.get(find, ()))
        return sorted(numbers)


def holds(condition: Condition | None, around: Circumstances) -> tuple[bool, str]:
    """Say whether a condition holds, and why it does or does not."""
    match condition:
        case None:
            return True, "it always holds"
        case Says():
            return _says(condition, around.found)
        case OneOf(key, values):
            return _one_of(key, values, around)
        case Is(key, wanted):
            answer = getattr(around.facts, key)
            name = "the requester is a VIP" if key == "vip" else f"the sender is {key}"
            return answer == wanted, name if answer else name.replace(" is ", " is not ")
        case Size(over, octets, text):
            fits = around.facts.size > octets if over else around.facts.size < octets
            return fits, f"size is {_octets(around.facts.size)}, {'' if fits else 'not '}{text}"
        case Not(part):
            held, reason = holds(part, around)
            return not held, reason
        case All(parts):
            reasons = []
            for part in parts:
                held, reason = holds(part, around)
                if not held:
                    return False, reason
                reasons.append(reason)
            return True, "; ".join(reasons)
        case Any(parts):
            reasons = []
            for part in parts:
                held, reason = holds(part, around)
                if held:
                    return True, reason
                reasons.append(reason)
            return False, "; ".join(reasons)
    raise AssertionError(condition)


def _says(condition: Says, found: set[Find]) -> tuple[bool, str]:
    for place in condition.fields:
        for item in condition.items:
            if (place, item) in found:
                said = _anything(condition, "a") if item.text == "*" else f"{condition.header or place} has {item}"
                return True, said
    return False, _has_none(condition)


def _anything(condition: Says, article: str) -> str:
    """Say that there is, or is not, what a lone * asks for."""
    if condition.header:
        return f"it has {article} field {condition.header}"
    if condition.key == "attachment":
        return f"it has {article.replace('a', 'an')} attachment"
    return f"{condition.key} has {article.replace('a', 'an')} address"


def _has_none(condition: Says) -> str:
    if [item.text for item in condition.items] == ["*"]:
        return _anything(condition, "no")
    where = "neither subject nor text has" if condition.key == "mentions" else f"{condition.label} has"
    return f"{where} {_none_of(condition.items, 'any of ' if condition.key == 'mentions' else 'none of ')}"


def _none_of(items: Sequence[Item], several: str) -> str:
    if len(items) == 1:
        return str(items[0]) if several.startswith("any") else f"no {items[0]}"
    more = f" and {len(items) - _NAMED} more" if len(items) > _NAMED else ""
    return several + ", ".join(map(str, items[:_NAMED])) + more


def _one_of(key: str, values: tuple[str, ...], around: Circumstances) -> tuple[bool, str]:
    if key == "calendar":
        opened = [name for name in values if around.calendars[name].is_open(around.now)]
        if opened:
            return True, f"the calendar {opened[0]} is open"
        return False, f"the calendar {' or '.join(values)} is shut"
    has = around.category if key == "category" else getattr(around.facts, key)
    fits = has.casefold() in {value.casefold() for value in values}
    return fits, f"{key} is {has or 'not known'}" + ("" if fits else f", not {' or '.join(values)}")


def _octets(size: int) -> str:
    return f"{size / 1_000_000:.1f} MB" if size >= 1_000_000 else f"{size / 1000:.0f} kB"


def _needed(condition: Condition | None) -> set[Find] | None:
    """Give finds of which a condition needs at least one; None where it may hold without any."""
    match condition:
        case Says():
            return {(place, item) for place in condition.fields for item in condition.items}
        case All(parts):
            each = [needed for needed in map(_needed, parts) if needed is not None]
            return min(each, key=len, default=None)
        case Any(parts):
            every = [_needed(part) for part in parts]
            return None if None in every else set().union(*every)
    return None


def _missed(premise: Premise) -> Step:
    return Step("rule", premise.name, False, _lacking(premise.when), premise.line)


def _lacking(condition: Condition | None) -> str:
    """Say what a rule lacks of which it needs at least one; the same choice as `_needed` makes."""
    match condition:
        case Says():
            return _has_none(condition)
        case All(parts):
            some = [part for part in parts if _needed(part) is not None]
            return _lacking(min(some, key=lambda part: len(_needed(part) or ()))) if some else ""
        case Any(parts):
            return "; ".join(_lacking(part) for part in parts)
    return ""
