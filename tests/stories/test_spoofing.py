"""Whoever pretends to be an agent gets nothing done, and learns nothing: each attack is tried here."""

import pytest

from maild.desk.trust import Keys, make_message_id, make_token
from tests.stories.roster import BEN, EVA, NOOR, Staffed

SERVER = frozenset({"mx.example.com"})
PASS = "mx.example.com; dmarc=pass header.from=example.com"
FAIL = "mx.example.com; dmarc=fail header.from=example.com"


@pytest.fixture
def desk(store):
    return Staffed(store)


@pytest.fixture
def guarded(store):
    """A desk whose receiving server says who sent a mail."""
    return Staffed(store, trusted_authserv_id=SERVER)


def untouched(desk, number: int = 1001) -> bool:
    """Nothing was done, and nobody but the roster's own address heard of it."""
    ticket = desk.ticket(number)
    went = desk.later()
    told = all(post.to == "ben@example.com" and post.notice == "confirm" for post in went)
    return (ticket.status, ticket.assignee, ticket.tags) == ("new", "", ()) and told


@pytest.mark.parametrize("subject", ["Re: [#1001] VPN down", "Re: [#1001] /close", "Re: [#1001] close"])
@pytest.mark.parametrize("text", ["/close\n", "Dear Eva, give me your password.\n"])
def test_a_forged_from_with_a_ticket_number_is_held_and_the_agent_is_asked(desk, subject, text):
    desk.opened()
    done = desk.mail(BEN, subject, text)
    assert (done.outcome, done.ticket) == ("held", 1001)
    [question] = desk.sent()
    assert (question.to, question.notice) == ("ben@example.com", "confirm")
    assert untouched(desk)


def test_a_forged_from_without_a_ticket_number_opens_a_ticket_at_most(desk):
    desk.opened()
    assert desk.mail(BEN, "hello", "Please read this.\n").outcome == "opened"
    assert desk.mail(BEN, "hello", "/close\n").outcome == "held"
    assert desk.ticket(1001).status == "new"


def test_an_honest_agent_confirms_and_his_mail_is_done_as_he_wrote_it(desk):
    desk.opened()
    assert desk.mail(BEN, "Re: [#1001] VPN down", "/take\n\nHello Eva, I am at it.\n").outcome == "held"
    [question] = desk.sent()
    assert desk.reply(question, "Yes, it was me.\n").outcome == "commanded"
    [done] = desk.work()
    assert done.outcome == "commanded"
    assert [post.notice for post in desk.later()] == ["transcript", "answer"]
    assert desk.ticket(1001).assignee == "ben"
    assert desk.store.inbox.counts().get("held") is None


@pytest.mark.parametrize(
    "words", ["Yes", "yes, I sent it, please go on", "OK!\n\nWe do not print mails.", "是的，是我。", "确认"]
)
def test_a_plain_yes_is_enough(desk, words):
    desk.opened()
    desk.mail(BEN, "Re: [#1001] VPN down", "/take\n")
    [question] = desk.sent()
    desk.reply(question, f"{words}\n")
    assert [done.outcome for done in desk.work()] == ["commanded"]


def test_a_confirmation_is_good_once_and_for_seven_days(desk):
    desk.opened()
    desk.mail(BEN, "Re: [#1001] VPN down", "/take\n")
    [question] = desk.sent()
    desk.wait(days=8)
    desk.reply(question, "yes\n")
    assert desk.work() == []
    assert desk.ticket(1001).assignee == ""


@pytest.mark.parametrize(
    "words",
    [
        "No, that was not me!",
        "OK, but who wrote that?",
        "Sure it wasn't me.",
        "Ok I didnt write this",
        "Yes?",
        "对不起，这不是我写的。",
        "是谁发的？",
        "好像有人冒充我。",
    ],
)
def test_an_agent_who_says_no_lets_nothing_happen(desk, words):
    desk.opened()
    desk.mail(BEN, "Re: [#1001] VPN down", "/take\n")
    [question] = desk.sent()
    desk.reply(question, f"{words}\n")
    assert desk.work() == []
    assert desk.ticket(1001).assignee == ""


