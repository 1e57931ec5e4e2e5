"""`maild report`: a month as text, files and JSON; what is wrong with the arguments is told in plain words."""

from datetime import UTC, datetime

import pytest

from maild.store import open_store
from tests.report.year import fill

NOW = ("--at", "2026-11-02T09:00:00+08:00")


@pytest.fixture
def year(desk):
    store = open_store(desk.url)
    fill(store, 400, until=datetime(2026, 11, 1, tzinfo=UTC))
    store.close()
    return desk


def test_the_last_month_is_told_on_the_terminal(year):
    said = year.maild("report", *NOW)
    assert said.code == 0
    assert said.out.startswith("Monthly review: October 2026")
    assert "The problems that came back most" in said.out
    assert "月度回顾：2026年10月" in year.maild("report", "--language", "zh", *NOW).out


def test_pages_in_both_languages_and_the_figures_as_csv_are_written(year):
    said = year.maild("report", "--month", "2026-09", "--out", "review", *NOW)
    assert said.out.split() == [
        "review/review-2026-09.en.html",
        "review/review-2026-09.zh.html",
        "review/review-2026-09.csv",
        "review/review-2026-09-ratings.csv",
        "review/review-2026-09-five-whys.csv",
    ]
    for name in said.out.split():
        assert (year.folder / name).stat().st_size > 50
    assert "<svg" in (year.folder / "review/review-2026-09.zh.html").read_text("utf-8")


def test_json_has_the_figures(year):
    found = year.maild("report", "--month", "2026-09", "--json", *NOW).json
    assert found["period"] == "2026-09"
    assert found["opened"] == sum(day[1] for day in found["by_day"]) > 20
    assert found["before"]["period"] == "2026-08"


def test_a_month_that_is_not_over_says_so(year):
    assert "October 2026, so far" in year.maild("report", "--month", "2026-10", "--at", "2026-10-20 09:00").out


def test_before_and_after_are_compared(year):
    said = year.maild("report", "--compare", "2026-08-01..2026-08-31", "2026-09", *NOW)
    assert said.code == 0
    assert "Before and after: August 2026 against September 2026" in said.out
    assert "may well be chance" in said.out
    found = year.maild("report", "--compare", "2026-08", "2026-09", "--json", *NOW).json
    assert {one["measure"] for one in found["differences"]} >= {"first_response", "resolved_in_time", "rating"}
    written = year.maild("report", "--compare", "2026-08", "2026-09", "--out", "trial", *NOW)
    assert len(written.out.split()) == 3


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (("--month", "october"), "october is no month; write 2026-10"),
        (("--month", "2026-12"), "2026-12 has not begun yet"),
        (("--period", "2026-10-09..2026-10-05"), "the earlier one first"),
        (("--month", "2026-10", "--period", "2026-10"), "only one of"),
        (("--compare", "2026-09", "2026-09-30..2026-10-10"), "overlap"),
        (("--compare", "2026-09", "2026-12"), "not begun"),
        (("--language", "fr"), "neither en nor zh"),
        (("--mail", "--json"), "--mail"),
    ],
)
def test_wrong_arguments_are_told(year, words, what):
    said = year.maild("report", *words, *NOW)
    assert said.code == 2
    assert what in said.err


def test_without_a_database_there_is_nothing_to_review(desk):
    said = desk.maild("report")
    assert said.code == 1
    assert "no tickets yet" in said.err
    assert not (desk.folder / "maild.db").exists()


def test_without_a_lead_nobody_can_be_mailed(year):
    said = year.maild("report", "--mail", *NOW)
    assert said.code == 1
    assert "no queue of the rulebook has a lead" in said.err


def test_the_leads_are_mailed_when_told_so(year):
    settings = (year.folder / "maild.toml").read_text()
    year.settings(settings + '\n[paths]\nrulebook = "rules.yaml"\n')
    (year.folder / "rules.yaml").write_text(
        "agents:\n  li:\n    name: Li Jing\n    email: li@example.com\n    language: zh\n"
        "queues:\n  helpdesk:\n    agents: [li]\n    lead: li\n"
    )
    said = year.maild("report", "--mail", *NOW)
    assert said.code == 0, said.err
    assert "li@example.com" in said.out
    assert "of each month to li@example.com" in year.maild("check").out
    (row,) = year.maild("outbox", "--json").json
    assert (row["notice"], row["to"], row["subject"]) == ("monthly-review", "li@example.com", "月度回顾：2026年10月")
