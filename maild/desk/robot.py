"""Tells a robot without any sign by its habits: it answers receipts at once, or writes like clockwork; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

LOOKED_AT = 12
"""Exchanges that are worth looking at; older ones are forgotten."""
REMEMBERED = timedelta(days=7)
AT_ONCE = timedelta(seconds=20)
"""Within it nobody has read a receipt, thought, and written another mail with another subject."""
ANSWERS = 3
"""So many new mails at once after a receipt are no chance any more."""
IN_A_ROW = 5
"""So many times between mails that are equal, or too short for a person, are no chance either."""
SLOW = timedelta(minutes=10)
"""Of shorter times people may have five that are alike; there the cap of receipts in an hour is enough."""
ALIKE = 0.05
"""The share by which equal times may differ."""
PUNCTUAL = timedelta(minutes=2)
"""By which they may differ at most: people, too, write every morning at about nine."""
CLOCKS_DIFFER = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Exchange:
    """A mail of somebody that opened a ticket, and our receipt."""

    opened_at: datetime
    receipt_at: datetime | None
    """When it was handed over; None where none went out."""


def habit(earlier: Sequence[Exchange], now: datetime, written_at: datetime | None) -> str:
    """Say by which habit the sender of a new mail is a robot, "" where he may well be a person.

    A machine that answers machines bears a sign of it (RFC 3834 section 5), and is told by that; this is about those
    that do not. A loop ends with the first receipt that does not go out, since that is what the robot answers.

    Args:
        earlier: what he opened before, newest first.
        written_at: the Date of the mail; what waited in somebody's outbox while he was offline was no answer.
    """
    known = [one for one in earlier[:LOOKED_AT] if now - one.opened_at <= REMEMBERED]
    if not known:
        return ""
    last = known[0].receipt_at
    on_the_way = written_at is not None and last is not None and written_at < last - CLOCKS_DIFFER
    times = [now, *(one.opened_at for one in known)]
    answers = [_is_at_once(exchange, opened) for opened, exchange in zip(times, known, strict=False)]
    if answers[0] and not on_the_way and sum(answers) >= ANSWERS:
        return f"it answered {sum(answers)} receipts within {AT_ONCE.seconds} seconds each"
    gaps = [later - sooner for later, sooner in pairwise(times[: IN_A_ROW + 1])]
    if len(gaps) < IN_A_ROW:
        return ""
    if timedelta(0) < max(gaps) <= AT_ONCE and not on_the_way:
        return f"it sends mail upon mail within {AT_ONCE.seconds} seconds"
    if min(gaps) >= SLOW and max(gaps) - min(gaps) <= min(PUNCTUAL, ALIKE * min(gaps)):
        return f"its mails come every {round(min(gaps) / timedelta(minutes=1))} minutes like clockwork"
    return ""


def _is_at_once(exchange: Exchange, next_mail: datetime) -> bool:
    return exchange.receipt_at is not None and timedelta(0) < next_mail - exchange.receipt_at <= AT_ONCE
