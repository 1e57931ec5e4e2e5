"""`maild explain` says what the daemon would do with a mail, and leaves no trace of itself."""

import hashlib
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.desk import QUESTION, SETTINGS

REPOSITORY = Path(__file__).parents[2]
EXPLAIN = [
    "kind", "outcome", "ticket", "queue", "category", "impact", "urgency", "priority", "assignee", "suggest", "notices",
    "rules", "first_response_due", "resolution_due",
]  # fmt: skip


@pytest.fixture
def mail(desk) -> Path:
    file = desk.folder / "mail.eml"
    file.write_bytes(QUESTION)
    return file


def everything(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


def test_json_has_every_promised_field_in_the_promised_order(desk, mail):
    said = desk.maild("explain", "mail.eml", "--at", "2026-11-20 17:50", "--json")
    assert said.code == 0
    assert list(said.json)[: len(EXPLAIN)] == EXPLAIN
    assert (said.json["kind"], said.json["outcome"], said.json["ticket"]) == ("correspondence", "opened", None)
    assert said.json["notices"][0]["notice"] == "receipt"
    # One business day after the next opening: Friday 17:50 counts from Monday 9:00.
    assert said.json["first_response_due"] == "2026-11-24T01:00:00Z"


def test_a_person_reads_outcome_dues_notices_and_why(desk, mail):
    said = desk.maild("explain", "mail.eml", "--at", "2026-11-20 17:50")
    assert said.out.startswith("At 2026-11-20 17:50 this mail would be opened: ")
    assert "From:           Eva Lindqvist <eva@example.com>" in said.out
    assert "Notice:         receipt to eva@example.com (requester)" in said.out
    assert "\n    Since this morning.\n" in said.out
    assert "\n  + classify " in said.out


def test_a_rulebook_of_one_s_own_says_what_the_time_is(desk, mail):
    calendar = "calendars: {office: {timezone: Europe/Berlin, hours: {mon-fri: 09:00-17:00}}}\n"
    (desk.folder / "rules.yaml").write_text(calendar + "queues: {helpdesk: {}}\n")
    desk.settings(SETTINGS + '[paths]\nrulebook = "rules.yaml"\n')
    said = desk.maild("explain", "mail.eml", "--at", "2026-11-20 17:50")
    assert said.out.startswith("At 2026-11-20 17:50 this mail would be opened: ")
    assert desk.maild("explain", "mail.eml", "--at", "2026-11-20T16:50Z").out == said.out
    (desk.folder / "rules.yaml").write_text("queues: 7\n")
    assert desk.maild("tickets").code == 0


def test_nothing_is_written_before_the_daemon_ran(desk, mail):
    before = everything(desk.folder)
    assert desk.maild("explain", "mail.eml").code == 0
    assert everything(desk.folder) == before


def test_nothing_is_written_beside_a_database_in_use(morning, mail):
    before = morning.maild("inbox", "--json").out + morning.maild("tickets", "--json").out
    secret = sorted(path.name for path in morning.folder.iterdir() if not path.name.startswith("maild.db"))
    assert morning.maild("explain", "mail.eml").code == 0
    assert morning.maild("inbox", "--json").out + morning.maild("tickets", "--json").out == before
    assert sorted(path.name for path in morning.folder.iterdir() if not path.name.startswith("maild.db")) == secret


def test_it_says_what_the_daemon_then_does(served, servers, mail):
    at = ["--at", "2026-11-20 17:50"]
    foretold = served.maild("explain", "mail.eml", *at, "--json").json
    servers.deliver("support@example.com", QUESTION)
    served.maild("run", "--once", *at)
    (ticket,) = served.maild("tickets", "--json").json
    for name in ("queue", "category", "impact", "urgency", "priority", "assignee", "first_response_due"):
        assert foretold[name] == ticket[name]
    sent = [(row["notice"], row["to"]) for row in served.maild("outbox", "--json").json]
    assert [(notice["notice"], notice["to"]) for notice in foretold["notices"]] == sent
    assert foretold["outcome"] == served.maild("inbox", "--json").json[0]["outcome"]


def test_a_mail_can_come_through_a_pipe(desk):
    command = [sys.executable, "-m", "maild", "--config", str(desk.folder / "maild.toml"), "explain", "-", "--json"]
    done = subprocess.run(command, input=QUESTION, capture_output=True, check=False, cwd=REPOSITORY, timeout=60)
    assert done.returncode == 0, done.stderr
    assert b'"outcome": "opened"' in done.stdout


def test_anything_at_all_can_be_explained(desk, mail):
    for raw in (b"", b"\0\xff" * 100, b"Subject: x", b"From: <\r\n\r\n"):
        mail.write_bytes(raw)
        assert desk.maild("explain", "mail.eml", "--json").code == 0
        assert desk.maild("explain", "mail.eml").code == 0


def test_wrong_words_are_wrong_usage(desk, mail):
    assert desk.maild("explain", "nowhere.eml").code == 2
    assert "cannot be read" in desk.maild("explain", "nowhere.eml").err
    assert desk.maild("explain", "mail.eml", "--at", "teatime").code == 2
    assert desk.maild("explain", "mail.eml", "--mailbox", "other@example.com").code == 2
    assert desk.maild("explain", "mail.eml", "--mailbox", "Support@example.com").code == 0
