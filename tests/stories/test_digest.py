"""The morning digest is answered line by line, with the same trust and the same transcript."""

from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from maild.flow.digest import MANY
from maild.flow.morning import day_of_morning, send_morning
from maild.rulebook.model import Rulebook
from tests.stories.roster import BEN, EVA, NOOR, Staffed


@pytest.fixture
def desk(store):
    desk = Staffed(store)
    desk.book = without_leads(desk.book)
    for subject in ("Printer", "VPN", "Screen"):
        notice = desk.opened(subject=subject)
        desk.reply(notice, "/take\n")
    desk.reply(notice, "/priority 1\n")
    desk.sent()
    desk.wait(days=1)
    return desk


def without_leads(book):
    return replace(book, queues={name: replace(queue, lead="") for name, queue in book.queues.items()})


def told(desk, **later):
    """Send the mails of the morning, which here nobody leads; give who gets one."""
    done = send_morning(desk.store, desk.context, desk.now + timedelta(**later))
    assert done.failed == []
    return done.told


def digest(desk):
    assert told(desk) == ["ben@example.com"]
    desk.send()
    [found] = [post for post in desk.sent() if post.notice == "digest"]
    return found


def test_each_agent_with_open_tickets_gets_one_digest_a_day_the_most_urgent_first(desk):
    found = digest(desk)
    assert found.to == "ben@example.com"
    assert [word for word in found.text.split() if word.startswith("#")] == ["#1003", "#1001", "#1002"]
    assert told(desk) == []
    assert told(desk, hours=3) == []
    assert told(desk, days=1) == ["ben@example.com"]


def test_its_lines_are_answered_in_place_with_one_transcript_for_all_tickets(desk):
    done = desk.reply(digest(desk), "1 close\n2. wait fri\n3 @noor\n\nBen Ortiz\n-- \nIT\n".replace("Ben Ortiz\n", ""))
    assert done.outcome == "commanded"
    states = {number: (desk.ticket(number).status, desk.ticket(number).assignee) for number in (1001, 1002, 1003)}
    assert states == {1003: ("closed", "ben"), 1001: ("pending", "ben"), 1002: ("open", "noor")}
    sent = desk.sent()
    [transcript] = [post for post in sent if post.notice == "transcript"]
    assert transcript.subject == "Done: 3 tickets"
    at = [transcript.text.index(part) for part in ("#1001  Printer", "#1002  VPN", "#1003  Screen")]
    assert at == sorted(at)
    assert transcript.text.count("Status:            open -> ") == 2
    assert transcript.text.count("reply with /undo") == 1
    assert all(f"#{number} " in transcript.html for number in (1001, 1002, 1003))
    assert [post.to for post in sent if post.notice == "assigned"] == ["noor@example.com"]


def test_one_undo_takes_back_all_that_the_transcript_tells_of(desk):
    desk.reply(digest(desk), "1 close\n2 wait fri\n3 reply On my way.\n")
    [transcript] = [post for post in desk.sent() if post.notice == "transcript"]
    desk.reply(transcript, "/undo\n", sender=NOOR)
    assert desk.ticket(1003).status == "closed"
    desk.sent()
    desk.reply(transcript, "/undo\n")
    [back] = desk.later()
    assert back.subject == "Taken back: 3 tickets"
    assert "The mail to eva@example.com was stopped" in back.text
    assert [desk.ticket(number).status for number in (1003, 1001, 1002)] == ["open", "open", "open"]
    assert desk.ticket(1001).waits_until is None
    desk.reply(transcript, "/undo\n")
    assert "nothing of yours that could be taken back" in desk.sent()[-1].text


def test_a_line_is_undone_by_itself_on_its_ticket(desk):
    desk.reply(digest(desk), "1 close\n2 close\n")
    screen = next(post for post in desk.everything() if "[#1003]" in post.subject and post.to == "ben@example.com")
    desk.reply(screen, "/undo\n")
    assert (desk.ticket(1003).status, desk.ticket(1001).status) == ("open", "closed")
    assert "[#1003]" in desk.sent()[-1].subject


def test_what_is_dangerous_or_much_at_once_is_asked_about_once(desk):
    done = desk.reply(digest(desk), "1 spam\n2 close\n")
    assert done.outcome == "held"
    [question] = desk.sent()
    assert (question.notice, question.to) == ("confirm", "ben@example.com")
    assert "2 orders on 2 tickets" in question.subject
    for line in ("#1003 /spam", "#1001 /close"):
        assert line in question.text
        assert line in question.html
    assert desk.ticket(1001).status == "open"
    desk.reply(question, "yes\n")
    desk.work()
    assert [post.notice for post in desk.sent()] == ["transcript"]
    assert (desk.ticket(1003).tags, desk.ticket(1001).status) == (("spam",), "closed")


