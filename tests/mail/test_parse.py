"""A mail is read as its sender meant it: who, when, what about, which words, which files."""

import hashlib
from datetime import UTC, datetime

import pytest

from maild.mail.limits import Limits
from maild.mail.message import Address
from maild.mail.parse import parse
from tests.mail.letters import attached, letter, multipart, part, plain, rich, whole, within
from tests.mail.wire.tnef_writer import attribute, file, tnef


def names(raw: bytes) -> list[str]:
    return [attachment.name for attachment in parse(raw).attachments]


def test_the_fields_of_a_mail_are_read():
    raw = letter(
        "Hello\r\n",
        "Cc: Leo <leo@example.com>",
        "Sender: Robot <robot@example.com>",
        "Reply-To: other@example.com",
        "Date: Mon, 6 Jan 2025 10:00:00 +0800",
        "Message-ID: <m1@example.com>",
        "In-Reply-To: <m0@example.com>",
        "References: <first@example.com>\n <m0@example.com>",
        "Return-Path: <Bounce@example.com>",
        "Delivered-To: support@desk.example",
        "X-Original-To: Help@desk.example",
    )
    message = parse(raw)
    assert message.size == len(raw)
    assert message.sha256 == hashlib.sha256(raw).hexdigest()
    assert message.author == Address("Jane Doe", "jane@example.com")
    assert message.to == (Address("", "support@desk.example"),)
    assert message.cc == (Address("Leo", "leo@example.com"),)
    assert message.sender == Address("Robot", "robot@example.com")
    assert message.reply_to == (Address("", "other@example.com"),)
    assert message.subject == "Printer"
    assert message.date == datetime(2025, 1, 6, 2, tzinfo=UTC)
    assert message.message_id == "<m1@example.com>"
    assert message.in_reply_to == ("<m0@example.com>",)
    assert message.references == ("<first@example.com>",)
    assert message.return_path == "bounce@example.com"
    assert message.delivered_to == ("support@desk.example", "help@desk.example")
    assert message.header("cc") == "Leo <leo@example.com>"
    assert message.text == "Hello"
    assert message.defects == ()


@pytest.mark.parametrize(
    ("field", "path"), [("Return-Path: <>", ""), ("Return-Path: a@b.org", "a@b.org"), ("X: y", None)]
)
def test_the_null_sender_is_told_from_no_sender(field, path):
    assert parse(letter("x", field)).return_path == path


def test_two_from_fields_are_both_read_and_noted():
    message = parse(letter("x", "From: eve@example.com"))
    assert [address.email for address in message.from_] == ["jane@example.com", "eve@example.com"]
    assert "more than one From field" in message.defects


def test_a_mail_without_sender_says_so():
    message = parse(b"Subject: x\r\n\r\nhello")
    assert (message.author, message.text) == (None, "hello")
    assert any(defect.startswith("no sender") for defect in message.defects)


def test_only_the_newest_references_are_kept():
    field = "References: " + " ".join(f"<{number}@x>" for number in range(200))
    message = parse(letter("x", field))
    assert (len(message.references), message.references[-1]) == (100, "<199@x>")


def test_references_in_several_fields_and_encoded_words_are_found():
    raw = letter("x", "References: <a@x>", "References: =?utf-8?q?=3Cb=40?= =?utf-8?q?x=3E?=")
    assert parse(raw).references == ("<a@x>", "<b@x>")


def test_plain_text_is_preferred_and_html_is_kept():
    message = parse(whole("alternative", plain("plain words"), rich("<p>rich words</p>")))
    assert (message.text, message.html, message.attachments) == ("plain words", "<p>rich words</p>", ())


