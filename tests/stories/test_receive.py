"""How mails become tickets: stories told with a turnable clock."""

from dataclasses import replace

import pytest

from maild.store import Arrived
from tests.stories.desk import SUPPORT, Deferred, Desk, Failed

EVA = "Eva Lindqvist <eva@example.com>"


@pytest.fixture
def desk(store):
    return Desk(store)


def test_a_mail_opens_a_ticket_and_its_sender_gets_a_receipt(desk):
    done = desk.mail(EVA, "VPN down", "My VPN asks for a code.\n")
    assert (done.outcome, done.ticket) == ("opened", 1001)
    ticket = desk.ticket(1001)
    assert (ticket.requester, ticket.requester_name, ticket.status) == ("eva@example.com", "Eva Lindqvist", "new")
    assert (ticket.queue, ticket.priority, ticket.language) == ("helpdesk", "P3", "en")
    assert ticket.acknowledged_at == desk.now
    [receipt] = desk.sent()
    assert (receipt.notice, receipt.to) == ("receipt", "eva@example.com")
    assert receipt.subject.count("[#1001]") == 1
    assert "VPN" in receipt.text
    assert receipt.mail["Auto-Submitted"] == "auto-replied"
    assert receipt.mail["In-Reply-To"] in receipt.mail["References"]


def test_a_chinese_mail_is_answered_in_chinese(desk):
    desk.mail("王芳 <wang.fang@example.com>", "打印机卡纸", "三楼会议室的打印机卡纸了，请尽快处理。\n")
    [receipt] = desk.sent()
    assert desk.ticket(1001).language == "zh"
    assert "打印机卡纸" in receipt.text
    assert "您" in receipt.text


def test_a_stranger_gets_a_receipt_that_repeats_nothing_he_wrote(desk):
    desk.mail("spam@elsewhere.example", "Buy cheap pills", "Visit http://pills.example now\n")
    [receipt] = desk.sent()
    everything = receipt.subject + receipt.text + receipt.html
    assert "pills" not in everything
    assert "[#1001]" in receipt.subject


def test_a_stranger_becomes_known_by_answering_us(desk):
    desk.mail("guest@elsewhere.example", "Door badge", "It does not open.\n")
    [first] = desk.sent()
    assert "Door badge" not in first.text
    desk.reply(first, "It does now.\n")
    desk.mail("guest@elsewhere.example", "Projector", "No picture.\n")
    [second] = desk.sent()
    assert "Projector" in second.text


def test_a_stranger_whom_the_mail_server_confirms_is_known_from_then_on(store):
    desk = Desk(store, trusted_authserv_id=frozenset({"mx.example.com"}))
    passed = {"Authentication_Results": "mx.example.com; dmarc=pass header.from=elsewhere.example"}
    desk.mail("guest@elsewhere.example", "Door badge", "It does not open.\n", **passed)
    desk.mail("guest@elsewhere.example", "Projector", "No picture.\n")
    assert "Projector" in desk.sent()[1].text


def everything_sent(desk):
    return "".join(post.subject + post.text + post.html for post in desk.sent())


def test_a_second_forged_mail_brings_its_words_no_further_than_the_first(desk):
    for _ in range(3):
        desk.mail("victim@far.example", "Buy pills", "pills\n")
        desk.wait(hours=2, minutes=desk.now.hour)
    assert "pills" not in everything_sent(desk).lower()


@pytest.mark.parametrize(
    "fields",
    [
        {"Auto_Submitted": "auto-replied"},
        {"sender": "mallory@evil.example"},
        {"In_Reply_To": "<1001.aaaaaaaa.99999.aaaaaaaaaaaaaaaa@example.com>", "References": "<x@y>"},
        {"In_Reply_To": "", "References": ""},
    ],
    ids=["his absence answers", "somebody else has the token", "a made-up token", "only the number of the ticket"],
)
def test_nobody_is_known_by(desk, fields):
    desk.mail("victim@far.example", "Buy pills", "pills\n")
    [receipt] = desk.sent()
    desk.reply(receipt, "I am away.\n", **fields)
    desk.mail("victim@far.example", "Buy more pills", "pills\n")
    assert "pills" not in everything_sent(desk).lower()


def test_the_same_bytes_again_are_one_ticket(desk):
    raw = desk.raw()
    assert desk.mail(raw=raw).outcome == "opened"
    again = desk.mail(raw=raw)
    assert (again.outcome, again.ticket) == ("duplicate", 1001)
    assert len(desk.sent()) == 1


