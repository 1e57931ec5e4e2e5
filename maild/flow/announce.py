"""Word to the admins about the desk itself: an edited file that is not sound is told of once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from maild.desk.decision import Notice
from maild.flow.commit import queue_notice
from maild.flow.context import Context
from maild.problem import Problem, render
from maild.rulebook.model import Rulebook
from maild.store import Store

_REMEMBERED = timedelta(days=30)


def announce_refusal(
    file: str,
    problems: Sequence[Problem],
    digest: str,
    admins: Iterable[str],
    store: Store,
    context: Context,
    owner: str,
    now: datetime,
) -> list[str]:
    """Queue a mail to the admins that says what is wrong with a file and that the old one goes on.

    The same text of the file is told of once, whichever process sees it and however often it starts.

    Returns:
        Who is told; nobody where they have been told before.
    """
    with store.transaction():
        if not store.lease(f"refused {digest}", f"{owner} {now.isoformat()}", now, _REMEMBERED.total_seconds()):
            return []
        rulebook: Rulebook = context.rulebook()
        told = []
        for email, language in _admins(admins, rulebook).items():
            facts = {"file": file, "problems": render(problems), "count": len(problems)}
            notice = Notice("rulebook-refused", email, "admin", language, facts)
            queue_notice(notice, None, None, "", store, context, now)
            told.append(email)
        return told


def _admins(named: Iterable[str], rulebook: Rulebook) -> dict[str, str]:
    """Give the admins' addresses and languages; the leads of the queues where none is named."""
    found = {}
    for email in named:
        agent = rulebook.agent_of(email)
        found[email] = agent.language if agent else "en"
    if not found:
        leads = [rulebook.agents[queue.lead] for queue in rulebook.queues.values() if queue.lead in rulebook.agents]
        found = {lead.email: lead.language for lead in leads}
    return found
