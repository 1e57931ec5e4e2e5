"""What the templates of agents need: links that write a command with one tap, and values in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from jinja2 import pass_context
from jinja2.runtime import Context

from maild.desk.commands import Refusal
from maild.desk.commands.verbs import VERBS
from maild.desk.orders import Change, Kept, Told, Went
from maild.desk.ticket import Participant, Ticket
from maild.desk.when import when

AGENT_FACTS: Mapping[str, Any] = {
    "agent": "",
    "sure": "",
    "history": (),
    "answer_to": "",
    "token": "",
    "why": "",
    "ordered": (),
    "resolved": False,
    "tickets": (),
    "numbers": (),
    "parts": (),
    "refusals": (),
    "undo": False,
    "undo_until": None,
    "undone": False,
    "verbs": (),
    "reasons": (),
    "draft": "",
    "draft_place": "",
    "draft_trouble": "",
    "by": "",
}
"""Facts of the notices that agents' mails give rise to.

sure                confirmed | known | unknown | refuted | robot: how sure it is who wrote
history             what people wrote before: at, author, text (one line), internal; never for requesters
answer_to, token    where an answer goes, and what proves whose it is; for `mailto`
why, ordered        trust | danger: why an agent is asked to confirm, and what he ordered
resolved            the agent's answer comes with the ticket's solution
tickets, numbers    of a digest, in the order of its lines; `count` says how many there are
parts               maild.desk.orders.Told, one for each ticket that a transcript tells of: ticket, opened, changes
                    (field, old, new), clocks, went and told (who gets the agent's words, who else gets a notice),
                    text, notes, withdrawn (whose mail was stopped), kept (what could not be taken back)
refusals            maild.desk.commands.Refusal: why nothing was done
undo, undo_until    whether it can be taken back, and until when the mail waits
undone              it was taken back
verbs, reasons      for /help and /why
draft               the text of a drafted article
draft_place, draft_trouble      where it lies, or why it could not be laid there
by                  the agent who wants it
"""

_HISTORY = ("follow-up", "assigned", "remind", "wait-over", "low-rating")

AGENT_NOTICES = ("answer", "transcript", "confirm", "remind", "digest", "draft-article")
_DRAFT = """---
# A draft made from ticket #1042 (category: network).
title: "A code does not arrive"
keywords: ["VPN", "code"]
---

The VPN asks for a code that does not come.

1. Set the time of the phone automatically.
2. Ask for one new code.

If none of this helps, reply and tell us what you see.
"""


def mailto(address: str, subject: str, body: str, token: str = "") -> str:
    """Write a link that opens a mail with everything filled in (RFC 6068); nothing happens before it is sent."""
    text = f"{body}\r\n\r\n[{token}]\r\n" if token else body
    return f"mailto:{quote(address, safe='@+.')}?subject={quote(subject, safe='')}&body={quote(text, safe='')}"


def tagged(ticket: Ticket | None, words: str = "") -> str:
    """Give the subject that brings a mail to a ticket; these words where there is none."""
    return f"[#{ticket.number}] {ticket.subject}" if ticket and ticket.number else words


@pass_context
def said(context: Context, value: Any) -> str:
    """Write the value of a field for a reader."""
    if isinstance(value, datetime):
        return when(value, context["zone"], context["language"], context["now"])
    if isinstance(value, tuple):
        return ", ".join(each.email if isinstance(each, Participant) else str(each) for each in value) or "-"
    return str(value) if value else "-"


HELPS: Mapping[str, Any] = {"mailto": mailto, "tagged": tagged, "said": said}


def sample_orders(now: datetime) -> Mapping[str, Any]:
    """Make up what an agent's mail did, so that every line of a template is tried."""
    due = now + timedelta(days=1)
    listed = tuple(
        Ticket(
            number, subject, "eva.meier@example.com", name, "en", now, status, priority=priority, resolution_due=when,
            waits_until=due if status == "pending" else None,
        )
        for number, subject, name, status, priority, when in (
            (1042, "My VPN asks for a code that never comes", "Eva Meier", "open", "P1", due),
            (1037, "", "", "pending", "P3", None),
        )
    )
    return {
        "tickets": listed,
        "count": 3,
        "agent": "Li Jing",
        "answer_to": "support@example.com",
        "token": "1042.abcdefgh.20790.abcdefghijklmnop",
        "why": "trust",
        "ordered": ("/merge 1041",),
        "resolved": True,
        "parts": _sample_parts(listed, due),
        "undo": True,
        "undo_until": now + timedelta(minutes=1),
        "verbs": VERBS,
        "reasons": ("It refers to no ticket",),
        "draft": _DRAFT,
        "draft_place": "drafts/en/vpn-code-1042.md",
        "by": "Noor Haddad",
    }


def _sample_parts(tickets: tuple[Ticket, ...], due: datetime) -> tuple[Told, ...]:
    first, second = tickets
    return (
        Told(
            first,
            changes=(
                Change("status", "new", "resolved"),
                Change("assignee", "", "li"),
                Change("tags", (), ("vpn",)),
                Change("participants", (), (Participant("tom@example.com"),)),
                Change("resolution_due", None, due),
            ),
            clocks=("answered", "stopped", "paused", "resumed", "begun", "unwound"),
            went=(Went("eva.meier@example.com", "Eva Meier"), Went("gone@example.com", withheld="mail to it bounced")),
            told=(Went("noor@example.com"),),
            text="It works again.",
            notes=("He called at ten.",),
        ),
        Told(
            second,
            opened=True,
            kept=tuple(
                Kept(why, "status" if why == "changed" else "tom@example.com", 1041)
                for why in ("changed", "sent", "wrote", "goes_on")
            ),
            withdrawn=("eva.meier@example.com",),
        ),
        Told(second),
    )


@dataclass(frozen=True, slots=True)
class _Line:
    at: datetime
    author: str
    text: str
    internal: bool


def sample_history(notice: str, now: datetime) -> Mapping[str, Any]:
    """Make up what an agent is told of a ticket beside what was just written."""
    before = now - timedelta(hours=3)
    lines = (
        _Line(before, "Ben Ortiz", "Which phone is it, the old one or the new one?", False),
        _Line(before, "Ben Ortiz", "The number in the directory may be the old one.", True),
    )
    return {"sure": "known", "history": lines if notice in _HISTORY else ()}


def sample_refusals() -> Mapping[str, Any]:
    """Make up orders that cannot be carried out."""
    return {
        "why": "danger",
        "draft_place": "",
        "draft_trouble": "drafts/en: No space left on device",
        "refusals": (Refusal("/assign no", "ambiguous", "no", "assign", ("/assign noor", "/assign nora")),),
    }
