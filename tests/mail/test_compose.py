"""Composed mails, read back by the standard library's parser."""

import re
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maild.mail.classify import classify
from maild.mail.compose import Draft, compose, content_id, one_line, tagged_subject
from maild.mail.message import Address, Attachment
from maild.mail.parse import parse

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=timezone(timedelta(hours=8)))
DRAFT = Draft(
    sender=Address("IT Helpdesk", "support@example.com"),
    to=Address("Eva Stone", "eva@example.org"),
    subject="Re: [#1042] VPN down",
    text="Hello Eva,\n\nwe are on it.\n",
    message_id="<1042.token@example.com>",
    date=NOON,
)
HTML = replace(DRAFT, html="<p>Hello <b>Eva</b></p>\n")

words = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)
"""Any text but lone surrogates, which no encoding can carry."""
hostile = st.text(st.sampled_from('a é服\r\n\0\t=?"<>,;:()[]@\\.\u2028\x85\ud800'), max_size=120)


def read(draft: Draft) -> EmailMessage:
    return message_from_bytes(compose(draft), policy=policy.default)


def defects(mail: EmailMessage) -> list:
    fields = [d for part in mail.walk() for value in part.values() for d in value.defects]
    return [d for part in mail.walk() for d in part.defects] + fields


def lines(text: str) -> str:
    """The normal form of a text: "\\r\\n" line ends, a last one included."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return (text if text.endswith("\n") else text + "\n").replace("\n", "\r\n")


def spaced(name: str) -> str:
    """The normal form of a display name: single spaces of the plain kind."""
    return " ".join(one_line(name).split())


def mailbox(draft: Draft, field: str) -> tuple[str, str]:
    """Read the one mailbox of a field.

    Where the name takes several encoded words, by the old decoder: the new one wrongly keeps the space between two
    within a phrase (RFC 2047 section 6.2).
    """
    raw = message_from_bytes(compose(draft), policy=policy.compat32)[field]
    (address,) = read(draft)[field].addresses
    if raw.count("=?utf-8?") > 1:
        return str(make_header(decode_header(raw.replace("\r\n", "").rpartition(" <")[0]))), address.addr_spec
    return address.display_name, address.addr_spec


def test_an_address_that_nobody_can_write_to_harms_no_header():
    assert b"To: Eva Stone <nobody@unusable.invalid>\r\n" in compose(replace(DRAFT, to=Address("Eva Stone", "eva@")))


def test_a_small_notice_looks_like_this_to_the_octet():
    answer = replace(DRAFT, in_reply_to="<q@example.org>", auto_submitted="auto-replied")
    draft = replace(answer, ticket=1042, notice="receipt", html="<p>50 %=½</p>")
    assert compose(draft) == (
        b"Date: Fri, 20 Nov 2026 12:00:00 +0800\r\n"
        b"From: IT Helpdesk <support@example.com>\r\n"
        b"To: Eva Stone <eva@example.org>\r\n"
        b"Subject: Re: [#1042] VPN down\r\n"
        b"Message-ID: <1042.token@example.com>\r\n"
        b"In-Reply-To: <q@example.org>\r\n"
        b"References: <q@example.org>\r\n"
        b"Auto-Submitted: auto-replied\r\n"
        b"X-Auto-Response-Suppress: All\r\n"
        b"X-Maild-Ticket: 1042\r\n"
        b"X-Maild-Notice: receipt\r\n"
        b"X-Maild-Loop: support@example.com\r\n"
        b"MIME-Version: 1.0\r\n"
        b'Content-Type: multipart/alternative; boundary="=_maild_alternative"\r\n'
        b"\r\n--=_maild_alternative\r\n"
        b"Content-Type: text/plain; charset=utf-8\r\n"
        b"Content-Transfer-Encoding: quoted-printable\r\n"
        b"\r\n"
        b"Hello Eva,\r\n\r\nwe are on it.\r\n"
        b"\r\n--=_maild_alternative\r\n"
        b"Content-Type: text/html; charset=utf-8\r\n"
        b"Content-Transfer-Encoding: quoted-printable\r\n"
        b"\r\n"
        b"<p>50 %=3D=C2=BD</p>\r\n"
        b"\r\n--=_maild_alternative--\r\n"
    )


@settings(deadline=None)
@given(subject=words, name=words, desk=words, text=words, html=words)
def test_what_goes_in_comes_back_and_the_standard_library_finds_no_fault(subject, name, desk, text, html):
    draft = replace(
        DRAFT,
        subject=subject,
        to=Address(name, "eva@example.org"),
        sender=Address(desk, "support@example.com"),
        text=text,
        html=html,
    )
    mail = read(draft)
    assert mail["subject"] == one_line(subject)
    assert mailbox(draft, "To") == (spaced(name), "eva@example.org")
    assert mailbox(draft, "From") == (spaced(desk), "support@example.com")
    assert mail.get_body(("plain",)).get_content() == lines(text)
    if html:
        assert mail.get_body(("html",)).get_content() == lines(html)
    else:
        assert mail.get_content_type() == "text/plain"
    assert defects(mail) == []


@settings(deadline=None)
@given(subject=hostile, name=hostile, email=hostile, text=hostile, reference=hostile, file=hostile, kind=hostile)
def test_hostile_values_stay_within_their_field(subject, name, email, text, reference, file, kind):
    draft = replace(
        HTML,
        subject=subject,
        to=Address(name, email),
        text=text,
        message_id=reference,
        in_reply_to=reference,
        references=(reference, "<ok@example.org>"),
        reply_to=Address(name, email),
        notice=kind,
        auto_submitted=kind,
        attachments=(Attachment(file, kind, b"x", ""),),
    )
    raw = compose(draft)
    head = raw.partition(b"\r\n\r\n")[0].decode()
    names = [line.partition(":")[0] for line in head.split("\r\n") if not line.startswith(" ")]
    expected = {
        "Date", "From", "To", "Subject", "Message-ID", "Reply-To", "In-Reply-To", "References", "Auto-Submitted",
        "X-Auto-Response-Suppress", "X-Maild-Notice", "X-Maild-Loop", "MIME-Version", "Content-Type",
    }  # fmt: skip
    assert set(names) <= expected
    assert len(names) == len(set(names))
    assert not re.search(rb"\r(?!\n)|(?<!\r)\n|\0", raw)
    assert len(message_from_bytes(raw, policy=policy.default)["to"].addresses) == 1


@settings(deadline=None)
@given(words, words, words)
def test_every_line_is_short_and_ascii(subject, name, text):
    draft = replace(HTML, subject=subject, to=Address(name, "eva@example.org"), text=text, html=text)
    raw = compose(draft)
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 76


@pytest.mark.parametrize("text", ["", "x", "x ", ".\n..\n", "tail \t \n\n\n", "=\n==\n", "å" * 500, "字" * 500])
def test_texts_with_awkward_line_ends_come_back(text):
    assert read(replace(DRAFT, text=text)).get_content() == lines(text)


def test_no_line_of_a_mail_is_a_lone_dot():
    assert b"\r\n.\r\n" not in compose(replace(DRAFT, text="a\n.\nb\n"))


def test_attachments_come_back_with_their_names_and_octets():
    files = (
        Attachment("log.txt", "text/plain", b"one\r\ntwo\n\0\xff", ""),
        Attachment("季度报告-最终版本-" * 9 + ".pdf", "application/pdf", bytes(range(256)) * 40, ""),
        Attachment('a"b;c=?utf-8?q?d?=.bin', "nonsense", b"", ""),
        Attachment("inner.eml", "message/rfc822", b"Subject: x\r\n\r\ny", ""),
    )
    mail = read(replace(HTML, attachments=files))
    parts = list(mail.iter_attachments())
    assert [p.get_filename() for p in parts] == [a.name for a in files]
    assert [p.get_payload(decode=True) for p in parts] == [a.content for a in files]
    assert [p.get_content_type() for p in parts] == [
        "text/plain", "application/pdf", "application/octet-stream", "application/octet-stream",
    ]  # fmt: skip
    assert [p.get_content_type() for p in mail.walk()][:3] == ["multipart/mixed", "multipart/alternative", "text/plain"]
    assert mail.get_body(("html",)).get_content() == lines(HTML.html)
    assert defects(mail) == []


def test_references_keep_the_first_and_the_last_and_end_with_the_mail_answered():
    chain = tuple(f"<{n}@example.org>" for n in range(300))
    mail = read(replace(DRAFT, in_reply_to="<299@example.org>", references=chain))
    assert mail["references"].split() == ["<0@example.org>", *(f"<{n}@example.org>" for n in range(280, 300))]
    assert mail["in-reply-to"] == "<299@example.org>"


def test_references_that_are_no_message_ids_are_left_out():
    references = ("<a b@c>", "<>", "<" + "x" * 2000 + "@y>", "<ok@example.org>")
    draft = replace(DRAFT, in_reply_to="nonsense", references=references)
    mail = read(draft)
    assert mail["references"] == "<ok@example.org>"
    assert mail["in-reply-to"] is None
    assert max(map(len, compose(draft).split(b"\r\n"))) < 998


def test_a_persons_own_words_are_not_marked_as_automatic():
    mail = read(replace(DRAFT, auto_submitted=""))
    assert mail["auto-submitted"] is None
    assert mail["x-auto-response-suppress"] is None


def test_replies_go_to_the_address_with_the_token_where_there_is_one():
    mail = read(replace(DRAFT, reply_to=Address("IT Helpdesk", "support+tok@example.com")))
    assert mail["reply-to"] == "IT Helpdesk <support+tok@example.com>"
    assert read(DRAFT)["reply-to"] is None


def test_maild_reads_its_own_mail_and_knows_it_when_it_comes_back():
    name = "某某某某有限责任公司信息技术部服务台（夜间值班）"
    file = Attachment("报告.pdf", "application/pdf", b"%PDF", "")
    desk, subject = Address(name, "support@example.com"), "打印机又坏了 " * 20
    draft = replace(HTML, sender=desk, subject=subject, text="你好\n", attachments=(file,))
    message = parse(compose(draft))
    assert (message.from_, message.subject) == ((draft.sender,), one_line(draft.subject))
    assert (message.text.strip(), message.html.strip()) == ("你好", HTML.html.strip())
    assert [(a.name, a.content) for a in message.attachments] == [("报告.pdf", b"%PDF")]
    assert message.defects == ()
    assert classify(message, frozenset({"support@example.com"})).kind == "loop"


def test_an_international_domain_becomes_punycode():
    assert read(replace(DRAFT, to=Address("", "jörg@example.org"))).get("to") == "jörg@example.org"
    assert b"To: eva@xn--bcher-kva.example\r\n" in compose(replace(DRAFT, to=Address("", "eva@bücher.example")))


def test_an_international_local_part_is_written_in_utf8():
    raw = compose(replace(DRAFT, to=Address("张伟", "张伟@例子.cn")))
    assert "<张伟@xn--fsqu00a.cn>".encode() in raw
    assert message_from_bytes(raw, policy=policy.SMTPUTF8)["subject"] == DRAFT.subject


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ("VPN down", "Re: [#1042] VPN down"),
        ("Re: VPN down", "Re: [#1042] VPN down"),
        ("RE: Re: AW: SV: Antw: VPN down", "Re: [#1042] VPN down"),
        ("Re[2]: VPN down", "Re: [#1042] VPN down"),
        ("回复：答复: Re：打印机坏了", "Re: [#1042] 打印机坏了"),
        ("回复: [#1042] 打印机坏了", "Re: [#1042] 打印机坏了"),
        ("Re: [#1042] Re: [#1042] VPN down", "Re: [#1042] VPN down"),
        ("[#1042]", "Re: [#1042]"),
        ("", "Re: [#1042]"),
        ("Fwd: VPN down", "Re: [#1042] Fwd: VPN down"),
        ("Regarding: the VPN", "Re: [#1042] Regarding: the VPN"),
        ("Your ticket [#77]", "Re: [#1042] Your ticket [#77]"),
        ("x\r\nBcc: eve@example.org", "Re: [#1042] x Bcc: eve@example.org"),
    ],
)
def test_the_tag_stands_once_before_the_bare_subject(subject, expected):
    assert tagged_subject(subject, 1042) == expected


@settings(deadline=None)
@given(words, st.integers(1, 10**6))
def test_tagging_twice_is_tagging_once(subject, number):
    once = tagged_subject(subject, number)
    assert tagged_subject(once, number) == once
    assert once.count(f"[#{number}]") == 1
    assert len(once) < 230


def test_a_subject_of_200_kilobytes_is_cut():
    assert tagged_subject("Re:" * 70_000, 1).startswith("Re: [#1]")
    assert tagged_subject("x" * 200_000, 1).endswith("x…")


def test_pictures_are_shown_within_the_html_that_names_them():
    picture = Attachment("volume.png", "image/png", b"\x89PNG" * 100, "ab" * 32)
    file = Attachment("figures.csv", "text/csv", b"a,b\r\n", "cd" * 32)
    html = f'<p><img src="cid:{content_id(picture)}" alt="12 tickets"></p>\n'
    mail = read(replace(HTML, html=html, pictures=(picture,), attachments=(file,)))
    assert not defects(mail)
    text, related = mail.get_payload()[0].iter_parts()
    assert (mail.get_content_type(), text.get_content_type()) == ("multipart/mixed", "text/plain")
    assert related.get_content_type() == "multipart/related"
    shown, image = related.iter_parts()
    assert shown.get_content().replace("\r\n", "\n") == html
    assert (image["Content-ID"], image.get_content()) == (f"<{content_id(picture)}>", picture.content)
    assert image.get_content_disposition() == "inline"
    assert [part.get_filename() for part in mail.iter_attachments()] == ["figures.csv"]
