"""Notices from templates: plain words in two languages, no stranger's words repeated, and no way to add a header."""

import re
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest
from jinja2 import UndefinedError
from jinja2.sandbox import SecurityError

from maild.desk.commands.verbs import VERBS
from maild.edge.template_check import check
from maild.edge.template_samples import sample_facts
from maild.edge.templates import FACTS, NOTICES, Templates, UnknownNotice, excerpt
from maild.mail.message import Address
from tests.edge.golden import FOLDER, LANGUAGES, STRANGERS, as_text, notices
from tests.shipped import FOLDER as SHIPPED
from tests.shipped import TEMPLATES


def own(folder: Path, **files: str) -> Templates:
    """Make templates of an admin's own folder, searched before the shipped one; `en_receipt_txt` is en/receipt.txt."""
    for name, source in files.items():
        path = folder / ("/".join(name.rsplit("_", 1)[0].split("_", 1)) + "." + name.rsplit("_", 1)[1])
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source, "utf-8")
    return Templates([folder, SHIPPED])


@pytest.mark.parametrize(
    ("name", "rendered"), list(notices()), ids=lambda value: value if isinstance(value, str) else ""
)
def test_a_notice_reads_as_agreed(name, rendered):
    assert as_text(rendered) == (FOLDER / f"{name}.txt").read_text("utf-8")
    assert rendered.html == (FOLDER / f"{name}.html").read_text("utf-8")


