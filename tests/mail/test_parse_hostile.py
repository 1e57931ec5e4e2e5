"""Mails made to cost time, memory or the stack are read within bounds, and what is cut is said."""

import base64
import random
import time
import tracemalloc
from collections.abc import Callable
from functools import cache

import pytest
from compressed_rtf import compress

from maild.mail.parse import parse
from tests.mail.wire.tnef_writer import message, tnef

HEAD = b"From: a@b.org\r\nTo: c@d.org\r\nSubject: s\r\n"
MIXED = HEAD + b"Content-Type: multipart/mixed; boundary=x\r\n\r\n"
MB = 1 << 20
SECONDS = 2.0
"""The bound of the promise; nearly all of these take less than a tenth of it."""


def nested(count: int, end: bytes = b"") -> bytes:
    opened = b"".join(b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (i, i) for i in range(count))
    return HEAD + opened + b"\r\nhello\r\n" + end


def sender(value: bytes) -> bytes:
    return b"From: " + value + b"\r\nSubject: s\r\n\r\nx"


def subject(value: bytes) -> bytes:
    return b"From: a@b.org\r\nSubject: " + value + b"\r\n\r\nx"


def field(name: bytes, value: bytes) -> bytes:
    return HEAD + name + b": " + value + b"\r\n\r\nx"


def typed(kind: bytes, body: bytes) -> bytes:
    return HEAD + b"Content-Type: " + kind + b"\r\n\r\n" + body


@cache
def rich() -> bytes:
    return tnef(message((0x1009, 0x102, compress(b"{\\rtf1 " + b"a" * 50_000 + b"}"))))


