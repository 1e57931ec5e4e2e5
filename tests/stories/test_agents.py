"""How agents work by mail: stories told with a turnable clock."""

import re
from dataclasses import replace
from urllib.parse import unquote

import pytest

from maild.rulebook.model import Rulebook
from tests.stories.roster import BEN, EVA, LI, NOOR, Staffed


@pytest.fixture
def desk(store):
    return Staffed(store)


def test_an_answer_goes_to_the_requester_in_the_desks_name_and_the_agent_sees_what_went(desk):
    notice = desk.opened()
    assert notice.notice == "new-ticket"
    done = desk.reply(notice, "Hello Eva,\n\nplease try again now.\n")
    assert (done.outcome, done.ticket) == ("commanded", 1001)
    [transcript] = desk.sent()
    assert (transcript.notice, transcript.to) == ("transcript", "ben@example.com")
    assert "Sent to Eva Lindqvist <eva@example.com>" in transcript.text
    assert "please try again now." in transcript.text
    [answer] = desk.later()
    assert (answer.notice, answer.to) == ("answer", "eva@example.com")
    assert answer.mail["From"] == "IT Helpdesk <support@example.com>"
    assert "please try again now." in answer.text
    assert answer.mail["Auto-Submitted"] is None
    assert answer.subject == "Re: [#1001] VPN down"
    assert answer.mail["In-Reply-To"].startswith("<eva")
    ticket = desk.ticket(1001)
    assert (ticket.status, ticket.assignee) == ("open", "ben")
    assert ticket.first_responded_at is not None


def test_what_an_agent_quotes_never_reaches_the_requester(desk):
    notice = desk.opened()
    quoted = "".join(f"> {line}\n" for line in notice.text.splitlines())
    desk.reply(notice, f"Please try again.\n\nOn Wed, IT Helpdesk <support@example.com> wrote:\n{quoted}")
    [answer] = [post for post in desk.later() if post.notice == "answer"]
    everything = answer.raw.decode() + answer.text + answer.html
    assert "Queue" not in everything
    assert "helpdesk\n" not in answer.text
    assert "ben@example.com" not in everything
    assert "mail.example.org" not in answer.mail["References"].replace("<eva", "").partition("@")[0]


def test_the_requester_answers_the_agents_mail_and_the_thread_goes_on(desk):
    desk.reply(desk.opened(), "Which device is it?\n")
    [answer] = [post for post in desk.later() if post.notice == "answer"]
    done = desk.reply(answer, "My laptop.\n")
    assert (done.outcome, done.ticket) == ("followed_up", 1001)
    [follow_up] = desk.to("ben@example.com")
    assert follow_up.notice == "follow-up"
    assert desk.reply(follow_up, "/resolve\n\nThank you, it works now.\n").outcome == "commanded"
    assert desk.ticket(1001).status == "resolved"
    [last] = [post for post in desk.later() if post.to == "eva@example.com"]
    assert "it works now" in last.text
    assert "open again" in last.text


def test_commands_alone_send_nothing_to_anybody(desk):
    notice = desk.opened()
    desk.reply(notice, "/take\n/priority 1\n/tag vpn\n\n-- \nBen Ortiz\nIT Department\n")
    [transcript] = desk.sent()
    assert re.search(r"Priority: +P3 -> P1", transcript.text)
    assert re.search(r"Assigned to: +- -> ben", transcript.text)
    assert desk.later() == []
    ticket = desk.ticket(1001)
    assert (ticket.priority, ticket.assignee, ticket.tags, ticket.status) == ("P1", "ben", ("vpn",), "open")


def test_a_name_below_the_commands_is_no_answer(desk):
    desk.reply(desk.opened(), "/take\n\nBen\n")
    assert [post.notice for post in desk.later()] == ["transcript"]


def test_a_command_in_the_subject_is_carried_out(desk):
    notice = desk.opened()
    desk.reply(notice, "\n", subject=f"Re: {notice.subject} /close")
    assert desk.ticket(1001).status == "closed"


def test_a_slash_in_the_requesters_subject_is_no_command(desk):
    notice = desk.opened(subject="/close and /etc/hosts, 24/7")
    desk.reply(notice, "We are looking into it.\n")
    assert desk.ticket(1001).status == "open"


def test_one_command_that_cannot_be_carried_out_stops_all_of_them(desk):
    notice = desk.opened()
    desk.reply(notice, "/take\n/queue netwrk please\n/assign nobody else\n\nHello Eva, all is well.\n")
    [transcript] = desk.sent()
    assert "Nothing of your mail was done" in transcript.text
    assert "/queue network" in transcript.text
    assert desk.ticket(1001).assignee == ""
    assert desk.later() == []