def test_the_same_mail_through_two_mailboxes_is_one_ticket(desk):
    raw = desk.raw()
    desk.mail(raw=b"Received: by mx1\r\nDelivered-To: support@example.com\r\n" + raw)
    other = b"Received: by mx2\r\nDelivered-To: help@example.com\r\n" + raw
    assert desk.mail(raw=other, mailbox="help@example.com").outcome == "duplicate"
    assert len(desk.sent()) == 1


def test_alarms_of_a_device_that_gives_neither_date_nor_message_id_are_no_duplicates(desk):
    alarm = b"From: ups@example.com\r\nTo: support@example.com\r\nSubject: Battery low\r\n\r\nReplace it.\r\n"
    first = b"Received: by mx.example.com with SMTP id a1; Mon, 16 Nov 2026 08:00:00 +0000\r\n" + alarm
    second = b"Received: by mx.example.com with SMTP id b2; Wed, 18 Nov 2026 08:00:00 +0000\r\n" + alarm
    assert [desk.mail(raw=first).outcome, desk.mail(raw=second).outcome] == ["opened", "opened"]
    other_way = b"Received: by imap.example.com for help\r\n" + first
    assert desk.mail(raw=other_way, mailbox="help@example.com").outcome == "duplicate"
    assert desk.mail(raw=second).outcome == "duplicate"


def test_a_message_id_used_again_for_another_text_suppresses_nothing(desk):
    desk.mail(EVA, "One", "first\n", message_id="<same@mail.example.org>")
    assert desk.mail(EVA, "Two", "second\n", message_id="<same@mail.example.org>").outcome == "opened"


@pytest.mark.parametrize("by", ["reference", "tag"])
def test_a_reply_of_the_requester_joins_the_ticket(desk, by):
    desk.mail(EVA)
    [receipt] = desk.sent()
    if by == "reference":
        done = desk.reply(receipt, "It works over the hotspot.\n", subject="something else")
    else:
        done = desk.mail(EVA, "AW: [#1001] VPN", "It works over the hotspot.\n")
    assert (done.outcome, done.ticket) == ("followed_up", 1001)
    assert desk.history(1001)[-1] == ("correspondence", "It works over the hotspot.")
    assert desk.sent() == []


def test_a_reply_of_someone_copied_in_joins_by_the_requesters_own_mail(desk):
    desk.mail(EVA, "VPN", "Broken.\n", Cc="Tom <tom@example.com>", message_id="<first@mail.example.org>")
    done = desk.mail("Tom <tom@example.com>", "Re: VPN", "Mine too.\n", In_Reply_To="<first@mail.example.org>")
    assert (done.outcome, done.ticket) == ("followed_up", 1001)


def test_a_token_lets_its_addressee_in_from_a_mail_program_that_forgets_the_thread(desk):
    desk.mail(EVA)
    [receipt] = desk.sent()
    done = desk.mail(EVA, "no tag", "More.\n", In_Reply_To=receipt.message_id)
    assert done.outcome == "followed_up"
    assert "token" in done.reason


def close(desk, number=1001):
    desk.store.tickets.update(replace(desk.ticket(number), status="closed", closed_at=desk.now))


def test_a_reply_soon_after_closing_reopens_the_ticket_and_says_so(desk):
    desk.mail(EVA)
    [receipt] = desk.sent()
    close(desk)
    desk.wait(days=13)
    assert desk.reply(receipt, "It is broken again.\n").outcome == "followed_up"
    assert desk.ticket(1001).status == "open"
    assert desk.ticket(1001).closed_at is None
    assert [post.notice for post in desk.sent()] == ["reopened"]


def test_a_reply_long_after_closing_opens_a_linked_ticket(desk):
    desk.mail(EVA)
    [receipt] = desk.sent()
    close(desk)
    desk.wait(days=15)
    done = desk.reply(receipt, "It is broken again.\n")
    assert (done.outcome, done.ticket) == ("opened", 1002)
    assert desk.ticket(1002).parent == 1001
    assert desk.ticket(1001).status == "closed"


def test_a_reply_while_we_wait_for_the_requester_goes_on_with_the_ticket(desk):
    desk.mail(EVA)
    [receipt] = desk.sent()
    desk.store.tickets.update(replace(desk.ticket(1001), status="pending"))
    desk.reply(receipt, "Here is the number.\n")
    assert desk.ticket(1001).status == "open"


def test_an_out_of_office_reply_is_noted_and_changes_nothing(desk):
    desk.mail(EVA)
    [receipt] = desk.sent()
    desk.store.tickets.update(replace(desk.ticket(1001), status="pending"))
    done = desk.reply(receipt, "I am away.\n", Auto_Submitted="auto-replied")
    assert (done.outcome, done.ticket) == ("auto_reply", 1001)
    assert desk.ticket(1001).status == "pending"
    assert desk.history(1001)[-1][0] == "auto_reply"
    assert desk.sent() == []


