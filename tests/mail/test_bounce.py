"""Returned mails: whose address failed, how, and which mail came back."""

import json

import pytest

from maild.mail.bounce import read_bounce
from maild.mail.message import Address, Attachment
from tests.mail.notices import EVA, NOTICES, OURS, OWN, Returned, mail


def report(*groups: tuple[tuple[str, str], ...], **more):
    more = {"sender": "Mail Delivery System <MAILER-DAEMON@mx.example>", "return_path": ""} | more
    return mail(
        more.pop("sender"),
        more.pop("subject", "Undelivered Mail Returned to Sender"),
        more.pop("text", ""),
        content_type="multipart/report",
        report_type="delivery-status",
        report=((("reporting-mta", "dns; mx.example"),), *groups),
        **more,
    )


def failed(**fields: str):
    fields = {"final_recipient": f"rfc822; {EVA}", "action": "failed"} | fields
    return tuple((name.replace("_", "-"), value) for name, value in fields.items() if value)


@pytest.mark.parametrize("notice", NOTICES, ids=lambda n: n.system)
def test_prose_of_mail_systems_is_read(notice: Returned):
    bounce = read_bounce(mail(notice.sender, notice.subject, notice.text, return_path=notice.return_path), OWN)
    assert bounce is not None
    assert [(r.address, r.status[0], r.hard, r.reason) for r in bounce.recipients] == list(notice.failed)
    assert bounce.temporary is notice.delayed


def test_a_delivery_report_tells_address_status_and_reason():
    [told] = read_bounce(report(failed(status="5.1.1", diagnostic_code="smtp; 550 5.1.1 User unknown"))).recipients
    assert (told.address, told.status, told.reply, told.hard, told.reason, told.action) == (
        EVA,
        "5.1.1",
        "550",
        True,
        "unknown address",
        "failed",
    )
    assert told.diagnostic == "550 5.1.1 User unknown"


def test_the_address_that_was_written_to_counts_not_the_one_it_was_forwarded_to():
    forwarded = failed(original_recipient=f"rfc822;{EVA}", final_recipient="rfc822;e.v@other")
    [told] = read_bounce(report(forwarded)).recipients
    assert told.address == EVA


def test_the_servers_own_words_are_more_exact_than_a_status_of_zeros():
    [told] = read_bounce(report(failed(status="5.0.0", diagnostic_code="smtp; 552 5.2.2 Over quota"))).recipients
    assert (told.status, told.reason, told.hard) == ("5.2.2", "full", False)


def test_a_delay_is_no_failure():
    bounce = read_bounce(report(failed(action="delayed", status="4.4.1", will_retry_until="tomorrow")))
    assert bounce.temporary
    assert not bounce.recipients[0].hard


def test_a_report_of_success_is_no_bounce():
    assert read_bounce(report(failed(action="delivered", status="2.0.0"))) is None


@pytest.mark.parametrize("fields", [{"action": "deliverable", "status": "2.1.5"}, {"action": "", "status": "2.0.0"}])
def test_an_address_that_would_take_mail_has_not_failed(fields: dict[str, str]):
    assert read_bounce(report(failed(**fields))) is None


def test_a_report_whose_parts_are_spoilt_is_read_from_the_text():
    text = (
        "----- The following addresses had delivery problems -----\n<leo@acme.example> (unrecoverable error)\n\n"
        " --boundary\ncontent-type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n"
        "Final-Recipient: rfc822;leo@acme.example\nAction: failed\nStatus: 5.1.1\n"
        "Diagnostic-Code: smtp; 550 5.1.1 User\n unknown\n\n"
        f"Final-Recipient: rfc822;{EVA}\nAction: delayed\nStatus: 4.4.3 (name server)\n"
    )
    sent = mail("MAILER-DAEMON@mx.example", "Returned mail", text, report_type="delivery-status")
    told = [(r.address, r.status, r.action, r.hard) for r in read_bounce(sent).recipients]
    assert told == [("leo@acme.example", "5.1.1", "failed", True), (EVA, "4.4.3", "delayed", False)]


def test_the_dialogue_above_an_address_is_about_it():
    text = (
        "   ----- Transcript of session follows -----\nWhile talking to mx.acme.example:\n"
        ">>> MAIL From:<x@desk.example>\n<<< 501 no access from mail server [192.0.2.5], which is an open relay\n"
        f"554 <{EVA}>... Remote protocol error\n550 other.example (smtp)... 550 Host unknown\n"
        "While talking to mx.third.example:\n>>> RCPT To:<leo@third.example>\n<<< 550 User unknown\n"
        "550 <leo@third.example>... User unknown\n"
    )
    bounce = read_bounce(mail("MAILER-DAEMON@mx.example", "Returned mail: User unknown", text))
    told = [(r.address, r.reply, r.reason, r.hard) for r in bounce.recipients]
    assert told == [(EVA, "501", "refused", False), ("leo@third.example", "550", "unknown address", True)]


def test_the_words_that_a_gateway_adds_below_are_no_reason():
    text = f"Delivery to the following recipients failed.\n\n  {EVA}\n\n____\nThis mail was scanned for all viruses\n"
    [told] = read_bounce(report(failed(status="5.1.1"), text=text)).recipients
    assert (told.reason, told.hard) == ("unknown address", True)


def test_one_failure_among_successes_is_a_bounce_of_that_address_alone():
    bounce = read_bounce(
        report(failed(final_recipient="rfc822; leo@acme.example", action="relayed"), failed(status="5.1.1"))
    )
    assert [r.address for r in bounce.recipients] == [EVA]


def test_a_group_without_an_address_takes_it_from_the_prose():
    bounce = read_bounce(report(failed(final_recipient="RFC822; @acme.example", status="5.1.2"), text=f"<{EVA}>\n"))
    assert [r.address for r in bounce.recipients] == [EVA]


