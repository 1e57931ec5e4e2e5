"""A desk to tell stories with: real store, real templates, real flow; only the mail servers and the clock are ours."""

from __future__ import annotations

import asyncio
import email
import email.policy
import io
import itertools
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime

from maild.desk.trust import Keys
from maild.flow.context import Context
from maild.flow.deliver import deliver
from maild.flow.process import Processed, process
from maild.log import open_log
from maild.mail.message import Address
from maild.mail.retry import Deferred, Failed, Sent
from maild.rulebook.model import Rulebook
from maild.store import Arrived, Store
from tests.shipped import TEMPLATES

SUPPORT = "support@example.com"
START = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)
"""A Wednesday morning in Shanghai."""


@dataclass(frozen=True)
class Post:
    """A mail that maild sent."""

    to: str
    sender: str
    raw: bytes

    @property
    def mail(self) -> EmailMessage:
        return email.message_from_bytes(self.raw, policy=email.policy.default)

    @property
    def subject(self) -> str:
        return self.mail["Subject"]

    @property
    def text(self) -> str:
        return self.mail.get_body(("plain",)).get_content()

    @property
    def html(self) -> str:
        return self.mail.get_body(("html",)).get_content()

    @property
    def message_id(self) -> str:
        return self.mail["Message-ID"]

    @property
    def notice(self) -> str:
        return self.mail["X-Maild-Notice"]


class Desk:
    """A helpdesk in a test: `mail()` brings one in, `wait()` turns the clock, `sent()` gives what went out."""

    def __init__(self, store: Store, **changes: object) -> None:
        self.store = store
        self.now = START
        self.answer: Callable[[str], object] = lambda _to: Sent("250 2.0.0 Ok")
        self.told = io.StringIO()
        """The log."""
        self.log = open_log(self.told, "text", clock=lambda: self.now)
        self._post: list[Post] = []
        self._numbers = itertools.count(1)
        self._shown = 0
        nonces = itertools.count()
        self.context = Context(
            own=frozenset({SUPPORT, "help@example.com"}),
            sender=Address("IT Helpdesk", SUPPORT),
            keys=Keys((b"a key for tests",)),
            render=TEMPLATES.render,
            rulebook=Rulebook,
            nonce=lambda: f"{next(nonces):08}".translate(str.maketrans("0189", "abcd")),
            own_domains=frozenset({"example.com"}),
        )
        self.context = replace(self.context, **changes)

    def raw(
        self,
        sender: str = "Eva Lindqvist <eva@example.com>",
        subject: str = "VPN down",
        text: str = "My VPN asks for a code.\n",
        to: str = SUPPORT,
        **fields: str,
    ) -> bytes:
        """Write a mail; further fields by name, underscores for hyphens."""
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = sender, to, subject
        mail["Date"] = format_datetime(self.now)
        mail["Message-ID"] = fields.pop("message_id", f"<{next(self._numbers)}@mail.example.org>")
        for name, value in fields.items():
            mail[name.replace("_", "-")] = value
        mail.set_content(text)
        return mail.as_bytes(policy=email.policy.SMTP)

    def mail(self, *args: str, mailbox: str = SUPPORT, raw: bytes | None = None, **fields: str) -> Processed:
        """Bring a mail in, carry it through, send what it gives rise to."""
        self.arrive(raw if raw is not None else self.raw(*args, **fields), mailbox)
        return self.work()[-1]

    def work(self) -> list[Processed]:
        """Carry what waits to its outcomes and send what that gives rise to."""
        done = process(self.store, self.context, self.now, "story")
        self.send()
        return done

    def arrive(self, raw: bytes, mailbox: str = SUPPORT) -> None:
        """Keep a mail in the inbox, as the taker does."""
        self.store.inbox.keep(mailbox, 1, [Arrived(next(self._numbers), raw, len(raw))], self.now)

    def reply(self, post: Post, text: str, **fields: str) -> Processed:
        """Answer a mail of maild's as its recipient does with a mail program."""
        fields.setdefault("In_Reply_To", post.message_id)
        fields.setdefault("References", post.message_id)
        fields.setdefault("sender", post.to)
        fields.setdefault("subject", f"Re: {post.subject}")
        return self.mail(text=text, **fields)

    def send(self) -> None:
        """Let the deliver loop make one pass."""

        async def send(sender: str, recipient: str, data: bytes) -> object:
            result = self.answer(recipient)
            if isinstance(result, Sent):
                self._post.append(Post(recipient, sender, data))
            return result

        asyncio.run(deliver(self.store, send, lambda: self.now, "story", log=self.log, jitter=lambda: 0.5))

    def wait(self, **time: float) -> None:
        """Turn the clock."""
        self.now += timedelta(**time)

    def sent(self) -> list[Post]:
        """Give what went out since this was asked last."""
        new = self._post[self._shown :]
        self._shown = len(self._post)
        return new

    def everything(self) -> list[Post]:
        """Give all that ever went out."""
        return list(self._post)

    def ticket(self, number: int):
        return self.store.tickets.get(number)

    def history(self, number: int) -> list[tuple[str, str]]:
        return [(entry.kind, entry.text.strip()) for entry in self.store.tickets.entries(number)]


__all__ = ["SUPPORT", "Deferred", "Desk", "Failed", "Post", "Sent"]
