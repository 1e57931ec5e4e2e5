"""What a requester thinks of the help: 1-5 and a comment, given on a page or as the first words of a mail."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

BEST = 5
CHANGEABLE = timedelta(days=7)
"""How long after the first rating it can be changed."""
LONGEST_COMMENT = 2_000
_LONGEST_BY_MAIL = 300

_RATING = re.compile(
    r"\s*(?:(?:my )?(?:rating|score)\s*(?:is\b)?[:：]?|(?:我的)?(?:评分|评价|打分)[:：是]?|我?(?:打|给))?"
    r"\s*([1-5１-５])\s*(?:/\s*5(?!\d)|(?:out )?of 5(?=\s*(?:[.,;:!，。；！-]|$))|(?:stars?|points?)\b|[分星颗★])?(.*)",
    re.DOTALL | re.IGNORECASE,
)
_STARS = re.compile(r"\s*([★⭐]{1,5})️?(.*)", re.DOTALL)
_APART = re.compile(r"[\s,.:;!，。：；！、-]")
_COUNTING = re.compile(
    r"\s*(?:of\b|more\b|other\b|people\b|persons?\b|users?\b|colleagues?\b|computers?\b|devices?\b|printers?\b|"
    r"laptops?\b|times?\b|minutes?\b|hours?\b|days?\b|weeks?\b|questions?\b|things?\b|problems?\b|errors?\b|files?\b|"
    r"mails?\b|e-?mails?\b|monitors?\b|screens?\b|phones?\b|rooms?\b|accounts?\b|folders?\b|tickets?\b|keyboards?\b|"
    r"headsets?\b|licen[cs]es?\b|programs?\b|apps?\b|teams?\b|floors?\b|cables?\b|months?\b|years?\b|"
    r"[个台次天人名位份封条号点月年楼层室小分钟种件])",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Rating:
    """One rating, as it was last given."""

    ticket: int
    score: int
    """1 (bad) to 5 (very good)."""
    comment: str
    by: str
    """The requester's address."""
    source: str
    """web | mail"""
    at: datetime
    """When it was given first."""
    changed_at: datetime


def read_rating(text: str) -> tuple[int, str] | None:
    """Read `5 quick and friendly`, `4/5`, `5分 很快` or `★★★★★` at the start of a short mail; None in any doubt.

    Numbers that count things ("5 people cannot print"), questions, lists and long mails are no ratings.
    """
    text = text.strip()
    stars = _STARS.fullmatch(text)
    match = stars or _RATING.fullmatch(text)
    if not match or len(text) > _LONGEST_BY_MAIL:
        return None
    score = len(match[1]) if stars else int(match[1])
    rest = match[2]
    glued = match.end(1) == match.start(2)
    if rest and glued and not stars and not _APART.match(rest):
        return None
    if re.match(r"[.,:]?\d|[.)]\s|\s*[-/.:]\s*\d", rest) or _COUNTING.match(rest) or "?" in rest or "？" in rest:
        return None
    return score, tidy(rest.lstrip(" \t\r\n,.:;!，。：；！、-–—"))


def tidy(comment: str) -> str:
    """Give a comment as it is kept: no characters that show nothing, no more than its longest length."""
    kept = "".join(c for c in comment.replace("\r\n", "\n").replace("\r", "\n") if c == "\n" or c.isprintable())
    return kept.strip()[:LONGEST_COMMENT]


def changeable(rating: Rating | None, now: datetime) -> bool:
    """Tell whether a rating may still be given or changed."""
    return rating is None or now - rating.at < CHANGEABLE