def test_did_you_mean_is_answered_with_one_tap(desk):
    notice = desk.opened()
    desk.reply(notice, "/queue nets\n")
    [transcript] = desk.sent()
    taps = [unquote(link) for link in re.findall(r'href="mailto:([^"]+)"', transcript.html)]
    assert any("/queue network" in tap for tap in taps)


def test_a_note_is_for_agents_only(desk):
    desk.reply(desk.opened(), "/note she sounded angry\n")
    assert [post.notice for post in desk.later()] == ["transcript"]
    assert ("comment", "she sounded angry") in desk.history(1001)


def test_a_ticket_passed_on_comes_with_what_the_requester_wrote(desk):
    desk.reply(desk.opened(), "/assign noor\n")
    [assigned] = desk.to("noor@example.com")
    assert assigned.notice == "assigned"
    assert "asks for a code" in assigned.text
    assert desk.reply(assigned, "/take\n").outcome == "commanded"


def test_a_one_tap_mail_needs_neither_thread_nor_header(desk):
    notice = desk.opened()
    links = [link.replace("&amp;", "&") for link in re.findall(r'href="(mailto:[^"]+)"', notice.html)]
    [take] = [link for link in links if "%2Ftake" in link]
    address, _, fields = take.removeprefix("mailto:").partition("?")
    filled = dict(field.split("=", 1) for field in fields.split("&"))
    done = desk.mail(BEN, unquote(filled["subject"]), unquote(filled["body"]), to=unquote(address))
    assert done.outcome == "commanded"
    assert desk.ticket(1001).assignee == "ben"
    assert [post.notice for post in desk.later()] == ["transcript"]


def test_a_reply_taken_back_in_time_never_goes(desk):
    notice = desk.opened()
    desk.reply(notice, "/resolve\n\nDone, Eva.\n")
    [transcript] = desk.sent()
    assert "/undo" in transcript.text
    desk.wait(seconds=30)
    desk.reply(transcript, "/undo\n")
    [second] = desk.sent()
    assert "eva@example.com was stopped" in second.text
    assert desk.later() == []
    ticket = desk.ticket(1001)
    assert (ticket.status, ticket.assignee, ticket.first_responded_at, ticket.resolved_at) == ("new", "", None, None)


def test_what_has_gone_cannot_be_taken_back_but_the_ticket_can(desk):
    desk.reply(desk.opened(), "/resolve\n\nDone, Eva.\n")
    [transcript, _] = desk.sent() + desk.later()
    desk.reply(transcript, "/undo\n")
    assert desk.ticket(1001).status == "new"
    assert any("already sent to eva@example.com" in text for _, text in desk.history(1001))


def test_undo_leaves_alone_what_has_changed_since(desk):
    notice = desk.opened()
    desk.reply(notice, "/priority 1\n/tag vpn\n")
    [transcript] = desk.sent()
    desk.store.tickets.update(replace(desk.ticket(1001), priority="P2"))
    desk.reply(transcript, "/undo\n")
    ticket = desk.ticket(1001)
    assert (ticket.priority, ticket.tags) == ("P2", ())


def test_a_canned_answer_goes_in_the_requesters_language(desk):
    desk.reply(desk.opened(), "/canned vpn\n\nCall me if it does not help.\n")
    [answer] = [post for post in desk.later() if post.notice == "answer"]
    assert answer.text.startswith("Hello Eva Lindqvist,")
    assert "Restart your computer" in answer.text
    assert "Call me if" in answer.text


def test_a_chinese_agent_works_in_chinese(desk):
    desk.mail(EVA, "VPN", "My VPN asks for a code.\n")
    [notice] = desk.to("li.jing@example.com")
    done = desk.reply(notice, "／接单。\n/备注 用户很着急\n", sender=LI)
    assert done.outcome == "commanded"
    [transcript] = desk.sent()
    assert "已执行" in transcript.subject
    assert "负责人" in transcript.text
    assert "用户很着急" in transcript.text
    assert desk.ticket(1001).assignee == "li"


def test_help_and_why_are_answered(desk):
    notice = desk.opened()
    desk.reply(notice, "/help\n")
    told = desk.sent()[-1].text
    for line in ("/escalate", "/cause       /cause loose cable: why", "/knowledge   drafts an article"):
        assert line in told
    desk.reply(notice, "/why\n")
    assert "It refers to no ticket" in desk.sent()[-1].text


