"""Mails of one thread that are taken in another order than they were written in."""

from dataclasses import replace
from itertools import permutations, product

import pytest

from maild.flow.process import process
from maild.flow.receive import explain
from maild.rulebook.model import Notify, Queue, Rulebook
from tests.stories.desk import SUPPORT, Desk
from tests.stories.roster import AGENTS

EVA, TOM, MALLORY = "Eva <eva@example.com>", "Tom <tom@example.com>", "Mallory <mallory@far.example>"
FIRST = "<first@mail.example.org>"


@pytest.fixture
def desk(store):
    return Desk(store)


def answer(desk, sender=TOM, to=f"{SUPPORT}, {EVA}", **fields):
    return desk.raw(sender, "Re: VPN down", "Mine, too.\n", to, **{"References": FIRST, "In_Reply_To": FIRST, **fields})


def first(desk, sender=EVA, **fields):
    return desk.raw(sender, "VPN down", "It asks for a code.\n", **{"Cc": TOM, "message_id": FIRST, **fields})


def test_an_answer_that_is_taken_before_its_mail_gives_one_ticket(desk):
    desk.mail(raw=answer(desk))
    [receipt] = desk.sent()
    told = explain(first(desk), SUPPORT, desk.store, desk.context, desk.now)
    assert (told.decision.outcome, told.decision.after.number) == ("followed_up", 1001)
    assert "a mail of #1001 answers it, which was taken before it" in told.decision.reason
    done = desk.mail(raw=first(desk))
    assert (done.outcome, done.ticket) == ("followed_up", 1001)
    assert "answers it" in done.reason
    assert [text for _, text in desk.history(1001)] == ["Mine, too.", "It asks for a code."]
    assert receipt.to == "tom@example.com"


def test_who_asked_first_gets_a_receipt_though_the_answer_was_taken_before(desk):
    desk.mail(raw=answer(desk))
    desk.mail(raw=first(desk))
    _, receipt = desk.sent()
    assert (receipt.notice, receipt.to, receipt.subject) == ("receipt", "eva@example.com", "Re: [#1001] VPN down")
    assert "Hello Eva" in receipt.text
    assert receipt.mail["In-Reply-To"] == FIRST
    assert desk.ticket(1001).requester == "tom@example.com"
    desk.reply(receipt, "One more thing.\n")
    assert desk.history(1001)[-1] == ("correspondence", "One more thing.")


def test_who_copied_in_a_person_he_never_wrote_to_hears_nothing_of_that_persons_mail(desk):
    """A ticket "in answer" to a mail on its way must not catch it."""
    desk.mail(raw=answer(desk, MALLORY))
    done = desk.mail(raw=first(desk, Cc=""))
    assert (done.outcome, done.ticket) == ("opened", 1002)
    assert "not written to mallory@far.example" in done.reason
    assert [receipt.to for receipt in desk.sent()] == ["mallory@far.example", "eva@example.com"]
    assert [p.email for p in desk.ticket(1002).participants] == ["eva@example.com"]
    for here, there in ((1001, 1002), (1002, 1001)):
        assert any(f"#{there}" in text for kind, text in desk.history(here) if kind == "comment")


def test_a_mail_that_somebody_answered_brings_no_stranger_into_the_ticket(desk):
    """Tom passes Mallory's mail on to us; that it is hers does not let her in."""
    desk.mail(raw=answer(desk, TOM, SUPPORT))
    done = desk.mail(raw=first(desk, MALLORY))
    assert (done.outcome, done.ticket) == ("opened", 1002)
    assert [kind for kind, _ in desk.history(1001)] == ["correspondence", "comment"]
    assert [p.email for p in desk.ticket(1001).participants] == ["tom@example.com"]


def test_a_mail_whose_sender_is_refuted_joins_nothing_late(store):
    desk = Desk(store, trusted_authserv_id=frozenset({"mx.example.com"}))
    desk.mail(raw=answer(desk))
    forged = first(desk, Authentication_Results="mx.example.com; dmarc=fail header.from=example.com")
    assert desk.mail(raw=forged).outcome == "opened"


def test_many_answers_to_a_mail_that_never_comes_to_us_have_nothing_to_do_with_each_other(desk):
    """A mail to the whole company is answered by hundreds, each to us alone."""
    for number in range(15):
        desk.mail(raw=answer(desk, f"p{number}@example.com", SUPPORT))
    assert len(desk.store.tickets.list()) == 15
    assert all(len(desk.history(1001 + number)) == 1 for number in range(15))


