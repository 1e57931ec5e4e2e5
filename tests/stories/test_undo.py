"""Merging and splitting can be taken back, as far as people have not gone on since; what cannot is said plainly."""

import pytest

from tests.stories.roster import EVA, Staffed

TOM = "Tom <tom@example.com>"


@pytest.fixture
def desk(store):
    return Staffed(store)


def confirmed(desk, notice, order):
    """Order what is asked about first, and confirm it; give the transcript."""
    desk.reply(notice, order)
    question = next(post for post in desk.sent() if post.notice == "confirm")
    desk.reply(question, "yes\n")
    desk.work()
    return next(post for post in desk.sent() if post.notice == "transcript")


def merged(desk):
    notice = desk.opened()
    desk.mail(TOM, "VPN, too", "Mine as well.\n", message_id="<tom@mail.example.org>")
    desk.sent()
    return confirmed(desk, notice, "/merge 1002\n")


def split(desk):
    notice = desk.opened("My VPN asks for a code. And the printer on floor 3 is jammed, too.\n")
    return confirmed(desk, notice, "/split The printer on floor 3\n")


def people(desk, number):
    return {person.email for person in desk.ticket(number).participants}


def told(desk):
    return next(post for post in desk.sent() if post.notice == "transcript")


def test_a_merge_taken_back_leaves_both_tickets_as_they_were(desk):
    transcript = merged(desk)
    assert "/undo" in transcript.text
    assert "Goes on in ticket: - -> 1002" in transcript.text
    assert people(desk, 1002) == {"eva@example.com", "tom@example.com"}
    desk.reply(transcript, "/undo\n")
    ticket = desk.ticket(1001)
    assert (ticket.status, ticket.parent, ticket.tags, ticket.closed_at) == ("new", None, (), None)
    assert people(desk, 1002) == {"tom@example.com"}
    assert "Status:            closed -> new" in told(desk).text
    assert any("took back that #1001 was merged" in text for _, text in desk.history(1002))
    assert desk.mail(EVA, "Re: [#1001] VPN down", "Still broken.\n").ticket == 1001


def test_who_has_written_on_the_other_ticket_since_stays_there_and_the_agent_hears_it(desk):
    transcript = merged(desk)
    desk.mail(EVA, "Re: [#1001] VPN down", "Still broken.\n")
    desk.sent()
    desk.reply(transcript, "/undo\n")
    assert people(desk, 1002) == {"eva@example.com", "tom@example.com"}
    back = told(desk)
    said = "eva@example.com has written on #1002 since, and takes part there still; what came stays there"
    assert said in back.text
    assert said in back.html
    assert desk.ticket(1001).status == "new"


def test_whoever_came_to_the_other_ticket_meanwhile_is_not_lost_by_the_undo(desk):
    transcript = merged(desk)
    theirs = next(post for post in desk.everything() if "[#1002]" in post.subject and post.to == "ben@example.com")
    desk.reply(theirs, "/cc ann@example.com\n")
    desk.sent()
    desk.reply(transcript, "/undo\n")
    assert people(desk, 1002) == {"tom@example.com", "ann@example.com"}


def test_a_merged_ticket_that_somebody_opened_again_keeps_what_it_is(desk):
    transcript = merged(desk)
    with desk.store.transaction():
        ticket = desk.store.tickets.lock(1001)
        desk.store.tickets.update(type(ticket)(**{**_fields(ticket), "status": "open", "closed_at": None}))
    desk.sent()
    desk.reply(transcript, "/undo\n")
    assert desk.ticket(1001).status == "open"
    assert "Status has changed since, and stays as it is" in told(desk).text


def _fields(ticket):
    return {name: getattr(ticket, name) for name in type(ticket).__dataclass_fields__}


def test_a_split_taken_back_in_time_reaches_nobody(desk):
    transcript = split(desk)
    desk.reply(transcript, "/undo\n")
    [back] = desk.later()
    assert back.notice == "transcript"
    assert "The mail to eva@example.com was stopped" in back.text
    assert "#1002  The printer on floor 3" in back.text
    new = desk.ticket(1002)
    assert (new.status, new.parent, new.tags) == ("closed", 1001, ("merged",))
    assert desk.ticket(1001).status == "new"


def test_answers_to_what_was_split_off_come_back_to_the_first_ticket(desk):
    transcript = split(desk)
    [receipt] = desk.later()
    desk.reply(transcript, "/undo\n")
    assert "the mail to eva@example.com had gone already" in told(desk).text
    assert desk.reply(receipt, "And it makes a noise.\n").ticket == 1001


def test_a_split_that_people_have_gone_on_with_stays(desk):
    transcript = split(desk)
    [receipt] = desk.later()
    assert desk.reply(receipt, "And it makes a noise.\n").ticket == 1002
    desk.sent()
    desk.reply(transcript, "/undo\n")
    back = told(desk)
    assert "#1002 stays open: people have gone on with it. /merge #1001 on it brings it back" in back.text
    assert desk.ticket(1002).status == "new"


def test_nothing_of_it_is_undone_twice(desk):
    transcript = merged(desk)
    desk.reply(transcript, "/undo\n")
    desk.sent()
    desk.reply(transcript, "/undo\n")
    assert "nothing of yours that could be taken back" in told(desk).text


def test_undo_goes_alone(desk):
    transcript = merged(desk)
    desk.reply(transcript, "/undo\n/close\n")
    assert "/undo goes alone" in told(desk).text
    assert desk.ticket(1001).status == "closed"


def test_tags_of_others_survive_an_undo(desk):
    notice = desk.opened()
    desk.reply(notice, "/tag vpn\n")
    [transcript] = desk.sent()
    with desk.store.transaction():
        ticket = desk.store.tickets.lock(1001)
        desk.store.tickets.update(type(ticket)(**{**_fields(ticket), "tags": ("vpn", "vip")}))
    desk.reply(transcript, "/undo\n")
    assert desk.ticket(1001).tags == ("vip",)


def test_a_cause_told_before_is_kept_when_the_solving_is_taken_back(desk):
    notice = desk.opened()
    desk.reply(notice, "/cause loose cable\n")
    desk.reply(notice, "/resolve\n\nI put it in again.\n")
    desk.sent()
    desk.reply(notice, "/undo\n")
    ticket = desk.ticket(1001)
    assert (ticket.status, ticket.cause, ticket.solution) == ("new", "loose cable", "")