MAILS: dict[str, Callable[[], bytes]] = {
    "1,500 nested multiparts": lambda: nested(1_500),
    "1,500 nested multiparts that end": lambda: nested(
        1_500, b"".join(b"--b%d--\r\n" % i for i in reversed(range(1_500)))
    ),
    "1,500 nested with one boundary": lambda: (
        HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n" * 1_500 + b"--b--\r\n" * 1_500
    ),
    "50,000 nested mails": lambda: HEAD + b"Content-Type: message/rfc822\r\n\r\n" * 50_000,
    "20,000 parts": lambda: MIXED + b"--x\r\nContent-Type: text/plain\r\n\r\nhi\r\n" * 20_000 + b"--x--\r\n",
    "20,000 attachments": lambda: (
        MIXED + b"--x\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\naGk=\r\n" * 20_000
    ),
    "20,000 attached mails": lambda: (
        MIXED + b"--x\r\nContent-Type: message/rfc822\r\n\r\nSubject: y\r\n\r\nhi\r\n" * 20_000
    ),
    "20,000 parts of html": lambda: (
        MIXED + (b"--x\r\nContent-Type: text/html\r\n\r\n<p>" + b"z" * 2_000 + b"\r\n") * 20_000
    ),
    "a million empty parts": lambda: MIXED + b"--x\r\n" * 1_000_000,
    "a boundary in every word": lambda: MIXED + b"a--x" * 5_000_000,
    "10,000 recipients": lambda: field(
        b"Cc", b",\r\n ".join(b'"User, %d" <user%d@example.com>' % (i, i) for i in range(10_000))
    ),
    "10,000 encoded senders": lambda: sender(b", ".join(b"=?utf-8?B?5L2g?= <u%d@x.org>" % i for i in range(10_000))),
    "10,000 fields of recipients": lambda: (
        HEAD + b"".join(b"To: user%d@example.com\r\n" % i for i in range(10_000)) + b"\r\n"
    ),
    "5,000 nested comments": lambda: sender(b"(" * 5_000 + b"x" + b")" * 5_000 + b" <a@b.org>"),
    "100,000 open comments": lambda: sender(b"(" * 100_000 + b" <a@b.org>"),
    "30,000 half open comments": lambda: sender(b"((a)" * 30_000 + b" <a@b.org>"),
    "100,000 quotes": lambda: sender(b'"' * 100_001 + b" <a@b.org>"),
    "100,000 brackets": lambda: sender(b"<" * 100_001 + b"a@b.org>"),
    "25,000 addresses without commas": lambda: sender(b"<a@b>" * 25_000),
    "40,000 words and commas": lambda: sender(b"a," * 60_000 + b"Doe <a@b.org>"),
    "60,000 groups": lambda: sender(b"g:" * 60_000),
    "a subject of 200 KB": lambda: subject(b"x " * 100_000),
    "a subject of 9,000 encoded words": lambda: subject(b"=?utf-8?B?5L2g5aW9?= " * 9_000),
    "a subject of beginnings": lambda: subject(b"=?utf-8?Q?" * 12_000),
    "a subject of ends that are none": lambda: subject(b"=?utf-8?Q?a?=AB" * 8_000),
    "a subject in a slow codec": lambda: subject(b"=?idna?Q?" + b"xn--" * 20_000 + b"?="),
    "50,000 fields": lambda: HEAD + b"".join(b"X-%d: v\r\n" % i for i in range(50_000)) + b"\r\nx",
    "a field of 50 MB": lambda: field(b"X", b"y" * 50 * MB),
    "a field of five million lines": lambda: field(b"X", b"\r\n y" * 5_000_000),
    "a header of blanks": lambda: HEAD + b" \r\n" * 3_000_000,
    "a header of colons": lambda: HEAD + b"garbage\n" * 3_000_000,
    "15,000 continuations": lambda: typed(
        b"application/x;" + b"".join(b" name*%d=a;" % i for i in range(15_000)), b"x"
    ),
    "100,000 semicolons": lambda: typed(b"application/x" + b";" * 100_000, b"x"),
    "40,000 half quotes": lambda: typed(b"application/x;" + b' a="' * 30_000, b"x"),
    "12,000 references": lambda: field(b"References", b"".join(b"<%d@b> " % i for i in range(12_000))),
    "open references": lambda: field(b"References", b"<" * 100_000 + b"a" * 20_000),
    "a date of parentheses": lambda: field(b"Date", b"(" * 100_000),
    "a body of 50 MB": lambda: HEAD + b"\r\n" + b"hello world, this is text\r\n" * (2 * MB),
    "an attachment of 50 MB": lambda: typed(
        b"application/pdf\r\nContent-Transfer-Encoding: base64",
        base64.encodebytes(random.Random(1).randbytes(570)) * 64_500,
    ),
    "a broken attachment of 50 MB": lambda: typed(
        b"a/b\r\nContent-Transfer-Encoding: base64", b"aGVsbG8h\r\n" * 5 * MB + b"a"
    ),
    "quoted-printable of 40 MB": lambda: typed(
        b"text/plain\r\nContent-Transfer-Encoding: quoted-printable", b"=E4=BD=A0==" * 4 * MB
    ),
    "NULs": lambda: HEAD + b"\r\n" + b"\0" * 10 * MB,
    "NULs for a header": lambda: b"\0" * 10 * MB,
    "carriage returns": lambda: b"\r" * 10 * MB,
    "gbk of 40 MB": lambda: HEAD + b"\r\n" + "打印机坏了".encode("gbk") * 4 * MB,
    "escapes of iso-2022-jp": lambda: typed(b"text/plain; charset=iso-2022-jp", b"\x1b$B-!\x1b(B" * MB),
    "flowed quotes": lambda: typed(b"text/plain; format=flowed", b"> x \r\n" * 2 * MB),
    "uuencoded lines that claim to be long": lambda: typed(
        b"a/b\r\nContent-Transfer-Encoding: uuencode", b"begin 644 x\n" + b"_\n" * 10 * MB
    ),
    "uuencode that never ends": lambda: HEAD + b"\r\n" + b"begin 644 x\n" * 300_000,
    "a report of a million groups": lambda: typed(b"message/delivery-status", b"a: b\r\n\r\n" * MB),
    "a report of garbage": lambda: typed(b"message/delivery-status", b"garbage\r\n" * 2 * MB),
    "a calendar of quotes": lambda: typed(b"text/calendar", b"BEGIN:VEVENT\r\n" + b'ATTENDEE;CN="x:y\r\n' * 500_000),
    "500 senders that are none": lambda: (b"From: " + b"(" * 60_000 + b"\r\n") * 500 + b"\r\nx",
    "500 fields of encoded words": lambda: HEAD + (b"X: " + b"=?utf-8?B?5L2g?= " * 3_500 + b"\r\n") * 500 + b"\r\nx",
    "500 fields of references": lambda: HEAD + (b"References: " + b"<a@b> " * 10_000 + b"\r\n") * 500 + b"\r\nx",
    "1,000 parts with 1,000 fields": lambda: MIXED + (b"--x\r\n" + b"a: b\r\n" * 1_000 + b"\r\nhi\r\n") * 1_000,
    "1,000 mails with 1,000 fields": lambda: (
        MIXED + (b"--x\r\nContent-Type: message/rfc822\r\n\r\n" + b"a: b\r\n" * 1_000 + b"\r\n") * 1_000
    ),
    "1,000 texts in no charset": lambda: MIXED + (b"--x\r\n\r\n" + "打印机坏了".encode("gbk") * 800 + b"\r\n") * 1_000,
    "1,000 texts that differ": lambda: (
        MIXED + b"".join(b"--x\r\n\r\n" + b"a " * 200 + b"%d\r\n" % i for i in range(1_000))
    ),
    "1,000 files of rich text": lambda: (
        MIXED + (b"--x\r\nContent-Type: application/ms-tnef\r\n\r\n" + rich() + b"\r\n") * 1_000
    ),
}

