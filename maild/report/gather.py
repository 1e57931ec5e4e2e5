"""From the store to the figures of a period, of the one before, and of a trial."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from maild.desk.calendar import Calendar
from maild.report.compare import Difference, compare
from maild.report.effort import cost_of
from maild.report.figures import Figures, figures
from maild.report.page import Material
from maild.report.period import Period
from maild.report.problems import returning
from maild.rulebook.model import Rulebook
from maild.store import Store


def gather(store: Store, period: Period, rulebook: Rulebook, now: datetime) -> Material:
    """Work out a period, the one before it, and the problems that came back."""
    before, calendar = period.before, calendar_of(rulebook)
    tickets = list(store.reviews.tickets(before.since, period.until))
    reopenings = store.reviews.reopenings(before.since, period.until)
    return Material(
        figures=figures(tickets, reopenings, period, calendar, now),
        before=figures(tickets, reopenings, before, calendar, now),
        problems=returning(tickets, period, cost_of(calendar, min(period.until, now))),
        agents={key: agent.name for key, agent in rulebook.agents.items()},
    )


def gather_trial(
    store: Store, before: Period, after: Period, rulebook: Rulebook, now: datetime
) -> tuple[Difference, ...]:
    """Set the time after a change against the time before it."""
    calendar = calendar_of(rulebook)

    def worked_out(period: Period) -> Figures:
        span = (period.since, period.until)
        return figures(store.reviews.tickets(*span), store.reviews.reopenings(*span), period, calendar, now)

    return compare(worked_out(before), worked_out(after), rulebook.calendar)


def calendar_of(rulebook: Rulebook) -> Callable[[str], Calendar]:
    """Give what tells the calendar of a priority; the desk's first one where nothing is promised for it."""

    def calendar(priority: str) -> Calendar:
        promised = rulebook.sla.get(priority)
        return promised.calendar if promised else rulebook.calendar

    return calendar
