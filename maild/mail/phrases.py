"""Tables of phrases: one search over many wordings in many languages, linear in the text whatever a stranger wrote."""

from __future__ import annotations

import re

import re2

_ONLY_WHETHER = re2.Options()
_ONLY_WHETHER.never_capture = True
_LABEL = re.compile(r"^\s*(?:[a-z-]+ {2,}|/ )?")


def alternatives(table: str) -> str:
    """Join the phrases of a table for a regular expression.

    A line of the table is a label (a language, a topic), two spaces or more, and phrases parted by " / "; a line that
    begins with "/ " goes on with the one above. Phrases are RE2 expressions; their apostrophes are straight.
    """
    parts = [part.strip() for line in table.splitlines() for part in _LABEL.sub("", line, count=1).split(" / ")]
    return "|".join(part for part in parts if part)


class Phrases:
    """A case-blind search for any phrase of a table.

    With `lead`, the phrases are bound to the beginning of the text, where only what `lead` matches may precede them;
    with `tail` they count only where that follows. With `lines`, every line is such a text.
    """

    def __init__(self, table: str, *, lead: str | None = None, tail: str = "", lines: bool = False) -> None:
        body = alternatives(table)
        bound = "" if lead is None else f"^({lead})"
        self._pattern = re2.compile(f"(?i{'m' if lines else ''}){bound}({body})({tail})", options=_ONLY_WHETHER)

    def found_in(self, text: str) -> bool:
        """Tell whether a phrase is in a text, also where its characters are broken."""
        return self._pattern.search(text.replace("’", "'").encode("utf-8", "replace")) is not None
