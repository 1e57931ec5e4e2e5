"""What every journey is given: who we are, what the admin wants, and the ways out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol

from maild.desk.drafted import DraftArticle, Shelved
from maild.desk.trust import Keys
from maild.knowledge.library import EMPTY, Library
from maild.mail.message import Address
from maild.rulebook.contacts import Contacts


class Shelf(Protocol):
    """Where drafts of articles are laid; see maild.edge.shelf."""

    def put(self, draft: DraftArticle) -> tuple[Shelved, Callable[[], None], Callable[[], None]]: ...


class Rendered(Protocol):
    """A template filled in."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class Context:
    """Built once by the daemon (and by `maild explain`), passed to every journey."""

    own: frozenset[str]
    """Every address that maild reads or writes as, in lower case."""
    sender: Address
    """Who our notices are from."""
    keys: Keys
    render: Callable[[str, str, Mapping[str, Any]], Rendered]
    """(template, language, facts) to a mail's subject and texts."""
    rulebook: Callable[[], Any]
    """The rulebook in force; asked once for each mail, since it may be replaced while the daemon runs."""
    nonce: Callable[[], str]
    """Gives another 8-32 characters of lower-case base32 at each call."""
    contacts: Callable[[], Contacts] = dict
    """Who the desk knows beforehand."""
    library: Callable[[], Library] = lambda: EMPTY
    """The articles that may be suggested."""
    shelf: Shelf | None = None
    """None: the draft of an article goes by mail alone."""
    trusted_authserv_id: frozenset[str] = frozenset()
    own_domains: frozenset[str] = frozenset()
    """Domains whose people are known without having shown anything."""
    plus_addressing: bool = False
    undo: timedelta = timedelta(seconds=60)
    """How long what an agent writes to people waits, so that he can take it back."""
    digest_hour: int = -1
    """From when in the morning the digests go, in the zone of the first calendar; -1 sends none."""
    canned: tuple[str, ...] = ()
    """The names of the canned answers there are."""
    base_url: str = ""
    """Where our pages are reached from outside; "" where there are none, and notices carry no links."""
    size_limit: int = 25_000_000

    @property
    def timezone(self) -> str:
        """The zone that times are written in: that of the rulebook's first calendar."""
        return self.rulebook().zone.key

    @property
    def message_id_domain(self) -> str:
        return self.sender.domain

    @property
    def domains(self) -> frozenset[str]:
        """The domains our Message-IDs may bear."""
        return frozenset(address.rpartition("@")[2] for address in self.own)
