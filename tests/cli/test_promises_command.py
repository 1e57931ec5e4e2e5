"""`maild promises` lists what requesters were promised, and `maild preview` shows what they are sent."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from maild.desk.clock import Clock
from maild.store import open_store
from tests.cli.desk import NINE, QUESTION

PROMISE = ["ticket", "promise", "due", "state", "kept_at", "proof"]


@pytest.fixture
def promised(morning):
    store = open_store(morning.url)
    receipt = Clock(
        "acknowledge",
        NINE,
        due_at=NINE + timedelta(hours=1),
        done_at=NINE + timedelta(seconds=9),
        proof="250 2.0.0 Ok: queued as 4F",
    )
    late = Clock("first_response", NINE, due_at=NINE, broken_at=NINE, why="nobody has answered", told=("chief@x.org",))
    ahead = Clock("resolution", NINE, due_at=datetime(2999, 1, 1, tzinfo=UTC))
    store.clocks.keep(1001, [receipt, late, ahead])
    store.clocks.keep(1001, [replace(ahead, name="word", paused_at=NINE)])
    store.close()
    return morning


def test_json_has_every_promised_field_in_the_promised_order(promised):
    rows = promised.maild("promises", "--json").json
    assert [list(row)[: len(PROMISE)] for row in rows] == [PROMISE] * 4
    assert {row["promise"]: row["state"] for row in rows} == {
        "acknowledge": "kept",
        "first_response": "broken",
        "resolution": "open",
        "word": "open",
    }


def test_a_kept_promise_has_the_servers_own_words_as_proof(promised):
    [kept] = promised.maild("promises", "--kept", "--json").json
    assert (kept["promise"], kept["kept_at"]) == ("acknowledge", "2026-11-20T01:00:09Z")
    assert kept["proof"] == "250 2.0.0 Ok: queued as 4F"


def test_a_broken_promise_says_when_why_and_who_was_told(promised):
    [broken] = promised.maild("promises", "--broken", "--json").json
    assert (broken["kept_at"], broken["broken_at"], broken["why"], broken["told"]) == (
        None,
        "2026-11-20T01:00:00Z",
        "nobody has answered",
        ["chief@x.org"],
    )
    assert "nobody has answered" in promised.maild("promises", "--broken").out


def test_the_table_tells_who_was_told_and_what_stands_still(promised, monkeypatch):
    monkeypatch.setenv("COLUMNS", "140")
    lines = [line.split() for line in promised.maild("promises").out.splitlines()]
    assert [
        "1001",
        "answer",
        "11-20",
        "09:00",
        "broken",
        "nobody",
        "has",
        "answered",
        "(told:",
        "chief@x.org)",
    ] in lines
    assert [
        "1001",
        "receipt",
        "11-20",
        "10:00",
        "kept",
        "11-20",
        "09:00",
        "250",
        "2.0.0",
        "Ok:",
        "queued",
        "as",
        "4F",
    ] in lines
    assert ["1001", "next", "word", "waits", "open"] in lines


def test_a_promise_that_broke_while_maild_was_down_says_so(morning):
    store = open_store(morning.url)
    late = Clock("resolution", NINE, due_at=NINE, done_at=NINE + timedelta(hours=1))
    store.clocks.keep(1001, [Clock("first_response", NINE, due_at=NINE), late])
    store.clocks.keep(1001, [Clock("word", NINE, due_at=NINE, broken_at=NINE, done_at=NINE, why="its time had passed")])
    store.close()
    rows = {row["promise"]: row for row in morning.maild("promises", "--broken", "--json").json}
    assert rows["first_response"]["why"] == "maild has not looked at it since it was due"
    assert (rows["resolution"]["why"], rows["resolution"]["done_at"]) == ("it came too late", "2026-11-20T02:00:00Z")
    assert rows["word"]["done_at"] is None, "it never came"


def test_where_nothing_was_promised_a_sentence_says_so(morning):
    assert morning.maild("promises").out == "Nothing was promised yet.\n"
    assert morning.maild("promises", "--open", "--json").json == []


def test_a_notice_can_be_looked_at_in_both_languages_and_as_html(promised, tmp_path):
    english = promised.maild("preview", "with-expert")
    assert english.code == 0
    assert "gone to our experts" in english.out
    assert "专家" in promised.maild("preview", "with-expert", "--language", "zh").out
    page = tmp_path / "progress.html"
    said = promised.maild("preview", "progress", "--ticket", "#1001", "--html", str(page))
    assert "#1001" in said.out
    assert "#1001" in page.read_text("utf-8")


def test_a_notice_that_is_not_there_is_named_with_what_is_meant(promised):
    said = promised.maild("preview", "progres")
    assert said.code == 1
    assert "progress" in said.err


def test_the_proof_of_a_receipt_is_what_the_server_said_when_it_took_it(served, servers):
    servers.deliver("support@example.com", QUESTION)
    served.maild("run", "--once")
    [row] = served.maild("outbox", "--json").json
    [kept] = served.maild("promises", "--kept", "--json").json
    assert (kept["promise"], kept["proof"], kept["kept_at"]) == ("acknowledge", row["last_reply"], row["sent_at"])
    assert kept["proof"].startswith("250 ")
