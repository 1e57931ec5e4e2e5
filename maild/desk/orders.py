"""What became of an agent's orders, for the transcript and for undoing it."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

from maild.desk.commands import Refusal
from maild.desk.ticket import Participant, Ticket

UNDOABLE = (
    "subject", "status", "queue", "category", "impact", "urgency", "priority", "assignee", "tags",
    "acknowledge_due", "first_response_due", "first_responded_at", "resolution_due", "resolved_at", "closed_at",
    "parent", "participants", "cause", "waits_until",
)  # fmt: skip
SHOWN = (
    "subject", "status", "waits_until", "assignee", "queue", "priority", "impact", "urgency", "category", "tags",
    "participants", "parent", "cause", "resolution_due", "first_response_due",
)  # fmt: skip
"""The fields a transcript tells of, in its order."""


@dataclass(frozen=True, slots=True)
class Change:
    """A field of a ticket that has another value now."""

    field: str
    old: Any
    new: Any


@dataclass(frozen=True, slots=True)
class Went:
    """Someone who gets what an agent wrote."""

    to: str
    name: str = ""
    withheld: str = ""
    """Why he does not, where the gate keeps it back."""


@dataclass(frozen=True, slots=True)
class Orders:
    """Beside the ticket's new state: what an agent's mail makes necessary elsewhere."""

    agent: str
    """The agent's key."""
    refusals: tuple[Refusal, ...] = ()
    ask: str = ""
    """trust | danger, where the agent is asked to confirm and the mail waits."""
    answered: str = ""
    """The Message-ID of our question that this mail answers; the mail it was about is released."""
    release: int | None = None
    """The inbox row that is read again."""
    undone: str = ""
    """The transcript whose orders are taken back."""
    withdraw: tuple[int, ...] = ()
    """Notices in the outbox that shall not go."""
    undoable: bool = False
    kept: tuple[Kept, ...] = ()
    """What could not be taken back any more."""


@dataclass(frozen=True, slots=True)
class Kept:
    """Something that an /undo left as it is, since life has gone on."""

    why: str
    """changed: the field `what` has another value meanwhile. sent: mail has gone to `what`. wrote: the person `what`
    has written on ticket `number`, and takes part there. goes_on: people have written on ticket `number`, which was
    split off."""
    what: str = ""
    number: int = 0


@dataclass(frozen=True, slots=True)
class Told:
    """What a transcript says of one ticket."""

    ticket: Ticket
    opened: bool = False
    """These orders opened it."""
    changes: tuple[Change, ...] = ()
    clocks: tuple[str, ...] = ()
    """What became of its promises: answered | stopped | paused | resumed | begun | unwound."""
    went: tuple[Went, ...] = ()
    told: tuple[Went, ...] = ()
    text: str = ""
    notes: tuple[str, ...] = ()
    withdrawn: tuple[str, ...] = ()
    kept: tuple[Kept, ...] = ()
    before: Ticket | None = None

    @property
    def anything(self) -> bool:
        """Whether there is anything to tell."""
        return any(
            (self.opened, self.changes, self.went, self.told, self.text, self.notes, self.withdrawn, self.kept)
        )


def changes(before: Ticket, after: Ticket, names: tuple[str, ...] = SHOWN) -> tuple[Change, ...]:
    """List the fields in which two states of a ticket differ."""
    pairs = ((name, getattr(before, name), getattr(after, name)) for name in names)
    return tuple(Change(name, old, new) for name, old, new in pairs if old != new)


def to_json(before: Ticket, after: Ticket) -> dict[str, list[Any]]:
    """Write the differences down, so that they can be taken back another day."""
    found = changes(before, after, UNDOABLE)
    return {change.field: [_plain(change.old), _plain(change.new)] for change in found}


def take_back(ticket: Ticket, written: dict[str, Any]) -> tuple[Ticket, tuple[str, ...]]:
    """Give a ticket with the old values where it still has the new ones, and the names of the fields that moved on.

    Of tags and people only what these orders added or took away is taken back.
    """
    moved_on, values = [], {}
    for name, found in written.items():
        if name not in UNDOABLE:
            continue
        old, new = found
        here = _plain(getattr(ticket, name))
        if here == new:
            values[name] = _typed(name, old)
        elif name in _LISTS:
            values[name] = _typed(name, _without(here, old, new))
        else:
            moved_on.append(name)
    return replace(ticket, **values), tuple(moved_on)


_LISTS = ("tags", "participants")


def _without(here: list[Any], old: list[Any], new: list[Any]) -> list[Any]:
    """Take what was added out of a list, and put what was taken out back, whatever else was added meanwhile."""
    return [*(each for each in here if each in old or each not in new), *(e for e in old if e not in new + here)]


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, tuple):
        return [[p.email, p.name, p.role] if isinstance(p, Participant) else p for p in value]
    return value


_MOMENTS = frozenset(f.name for f in fields(Ticket) if "datetime" in str(f.type))


def _typed(name: str, value: Any) -> Any:
    if value is None:
        return None
    if name in _MOMENTS:
        return datetime.fromisoformat(value)
    if name == "participants":
        return tuple(Participant(*each) for each in value)
    return tuple(value) if isinstance(value, list) else value
