"""The mailbox: nothing is marked as read, nothing is skipped, nothing is taken twice."""

import re
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.edge.imap import Mailbox, MailboxDown, backoff, diagnose
from maild.edge.imap_connection import Connection
from tests.edge.fake_imap import FakeImap, Session
from tests.edge.imap_desk import Desk, account, mail, taken

MEGABYTE = 1024 * 1024


def test_mails_come_oldest_first_and_byte_for_byte():
    mails = [mail("one"), b"", mail("three \xff") + bytes(range(256))]
    with FakeImap(*mails) as server, Desk(server) as mailbox:
        batches = list(mailbox.batches())

    assert [batch.uidvalidity for batch in batches] == [7]
    assert [(m.uid, m.raw, m.size, m.truncated) for m in batches[0].mails] == [
        (uid, raw, len(raw), False) for uid, raw in enumerate(mails, 1)
    ]


def test_an_empty_mailbox_has_no_batches():
    with FakeImap() as server, Desk(server) as mailbox:
        assert list(mailbox.batches()) == []


def test_a_mail_is_never_marked_as_read():
    with FakeImap(mail("a"), mail("b", 2000)) as server, Desk(server, size_limit=1000) as mailbox:
        taken(mailbox)
        fetches = server.commands("UID FETCH")

    assert all("PEEK" in fetch or "RFC822.SIZE" in fetch for fetch in fetches)
    assert server.commands("UID STORE") == []


def test_a_batch_has_no_more_mails_than_set():
    with FakeImap(*(mail(str(n)) for n in range(120))) as server, Desk(server, batch=50) as mailbox:
        assert [len(batch.mails) for batch in mailbox.batches()] == [50, 50, 20]


def test_a_batch_has_no_more_octets_than_memory_should_hold():
    with FakeImap(*(mail(str(n), 3 * MEGABYTE) for n in range(5))) as server, Desk(server) as mailbox:
        assert [len(batch.mails) for batch in mailbox.batches()] == [2, 2, 1]


def test_of_a_mail_over_the_limit_only_the_header_is_taken():
    large = mail("large", 5000)
    with FakeImap(mail("a"), large, mail("b")) as server, Desk(server, size_limit=1000) as mailbox:
        small, cut, other = taken(mailbox)

    header = b"Subject: large\r\nFrom: a@example.com\r\n\r\n"
    assert (cut.raw, cut.size, cut.truncated) == (header, len(large), True)
    assert not small.truncated
    assert not other.truncated


def test_kept_mails_are_not_fetched_again_but_handed_out_to_be_put_away():
    asked = []

    def known(uidvalidity: int, sizes: dict[int, int]) -> set[int]:
        asked.append((uidvalidity, sizes))
        return {1, 3}

    with FakeImap(mail("a"), mail("b"), mail("c")) as server, Desk(server) as mailbox:
        first, second = mailbox.batches(known)

    assert asked == [(7, dict.fromkeys((1, 2, 3), len(mail("a"))))]
    assert (first.kept, first.mails) == ((1, 3), ())
    assert [m.uid for m in second.mails] == [2]
    assert [fetch for fetch in server.commands("UID FETCH") if "BODY" in fetch] == ["2 (UID BODY.PEEK[])"]


def test_a_callback_that_fails_is_not_mistaken_for_the_server():
    def known(uidvalidity: int, sizes: dict[int, int]) -> set[int]:
        raise ZeroDivisionError

    with FakeImap(mail("a")) as server, Desk(server) as mailbox, pytest.raises(ZeroDivisionError):
        list(mailbox.batches(known))


def test_a_mail_that_vanishes_between_search_and_fetch_is_passed_over():
    def vanish(session: Session, tag: str, rest: str) -> None:
        if "BODY" in rest:
            session.mails.pop(2, None)
        session.do_uid_fetch(tag, rest)

    with FakeImap(mail("a"), mail("b"), mail("c")) as server, Desk(server) as mailbox:
        server.odd["UID FETCH"] = vanish
        assert [m.uid for m in taken(mailbox)] == [1, 3]


def test_mails_given_along_with_a_refusal_for_others_are_taken():
    def refuse(session: Session, tag: str, rest: str) -> None:
        if "BODY" in rest:
            session.give(1, 1, rest)
            return session.say(f"{tag} NO [EXPUNGEISSUED] some are gone")
        return session.do_uid_fetch(tag, rest)

    with FakeImap(mail("a"), mail("b")) as server, Desk(server) as mailbox:
        server.odd["UID FETCH"] = refuse
        assert [m.uid for m in taken(mailbox)] == [1]