@pytest.mark.parametrize(
    "stub",
    [
        "",
        " \r\n ",
        "Your mail client does not support HTML.",
        "This message is in HTML format. Please view it in your browser.",
        "您的邮件客户端不支持HTML",
        "To view this email, you need an HTML-enabled client.",
    ],
)
def test_html_is_read_where_the_plain_text_says_nothing(stub):
    raw = whole(
        "alternative", plain(stub), rich("<p>The printer on floor three is <b>broken</b> again, please help me.</p>")
    )
    assert parse(raw).text == "The printer on floor three is broken again, please help me."


def test_a_stub_beside_other_text_gives_way_to_the_html():
    form = within(
        "alternative", plain("Your client does not support HTML."), rich("<p>the real words</p>"), boundary="i"
    )
    assert parse(whole("mixed", plain("above"), form)).text == "above\n\nthe real words"


def test_a_web_page_sent_as_a_file_is_not_the_html_of_the_mail():
    page = part("<p>page</p>", "Content-Type: text/html; name=page.html", "Content-Disposition: inline")
    message = parse(whole("mixed", plain("see the page"), page))
    assert (message.text, message.html, message.attachments[0].name) == ("see the page", "", "page.html")


def test_a_short_plain_text_is_no_stub():
    assert parse(
        whole("alternative", plain("It does not print."), rich("<p>It does not print. Sent by X</p>"))
    ).text == ("It does not print.")


def test_html_alone_is_made_readable():
    assert parse(letter("<p>one</p><p>two</p>", "Content-Type: text/html")).text == "one\n\ntwo"


def test_html_without_a_label_is_read_as_html():
    assert parse(letter("<!DOCTYPE html><html><body>hi</body></html>")).text == "hi"


def test_a_plain_text_about_html_stays_as_it_is():
    assert parse(letter("<html> is the first tag of my page, but it does not show")).text.startswith("<html> is")


def test_html_is_decoded_by_the_charset_it_names_itself():
    html = '<meta http-equiv="Content-Type" content="text/html; charset=koi8-r"><p>тест</p>'.encode("koi8_r")
    assert parse(letter(html, "Content-Type: text/html")).text == "тест"


def test_all_texts_of_a_mail_are_read_in_their_order():
    raw = whole("mixed", plain("one"), attached("a.bin", b"x"), rich("<p>two</p>"), plain("list footer"))
    assert parse(raw).text == "one\n\ntwo\n\nlist footer"


def test_the_same_words_in_both_forms_are_read_once():
    assert parse(whole("mixed", plain("same words"), rich("<p>same words</p>"))).text == "same words"


def test_flowed_text_is_joined():
    raw = letter("The printer \r\nis broken.\r\n", "Content-Type: text/plain; format=flowed")
    assert parse(raw).text == "The printer is broken."


def test_attachments_are_kept_with_content_type_name_and_hash():
    content = bytes(range(256))
    (attachment,) = parse(whole("mixed", plain("x"), attached("报告.pdf", content, "application/pdf"))).attachments
    assert (attachment.name, attachment.type, attachment.content) == ("报告.pdf", "application/pdf", content)
    assert attachment.sha256 == hashlib.sha256(content).hexdigest()
    assert not attachment.inline


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        (["Content-Type: image/png"], "image-1.png"),
        (["Content-Type: image/png; name=a.png"], "a.png"),
        (["Content-Type: image/png; name=a.png", "Content-Disposition: attachment; filename=b.png"], "b.png"),
        (["Content-Type: image/png; name=报.png", "Content-Disposition: attachment; filename=????.png"], "报.png"),
        (["Content-Type: image/png", "Content-Disposition: attachment; filename=../../x.png"], "x.png"),
        (["Content-Type: text/plain; name=a.txt", "Content-Disposition: attachment"], "a.txt"),
        (["Content-Disposition: attachment; filename=notes.txt"], "notes.txt"),
        (["Content-Type: unknown; name=x.y"], "x.y"),
        (["Content-Type: image/jpeg", "Content-Location: pictures/Cat.jpg"], "Cat.jpg"),
        (["Content-Type: image/jpeg; name=a.jpg", "Content-Location: Cat.jpg"], "a.jpg"),
        (["Content-Type: image/jpeg", "Content-Description: my cat.jpg"], "my cat.jpg"),
        (["Content-Type: image/jpeg", "Content-Description: a picture of my cat"], "image-1.jpg"),
        (["Content-Type: image/jpeg", "Content-Location: https://example.com/show?id=1.7"], "image-1.jpg"),
        (["Content-Type: image/jpeg", "Content-Location: cid:part1.x"], "image-1.jpg"),
    ],
)
def test_an_attachment_has_the_best_name_there_is(fields, name):
    assert names(whole("mixed", plain("x"), part("y", *fields))) == [name]