def test_a_reminder_waits_in_the_outbox(desk):
    desk.reply(desk.opened(), "/remind 2d\n")
    desk.sent()
    desk.wait(days=2, hours=8)
    desk.send()
    [reminder] = desk.sent()
    assert (reminder.notice, reminder.to) == ("remind", "ben@example.com")
    assert "asks for a code" in reminder.text


def test_people_copied_in_get_the_answers_from_then_on_and_nothing_of_before(desk):
    notice = desk.opened()
    desk.reply(notice, "/cc Tom <tom@example.com>\n\nTom will come by.\n")
    answers = {post.to: post for post in desk.later() if post.notice == "answer"}
    assert set(answers) == {"eva@example.com", "tom@example.com"}
    assert "asks for a code" not in answers["tom@example.com"].raw.decode()
    desk.reply(notice, "/uncc tom@example.com\n")
    assert [person.email for person in desk.ticket(1001).participants] == ["eva@example.com"]
    desk.reply(notice, "/uncc eva@example.com\n")
    assert "Nothing of your mail was done" in desk.sent()[-1].text


def test_a_merge_is_asked_about_first_and_joins_the_people(desk):
    notice = desk.opened()
    desk.mail("Tom <tom@example.com>", "VPN, too", "Mine as well.\n", message_id="<tom@mail.example.org>")
    desk.sent()
    done = desk.reply(notice, "/merge 1002\n")
    assert done.outcome == "held"
    [question] = desk.sent()
    assert question.notice == "confirm"
    assert "/merge 1002" in question.subject
    assert desk.ticket(1001).status == "new"
    desk.reply(question, "yes\n")
    desk.work()
    assert (desk.ticket(1001).status, desk.ticket(1001).parent) == ("closed", 1002)
    desk.sent()
    follow_up = desk.mail(EVA, "Re: [#1001] VPN down", "Still broken.\n")
    assert (follow_up.outcome, follow_up.ticket) == ("followed_up", 1002)
    assert "asks for a code" not in "".join(post.raw.decode() for post in desk.sent() if post.to == "tom@example.com")


def test_linked_tickets_name_each_other(desk):
    notice = desk.opened()
    desk.mail("Tom <tom@example.com>", "VPN, too", "Mine as well.\n")
    desk.reply(notice, "/link 1002\n")
    assert ("comment", "Ben Ortiz linked #1002.") in desk.history(1001)
    assert ("comment", "Ben Ortiz linked #1001.") in desk.history(1002)
    desk.reply(notice, "/link 4711\n")
    assert "Nothing of your mail was done" in desk.sent()[-1].text


def test_an_agent_with_a_problem_of_his_own_is_a_requester(desk):
    done = desk.mail(NOOR, "My screen is dark", "It does not switch on.\n")
    assert (done.outcome, done.ticket) == ("opened", 1001)
    receipt = next(post for post in desk.sent() if post.notice == "receipt")
    assert desk.reply(receipt, "It works again.\n").outcome == "followed_up"
    assert desk.reply(receipt, "Solved.\n").outcome == "followed_up"
    assert desk.reply(receipt, "/close\n").outcome == "commanded"


def test_a_house_without_agents_takes_nobodys_orders(store):
    desk = Staffed(store)
    desk.book = Rulebook()
    desk.mail(EVA, "VPN", "broken\n")
    done = desk.mail(BEN, "Re: [#1001] VPN", "/close\n")
    assert done.outcome == "opened"
    assert desk.ticket(1001).status == "new"


def test_what_came_by_phone_becomes_the_ticket_of_whoever_called(desk):
    notice = desk.opened()
    done = desk.reply(notice, "/new for tom@example.com Printer jammed\n/assign noor\n\nHe called at ten.\n")
    assert (done.outcome, done.ticket) == ("commanded", 1002)
    sent = {(post.notice, post.to): post for post in desk.sent()}
    assert set(sent) >= {
        ("receipt", "tom@example.com"),
        ("assigned", "noor@example.com"),
        ("transcript", "ben@example.com"),
    }
    assert "#1002" in sent["transcript", "ben@example.com"].text
    assert "Printer jammed" in sent["receipt", "tom@example.com"].text
    ticket = desk.ticket(1002)
    assert (ticket.requester, ticket.subject, ticket.assignee) == ("tom@example.com", "Printer jammed", "noor")
    assert desk.reply(sent["receipt", "tom@example.com"], "Still jammed.\n").ticket == 1002