def test_an_answer_without_uid_is_not_taken_for_the_mail_of_that_number():
    def confuse(session: Session, tag: str, rest: str) -> None:
        if "BODY" in rest:
            session.say("* 2 FETCH (FLAGS (\\Seen))")
            session.literal("* 1 FETCH (BODY[]", b"whose is this?")
            session.give(1, 5, rest)
            return session.say(f"{tag} OK done")
        return session.do_uid_fetch(tag, rest)

    with FakeImap() as server, Desk(server) as mailbox:
        server.folders["INBOX"] = {1: mail("one"), 5: mail("five")}
        server.odd["UID FETCH"] = confuse
        assert [(m.uid, m.raw) for m in taken(mailbox)] == [(5, mail("five"))]


def test_a_body_may_come_as_a_quoted_string():
    def quote(session: Session, tag: str, rest: str) -> None:
        if "BODY" in rest:
            return session.say(r'* 1 FETCH (BODY[] "say \"12\" \\" UID 1)', f"{tag} OK done")
        return session.do_uid_fetch(tag, rest)

    with FakeImap(mail("a")) as server, Desk(server) as mailbox:
        server.odd["UID FETCH"] = quote
        assert [m.raw for m in taken(mailbox)] == [b'say "12" \\']


@pytest.mark.parametrize(
    "answer",
    [
        '* 1 FETCH (UID 1 BODY[] "")',
        "* 1 FETCH (UID 1 BODY[] {0}\r\n)",
        "* 1 FETCH (UID 1 BODY[] {10}\r\nSubject: cut-off)",
        "* 1 FETCH (UID 1 BODY[] {9}\r\nSubject: )\r\n* 1 FETCH (UID 1 BODY[] {7}\r\nanother)",
    ],
    ids=["empty", "empty literal", "literal too short", "two of them"],
)
def test_an_answer_that_cannot_be_the_mail_is_not_taken_for_it(answer):
    odd = [answer]

    def garble(session: Session, tag: str, rest: str) -> None:
        if "BODY" in rest and odd:
            return session.say(odd.pop(), f"{tag} OK done")
        return session.do_uid_fetch(tag, rest)

    with FakeImap(mail("a")) as server, Desk(server) as mailbox:
        server.odd["UID FETCH"] = garble
        assert taken(mailbox) == []
        assert [m.raw for m in taken(mailbox)] == [mail("a")]


def test_a_mail_without_a_single_octet_is_taken():
    with FakeImap(b"") as server, Desk(server) as mailbox:
        assert [m.raw for m in taken(mailbox)] == [b""]


def test_a_mail_the_server_does_not_give_is_taken_by_its_header_and_then_left_for_an_hour():
    whole, header = True, True

    def withhold(session: Session, tag: str, rest: str) -> None:
        numbers, _, items = rest.partition(" ")
        for uid in session.uids(numbers):
            missing = uid == 2 and "BODY" in items and (header if "HEADER" in items else whole)
            session.say(f"* {uid} FETCH (UID {uid} BODY[] NIL)") if missing else session.give(uid, uid, items)
        session.say(f"{tag} OK done")

    desk = Desk(server := FakeImap(mail("a"), mail("b"), mail("c")))
    server.odd["UID FETCH"] = withhold
    with server, desk as mailbox:
        for _ in range(6):
            assert [[m.uid for m in batch.mails] for batch in mailbox.batches()] == [[1, 3]]
        assert [fetch for fetch in server.commands("UID FETCH") if "BODY" in fetch][-1].startswith(
            "2 (UID BODY.PEEK[HEADER]"
        )
        assert mailbox.left_alone == (2,)
        fetches = len(server.said)
        assert [m.uid for m in taken(mailbox)] == [1, 3]
        assert not any(" 2 (" in line for line in server.said[fetches:])

        desk.now += 3600
        header = False
        assert [(m.uid, m.truncated, m.size) for m in taken(mailbox)] == [
            (1, False, len(mail("a"))), (3, False, len(mail("c"))), (2, True, len(mail("b"))),
        ]  # fmt: skip
        assert mailbox.left_alone == ()