def test_a_type_that_says_nothing_is_told_from_the_name():
    raw = whole("mixed", plain("x"), attached("a.pdf", b"%PDF"))
    assert parse(raw).attachments[0].type == "application/pdf"


def test_pictures_shown_within_the_html_are_inline():
    shown = attached("logo.png", b"x", "image/png", "Content-ID: <logo@1>")
    other = attached("photo.png", b"y", "image/png", "Content-ID: <photo@1>")
    raw = whole("related", rich('<img src="cid:logo%401">'), shown, other)
    assert [(each.name, each.inline) for each in parse(raw).attachments] == [("logo.png", True), ("photo.png", False)]


def test_a_named_text_is_a_file_and_the_text_only_where_there_is_no_other():
    log = part(
        "log line", "Content-Type: text/plain; name=error.log", "Content-Disposition: inline; filename=error.log"
    )
    both = parse(whole("mixed", plain("See the log."), log))
    alone = parse(whole("mixed", log))
    assert (both.text, [each.name for each in both.attachments]) == ("See the log.", ["error.log"])
    assert (alone.text, [each.name for each in alone.attachments]) == ("log line", ["error.log"])


def test_the_only_text_of_a_mail_is_its_text_even_under_a_name():
    named = parse(letter("words", "Content-Type: text/plain; name=x.txt"))
    sent_as_file = parse(letter("words", "Content-Type: text/plain", "Content-Disposition: attachment; filename=x.txt"))
    assert (named.text, named.attachments) == ("words", ())
    assert (sent_as_file.text, sent_as_file.attachments[0].name) == ("words", "x.txt")


def test_an_attached_mail_is_kept_whole_under_its_subject():
    inner = letter("inner words", head="From: leo@example.com\nSubject: =?utf-8?B?5L2g5aW9?=")
    raw = whole("mixed", plain("see below"), part(inner, "Content-Type: message/rfc822"))
    (attachment,) = parse(raw).attachments
    assert (attachment.name, attachment.type, attachment.content) == ("你好.eml", "message/rfc822", inner)
    assert parse(raw).text == "see below"


def test_the_first_piece_of_a_mail_sent_in_pieces_can_be_read():
    raw = letter("Subject: inner\n\nthe beginning", "Content-Type: message/partial; id=x; number=1; total=2")
    assert parse(raw).text.endswith("the beginning")


def test_a_slash_in_the_subject_of_an_attached_mail_is_no_path():
    raw = whole("mixed", plain("x"), part("Subject: Re: 34 Mbit/s\r\n\r\n", "Content-Type: message/rfc822"))
    assert names(raw) == ["Re_ 34 Mbit_s.eml"]


def test_a_mail_of_nothing_but_a_mail_says_what_that_one_says():
    inner = letter("inner words", "Date: Mon, 6 Jan 2025 10:00:00 +0800", head="From: leo@example.com\nSubject: Toner")
    assert parse(letter(inner, "Content-Type: message/rfc822")).text == (
        "---------- Forwarded message ---------\n"
        "From: leo@example.com\nDate: Mon, 6 Jan 2025 10:00:00 +0800\nSubject: Toner\n\ninner words"
    )


