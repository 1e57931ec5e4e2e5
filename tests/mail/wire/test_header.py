"""The header ends where its writer meant it to, and no line of it is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.mail.limits import DEFAULT, Defects, Limits
from maild.mail.wire.header import read_header, read_mail_header


def read(raw: bytes, limits: Limits = DEFAULT) -> tuple[list[tuple[str, bytes]], bytes, tuple[str, ...]]:
    defects = Defects()
    fields, body = read_header(raw, 0, len(raw), limits, defects)
    return fields, raw[body:], defects.all()


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r\r\n"])
def test_fields_and_body_are_told_apart_at_the_empty_line(end):
    fields, body, defects = read(end.join([b"From: a", b"Subject: b", b" c", b"", b"x"]))
    assert [(name, value.split()) for name, value in fields] == [("from", [b"a"]), ("subject", [b"b", b"c"])]
    assert body == b"x"
    assert not defects


def test_a_blank_before_the_colon_is_no_hindrance():
    assert read(b"Subject : x\n\n")[0] == [("subject", b" x")]


def test_a_folded_field_goes_on_behind_a_line_of_blanks():
    fields, body, _ = read(b"To: a@x,\n\t\n\tb@x\nSubject: s\n\nbody")
    assert b"".join(fields[0][1].split()) == b"a@x,b@x"
    assert (fields[1][0], body) == ("subject", b"body")


def test_a_line_of_blanks_ends_the_header_where_text_follows():
    fields, body, defects = read(b"Subject: x\n \nHello you\n")
    assert [name for name, _ in fields] == ["subject"]
    assert b"Hello you" in body
    assert defects


def test_a_line_of_blanks_ends_the_header_where_a_web_form_follows():
    fields, body, _ = read(b"From: a@x\n \nTelephone: 1234\nMessage: help\n\nbye")
    assert ([name for name, _ in fields], body) == (["from"], b" \nTelephone: 1234\nMessage: help\n\nbye")


@pytest.mark.parametrize("name", ["Subject", "X-Spam-Level", "MIME-Version", "received", "List-Id"])
def test_a_header_goes_on_behind_a_line_of_blanks_where_a_field_of_a_mail_follows(name):
    fields, body, _ = read(b"From: a@x\n \n" + name.encode() + b": y\n\nbody")
    assert ([name for name, _ in fields], body) == (["from", name.lower()], b"body")


def test_the_body_begins_at_the_first_line_of_prose_where_no_empty_line_does():
    fields, body, defects = read(b"Subject: x\nHello you,\nmy printer is broken\n")
    assert (len(fields), body) == (1, b"Hello you,\nmy printer is broken\n")
    assert defects == ("no empty line between header and body",)


def test_a_line_that_is_no_field_is_passed_over_where_fields_go_on():
    fields, body, defects = read(b"Subject: x\nthis is no field\nFrom: y\n\nbody")
    assert ([name for name, _ in fields], body) == (["subject", "from"], b"body")
    assert defects == ("a line in the header is no header field",)


@pytest.mark.parametrize("first", [b"From a@b Mon May  2 16:07:05 2005\n", b">From a@b\n"])
def test_the_line_of_a_mailbox_file_is_no_defect(first):
    fields, _, defects = read(first + b"Subject: x\n\n")
    assert ([name for name, _ in fields], defects) == (["subject"], ())


def test_a_mail_without_header_is_all_body():
    assert read(b"Hello you\nnote: this")[:2] == ([], b"Hello you\nnote: this")


def test_too_many_fields_are_cut_and_the_body_is_still_found():
    fields, body, defects = read(b"a: b\n" * 50 + b"\nbody", Limits(fields=10))
    assert (len(fields), body) == (10, b"body")
    assert defects == ("more than 10 header fields; the rest is left out",)


def test_too_long_a_field_is_cut():
    fields, body, defects = read(b"a: " + b"x" * 500 + b"\n\nbody", Limits(field=100))
    assert (len(fields[0][1]), body) == (100, b"body")
    assert defects == ("a header field is longer than 100 octets; its end is left out",)


@given(st.binary(max_size=300))
def test_any_bytes_have_a_header_and_a_body(raw):
    fields, body = read_header(raw, 0, len(raw), DEFAULT, Defects())
    assert 0 <= body <= len(raw)
    assert all(name == name.lower() and name.isascii() for name, _ in fields)


def read_mail(raw: bytes) -> tuple[list[str], bytes, tuple[str, ...]]:
    defects = Defects()
    fields, body = read_mail_header(raw, DEFAULT, defects)
    return [name for name, _ in fields], raw[body:], defects.all()


INTERRUPTED = ("an empty line in the middle of the header",)


def test_a_header_that_an_empty_line_cuts_before_its_sender_goes_on():
    raw = b"Message-ID: <1@x>\n\n  \nFrom: a@x\nSubject: s\n\nhello"
    assert read_mail(raw) == (["message-id", "from", "subject"], b"hello", INTERRUPTED)


def test_what_only_servers_say_is_not_taken_from_behind_an_empty_line():
    raw = b"X-Mailer: x\n\nAuthentication-Results: us; dmarc=pass\nReceived: x\nFrom: a@x\n\nhello"
    assert read_mail(raw)[:2] == (["x-mailer", "from"], b"hello")


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_fields_that_say_how_to_read_the_body_belong_to_the_header(end):
    raw = end.join([b"From: a@x", b"", b"MIME-Version: 1.0", b"Content-Type: text/html", b"", b"<p>hello</p>"])
    assert read_mail(raw) == (["from", "mime-version", "content-type"], b"<p>hello</p>", INTERRUPTED)


@pytest.mark.parametrize(
    "body",
    [
        b"From: somebody\nSubject: quoted by the writer\n\nsee above",
        b"Content-Type: text/html\nis what the log says\n\nwhy?",
        b"Content-Type: text/html\nSubject: what I sent you\n\nwhy?",
        b"Content-Type: text/html\nX-Spam-Report: why the filter says no\n\nbuy",
        b"Note: the printer is broken\n\nbye",
        b"Content-Type: text/html",
    ],
)
def test_a_body_that_only_looks_like_a_header_stays_the_body(body):
    assert read_mail(b"From: a@x\nSubject: s\n\n" + body) == (["from", "subject"], body, ())


def test_a_field_of_a_mail_that_has_one_is_never_taken_from_the_body():
    raw = b"From: a@x\nContent-Type: text/plain\n\nContent-Type: text/html\nMIME-Version: 1.0\n\nx"
    assert read_mail(raw)[0] == ["from", "content-type"]
