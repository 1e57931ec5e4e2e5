"""What a review says, in words and ready to be shown: the same for the page, the mail and the terminal."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Headline:
    """One figure at a glance, and how it was before."""

    label: str
    value: str
    change: str = ""
    mood: str = ""
    """good | bad | "" where neither."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table; the first column names its rows, the others hold figures."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    words: int = 1
    """How many columns, from the first on, hold words rather than figures."""


@dataclass(frozen=True, slots=True)
class Quote:
    """A word of a requester."""

    stars: str
    text: str
    about: str


@dataclass(frozen=True, slots=True)
class Section:
    """One thing a reader wants to know."""

    title: str
    say: str
    """What the picture shows, in a sentence."""
    picture: str = ""
    """HTML: the picture itself, or where a mail has it; "" where there is none."""
    table: Table | None = None
    quotes: tuple[Quote, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """A five-whys sheet for a problem, to be filled in by those who know."""

    title: str
    facts: str
    lines: tuple[str, ...]
    known: tuple[tuple[str, str], ...] = ()
    """What is known before anybody asks: what it cost, its usual causes, what helped; each with its name."""


@dataclass(frozen=True, slots=True)
class Review:
    """The whole of it."""

    title: str
    period: str
    headlines: tuple[Headline, ...] = ()
    sections: tuple[Section, ...] = ()
    sheets_title: str = ""
    sheets_say: str = ""
    sheets: tuple[Sheet, ...] = ()
    notes_title: str = ""
    notes: tuple[str, ...] = ()
