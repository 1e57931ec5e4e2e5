"""What is kept of a ticket once it is solved: what it was, what helped, and what it took."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from maild.desk.calendar import Calendar
from maild.desk.runs import Run, desk_time
from maild.desk.ticket import Entry, Ticket

SOLVED = ("resolved", "closed")
AGENT, SELF_SERVICE = "agent", "self-service"
LONGEST = 2_000
"""Characters of a solution; nobody reads on when he looks for what helped."""

_CAUSE = re.compile(r"(?im)^[ \t]*(?:root cause|cause|根本原因|原因)[ \t]*[:：][ \t]*(\S.*)$")
_SOLUTION = re.compile(r"(?im)^[ \t]*(?:solution|解决方法|解决办法|解决方案)[ \t]*[:：][ \t]*(\S.*)$")


def archived(
    before: Ticket | None,
    after: Ticket,
    history: Sequence[Entry],
    calendar: Calendar | None,
    now: datetime,
    runs: Sequence[Run] = (),
) -> Ticket:
    """Give a ticket with what the archive keeps of it: filled in as it is solved, taken back as it is opened again.

    Args:
        history: with the entries of this change.
        calendar: by which its business time counts; None where nothing is promised for its priority.
        runs: when it was open; its business time is that in which it was the desk's turn.
    """
    was, solved = before is not None and before.status in SOLVED, after.status in SOLVED
    if was and not solved:
        return replace(
            after, cause="", solution="", solved_by="", elapsed_seconds=None, business_seconds=None, touches=0
        )
    if was or not solved:
        return after
    end = after.resolved_at or after.closed_at or now
    open_in = runs or (Run(after.opened_at),)
    by_desk = [entry for entry in history if _is_touch(entry)]
    return replace(
        after,
        cause=after.cause or _named(_CAUSE, by_desk),
        solution=after.solution or _named(_SOLUTION, by_desk) or _last_words(by_desk, end),
        solved_by=after.solved_by or (AGENT if any(map(_is_by_agent, history)) else ""),
        elapsed_seconds=max(0, int((end - after.opened_at).total_seconds())),
        business_seconds=int(desk_time(open_in, calendar, end).total_seconds()) if calendar else None,
        touches=len(by_desk),
    )


def helped_himself(ticket: Ticket) -> bool:
    """Say whether all the requester has had of us, should it work now, are the steps that were suggested."""
    return bool(ticket.suggested) and ticket.status in ("new", "open") and ticket.first_responded_at is None


def _is_touch(entry: Entry) -> bool:
    """Say whether somebody of the desk wrote it, to the requester or to colleagues."""
    if entry.kind == "correspondence":
        return entry.direction == "out"
    return entry.kind == "comment" and entry.author != "maild"


def _is_by_agent(entry: Entry) -> bool:
    """Say whether an agent had a hand in it, if only by an order; what time alone closes, nobody solved."""
    return _is_touch(entry) or (entry.kind == "change" and entry.author != "maild")


def _named(what: re.Pattern[str], history: Sequence[Entry]) -> str:
    """Give what the last entry says that names it."""
    for entry in reversed(history):
        found = what.findall(entry.text)
        if found:
            return found[-1].strip()[:LONGEST]
    return ""


def _last_words(history: Sequence[Entry], end: datetime) -> str:
    """Give the last thing the requester was told; a comment only where it came with the solving itself."""
    told = [entry for entry in history if entry.kind == "correspondence"]
    noted = [entry for entry in history if entry.kind == "comment" and entry.at == end]
    words = (entry.text.strip() for entry in (*reversed(told), *reversed(noted)))
    return next(filter(None, words), "")[:LONGEST]
