"""`maild inbox` shows every mail taken, its outcome and its reason, and lets a held one be read again."""

from maild.store import Arrived, open_store
from tests.cli.desk import NINE, QUESTION

INBOX = [
    "id", "mailbox", "uidvalidity", "uid", "message_id", "from", "subject", "taken_at", "state", "outcome", "reason",
    "ticket", "attempts",
]  # fmt: skip


def test_json_has_every_promised_field_in_the_promised_order(morning):
    rows = morning.maild("inbox", "--json").json
    assert [list(row)[: len(INBOX)] for row in rows] == [INBOX] * 3
    assert list(morning.maild("inbox", "show", "1", "--json").json)[: len(INBOX)] == INBOX


def test_json_values_are_those_of_the_mail(morning):
    row = morning.maild("inbox", "--json").json[-1]
    assert {name: row[name] for name in INBOX} == {
        "id": 1,
        "mailbox": "support@example.com",
        "uidvalidity": 7,
        "uid": 1,
        "message_id": "<q1@example.com>",
        "from": "eva@example.com",
        "subject": "VPN asks for a code, 请帮忙",
        "taken_at": "2026-11-20T01:00:00Z",
        "state": "done",
        "outcome": "opened",
        "reason": "a new question",
        "ticket": 1001,
        "attempts": 1,
    }


def test_filters_choose_mails(morning):
    def ids(*words):
        return [row["id"] for row in morning.maild("inbox", *words, "--json").json]

    assert ids("--outcome", "opened") == [1]
    assert ids("--state", "new") == [3]
    assert ids("--mailbox", "other@example.com") == []
    assert ids("--limit", "1") == [3]
    assert ids("held") == [2]
    assert [row["id"] for row in morning.maild("inbox", "--json", "held").json] == [2]


def test_the_table_fits_eighty_columns_and_adds_up(morning):
    lines = morning.maild("inbox").out.splitlines()
    assert lines[0].split() == ["Mail", "Taken", "From", "Subject", "Outcome", "Ticket"]
    assert lines[3].split()[:4] == ["1", "11-20", "09:00", "eva@example.com"]
    assert lines[3].split()[-2:] == ["opened", "1001"]
    assert lines[-1] == "3 taken: 1 held, 1 opened, 1 waiting"
    assert max(map(len, lines)) <= 80


def test_what_waits_for_a_person_says_why(morning):
    assert "it has no From" in morning.maild("inbox", "held").out


def test_one_mail_is_shown_with_what_it_says_or_as_its_bytes(morning):
    said = morning.maild("inbox", "show", "1")
    assert "Outcome:        opened" in said.out
    assert "Why: maild ticket 1001 --why" in said.out
    assert said.out.endswith("Since this morning.\n")
    assert morning.maild("inbox", "show", "1", "--raw").out.encode() == QUESTION


def test_a_held_mail_can_be_read_again_and_another_one_not(morning):
    said = morning.maild("inbox", "retry", "2", "1", "9")
    assert said.code == 1
    assert said.out == "mail 2 will be read once more\n"
    assert said.err == "maild: mail 1 is not held: it is opened\nmaild: there is no mail 9\n"
    store = open_store(morning.url)
    assert store.inbox.get(2).state == "new"
    store.close()
    assert morning.maild("inbox", "held").out == "No mail waits for a person.\n"
    assert morning.maild("inbox", "retry", "1").code == 1


def test_a_held_mail_that_somebody_has_seen_to_leaves_the_list_and_keeps_its_reason(morning):
    said = morning.maild("inbox", "dismiss", "2", "1", "9")
    assert said.code == 1
    assert said.out == "mail 2 waits for nobody any more\n"
    assert said.err == "maild: mail 1 is not held: it is opened\nmaild: there is no mail 9\n"
    assert morning.maild("inbox", "held").out == "No mail waits for a person.\n"
    [row] = [row for row in morning.maild("inbox", "--json").json if row["id"] == 2]
    assert (row["state"], row["outcome"]) == ("done", "ignored")
    assert row["reason"] == "A person has seen to it: it has no From"
    assert morning.maild("inbox", "retry", "2").code == 1


def test_a_mail_of_which_only_the_header_is_here_cannot_be_read_again(morning):
    store = open_store(morning.url)
    store.inbox.keep("support@example.com", 1, [Arrived(77, b"From: eva@example.com\n\n", 9_000, truncated=True)], NINE)
    large = store.inbox.claim("one", NINE, 10)[-1]
    store.inbox.finish(large.id, outcome="held", reason="It is too large")
    said = morning.maild("inbox", "retry", str(large.id))
    assert said.code == 1
    assert "raise size_limit" in said.err
    assert store.inbox.get(large.id).state == "held"
    store.close()


def test_wrong_words_are_wrong_usage(morning):
    assert morning.maild("inbox", "--outcome", "lost").code == 2
    assert morning.maild("inbox", "--state", "lost").code == 2
    assert morning.maild("inbox", "show").code == 2
    for number in ("x", "0", "-1", "9" * 30):
        assert morning.maild("inbox", "show", number).code == 2
        assert morning.maild("inbox", "retry", number).code == 2
    assert morning.maild("inbox", "show", "9").err.startswith("maild: there is no mail 9 in the inbox\n")


def test_before_the_daemon_ran_there_is_nothing_and_looking_makes_nothing(desk):
    assert desk.maild("inbox", "--json").json == []
    assert desk.maild("inbox", "held", "--json").json == []
    assert desk.maild("inbox").out == "No such mail was taken yet.\n"
    assert desk.maild("inbox", "retry", "1").code == 1
    assert not (desk.folder / "maild.db").exists()
