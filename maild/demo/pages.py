"""The pages of the demo: where they are, and that they open."""

from __future__ import annotations

import socket
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from maild.desk.ticket import Ticket
from maild.flow.context import Context
from maild.flow.links import links
from maild.store import Store

_PATIENCE = 10.0
"""Seconds for a page; the first one waits until the server listens."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page that a stranger can open."""

    shows: str
    url: str


def free_port() -> int:
    """Let the system choose a loopback port; the address of the pages stands in mails before anybody listens there."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return held.getsockname()[1]


def pages(store: Store, context: Context, now: datetime) -> list[Page]:
    """Give pages of the tickets that the demo has: one that is open, those that are solved, and the desk's health."""
    found: list[Page] = []
    for ticket in sorted(store.tickets.list(), key=lambda ticket: ticket.number):
        found += _pages_of(ticket, context, now, first=not found)
    return [*found, Page("whether mail comes in, for monitoring", f"{context.base_url}/healthz")]


def _pages_of(ticket: Ticket, context: Context, now: datetime, first: bool) -> Iterator[Page]:
    urls = links(ticket, ticket.requester, context, now)
    if first:
        yield Page(f"#{ticket.number} as its requester sees it", urls["ticket_url"])
    if ticket.status == "resolved":
        yield Page(f"#{ticket.number} is solved: how was our help?", urls["rate_url"])


def answers(found: Sequence[Page]) -> list[int]:
    """Open each page as a browser does; give what the server answered, 0 for nothing at all."""
    return [_answer(page.url) for page in found]


def _answer(url: str) -> int:
    try:
        with urllib.request.urlopen(url, timeout=_PATIENCE) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0
