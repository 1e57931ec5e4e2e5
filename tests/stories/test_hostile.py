"""Hostile mails go the whole way: each has one outcome in time, and the next mail goes on."""

import re
import time
from dataclasses import replace

import pytest

from maild.rulebook.model import Notify
from tests.mail.test_parse_hostile import HTML, MAILS, SECONDS, typed
from tests.stories.desk import Desk
from tests.stories.roster import BEN, Staffed

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


BREAKS = {
    "folded": "{}\r\n X-Injected: 1",
    "bare CR": "{}\rX-Injected: 1\r",
    "bare LF": "{}\nX-Injected: 1\n",
    "encoded CRLF": "=?utf-8?q?{}=0D=0AX-Injected:_1=0D=0A=0D=0Abody?=",
    "encoded LF in base64": "{} =?utf-8?b?eApYLUluamVjdGVkOiAxCg==?=",
    "next line": "=?utf-8?q?{}=C2=85X-Injected:_1?=",
    "line separator": "=?utf-8?q?{}=E2=80=A8X-Injected:_1?=",
    "vertical tab": "{}\x0bX-Injected: 1\x0c",
    "NUL": "{}\x00\r\n X-Injected: 1",
    "UTF-7": "=?utf-7?q?{}+AA0ACg-X-Injected:_1?=",
    "quoted": '"{}\\\r\\\nX-Injected: 1" <victim@example.net>',
}
"""Ways to end a header field within a value."""
FIELDS = {
    "Subject": "Subject: {}",
    "name of the sender": "From: {} <eva@example.com>",
    "name of who is copied in": "Cc: {} <tom@example.com>",
    "address of who is copied in": "Cc: <tom{}@example.com>",
    "Message-ID": "Message-ID: <{}@x>",
    "In-Reply-To": "In-Reply-To: <{}@y>",
    "References": "References: <a@b> <{}@z> <c@d>",
    "Reply-To": "Reply-To: {} <victim@example.net>",
    "Date": "Date: {}",
    "Delivered-To": "Delivered-To: {}",
    "name of a file": 'Content-Type: text/plain; name="{}.txt"\r\nContent-Disposition: attachment; filename="{}.txt"',
    "kind of a file": 'Content-Type: text/{}; name="x.txt"\r\nContent-Disposition: attachment',
}
ASKED = (Notify("requester", "receipt"),)
OURS = {
    "from", "to", "subject", "date", "message-id", "mime-version", "content-type", "in-reply-to", "references",
    "auto-submitted", "x-auto-response-suppress", "x-maild-loop", "x-maild-notice", "x-maild-ticket",
    "content-transfer-encoding", "precedence", "reply-to",
}  # fmt: skip
"""Every header field that a mail of ours may have."""


def hostile(field: str, how: str) -> bytes:
    """Write a mail with a file, one field of which tries to begin another one."""
    line = FIELDS[field].replace("{}", BREAKS[how]).replace("{}", "x")
    name, _, _ = line.partition(":")
    fields = {"From": "From: Eva <eva@example.com>", "Subject": "Subject: VPN down"}
    file = 'Content-Type: text/plain; name="notes.txt"\r\nContent-Disposition: attachment; filename="notes.txt"'
    if name == "Content-Type":
        file = line
    else:
        fields[name] = line
    head = "\r\n".join(["To: support@example.com", *fields.values(), "Content-Type: multipart/mixed; boundary=b"])
    text = f"Department: Sales\r\n X-Injected: 1\r\nThe {field} is broken.\r\n"
    return f"{head}\r\n\r\n--b\r\n\r\n{text}\r\n--b\r\n{file}\r\n\r\nhello\r\n--b--\r\n".encode()


@pytest.mark.parametrize("how", BREAKS)
def test_no_field_of_a_mail_becomes_a_header_or_a_recipient_of_ours(store, how):
    """Neither of the receipt, nor of what agents are told, nor of what an agent answers."""
    desk = Staffed(store)
    desk.book = replace(desk.book, notifications={"opened": (*ASKED, Notify("queue", "new-ticket"))})
    for field in FIELDS:
        done = desk.mail(raw=hostile(field, how))
        assert done.outcome == "opened" or (field, done.outcome) == ("name of the sender", "held"), field
        posts = desk.sent()
        if done.outcome == "opened":
            [told] = [post for post in posts if post.to == "ben@example.com"]
            desk.reply(told, "Please look at this.\n", sender=BEN)
            desk.wait(hours=2, minutes=len(field))
            desk.send()
            posts += desk.sent()
            assert {post.notice for post in posts} >= {"new-ticket", "transcript"}, field
        for post in posts:
            assert_clean(post, field)


def assert_clean(post, field):
    head = post.raw.partition(b"\r\n\r\n")[0]
    if "copied in" in field:
        assert re.fullmatch(r"[\x21-\x7e]+@[a-z.]+", post.to), "whom a requester copies in is his own business"
    else:
        assert post.to in {"eva@example.com", "ben@example.com", "li.jing@example.com"}, field
    names = [line.partition(b":")[0].decode() for line in head.split(b"\r\n") if line[:1] not in b" \t"]
    assert {name.lower() for name in names} <= OURS, (field, names)
    assert len({name.lower() for name in names}) == len(names), (field, names)
    assert re.search(rb"(?<!\r)\n|\r(?!\n)", post.raw) is None, f"{field}: a bare CR or LF"
    assert max(map(len, post.raw.split(b"\r\n"))) <= 998
    for part in post.mail.walk():
        assert part["X-Injected"] is None, field
        assert {name.lower() for name in part} <= OURS | {"content-disposition", "content-id"}, field


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
