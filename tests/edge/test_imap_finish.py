"""Putting taken mails away: in the server's own way, whatever it can and cannot do, and never the wrong ones."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.edge.imap import MailboxDown
from maild.edge.imap_connection import place, uid_sets
from tests.edge.fake_imap import USUAL, FakeImap
from tests.edge.imap_desk import Desk, mail, taken


def test_taken_mails_are_moved_in_one_command_to_a_folder_that_is_made():
    with FakeImap(*(mail(str(n)) for n in range(60))) as server, Desk(server) as mailbox:
        assert mailbox.finish(7, range(1, 51), "Processed") == ""
        assert mailbox.finish(7, [51, 53], "Processed") == ""

    assert server.commands("UID MOVE") == ['1:50 "Processed"', '1:50 "Processed"', '51,53 "Processed"']
    assert len(server.folders["Processed"]) == 52
    assert list(server.folders["INBOX"]) == [52, *range(54, 61)]


def test_a_folder_is_named_in_the_server_s_own_way():
    with FakeImap(mail("a")) as server:
        server.namespace = '(("INBOX." ".")) NIL NIL'
        with Desk(server) as mailbox:
            mailbox.finish(7, [1], "服务台/已处理")

    assert server.commands("CREATE") == ['"INBOX.&Zw1SoVPw-.&XfJZBHQG-"']


def test_without_move_mails_are_copied_and_only_they_are_removed():
    with (
        FakeImap(mail("a"), mail("b"), mail("c"), offers="IMAP4rev1 UIDPLUS AUTH=PLAIN") as server,
        Desk(server) as mailbox,
    ):
        server.flags[3] = {r"\Deleted"}
        assert mailbox.finish(7, [1], "Processed") == ""

    assert list(server.folders["Processed"].values()) == [mail("a")]
    assert list(server.folders["INBOX"]) == [2, 3]
    assert server.commands("UID EXPUNGE") == ["1"]


def test_without_uidplus_mails_are_marked_as_taken_and_not_found_again():
    with FakeImap(mail("a"), mail("b"), offers="IMAP4rev1 AUTH=PLAIN") as server, Desk(server) as mailbox:
        assert mailbox.finish(7, [1], "Processed") == ""
        assert [m.uid for m in taken(mailbox)] == [2]

    assert server.flags == {1: {"$MaildTaken"}}


def test_without_keywords_either_copied_mails_are_left_for_the_next_expunge():
    with FakeImap(mail("a"), mail("b"), offers="IMAP4rev1 AUTH=PLAIN") as server:
        server.permanent = r"\Deleted \Seen"
        with Desk(server) as mailbox:
            assert mailbox.finish(7, [1], "Processed") == ""
            assert [m.uid for m in taken(mailbox)] == [2]

    assert server.flags == {1: {r"\Deleted"}}
    assert list(server.folders["Processed"].values()) == [mail("a")]


def test_mails_that_a_folder_refuses_are_marked_as_taken_and_the_reason_is_told():
    with FakeImap(mail("a")) as server, Desk(server) as mailbox:
        server.odd["UID MOVE"] = lambda session, tag, _: session.say(f"{tag} NO [OVERQUOTA] not enough room")
        complaint = mailbox.finish(7, [1], "Processed")
        assert taken(mailbox) == []

    assert complaint == ('Mails stay in "INBOX", because "Processed" does not take them: [OVERQUOTA] not enough room')


def test_uids_of_another_uidvalidity_are_left_alone():
    with FakeImap(mail("a")) as server, Desk(server) as mailbox:
        assert mailbox.finish(6, [1], "Processed") == ""
        assert server.commands("UID MOVE") == []


def test_old_answers_are_not_kept_for_ever():
    # imaplib keeps one EXPUNGE for every mail that was ever moved on a connection.
    with FakeImap(*(mail(str(n)) for n in range(300))) as server, Desk(server) as mailbox:
        for uid in range(1, 301):
            mailbox.finish(7, [uid], "Processed")
        taken(mailbox)
        taken(mailbox)
        kept = mailbox._connection._wire.untagged_responses

    assert sum(len(lines) for lines in kept.values()) < 10


def test_a_capability_that_works_badly_can_be_avoided():
    with FakeImap(mail("a"), offers=USUAL) as server, Desk(server, avoid=frozenset({"MOVE"})) as mailbox:
        mailbox.finish(7, [1], "Processed")
        assert server.commands("UID MOVE") == []
        assert server.folders["Processed"]


def test_an_unconnected_mailbox_says_so():
    with FakeImap() as server, pytest.raises(MailboxDown, match="is not connected"):
        Desk(server).mailbox.finish(7, [1], "Processed")


@pytest.mark.parametrize(
    ("folder", "namespaces", "name"),
    [
        ("Processed", [("", "/")], "Processed"),
        ("Desk/Done", [("", "/")], "Desk/Done"),
        ("Desk/Done", [("", ".")], "Desk.Done"),
        ("Processed", [("INBOX.", ".")], "INBOX.Processed"),
        ("INBOX.Processed", [("INBOX.", ".")], "INBOX.Processed"),
        ("INBOX", [("INBOX.", ".")], "INBOX"),
        ("inbox", [("INBOX.", ".")], "inbox"),
        ("Public/Desk", [("", "/"), ("Public/", "/")], "Public/Desk"),
        ("user.desk", [("INBOX.", "."), ("user.", ".")], "user.desk"),
        ("A/B", [], "A/B"),
        ("A/B", [("", "")], "A/B"),
    ],
)
def test_a_folder_has_its_place_among_the_server_s_namespaces(folder, namespaces, name):
    assert place(folder, namespaces) == name


@given(st.sets(st.integers(1, 2**32 - 1) | st.integers(1, 50), max_size=80), st.integers(24, 200))
def test_sets_of_uids_name_each_once_and_keep_to_their_length(uids, longest):
    lines = list(uid_sets(uids, longest))

    assert all(len(line) <= longest for line in lines)
    found = []
    for item in ",".join(lines).split(",") if lines else []:
        first, _, last = item.partition(":")
        found += range(int(first), int(last or first) + 1)
    assert found == sorted(uids)