def test_an_out_of_office_reply_to_nothing_of_ours_opens_no_ticket(desk):
    assert desk.mail(EVA, "Out of office", "Away.\n", Auto_Submitted="auto-replied").outcome == "auto_reply"
    assert desk.store.tickets.list() == []
    assert desk.sent() == []


def test_an_alert_opens_a_ticket_but_nobody_is_thanked(desk):
    done = desk.mail("alerts@monitoring.example", "DISK 91%", "full\n", Auto_Submitted="auto-generated")
    assert done.outcome == "opened"
    assert desk.sent() == []
    [row] = desk.store.outbox.list()
    assert row.state == "withheld"
    assert "RFC 3834" in row.withheld


def bounce(receipt, to, message_id=None, status="5.1.1"):
    return (
        "Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.example.net\r\nTo: support@example.com\r\n"
        "Subject: Undelivered Mail Returned to Sender\r\nMIME-Version: 1.0\r\nMessage-ID: <b1@mx.example.net>\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nNot delivered.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.net\r\n\r\n"
        f"Final-Recipient: rfc822; {to}\r\nAction: failed\r\nStatus: {status}\r\n"
        f"Diagnostic-Code: smtp; 550 {status} no such user\r\n\r\n"
        f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: {message_id or receipt.message_id}\r\n"
        f"To: {to}\r\n\r\n--b--\r\n"
    ).encode()


def test_a_receipt_that_bounces_marks_its_row_and_stops_mail_to_that_address(desk):
    desk.mail(EVA)
    [receipt] = desk.sent()
    done = desk.mail(raw=bounce(receipt, "eva@example.com"))
    assert (done.outcome, done.ticket) == ("bounced", 1001)
    [row] = desk.store.outbox.list()
    assert row.state == "bounced"
    assert "5.1.1" in row.last_reply
    assert desk.history(1001)[-1][0] == "bounce"
    desk.mail(EVA, "Another", "question\n")
    assert desk.sent() == []
    assert "bounced" in desk.store.outbox.list()[0].withheld


def test_a_mailbox_that_is_full_is_no_reason_to_stop_writing(desk):
    desk.mail(EVA)
    [receipt] = desk.sent()
    assert desk.mail(raw=bounce(receipt, "eva@example.com", status="4.2.2")).outcome == "bounced"
    desk.mail(EVA, "Another", "question\n")
    assert len(desk.sent()) == 1


def test_a_forged_bounce_silences_nobody(desk):
    desk.mail(EVA)
    desk.sent()
    done = desk.mail(raw=bounce(None, "eva@example.com", message_id="<1001.guess@example.com>"))
    assert (done.outcome, done.ticket) == ("bounced", None)
    desk.mail(EVA, "Another", "question\n")
    assert len(desk.sent()) == 1


def test_our_own_mail_coming_back_is_a_loop(desk):
    desk.mail(EVA)
    [receipt] = desk.sent()
    assert desk.mail(raw=receipt.raw).outcome == "loop"
    assert desk.sent() == []


def test_a_web_form_that_writes_as_our_own_address_opens_a_ticket_and_starts_no_loop(desk):
    assert desk.mail(f"IT <{SUPPORT}>", "Form: new laptop", "please\n").outcome == "opened"
    assert desk.sent() == []


def test_a_mail_without_a_sender_is_held_for_a_person(desk):
    done = desk.mail(raw=b"Subject: help\r\n\r\nPlease.\r\n")
    assert done.outcome == "held"
    [row] = desk.store.inbox.list(state="held")
    assert "From" in row.reason


def test_a_mail_over_the_size_limit_is_answered_politely_and_held(desk):
    raw = desk.raw(EVA, "Video of the error").partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
    desk.store.inbox.keep(SUPPORT, 1, [Arrived(77, raw, 60_000_000, truncated=True)], desk.now)
    done = desk.mail(EVA, "Another", "one\n")
    assert done.outcome == "opened"
    assert [post.notice for post in desk.sent()] == ["too-large", "receipt"]
    [held] = desk.store.inbox.list(state="held")
    assert "60 MB" in held.reason


@pytest.mark.parametrize("language", ["en", "zh"])
def test_whose_small_mail_the_server_does_not_give_is_not_told_that_it_was_too_large(desk, language):
    subject = {"en": "VPN down", "zh": "打印机坏了，请帮忙"}[language]
    raw = desk.raw(EVA, subject).partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
    desk.store.inbox.keep(SUPPORT, 1, [Arrived(77, raw, 2_300, truncated=True)], desk.now)
    [done] = desk.work()
    assert (done.outcome, "only its header" in done.reason) == ("held", True)
    [told] = desk.sent()
    assert {"en": "could not open", "zh": "无法打开"}[language] in told.subject
    for words in (told.subject, told.text, told.html):
        assert not any(word in words for word in ("large", "MB", "大"))


