"""The page says what the figures say, in both languages, and lets no requester's word become markup."""

import csv
import io
import json
import re
import string
from datetime import date, datetime, timedelta

import pytest

from maild.desk.calendar import Calendar, Span
from maild.mail.message import Address
from maild.report.compare import compare
from maild.report.effort import cost_of
from maild.report.figures import figures
from maild.report.page import Material, review_of
from maild.report.period import month_of
from maild.report.plain import review_fields
from maild.report.problems import returning
from maild.report.sheet import comparison_csv, figures_csv, whys_csv
from maild.report.trial import trial_page
from maild.report.words import WORDS, Speech
from tests.report.test_figures import LATER, OCTOBER, at, ticket
from tests.report.year import OFFICE, ZONE
from tests.shipped import TEMPLATES

SEPTEMBER = OCTOBER.before
EVIL = '<script>alert(1)</script> "=cmd'


def month(*tickets, reopenings=()) -> Material:
    def of(period):
        return figures(tickets, reopenings, period, lambda _: OFFICE, LATER)

    return Material(
        of(OCTOBER), of(SEPTEMBER), returning(tickets, OCTOBER, cost_of(lambda _: OFFICE, LATER)), {"li": "Li Jing"}
    )


BUSY = month(
    ticket(1, opened_at=at(9, month=9), resolved_at=at(10, month=9)),
    *(
        ticket(
            n, subject=f"VPN drops{' again' * (n % 2)}", category="network", opened_at=at(n),
            rating=n % 5 + 1, rated_at=at(n, 14), first_response_due=at(n, 11),
            first_responded_at=at(n, 10), resolution_due=at(n, 12), resolved_at=at(n, 13),
        )
        for n in range(5, 10)
    ),
    ticket(
        20, subject=EVIL, category=EVIL, assignee=EVIL, rating=1, comment=EVIL, rated_at=at(14), opened_at=at(12),
        closed_at=at(13),
    ),
)  # fmt: skip


def review_pages(language: str) -> list[tuple[str, str]]:
    """Give the pages that a manager opens in a browser, by name."""
    say = Speech(language)
    days = tuple(trial(range(20, 60), range(1, 40)).values())
    return [
        ("month", html(review_of(BUSY, say, lambda picture: picture.svg), language)),
        ("comparison", html(trial_page(OCTOBER, month_of(date(2026, 11, 1), ZONE), days, say), language)),
    ]


def html(review, language: str) -> str:
    facts = {"review": review, "desk": Address("IT", "support@example.com"), "zone": "UTC", "now": LATER}
    return TEMPLATES.render("monthly-review", language, facts).html


def test_both_languages_say_the_same_things():
    assert WORDS["en"].keys() == WORDS["zh"].keys()
    for key, english in WORDS["en"].items():
        assert fields(english) == fields(WORDS["zh"][key]), key
        assert re.search("[\u4e00-\u9fff]", WORDS["zh"][key]), key


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_page_shows_the_figures(language):
    page = html(review_of(BUSY, Speech(language), lambda picture: picture.svg), language)
    assert page.count("<svg") == page.count("</svg>") >= 6
    assert "VPN drops" in page
    assert "Li Jing" in page
    assert {"en": "October 2026", "zh": "2026年10月"}[language] in page
    assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", page)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_word_of_a_requester_becomes_markup(language):
    page = html(review_of(BUSY, Speech(language), lambda picture: picture.svg), language)
    assert "<script" not in page
    assert "&lt;script" in page


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_sheet_says_what_is_known_of_a_problem_and_a_table_what_each_category_cost(language):
    say = Speech(language)
    known = {"cause": "wrong gateway", "solution": "Set the gateway right.", "touches": 3}
    busy = month(*(ticket(n, subject="VPN drops", opened_at=at(n), resolved_at=at(n, 13), **known) for n in (5, 6)))
    review = review_of(busy, say, lambda picture: picture.svg)
    (sheet,) = review.sheets
    told = dict(sheet.known)
    assert told[say("known_causes")] == say("times", text="wrong gateway", count=2)
    assert told[say("known_solutions")] == say("times", text="Set the gateway right.", count=2)
    assert say.length(timedelta(hours=8)) in told[say("known_cost")]
    cost = next(section for section in review.sections if section.title == say("cost_title"))
    hours = [say.length(timedelta(hours=n)) for n in (8, 4, 4)]
    assert cost.table.rows == ((say.category("hardware"), "2", *hours, "6", "3.0"),)
    page = html(review, language)
    assert "wrong gateway" in page
    assert say("cost_title") in page


def test_the_csv_tells_effort_causes_and_what_helped():
    busy = month(
        *(ticket(n, subject="VPN", opened_at=at(n), resolved_at=at(n, 13), cause="=x", touches=1) for n in (5, 6))
    )
    rows = read_csv(figures_csv(busy.figures, busy.before, busy.problems))
    assert ["category", "hardware", "effort on the desk", "480.0", ""] in rows
    head, row = read_csv(whys_csv(busy.problems))
    told = dict(zip(head, row, strict=True))
    assert (told["solved"], told["desk minutes"], told["mails and notes"]) == ("2", "480.0", "2")
    assert (told["causes"], told["solutions"]) == ("'=x (2)", "")