def test_an_out_of_office_reply_confirms_nothing(desk):
    desk.opened()
    desk.mail(BEN, "Re: [#1001] VPN down", "/take\n")
    [question] = desk.sent()
    done = desk.reply(question, "Yes, I am away.\n", Auto_Submitted="auto-replied")
    assert done.outcome == "auto_reply"
    assert desk.work() == []


def test_another_agent_or_a_stranger_cannot_confirm(desk):
    desk.opened()
    desk.mail(BEN, "Re: [#1001] VPN down", "/take\n")
    [question] = desk.sent()
    for sender in (NOOR, EVA, "mallory@elsewhere.example"):
        desk.reply(question, "yes\n", sender=sender)
        desk.work()
    assert desk.ticket(1001).assignee == ""


def test_the_token_of_a_notice_cannot_confirm_a_mail_that_is_held(desk):
    notice = desk.opened()
    desk.mail(BEN, "Re: [#1001] VPN down", "/close\n")
    desk.reply(notice, "yes\n")
    assert desk.work() == []
    assert desk.ticket(1001).status != "closed"


def test_a_leaked_token_is_worth_nothing_in_another_hand(desk):
    notice = desk.opened()
    for sender in ("mallory@elsewhere.example", EVA, NOOR, "ben@examp1e.com", "ben@example.com.elsewhere.example"):
        desk.reply(notice, "/close\n", sender=sender)
    assert desk.ticket(1001).status == "new"


def test_an_expired_token_is_worth_nothing(desk):
    notice = desk.opened()
    desk.wait(days=200)
    assert desk.reply(notice, "/close\n").outcome == "held"
    assert desk.ticket(1001).status == "new"


def test_a_token_made_with_another_key_is_worth_nothing(desk):
    desk.opened()
    token = make_token(Keys((b"another key",)), 1001, "ben@example.com", "abcdefgh", desk.now.replace(year=2030))
    done = desk.mail(BEN, "Re: [#1001] VPN down", "/close\n", In_Reply_To=make_message_id(token, "example.com"))
    assert done.outcome == "held"
    assert untouched(desk)


def test_a_token_is_good_for_its_own_ticket_alone(desk):
    notice = desk.opened()
    desk.mail("Tom <tom@example.com>", "Printer", "Jammed.\n")
    desk.sent()
    done = desk.reply(notice, "/close\n", subject="Re: [#1002] Printer")
    assert (done.outcome, done.ticket) == ("held", 1002)
    assert untouched(desk, 1002)


def test_an_agent_taken_off_the_roster_is_a_stranger_at_once(desk):
    notice = desk.opened()
    desk.dismiss("ben")
    done = desk.reply(notice, "/close\n")
    assert done.outcome != "commanded"
    assert desk.ticket(1001).status == "new"


def test_dismissal_counts_when_a_held_mail_is_confirmed(desk):
    desk.opened()
    desk.mail(BEN, "Re: [#1001] VPN down", "/close\n")
    [question] = desk.sent()
    desk.reply(question, "yes\n")
    desk.dismiss("ben")
    desk.work()
    assert desk.ticket(1001).status == "new"


@pytest.mark.parametrize(
    "fields",
    [
        {"Reply_To": BEN},
        {"Sender": BEN},
        {"sender": "Ben Ortiz <mallory@elsewhere.example>"},
        {"sender": '"ben@example.com" <mallory@elsewhere.example>'},
        {"sender": "Ben Ortiz <ben@exаmple.com>".encode("ascii", "xmlcharrefreplace").decode()},
        {"sender": "ben@example.com.elsewhere.example"},
        {"sender": "=?utf-8?q?ben=40example=2Ecom?= <mallory@elsewhere.example>"},
    ],
)
def test_only_the_from_address_is_who_speaks(desk, fields):
    notice = desk.opened()
    fields = {"sender": "mallory@elsewhere.example", **fields}
    done = desk.mail(subject="Re: [#1001] /close", text="/close\n", In_Reply_To=notice.message_id, **fields)
    assert done.outcome not in ("commanded", "followed_up")
    assert desk.ticket(1001).status == "new"


