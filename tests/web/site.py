"""A desk with pages: a real server on loopback, a client that keeps nothing, and a clock that is turned."""

from __future__ import annotations

import http.client
import re
import threading
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from starlette.types import ASGIApp, Receive, Scope, Send

import maild.web
from maild.desk.link import LIFE, make_link
from maild.edge.pages import Pages
from maild.rulebook.model import Agent, Queue, Rulebook
from maild.settings import shipped
from maild.store import Store
from maild.web.app import build_app
from maild.web.guard import Pace
from maild.web.serve import Server
from maild.web.site import RATE, TICKET, Site
from maild.web.words import FILE, Words, read_words
from tests.stories.desk import SUPPORT, Desk

SHIPPED = shipped("templates")
PAGES = Path(maild.web.__file__).parent / "pages"
WORDS = Words({one: read_words((SHIPPED / one / FILE).read_text(), FILE)[0] for one in ("en", "zh")})
BASE = "https://helpdesk.example.com/help"
ROSTER = Rulebook(
    agents={
        "li": Agent("li", "Li Jing", "li.jing@example.com"),
        "noor": Agent("noor", "Noor Haddad", "noor@example.com"),
    },
    queues={"helpdesk": Queue("helpdesk", agents=("li",), lead="noor")},
)


@dataclass(frozen=True)
class Answer:
    """What the server said."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8")

    @property
    def form(self) -> str:
        """The hidden field that proves where a form comes from."""
        return re.search(r'name="form" value="([^"]+)"', self.text)[1]


class Front:
    """A server for the pages of one house after the other, since to stop one takes longer than most tests."""

    def __init__(self) -> None:
        self.app: ASGIApp | None = None
        self.server = Server(self, "127.0.0.1:0")
        self._thread = threading.Thread(target=self.server.run, daemon=True)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)

    def __enter__(self) -> Front:
        self._thread.start()
        assert self.server.up.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self.server.stop()
        self._thread.join(10)
        assert not self._thread.is_alive()


class House(Desk):
    """A desk whose pages are served; `get` and `press` are what a browser does."""

    def __init__(self, store: Store, front: Front, mailboxes: tuple[str, ...] = (SUPPORT,)) -> None:
        super().__init__(store, base_url=BASE, rulebook=lambda: ROSTER)
        self.front = front
        self.bugs: list[BaseException] = []
        self.stuck: list[str] = []
        self.pace = Pace(lambda: 0.0, burst=10_000, per_second=0)
        site = Site(
            store,
            self.context,
            Pages(PAGES).render,
            WORDS,
            (SHIPPED / "pages.css").read_text(),
            lambda: self.now,
            ("127.0.0.1/32",),
            mailboxes,
            lambda: self.stuck,
            self.bugs.append,
            type("Later", (), {"take": lambda _, who: self.pace.take(who)})(),
        )
        self.app = build_app(site)

    def __enter__(self) -> House:
        self.front.app = self.app
        return self

    def __exit__(self, *_: object) -> None:
        self.front.app = None

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.front.server.port}"

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Answer:
        """Send one request."""
        connection = http.client.HTTPConnection("127.0.0.1", self.front.server.port, timeout=10)
        try:
            connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
            answer = connection.getresponse()
            found = {name.lower(): value for name, value in answer.getheaders()}
            return Answer(answer.status, found, answer.read())
        finally:
            connection.close()

    def get(self, path: str, **headers: str) -> Answer:
        return self.ask("GET", path, **headers)

    def press(self, path: str, shown_at: str = "", **fields: str) -> Answer:
        """Open a page and send its form with these fields."""
        if "form" not in fields:
            fields["form"] = self.get(shown_at or path).form
        return self.ask("POST", path, urlencode(fields).encode(), Content_Type="application/x-www-form-urlencoded")

    def link(self, purpose: str, number: int = 1001, whose: str = "eva@example.com", life: timedelta = LIFE) -> str:
        """Give the path of a page, as a notice would carry it."""
        link = make_link(self.context.keys, purpose, number, whose, self.now + life)
        return f"{urlsplit(BASE).path}/{'r' if purpose == RATE else 't'}/{link}"

    def set(self, number: int = 1001, **values: object) -> None:
        self.store.tickets.update(replace(self.ticket(number), **values))

    def resolve(self, number: int = 1001) -> None:
        self.set(number, status="resolved", resolved_at=self.now, assignee="li")

    def everything(self) -> list[object]:
        """All that a page could have written."""
        numbers = [ticket.number for ticket in self.store.tickets.list()]
        return [
            [self.store.tickets.get(n) for n in numbers],
            [self.store.tickets.entries(n) for n in numbers],
            [self.store.ratings.get(n) for n in numbers],
            self.store.outbox.list(),
        ]


__all__ = ["BASE", "RATE", "ROSTER", "TICKET", "Answer", "Front", "House"]
