"""What a requester says once the help was given: it works, it is still broken, or how good it was; pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from maild.desk.archive import SELF_SERVICE, helped_himself
from maild.desk.decision import Decision, Notice, Step
from maild.desk.rating import BEST, Rating, changeable, read_rating
from maild.desk.thanks import BROKEN, says
from maild.desk.ticket import Entry, Ticket
from maild.rulebook.arrival import Arrival
from maild.rulebook.model import Notify, Rulebook
from maild.rulebook.notices import Addressing, Audience
from maild.rulebook.roster import people_of, present

OVER = ("resolved", "closed")
"""The statuses of a ticket that waits for nobody any more."""
_FOR_THE_LEAD = "low-rating"
_ASKS = ("resolved", "closed", "answer")
"""The notices that ask for a rating, an agent's answer where it comes with the solution."""
_GOOD = 3
"""Who gives this or more and writes that it is still broken means something else by his number."""


def confirm(ticket: Ticket, now: datetime, by: str) -> Decision:
    """The requester says that it works: let a resolved ticket rest, resolve one that is still open.

    Args:
        by: how it was said, for the history.
    """
    if ticket.status in OVER:
        text = f"the requester confirms that it works ({by})"
        return _decision(ticket, ticket, "The requester confirms that it works", (_note(now, text),))
    solved_by = SELF_SERVICE if helped_himself(ticket) else ""
    after = replace(ticket, status="resolved", resolved_at=now, solved_by=solved_by)
    text = f"status: {ticket.status} -> resolved, because the requester says that it works ({by})"
    return _decision(ticket, after, "The requester says that it works", (_note(now, text),))


def still_broken(ticket: Ticket, words: str, rulebook: Rulebook, now: datetime) -> Decision:
    """The requester says that it does not work: open the ticket at once, for the agent who had it.

    Args:
        words: what the requester wrote about it, maybe nothing.
    """
    after = replace(ticket, status="open", resolved_at=None, closed_at=None)
    said = words or "Still broken."
    entries = [
        Entry(now, "correspondence", "in", ticket.requester, subject=ticket.subject, text=said),
        _note(now, f"status: {ticket.status} -> open, because the requester says that it is still broken"),
    ]
    addressing = Addressing(rulebook, now)
    audience = Audience(after, requester={"repeat": True, "text": said}, agents={"text": said})
    reopened = Notice("reopened", ticket.requester, "requester", ticket.language, {"repeat": True, "text": said})
    addressing.add(reopened, "it is still broken")
    addressing.tell(rulebook.notifications.get("followed_up", ()), audience, "it is still broken")
    return replace(
        _decision(ticket, after, "The requester says that it is still broken", tuple(entries)),
        notices=tuple(addressing.notices.values()),
        steps=tuple(addressing.steps),
    )


def rate(ticket: Ticket, rating: Rating, before: Rating | None, rulebook: Rulebook, now: datetime) -> Decision:
    """Keep a rating; a low one brings the ticket back to the lead, who is told, and does so once.

    Args:
        before: the rating that this one changes, if any.
    """
    after = replace(ticket, rating=rating.score)
    words = f": {rating.comment}" if rating.comment else ""
    entries = [_note(now, f"rating: {rating.score} of {BEST}{words}", ticket.requester)]
    addressing = Addressing(rulebook, now)
    was_low = before is not None and before.score <= rulebook.low_rating
    if rating.score <= rulebook.low_rating and not was_low:
        after, who = _to_the_lead(after, rulebook, now)
        entries.append(_note(now, f"status: {ticket.status} -> open, for {who}, because of the low rating"))
        audience = Audience(after, agents={"rating": rating.score, "text": rating.comment})
        addressing.tell((Notify(_ear(after, rulebook, now), _FOR_THE_LEAD),), audience, "the rating is low")
    return replace(
        _decision(ticket, after, f"The requester rates the help with {rating.score} of {BEST}", tuple(entries)),
        notices=tuple(addressing.notices.values()),
        steps=tuple(addressing.steps),
        rating=rating,
    )


def rating_in(ticket: Ticket, arrival: Arrival, now: datetime) -> Rating | None:
    """Find a rating in an answer of the requester to the mail that asked for one; in doubt it is a reply."""
    asked = arrival.answers in _ASKS and ticket.status in OVER
    mine = arrival.speaker.email == ticket.requester and not arrival.speaker.refuted
    if not (asked and mine and changeable(arrival.rated, now)) or arrival.verdict.kind != "correspondence":
        return None
    found = None if any(not file.inline for file in arrival.message.attachments) else read_rating(arrival.text)
    if found is None or (found[0] >= _GOOD and says(found[1]) == BROKEN):
        return None
    at = arrival.rated.at if arrival.rated else now
    return Rating(ticket.number, *found, ticket.requester, "mail", at, now)


def _to_the_lead(ticket: Ticket, rulebook: Rulebook, now: datetime) -> tuple[Ticket, str]:
    """Open a ticket for the lead of its queue, or for whoever has it where there is no lead."""
    lead = present(rulebook, people_of(rulebook, "lead", ticket.queue, ticket.assignee), now)
    assignee = lead[0].key if lead else ticket.assignee
    opened = replace(ticket, status="open", resolved_at=None, closed_at=None, assignee=assignee)
    return opened, assignee or f"the queue {ticket.queue}"


def _ear(ticket: Ticket, rulebook: Rulebook, now: datetime) -> str:
    for who in ("lead", "assignee"):
        if present(rulebook, people_of(rulebook, who, ticket.queue, ticket.assignee), now):
            return who
    return "queue"


def _note(now: datetime, text: str, author: str = "maild") -> Entry:
    return Entry(now, "change", "none", author, text=text)


def _decision(before: Ticket, after: Ticket, reason: str, entries: tuple[Entry, ...]) -> Decision:
    step = Step("thread", f"#{before.number}", True, reason)
    return Decision("followed_up", reason, before, after, entries=entries, steps=(step,))
