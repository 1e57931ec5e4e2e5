"""The articles that these settings name, read from their folder, and the drafts that wait for a reader."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from maild.daemon.rulebook import shown
from maild.edge.shelf import HALF
from maild.edge.watched import SETTLED, Refused, Stamp, Taken, digest_of, read_text, stamp
from maild.knowledge.article import Article, read_article
from maild.knowledge.library import Library, Read, Source, read_library
from maild.problem import Problem, errors, in_file_order
from maild.settings import Settings


def read_articles(settings: Settings) -> Read:
    """Read every LANGUAGE/NAME.md; what cannot be read is left out and told of."""
    texts = {path: read_text(path, shown(path)) for path in _paths(settings)}
    unread = [text for text in texts.values() if isinstance(text, Problem)]
    found = read_library(_sources(settings, texts))
    return replace(found, problems=tuple(in_file_order([*unread, *found.problems])))


def _paths(settings: Settings) -> list[Path]:
    drafts = settings.paths.drafts
    return [path for path in sorted(settings.paths.knowledge.glob("*/*.md")) if not path.is_relative_to(drafts)]


def _sources(settings: Settings, texts: Mapping[Path, str | Problem]) -> list[Source]:
    folder = settings.paths.knowledge
    readable = ((path, text) for path, text in sorted(texts.items()) if isinstance(text, str))
    return [Source(path.relative_to(folder).as_posix(), shown(path), text) for path, text in readable]


class Shelves:
    """The articles in force, watched: each is what its file says, or what that said when it last was sound."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._stamps = self._settled = self._seen()
        self._since = 0.0
        self._news: deque[Taken | Refused] = deque()
        texts = {path: read_text(path, shown(path)) for path in self._stamps}
        self._sound = {path: text for path, text in texts.items() if not self._problems(path, text)}
        self.problems = read_articles(settings).problems
        """What was wrong at the start."""
        self.current = self._library()
        """Swapped as a whole, so that another thread sees the old ones or the new ones."""

    def look(self, moment: float) -> Taken | Refused | None:
        """Take in what has changed, once the folder is left alone; tell of one file at a time.

        Args:
            moment: seconds of a clock that never goes back.
        """
        if self._news:
            return self._news.popleft()
        seen = self._seen()
        if seen != self._stamps:
            self._stamps, self._since = seen, moment
            return None
        if seen == self._settled or moment - self._since < SETTLED:
            return None
        changed = sorted(path for path in {*seen, *self._settled} if seen.get(path) != self._settled.get(path))
        texts = {path: read_text(path, shown(path)) for path in changed if path in seen}
        if self._seen() != seen:
            return None
        self._settled = seen
        for path in changed:
            self._take(path, texts.get(path))
        self.current = self._library()
        return self._news.popleft()

    def _take(self, path: Path, text: str | Problem | None) -> None:
        problems = [] if text is None else self._problems(path, text)
        if problems:
            self._news.append(Refused(path, shown(path), tuple(problems), digest_of(text)))
            return
        self._news.append(Taken(path, shown(path), gone=text is None))
        if text is None:
            self._sound.pop(path, None)
        else:
            self._sound[path] = text

    def _seen(self) -> dict[Path, Stamp | None]:
        return {path: stamp(path) for path in _paths(self._settings)}

    def _problems(self, path: Path, text: str | Problem) -> list[Problem]:
        found = [text] if isinstance(text, Problem) else read_article(text, shown(path), path.stem, path.parent.name)
        return errors(found) if isinstance(found, list) else []

    def _library(self) -> Library:
        return read_library(_sources(self._settings, self._sound)).library


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
