"""`maild outbox` shows every notice, its state and each attempt, and sends a failed one again."""

from maild.store import open_store
from tests.cli.desk import RECEIPT

OUTBOX = [
    "id", "ticket", "notice", "to", "subject", "state", "attempts", "message_id", "queued_at", "sent_at", "last_reply",
]  # fmt: skip


def test_json_has_every_promised_field_in_the_promised_order(morning):
    rows = morning.maild("outbox", "--json").json
    assert [list(row)[: len(OUTBOX)] for row in rows] == [OUTBOX] * 3
    assert list(morning.maild("outbox", "show", "1", "--json").json)[: len(OUTBOX)] == OUTBOX


def test_json_values_are_those_of_the_notice(morning):
    row = morning.maild("outbox", "--json").json[-1]
    assert {name: row[name] for name in OUTBOX} == {
        "id": 1,
        "ticket": 1001,
        "notice": "receipt",
        "to": "eva@example.com",
        "subject": "[#1001] VPN asks for a code, 请帮忙",
        "state": "sent",
        "attempts": 1,
        "message_id": "<r1@example.com>",
        "queued_at": "2026-11-20T01:00:01Z",
        "sent_at": "2026-11-20T01:01:00Z",
        "last_reply": "250 taken",
    }


def test_one_notice_has_each_attempt(morning):
    assert morning.maild("outbox", "show", "2", "--json").json["tries"] == [
        {"at": "2026-11-20T01:01:00Z", "state": "failed", "reply": "550 no such person"}
    ]
    said = morning.maild("outbox", "show", "2").out
    assert "  2026-11-20 09:01 failed: 550 no such person\n" in said
    assert said.endswith("We have your mail.\n")
    assert morning.maild("outbox", "show", "2", "--raw").out.encode() == RECEIPT


def test_filters_choose_notices(morning):
    def ids(*words):
        return [row["id"] for row in morning.maild("outbox", *words, "--json").json]

    assert ids("--state", "failed") == [2]
    assert ids("--ticket", "1001") == [3, 2, 1]
    assert ids("--ticket", "1002") == []
    assert ids("--to", "EVA@example.com") == [1]
    assert ids("--limit", "1") == [3]


def test_the_table_fits_eighty_columns_and_says_why_nothing_went(morning):
    lines = morning.maild("outbox").out.splitlines()
    assert lines[0].split() == ["Notice", "Queued", "Kind", "To", "Ticket", "State", "Reply"]
    assert "withheld" in lines[1]
    assert "it is" in lines[1]
    assert "250 t" in lines[3]
    assert max(map(len, lines)) <= 80


def test_a_failed_notice_can_be_sent_again_and_a_sent_one_not(morning):
    said = morning.maild("outbox", "retry", "2", "1", "9")
    assert (said.code, said.out) == (1, "notice 2 will be sent once more\n")
    assert said.err == "maild: notice 1 cannot be sent again: it is sent\nmaild: there is no notice 9\n"
    store = open_store(morning.url)
    assert store.outbox.get(2).state == "queued"
    store.close()
    assert morning.maild("outbox", "retry", "2").code == 1


def test_wrong_words_are_wrong_usage(morning):
    assert morning.maild("outbox", "--state", "lost").code == 2
    for number in ("x", "0", "-1", "9" * 30):
        assert morning.maild("outbox", "show", number).code == 2
        assert morning.maild("outbox", "retry", number).code == 2
    assert morning.maild("outbox", "show", "9").err.startswith("maild: there is no notice 9 in the outbox\n")


def test_before_the_daemon_ran_there_is_nothing(desk):
    assert desk.maild("outbox", "--json").json == []
    assert desk.maild("outbox").out == "No notice was written yet.\n"
    assert desk.maild("outbox", "retry", "1").code == 1
