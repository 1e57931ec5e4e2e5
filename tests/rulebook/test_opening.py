"""A mail opens a ticket by the rulebook: fields, due times, assignee, notices, questions, and the trace of it all."""

from datetime import UTC, datetime

import pytest

from maild.desk.ticket import Ticket
from maild.desk.trust import Evidence, Speaker, Thread
from maild.mail.classify import classify
from maild.mail.message import Address, Message
from maild.rulebook.arrival import Arrival, Contact
from maild.rulebook.decide import decide
from maild.rulebook.model import Rulebook, for_any_desk
from maild.rulebook.roster import Workload
from tests.rulebook.desks import RULEBOOKS, rulebook

BOOK = """
    calendars:
      office: {timezone: Asia/Shanghai, hours: {mon-fri: 09:00-12:00 13:00-18:00}, holidays: CN}
    agents:
      li:    {name: 李静, email: li@example.com, language: zh}
      ben:   {name: Ben Ortiz, email: ben@example.com, away: 2026-12-24}
      chief: {name: Head of IT, email: chief@example.com}
    queues:
      helpdesk: {agents: [li, ben], assign: least-open, lead: chief}
      network:  {agents: [ben], assign: none, lead: chief}
    rules:
      - name: outage
        when: {subject: outage}
        set: {queue: network, impact: company, urgency: high, tags: [outage]}
        notify: {chief: outage, requester: outage}
      - name: vpn
        when: {mentions: vpn}
        set: {category: network}
        suggest: vpn-reset
        ask: [device, department, since]
      - name: newsletters
        when: {header: {X-Newsletter: "*"}}
        outcome: ignored
      - {name: boss, when: {vip: yes}, set: {assignee: chief}}
      - {name: finance, when: {department: Finance}, set: {urgency: high}}
    """
MORNING = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
"""10:00 in Shanghai."""


def arrival(subject="Help", text="It is broken", sender="eva@example.com", headers=(), contact=None, **more):
    message = Message(
        size=100, sha256="", headers=(("subject", subject), *headers), from_=(Address("Eva", sender),),
        to=(Address("", "support@example.com"),), subject=subject, text=more.pop("whole", text),
    )  # fmt: skip
    fields = {"speaker": Speaker(sender, "Eva", known=True), "thread": Thread(), "workload": Workload()} | more
    return Arrival(
        message=message, verdict=classify(message), text=text, language="en", mailbox="support@example.com",
        own=frozenset({"support@example.com"}), contact=contact, **fields,
    )  # fmt: skip


def opened(book=BOOK, now=MORNING, **mail):
    return decide(None, arrival(**mail), rulebook(book) if isinstance(book, str) else book, now)


def who_hears(decision):
    return [(notice.name, notice.to, notice.role, notice.language) for notice in decision.notices]


def test_a_ticket_bears_what_the_rules_the_matrix_the_sla_and_the_roster_say():
    ticket = opened(subject="VPN outage", workload=Workload({"li": 1})).after
    assert (ticket.queue, ticket.category, ticket.impact, ticket.urgency) == ("network", "network", "company", "high")
    assert (ticket.priority, ticket.tags, ticket.assignee) == ("P1", ("outage",), "")
    assert ticket.first_response_due == datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
    assert opened(workload=Workload({"li": 1})).after.assignee == "ben"


def test_the_assignee_hears_of_his_ticket_and_the_queue_of_one_that_nobody_has():
    assert who_hears(opened()) == [
        ("receipt", "eva@example.com", "requester", "en"),
        ("new-ticket", "ben@example.com", "queue", "en"),
        ("assigned", "li@example.com", "assignee", "zh"),
    ]
    assert ("new-ticket", "ben@example.com", "queue", "en") in who_hears(opened(subject="outage"))


def test_a_rule_tells_agents_by_name_and_the_requester():
    heard = who_hears(opened(subject="outage"))
    assert ("outage", "chief@example.com", "agent", "en") in heard
    assert ("outage", "eva@example.com", "requester", "en") in heard


def test_where_everybody_of_a_queue_is_away_its_lead_hears():
    christmas = datetime(2026, 12, 24, 2, tzinfo=UTC)
    decision = opened(subject="outage", now=christmas)
    assert ("new-ticket", "chief@example.com", "queue", "en") in who_hears(decision)
    assert "ben" in next(step.reason for step in decision.steps if step.stage == "notice" and not step.hit)


def test_the_receipt_asks_for_what_the_mail_does_not_say():
    decision = opened(subject="VPN", text="Since yesterday it asks for a code")
    [receipt] = [notice for notice in decision.notices if notice.name == "receipt"]
    assert receipt.facts["ask"] == ("device", "department")
    assert receipt.facts["questions"][1] == "Department:"
    assert decision.suggest == receipt.facts["suggest"] == ("vpn-reset",)


