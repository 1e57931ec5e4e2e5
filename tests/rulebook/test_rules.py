"""Rules: the first one to set a field wins, what is a list adds up, and the matrix gives the priority."""


import pytest

from maild.desk.ticket import IMPACTS, URGENCIES
from maild.rulebook.model import Notify, Rulebook
from maild.rulebook.rules import Set, apply
from tests.rulebook.desks import NOW, RULEBOOKS, rulebook, verdict
from tests.rulebook.large import large

BOOK = """
    agents: {chief: {name: Chief, email: chief@example.com}}
    queues: {helpdesk: {}, network: {}, database: {}}
    rules:
      - name: outage
        when: {subject: outage}
        set: {queue: network, impact: company, urgency: high, tags: [outage, urgent]}
        notify: {chief: outage}
        ask: [device, error]
      - name: vpn
        when: {mentions: vpn}
        set: {queue: helpdesk, category: network, tags: [urgent, vpn]}
        suggest: [vpn-reset]
        ask: [error, since]
      - name: network
        when: {category: network}
        set: {impact: department}
      - name: newsletter
        when: {header: {List-Id: "*"}}
        outcome: ignored
      - name: win
        when: {subject: win}
        outcome: spam
    """


def test_the_first_rule_to_set_a_field_wins_and_the_trace_names_who_was_overruled():
    found = verdict(rulebook(BOOK), subject="VPN outage")
    assert found.fields["queue"] == Set("network", "outage", 7)
    assert found.fields["category"] == Set("network", "vpn", 12)
    said = {step.name: step.reason for step in found.steps if step.stage == "set"}
    assert said["queue"] == "network, by outage; overruled: vpn (helpdesk)"
    assert said["impact"] == "company, by outage; overruled: network (department)"
    assert said["priority"] == "P1, by the matrix"


def test_tags_suggestions_questions_and_notices_add_up():
    found = verdict(rulebook(BOOK), subject="VPN outage")
    assert found.tags == ("outage", "urgent", "vpn")
    assert found.suggest == ("vpn-reset",)
    assert found.ask == ("device", "error", "since")
    assert found.notify == (Notify("chief", "outage"),)


def test_what_no_rule_sets_comes_from_the_defaults():
    found = verdict(rulebook("queues: {first: {}}\ndefaults: {category: account, impact: department, urgency: low}"))
    assert {field: set_.value for field, set_ in found.fields.items()} == {
        "queue": "first", "category": "account", "impact": "department", "urgency": "low", "priority": "P3",
    }  # fmt: skip
    assert found.fields["impact"].by == "defaults"


def test_a_rule_can_ask_for_the_category_that_a_rule_above_has_set():
    assert verdict(rulebook(BOOK), subject="vpn").value("impact") == "department"
    assert verdict(rulebook(BOOK), subject="printer").value("impact") == "individual"
    assert verdict(rulebook(BOOK), subject="printer", category="network").value("impact") == "department"


def test_the_first_outcome_counts():
    found = verdict(rulebook(BOOK), subject="win", headers=(("list-id", "<a>"),))
    assert (found.outcome, found.outcome_by) == ("ignored", "newsletter")
    assert verdict(rulebook(BOOK), subject="help").outcome == ""


def test_a_rule_may_name_the_priority_itself():
    book = rulebook("rules: [{name: vip, when: {vip: yes}, set: {priority: P1, assignee: a}}]\n"
                    "agents: {a: {name: A, email: a@example.com}}")  # fmt: skip
    found = verdict(book, vip=True)
    assert found.fields["priority"] == Set("P1", "vip", 1)
    assert found.value("assignee") == "a"
    assert verdict(book).value("assignee") == ""


@pytest.mark.parametrize("impact", IMPACTS)
@pytest.mark.parametrize("urgency", URGENCIES)
def test_impact_and_urgency_meet_in_the_cell_that_is_drawn(impact, urgency):
    book = rulebook(f"""
        priorities:
          urgency:    [low, high, medium]
          individual: [P1,  P2,   P3]
          company:    [P2,  P3,   P4]
          department: [P4,  P3,   P1]
        defaults: {{impact: {impact}, urgency: {urgency}}}
        """)
    drawn = {
        "individual": {"low": "P1", "high": "P2", "medium": "P3"},
        "company": {"low": "P2", "high": "P3", "medium": "P4"},
        "department": {"low": "P4", "high": "P3", "medium": "P1"},
    }
    assert verdict(book).value("priority") == drawn[impact][urgency]
    assert verdict(book).fields["priority"].line == {"individual": 4, "company": 5, "department": 6}[impact]


def test_every_rule_is_in_the_trace_in_its_order_hit_or_missed():
    book = rulebook((RULEBOOKS / "example.yaml").read_text())
    steps = [step for step in verdict(book, subject="Outage").steps if step.stage == "rule"]
    assert [(step.name, step.line) for step in steps] == [(rule.name, rule.line) for rule in book.rules]


def test_the_quick_way_decides_as_asking_every_rule_would():
    book, mails = large(200)
    for mail in mails[:5]:
        quick = apply(book, mail, NOW)
        slow = Rulebook(rules=book.rules)
        slow.matcher._always[:] = range(len(book.rules))
        every = apply(slow, mail, NOW)
        assert quick.fields == every.fields
        assert [step.hit for step in quick.steps] == [step.hit for step in every.steps]
