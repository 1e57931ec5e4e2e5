"""The links a notice carries to the pages of its ticket, for its requester alone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from maild.desk.link import LIFE, RATE, TICKET, make_link
from maild.desk.ticket import Ticket
from maild.flow.context import Context

NONE: Mapping[str, str] = {"ticket_url": "", "rate_url": ""}


def links(ticket: Ticket | None, recipient: str, context: Context, now: datetime) -> Mapping[str, str]:
    """Give `ticket_url` and `rate_url`; both are "" where there are no pages, or for anybody but the requester.

    Someone copied in gets none: he shall not see what was written before he came.
    """
    if not context.base_url or ticket is None or not ticket.number or recipient != ticket.requester:
        return NONE
    until = now + LIFE
    return {
        "ticket_url": f"{context.base_url}/t/{make_link(context.keys, TICKET, ticket.number, recipient, until)}",
        "rate_url": f"{context.base_url}/r/{make_link(context.keys, RATE, ticket.number, recipient, until)}",
    }
