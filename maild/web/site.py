"""What every page is given, and how a link is turned into the ticket it opens."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from maild.desk.link import LIFE, RATE, TICKET, Link, check_form, is_genuine, make_form, make_link, read_link
from maild.desk.ticket import Ticket
from maild.desk.when import when
from maild.flow.context import Context
from maild.store import Store
from maild.web.guard import Pace, neighbourhood
from maild.web.words import NAME, Words

Page = Callable[[str, Mapping[str, Any]], str]
"""(name of a page, facts) to HTML."""


def usual_pace() -> Pace:
    """Let a person press as fast as he likes and a machine try sixty links a minute."""
    return Pace(time.monotonic, burst=60, per_second=1)


@dataclass(frozen=True, slots=True)
class Logo:
    """A picture above each page."""

    content: bytes
    type: str


@dataclass(frozen=True, slots=True)
class Site:
    """Built once by the daemon, or by `maild web`."""

    store: Store
    context: Context
    page: Page
    words: Words
    style: str
    clock: Callable[[], datetime]
    monitors: tuple[str, ...] = ()
    """Networks from which /metrics may be read."""
    mailboxes: tuple[str, ...] = ()
    """Those that have to be reached for this desk to be healthy."""
    stuck: Callable[[], list[str]] = list
    """Names the loops of this process that gave no sign of life."""
    trouble: Callable[[BaseException], None] = lambda _: None
    """Told of a mistake in our own code."""
    pace: Pace = field(default_factory=usual_pace)
    logo: Logo | None = None

    @property
    def base_path(self) -> str:
        return urlsplit(self.context.base_url).path.rstrip("/")

    @property
    def secure(self) -> bool:
        return self.context.base_url.startswith("https://")

    def path(self, purpose: str, ticket: Ticket) -> str:
        """Give the path of a page for the requester of a ticket."""
        link = make_link(self.context.keys, purpose, ticket.number, ticket.requester, self.clock() + LIFE)
        return f"{self.base_path}/{'r' if purpose == RATE else 't'}/{link}"

    def moment(self, at: datetime, language: str) -> str:
        return when(at, self.context.timezone, language, self.clock())

    def show(self, name: str, language: str, status: int = 200, **facts: Any) -> Response:
        """Give a page in a language."""
        words = self.words.of(language)
        above = {"name": words[NAME] or self.context.sender.name, "logo": self.logo is not None}
        html = self.page(name, {"w": words, "base": self.base_path, **above, **facts})
        return HTMLResponse(html, status, headers={"Content-Language": words["lang"]})

    def say(self, request: Request, what: str, status: int, language: str = "") -> Response:
        """Give a page that only says something: unknown | expired | refused | busy | trouble."""
        language = language or self.words.preferred(request.headers.get("accept-language", ""))
        return self.show("say", language, status, what=what)


@dataclass(frozen=True, slots=True)
class Visit:
    """A request that came with a genuine link."""

    site: Site
    request: Request
    link: Link
    ticket: Ticket
    now: datetime

    @property
    def language(self) -> str:
        return self.ticket.language

    @property
    def form(self) -> str:
        return make_form(self.site.context.keys, self.link.text, self.now)

    @property
    def here(self) -> str:
        """The path of the page the link is for."""
        return f"{self.site.base_path}/{self.request.scope['path'].lstrip('/').split('/')[0]}/{self.link.text}"

    def path(self, purpose: str) -> str:
        return self.site.path(purpose, self.ticket)

    def comes_from_our_page(self, form: str) -> bool:
        return check_form(self.site.context.keys, self.link.text, form, self.now)


def enter(site: Site, request: Request, purpose: str) -> Visit | Response:
    """Check what a link proves; a wrong one, an unknown one and one for another purpose get the same answer."""
    who = neighbourhood(request.client.host if request.client else "")
    if not site.pace.take(who):
        return site.say(request, "busy", 429)
    link = read_link(request.path_params["link"])
    ticket = site.store.tickets.get(link.ticket) if link else None
    genuine = link is not None and is_genuine(site.context.keys, purpose, link, ticket.requester if ticket else "")
    if link is None or ticket is None or not genuine:
        return site.say(request, "unknown", 404)
    now = site.clock()
    if now >= link.expires:
        return site.say(request, "expired", 410, ticket.language)
    if request.method == "POST" and request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return site.say(request, "refused", 403, ticket.language)
    return Visit(site, request, link, ticket, now)


__all__ = ["RATE", "TICKET", "Site", "Visit", "enter"]