def test_an_address_within_an_encoded_word_is_no_address(desk):
    notice = desk.opened()
    raw = desk.raw(
        sender="x@elsewhere.example", subject="Re: [#1001] /close", text="/close\n", In_Reply_To=notice.message_id
    )
    raw = raw.replace(
        b"From: x@elsewhere.example", b"From: =?utf-8?b?QmVuIDxiZW5AZXhhbXBsZS5jb20+?=\r\n <x@elsewhere.example>"
    )
    assert desk.mail(raw=raw).outcome != "commanded"
    assert desk.ticket(1001).status == "new"


@pytest.mark.parametrize("first", [BEN, "mallory@elsewhere.example"])
def test_a_mail_with_two_from_fields_is_not_obeyed(desk, first):
    notice = desk.opened()
    second = "mallory@elsewhere.example" if first == BEN else BEN
    raw = desk.raw(sender=first, subject="Re: [#1001] /close", text="/close\n", In_Reply_To=notice.message_id)
    done = desk.mail(raw=f"From: {second}\r\n".encode() + raw)
    assert done.outcome != "commanded"
    assert untouched(desk)


def test_where_a_server_confirms_senders_its_word_is_asked_for_and_a_token_is_not_enough(guarded):
    notice = guarded.opened()
    assert guarded.reply(notice, "/close\n").outcome == "held"
    assert guarded.reply(notice, "/close \n", Authentication_Results=FAIL).outcome == "held"
    assert guarded.ticket(1001).status == "new"
    assert guarded.reply(notice, "/close\n\n", Authentication_Results=PASS).outcome == "commanded"
    assert guarded.ticket(1001).status == "closed"


def test_with_a_servers_word_a_ticket_number_is_enough(guarded):
    guarded.opened()
    assert guarded.mail(BEN, "Re: [#1001] close", "\n", Authentication_Results=PASS).outcome == "commanded"


@pytest.mark.parametrize(
    "forged",
    [
        "mx.elsewhere.example; dmarc=pass header.from=example.com",
        "mx.example.com.elsewhere.example; dmarc=pass header.from=example.com",
        "mx.example.com; dmarc=pass header.from=elsewhere.example",
        "mx.example.com; dkim=pass header.d=elsewhere.example",
        "mx.example.com; dkim=pass header.d=com",
        "mx.example.com; spf=pass smtp.mailfrom=example.com",
        "mx.example.com; none (dmarc=pass header.from=example.com)",
        'mx.example.com; x="; dmarc=pass header.from=example.com"',
    ],
)
def test_forged_authentication_results_speak_for_nobody(guarded, forged):
    notice = guarded.opened()
    assert guarded.reply(notice, "/close\n", Authentication_Results=forged).outcome == "held"
    assert guarded.ticket(1001).status == "new"


def test_authentication_results_below_the_servers_own_are_the_senders_invention(guarded):
    notice = guarded.opened()
    raw = guarded.raw(BEN, f"Re: {notice.subject}", "/close\n", In_Reply_To=notice.message_id)
    both = f"Authentication-Results: {FAIL}\r\nAuthentication-Results: {PASS}\r\n".encode() + raw
    assert guarded.mail(raw=both).outcome == "held"
    assert guarded.ticket(1001).status == "new"


def test_a_strangers_reply_to_a_notice_passed_on_to_him_does_nothing(desk):
    notice = desk.opened()
    done = desk.mail(
        "vendor@elsewhere.example", f"Re: Fwd: {notice.subject}", "/close\nWhat is her number?\n",
        In_Reply_To="<forwarded@example.com>", References=notice.message_id,
    )  # fmt: skip
    assert (done.outcome, done.ticket) == ("opened", 1002)
    assert desk.ticket(1001).status == "new"


