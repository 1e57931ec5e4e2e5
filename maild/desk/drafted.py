"""An article that somebody has still to read: drafted from a solved ticket, shown to nobody until an admin moves it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DraftArticle:
    """The text of a draft, in the form of an article."""

    name: str
    """Of its file, without .md."""
    language: str
    text: str


@dataclass(frozen=True, slots=True)
class Shelved:
    """Where a draft lies, or why it could not be laid there."""

    place: str = ""
    trouble: str = ""
