"""What a line of a mail looks like once the invisible things are out of the way."""

from __future__ import annotations

import re
from collections.abc import Sequence

_SPACES = re.compile("[\u00a0\u2007\u202f\u3000]|&nbsp;")
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\ufffc]+")

_ESCAPED = frozenset("-_*#+>=.")
DASHES = "-\u2010\u2011\u2012\u2013\u2014\u2015\u2500\u2501\uff0d\uff3f"
RULERS = DASHES + "_=*~#+.\u00b7\u2022\u2504\u2508\u25ac\u2581\u2550\uff0a\uff1d\u25a0\u25a1\u25c6\u25c7"
_RULE = re.compile(f"(?:[{re.escape(RULERS)}] ?){{3,}}$|[{re.escape(DASHES)}_]{{1,2}}$")

MOST_LINES = 100_000
"""Lines looked at one by one; a person's mail has fewer, and what is below is taken as one line, as it is."""


def split_lines(text: str) -> list[str]:
    """Split into lines, at most MOST_LINES and one more that holds the rest."""
    return text.split("\n", MOST_LINES)


def bare_lines(text: str) -> list[str]:
    """Split into lines as a reader sees them: nothing invisible, plain spaces and apostrophes, no white space around.

    Gives exactly one line for each line of `split_lines`. QQ writes a literal "&nbsp;" into its text/plain parts.
    """
    if not text.isascii() or "&nbsp;" in text:
        text = _UNSEEN.sub("", _SPACES.sub(" ", text)).replace("\u2019", "'")
    lines = [line.strip() for line in text.split("\n", MOST_LINES)]
    if "\\" in text:
        # Markdown made of HTML escapes what begins a line: \-----Original Message-----
        lines = [line[1:] if line[:1] == "\\" and line[1:2] in _ESCAPED else line for line in lines]
    return lines


def is_quoted(bare: str) -> bool:
    """Tell whether the line carries a quote mark."""
    return bare[:1] in (">", "＞") and bare != ""


def is_rule(bare: str) -> bool:
    """Tell whether the line is nothing but a ruler: ----, ____, * * *, or a single dash."""
    return len(bare) < 400 and _RULE.match(bare) is not None


def next_written(bare: Sequence[str], start: int) -> int:
    """Find the first line at or after `start` that is not blank; the number of lines where there is none."""
    while start < len(bare) and not bare[start]:
        start += 1
    return start


def says_something(bare: Sequence[str]) -> bool:
    """Tell whether any line has more than white space and rulers; a thumbs-up alone is an answer."""
    return any(line and not is_rule(line) for line in bare)


def squeeze(bare: str) -> str:
    """Make lines comparable: lower case, one space for many, without the decoration around it."""
    return " ".join(bare.lower().strip(RULERS + " \t:：<>|\\\"'[]()").split())
