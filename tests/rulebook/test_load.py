"""Loading: what a sound rulebook becomes."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.desk.calendar import Span
from maild.desk.length import Length
from maild.rulebook.load import load
from maild.rulebook.model import Escalation, Notify, Rulebook, Setting
from maild.rulebook.reading.names import World
from tests.rulebook.desks import RULEBOOKS, WORLD, rulebook


@pytest.mark.parametrize("text", ["", "{}", "# only a remark\n", "---\n", "rules:\nqueues:\n"])
def test_an_empty_rulebook_is_a_desk_with_the_usual_ways(text):
    book = rulebook(text)
    assert book.defaults.queue == "helpdesk"
    assert book.priority("individual", "medium") == "P3"
    assert book.due("P3", datetime(2026, 11, 20, 9, tzinfo=UTC)).acknowledge == datetime(2026, 11, 21, 9, tzinfo=UTC)
    assert Notify("requester", "receipt") in book.notifications["opened"]


def test_the_example_of_the_format_loads_as_it_stands():
    book = rulebook((RULEBOOKS / "example.yaml").read_text())
    assert list(book.agents) == ["li", "ben", "noor", "dba", "chief"]
    assert book.agents["li"].name == "李静"
    assert book.agent_of("BOrtiz@example.com") is book.agents["ben"]
    assert book.queues["helpdesk"].escalate.after == Length(timedelta(hours=1))
    assert [rule.name for rule in book.rules] == ["outage", "vpn", "database", "newsletters"]
    assert book.rules[0].set[0] == Setting("queue", "network", 41)
    assert book.limits.notices_total == 2000
    assert len(book.tests) == 3


def test_an_escalation_that_says_no_time_comes_after_an_hour():
    book = rulebook("queues: {helpdesk: {escalate: {to: network}}, network: {}}")
    assert book.queues["helpdesk"].escalate == Escalation(Length(timedelta(hours=1)), "network")


def test_yaml_makes_no_numbers_dates_and_booleans_of_what_the_admin_wrote():
    book = rulebook("""
        agents: {no: {name: 123, email: no@example.com, away: [2026-12-24..2027-01-02, 2026-11-01]}}
        calendars:
          office:
            {timezone: Asia/Shanghai, hours: {mon: 9:00-18:00}, closed: 2026-12-31, open: {2026-10-10: 10:00-15:00}}
        rules: [{name: yes, when: {subject: [no, null, 1.0, 0x1F, 12:30]}, set: {urgency: high}, }]
        """)
    assert book.agents["no"].name == "123"
    assert book.agents["no"].away[0] == (date(2026, 12, 24), date(2027, 1, 2))
    assert book.calendars["office"].hours[0] == (Span(540, 1080),)
    assert book.calendars["office"].open == {date(2026, 10, 10): (Span(600, 900),)}
    assert [item.text for item in book.rules[0].when.items] == ["no", "null", "1.0", "0x1F", "12:30"]


def test_a_queue_takes_the_members_of_a_team():
    book = rulebook("""
        agents: {a: {name: A, email: a@example.com}, b: {name: B, email: b@example.com}}
        teams: {first: [a, b]}
        queues: {helpdesk: {agents: [b, first], assign: least-open}}
        """)
    assert book.queues["helpdesk"].agents == ("b", "a")


def test_the_first_queue_and_the_first_calendar_count_where_none_is_named():
    book = rulebook("""
        calendars: {office: {timezone: Asia/Shanghai, hours: {mon-fri: 09:00-18:00}}}
        queues: {first: {}, second: {}}
        sla: {P1: {first_response: 1h}, P2: {}, P3: {}, P4: {}}
        tests:
          - {name: t, at: 2026-11-20 17:50, mail: {from: e@example.com}, expect: {first_response: 2026-11-20 17:50 UTC}}
        """)
    assert book.defaults.queue == "first"
    assert book.sla["P1"].calendar is book.calendars["office"]
    assert book.tests[0].at == datetime(2026, 11, 20, 9, 50, tzinfo=UTC)
    assert book.tests[0].expect[0].values == ("2026-11-20T17:50:00+00:00",)


@pytest.mark.parametrize("written", ["2026-11-20T17:50+08:00", "2026-11-20 9:50Z", "2026-11-20 10:50 Europe/Berlin"])
def test_a_time_with_a_zone_is_in_that_zone(written):
    book = rulebook(f"""
        tests: [{{name: t, at: "{written}", mail: {{from: e@example.com}}, expect: {{queue: helpdesk}}}}]
        """)
    assert book.tests[0].at == datetime(2026, 11, 20, 9, 50, tzinfo=UTC)


def test_a_name_is_unknown_where_nothing_bears_any_name():
    [problem] = load("queues: {helpdesk: {agents: [li]}}", "rules.yaml", WORLD)
    assert (problem.what, problem.hint) == ("there is no agent or team li", "the rulebook names no agent or team yet")


def test_where_the_world_is_not_known_templates_and_articles_are_not_checked():
    text = "rules: [{name: a, suggest: anything, notify: {requester: whatever}}]"
    assert isinstance(load(text, "rules.yaml", World()), Rulebook)
    assert isinstance(load(text, "rules.yaml", WORLD), list)


@given(st.text(alphabet="ab:,-[]{}'\"/*&!|>#@%\\ \n\t0：，全", max_size=60))
def test_whatever_is_written_loading_gives_a_rulebook_or_problems(text):
    found = load(text, "rules.yaml", WORLD)
    assert isinstance(found, Rulebook) or found


@given(st.data())
def test_a_rulebook_with_a_piece_cut_out_never_makes_loading_fail(data):
    whole = (RULEBOOKS / "example.yaml").read_text()
    start = data.draw(st.integers(0, len(whole) - 1))
    end = data.draw(st.integers(start, min(len(whole), start + 200)))
    found = load(whole[:start] + whole[end:], "rules.yaml", WORLD)
    assert isinstance(found, Rulebook) or found
