"""Tells a robot without any sign by its habits: it answers at once, like clockwork, or in the same words; pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import pairwise

ROBOT = "robot"
"""The tag of a ticket that a robot opened."""
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
SAID_BEFORE = 3
"""So many tickets of a day that somebody opened in the very words of the new one are no chance."""
REPEATS_WITHIN = timedelta(days=1)
IN_VAIN = 3
"""So many tickets of others nobody names who is not handed on from one address of a machine to the next."""
_SHORTEST = 40
"""Letters; "Please see the picture." is what people write again and again."""
_WORDS = re.compile(r"[^\W\d_]+")
_DIGIT = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Exchange:
    """A mail of somebody that opened a ticket, and our receipt."""

    opened_at: datetime
    receipt_at: datetime | None
    """When it was handed over; None where none went out."""
    text: str = ""
    """What the mail said; "" where nobody looked."""


@lru_cache(maxsize=8)
def wording(text: str) -> str:
    """Give a text without what a robot changes in it, which are numbers; "" where it is too short to tell by."""
    words = _WORDS.findall(" ".join(part for part in text.casefold().split() if not _DIGIT.search(part)))
    return " ".join(words) if sum(map(len, words)) >= _SHORTEST else ""


def habit(
    earlier: Sequence[Exchange],
    now: datetime,
    written_at: datetime | None,
    text: str = "",
    answered: Sequence[str] = (),
    in_vain: int = 0,
) -> str:
    """Say by which habit the sender of a new mail is a robot, "" where he may well be a person.

    A machine that answers machines bears a sign of it (RFC 3834 section 5), and is told by that; this is about those
    that do not. A loop ends with the first receipt that does not go out, since that is what the robot answers.

    Args:
        earlier: what he opened before, newest first.
        written_at: the Date of the mail; what waited in somebody's outbox while he was offline was no answer.
        text: what it says, "" where it brings files, which make it another mail.
        answered: what opened the tickets that it names and does not join.
        in_vain: how many tickets it answers and may not join, since its address is another one.
    """
    if in_vain >= IN_VAIN:
        return f"it answers mails about {in_vain} tickets that went to other addresses"
    said = wording(text) if earlier or answered else ""
    if said and said in map(wording, answered):
        return "it answers a receipt that went to another address in the words of that one"
    known = [one for one in earlier[:LOOKED_AT] if now - one.opened_at <= REMEMBERED]
    if not known:
        return ""
    alike = [said == wording(one.text) for one in known[:SAID_BEFORE] if now - one.opened_at <= REPEATS_WITHIN]
    if said and sum(alike) == SAID_BEFORE:
        return f"it wrote the same words {SAID_BEFORE} times within a day"
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
