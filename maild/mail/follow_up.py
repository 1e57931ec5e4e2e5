"""Which ticket a mail may mean: what its header fields refer to, as hints; desk.trust decides what they are worth."""

from __future__ import annotations

import re
from dataclasses import dataclass

from maild.mail.message import Message

_TAG = re.compile(r"[\[［【]\s*[#＃]\s*([0-9]{1,9})\s*[\]］】]")
_MOST_REFERENCES = 50
_MOST_READ = 10_000


@dataclass(frozen=True, slots=True)
class Hints:
    """What a mail refers to."""

    message_ids: tuple[str, ...]
    """Of the mails it answers, nearest first: In-Reply-To, then References from the newest back (RFC 5322 3.6.4)."""
    tags: tuple[int, ...]
    """Ticket numbers in its subject, in the order they stand there."""
    plus: tuple[str, ...]
    """What stands behind the + in those recipients that are ours."""


def hints(message: Message, own: frozenset[str]) -> Hints:
    """Collect what a mail refers to; `own` are our addresses in lower case."""
    ids = dict.fromkeys((*message.in_reply_to, *reversed(message.references)))
    recipients = [*message.delivered_to, *(a.email for a in (*message.to, *message.cc))]
    details = (plus_detail(address, own) for address in recipients)
    return Hints(
        _some(tuple(ids)),
        numbers_in(message.subject),
        tuple(dict.fromkeys(detail for detail in details if detail)),
    )


def numbers_in(text: str) -> tuple[int, ...]:
    """Give the ticket numbers that a text names as our subjects do."""
    return tuple(dict.fromkeys(int(number) for number in _TAG.findall(text[:_MOST_READ])))


def _some(ids: tuple[str, ...]) -> tuple[str, ...]:
    """Of a long thread take the nearest mails and the one that began it, which may be the only one of ours."""
    return ids if len(ids) <= _MOST_REFERENCES else (*ids[: _MOST_REFERENCES - 1], ids[-1])


def plus_detail(address: str, own: frozenset[str]) -> str:
    """Give the detail of `support+detail@example.com` where `support@example.com` is ours, else "" (RFC 5233)."""
    local, _, domain = address.rpartition("@")
    user, plus, detail = local.partition("+")
    return detail.lower() if plus and f"{user}@{domain}".lower() in own else ""