def test_the_numbers_of_a_rebuilt_folder_begin_without_suspicion():
    with FakeImap(mail("a")) as server:
        desk = Desk(server)
        server.odd["UID FETCH"] = lambda session, tag, rest: (
            session.hang_up() if "BODY" in rest else session.do_uid_fetch(tag, rest)
        )
        for _ in range(6):
            with desk as mailbox, pytest.raises(MailboxDown):
                taken(mailbox)
        with desk as mailbox:
            assert list(mailbox.batches()) == []
            assert mailbox.left_alone == (1,)

        server.odd.clear()
        server.uidvalidity = 8
        with desk as mailbox:
            assert [(m.uid, m.truncated) for m in taken(mailbox)] == [(1, False)]


def test_a_mail_that_somebody_took_away_is_no_longer_named():
    with FakeImap(mail("a"), mail("b")) as server, Desk(server) as mailbox:
        server.odd["UID FETCH"] = lambda session, tag, rest: (
            session.say(f"{tag} NO cannot") if "BODY" in rest else session.do_uid_fetch(tag, rest)
        )
        for _ in range(6):
            assert taken(mailbox) == []
        assert mailbox.left_alone == (1, 2)

        del server.folders["INBOX"][1]
        assert taken(mailbox) == []
        assert mailbox.left_alone == (2,)


def test_a_mail_that_breaks_the_connection_does_not_keep_the_others_away():
    def choke(session: Session, tag: str, rest: str) -> None:
        if "BODY" in rest and 2 in session.uids(rest.split()[0]):
            return session.hang_up()
        return session.do_uid_fetch(tag, rest)

    got = []

    def take(mailbox: Mailbox) -> None:
        for batch in mailbox.batches():
            got.extend(m.uid for m in batch.mails)
            mailbox.finish(batch.uidvalidity, got, "Processed")

    with FakeImap(mail("a"), mail("b"), mail("c")) as server:
        server.odd["UID FETCH"] = choke
        desk = Desk(server)
        for expected in ([], [1], [1, 3], [1, 3]):
            with desk as mailbox, pytest.raises(MailboxDown, match="closed the connection while fetching"):
                take(mailbox)
            assert sorted(got) == expected


def test_a_broken_connection_is_not_used_any_more():
    with FakeImap(mail("a")) as server, Desk(server) as mailbox:
        server.odd["UID SEARCH"] = lambda session, tag, _: session.say("what?")
        with pytest.raises(MailboxDown):
            taken(mailbox)
        with pytest.raises(MailboxDown):
            mailbox.finish(7, [1], "Processed")
        assert not server.commands("UID MOVE")


def test_a_large_mail_within_the_limit_is_taken_whole():
    with FakeImap(mail("a", 20 * MEGABYTE)) as server, Desk(server) as mailbox:
        assert [len(m.raw) for m in taken(mailbox)] == [len(mail("a")) + 20 * MEGABYTE]


def test_a_search_answer_of_any_length_is_read():
    def many(session: Session, tag: str, _: str) -> None:
        session.say("* SEARCH " + " ".join(str(uid) for uid in range(1_000_000, 1_300_000)), f"{tag} OK done")

    with FakeImap() as server:
        server.odd["UID SEARCH"] = many
        connection = Connection(account(server))
        assert connection.search() == list(range(1_000_000, 1_300_000))
        connection.close()


@pytest.mark.parametrize(
    ("lines", "uids"),
    [
        ([], []),
        (["* SEARCH"], []),
        (["* SEARCH 3 1"], [1, 3]),
        (["* SEARCH 1 2", "* SEARCH 5"], [1, 2, 5]),
        (["* SEARCH 4 2 (MODSEQ 917162500)"], [2, 4]),
    ],
)
def test_every_form_of_a_search_answer_is_understood(lines, uids):
    with FakeImap() as server:
        server.odd["UID SEARCH"] = lambda session, tag, _: session.say(*lines, f"{tag} OK done")
        connection = Connection(account(server))
        assert connection.search() == uids
        connection.close()


def test_a_server_that_does_not_know_keywords_is_asked_for_all():
    def picky(session: Session, tag: str, criteria: str) -> None:
        session.do_uid_search(tag, criteria) if criteria == "ALL" else session.say(f"{tag} BAD what?")

    with FakeImap(mail("a")) as server, Desk(server) as mailbox:
        server.odd["UID SEARCH"] = picky
        assert [m.uid for m in taken(mailbox)] == [1]


