"""What the templates need that time itself gives rise to: word to requesters, escalations, broken promises."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from maild.desk.day import Day, Line, Part
from maild.desk.ticket import AttachmentInfo, Entry, Ticket

TIME_FACTS: Mapping[str, Any] = {
    "next_word": None,
    "since": None,
    "news": (),
    "nothing_new": False,
    "written": (),
    "held": (),
    "came_from": "",
    "timer": "",
    "waited": None,
    "day": None,
    "lost": "",
}
"""Facts of the notices that clocks give rise to.

next_word           by when the requester hears again
since               when he heard the last time, or when the ticket was opened
news                what has happened since then: (moved | priority | status | wrote, when)
nothing_new         nothing has
written             maild.desk.ticket.Entry: at kind direction author text attachments
held, came_from     who had it how long: (queue, from, until); the queue that had it last
waited              since when the ticket has waited for the moment that has come
timer               the name of the rulebook's timer
lost                the notice that came back, as receipt; "" where a receipt has simply not gone out
day                 maild.desk.day.Day: how the queues of a lead stand, for the notice lead-digest alone
"""

TIME_NOTICES = ("escalated", "with-expert", "ask-word", "promise-broken", "lead-digest", "wait-over")


def sample_time(notice: str, now: datetime) -> Mapping[str, Any]:
    """Make up what a clock tells of a ticket."""
    opened = now - timedelta(hours=1)
    photo = AttachmentInfo("error on screen.jpg", "image/jpeg", 184_320, "0" * 64)
    return {
        "next_word": now + timedelta(hours=2),
        "since": opened,
        "waited": now - timedelta(days=2),
        "news": (("moved", now - timedelta(minutes=20)), ("wrote", now - timedelta(minutes=5))),
        "written": (
            Entry(
                opened,
                "correspondence",
                "in",
                "eva.meier@example.com",
                text="It asks for a code.",
                attachments=(photo,),
            ),
            Entry(now, "comment", "none", "Li Jing", text="Restarted the gateway; no change."),
        ),
        "held": (("helpdesk", opened, now),),
        "came_from": "helpdesk",
        "clock": "acknowledge" if notice == "promise-broken" else "word" if notice == "ask-word" else "queue",
        "due": now,
        "why": "it came back: 5.1.1 no such user",
        "agent": "Li Jing",
        "answer_to": "support@example.com",
        "token": "1042.abcdefgh.20790.abcdefghijklmnop",
        "day": _day(now) if notice == "lead-digest" else None,
    }


def _day(now: datetime) -> Day:
    """Make up a morning in which everything has happened."""
    opened = now - timedelta(days=1)
    ticket = Ticket(1042, "My VPN asks for a code that never comes", "eva.meier@example.com", "Eva Meier", "en", opened)
    urgent, bare = replace(ticket, status="open", priority="P1"), replace(ticket, number=1037, subject="")
    return Day(
        ("network", "systems"),
        opened,
        Part((Line(1, urgent, opened, "10:03", "Li Jing", ("acknowledge", "first_response")),), 2),
        Part(
            (
                Line(2, urgent, now, "17:30", "Li Jing", ("resolution",)),
                Line(3, bare, now, "18:00", "", ("resolution",)),
            ),
            1,
        ),
        Part((Line(4, bare, opened, "10:03", ""),)),
        new=3,
        open=11,
        pending=1,
    )
