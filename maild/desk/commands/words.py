"""What comes of reading an agent's mail: commands, refusals and the words that are for people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Command:
    """One order; `value` is canonical: a key, an address, a number, or "" where the verb takes none."""

    verb: str
    value: str = ""
    values: tuple[str, ...] = ()
    """Of verbs that take several: tags with their sign, addresses."""
    at: datetime | None = None
    """Of verbs that take a moment."""

    def __str__(self) -> str:
        said = " ".join(self.values) or self.value or (self.at.isoformat() if self.at else "")
        return f"/{self.verb} {said}".strip()


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a line that looks like a command is none that could be carried out."""

    written: str
    """As the agent wrote it."""
    why: str
    """unknown_verb | ambiguous_verb | bare_verb | missing | unknown | ambiguous | too_much | no_moment | forbidden |
    twice | not_on_top, or one that a flow adds; `_agent.html` of each language has its words."""
    word: str = ""
    """The very word."""
    verb: str = ""
    suggestions: tuple[str, ...] = ()
    """Whole commands, ready to be sent."""


@dataclass(frozen=True, slots=True)
class Commands:
    """All that an agent's mail orders and says."""

    commands: tuple[Command, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    reply: str = ""
    """For the requester."""
    note: str = ""
    """For agents only."""

    @property
    def anything(self) -> bool:
        return bool(self.commands or self.refusals)
