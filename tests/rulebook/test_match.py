"""Conditions: when a rule holds, and why."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.mail.message import Address
from maild.rulebook.expressions import ExpressionIndex, what_is_wrong
from maild.rulebook.look import PatternIndex
from maild.rulebook.words import WordIndex, fold
from tests.rulebook.desks import holds, rulebook, verdict


@pytest.mark.parametrize(
    ("word", "text", "found"),
    [
        ("vpn", "My VPN asks for a code", True),
        ("vpn", "vpns and OpenVPN", False),
        ("vpn", "我的VPN连不上", True),
        ("vpn", "ｖｐｎ in full width", True),
        ("vpn", "vpn_client", True),
        ("is down", "the server is\n   down", True),
        ("is down", "this down", False),
        ("瘫痪", "全公司系统瘫痪了", True),
        ("瘫 痪", "瘫痪", False),
        ("痪", "瘫痪", True),
        ("ORA-", "ORA-00600", True),
        ("ORA-", "AORA-00600", False),
        ("c++", "C++ compiler", True),
        ("Straße", "STRASSE", True),
        ("can't log in", "I can’t log in", True),
        ("e-mail", "e\u2011mail", True),
        ("printer", "prin\u00adter", True),
        ("OA系统", "全公司 oa系统 坏了", True),
        ("OA系统", "SOA系统", False),
        ("???", "what???", True),
        ("prînter", "prînter", True),
        ("プリンタ", "社内プリンタが", True),
        ("네트워크", "네트워크가 안됩니다", True),
    ],
)
def test_a_word_is_found_whole_in_any_case_and_chinese_anywhere(word, text, found):
    assert WordIndex([word, "something else"]).find(fold(text)) == ({word} if found else set())


letters = st.text("ab '-_.中文字１Ａß\n", min_size=1, max_size=8)


@given(st.lists(letters.filter(fold), max_size=6), st.text("ab '-_.中文字１Ａß\n", max_size=40))
def test_asking_for_all_words_at_once_finds_what_asking_one_by_one_finds(words, text):
    each = {word for word in words if WordIndex([word]).find(fold(text))}
    assert WordIndex(words).find(fold(text)) == each
    for word in words:
        if fold(word) not in fold(text):
            assert word not in each


@pytest.mark.parametrize(
    ("pattern", "address", "fits"),
    [
        ("*@monitoring.example.com", "nagios@monitoring.example.com", True),
        ("*@monitoring.example.com", "nagios@example.com", False),
        ("@example.com", "eva@EXAMPLE.com", True),
        ("@example.com", "eva@sub.example.com", False),
        ("*@*.example.com", "eva@sub.example.com", True),
        ("Eva@example.com", "eva@example.com", True),
        ("eva@example.com", "geneva@example.com", False),
        ("eva*@example.com", "eva.li@example.com", True),
        ("*.pdf", "report.PDF", True),
        ("*.pdf", "report.pdf.exe", False),
        ("a.c*", "abc", False),
        ("@example.com", "odd@name@example.com", True),
        ("*", "", True),
    ],
)
def test_a_pattern_fits_the_whole_of_an_address(pattern, address, fits):
    assert bool(PatternIndex([pattern, "*@elsewhere.example"]).find(address)) == fits


@pytest.mark.parametrize(
    ("expression", "text", "found"),
    [
        (r"\b50[0-9]\b", "error 503!", True),
        (r"\b50[0-9]\b", "全公司503错误", True),
        (r"\b50[0-9]\b", "15034", False),
        ("OUTAGE", "an outage", True),
        ("(?-i)OUTAGE", "an outage", False),
        ("É", "é", True),
        (r"\p{Han}{2}", "ab 全公", True),
        ("^Re", "an Re", False),
        (r"a|b)|(c", "c", False),
    ],
)
def test_an_expression_is_searched_for_in_any_case(expression, text, found):
    if what_is_wrong(expression):
        assert not found
        return
    assert bool(ExpressionIndex([expression, "zzz+", "yyy+"]).find(text)) == found


def test_many_expressions_at_once_find_what_each_would_find_alone():
    many = [rf"(?P<n>error) {i}\b" for i in range(50)] + [r"\Qa.b"] + [rf"code[ -]{i}x" for i in range(60)]
    assert ExpressionIndex(many).find("Error 7 and code-59x, a.b") == {many[7], many[50], many[-1]}


def test_half_a_character_in_a_mail_stops_no_expression():
    assert ExpressionIndex(["error"]).find("\ud800 error") == {"error"}


def test_no_expression_makes_a_mail_slow():
    evil = ExpressionIndex([r"(a+)+$", r"(a|aa)+b", r"(.*)*x"])
    assert evil.find("a" * 100_000) == {"(a+)+$"}


@pytest.mark.parametrize(
    ("when", "mail", "held"),
    [
        ("{subject: vpn}", {"subject": "VPN"}, True),
        ("{subject: vpn}", {"text": "VPN"}, False),
        ("{mentions: vpn}", {"subject": "VPN"}, True),
        ("{mentions: vpn}", {"text": "my vpn"}, True),
        ("{subject: vpn, text: help}", {"subject": "vpn"}, False),
        ("{subject: vpn, text: help}", {"subject": "vpn", "text": "help!"}, True),
        ("{subject: [a, vpn]}", {"subject": "vpn"}, True),
        ("{subject: vpn, not: {text: solved}}", {"subject": "vpn", "text": "solved"}, False),
        ("{not: [{subject: a}, {subject: b}]}", {"subject": "b"}, False),
        ("{not: [{subject: a}, {subject: b}]}", {"subject": "c"}, True),
        ("{any: [{subject: a}, {text: b}]}", {"text": "b"}, True),
        ("{any: [{subject: a}, {text: b}]}", {"text": "a"}, False),
        ("{all: [{any: [{subject: a}, {subject: b}]}, {not: {text: c}}]}", {"subject": "b"}, True),
        ("{all: [{text: a}, {text: b}]}", {"text": "a only"}, False),
        ("{from: eva@example.com}", {}, True),
        ("{from: Eva}", {}, True),
        ("{from: example.com}", {}, True),
        ("{from: ample.com}", {}, False),
        ("{from: '/^eva/'}", {}, True),
        ("{to: support@example.com}", {"to": (Address("", "support@example.com"),)}, True),
        ("{cc: '@example.com'}", {"cc": (Address("", "boss@example.com"),)}, True),
        ("{cc: '*'}", {}, False),
        ("{header: {List-Id: '*'}}", {"headers": (("list-id", ""),)}, True),
        ("{header: {List-Id: '*'}}", {}, False),
        ("{header: {x-priority: [1, 2]}}", {"headers": (("x-priority", "1 (Highest)"),)}, True),
        ("{header: {A: x, B: y}}", {"headers": (("a", "x"),)}, False),
        ("{attachment: '*.exe'}", {"attachments": (("a.EXE", "application/x"),)}, True),
        ("{attachment: 'image/*'}", {"attachments": (("a", "image/png"),)}, True),
        ("{attachment: invoice}", {"attachments": (("Invoice 7.pdf", "application/pdf"),)}, True),
        ("{not: {attachment: '*'}}", {}, True),
        ("{size: over 5MB}", {"size": 5_000_001}, True),
        ("{size: over 5MB}", {"size": 5_000_000}, False),
        ("{size: under 1kB}", {"size": 999}, True),
        ("{language: zh}", {"language": "zh"}, True),
        ("{department: [Finance, 财务部]}", {"department": "财务部"}, True),
        ("{department: finance}", {"department": "FINANCE"}, True),
        ("{location: Berlin}", {}, False),
        ("{vip: yes}", {"vip": True}, True),
        ("{vip: yes}", {}, False),
        ("{authenticated: no}", {}, True),
        ("{authenticated: yes}", {"authenticated": True}, True),
        ("{category: other}", {}, True),
        ("{category: network}", {"category": "network"}, True),
    ],
)
def test_a_condition_holds_for_the_mail_it_describes(when, mail, held):
    assert holds(when, **mail) == held


def test_a_calendar_condition_holds_inside_its_hours():
    assert holds("{calendar: office}", now=datetime(2026, 11, 20, 9, 59, tzinfo=UTC))
    assert not holds("{calendar: office}", now=datetime(2026, 11, 20, 10, tzinfo=UTC))


def test_every_rule_says_why_it_held_or_did_not():
    book = rulebook("""
        rules:
          - name: outage
            when: {subject: [outage, down, 瘫痪, dead, gone], not: {from: "*@monitoring.example.com"}}
            set: {urgency: high}
          - {name: vpn, when: {mentions: vpn}, set: {category: network}}
          - {name: large, when: {size: over 5MB}, set: {impact: company}}
          - {name: night, when: {any: [{subject: night}, {header: {X-A: b}}]}, set: {impact: company}}
        """)
    steps = verdict(book, subject="系统瘫痪", size=6_000_000).steps
    said = [(step.name, step.hit, step.reason, step.line) for step in steps]
    assert said[:4] == [
        ("outage", True, 'subject has "瘫痪"; from has no "*@monitoring.example.com"', 3),
        ("vpn", False, 'neither subject nor text has "vpn"', 6),
        ("large", True, "size is 6.0 MB, over 5MB", 7),
        ("night", False, 'subject has no "night"; X-A has no "b"', 8),
    ]
    said = [(step.hit, step.reason) for step in verdict(book, subject="down", sender="a@monitoring.example.com").steps]
    assert said[0] == (False, 'from has "*@monitoring.example.com"')
    assert verdict(book).steps[0].reason == 'subject has none of "outage", "down", "瘫痪", "dead" and 1 more'
