"""An outbox with a mail server whose mind can be read, a clock that is turned, and a store that can refuse."""

import asyncio
import io
import json
import threading
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from itertools import count

from maild.desk.ticket import Ticket
from maild.flow.deliver import deliver
from maild.flow.record import Counts
from maild.log import open_log
from maild.mail.retry import Result, Sent, not_offered
from maild.store import OutboxMail, OutboxRow, Store, StoreBusy

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
EVA = "eva@example.org"
DOWN = not_offered("mx.example.com:465 refused the connection")


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def wait(self, **length: float) -> None:
        self.now += timedelta(**length)


class Server:
    """Takes what it is sent, unless told otherwise for a recipient; remembers all of it."""

    def __init__(self) -> None:
        self.answers: dict[str, Result | Callable[[], Awaitable[Result]]] = {}
        self.usual: Result = Sent("250 taken")
        self.taken: list[tuple[str, str, bytes]] = []
        self.tried = 0
        self.in_the_air = self.most_in_the_air = 0

    async def send(self, sender: str, recipient: str, data: bytes) -> Result:
        self.tried += 1
        self.in_the_air += 1
        self.most_in_the_air = max(self.most_in_the_air, self.in_the_air)
        try:
            answer = self.answers.get(recipient, self.usual)
            if callable(answer):
                answer = await answer()
            else:
                await asyncio.sleep(0)
        finally:
            self.in_the_air -= 1
        if isinstance(answer, Sent):
            self.taken.append((sender, recipient, data))
        return answer

    @property
    def recipients(self) -> list[str]:
        return [recipient for _, recipient, _ in self.taken]


class Desk:
    """A store, a server, a clock and a log, and what a test wants to say about them."""

    def __init__(self, store: Store) -> None:
        self.store, self.server, self.clock = store, Server(), Clock()
        self._lines = io.StringIO()
        self.log = open_log(self._lines, "json", clock=self.clock)
        self._numbers = count(1)

    def queue(self, to: str = EVA, notice: str = "receipt", ticket: int | None = None, **more: object) -> int:
        number = next(self._numbers)
        mail = {"send_at": self.clock(), "raw": f"Message-ID: <{number}@example.com>\r\n\r\n".encode(), **more}
        message_id = f"<{number}@example.com>"
        return self.store.outbox.queue(
            OutboxMail(ticket, notice, "requester", to, "VPN", message_id, "support@example.com", **mail), self.clock()
        )

    def queue_many(self, number: int) -> list[str]:
        people = [f"p{n}@example.org" for n in range(number)]
        with self.store.transaction():
            for person in people:
                self.queue(person)
        return people

    def ticket(self) -> int:
        return self.store.tickets.insert(Ticket(0, "VPN", EVA, "Eva", "en", self.clock())).number

    def run(self, **options: object) -> Counts:
        return asyncio.run(self.deliver(**options))

    def deliver(self, owner: str = "me", **options: object) -> Awaitable[Counts]:
        options = {"store": self.store, "jitter": lambda: 0.0, **options}
        return deliver(send=self.server.send, now=self.clock, owner=owner, log=self.log, **options)

    def row(self, id_: int) -> OutboxRow:
        return self.store.outbox.get(id_)

    def facts(self) -> list[str]:
        return [json.loads(line)["event"] for line in self._lines.getvalue().splitlines()]


class Watched:
    """A store that refuses some calls by name: each in its turn where the next item is, or gives, True."""

    def __init__(self, store: Store, **refusals: list[bool | Callable[[], bool]]) -> None:
        self._store, self._refusals = store, refusals
        self.outbox = self.tickets = self
        self.clocks = store.clocks
        self.claims = 0
        self.found_nothing, self.refused = threading.Event(), threading.Event()

    def claim(self, *args: object) -> list[OutboxRow]:
        self.claims += 1
        rows = self._refusing("claim", self._store.outbox.claim)(*args)
        if not rows:
            self.found_nothing.set()
        return rows

    def __getattr__(self, name: str) -> Callable[..., object]:
        for room in (self._store.outbox, self._store.tickets, self._store):
            if hasattr(room, name):
                return self._refusing(name, getattr(room, name))
        raise AttributeError(name)

    def _refusing(self, name: str, call: Callable[..., object]) -> Callable[..., object]:
        def perhaps(*args: object) -> object:
            turns = self._refusals.get(name)
            refuse = turns.pop(0) if turns else False
            if refuse() if callable(refuse) else refuse:
                self.refused.set()
                raise StoreBusy("locked by another program")
            return call(*args)

        return perhaps
