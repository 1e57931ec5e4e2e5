"""Waiting for mail: woken by the server at once, and by a stop, and never fooled by how the news comes."""

import threading
import time

import pytest

from maild.edge.imap import Mailbox, MailboxDown
from tests.edge.fake_imap import FakeImap, Session
from tests.edge.imap_desk import Desk, mail, taken

LONG = 30.0
"""Seconds; a test that waits for so long has failed."""


def woken(mailbox: Mailbox, seconds: float = LONG) -> bool:
    """Wait, and tell whether the server woke us; being woken by the end of the time is not it."""
    begun = time.monotonic()
    news = mailbox.wait(seconds, threading.Event())
    return news and time.monotonic() - begun < seconds


def settle(mailbox: Mailbox) -> None:
    """Look once, as the daemon does before it waits."""
    taken(mailbox)


def test_a_mail_that_arrives_while_idling_wakes():
    with FakeImap() as server, Desk(server) as mailbox:
        settle(mailbox)

        def arrive() -> None:
            session = server.sessions[0]
            session.idling.wait(10)
            session.say("* OK Still here", "* 1 EXISTS")

        threading.Thread(target=arrive).start()
        assert woken(mailbox)
        assert server.said[-1] == "DONE"


@pytest.mark.parametrize(
    "answer",
    [
        [b"* 1 EXISTS\r\n+ idling\r\n"],
        [b"+ idling\r\n* 1 EXISTS\r\n"],
        [b"+ idling\r\n* 1 EX", b"ISTS\r\n"],
        [b"+ idling\r\n* 1 RECENT\r\n* 1 FETCH (FLAGS (\\Recent))\r\n* 1 EXISTS\r\n"],
    ],
    ids=["before the plus", "with the plus", "in two pieces", "among others"],
)
def test_news_that_come_with_the_beginning_of_idle_are_not_missed(answer):
    def idle(session: Session, tag: str, _: str) -> None:
        session.idle_tag = tag
        for piece in answer:
            session.send(piece)

    with FakeImap() as server, Desk(server) as mailbox:
        settle(mailbox)
        server.odd["IDLE"] = idle
        assert woken(mailbox)


@pytest.mark.parametrize("command", ["UID SEARCH", "UID FETCH", "UID MOVE"])
def test_news_that_come_with_another_answer_are_not_missed(command):
    with FakeImap(mail("a")) as server, Desk(server) as mailbox:
        settle(mailbox)
        ordinary = getattr(Session, "do_" + command.lower().replace(" ", "_"))

        def busy(session: Session, tag: str, rest: str) -> None:
            session.say("* 2 EXISTS")
            ordinary(session, tag, rest)

        server.odd[command] = busy
        settle(mailbox)
        mailbox.finish(7, [1], "Processed")
        assert woken(mailbox)
        assert not server.commands("IDLE")


def test_a_mail_that_takes_the_number_of_one_moved_away_is_news():
    def idle(session: Session, tag: str, _: str) -> None:
        session.idle_tag = tag
        session.say("+ idling", "* 1 EXISTS")

    with FakeImap(mail("a")) as server, Desk(server) as mailbox:
        settle(mailbox)
        mailbox.finish(7, [1], "Processed")
        server.odd["IDLE"] = idle
        assert woken(mailbox)


def test_a_server_that_repeats_itself_has_no_news():
    def repeat(session: Session, tag: str, rest: str) -> None:
        session.say("* 1 EXISTS")
        session.do_uid_search(tag, rest)

    with FakeImap(mail("a")) as server, Desk(server) as mailbox:
        server.odd["UID SEARCH"] = repeat
        settle(mailbox)
        settle(mailbox)
        assert not mailbox.wait(0.01, threading.Event())


def test_flags_that_change_are_no_news():
    def idle(session: Session, tag: str, _: str) -> None:
        session.idle_tag = tag
        session.say("+ idling", "* 1 FETCH (FLAGS (\\Seen))", "* OK Still here", "* 1 EXPUNGE")

    with FakeImap(mail("a")) as server, Desk(server) as mailbox:
        settle(mailbox)
        server.odd["IDLE"] = idle
        assert not mailbox.wait(0.05, threading.Event())