def test_the_shipped_templates_have_no_mistake():
    assert check(TEMPLATES) == []
    assert set(TEMPLATES.languages) == set(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("notice", [*STRANGERS, "too-large"])
def test_a_strangers_words_are_never_repeated(notice, language):
    facts = dict(sample_facts(notice, language, repeat=False))
    if facts["ticket"]:
        facts["ticket"] = replace(facts["ticket"], subject="buy-subject", requester_name="buy-name")
    facts["message"] = replace(facts["message"], subject="buy-mail", from_=(Address("buy-from", "x@y.example"),))
    facts["text"] = "buy-text"
    rendered = TEMPLATES.render(notice, language, facts)
    assert "buy" not in rendered.subject + rendered.text + rendered.html


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("notice", NOTICES)
def test_no_fact_can_add_a_header_or_a_tag(notice, language):
    evil = "Hi\r\nBcc: all@example.com\r\n\r\n<script>alert(1)</script>\u2028\0" + "x" * 5_000
    facts = dict(sample_facts(notice, language))
    if facts["ticket"]:
        facts["ticket"] = replace(
            facts["ticket"], subject=evil, requester_name=evil, requester=evil, queue=evil, assignee=evil, category=evil
        )
    files = tuple(replace(file, name=evil) for file in facts["message"].attachments)
    facts |= {"text": evil, "desk": Address(evil, evil), "recipient": evil}
    facts["message"] = replace(facts["message"], subject=evil, from_=(Address(evil, evil),), attachments=files)
    rendered = TEMPLATES.render(notice, language, facts)
    assert rendered.subject.isprintable()
    assert rendered.subject
    assert "<script" not in rendered.html


@pytest.mark.parametrize(
    ("name", "rendered"), list(notices()), ids=lambda value: value if isinstance(value, str) else ""
)
def test_the_html_is_simple_and_sound(name, rendered):
    class Reader(HTMLParser):
        stack: list[str] = []  # noqa: RUF012
        seen: set[str] = set()  # noqa: RUF012

        def handle_starttag(self, tag, attrs):
            self.seen.add(tag)
            if tag not in ("br", "meta", "img"):
                self.stack.append(tag)
            if tag in ("p", "div", "h1", "h2", "ul", "li", "body"):
                assert dict(attrs).get("style"), f"<{tag}> has no style of its own"

        def handle_endtag(self, tag):
            assert self.stack.pop() == tag

    reader = Reader()
    reader.stack, reader.seen = [], set()
    reader.feed(rendered.html)
    assert reader.stack == []
    figures = {"table", "img"} if name.startswith("monthly-review") else set()
    assert not reader.seen & ({"table", "img", "script", "link", "style", "form", "iframe"} - figures)


def test_a_language_falls_back_to_its_family_and_then_to_english():
    facts = sample_facts("receipt", "zh")
    assert TEMPLATES.render("receipt", "zh-TW", facts) == TEMPLATES.render("receipt", "zh", facts)
    assert TEMPLATES.render("receipt", "zh_Hant_HK", facts) == TEMPLATES.render("receipt", "zh", facts)
    for unknown in ("fr", "", "en-GB", "../../etc"):
        assert TEMPLATES.render("receipt", unknown, facts) == TEMPLATES.render("receipt", "en", facts)


def test_an_admins_own_file_wins_and_the_others_stay(tmp_path):
    templates = own(tmp_path, en_receipt_txt="Subject: Ours {{ ticket.number }}\n\nWe have it.\n", en_receipt_html="")
    rendered = templates.render("receipt", "en", sample_facts("receipt"))
    assert (rendered.subject, rendered.text, rendered.html) == ("Ours 1042", "We have it.\n", "")
    assert templates.render("receipt", "zh", sample_facts("receipt", "zh")).subject.startswith("VPN")
    assert templates.render("reopened", "en", sample_facts("reopened")).html


def test_an_admins_own_style_colours_every_notice(tmp_path):
    (tmp_path / "style.css").write_text("h1 { color: #123456 }\n")
    html = Templates([tmp_path, SHIPPED]).render("receipt", "en", sample_facts("receipt")).html
    assert '<h1 style="color:#123456">' in html


def test_nothing_is_read_once_the_templates_are_made(tmp_path):
    shutil.copytree(SHIPPED, tmp_path / "templates")
    templates = Templates([tmp_path / "templates"])
    shutil.rmtree(tmp_path / "templates")
    assert templates.render("receipt", "zh", sample_facts("receipt", "zh")).html


def test_a_fact_that_does_not_exist_is_an_error_and_never_an_empty_place(tmp_path):
    with pytest.raises(UndefinedError):
        own(tmp_path, en_receipt_txt="Subject: x\n\n{{ tikcet }}\n").render("receipt", "en", sample_facts("receipt"))


def test_a_fact_that_a_notice_does_not_have_is_empty(tmp_path):
    every = "|".join(f"{{{{ {fact} }}}}" for fact in FACTS)
    templates = own(tmp_path, en_receipt_txt=f"Subject: x\n\n{every}\n", en_receipt_html="")
    said = templates.render("receipt", "fr", {}).text.strip("\n").split("|")
    assert dict(zip(FACTS, said, strict=True)) == {name: str(value) for name, value in FACTS.items()}
    assert set(said) <= {"None", "", "False", "()", "0", "UTC", "en"}


def test_a_template_cannot_reach_into_python(tmp_path):
    for reach in ("ticket.__class__.__mro__", "''.__class__", "when.__globals__", "ticket.number.__class__"):
        with pytest.raises(SecurityError):
            own(tmp_path, en_receipt_txt=f"Subject: x\n\n{{{{ {reach} }}}}").render(
                "receipt", "en", sample_facts("receipt")
            )


def test_an_unknown_notice_is_named():
    with pytest.raises(UnknownNotice, match="invoice"):
        TEMPLATES.render("invoice", "en", {})


MISTAKES = {
    "en_receipt_txt": ("Subject: {{ tikcet }}\n\nx\n", "receipt.txt:1:13", "no fact", 'did you mean "ticket"?'),
    "en_reopened_txt": ("Subject: x\n\n\n{{ ticket.nmber }}\n", "reopened.txt:4:11", "nmber", ""),
    "en_progress_html": ("<p>\n{% if %}\n</p>", "progress.html:2:1", "Expected an expr", ""),
    "en_reminder_html": ("<p>\n{{ 1 / 0 }}\n</p>", "reminder.html:2:1", "division by zero", ""),
    "de_receipt_txt": ("Betreff: x\n\nx\n", "receipt.txt:1:1", "Subject", ""),
    "de_reopened_txt": ("Subject: x\nHallo\n", "reopened.txt:2:1", "must be empty", ""),
    "de_progress_txt": ("Subject: x\n\n{{ ticket.__class__ }}\n", "progress.txt:3:1", "not allowed", ""),
    "de_recipt_txt": ("Subject: x\n\nx\n", "recipt.txt", "nobody will ever get", 'did you mean "receipt"?'),
    "en_closed_txt": ("Subject: x\n\nx\n", "closed.txt", "most people see that", "write the .html as well"),
}


@pytest.fixture(scope="module")
def mistakes(tmp_path_factory):
    """What is told of a folder with every mistake in it."""
    sources = {name: source for name, (source, *_) in MISTAKES.items()}
    return check(own(tmp_path_factory.mktemp("mistakes"), **sources))


@pytest.mark.parametrize(("place", "what", "hint"), [told for _, *told in MISTAKES.values()])
def test_a_mistake_is_told_with_its_place_whatever_else_is_wrong(mistakes, place, what, hint):
    [problem] = [found for found in mistakes if what in found.what and found.place.endswith(place)]
    assert hint in problem.hint


def test_a_file_of_another_encoding_is_told(tmp_path):
    templates = own(tmp_path, de_receipt_txt="Subject: x\n\nx\n")
    (tmp_path / "de" / "receipt.txt").write_bytes("Subject: x\n\nGrüße\n".encode("latin-1"))
    [problem] = check(Templates([tmp_path, SHIPPED]))
    assert (problem.line, problem.what) == (3, "this file is not UTF-8")
    assert check(templates) == []


def test_a_missing_fallback_is_told(tmp_path):
    shutil.copytree(SHIPPED / "zh", tmp_path / "zh")
    for frame in SHIPPED.glob("*.html"):
        shutil.copy(frame, tmp_path)
    assert [problem.file for problem in check(Templates([tmp_path]))] == sorted(
        f"en/{notice}.txt" for notice in NOTICES
    )


def test_an_excerpt_ends_with_an_ellipsis_where_more_follows():
    assert excerpt("a\n\nb") == ["a", "b"]
    assert excerpt("a\n\n\nb", blank=True) == ["a", "", "b"]
    assert excerpt("a\nb\nc", lines=2) == ["a", "b …"]
    assert excerpt("abcdef", characters=3) == ["abc…"]
    assert excerpt("abcdef\ng", characters=3) == ["abc …"]
    assert excerpt("") == []


def test_a_promise_that_is_past_is_not_repeated_when_a_ticket_is_opened_again():
    facts = {**sample_facts("reopened"), "now": datetime(2026, 12, 24, tzinfo=UTC)}
    rendered = TEMPLATES.render("reopened", "en", facts)
    assert "23 November" not in rendered.text + rendered.html
    assert "as soon as we can" in rendered.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_help_says_of_every_verb_what_it_does(language):
    facts = {**sample_facts("transcript", language), "reasons": (), "undo": False}
    for verb in VERBS:
        listed = TEMPLATES.render("transcript", language, {**facts, "verbs": (verb,)}).text.rpartition("\n\n")[2]
        said = listed.replace(f"/{verb.name}", "", 1).replace(f"/{verb.chinese[0]}", "", 1)
        assert said.strip(), verb.name


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("notice", ["new-ticket", "transcript", "wait-over", "ask-word", "confirm"])
def test_what_an_agent_taps_looks_like_a_button(notice, language):
    html = TEMPLATES.render(notice, language, sample_facts(notice, language, repeat=notice != "transcript")).html
    taps = re.findall(r"<a [^>]*mailto:[^>]*>", html)
    assert taps
    assert all("padding:" in tap and "background:" in tap for tap in taps)