def test_a_mail_passed_on_becomes_the_ticket_of_its_writer(desk):
    notice = desk.opened()
    text = (
        "/for\n\n---------- Forwarded message ---------\nFrom: Tom Ng <tom@example.com>\nDate: Wed, 18 Nov 2026\n"
        "Subject: Printer on floor 3\nTo: Ben <ben@example.com>\n\n/close\nIt is jammed again.\n"
    )
    done = desk.reply(notice, text, subject="Fwd: Printer on floor 3")
    assert (done.outcome, done.ticket) == ("commanded", 1002)
    ticket = desk.ticket(1002)
    assert (ticket.requester, ticket.requester_name, ticket.subject) == (
        "tom@example.com",
        "Tom Ng",
        "Printer on floor 3",
    )
    assert ticket.status == "new"
    assert desk.history(1002)[0] == ("correspondence", "/close\nIt is jammed again.")


def test_no_token_of_an_agent_goes_to_anybody_else(desk):
    notice = desk.opened()
    token = notice.message_id.strip("<>").partition("@")[0]
    desk.reply(notice, "/resolve\n")
    desk.reply(notice, "/reopen\n/assign noor\n\nHello Eva.\n")
    desk.reply(notice, "/new for tom@example.com Printer\n\njammed\n")
    others = [post for post in desk.later() if post.to != "ben@example.com"]
    assert {"resolved", "answer", "assigned", "receipt"} <= {post.notice for post in others}
    assert not [post.notice for post in others if token.encode() in post.raw.replace(b"\r\n ", b"")]


def test_a_notice_tells_how_sure_it_is_who_wrote_and_what_was_said_before(desk):
    notice = desk.opened()
    assert "not confirmed, but the address is known here" in notice.text
    desk.reply(notice, "/take\n/note she sounded angry\n/reply Which device is it?\n")
    [answer] = [post for post in desk.later() if post.notice == "answer"]
    desk.reply(answer, "My laptop.\n")
    [follow_up] = [post for post in desk.sent() if post.notice == "follow-up"]
    for said in ("asks for a code", "Which device is it?", "she sounded angry"):
        assert said in follow_up.text
        assert said in follow_up.html
    assert follow_up.text.count("My laptop.") == 1
    stranger = desk.mail("guest@elsewhere.example", "Badge", "It does not open.\n")
    assert "NOT confirmed" in next(post for post in desk.sent() if post.notice == "new-ticket").text
    assert stranger.outcome == "opened"


def test_a_second_matter_becomes_a_ticket_of_its_own_after_a_second_thought(desk):
    notice = desk.opened("My VPN asks for a code. And the printer on floor 3 is jammed, too.\n")
    assert desk.reply(notice, "/split The printer on floor 3\n").outcome == "held"
    [question] = desk.sent()
    assert desk.store.tickets.get(1002) is None
    desk.reply(question, "yes\n")
    desk.work()
    new = desk.ticket(1002)
    assert (new.subject, new.requester, new.parent, new.status) == (
        "The printer on floor 3",
        "eva@example.com",
        1001,
        "new",
    )
    assert "floor 3 is jammed" in desk.history(1002)[0][1]
    [transcript] = desk.sent()
    assert "A new ticket, #1002, is open for eva@example.com." in transcript.text
    assert [(post.notice, post.to) for post in desk.later()] == [("receipt", "eva@example.com")]
    assert desk.ticket(1001).status == "new"
    assert desk.mail(EVA, "Re: [#1002] The printer", "Still jammed.\n").ticket == 1002


def test_undo_takes_back_what_the_answered_transcript_tells_of(desk):
    notice = desk.opened()
    desk.reply(notice, "/tag vpn\n")
    [first] = desk.sent()
    desk.reply(notice, "/priority 1\n")
    desk.sent()
    desk.reply(first, "/undo\n")
    assert (desk.ticket(1001).tags, desk.ticket(1001).priority) == ((), "P1")
    desk.reply(notice, "/undo\n")
    assert desk.ticket(1001).priority == "P3"


def test_the_transcript_says_whom_an_answer_does_not_reach_and_passes_the_gate_itself(desk):
    notice = desk.opened()
    desk.store.suppress("eva@example.com", "5.1.1 no such user", desk.now)
    desk.reply(notice, "Hello Eva.\n")
    [transcript] = desk.sent()
    assert "NOT sent to eva@example.com: mail to eva@example.com bounced: 5.1.1 no such user" in transcript.text
    assert desk.later() == []
    desk.store.suppress("ben@example.com", "5.1.1 no such user", desk.now)
    desk.reply(notice, "/take\n")
    assert desk.sent() == []
    assert desk.ticket(1001).assignee == "ben"
