"""A solved ticket becomes an article that can be read as it stands, and that tells of nobody."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maild.desk.ticket import Participant, Ticket
from maild.knowledge.article import Article, read_article
from maild.knowledge.draft import draft_article
from maild.knowledge.impersonal import MARKS, impersonal
from maild.knowledge.library import Library

NOW = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)


def solved(**fields: object) -> Ticket:
    given = {
        "number": 1042,
        "subject": "VPN asks for a code",
        "requester": "eva.lindqvist@example.com",
        "requester_name": "Eva Lindqvist",
        "language": "en",
        "opened_at": NOW,
        "status": "resolved",
        "category": "network",
        "cause": "the clock of the phone was wrong",
        "solution": "Open the settings of the phone. Set the time automatically. Ask for one new code.",
    }
    return Ticket(**{**given, **fields})


def read(ticket: Ticket, words: str = "", **others: object) -> Article:
    draft = draft_article(ticket, words, **others)
    article = read_article(draft.text, f"{draft.name}.md", draft.name, draft.language)
    assert isinstance(article, Article), (article, draft.text)
    return article


def test_an_article_has_the_problem_the_reason_and_the_steps():
    article = read(solved(), "Hello,\n\nmy VPN shows error 809 and asks for a code.\n\nThanks\nEva Lindqvist\n")
    assert article.title == "VPN asks for a code"
    assert article.steps == (
        "Open the settings of the phone.",
        "Set the time automatically.",
        "Ask for one new code.",
    )
    assert article.intro == (
        "my VPN shows error 809 and asks for a code.\n\nThe reason was: the clock of the phone was wrong"
    )
    assert article.codes == ("809",)
    assert article.keywords == ("VPN", "asks", "code")
    assert "reply" in article.closing
    assert (article.name, article.language) == ("vpn-asks-for-a-code-1042", "en")


def test_a_list_in_the_solution_gives_the_steps_and_keeps_their_order():
    text = "Please do this:\n1) Open the lid.\n2) Take the paper out,\n   slowly.\n- Close it again."
    article = read(solved(solution=text))
    assert article.steps == ("Open the lid.", "Take the paper out, slowly.", "Close it again.")
    assert article.intro.endswith("Please do this:")


def test_a_chinese_ticket_gives_a_chinese_draft():
    ticket = solved(
        subject="打印机卡纸", language="zh", requester_name="王芳", cause="纸张受潮", category="hardware",
        solution="您好，王芳！打开后盖。取出卡住的纸；换一包干燥的纸。",
    )  # fmt: skip
    draft = draft_article(ticket, "您好！\n三楼的打印机一直卡纸，报错代码 0x6100004a。\n王芳\n电话 138 0013 8000\n")
    assert "王芳" not in draft.text
    assert "138" not in draft.text
    article = read_article(draft.text, "x.md", draft.name, draft.language)
    assert article.title == "打印机卡纸"
    assert article.steps == ("打开后盖。", "取出卡住的纸；", "换一包干燥的纸。")
    assert "原因：纸张受潮" in article.intro
    assert article.codes == ("0x6100004a",)
    assert "打印机卡纸" in article.keywords
    assert draft.name == "1042"


def test_what_tells_of_a_person_is_left_out():
    words = (
        "Hi Ben,\nI am Eva Lindqvist (eva.lindqvist@example.com, +46 70 123 45 67), and eva cannot sign in.\n"
        "My password is Winter-2026! and the link is https://portal.example.com/reset?token=abc123.\n"
        "Tom Ng sits beside me.\nBest regards,\nEva\n"
    )
    ticket = solved(participants=(Participant("tom.ng@example.com", "Tom Ng"),))
    text = draft_article(ticket, words, names=("Ben Ortiz",)).text
    for told in ("Eva", "eva", "Lindqvist", "lindqvist", "Tom", "Ben", "123 45", "Winter", "abc123", "@example.com"):
        assert told not in text, told
    assert "https://portal.example.com/reset" in text
    assert "cannot sign in" in text


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("Hello Eva Lindqvist, please restart it.", "please restart it."),
        ("Good morning all,", ""),
        ("Hi, it works on one page only.", "it works on one page only."),
        ("High load on the server", "High load on the server"),
        ("Thanks, Eva", ""),
        ("Thanks to the new driver it prints: see page 3", "Thanks to the new driver it prints: see page 3"),
        ("The password is wrong", "The password is wrong"),
        ("Your new PIN is 4711.", "Your new PIN is [secret]."),
        ("error 80070005", "error 80070005"),
        ("call 0800 123 456", "call [number]"),
        ("Office does not open", "Office does not open"),
    ],
)
def test_courtesy_goes_and_what_matters_stays(line, kept):
    names = ("Eva Lindqvist", "office@example.com")
    assert impersonal(line, names, MARKS["en"], keep=("80070005",)) == kept


def test_keywords_that_articles_have_already_are_found_again():
    article = read(solved(), "shown")
    library = Library.of([Article("vpn", "en", "VPN", ("authenticator app", "nothing of it"), (), "", ("x",), "")])
    found = read(solved(), "My authenticator app shows no codes", library=library)
    assert "authenticator app" in found.keywords
    assert "nothing of it" not in found.keywords
    assert "authenticator app" not in article.keywords


def test_a_title_of_the_agents_own_takes_the_place_of_the_subject():
    assert read(solved(), title="The code does not come").title == "The code does not come"


def test_a_very_long_solution_still_fits():
    article = read(solved(solution="Do this now. " * 100, subject="x" * 500))
    assert len(article.steps) <= 12
    assert len(article.title) <= 80


NASTY = st.text(max_size=60) | st.sampled_from(
    ["---", "# x", "<b>bold</b>", "| a |", "```", "1. one\n3. three", "- a\n- b", '"', "'", ": [", "{a: b}", "\x7f",
     "\u2028", "1.", "!", "![](x)", "<", "0x00", "* ", "第一步：", "一、"]
)  # fmt: skip
TEXTS = st.lists(NASTY, max_size=5).map("\n".join)


@settings(max_examples=300)
@given(TEXTS, TEXTS, TEXTS, TEXTS, st.sampled_from(["en", "zh", "zh-TW"]), TEXTS)
def test_whatever_people_wrote_the_draft_can_be_read(subject, words, cause, solution, language, title):
    ticket = solved(subject=subject, cause=cause, solution=solution, language=language)
    assert read(ticket, words, title=title).steps


@pytest.mark.parametrize(
    ("solution", "steps"),
    [
        ("Updated the client to 5.2 and restarted it.", ("Updated the client to 5.2 and restarted it.",)),
        ("5.2 is the version that works.", ("5.2 is the version that works.",)),
        ("Step 1: Wait until 10:30.\nStep 2: Sign in.", ("Wait until 10:30.", "Sign in.")),
    ],
)
def test_numbers_within_a_sentence_are_no_numbers_of_steps(solution, steps):
    assert read(solved(solution=solution)).steps == steps
