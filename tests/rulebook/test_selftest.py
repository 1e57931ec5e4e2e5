"""The rulebook's own tests: what they see, how a difference is told, what they leave out."""

import pytest

from maild.problem import render
from maild.rulebook.model import Rulebook
from maild.rulebook.selftest import run, sound, uncovered
from tests.rulebook.desks import RULEBOOKS, WORLD, rulebook

EXAMPLE = (RULEBOOKS / "example.yaml").read_text()


def test_the_tests_of_the_example_pass_as_they_stand():
    assert isinstance(sound(EXAMPLE, "rules.yaml", WORLD), Rulebook)
    assert [result.passed for result in run(rulebook(EXAMPLE))] == [True, True, True]


def test_a_difference_is_told_at_the_place_of_what_was_expected():
    wrong = EXAMPLE.replace("2026-10-08 17:00", "2026-10-09 17:00").replace("suggested: [vpn-reset]", "suggested: []")
    assert render(sound(wrong, "rules.yaml", WORLD)) == (
        'rules.yaml:80:60: the test "a VPN question on the eve of the National Day week is due after it"'
        " expects first_response 2026-10-09 17:00, and gets 2026-10-08 17:00\n"
        "        expect: {queue: network, priority: P3, first_response: 2026-10-09 17:00, suggested: []}\n"
        "                                                               ^^^^^^^^^^^^^^^^\n"
        "    maild test shows why\n"
        'rules.yaml:80:89: the test "a VPN question on the eve of the National Day week is due after it"'
        " expects suggested [], and gets [vpn-reset]\n"
        "        expect: {queue: network, priority: P3, first_response: 2026-10-09 17:00, suggested: []}\n"
        "                                                                                            ^\n"
        "    maild test shows why"
    )


BOOK = """
    calendars: {office: {timezone: Asia/Shanghai, hours: {mon-fri: 09:00-18:00}}}
    agents: {li: {name: Li, email: li@example.com}, chief: {name: Chief, email: chief@example.com}}
    queues: {helpdesk: {agents: [li], assign: least-open, lead: chief}}
    rules:
      - {name: vpn, when: {mentions: vpn}, set: {category: network, tags: [vpn, remote]}, ask: [device, since]}
      - {name: spam, when: {from: "*@spam.example"}, outcome: spam}
      - {name: large, when: {size: over 5MB, attachment: "*.pdf"}, set: {urgency: low}, notify: {chief: outage}}
      - {name: vip, when: {vip: yes, department: 财务部, authenticated: yes, language: zh}, set: {impact: department}}
      - {name: list, when: {header: {X-Mail: list}, to: all@example.com, cc: "@example.com"}, set: {urgency: high}}
    timers:
      - {name: nudge, when: first_response 50%, notify: {assignee: sla-warning}}
      - {name: late, when: acknowledge 100%, notify: {lead: sla-breach}}
      - {name: old, when: open 1bd, notify: {lead: sla-breach}}
      - {name: chase, when: pending 1bd, notify: {requester: reminder}}
      - {name: close, when: resolved 1bd, set: {status: closed}}
    tests:
      - name: it
        at: 2026-11-19 10:00
        MORE
    """


@pytest.mark.parametrize(
    ("more", "differs"),
    [
        ("mail: {from: a@b.c, subject: vpn}\n        expect: {tags: [remote, vpn], asked: [since, device]}", ""),
        ("mail: {from: a@b.c, subject: vpn}\n        expect: {tags: [vpn]}", "tags"),
        ("mail: {from: a@b.c, text: my vpn since today}\n        expect: {asked: [device]}", ""),
        ("mail: {from: a@spam.example}\n        expect: {outcome: spam, queue: helpdesk}", "queue"),
        ("mail: {from: a@spam.example}\n        expect: {outcome: opened}", "outcome"),
        ("mail: {from: a@b.c}\n        expect: {assignee: li, notified: [li, requester]}", ""),
        ("mail: {from: a@b.c}\n        expect: {notified: []}", "notified"),
        ("mail: {from: a@b.c}\n        expect: {notified: [chief]}", "notified"),
        ("mail: {from: a@b.c, size: 6MB, attachment: [x.pdf]}\n        expect: {urgency: low, notified: [chief]}", ""),
        ("mail: {from: a@b.c, vip: yes, department: 财务部, authenticated: yes, language: zh}\n"
         "        expect: {impact: department, priority: P2}", ""),
        ("mail: {from: a@b.c, text: 你好, vip: yes, department: 财务部, authenticated: yes}\n"
         "        expect: {impact: department}", ""),
        ("mail: {from: a@b.c, to: all@example.com, cc: [x@example.com], header: {X-Mail: list}}\n"
         "        expect: {urgency: high}", ""),
        ("mail: {from: a@b.c}\n        after: 3h\n        expect: {fired: []}", ""),
        ("mail: {from: a@b.c}\n        after: 5h\n        expect: {fired: [nudge]}", ""),
        ("mail: {from: a@b.c}\n        after: 5h\n        expect: {fired: []}", "fired"),
        ("mail: {from: a@b.c}\n        after: 24h\n        expect: {fired: [old, nudge]}", ""),
        ("mail: {from: a@b.c}\n        status: pending\n        after: 24h\n        expect: {fired: [chase]}", ""),
        ("mail: {from: a@b.c}\n        status: resolved\n        after: 24h\n        expect: {fired: [close]}", ""),
        ("mail: {from: a@b.c}\n        expect: {acknowledge: 2026-11-20 10:00, resolution: none}", "resolution"),
    ],
)  # fmt: skip
def test_a_test_sees_what_the_daemon_would_do(more, differs):
    [result] = run(rulebook(BOOK.replace("MORE", more)))
    assert [difference.key for difference in result.differences] == ([differs] if differs else [])


def test_coverage_names_rules_timers_and_cells_that_no_test_reaches():
    book = rulebook(EXAMPLE)
    missing = uncovered(book, run(book))
    assert missing.rules == ("database", "newsletters")
    assert missing.timers == ("breach", "overrun", "chase", "close")
    assert set(missing.cells) == {
        ("individual", "low"), ("individual", "high"), ("department", "low"), ("department", "medium"),
        ("department", "high"), ("company", "low"), ("company", "medium"),
    }  # fmt: skip