@pytest.mark.parametrize("lines", [MANY - 1, MANY])
def test_few_tickets_need_no_second_thought_and_many_do(store, lines):
    desk = Staffed(store)
    for number in range(lines):
        desk.reply(desk.opened(subject=f"Matter {number}"), "/take\n")
    desk.sent()
    desk.wait(days=1)
    send_morning(desk.store, desk.context, desk.now)
    desk.send()
    listed = next(post for post in desk.sent() if post.notice == "digest")
    done = desk.reply(listed, "".join(f"{place} close\n" for place in range(1, lines + 1)))
    assert done.outcome == ("held" if lines >= MANY else "commanded")


def test_a_question_about_a_digest_is_answered_by_nobody_else(desk):
    desk.reply(digest(desk), "1 spam\n")
    [question] = desk.sent()
    desk.reply(question, "yes\n", sender=NOOR)
    desk.work()
    assert desk.ticket(1003).status == "open"


def test_two_lines_about_one_ticket_cannot_contradict(desk):
    desk.reply(digest(desk), "1 close\n1 reopen\n")
    [transcript] = desk.sent()
    assert "contradict" in transcript.text
    assert desk.ticket(1003).status == "open"


def test_who_gets_a_ticket_by_a_line_reads_what_its_requester_wrote(desk):
    desk.reply(digest(desk), "3 @noor\n")
    [assigned] = [post for post in desk.sent() if post.notice == "assigned"]
    assert "asks for a code" in assigned.text


def test_words_of_a_line_go_to_that_tickets_requester(desk):
    desk.reply(digest(desk), "1 reply It is fixed.\n1 resolve\n2 note call her\n")
    answers = [post for post in desk.later() if post.notice == "answer"]
    assert [(post.to, "It is fixed." in post.text) for post in answers] == [("eva@example.com", True)]
    assert desk.ticket(1003).status == "resolved"
    assert ("comment", "call her") in desk.history(1001)


@pytest.mark.parametrize(
    "line", ["4 close", "2 clsoe", "2 @zed", "thank you", "2 merge 1002", "2 !!", "2 new for x@example.com y"]
)
def test_one_line_that_cannot_be_carried_out_stops_all_of_them(desk, line):
    desk.reply(digest(desk), f"1 close\n{line}\n")
    assert desk.ticket(1003).status == "open"
    [transcript] = desk.sent()
    assert "Nothing of your mail was done" in transcript.text


@pytest.mark.parametrize("sender", [NOOR, EVA, "mallory@elsewhere.example"])
def test_a_digest_in_another_hand_is_worth_nothing(desk, sender):
    desk.reply(digest(desk), "1 close\n", sender=sender)
    assert desk.ticket(1003).status == "open"


def test_lines_from_nowhere_are_no_answer_to_a_digest(desk):
    digest(desk)
    desk.mail(BEN, "Re: Your 3 open tickets", "1 close\n")
    assert desk.ticket(1003).status == "open"


def test_where_a_server_confirms_senders_a_digest_needs_its_word_too(store):
    desk = Staffed(store, trusted_authserv_id=frozenset({"mx.example.com"}))
    desk.book = without_leads(desk.book)
    said = {"Authentication_Results": "mx.example.com; dmarc=pass header.from=example.com"}
    desk.reply(desk.opened(), "/take\n", **said)
    found = digest(desk)
    assert desk.reply(found, "1 close\n").outcome == "held"
    assert desk.reply(found, "1 close\n\n", **said).outcome == "commanded"
    assert desk.ticket(1001).status == "closed"


def test_its_hour_is_a_morning_hour_of_the_first_calendar(desk):
    calendar = replace(Rulebook().calendar, zone=ZoneInfo("America/New_York"))
    desk.book = replace(desk.book, calendars={"office": calendar})
    context = replace(desk.context, digest_hour=8)
    eight = desk.now.replace(hour=13, minute=0, second=0)
    assert day_of_morning(context, eight) == date(2026, 11, 19)
    assert day_of_morning(context, eight - timedelta(seconds=1)) is None
    assert day_of_morning(context, eight + timedelta(hours=2, minutes=59)) == date(2026, 11, 19)
    assert day_of_morning(context, eight + timedelta(hours=3)) is None
    assert day_of_morning(replace(context, digest_hour=-1), eight) is None
