"""Try every template with made-up facts, and tell each mistake with its place before a requester meets it."""

from __future__ import annotations

import re
import traceback
from collections.abc import Iterator
from dataclasses import replace
from pathlib import PurePosixPath

from jinja2 import TemplateSyntaxError, UndefinedError
from jinja2.sandbox import SecurityError

from maild.edge.template_samples import sample_facts
from maild.edge.templates import FACTS, FALLBACK, NOTICES, SUBJECT, TemplateFile, Templates
from maild.problem import Problem, did_you_mean, in_file_order

_UNDEFINED = re.compile(r"'([^']+)' is undefined")
_NO_ATTRIBUTE = re.compile(r"has no attribute '([^']+)'")


def check(templates: Templates) -> list[Problem]:
    """List every mistake in file order; an empty list means that each notice renders in every language."""
    found = [*_missing(templates), *_unknown_names(templates), *_half_overridden(templates), *_subjects(templates)]
    found += _wrong_encodings(templates)
    for language in templates.languages:
        for notice in (*NOTICES, *(f"canned/{name}" for name in templates.canned)):
            if f"{language}/{notice}.txt" in templates.files:
                found += _tried(templates, notice, language)
    return in_file_order(dict.fromkeys(found))


def _missing(templates: Templates) -> Iterator[Problem]:
    for notice in NOTICES:
        if f"{FALLBACK}/{notice}.txt" not in templates.files:
            yield Problem(
                f"{FALLBACK}/{notice}.txt", 0, 0, "this template is missing, and every language falls back to it"
            )


def _unknown_names(templates: Templates) -> Iterator[Problem]:
    for name, file in templates.files.items():
        path = PurePosixPath(name)
        if len(path.parts) == 2 and not path.stem.startswith("_") and path.stem not in NOTICES:
            what = f'no notice is called "{path.stem}", so nobody will ever get this one'
            yield Problem(str(file.path), 0, 0, what, hint=did_you_mean(path.stem, NOTICES), severity="warning")


def _half_overridden(templates: Templates) -> Iterator[Problem]:
    """Find notices whose text is the admin's own and whose HTML is not, or the other way round."""
    for name, file in templates.files.items():
        stem, dot, kind = name.rpartition(".")
        twin = templates.files.get(stem + dot + ("html" if kind == "txt" else "txt"))
        if "/" in name and twin is not None and twin.rank > file.rank:
            if kind == "txt":
                what, hint = "the HTML of this notice is not yours, and most people see that", "write the .html as well"
            else:
                what, hint = "the text of this notice is not yours, and some people see that", "write the .txt as well"
            yield Problem(str(file.path), 0, 0, what, hint=f"{hint}; now it is {twin.path}", severity="warning")


def _subjects(templates: Templates) -> Iterator[Problem]:
    for name, file in templates.files.items():
        if name.endswith(".txt"):
            first, _, rest = file.source.partition("\n")
            if not first.startswith(SUBJECT):
                yield Problem(
                    str(file.path), 1, 1, 'the first line must be "Subject: ..."', first, width=len(first) or 1
                )
            elif rest.partition("\n")[0].strip():
                second = rest.partition("\n")[0]
                yield Problem(
                    str(file.path), 2, 1, "the line after the subject must be empty", second, width=len(second)
                )


def _wrong_encodings(templates: Templates) -> Iterator[Problem]:
    for file in templates.files.values():
        lines = file.source.split("\n")
        number = next((number for number, line in enumerate(lines, 1) if "\ufffd" in line), 0)
        if number:
            line = lines[number - 1]
            what = "this file is not UTF-8"
            yield Problem(str(file.path), number, line.index("\ufffd") + 1, what, line, "save it again as UTF-8")


def _tried(templates: Templates, notice: str, language: str) -> Iterator[Problem]:
    """Render a notice for a known sender and for a stranger, with due times and without."""
    for repeat in (True, False):
        facts = dict(sample_facts(notice, language, repeat=repeat))
        if not repeat and facts["ticket"] is not None:
            facts["ticket"] = replace(facts["ticket"], first_response_due=None, resolution_due=None, requester_name="")
            facts["message"] = None
        try:
            templates.render(notice, language, facts)
        except TemplateSyntaxError as error:
            yield _at(templates, error.filename, error.lineno, f"{error.message}")
        except Exception as error:
            yield _failed(templates, error, f"{language}/{notice}.txt")


def _failed(templates: Templates, error: Exception, name: str) -> Problem:
    paths = {str(file.path) for file in templates.files.values()}
    places = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename in paths]
    path, line = (places[-1].filename, places[-1].lineno or 0) if places else (str(templates.files[name].path), 0)
    words = str(error)
    if isinstance(error, UndefinedError) and (unknown := _UNDEFINED.search(words)):
        what = f'there is no fact called "{unknown.group(1)}"'
        return _at(templates, path, line, what, unknown.group(1), did_you_mean(unknown.group(1), FACTS))
    if isinstance(error, UndefinedError) and (unknown := _NO_ATTRIBUTE.search(words)):
        return _at(templates, path, line, words, unknown.group(1))
    if isinstance(error, SecurityError):
        return _at(templates, path, line, f"this is not allowed in a template: {words}")
    return _at(templates, path, line, f"it fails with made-up facts: {words or type(error).__name__}")


def _at(templates: Templates, path: str | None, line: int, what: str, word: str = "", hint: str = "") -> Problem:
    """Point at a line of a template, and at a word of it where one is meant."""
    file = next((file for file in templates.files.values() if str(file.path) == path), None)
    source = _line(file, line)
    start = source.find(word) if word else -1
    if start < 0:
        start, word = len(source) - len(source.lstrip()), source.strip() or " "
    return Problem(path or "", line, start + 1 if line else 0, what, source, hint, len(word))


def _line(file: TemplateFile | None, number: int) -> str:
    lines = file.source.split("\n") if file else []
    return lines[number - 1] if 0 < number <= len(lines) else ""
