"""A ticket that is solved goes into the archive, in the commit that solves it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from maild.desk.archive import SOLVED, archived
from maild.desk.runs import runs_of
from maild.desk.ticket import Ticket
from maild.rulebook.model import Rulebook
from maild.store import Store


def archive(
    before: Ticket | None, after: Ticket, store: Store, rulebook: Rulebook, now: datetime, undone: bool = False
) -> Ticket:
    """Keep what a solved ticket was and took, or take that back as it is opened again; give it as it is written.

    To be called when the entries of the change are written.

    Args:
        undone: an agent takes his own orders back, and with them only what they were the first to say.
    """
    if (before is not None and before.status in SOLVED) == (after.status in SOLVED):
        return after
    sla = rulebook.sla.get(after.priority)
    calendar = sla.calendar if sla else None
    runs = runs_of(store.clocks.of(after.number))
    kept = archived(before, after, store.tickets.entries(after.number), calendar, now, runs)
    if undone:
        kept = replace(kept, cause=after.cause)
    if kept != after:
        store.tickets.update(kept)
    return kept
