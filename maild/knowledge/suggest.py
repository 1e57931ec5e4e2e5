"""Which articles go into a receipt: few, and only those that very likely help."""

from __future__ import annotations

from maild.knowledge.article import Article
from maild.knowledge.library import Library

MOST = 2
"""Articles that a person reads while he waits."""
ENOUGH = 6.5
"""The score from which an article is worth a requester's time; a sign that says so outright is wanted beside it."""
NEARLY = 0.75
"""What share of the best score the second article needs."""
READ = 1500
"""Characters of a mail that are looked at."""


def suggestions(library: Library, subject: str, text: str, language: str) -> list[Article]:
    """Give the articles that fit a new mail, the best first; none where that is not sure."""
    hits = library.search(text[:READ], language, MOST, subject)
    sure = [hit for hit in hits if hit.sure and hit.score >= ENOUGH]
    return [hit.article for hit in sure if hit.score >= NEARLY * sure[0].score]
