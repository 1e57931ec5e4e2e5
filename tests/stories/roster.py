"""A desk with agents, for the stories in which they work."""

from __future__ import annotations

from dataclasses import replace

from maild.rulebook.model import Agent, Queue, Rulebook
from maild.store import Store
from tests.stories.desk import Desk, Post

EVA = "Eva Lindqvist <eva@example.com>"
BEN = "Ben Ortiz <ben@example.com>"
LI = "李静 <li.jing@example.com>"
NOOR = "Noor Haddad <noor@example.com>"
AGENTS = {
    "ben": Agent("ben", "Ben Ortiz", "ben@example.com", ("bortiz@example.com",)),
    "li": Agent("li", "李静", "li.jing@example.com", language="zh"),
    "noor": Agent("noor", "Noor Haddad", "noor@example.com"),
}
QUEUES = {
    "helpdesk": Queue("helpdesk", ("ben", "li"), lead="ben"),
    "network": Queue("network", ("noor",), lead="noor"),
}
BOOK = Rulebook(agents=AGENTS, queues=QUEUES)


class Staffed(Desk):
    """A desk whose agents can be hired and dismissed."""

    def __init__(self, store: Store, **changes: object) -> None:
        self.book = BOOK
        super().__init__(store, rulebook=lambda: self.book, canned=("password-reset", "vpn-reset"), **changes)

    def dismiss(self, key: str) -> None:
        self.book = replace(self.book, agents={k: a for k, a in self.book.agents.items() if k != key})

    def opened(self, text: str = "My VPN asks for a code.\n", subject: str = "VPN down") -> Post:
        """Let Eva write in, and give the notice that Ben gets of it."""
        self.mail(EVA, subject, text, message_id=f"<eva{next(self._numbers)}@mail.example.org>")
        return self.to("ben@example.com")[-1]

    def to(self, address: str) -> list[Post]:
        """Give what went to an address since anything was asked last."""
        return [post for post in self.sent() if post.to == address]

    def later(self) -> list[Post]:
        """Wait until what agents wrote has gone, and give what went."""
        self.wait(seconds=61)
        self.send()
        return self.sent()
