"""What the desk knows already that fits a new mail: articles for its requester, solved tickets for its agents."""

from __future__ import annotations

from typing import Any

from maild.desk.ticket import Ticket
from maild.flow.context import Context
from maild.knowledge.suggest import suggestions
from maild.rulebook.arrival import Solved
from maild.store import Store

READ = 300
"""Characters of a mail that are compared; people say what about at the beginning."""
ALIKE = 0.3
"""What share of a mail's weighty words a solved ticket has to hold."""
MOST = 3


def articles_for(reading: Any, ticket: Ticket | None, context: Context) -> tuple[str, ...]:
    """Name the articles that may help at once.

    Args:
        reading: a maild.flow.receive.Reading; ticket: the one that it may follow up on.
    """
    if not _may_open(reading, ticket):
        return ()
    found = suggestions(context.library(), reading.message.subject, reading.text, reading.language)
    return tuple(article.name for article in found)


def solved_like(reading: Any, ticket: Ticket | None, store: Store) -> tuple[Solved, ...]:
    """Give the solved tickets that are most like a mail, the best first."""
    if not _may_open(reading, ticket):
        return ()
    found = store.find.tickets(f"{reading.message.subject}\n{reading.text[:READ]}", MOST, solved=True)
    tickets = [store.tickets.get(one.number) for one in found if one.share >= ALIKE]
    return tuple(Solved(one.number, one.subject, one.solution) for one in tickets if one)


def _may_open(reading: Any, ticket: Ticket | None) -> bool:
    return reading.verdict.kind == "correspondence" and (ticket is None or ticket.status == "closed")
