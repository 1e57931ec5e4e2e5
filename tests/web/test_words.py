"""The sentences of the pages come from files, and every mistake in one has its place."""

import re

import pytest

from maild.web.words import FALLBACK, FILE, Words, read_words
from tests.web.site import PAGES, SHIPPED, WORDS


def told(text: str, known=("again", "skip", "name")) -> list[tuple[int, int, str, str]]:
    return [(one.line, one.col, one.what, one.hint) for one in read_words(text, "pages.ini", known)[1]]


def test_both_languages_say_everything():
    assert WORDS.of("en").keys() == WORDS.of("zh").keys()
    assert WORDS.of("zh-TW")["lang"] == "zh-CN"
    assert WORDS.of("fr") is WORDS.of(FALLBACK)
    for language in ("en", "zh"):
        assert read_words((SHIPPED / language / FILE).read_text(), FILE)[1] == []
    for key, sentence in WORDS.of("zh").items():
        assert key in ("lang", "name") or re.search("[\u4e00-\u9fff]", sentence), key


def test_every_sentence_is_said_by_some_page_and_every_page_says_known_ones():
    pages = "".join(path.read_text() for path in PAGES.glob("*.html"))
    said = set(re.findall(r"\bw\.(\w+)", pages))
    parts = re.findall(r'w\["(\w+)" ~', pages)
    keys = WORDS.of("en").keys()
    assert said <= keys
    used = {key for key in keys if key.startswith(tuple(parts)) or key.endswith(("_title", "_text"))}
    assert keys - said - used == {"name", "rate_missing", "too_long", "stale"} - used


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("de,en;q=0.5", "en"),
        ("", "en"),
        ("en;q=0.1, zh;q=0.9", "zh"),
        ("q=;;", "en"),
    ],
)
def test_a_page_for_nobody_speaks_the_language_the_browser_asks_for(header, language):
    assert WORDS.preferred(header) == language


def test_a_line_is_a_key_and_its_text_and_remarks_are_left_out():
    said, problems = read_words("# a remark\n\n; another\nagain = a = b <b>\nname =\n", "pages.ini", ("again", "name"))
    assert (said, problems) == ({"again": "a = b <b>", "name": ""}, [])


def test_every_mistake_is_told_with_its_place():
    assert told("agian = Look again\n") == [(1, 1, 'the pages say nothing called "agian"', 'did you mean "again"?')]
    assert told("again = one\n again = two\n") == [(2, 2, '"again" stands twice', "first in line 1")]
    assert told("again\n") == [(1, 1, "this line says no key = text", "start a remark with #")]
    assert told("= text\n") == [(1, 1, "the key before = is missing", "")]
    assert told("skip =\n")[0][2] == '"skip" says nothing'
    assert told("again = \u4e00\nname =\n") == []


def test_a_language_of_the_admins_own_is_spoken():
    words = Words({"en": {"again": "Again"}, "pt-br": {"again": "De novo"}})
    assert (words.of("pt-BR")["again"], words.of("pt")["again"]) == ("De novo", "Again")