def test_a_stop_wakes_at_once():
    stop = threading.Event()
    with FakeImap() as server, Desk(server) as mailbox:
        settle(mailbox)
        threading.Thread(target=lambda: server.sessions[0].idling.wait(10) and stop.set()).start()
        begun = time.monotonic()
        mailbox.wait(LONG, stop)
        assert time.monotonic() - begun < LONG / 3

        mailbox.wait(LONG, stop)
        assert time.monotonic() - begun < LONG / 3
        assert len(server.commands("IDLE")) == 1


def test_a_stop_is_not_held_up_by_a_server_that_no_longer_answers():
    stop = threading.Event()

    def idle(session: Session, tag: str, _: str) -> None:
        session.say("+ idling")
        stop.set()
        session.server.over.wait(LONG)  # DONE is never answered

    with FakeImap() as server, Desk(server, timeout=LONG) as mailbox:
        settle(mailbox)
        server.odd["IDLE"] = idle
        begun = time.monotonic()
        with pytest.raises(MailboxDown):
            mailbox.wait(LONG, stop)
        assert time.monotonic() - begun < LONG / 3


@pytest.mark.parametrize("refusal", ["NO not now", "BAD what?"])
def test_a_server_that_refuses_idle_is_polled(refusal):
    with FakeImap() as server, Desk(server) as mailbox:
        settle(mailbox)
        server.odd["IDLE"] = lambda session, tag, _: session.say(f"{tag} {refusal}")
        assert not mailbox.wait(0.01, threading.Event())
        assert not mailbox.wait(0.01, threading.Event())
        settle(mailbox)
        assert len(server.commands("IDLE")) == 1


def test_a_server_without_idle_is_polled():
    stop = threading.Event()
    with FakeImap(offers="IMAP4rev1 AUTH=PLAIN MOVE") as server, Desk(server) as mailbox:
        settle(mailbox)
        assert not mailbox.wait(0.01, stop)
        threading.Timer(0.01, stop.set).start()
        begun = time.monotonic()
        mailbox.wait(LONG, stop)
        assert time.monotonic() - begun < LONG / 3
        assert not server.commands("IDLE")


def test_a_server_that_ends_idle_by_itself_is_polled_from_then_on():
    def idle(session: Session, tag: str, _: str) -> None:
        session.say("+ idling", f"{tag} OK that was long enough")

    with FakeImap(mail("a")) as server, Desk(server) as mailbox:
        settle(mailbox)
        server.odd["IDLE"] = idle
        assert not mailbox.wait(0.01, threading.Event())
        assert [m.uid for m in taken(mailbox)] == [1]
        assert not mailbox.wait(0.01, threading.Event())
        assert len(server.commands("IDLE")) == 1
        assert "DONE" not in server.said


@pytest.mark.parametrize(
    ("last", "reason"),
    [
        (b"* BYE Server shutting down\r\n", "Server shutting down"),
        (b"", "closed the connection while waiting"),
        (b"* 1 EXI", "closed the connection while waiting"),
    ],
)
def test_a_server_that_leaves_while_we_wait_is_noticed_at_once(last, reason):
    def idle(session: Session, tag: str, _: str) -> None:
        session.send(b"+ idling\r\n" + last)
        session.hang_up()

    with FakeImap() as server, Desk(server) as mailbox:
        settle(mailbox)
        server.odd["IDLE"] = idle
        with pytest.raises(MailboxDown, match=reason):
            mailbox.wait(LONG, threading.Event())


def test_a_server_that_died_while_we_waited_is_noticed_when_the_time_is_over():
    def idle(session: Session, tag: str, _: str) -> None:
        session.say("+ idling")
        session.server.over.wait(LONG)

    with FakeImap() as server, Desk(server, timeout=0.1) as mailbox:
        settle(mailbox)
        server.odd["IDLE"] = idle
        with pytest.raises(MailboxDown, match=r"said nothing for 0\.1 seconds while ending to wait"):
            mailbox.wait(0.01, threading.Event())
