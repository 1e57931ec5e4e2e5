"""Apply a rulebook's rules to a mail: the first rule to set a field wins; lists and notices add up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from maild.desk.decision import Step
from maild.rulebook.facts import Facts
from maild.rulebook.match import Circumstances, holds
from maild.rulebook.model import Notify, Rule, Rulebook

FIELDS = ("queue", "category", "impact", "urgency", "priority", "assignee")
"""The fields that rules may set, besides what adds up."""


@dataclass(frozen=True, slots=True)
class Set:
    """The value of a field and who set it."""

    value: str
    by: str
    """The name of a rule, "defaults", or "the matrix"."""
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the rules make of one mail."""

    fields: Mapping[str, Set]
    """Of FIELDS; `assignee` only where a rule names one."""
    outcome: str = ""
    """ignored | spam, or "" where the mail shall open a ticket."""
    outcome_by: str = ""
    tags: tuple[str, ...] = ()
    suggest: tuple[str, ...] = ()
    ask: tuple[str, ...] = ()
    notify: tuple[Notify, ...] = ()
    steps: tuple[Step, ...] = ()
    """Every rule, hit or missed, then who set each field and who was overruled."""

    def value(self, field: str) -> str:
        """Give the value of a field, "" where it has none."""
        found = self.fields.get(field)
        return found.value if found else ""


def apply(rulebook: Rulebook, facts: Facts, now: datetime) -> Verdict:
    """Ask every rule about a mail, top to bottom."""
    matcher = rulebook.matcher
    found = matcher.find(facts)
    steps = list(matcher.missed)
    fields: dict[str, Set] = {}
    overruled: dict[str, list[str]] = {}
    hits: list[Rule] = []
    for number in matcher.candidates(found):
        rule = rulebook.rules[number]
        category = fields["category"].value if "category" in fields else facts.category or rulebook.defaults.category
        held, reason = holds(rule.when, Circumstances(facts, found, rulebook.calendars, now, category))
        steps[number] = Step("rule", rule.name, held, reason, rule.line)
        if not held:
            continue
        hits.append(rule)
        for setting in rule.set:
            if setting.field in fields:
                overruled.setdefault(setting.field, []).append(f"{rule.name} ({setting.value})")
            else:
                fields[setting.field] = Set(setting.value, rule.name, setting.line)
    _fill(fields, rulebook)
    deciding = next((rule for rule in hits if rule.outcome), None)
    if deciding:
        steps.append(Step("set", "outcome", True, f"{deciding.outcome}, by {deciding.name}", deciding.line))
    steps += [_set_step(field, fields[field], overruled.get(field, ())) for field in FIELDS if field in fields]
    return Verdict(
        fields=fields,
        outcome=deciding.outcome if deciding else "",
        outcome_by=deciding.name if deciding else "",
        tags=_all_of(rule.tags for rule in hits),
        suggest=_all_of(rule.suggest for rule in hits),
        ask=_all_of(rule.ask for rule in hits),
        notify=_all_of(rule.notify for rule in hits),
        steps=tuple(steps),
    )


def _fill(fields: dict[str, Set], rulebook: Rulebook) -> None:
    usual = rulebook.defaults
    for name in ("queue", "category", "impact", "urgency"):
        fields.setdefault(name, Set(getattr(usual, name), "defaults", usual.line))
    impact, urgency = fields["impact"].value, fields["urgency"].value
    fields.setdefault(
        "priority", Set(rulebook.priority(impact, urgency), "the matrix", rulebook.matrix_lines.get(impact))
    )


def _set_step(field: str, found: Set, overruled: tuple[str, ...] | list[str]) -> Step:
    over = f"; overruled: {', '.join(overruled)}" if overruled else ""
    return Step("set", field, True, f"{found.value}, by {found.by}{over}", found.line)


def _all_of(lists):
    """Join lists without what was there before, in order."""
    return tuple(dict.fromkeys(item for items in lists for item in items))
