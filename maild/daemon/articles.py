"""The articles that these settings name, read from their folder."""

from __future__ import annotations

from dataclasses import replace

from maild.daemon.rulebook import shown
from maild.edge.watched import read_text
from maild.knowledge.library import Read, Source, read_library
from maild.problem import Problem, in_file_order
from maild.settings import Settings


def read_articles(settings: Settings) -> Read:
    """Read every LANGUAGE/NAME.md; what cannot be read is left out and told of."""
    folder = settings.paths.knowledge
    sources: list[Source] = []
    unread: list[Problem] = []
    for path in sorted(folder.glob("*/*.md")):
        text = read_text(path, shown(path))
        if isinstance(text, Problem):
            unread.append(text)
        else:
            sources.append(Source(path.relative_to(folder).as_posix(), shown(path), text))
    found = read_library(sources)
    return replace(found, problems=tuple(in_file_order([*unread, *found.problems])))