def test_headlines_tell_good_from_bad():
    slow = [ticket(n, opened_at=at(n, month=9), first_responded_at=at(n, 17, month=9)) for n in range(1, 12)]
    fast = [ticket(50 + n, opened_at=at(n), first_responded_at=at(n, 10)) for n in range(1, 12)]
    answer = next(one for one in review_of(month(*slow, *fast), Speech("en"), str).headlines if "First" in one.label)
    assert (answer.value, answer.change, answer.mood) == ("1 h", "before: 8 h", "good")
    worse = [ticket(50 + n, opened_at=at(n), first_responded_at=at(n + 7)) for n in range(1, 12)]
    answer = next(one for one in review_of(month(*slow, *worse), Speech("en"), str).headlines if "First" in one.label)
    assert answer.mood == "bad"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_month_without_a_ticket_is_a_page_without_a_figure(language):
    review = review_of(month(), Speech(language), lambda picture: picture.svg)
    assert "–" in [one.value for one in review.headlines]
    assert html(review, language)


@pytest.mark.parametrize(
    ("minutes", "english", "chinese"),
    [
        (0, "0 min", "0 分钟"),
        (59, "59 min", "59 分钟"),
        (60, "1 h", "1 小时"),
        (200, "3 h 20 min", "3 小时 20 分"),
        (599.9, "10 h", "10 小时"),
        (1890, "32 h", "32 小时"),
    ],
)
def test_lengths_are_written_for_people(minutes, english, chinese):
    assert Speech("en").length(timedelta(minutes=minutes)) == english
    assert Speech("zh-CN").length(timedelta(minutes=minutes)) == chinese


def read_csv(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def test_the_csv_opens_in_excel_and_holds_no_formula():
    content = figures_csv(BUSY.figures, BUSY.before, BUSY.problems)
    assert content.startswith(b"\xef\xbb\xbf")
    rows = read_csv(content)
    assert rows[0] == ["about", "name", "measure", "2026-10", "2026-09"]
    assert ["all", "", "opened", "6", "1"] in rows
    assert ["category", "network", "opened", "5", ""] in rows
    assert [row[3:] for row in rows if row[0] == "problem"] == [["5", "0"]]
    assert {len(row) for row in rows} == {5}
    evil = month(ticket(1, subject="=HYPERLINK(1)"), ticket(2, subject="=HYPERLINK(1)"))
    assert read_csv(whys_csv(evil.problems))[1][0] == "'=HYPERLINK(1)"


def test_json_has_every_figure_and_nothing_that_json_has_not():
    found = json.loads(json.dumps(review_fields(BUSY)))
    assert (found["period"], found["opened"], found["before"]["opened"]) == ("2026-10", 6, 1)
    assert found["first_response"] == {"count": 5, "median": 3600, "ninetieth": 3600}
    assert found["answered_in_time"] == {"part": 5, "whole": 5, "value": 1.0}
    assert "times" not in found


def trial(before_hours, after_hours):
    def side(hours, number):
        opened = at(5, month=number)
        return [ticket(n, opened_at=opened, resolved_at=opened + timedelta(hours=h)) for n, h in enumerate(hours)]

    always = Calendar("always", ZONE, ((Span(0, 1440),),) * 7)

    def of(tickets, period):
        return figures(tickets, (), period, lambda _: always, LATER)

    november = month_of(date(2026, 11, 1), ZONE)
    found = compare(of(side(before_hours, 10), OCTOBER), of(side(after_hours, 11), november), always)
    return {one.measure: one for one in found}


def test_a_clear_gain_is_called_one():
    found = trial(range(20, 60), range(1, 40))["resolution"]
    assert (found.verdict, found.better) == ("sure", True)
    assert found.before == timedelta(hours=39.5)
    assert found.after == timedelta(hours=20)
    assert found.superiority > 0.8


def test_a_loss_is_called_one():
    assert trial(range(1, 40), range(20, 60))["resolution"].better is False


def test_what_can_be_chance_is_not_called_a_gain():
    found = trial(range(1, 40), range(39))["resolution"]
    assert (found.verdict, found.better) == ("chance", None)


def test_of_too_few_nothing_is_said():
    found = trial(range(100, 109), range(1, 10))["resolution"]
    assert (found.verdict, found.better, found.chance) == ("few", None, 1.0)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_trial_page_gives_its_verdict_in_words(language):
    found = tuple(trial(range(20, 60), range(1, 40)).values())
    say = Speech(language)
    review = trial_page(OCTOBER, month_of(date(2026, 11, 1), ZONE), found, say)
    cells = {row[0]: row for row in review.sections[0].table.rows}
    assert cells[say("resolution")][3] == say("sure_better")
    assert cells[say("rating")][3] == say("few")
    assert html(review, language).count("<tr>") == 9
    assert len(read_csv(comparison_csv(found, "a", "b"))) == 9


def test_the_year_is_drawn_by_months_and_a_quarter_by_weeks():
    from maild.report.page import _over_time
    from maild.report.period import read_period

    def labels(text):
        period = read_period(text, ZONE)
        found = figures([], (), period, lambda _: OFFICE, datetime(2027, 1, 1, tzinfo=ZONE))
        return [label for label, _, _ in _over_time(found, Speech("en"))]

    assert labels("2026-01-01..2026-12-31")[::5] == ["Jan", "Jun", "Nov"]
    assert len(labels("2026-01-01..2026-12-31")) == 12
    assert len(labels("2026-01-01..2026-03-31")) == 14
    assert labels("2026-02") == [str(n) for n in range(1, 29)]
