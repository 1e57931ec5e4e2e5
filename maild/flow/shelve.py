"""The draft of an article on its way to whoever reads it first: to a file, and by mail."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from maild.desk.decision import Decision
from maild.desk.drafted import DraftArticle, Shelved
from maild.desk.ticket import Entry, Ticket
from maild.flow.context import Context
from maild.knowledge.draft import draft_article
from maild.mail.message import Attachment
from maild.rulebook.model import Agent
from maild.store import Store

READ_BY = ("transcript", "draft-article")
"""The notices that bring the draft."""


def drafter(history: Sequence[Entry], agent: Agent, context: Context) -> Callable[[Ticket, str], DraftArticle]:
    """Give what drafts an article from a ticket with this history, for an agent."""
    wrote = next((e.text for e in history if (e.kind, e.direction) == ("correspondence", "in")), "")
    roster: Mapping[str, Agent] = context.rulebook().agents

    def draft(ticket: Ticket, title: str) -> DraftArticle:
        by = {agent.key: agent, **({ticket.assignee: roster[ticket.assignee]} if ticket.assignee in roster else {})}
        names = [one.name for one in by.values() if _is_a_persons(one.name)]
        return draft_article(ticket, wrote, title, names, context.library())

    return draft


def _is_a_persons(name: str) -> bool:
    """Tell a name from a role such as "DBA on call", whose words may well be those of the problem."""
    return all(part[:1].isupper() or not part.isascii() for part in name.split())


def shelve(decision: Decision, store: Store, context: Context, now: datetime) -> Decision:
    """Write the draft that a decision holds, within the transaction that commits it; its mails say what came of it."""
    draft = decision.draft
    if draft is None:
        return decision
    shelved = Shelved()
    if context.shelf is not None:
        shelved, keep, discard = context.shelf.put(draft)
        store.when_over(keep, discard)
    octets = draft.text.encode()
    file = Attachment(f"{draft.name}.md", "text/markdown", octets, hashlib.sha256(octets).hexdigest())
    facts = {"draft": draft.text, "draft_place": shelved.place, "draft_trouble": shelved.trouble, "attached": (file,)}
    notices = tuple(
        replace(notice, facts={**notice.facts, **facts}) if notice.name in READ_BY else notice
        for notice in decision.notices
    )
    said = f"an article was drafted from it: {shelved.place or 'by mail alone'}"
    said += f" ({shelved.trouble})" if shelved.trouble else ""
    entry = Entry(now, "change", "none", "maild", text=said)
    return replace(decision, notices=notices, entries=(*decision.entries, entry), draft=None)
