"""`maild command` does from the shell what an agent's mail does."""

import pytest

from maild.store import open_store
from tests.cli.desk import SETTINGS

RULES = """
agents:
  ben: {name: Ben Ortiz, email: ben@example.com}
  noor: {name: Noor Haddad, email: noor@example.com}
queues:
  helpdesk: {agents: [ben], lead: ben}
  network: {agents: [noor], lead: noor}
"""


@pytest.fixture
def staffed(morning):
    (morning.folder / "rules.yaml").write_text(RULES)
    morning.settings(SETTINGS + '\n[paths]\nrulebook = "rules.yaml"\n')
    return morning


def test_a_command_is_carried_out_and_its_transcript_printed(staffed):
    said = staffed.maild("command", "--as", "ben", "#1001 /take /priority P1")
    assert (said.code, said.err) == (0, "")
    assert "-> ben" in said.out
    ticket = staffed.maild("ticket", "1001", "--json").json
    assert (ticket["assignee"], ticket["priority"]) == ("ben", "P1")
    [row] = [row for row in staffed.maild("inbox", "--json").json if row["mailbox"] == "command line"]
    assert (row["state"], row["outcome"], row["ticket"]) == ("done", "commanded", 1001)


def test_words_below_the_commands_go_to_the_requester(staffed):
    assert staffed.maild("command", "--as", "ben", "#1001 /resolve\n\nIt works again.").code == 0
    answers = [row for row in staffed.maild("outbox", "--json").json if row["notice"] == "answer"]
    assert {row["to"] for row in answers} == {"eva@example.com", "tom@example.com"}


def test_what_asks_back_by_mail_is_done_at_once(staffed):
    assert staffed.maild("command", "--as", "ben", "#1001 /spam").code == 0
    ticket = staffed.maild("ticket", "1001", "--json").json
    assert (ticket["status"], ticket["tags"]) == ("closed", ["vpn", "spam"])


def test_an_order_that_cannot_be_carried_out_ends_with_1_and_says_what_was_perhaps_meant(staffed):
    said = staffed.maild("command", "--as", "ben", "#1001 /queue nets")
    assert said.code == 1
    assert "/queue network" in said.out


def test_only_agents_of_the_rulebook_give_orders(staffed):
    said = staffed.maild("command", "--as", "eve", "#1001 /close")
    assert said.code == 1
    assert "ben, noor" in said.err
    store = open_store(staffed.url)
    assert store.tickets.get(1001).status == "open"
    store.close()


def test_a_ticket_that_does_not_exist_is_told_of(staffed):
    assert staffed.maild("command", "--as", "ben", "#4711 /close").code == 1


def test_a_draft_lies_in_the_folder_of_the_settings_and_check_reads_it(staffed):
    said = staffed.maild("command", "--as", "ben", "#1001 /resolve\n/knowledge\n\nSet the clock of the phone.")
    assert said.code == 0
    [draft] = (staffed.folder / "drafts").glob("*/*.md")
    assert f"drafts/{draft.parent.name}/{draft.name}" in said.out
    assert "1. Set the clock of the phone." in draft.read_text()
    assert "drafts: 1 draft to be read" in staffed.maild("check").out


def test_a_folder_that_cannot_hold_drafts_is_told_of_and_the_orders_are_carried_out(staffed):
    (staffed.folder / "blocked").write_text("")
    settings = SETTINGS + '\n[paths]\nrulebook = "rules.yaml"\ndrafts = "blocked/drafts"\n'
    staffed.settings(settings)
    said = staffed.maild("command", "--as", "ben", "#1001 /resolve\n/knowledge\n\nSet the clock of the phone.")
    assert said.code == 0
    assert "could NOT be written to a file (drafts/" in said.out
    assert "Not a directory" in said.out
    assert staffed.maild("ticket", "1001", "--json").json["status"] == "resolved"