def test_a_mail_somebody_deleted_is_not_taken():
    with FakeImap(mail("a"), mail("b")) as server, Desk(server) as mailbox:
        server.flags[1] = {r"\Deleted"}
        assert [m.uid for m in taken(mailbox)] == [2]


def test_a_uidvalidity_that_changes_within_a_session_ends_it():
    def change(session: Session, tag: str, _: str) -> None:
        session.say("* OK [UIDVALIDITY 8] the folder was rebuilt", f"{tag} OK done")

    with FakeImap(mail("a")) as server, Desk(server) as mailbox:
        server.odd["NOOP"] = change
        with pytest.raises(MailboxDown, match=r'folder "INBOX" was replaced'):
            taken(mailbox)

        del server.odd["NOOP"]
        server.uidvalidity = 8
        mailbox.connect()
        assert [batch.uidvalidity for batch in mailbox.batches()] == [8]


@pytest.mark.parametrize("codes", [[], ["* OK [UIDVALIDITY 7]", "* NO [UIDNOTSTICKY] numbers change"]])
def test_a_server_without_lasting_numbers_is_refused(codes):
    def select(session: Session, tag: str, _: str) -> None:
        session.say("* 0 EXISTS", *codes, f"{tag} OK [READ-WRITE]")

    with FakeImap() as server:
        server.odd["SELECT"] = select
        with pytest.raises(MailboxDown, match="no lasting numbers") as down, Desk(server):
            pass
    assert not down.value.temporary


def test_a_folder_one_may_only_read_is_refused():
    def select(session: Session, tag: str, _: str) -> None:
        session.say("* 0 EXISTS", "* OK [UIDVALIDITY 7]", f"{tag} OK [READ-ONLY]")

    with FakeImap() as server:
        server.odd["SELECT"] = select
        with pytest.raises(MailboxDown, match="may only read"), Desk(server):
            pass


def test_the_library_s_debug_level_is_put_back_so_that_bodies_are_not_formatted_into_log_lines():
    # imapclient sets 5: three times the time for every mail fetched.
    with FakeImap() as server, Desk(server) as mailbox:
        assert mailbox._connection._wire.debug == 0


def test_another_thread_can_interrupt_a_silent_server():
    asked = threading.Event()
    with FakeImap(mail("a")) as server, Desk(server, timeout=60) as mailbox:
        server.odd["UID SEARCH"] = lambda session, tag, _: asked.set()
        helper = threading.Thread(target=lambda: asked.wait(10) and mailbox.interrupt())
        helper.start()
        with pytest.raises(MailboxDown, match="closed the connection"):
            taken(mailbox)
        helper.join()


def test_diagnose_is_content_with_a_sound_mailbox_and_changes_nothing():
    with FakeImap(mail("a")) as server:
        assert diagnose(account(server)).good
        assert not [line for line in server.said if re.search("CREATE|STORE|MOVE|EXPUNGE", line)]


def test_diagnose_names_the_folders_that_exist():
    with FakeImap() as server:
        server.folders["Support"] = {}
        problem = diagnose(account(server, folder="Suport")).says
    assert (
        problem == 'The folder "Suport" cannot be opened ([NONEXISTENT] no such folder). These exist: INBOX, Support.'
    )


def test_diagnose_says_when_mails_will_stay():
    with FakeImap(offers="IMAP4rev1 AUTH=PLAIN") as server:
        [problem] = diagnose(account(server)).notes
    assert "no MOVE, no UIDPLUS" in problem


@given(st.integers(1, 10_000), st.floats(0, 1, exclude_max=True))
def test_waiting_before_the_next_connect_grows_and_is_never_long(attempt, random):
    assert 0.5 <= backoff(attempt, random) <= 300
    assert backoff(attempt + 1, random) >= backoff(attempt, random)


def test_a_server_that_does_not_want_us_is_asked_four_times_in_ten_minutes():
    """More would have us locked out, by a common rule of the programs that watch for guessed passwords."""
    waits = [backoff(attempt, 0.0, refused=True) for attempt in range(1, 5)]
    assert sum(waits[:3]) < 600 < sum(waits)
    assert backoff(10_000, 0.999, refused=True) <= 300