HTML = {
    "deep": b"<div>" * 200_000,
    "deep quotes": b"<blockquote>x" * 100_000,
    "deep lists": b"<ul><li>x" * 100_000,
    "deep tables": b"<table><tr><td>x" * 50_000,
    "crossed tags": b"<b></i>" * 200_000,
    "open tags": b'<a href="' * 200_000,
    "open tags and an end": b'<a href="' * 200_000 + b">",
    "mixed quotes": b"<a x='\">y" * 100_000,
    "open comments": b"<!--" * 300_000,
    "open declarations": b"<!" * 500_000,
    "brackets": b"<" * 1_000_000,
    "references": b"&" * 1_000_000,
    "a long number": b"&#" + b"9" * 500_000 + b";",
    "attributes": b"<a " + b"x = " * 200_000 + b">",
    "links": b'<a href="http://x">x' * 60_000,
    "hidden paragraphs": b'<p style="display:none">' * 60_000,
    "open styles": b"<style>" * 200_000,
}
MAILS |= {f"html: {name}": lambda body=body: typed(b"text/html", body) for name, body in HTML.items()}


@pytest.mark.parametrize("name", MAILS)
def test_a_hostile_mail_is_read_in_time(name):
    raw = MAILS[name]()
    start = time.process_time()
    read = parse(raw)
    assert time.process_time() - start < SECONDS
    assert read.size == len(raw)
    assert len(read.text) <= 500_000
    assert len(read.attachments) <= 1_000
    assert sum(attachment.size for attachment in read.attachments) <= len(raw)
    assert max(len(read.from_), len(read.to), len(read.cc)) <= 1_000


@pytest.mark.parametrize(
    "name", ["a body of 50 MB", "an attachment of 50 MB", "a broken attachment of 50 MB", "a field of 50 MB"]
)
def test_a_large_mail_is_read_within_its_own_size_and_a_little(name):
    raw = MAILS[name]()
    tracemalloc.start()
    parse(raw)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2.5 * len(raw)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("1,500 nested multiparts", "parts nested deeper than 20"),
        ("20,000 parts", "more than 1000 parts"),
        ("10,000 encoded senders", "more than 1000 addresses"),
        ("a subject of 200 KB", "the subject is longer than 2000 characters"),
        ("50,000 fields", "more than 1000 header fields"),
        ("a body of 50 MB", "the text is longer than 500000 characters"),
        ("12,000 references", "more than 100 references"),
        ("a report of a million groups", "the report is very long"),
    ],
)
def test_what_is_cut_is_noted(name, said):
    assert any(said in defect for defect in parse(MAILS[name]()).defects)


@pytest.mark.parametrize(
    "raw", [b"", b"\n", b"\0", b"From:", b"\xff" * 10, b":", b"\r\n\r\n", b"From: \r\n\r\n", b"--", b"a"]
)
def test_next_to_nothing_is_a_mail_too(raw):
    assert parse(raw).size == len(raw)


def test_a_mail_that_breaks_off_is_read_as_far_as_it_goes():
    whole = (
        MIXED + b"--x\r\nContent-Type: text/plain\r\n\r\nhello there\r\n--x\r\nContent-Type: a/b\r\n\r\nx\r\n--x--\r\n"
    )
    for length in range(len(whole)):
        assert parse(whole[:length]).size == length
    assert parse(whole[: whole.index(b" there")]).text == "hello"