def test_five_receipts_an_hour_are_enough_for_one_sender(desk):
    for number in range(7):
        desk.mail(EVA, f"Question {number}", f"text {number}\n")
    assert len(desk.sent()) == 5
    assert len(desk.store.tickets.list()) == 7
    desk.wait(hours=1, minutes=1)
    desk.mail(EVA, "Later", "text\n")
    assert len(desk.sent()) == 1


class Flawed:
    """A renderer with a bug that one subject meets."""

    def __init__(self, desk):
        self.render, self.mended = desk.context.render, False

    def __call__(self, name, language, facts):
        if facts["ticket"].subject == "poison" and not self.mended:
            raise ZeroDivisionError("our own mistake")
        return self.render(name, language, facts)


def test_a_mail_that_our_own_code_fails_on_is_held_and_the_others_go_on(store):
    desk = Desk(store)
    flawed = Flawed(desk)
    desk.context = replace(desk.context, render=flawed)
    desk.arrive(desk.raw(EVA, "poison"))
    desk.arrive(desk.raw(EVA, "Printer"))
    assert sorted(one.outcome for one in desk.work()) == ["opened", "retry"]
    assert [ticket.subject for ticket in store.tickets.list()] == ["Printer"]
    while store.inbox.waiting():
        desk.work()
    [held] = store.inbox.list(state="held")
    assert held.attempts == 3
    assert "ZeroDivisionError" in held.reason
    flawed.mended = True
    assert store.inbox.retry(held.id)
    assert [one.outcome for one in desk.work()] == ["opened"]


def test_smtp_down_for_a_day_delays_mail_and_loses_none(desk):
    desk.answer = lambda _to: Deferred("421 4.3.2 not now")
    desk.mail(EVA)
    first = desk.store.outbox.list()[0].message_id
    for _ in range(24):
        desk.wait(hours=1)
        desk.send()
    assert desk.sent() == []
    desk.answer = Desk(desk.store).answer
    desk.wait(hours=5)
    desk.send()
    [receipt] = desk.sent()
    assert receipt.message_id == first


def test_an_address_that_the_server_refuses_gets_no_more_mail(desk):
    desk.answer = lambda _to: Failed("550 5.1.1 no such user", bad_address=True)
    desk.mail(EVA)
    assert desk.store.outbox.list()[0].state == "failed"
    desk.mail(EVA, "Another", "question\n")
    assert desk.store.outbox.list()[0].state == "withheld"


def test_headers_in_a_subject_stay_in_the_subject(desk):
    raw = desk.raw().replace(b"Subject: VPN down", b"Subject: =?utf-8?q?x=0D=0ABcc=3A_victim=40example.net?=")
    desk.mail(raw=raw)
    [receipt] = desk.sent()
    assert receipt.mail["Bcc"] is None
    assert receipt.mail["To"] == "eva@example.com"


def test_template_code_in_a_mail_is_only_text(desk):
    desk.mail(EVA, "{{ ticket.requester }} {% include 'x' %}", "{{ 7 * 7 }} <script>alert(1)</script>\n")
    [receipt] = desk.sent()
    assert "49" not in receipt.text
    assert "<script>" not in receipt.html
    assert "{{ ticket.requester }}" in receipt.text


def test_every_mail_ends_in_exactly_one_outcome(desk):
    desk.mail(EVA)
    [receipt] = desk.sent()
    desk.reply(receipt, "more\n")
    desk.reply(receipt, "away\n", Auto_Submitted="auto-replied")
    desk.mail(raw=receipt.raw)
    desk.mail(raw=b"garbage \xff\xfe")
    desk.mail(raw=bounce(receipt, "eva@example.com"))
    assert sum(desk.store.inbox.counts().values()) == len(desk.store.inbox.list()) == 6
    assert desk.store.inbox.waiting() == 0


def test_a_mail_that_bears_our_mark_under_another_name_is_seen_by_a_person_and_not_answered(desk):
    done = desk.mail(EVA, X_Maild_Loop=SUPPORT)
    assert (done.outcome, done.ticket) == ("opened", 1001)
    assert desk.sent() == []


def test_addresses_of_ours_with_a_detail_are_nobody_who_takes_part(desk):
    desk.mail(EVA, Cc="support+printers@example.com, tom@example.com")
    assert [one.email for one in desk.ticket(1001).participants] == ["eva@example.com", "tom@example.com"]
