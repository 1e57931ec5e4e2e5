"""What was said on a ticket before, short enough for a phone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from maild.desk.ticket import Entry

TO_PEOPLE = ("requester", "participant")
"""The roles that never see what was said before; everybody else is of the desk."""
_MOST = 3
_LONGEST = 120


@dataclass(frozen=True, slots=True)
class Earlier:
    """One line of history, for agents."""

    at: datetime
    author: str
    text: str
    internal: bool
    """A note that the requester never saw."""


def earlier(history: Sequence[Entry], role: str, text: str) -> tuple[Earlier, ...]:
    """Give the last lines that people wrote on a ticket, the newest last.

    Args:
        history: of the ticket, all of it.
        role: of the notice; people who are not of the desk get none.
        text: what the notice tells anyway, and which is left out.
    """
    if role in TO_PEOPLE:
        return ()
    written = [
        entry
        for entry in history
        if entry.kind in ("correspondence", "comment")
        and entry.author != "maild"
        and entry.text.strip() != text.strip()
    ]
    return tuple(
        Earlier(entry.at, entry.author, _short(entry.text), entry.kind == "comment") for entry in written[-_MOST:]
    )


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1].rstrip() + "…"
