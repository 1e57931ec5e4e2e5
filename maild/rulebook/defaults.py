"""What holds where the admin has said nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from maild.desk.gate import Limits
from maild.desk.sla import DueTimes, Sla, due_times


@dataclass(frozen=True, slots=True)
class Defaults:
    """The fixed answers to "who gets it and how urgent is it" until a rule says otherwise."""

    queue: str = "helpdesk"
    category: str = "other"
    impact: str = "individual"
    urgency: str = "medium"
    reopen_within: timedelta = timedelta(days=14)
    """A reply to a ticket closed longer than this opens a new, linked one."""
    limits: Limits = field(default_factory=Limits)
    sla: Mapping[str, Sla] = field(default_factory=dict)
    """What is promised for each priority; nothing for one that is missing."""

    def due(self, priority: str, start: datetime) -> DueTimes:
        """Say by when a ticket of this priority, opened at `start`, is acknowledged, answered and resolved."""
        sla = self.sla.get(priority)
        return due_times(sla, start) if sla else DueTimes()


PRIORITIES = {
    ("company", "high"): "P1",
    ("company", "medium"): "P2",
    ("company", "low"): "P3",
    ("department", "high"): "P1",
    ("department", "medium"): "P2",
    ("department", "low"): "P3",
    ("individual", "high"): "P2",
    ("individual", "medium"): "P3",
    ("individual", "low"): "P4",
}