def test_a_requesters_commands_are_only_text(desk):
    desk.mail(EVA, "VPN down /close", "/close\n/priority P1\n")
    [receipt] = [post for post in desk.sent() if post.notice == "receipt"]
    done = desk.reply(receipt, "/resolve\n/assign ben\n")
    assert done.outcome == "followed_up"
    ticket = desk.ticket(1001)
    assert (ticket.status, ticket.priority, ticket.assignee) == ("new", "P3", "")


def test_commands_that_a_requester_wrote_are_not_done_when_an_agent_quotes_them(desk):
    notice = desk.opened(text="/close\n/assign ben\nplease\n", subject="/spam")
    assert "/close" in notice.text
    quoted = "".join(f"> {line}\n" for line in notice.text.splitlines())
    for text in (
        f"We are at it.\n\nOn Wed, IT Helpdesk <support@example.com> wrote:\n{quoted}",
        f"We are on it.\n\n-----Original Message-----\nFrom: Desk\nSent: today\nTo: Ben\nSubject: x\n\n{notice.text}",
        f"On Wed, IT Helpdesk <support@example.com> wrote:\n{quoted}\n",
        f"On Wed, IT Helpdesk <support@example.com> wrote:\n{quoted}\n/close\n",
    ):
        desk.reply(notice, text)
    ticket = desk.ticket(1001)
    assert (ticket.status, ticket.tags) == ("open", ())


def test_commands_in_a_mail_passed_on_are_not_done(desk):
    notice = desk.opened()
    text = "---------- Forwarded message ---------\nFrom: Eva <eva@example.com>\nSubject: x\nTo: Ben\n\n/close\n"
    desk.reply(notice, text, subject=f"Fwd: {notice.subject}")
    desk.reply(notice, "/close\nno mark at all\n", subject=f"Fwd: {notice.subject}")
    assert desk.ticket(1001).status == "new"


def html_mail(desk, notice, html: str) -> bytes:
    raw = desk.raw(BEN, f"Re: {notice.subject}", "x\n", In_Reply_To=notice.message_id)
    head = raw.partition(b"\r\n\r\n")[0].replace(b'text/plain; charset="utf-8"', b'text/html; charset="utf-8"')
    return head + b"\r\n\r\n" + html.encode()


@pytest.mark.parametrize(
    "html",
    [
        "<!-- /close --><p>Hello</p>",
        "<p style='display:none'>/close</p><p>Hello</p>",
        "<head><title>/close</title></head><body><p>Hello</p></body>",
        "<script>/close</script><p>Hello</p>",
        "<style>/close</style><p>Hello</p>",
        "<blockquote>/close</blockquote><p>Hello</p>",
    ],
)
def test_what_nobody_sees_in_html_is_no_command(desk, html):
    notice = desk.opened()
    desk.mail(raw=html_mail(desk, notice, html))
    assert desk.ticket(1001).status != "closed"


def test_html_alone_is_read_like_text(desk):
    notice = desk.opened()
    done = desk.mail(raw=html_mail(desk, notice, "<div>/Close.<br></div><div><br></div><div>Thank you, Eva.</div>"))
    assert done.outcome == "commanded"
    assert desk.ticket(1001).status == "closed"


def test_a_command_in_an_attachment_is_no_command(desk):
    notice = desk.opened()
    body = (
        b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n"
        b"Hello Eva.\r\n--b\r\nContent-Type: text/plain\r\nContent-Disposition: attachment; filename=a.txt\r\n\r\n"
        b"/close\r\n--b--\r\n"
    )
    head = f"From: {BEN}\r\nSubject: Re: {notice.subject}\r\nIn-Reply-To: {notice.message_id}\r\n"
    desk.mail(raw=head.encode() + b"To: support@example.com\r\nMessage-ID: <att@example.com>\r\n" + body)
    assert desk.ticket(1001).status == "open"
    [answer] = [post for post in desk.later() if post.notice == "answer"]
    assert [part.get_filename() for part in answer.mail.iter_attachments()] == ["a.txt"]


def test_confirmations_cannot_be_used_to_flood_an_agent(desk):
    desk.opened()
    for number in range(20):
        desk.mail(BEN, "Re: [#1001] VPN down", f"/close\n\n{number}\n")
    assert len(desk.sent()) <= 5