def test_a_refusal_after_the_content_condemns_no_address_unless_its_status_says_so():
    text = f"<{EVA}>: host mx said: 550 Unknown user (in reply to end of DATA command)"
    for status, hard in (("5.0.0", False), ("5.1.1", True)):
        bounce = read_bounce(report(failed(status=status, diagnostic_code="smtp; 550 Unknown user"), text=text))
        assert bounce.recipients[0].hard is hard


def test_the_mail_that_came_back_is_known_by_its_message_id():
    for more in (
        {"returned": (("message-id", "<n1@desk.example>"),)},
        {"attachments": (Attachment("m.eml", "message/rfc822", b"To: x\r\nMessage-ID: <n1@desk.example>\r\n", ""),)},
        {"in_reply_to": ("<n1@desk.example>",)},
    ):
        assert read_bounce(report(failed(), **more)).message_id == "<n1@desk.example>"
    assert read_bounce(mail(*_qmail())).message_id == "<n1@desk.example>"


def test_a_returned_header_names_the_addressee_where_the_notice_does_not():
    text = "A mail system error was detected.\n\n----- Original message -----\nTo: Eva <eva@acme.example>\n"
    assert [r.address for r in read_bounce(mail("MAILER-DAEMON@mx.example", "Mail error", text)).recipients] == [EVA]


def test_exims_field_lists_the_addresses_before_any_prose():
    text = "A message sent by\n\n  <support@desk.example>\n\ncould not be delivered to:\n\n  x\n"
    fields = (("x-failed-recipients", f"{EVA}, leo@acme.example"),)
    bounce = read_bounce(mail("Mailer-Daemon@mx.example", "Mail delivery failed", text, fields=fields), OWN)
    assert bounce.form == "failed-recipients"
    assert [r.address for r in bounce.recipients] == [EVA, "leo@acme.example"]


def test_a_report_that_a_gateway_wrapped_into_another_mail_is_found():
    wrapped = b"Subject: Failure\r\n\r\nFinal-Recipient: rfc822;eva@acme.example\r\nAction: failed\r\nStatus: 5.1.1\r\n"
    copy = Attachment("m.eml", "message/rfc822", wrapped, "")
    message = mail(
        "postmaster@acme.example", "Delivery Status Notification (Failure)", "Confidential.", attachments=(copy,)
    )
    [told] = read_bounce(message).recipients
    assert (told.address, told.status, told.hard) == (EVA, "5.1.1", True)


def test_a_wrapped_report_is_found_where_the_notice_around_it_lists_nobody():
    wrapped = b"To: leo@desk.example\r\n\r\nFinal-Recipient: rfc822;eva@acme.example\r\nStatus: 5.1.1\r\n"
    copy = Attachment("m.eml", "message/rfc822", wrapped, "")
    text = "----- The following addresses had permanent delivery errors -----\n\n"
    bounce = read_bounce(mail("MAILER-DAEMON@gate.example", "Returned mail: User unknown", text, attachments=(copy,)))
    assert [(r.address, r.hard) for r in bounce.recipients] == [(EVA, True)]


def test_a_report_about_a_mailbox_on_disk_names_the_address_in_exims_field():
    text = "The following address(es) failed:\n\n  save to /spool/eva\n    mailbox is full: retry timeout exceeded\n"
    group = failed(final_recipient="rfc822;/spool/eva", status="5.0.0")
    [told] = read_bounce(report(group, text=text, fields=(("x-failed-recipients", EVA),))).recipients
    assert (told.address, told.reason, told.hard) == (EVA, "full", False)


def test_who_wrote_to_himself_gets_his_own_address_back():
    text = f"I wasn't able to deliver your message to the following addresses.\n\n<{EVA}>:\n552 disk quota exceeded\n"
    to_eva = mail("MAILER-DAEMON@mx.example", "failure notice", text, to=(Address("", EVA),))
    assert [r.address for r in read_bounce(to_eva).recipients] == [EVA]
    assert read_bounce(to_eva, frozenset({EVA})).recipients == ()


def test_our_own_address_and_the_reporters_never_count_as_failed():
    text = f"Your message could not be delivered to:\n\n<{OURS}>\n<mailer-daemon@mx.example>\n<{EVA}>: User unknown\n"
    bounce = read_bounce(mail("MAILER-DAEMON@mx.example", "Undelivered mail", text, to=()), OWN)
    assert [r.address for r in bounce.recipients] == [EVA]


@pytest.mark.parametrize("wrapped", [False, True])
def test_amazons_notification_in_json_is_read(wrapped: bool):
    said = {"emailAddress": EVA, "status": "5.1.1", "diagnosticCode": "smtp; 550 5.1.1 user unknown"}
    data = {"notificationType": "Bounce", "bounce": {"bouncedRecipients": [said]}}
    text = json.dumps({"Type": "Notification", "Message": json.dumps(data)} if wrapped else data)
    bounce = read_bounce(
        mail("SES <no-reply@sns.amazonaws.com>", "AWS Notification Message", f"{text}\n--\nUnsubscribe")
    )
    assert [(r.address, r.status, r.hard) for r in bounce.recipients] == [(EVA, "5.1.1", True)]


@pytest.mark.parametrize(
    "text",
    ['{"notificationType":"Bounce"', "{" * 50_000 + '"otificationType"', '{"notificationType":"Bounce","bounce":[]}'],
)
def test_broken_json_is_no_bounce(text: str):
    assert read_bounce(mail("no-reply@sns.amazonaws.com", "AWS Notification Message", text)) is None


def _qmail() -> tuple[str, str, str]:
    return NOTICES[0].sender, NOTICES[0].subject, NOTICES[0].text
