"""The line to a server: whatever it does or leaves undone, an answer ends, in time and in memory."""

import random
import threading
import time
import tracemalloc

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from maild.edge.imap import MailboxDown
from maild.edge.imap_reason import words
from tests.edge.fake_imap import FakeImap, Session
from tests.edge.imap_desk import Desk, mail, taken

PATIENCE = 0.1


def use(server: FakeImap, timeout: float = PATIENCE) -> None:
    """Do with a mailbox all that the daemon does."""
    with Desk(server, timeout=timeout) as mailbox:
        for batch in mailbox.batches():
            mailbox.finish(batch.uidvalidity, [m.uid for m in batch.mails], "Processed")
        mailbox.wait(0.01, threading.Event())


STAGES = [
    "CAPABILITY",
    "AUTHENTICATE",
    "ID",
    "NAMESPACE",
    "SELECT",
    "NOOP",
    "UID SEARCH",
    "UID FETCH",
    "UID MOVE",
    "IDLE",
]


@pytest.mark.parametrize("stage", STAGES)
def test_a_silent_server_is_waited_for_no_longer_than_set(stage):
    with FakeImap(mail("a")) as server:
        server.odd[stage] = lambda session, tag, rest: session.server.over.wait(20)
        begun = time.monotonic()
        with pytest.raises(MailboxDown, match=r"said nothing for 0\.1 seconds while") as down:
            use(server)
        assert time.monotonic() - begun < 10
    assert down.value.temporary


@pytest.mark.parametrize("stage", STAGES)
def test_a_server_that_hangs_up_is_noticed_at_once(stage):
    with FakeImap(mail("a")) as server:
        server.odd[stage] = lambda session, tag, rest: session.hang_up()
        with pytest.raises(MailboxDown, match="closed the connection while"):
            use(server, timeout=20)


@pytest.mark.parametrize("stage", STAGES)
def test_a_farewell_in_the_middle_is_passed_on(stage):
    with FakeImap(mail("a")) as server:
        server.odd[stage] = lambda session, tag, rest: session.say("* BYE back in an hour")
        with pytest.raises(MailboxDown, match="back in an hour"):
            use(server, timeout=20)


def test_a_silent_greeting_hints_at_tls():
    with FakeImap() as server:
        server.odd["CAPABILITY"] = lambda session, tag, rest: session.server.over.wait(20)
        with pytest.raises(MailboxDown, match='If it speaks TLS from the first byte, set security to "tls"'):
            use(server)


@pytest.mark.parametrize(
    "start",
    [b"* 1 FETCH (UID 1 BODY[] {1000000}\r\n", b"* 1 FETCH (UID 1 FLAGS (", b"* OK still at it\r\n" * 3],
    ids=["literal", "line", "lines"],
)
def test_a_server_that_dribbles_for_ever_is_not_waited_for(start):
    def dribble(session: Session, tag: str, rest: str) -> None:
        session.send(start)
        while not session.server.over.wait(PATIENCE / 5):
            session.send(b"x" if b"FETCH" in start else b"* OK still at it\r\n")

    with FakeImap(mail("a")) as server:
        server.odd["UID FETCH"] = dribble
        begun = time.monotonic()
        with pytest.raises(MailboxDown, match="began to answer but did not come to an end while looking at 1 mails"):
            use(server, timeout=3 * PATIENCE)
        assert time.monotonic() - begun < 10


@pytest.mark.parametrize("announced", [10**9, 10**15, 10**30])
def test_a_monstrous_literal_is_refused_before_it_is_read(announced):
    def boast(session: Session, tag: str, rest: str) -> None:
        session.say(f"* 1 FETCH (UID 1 BODY[] {{{announced}}}")

    with FakeImap(mail("a")) as server:
        server.odd["UID FETCH"] = boast
        with pytest.raises(MailboxDown, match="far more than was asked for"):
            use(server, timeout=20)


@pytest.mark.parametrize("piece", [b"x" * 65536, b"* OK chatter chatter\r\n" * 3000], ids=["one line", "many lines"])
def test_a_flood_ends_before_memory_does(piece):
    def flood(session: Session, tag: str, rest: str) -> None:
        while not session.server.over.is_set():
            session.send(piece)

    with FakeImap(mail("a")) as server:
        server.odd["UID SEARCH"] = flood
        tracemalloc.start()
        try:
            with pytest.raises(MailboxDown, match="sent far more than was asked for"):
                use(server, timeout=20)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()

    assert peak < 32 * 1024 * 1024


def test_a_flood_while_idling_ends_too():
    def flood(session: Session, tag: str, rest: str) -> None:
        session.say("+ idling")
        while not session.server.over.is_set():
            session.send(b"x" * 65536)

    with FakeImap() as server, Desk(server, timeout=20) as mailbox:
        taken(mailbox)
        server.odd["IDLE"] = flood
        with pytest.raises(MailboxDown, match="sent a line without end"):
            mailbox.wait(30, threading.Event())


def test_a_mail_larger_than_the_server_counted_is_taken_whole():
    # Exchange estimates RFC822.SIZE.
    def estimate(session: Session, tag: str, rest: str) -> None:
        if "RFC822.SIZE" in rest:
            return session.say("* 1 FETCH (UID 1 RFC822.SIZE 1000)", f"{tag} OK done")
        return session.do_uid_fetch(tag, rest)

    with FakeImap(mail("a", 5_000_000)) as server, Desk(server) as mailbox:
        server.odd["UID FETCH"] = estimate
        [whole] = taken(mailbox)
    assert whole.size == len(whole.raw) > 5_000_000


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(stage=st.sampled_from(STAGES), seed=st.integers(0, 2**32), junk=st.binary(max_size=60))
def test_whatever_a_server_says_the_mailbox_either_works_or_is_down(stage, seed, junk):
    chance = random.Random(seed)

    def garble(session: Session, tag: str, rest: str) -> None:
        """Answer in due form, with junk put in, bytes left out or doubled."""

        class Garbled(Session):
            def send(self, data: bytes) -> None:
                at = chance.randrange(len(data) + 1)
                data = chance.choice(
                    [data[:at] + junk + data[at:], data[:at] + data[at + 1 :], data[:at] + data[:at], data]
                )
                super().send(data)

        session.__class__ = Garbled
        getattr(session, "do_" + stage.lower().replace(" ", "_"))(tag, rest)
        session.hang_up()

    down = None
    with FakeImap(mail("a"), mail("b")) as server:
        server.odd[stage] = garble
        try:
            use(server, timeout=3 * PATIENCE)
        except MailboxDown as error:
            down = error
    assert down is None or (down.reason.isprintable() and len(down.reason) < 600)


@pytest.mark.parametrize("answer", ["{tag} NO 服务器忙,请稍后再试", "* BYE 服务器忙,请稍后再试"])
def test_a_server_may_speak_chinese(answer):
    with FakeImap(mail("a")) as server:
        server.odd["SELECT"] = lambda session, tag, rest: session.say(answer.format(tag=tag))
        with pytest.raises(MailboxDown, match="服务器忙,请稍后再试"):
            use(server, timeout=20)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("command: SELECT => EOF", "EOF"),
        ("select failed: [NONEXISTENT] no such folder", "[NONEXISTENT] no such folder"),
        ("UID command error: BAD [b'Error in IMAP command']", "Error in IMAP command"),
        (b"* BYE too many connections", "too many connections"),
        ("two\r\nlines\x07", "two lines"),
        ("x" * 1000, "x" * 300),
    ],
)
def test_a_server_s_words_are_shown_without_the_library_s(said, shown):
    assert words(Exception(said)) == shown