PEOPLE = f"{SUPPORT}, {EVA}, {TOM}"


def middle_last(desk, meanwhile=lambda: None, third_to=PEOPLE):
    """Take a thread whose mails name only the one before, the middle one last."""
    desk.mail(TOM, "Re: Re: VPN", "third\n", In_Reply_To="<2@x>", message_id="<3@x>", to=third_to)
    desk.mail(EVA, "VPN", "first\n", message_id="<1@x>", to=PEOPLE)
    meanwhile()
    return desk.mail(TOM, "Re: VPN", "second\n", In_Reply_To="<1@x>", message_id="<2@x>", to=PEOPLE)


def test_two_tickets_of_one_thread_become_one_when_the_mail_between_them_comes(desk):
    done = middle_last(desk)
    assert (done.outcome, done.ticket) == ("followed_up", 1002)
    assert (desk.ticket(1001).status, desk.ticket(1001).parent, desk.ticket(1001).tags) == ("closed", 1002, ("merged",))
    for here, there in ((1001, 1002), (1002, 1001)):
        [told] = [text for kind, text in desk.history(here) if kind == "comment"]
        assert f"#{there}" in told
    to_tom, to_eva = desk.sent()
    for receipt in (to_tom, to_eva):
        assert desk.reply(receipt, "One more thing.\n").ticket == 1002
    assert {promise.state for promise in desk.store.clocks.promises(desk.now, ticket=1001)} <= {"kept"}


def test_whoever_had_the_ticket_that_gives_way_is_told_where_it_goes_on(store):
    told = {"assigned": (Notify("assignee", "assigned"),), "followed_up": (Notify("assignee", "follow-up"),)}
    queues = {"helpdesk": Queue("helpdesk", ("ben", "noor"), assign="round-robin")}
    desk = Desk(store, rulebook=lambda: Rulebook(agents=AGENTS, queues=queues, notifications=told))
    middle_last(desk, meanwhile=desk.sent)
    assert {post.to for post in desk.sent()} == {"ben@example.com", "noor@example.com"}


def test_a_ticket_that_somebody_works_on_stays_and_agents_are_shown_both(desk):
    def work():
        with desk.store.transaction():
            desk.store.tickets.update(replace(desk.ticket(1001), status="open"))

    assert middle_last(desk, work).ticket == 1002
    assert desk.ticket(1001).status == "open"
    for here, there in ((1001, 1002), (1002, 1001)):
        [told] = [text for kind, text in desk.history(here) if kind == "comment"]
        assert f"#{there}" in told
        assert "/merge" in told


def test_a_ticket_with_somebody_who_was_not_written_to_stays_by_itself(desk):
    middle_last(desk, third_to=f"{PEOPLE}, {MALLORY}")
    assert desk.ticket(1001).status == "new"
    assert [person.email for person in desk.ticket(1002).participants] == ["eva@example.com", "tom@example.com"]


SHAPES = ((0, 1, 2), (0, 0, 1), (0, 1, 1))
"""Which mail the second, third and fourth one answers."""


@pytest.mark.parametrize("names", ["all before", "the one before"])
def test_in_whatever_order_a_thread_among_the_same_people_is_taken_it_is_one_ticket(desk, names):
    known = 1000
    for number, (shape, order) in enumerate(product(SHAPES, permutations(range(4)))):
        people = [f"{name}{number}@example.com" for name in ("eva", "tom", "ann")]
        mails, references = [], []
        for index in range(4):
            above = references[shape[index - 1]] if index else []
            own = f"<{number}.{index}@x>"
            fields = {"In_Reply_To": above[-1]} if above else {}
            if above and names == "all before":
                fields["References"] = " ".join(above)
            to = ", ".join((SUPPORT, *people))
            mails.append(desk.raw(people[index % 3], "VPN", f"{index}\n", to, message_id=own, **fields))
            references.append([*above, own])
        for index in order:
            desk.arrive(mails[index])
        done = process(desk.store, desk.context, desk.now, "story")
        last = max(ticket.number for ticket in desk.store.tickets.list(limit=4))
        going_on = [one for one in desk.store.tickets.list(limit=last - known) if "merged" not in one.tags]
        assert len(going_on) == 1, (shape, order, [one.reason for one in done])
        assert names != "all before" or last == known + 1
        known = last
