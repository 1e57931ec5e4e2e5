"""The articles that these settings name, read from their folder, and the drafts that wait for a reader."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from maild.daemon.rulebook import shown
from maild.edge.shelf import HALF
from maild.edge.watched import read_text
from maild.knowledge.article import Article, read_article
from maild.knowledge.library import Read, Source, read_library
from maild.problem import Problem, in_file_order
from maild.settings import Settings


def read_articles(settings: Settings) -> Read:
    """Read every LANGUAGE/NAME.md; what cannot be read is left out and told of."""
    folder = settings.paths.knowledge
    sources: list[Source] = []
    unread: list[Problem] = []
    for path in sorted(folder.glob("*/*.md")):
        if path.is_relative_to(settings.paths.drafts):
            continue
        text = read_text(path, shown(path))
        if isinstance(text, Problem):
            unread.append(text)
        else:
            sources.append(Source(path.relative_to(folder).as_posix(), shown(path), text))
    found = read_library(sources)
    return replace(found, problems=tuple(in_file_order([*unread, *found.problems])))


@dataclass(frozen=True, slots=True)
class Drafts:
    """What waits for somebody to read it."""

    sound: int
    problems: tuple[Problem, ...]
    """Warnings alone, for nobody is shown a draft."""


def read_drafts(settings: Settings) -> Drafts:
    """Read every draft as the article it is to become, and see whether there can be more of them."""
    folder = settings.paths.drafts
    problems: list[Problem] = []
    sound = 0
    for path in sorted(folder.glob("*/*.md")):
        text = read_text(path, shown(path))
        found = [text] if isinstance(text, Problem) else read_article(text, shown(path), path.stem, path.parent.name)
        sound += isinstance(found, Article)
        problems += found if isinstance(found, list) else []
    problems += _left_half_way(folder)
    problems += _closed(folder)
    return Drafts(sound, tuple(in_file_order(replace(problem, severity="warning") for problem in problems)))


def _left_half_way(folder: Path) -> Iterator[Problem]:
    for path in sorted(folder.glob(f"*/*{HALF}")):
        what = "this draft lost its name when maild was stopped; the agent has it by mail as well"
        yield Problem(shown(path), 0, 0, what, hint=f"delete it, or call it {path.name.removesuffix(HALF)}")


def _closed(folder: Path) -> Iterator[Problem]:
    """Say so where no draft can be written, for then it goes by mail alone."""
    there = next((place for place in (folder, *folder.parents) if place.exists()), folder)
    if not os.access(there, os.W_OK | os.X_OK):
        what = "no draft can be written here, so that what /knowledge makes goes by mail alone"
        yield Problem(shown(folder), 0, 0, what, hint='name another folder: [paths] drafts = "..."')