def test_a_known_contact_brings_department_language_and_rank():
    contact = Contact("eva@example.com", "Eva Lindqvist", "Finance", "Berlin", language="zh", vip=True)
    decision = opened(subject="VPN", contact=contact)
    ticket = decision.after
    assert (ticket.language, ticket.urgency, ticket.assignee) == ("zh", "high", "chief")
    assert dict(ticket.details) == {"department": "Finance", "location": "Berlin"}
    [receipt] = [notice for notice in decision.notices if notice.name == "receipt"]
    assert receipt.facts["ask"] == ("device", "since")
    assert receipt.facts["questions"] == ("设备（型号，或标签上的编号）：", "从什么时候开始：")


def test_a_forged_sender_does_not_bring_the_rank_of_whom_he_says_he_is():
    contact = Contact("eva@example.com", department="Finance", vip=True)
    ticket = opened(contact=contact, speaker=Speaker("eva@example.com", refuted=True)).after
    assert (ticket.urgency, ticket.assignee, ticket.details) == ("medium", "li", ())


def test_lines_filled_in_at_once_count_at_once():
    ticket = opened(text="部门：Finance\nDevice: HP 840").after
    assert ticket.urgency == "high"
    assert dict(ticket.details) == {"department": "Finance", "device": "HP 840"}


@pytest.mark.parametrize("word", ["ignored", "spam"])
def test_a_rule_may_say_that_a_mail_opens_no_ticket(word):
    decision = opened(BOOK.replace("outcome: ignored", f"outcome: {word}"), headers=(("x-newsletter", "7"),))
    assert (decision.outcome, decision.after, decision.notices) == (word, None, ())
    assert decision.reason == "The rule newsletters (line 21) says so: it has a field X-Newsletter"


def test_the_trace_says_who_decided_what():
    said = {(step.stage, step.name): step.reason for step in opened(subject="VPN").steps}
    assert said["rule", "outage"] == 'subject has no "outage"'
    assert said["rule", "vpn"] == 'subject has "vpn"'
    assert said["set", "category"] == "network, by vpn"
    assert said["set", "priority"] == "P3, by the matrix"
    assert said["assign", "li"] == "li has the fewest open tickets of helpdesk, 0"
    assert said["due", "first_response"] == "2026-11-23 10:00 Asia/Shanghai, 1bd by the calendar office"
    assert said["notice", "receipt"] == "to eva@example.com, requester: the ticket is opened"


def follow_up(text="It works now", whole=None, status="open", sender="eva@example.com", details=()):
    ticket = Ticket(
        1001, "Help", "eva@example.com", "Eva", "en", MORNING, status, queue="helpdesk", assignee="li", details=details
    )
    thread = Thread(ticket, Evidence("reference", 1001, "<1@x>"), "it answers")
    mail = arrival(text=text, whole=whole or text, sender=sender, thread=thread)
    return decide(ticket, mail, rulebook(BOOK), MORNING)


def test_an_answer_to_the_questions_fills_the_ticket():
    quoted = "Here you are\n> Device: HP 840\n> Department: Sales\n"
    decision = follow_up("Here you are", quoted, details=(("device", "old"),))
    assert dict(decision.after.details) == {"device": "old", "department": "Sales"}
    assert decision.entries[-1].text == "the requester told: department: Sales"
    assert dict(follow_up("Device: HP 840", details=(("device", "old"),)).after.details) == {"device": "HP 840"}


def test_the_assignee_hears_of_a_follow_up_unless_he_wrote_it():
    assert who_hears(follow_up()) == [("follow-up", "li@example.com", "assignee", "zh")]
    assert who_hears(follow_up(sender="li@example.com")) == []


def test_rules_do_not_move_a_ticket_that_is_under_way():
    decision = follow_up("There is an outage of the VPN")
    assert decision.after.queue == "helpdesk"
    assert not [step for step in decision.steps if step.stage == "rule"]


def test_the_people_of_the_sample_get_nothing_and_its_promises_do_not_hold():
    book = for_any_desk(rulebook((RULEBOOKS / "example.yaml").read_text()), Rulebook())
    decision = opened(book, subject="outage")
    assert who_hears(decision) == [("receipt", "eva@example.com", "requester", "en")]
    assert (decision.after.queue, decision.after.assignee) == ("network", "")
    assert decision.after.first_response_due == datetime(2026, 11, 20, 3, tzinfo=UTC)


def test_an_empty_rulebook_opens_a_ticket_all_the_same():
    decision = opened(Rulebook())
    assert (decision.outcome, decision.after.priority, decision.after.queue) == ("opened", "P3", "helpdesk")
