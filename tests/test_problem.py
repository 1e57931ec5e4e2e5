"""A problem is shown with its place, its line, a caret under the very word, and a hint."""

import json

from maild.problem import Problem, did_you_mean, errors, in_file_order, render

HOTS = Problem(
    "maild.toml", 3, 1, 'unknown setting "hots" in [mailbox]', 'hots = "imap.example.com"', 'did you mean "host"?', 4
)


def test_a_problem_reads_as_place_sentence_line_caret_and_hint():
    assert render([HOTS]) == (
        'maild.toml:3:1: unknown setting "hots" in [mailbox]\n'
        '    hots = "imap.example.com"\n'
        "    ^^^^\n"
        '    did you mean "host"?'
    )


def test_a_problem_of_a_whole_file_has_neither_line_nor_caret():
    assert render([Problem("maild.toml", 0, 0, "cannot be read")]) == "maild.toml: cannot be read"


def test_a_warning_says_that_it_is_one():
    assert render([Problem("a", 1, 1, "is old", severity="warning")]) == "a:1:1: warning: is old"


def test_the_caret_stands_under_the_word_behind_chinese_letters_and_tabs():
    shown = render([Problem("rules.yaml", 1, 6, "unknown", "\t队列: 網x", width=2)])
    assert shown.splitlines()[1:] == ["    \t队列: 網x", "    \t      ^^^"]


def test_a_caret_past_the_end_of_its_line_stands_right_behind_it():
    assert render([Problem("a", 1, 40, "ends too early", "x = ")]).splitlines()[2] == "        ^"


def test_github_gets_annotations_with_its_own_escapes():
    problem = Problem("a,b:c.toml", 2, 7, "50% is\nwrong", hint="say 0.5")
    assert render([problem], "github") == "::error file=a%2Cb%3Ac.toml,line=2,col=7::50%25 is%0Awrong (say 0.5)"


def test_json_is_one_array_with_every_field_in_plain_letters():
    assert json.loads(render([HOTS], "json")) == [
        {
            "file": "maild.toml",
            "line": 3,
            "col": 1,
            "what": 'unknown setting "hots" in [mailbox]',
            "source": 'hots = "imap.example.com"',
            "hint": 'did you mean "host"?',
            "width": 4,
            "severity": "error",
        }
    ]
    assert "瘫痪" in render([Problem("a", 1, 1, "瘫痪")], "json")


def test_problems_are_read_in_the_order_of_the_file():
    first, second, whole = Problem("a", 2, 9, "b"), Problem("a", 10, 1, "c"), Problem("a", 0, 0, "a")
    assert in_file_order([second, first, whole]) == [whole, first, second]


def test_warnings_are_no_errors():
    assert errors([HOTS, Problem("a", 1, 1, "is old", severity="warning")]) == [HOTS]


def test_a_near_word_is_offered_and_a_far_one_is_not():
    assert did_you_mean("Hots", ["host", "port"]) == 'did you mean "host"?'
    assert did_you_mean("colour", ["host", "port"]) == ""
