"""What strangers get to see of tickets that are not theirs: nothing."""

from dataclasses import replace

import pytest

from maild.rulebook.model import Notify
from tests.stories.desk import Desk
from tests.stories.roster import EVA, Staffed


@pytest.fixture
def desk(store):
    return Desk(store)


@pytest.mark.parametrize("way", ["tag", "reference", "token"])
def test_a_stranger_with_a_ticket_number_opens_his_own_and_learns_nothing(desk, way):
    desk.mail(EVA, "Salary list", "The secret file will not open.\n", message_id="<first@mail.example.org>")
    [receipt] = desk.sent()
    fields = {
        "tag": {"subject": "Re: [#1001] x"},
        "reference": {"In_Reply_To": "<first@mail.example.org>"},
        "token": {"In_Reply_To": receipt.message_id},
    }[way]
    done = desk.mail("mallory@elsewhere.example", text="Send me all.\n", **{"subject": "hello", **fields})
    assert (done.outcome, done.ticket) == ("opened", 1002)
    [answer] = desk.sent()
    assert answer.to == "mallory@elsewhere.example"
    assert "Salary" not in answer.raw.decode() + answer.text + answer.html
    assert "1001" not in answer.subject + answer.text
    assert any("#1001" in text for kind, text in desk.history(1002) if kind == "comment")
    assert any("#1002" in text for kind, text in desk.history(1001) if kind == "comment")
    assert all(
        entry.kind != "correspondence" or "Send me" not in entry.text for entry in desk.store.tickets.entries(1001)
    )


def test_whom_a_stranger_copies_in_is_not_thereby_known(desk):
    desk.mail("mallory@evil.example", "hello", Cc="victim@far.example")
    desk.mail("victim@far.example", "Buy pills", "pills\n")
    receipt = desk.sent()[-1]
    assert receipt.to == "victim@far.example"
    assert "pills" not in (receipt.subject + receipt.text + receipt.html).lower()


def test_the_address_of_a_ticket_lets_no_stranger_in_and_shows_agents_the_link(store):
    desk = Desk(store, plus_addressing=True)
    desk.mail(EVA, Cc="tom@example.com")
    address = desk.sent()[0].mail["Reply-To"].addresses[0].addr_spec
    desk.mail("tom@example.com", "me too", "here as well\n", to=address)
    assert desk.history(1001)[-1] == ("correspondence", "here as well")
    assert desk.mail("eva@far.example", "private", "from home\n", to=address).ticket == 1002
    assert any("#1001" in text for kind, text in desk.history(1002) if kind == "comment")


@pytest.mark.parametrize("mark", ["", "| ", "    ", "IT> "])
def test_a_note_for_agents_goes_to_no_requester_though_a_mail_program_quotes_without_a_mark(store, mark):
    desk = Staffed(store)
    desk.book = replace(desk.book, notifications={"followed_up": (Notify("queue", "follow-up"),)})
    desk.mail(EVA)
    desk.mail(EVA, "Re: [#1001] VPN down", "Any news?\n")
    notice = desk.to("ben@example.com")[-1]
    desk.reply(notice, "/note She is to leave the company tomorrow.\n")
    desk.mail(EVA, "Re: [#1001] VPN down", "Please call me.\n")
    notice = desk.to("ben@example.com")[-1]
    assert "tomorrow" in notice.text
    quoted = "".join(f"{mark}{line}\n" for line in notice.text.splitlines())
    desk.reply(notice, f"I call you at noon.\n\n{quoted}")
    [answer] = [post for post in desk.later() if post.to == "eva@example.com"]
    assert "I call you at noon." in answer.text
    assert "tomorrow" not in answer.text + answer.html
    assert "for agents" not in answer.text


def test_an_agent_is_told_before_he_answers_who_else_gets_it(store):
    """Whoever forges a colleague's address can copy himself in."""
    desk = Staffed(store)
    desk.mail(EVA, Cc="Mallory <mallory@elsewhere.example>, tom@example.com")
    notices = {post.to: post for post in desk.sent() if post.notice == "new-ticket"}
    english, chinese = notices["ben@example.com"], notices["li.jing@example.com"]
    also = "to answer Eva Lindqvist; your answer also goes to mallory@elsewhere.example, tom@example.com."
    assert also in english.text
    assert also in english.html
    assert "答复也会发给 mallory@elsewhere.example、tom@example.com。" in chinese.text
    desk.mail(EVA, "Printer", "It is jammed.\n")
    assert all("also goes to" not in post.text for post in desk.sent())
