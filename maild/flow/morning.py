"""The mails of the morning: each agent's list and each lead's day, one a day, on days on which the desk is open."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from maild.desk.decision import Decision, Notice
from maild.flow.commit import queue_notice
from maild.flow.context import Context
from maild.flow.digest import digest
from maild.flow.lead_digest import lead_digest
from maild.flow.outgoing import pass_gate
from maild.rulebook.model import Rulebook
from maild.rulebook.roster import present
from maild.store import Store

_MORNING = 3
"""Hours after which a list of the morning comes too late, as after a day of downtime."""
_REMEMBERED = timedelta(days=2)

Write = Callable[[], "Notice | None"]


@dataclass(slots=True)
class Morning:
    """What was sent of a morning."""

    told: list[str] = field(default_factory=list)
    """Addresses, once for each mail."""
    failed: list[tuple[str, Exception]] = field(default_factory=list)
    """Whose mail our own code, or a template, failed on."""


def day_of_morning(context: Context, now: datetime) -> date | None:
    """Give the day whose mails are to go now, None outside the hours of the morning."""
    here = now.astimezone(context.rulebook().zone)
    first = context.digest_hour
    return here.date() if 0 <= first <= here.hour < first + _MORNING else None


def send_morning(store: Store, context: Context, now: datetime) -> Morning:
    """Queue the mails of this morning; each person gets each of them once a day, whichever process asks.

    One that cannot be written keeps nobody else's from going.
    """
    rulebook: Rulebook = context.rulebook()
    day = now.astimezone(rulebook.zone).date()
    done = Morning()
    if not rulebook.agents or not rulebook.calendar.hours_of(day):
        return done
    for kind, key, to, write in _mails(store, rulebook, now):
        try:
            with store.transaction():
                if not store.lease(f"{kind} {key} {day}", context.nonce(), now, _REMEMBERED.total_seconds()):
                    continue
                notice = write()
                if notice is not None:
                    [let_out] = pass_gate(Decision("", "", notices=(notice,)), "", store, context, now).notices
                    queue_notice(let_out, None, None, "", store, context, now)
                    done.told.append(to)
        except store.errors:
            raise
        except Exception as error:
            done.failed.append((f"the {kind} of {to}", error))
    return done


def _mails(store: Store, rulebook: Rulebook, now: datetime) -> Iterator[tuple[str, str, str, Write]]:
    """Give each mail there may be: its kind, the agent's key, his address, and what writes it."""
    open_ = store.tickets.open_by_assignee()
    for agent in present(rulebook, [key for key in rulebook.agents if open_.get(key)], now):
        yield "digest", agent.key, agent.email, lambda agent=agent: digest(agent, open_[agent.key], store)
    for lead in present(rulebook, _leads(rulebook), now):
        yield "lead-digest", lead.key, lead.email, lambda lead=lead: lead_digest(lead, store, rulebook, now)


def _leads(rulebook: Rulebook) -> Iterable[str]:
    return dict.fromkeys(queue.lead for queue in rulebook.queues.values() if queue.lead)
