"""Hostile mails go the whole way: each has one outcome in time, and the next mail goes on."""

import time

import pytest

from tests.mail.test_parse_hostile import HTML, MAILS, SECONDS, typed
from tests.stories.desk import Desk

EVA = "Eva Lindqvist <eva@example.com>"
INJECTIONS = {
    "subject": {"subject": "x\r\nBcc: victim@example.net"},
    "name": {"sender": '"Eva\\r\\nBcc: victim@example.net" <eva@example.com>'},
    "message id": {"message_id": "<a\r\n b@example.org>"},
    "references": {"References": "<a@b>\r\n <c@d> garbage \x00 <e@f>"},
    "reply-to": {"Reply_To": "victim@example.net"},
    "text": {"text": "x\r\n.\r\nMAIL FROM:<evil@example.net>\r\n"},
}


@pytest.fixture(params=["sqlite"])
def store_url(request, sqlite_url):
    """What hostile bytes do to the store does not depend on its kind, and these mails are large."""
    return sqlite_url


@pytest.mark.parametrize("name", [*MAILS, *HTML])
def test_a_hostile_mail_has_one_outcome_and_the_next_one_goes_on(store, name):
    desk = Desk(store)
    raw = MAILS[name]() if name in MAILS else typed(b"text/html", HTML[name])
    desk.arrive(raw)
    began = time.process_time()
    hostile, *_ = desk.work()
    assert time.process_time() - began < SECONDS
    assert hostile.outcome not in ("retry", ""), hostile.reason
    assert "maild failed" not in hostile.reason
    assert desk.mail(EVA, "Printer", "It is jammed.\n").outcome == "opened"
    assert store.inbox.waiting() == 0


@pytest.mark.parametrize("field", INJECTIONS)
def test_nothing_a_sender_writes_becomes_a_header_or_a_recipient(store, field):
    desk = Desk(store)
    fields = {"sender": EVA, "subject": "VPN", "text": "down\n", **INJECTIONS[field]}
    lines = [f"From: {fields.pop('sender')}", f"Subject: {fields.pop('subject')}", "To: support@example.com"]
    text = fields.pop("text")
    lines += [f"{name.replace('_', '-').title()}: {value}" for name, value in fields.items()]
    desk.mail(raw=("\r\n".join(lines) + "\r\n\r\n" + text).encode())
    for post in desk.sent():
        assert post.to == "eva@example.com"
        assert post.mail["Bcc"] is None
        assert "victim" not in (post.mail["To"] or "") + (post.mail["Reply-To"] or "")
        assert b"\r\n.\r\n" not in post.raw
