"""What is promised to a requester, by priority, and when each promise is due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from maild.desk.calendar import Calendar
from maild.desk.length import Length


@dataclass(frozen=True, slots=True)
class Progress:
    """Word to the requester: the first one after `after`, then one every `every`, until the ticket is resolved."""

    after: Length
    every: Length


@dataclass(frozen=True, slots=True)
class Sla:
    """One row of the SLA table; a length that is None is not promised."""

    priority: str
    calendar: Calendar
    acknowledge: Length | None = None
    first_response: Length | None = None
    resolution: Length | None = None
    progress: Progress | None = None


@dataclass(frozen=True, slots=True)
class DueTimes:
    """When each clock of a ticket runs out; None where nothing is promised."""

    acknowledge: datetime | None = None
    first_response: datetime | None = None
    resolution: datetime | None = None


def due_times(sla: Sla, start: datetime) -> DueTimes:
    """Work out when the clocks that start at a moment run out."""
    acknowledge, first_response, resolution = (
        sla.calendar.add(start, length) if length else None
        for length in (sla.acknowledge, sla.first_response, sla.resolution)
    )
    return DueTimes(acknowledge, first_response, resolution)
