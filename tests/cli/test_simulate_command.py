"""`maild simulate` lets a copy of the desk live through a week in a moment, and changes nothing."""

from datetime import UTC, datetime
from textwrap import dedent

import pytest

from maild.desk.ticket import Ticket
from maild.flow.keep_time import Change, keep_time
from maild.store import open_store
from tests.cli.desk import QUESTION, SETTINGS, fill
from tests.rulebook.desks import rulebook

RULES = dedent("""
    agents:
      li: {name: Li Jing, email: li@example.com}
      noor: {name: Noor Haddad, email: noor@example.com}
      chief: {name: Head of IT, email: chief@example.com}
    calendars: {office: {timezone: Asia/Shanghai, hours: {mon-fri: 09:00-18:00}, holidays: CN}}
    sla:
      P1: {}
      P2: {}
      P3: {acknowledge: 1h, first_response: 4h, resolution: 3bd, progress: {after: 6h, every: 1bd}}
      P4: {}
    queues:
      helpdesk: {agents: [li], assign: least-open, lead: chief, escalate: {after: 5h, to: network}}
      network: {agents: [noor], assign: round-robin, lead: chief}
    timers:
      - {name: nudge, when: first_response 75%, notify: {assignee: sla-warning}}
      - {name: breach, when: first_response 100%, notify: {lead: sla-breach}}
    """)
FRIDAY = ("--from", "2026-11-20 09:30", "--to", "2026-11-24 09:00")


@pytest.fixture
def ruled(desk):
    """A desk with promises of its own, and a mail that comes in on Friday at ten."""
    (desk.folder / "rules.yaml").write_text(RULES)
    desk.settings(SETTINGS + '[paths]\nrulebook = "rules.yaml"\n')
    (desk.folder / "mails").mkdir()
    mail = QUESTION.replace(b"<q1@", b"<q2@").replace(b"VPN asks", b"Printer jams").replace(b"09:00:00", b"10:00:00")
    (desk.folder / "mails" / "one.eml").write_bytes(mail)
    return desk


def told(rows):
    return [(row["at"], row["notice"], row["to"].partition("@")[0]) for row in rows]


def test_a_mail_brings_its_receipt_warnings_escalation_and_word_over_a_weekend(ruled):
    rows = ruled.maild("simulate", *FRIDAY, "--mails", "mails", "--json").json
    assert told(rows) == [
        ("2026-11-20T02:00:00Z", "receipt", "eva"),
        ("2026-11-20T02:00:00Z", "assigned", "li"),
        ("2026-11-20T05:00:00Z", "sla-warning", "li"),
        ("2026-11-20T06:00:00Z", "sla-breach", "chief"),
        ("2026-11-20T06:30:00Z", "ask-word", "li"),
        ("2026-11-20T07:00:00Z", "escalated", "noor"),
        ("2026-11-20T07:00:00Z", "with-expert", "eva"),
        ("2026-11-20T08:00:00Z", "progress", "eva"),
        ("2026-11-23T00:00:00Z", "digest", "noor"),
        ("2026-11-23T00:00:00Z", "lead-digest", "chief"),
        ("2026-11-23T05:45:00Z", "ask-word", "noor"),
        ("2026-11-23T08:00:00Z", "progress", "eva"),
        ("2026-11-24T00:00:00Z", "digest", "noor"),
        ("2026-11-24T00:00:00Z", "lead-digest", "chief"),
    ]
    assert {row["ticket"] for row in rows if row["notice"] == "progress"} == {1001}
    assert rows[0]["subject"] == "Re: [#1001] Printer jams for a code"


def test_nothing_of_it_reaches_the_desk(ruled):
    store = open_store(ruled.url)
    fill(store)
    before = (store.tickets.counts(), store.outbox.counts())
    said = ruled.maild("simulate", *FRIDAY, "--mails", "mails").out
    assert (store.tickets.counts(), store.outbox.counts()) == before
    store.close()
    assert "2026-11-20 10:00  receipt         eva@example.com" in said
    assert said.endswith("mails would be sent.\n")


def test_what_waits_in_the_outbox_goes_out_in_it(ruled):
    store = open_store(ruled.url)
    fill(store)
    store.outbox.retry(2)
    store.close()
    rows = ruled.maild("simulate", *FRIDAY, "--json").json
    assert ("2026-11-20T01:30:00Z", "li") in [(row["at"], row["to"].partition("@")[0]) for row in rows]


@pytest.mark.live
def test_a_desk_on_postgresql_is_copied_too(ruled, postgres, postgres_template):
    url = postgres.fresh(postgres_template)
    store, at = open_store(url), datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
    fill(store)
    found = rulebook(RULES)
    with store.transaction():
        store.put_in_force("clocks", found.time_signature, at)
        new = Ticket(0, "VPN", "eva@example.com", "Eva", "en", at, queue="helpdesk", assignee="li", priority="P3")
        number = keep_time(Change(None, new), store, found, at).number
    before = (store.tickets.counts(), store.outbox.counts())
    ruled.settings(f'{SETTINGS}[paths]\nrulebook = "rules.yaml"\n[database]\nurl = "{url}"\n')
    rows = ruled.maild("simulate", *FRIDAY, "--json").json
    assert (store.tickets.counts(), store.outbox.counts()) == before
    store.close()
    assert ("2026-11-20T04:00:00Z", "sla-warning", number) in [(r["at"], r["notice"], r["ticket"]) for r in rows]
    postgres.drop(url)


def test_a_stretch_that_ends_before_it_begins_is_wrong_usage(morning):
    said = morning.maild("simulate", "--from", "2026-11-20 09:00", "--to", "2026-11-19 09:00")
    assert said.code == 2
    assert "--to must be later" in said.err
