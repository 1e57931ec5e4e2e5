"""How the pages look and what they say: what the admin's folder of templates has, else what came with maild."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from maild.daemon.folders import template_folders
from maild.daemon.rulebook import shown
from maild.edge.watched import read_text
from maild.problem import Problem, in_file_order
from maild.settings import Settings, shipped
from maild.web.site import Logo
from maild.web.words import FALLBACK, FILE, Words, read_words

STYLE = "pages.css"
LOGOS: Mapping[str, str] = {"logo.svg": "image/svg+xml", "logo.png": "image/png", "logo.jpg": "image/jpeg"}
LARGEST_LOGO = 200_000
"""Octets; a telephone waits for it."""
_ELSEWHERE = re.compile(r"@import\b|url\(\s*['\"]?(?!data:)", re.IGNORECASE)
_REMARK = re.compile(r"/\*.*?\*/", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Look:
    """What the pages show besides their content."""

    words: Words
    style: str
    logo: Logo | None = None
    problems: tuple[Problem, ...] = ()


def read_look(settings: Settings) -> Look:
    """Read words, style and logo; what is wrong is told of, and what came with maild stands in for it."""
    folders = template_folders(settings)
    words, problems = _words(folders)
    style, wrong = _style(folders)
    logo, too = _logo(folders)
    return Look(words, style, logo, tuple(in_file_order([*problems, *wrong, *too])))


def _words(folders: tuple[Path, ...]) -> tuple[Words, list[Problem]]:
    ours, _ = read_words((shipped("templates") / FALLBACK / FILE).read_text("utf-8"), FILE)
    said: dict[str, dict[str, str]] = {}
    problems: list[Problem] = []
    for folder in reversed(folders):
        for path in sorted(folder.glob(f"*/{FILE}")):
            language = path.parent.name.lower()
            text = read_text(path, shown(path))
            if isinstance(text, Problem):
                problems.append(text)
                continue
            found, wrong = read_words(text, shown(path), ours)
            problems += wrong
            if language not in said and (missing := [key for key in ours if key not in found and key != "lang"]):
                what = f"{len(missing)} sentences of the pages are missing, so that they are English: {missing[0]}, ..."
                problems.append(Problem(shown(path), 0, 0, what, severity="warning"))
            said[language] = {**said.get(language, {**ours, "lang": path.parent.name}), **found}
    return Words(said), problems


def _style(folders: tuple[Path, ...]) -> tuple[str, list[Problem]]:
    for folder in folders:
        path = folder / STYLE
        if path.is_file():
            text = read_text(path, shown(path))
            if isinstance(text, Problem):
                return (shipped("templates") / STYLE).read_text("utf-8"), [text]
            return text, list(_style_problems(text, shown(path)))
    return "", []


def _style_problems(text: str, file: str) -> Iterator[Problem]:
    text = _REMARK.sub(lambda remark: re.sub(r"[^\n]", " ", remark[0]), text)
    open_at: list[int] = []
    for number, line in enumerate(text.split("\n"), 1):
        if loads := _ELSEWHERE.search(line):
            what = "the pages load nothing from elsewhere, so that this has no effect"
            yield Problem(file, number, loads.start() + 1, what, line, width=len(loads[0]), severity="warning")
        for column, letter in enumerate(line, 1):
            if letter == "{":
                open_at.append(number)
            elif letter == "}" and not open_at:
                yield Problem(file, number, column, "this } closes nothing", line)
            elif letter == "}":
                open_at.pop()
    for number in open_at[:1]:
        yield Problem(file, number, 1, "the { of this line is never closed", text.split("\n")[number - 1])


def _logo(folders: tuple[Path, ...]) -> tuple[Logo | None, list[Problem]]:
    for path in (folder / name for folder in folders for name in LOGOS):
        if path.is_file():
            picture = path.read_bytes()
            if len(picture) > LARGEST_LOGO:
                what = f"this logo has {len(picture) // 1000} KB; {LARGEST_LOGO // 1000} are the most, for telephones"
                return None, [Problem(shown(path), 0, 0, what)]
            return Logo(picture, LOGOS[path.name]), []
    return None, []