def test_what_stands_before_the_parts_is_the_text_of_a_mail_that_has_no_other():
    body, field = multipart("mixed", attached("a.pdf", b"%PDF"))
    explained = "This is a multi-part message in MIME format.\r\n\r\n"
    assert parse(letter(explained.encode() + b"Dear all,\r\n\r\nsee the file.\r\n" + body, field)).text == (
        "Dear all,\n\nsee the file."
    )
    assert parse(letter(explained.encode() + body, field)).text == ""
    body, field = multipart("mixed", plain("the text"))
    assert parse(letter(b"before\r\n" + body, field)).text == "the text"


def test_a_signed_mail_gives_its_text_and_the_signature_as_a_file():
    signature = part("-----BEGIN PGP SIGNATURE-----", 'Content-Type: application/pgp-signature; name="signature.asc"')
    raw = whole("signed", within("alternative", plain("signed words"), rich("<p>x</p>"), boundary="i"), signature)
    message = parse(raw)
    assert (message.text, [each.name for each in message.attachments]) == ("signed words", ["signature.asc"])


def test_files_within_an_alternative_are_kept():
    form = within("mixed", rich("<p>rich</p>"), attached("a.pdf", b"x"), boundary="i")
    message = parse(whole("alternative", plain("plain"), form))
    assert (message.text, [each.name for each in message.attachments]) == ("plain", ["a.pdf"])


def test_a_uuencoded_file_is_taken_out_of_an_old_mail():
    message = parse(letter("See:\nbegin 644 hello.txt\n%:&5L;&\\\n`\nend\nBye\n"))
    assert message.text == "See:\nBye"
    assert [(each.name, each.type, each.content) for each in message.attachments] == [
        ("hello.txt", "text/plain", b"hello")
    ]


DSN = (
    "Reporting-MTA: dns; mx.example.org\r\n\r\n"
    "Final-Recipient: rfc822; eva@example.org\r\nAction: failed\r\nStatus: 5.1.1\r\n"
)


@pytest.mark.parametrize("returned", ["message/rfc822", "text/rfc822-headers"])
def test_a_delivery_report_is_read(returned):
    message = parse(
        whole(
            "report",
            plain("It could not be delivered."),
            part(DSN, "Content-Type: message/delivery-status"),
            part("Subject: Receipt\r\nMessage-ID: <n1@desk.example>\r\n\r\n", f"Content-Type: {returned}"),
            more="; report-type=delivery-status",
        )
    )
    assert (message.content_type, message.report_type) == ("multipart/report", "delivery-status")
    assert message.text == "It could not be delivered."
    assert message.report[1][0] == ("final-recipient", "rfc822; eva@example.org")
    assert message.returned == (("subject", "Receipt"), ("message-id", "<n1@desk.example>"))
    assert len(message.attachments) == (returned == "message/rfc822")


@pytest.mark.parametrize("kind", ["disposition-notification", "feedback-report"])
def test_other_reports_are_told_by_their_part_where_the_mail_does_not_say(kind):
    message = parse(whole("report", plain("x"), part("Version: 1\r\n", f"Content-Type: message/{kind}")))
    assert (message.report_type, message.report) == (kind, ((("version", "1"),),))


CALENDAR = (
    "BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\nSUMMARY:Printer day\r\n"
    "DTSTART:20250106T100000Z\r\nEND:VEVENT\r\n"
)


def test_an_invitation_alone_says_what_it_is_about():
    message = parse(letter(CALENDAR, "Content-Type: text/calendar; method=request"))
    assert (message.calendar_method, message.text) == ("REQUEST", "Printer day\nWhen: 2025-01-06 10:00 UTC")
    assert names(letter(CALENDAR, "Content-Type: text/calendar")) == ["invite.ics"]


