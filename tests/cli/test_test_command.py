"""`maild test` lets the rulebook prove itself, names what it leaves untested, and shows what a change would do."""

import pytest

from tests.cli.desk import QUESTION, SETTINGS

OWN = SETTINGS + '[paths]\nrulebook = "rules.yaml"\n'
BOOK = """\
queues: {helpdesk: {}, network: {}}
rules:
  - name: vpn
    when: {mentions: vpn}
    set: {queue: network, category: network}
  - name: printer
    when: {mentions: printer}
    set: {category: hardware}
tests:
  - name: a VPN question goes to the network team
    at: 2026-11-20 17:50
    mail: {from: eva@example.com, subject: VPN}
    expect: {queue: network, priority: P3}
"""


@pytest.fixture
def desk(desk):
    desk.settings(OWN)
    write(desk, BOOK)
    return desk


def write(desk, text):
    (desk.folder / "rules.yaml").write_text(text)


def test_tests_that_pass_are_counted(desk):
    said = desk.maild("test")
    assert (said.code, said.out) == (0, "1 test passed.\n")


def test_a_difference_is_told_with_the_trace_below_it(desk):
    write(desk, BOOK.replace("{queue: network, priority: P3}", "{queue: helpdesk, priority: P1}"))
    said = desk.maild("test")
    assert said.code == 1
    lines = said.out.splitlines()
    assert lines[:3] == [
        "rules.yaml:10: a VPN question goes to the network team",
        "    queue: expected helpdesk, got network",
        "    priority: expected P1, got P3",
    ]
    assert '      + rule     vpn (line 3): subject has "vpn"' in lines
    assert lines[-1] == "1 of 1 test failed."


def test_coverage_names_what_no_test_reaches(desk):
    said = desk.maild("test", "--coverage")
    assert said.code == 0
    assert "rules that no test reaches: printer\n" in said.out
    assert "every one of the timers is tested\n" in said.out
    assert "individual x low" in said.out
    assert desk.maild("test", "--coverage", "--json").json["coverage"]["rules"] == ["printer"]


def test_json_tells_each_test(desk):
    write(desk, BOOK.replace("priority: P3", "priority: P1"))
    said = desk.maild("test", "--json")
    assert said.code == 1
    [test] = said.json["tests"]
    assert (said.json["passed"], test["passed"], test["line"]) == (False, False, 10)
    assert test["differences"] == [{"key": "priority", "expected": "P1", "got": "P3"}]


def test_a_rulebook_that_is_not_sound_is_told_in_full(desk):
    write(desk, BOOK.replace("queue: network, category", "queue: netwrok, category"))
    said = desk.maild("test")
    assert said.code == 1
    assert "there is no queue netwrok" in said.err


def test_check_lets_the_rulebook_prove_itself(desk):
    assert f"rulebook    {desk.folder}/rules.yaml: 2 rules, 1 test passed" in desk.maild("check").out
    write(desk, BOOK.replace("priority: P3", "priority: P1"))
    said = desk.maild("check")
    assert said.code == 1
    assert "expects priority P1, and gets P3" in said.out


@pytest.mark.parametrize("words", [["run"], ["run", "--once"], ["explain", "mail.eml"]])
def test_nothing_runs_by_a_rulebook_that_is_not_sound(desk, words):
    (desk.folder / "mail.eml").write_bytes(QUESTION)
    write(desk, BOOK + "rules:\n")
    said = desk.maild(*words)
    assert (said.code, said.out) == (78, "")
    assert '"rules" is set twice' in said.err


def test_contacts_are_checked_too(desk):
    desk.settings(OWN + 'contacts = "contacts.csv"\n')
    (desk.folder / "contacts.csv").write_text("email,name\neva@example.com,Eva\n")
    assert f"contacts    1 in {desk.folder}/contacts.csv" in desk.maild("check").out
    (desk.folder / "contacts.csv").write_text("email,name\neva,Eva\n")
    said = desk.maild("check")
    assert said.code == 1
    assert 'contacts.csv:2:1: "eva" is no mail address' in said.out


def test_history_needs_a_daemon_that_has_run(desk):
    assert desk.maild("test", "--against-history", "30").code == 2
    said = desk.maild("test", "--against-history", "30d")
    assert said.code == 1
    assert "no daemon has run" in said.err


def test_what_a_new_rulebook_would_have_changed_is_shown_and_nothing_else(served, servers):
    desk = served
    desk.settings((desk.folder / "maild.toml").read_text() + '[paths]\nrulebook = "rules.yaml"\n')
    write(desk, BOOK)
    servers.deliver("support@example.com", QUESTION)
    servers.deliver("support@example.com", QUESTION.replace(b"VPN asks for a code", b"Hello").replace(b"q1@", b"q2@"))
    assert desk.maild("run", "--once").code == 0
    assert desk.maild("test", "--against-history", "30d").out == "1 test passed.\nNothing would change.\n"
    write(
        desk,
        BOOK.replace("queue: network", "queue: helpdesk").replace(
            "    expect: {queue: helpdesk, priority: P3}\n", "    expect: {priority: P3}\n"
        ),
    )
    said = desk.maild("test", "--against-history", "30d")
    assert said.out.splitlines()[1:] == [
        "#1001 VPN asks for a code: queue network -> helpdesk",
        "1 mail would be dealt with otherwise.",
    ]
    [change] = desk.maild("test", "--against-history", "30d", "--json").json["changes"]
    assert (change["ticket"], change["before"], change["after"]) == (1001, {"queue": "network"}, {"queue": "helpdesk"})