def test_an_answer_to_an_invitation_is_known_and_kept_once():
    as_form = part(CALENDAR, "Content-Type: text/calendar; charset=utf-8")
    raw = whole(
        "mixed",
        within("alternative", plain("Yes"), as_form, boundary="i"),
        part(CALENDAR, "Content-Type: application/ics; name=invite.ics"),
    )
    message = parse(raw)
    assert (message.calendar_method, message.text) == ("REPLY", "Yes")
    assert [each.name for each in message.attachments] == ["invite.ics"]


def test_winmail_dat_is_unpacked():
    data = tnef(attribute(1, 0x800C, b"inner words\0", 2), file(b"a.pdf", b"%PDF"))
    alone = parse(whole("mixed", attached("winmail.dat", data, "application/ms-tnef")))
    beside = parse(whole("mixed", plain("words"), attached("winmail.dat", data)))
    assert (alone.text, [(each.name, each.type) for each in alone.attachments]) == (
        "inner words",
        [("a.pdf", "application/pdf")],
    )
    assert (beside.text, [each.name for each in beside.attachments]) == ("words", ["a.pdf"])


def test_a_winmail_dat_that_is_none_is_kept_as_it_is():
    assert names(whole("mixed", plain("x"), attached("winmail.dat", b"zip", "application/ms-tnef"))) == ["winmail.dat"]


def test_a_mail_with_nothing_but_carriage_returns_is_read():
    message = parse(b"From: a@b.org\rSubject: x\r\rone\rtwo")
    assert (message.subject, message.text) == ("x", "one\ntwo")


def test_what_stands_before_the_header_is_passed_over():
    assert parse(b"\xef\xbb\xbf\r\n\r\nSubject: x\r\n\r\nhi").subject == "x"


def test_a_first_line_that_is_indented_begins_the_header():
    message = parse(b"  From: Jane <jane@example.com>\r\nSubject: x\r\n\r\nhi")
    assert (str(message.author), message.subject, message.text) == ("Jane <jane@example.com>", "x", "hi")


def test_indented_prose_without_a_header_keeps_its_words():
    assert parse(b"  dear all,\n the printer is broken").text == "  dear all,\n the printer is broken"


def test_a_text_that_is_said_to_be_base64_and_is_none_can_be_read():
    raw = letter("The printer prints nothing since Monday.", "Content-Transfer-Encoding: base64")
    assert parse(raw).text == "The printer prints nothing since Monday."


def test_a_truncated_mail_has_its_header_and_no_text():
    raw = letter("", 'Content-Type: multipart/mixed; boundary="x"', "Date: Mon, 6 Jan 2025 10:00:00 +0800")
    message = parse(raw, truncated=True, size=99_000_000)
    assert (message.size, message.truncated, message.subject) == (99_000_000, True, "Printer")
    assert (message.content_type, message.text, message.attachments) == ("multipart/mixed", "", ())
    assert message.defects == ("the mail was over the size limit; only its header was read",)


def test_the_limits_cut_and_say_so():
    limits = Limits(subject=5, text=10, addresses=1, ids=1)
    message = parse(letter("0123456789abc", "Cc: a@b.org, c@d.org", "References: <a@x> <b@x>"), limits)
    assert (message.subject, message.text, len(message.cc), message.references) == (
        "Print",
        "0123456789",
        1,
        ("<b@x>",),
    )
    assert len(message.defects) == 4


def test_the_fingerprint_knows_a_mail_again_by_what_its_sender_wrote():
    one = letter("x", "Message-ID: <a@b>")
    other_way = b"Received: from mx by us\r\nDelivered-To: y@desk.example\r\n" + one
    assert parse(one).fingerprint == parse(other_way).fingerprint
    assert parse(one).fingerprint != parse(letter("y", "Message-ID: <a@b>")).fingerprint


def test_two_plain_texts_in_one_alternative_are_both_read():
    assert parse(whole("alternative", plain("one"), plain("two"), rich("<p>three</p>"))).text == "one\n\ntwo"
