"""Attribution lines: where "On that day this person wrote:" begins, how many lines it takes, or that it is prose."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Sequence

import maild.mail.body.wrote as wrote
import maild.mail.body.wrote_east as wrote_east
from maild.mail.body.lines import DASHES, is_quoted

_MOST_LINES = 5
_LONGEST = 500
_ENDS = frozenset(":：-—–*>)" + DASHES)
_BEFORE, _BEHIND = DASHES + "*_<>| \t", DASHES + "*_| \t"
_SENTENCE_END = re.compile(r"[.!?。！？]$")
_AFTER_MOMENT = re.compile(r"\d+|(?:[AaPp]\.?[Mm]\b\.?|Uhr|GMT|UTC|CES?T|[A-Z]{3,4}T)[,\s]")
_DAY_NEXT = re.compile(r"(?:[^\W\d_]{1,14}[.,]{0,2}\s?){0,3}\d")
_YEAR_ONLY = re.compile(r"\d{4}[\s,]")

_LOG_VERBS = ("wrote", "writes", "says", "said")
"""A client that speaks English says "On" before the date; what has none is the line of a log."""
_LOGGED = re.compile(r"\b(?:fail(?:ed|ure)|error|warning|login|denied|refused|rejected|connect\w*|for|deferred)\b")
_RULED_BOTH = re.compile(rf"[{DASHES}]{{3}}.*[{DASHES}]{{3}}$")

_NO, _WEAK, _DATED, _SURE = range(4)


def may_end_attribution(bare: str) -> bool:
    """Tell cheaply whether an attribution could end in this line."""
    return bare[-1] in _ENDS or bare.endswith(wrote.VERB_ENDS) or bare[:2] == "20" or bare.startswith("Posted by ")


def attribution_start(bare: Sequence[str], end: int, floor: int, quote_follows: bool) -> int | None:
    """Find the line in which the attribution that ends in line `end` begins; None where there is none.

    Clients wrap it over up to five lines. `floor` is the first line it may begin in; `quote_follows` tells whether
    the next written line carries a quote mark, which makes a short "Bob wrote:" believable.
    """
    if len(bare[end]) > _LONGEST or not _may_be(bare, end, floor):
        return None
    best, best_start = _NO, None
    for start, joined in _joined_upwards(bare, end, floor):
        if best == _SURE and not _opens_dated(bare[start]):
            break
        # A ">" without its "<" says that the address began in the line above; a 于 follows the name.
        named_above = joined[0] in "于於" and start > floor and "@" in bare[start - 1]
        begun = named_above or joined.count(">") > joined.count("<")
        verdict = _NO if begun else _judge(joined, quote_follows)
        if verdict == _SURE and _is_whole_date(joined):
            return start
        if verdict > best or verdict == best == _SURE:
            best, best_start = verdict, start
    return best_start


def _may_be(bare: Sequence[str], end: int, floor: int) -> bool:
    line = bare[end]
    window = " ".join(part for part in bare[max(floor, end - _MOST_LINES + 1) : end + 1] if len(part) <= _LONGEST)
    if "@" in window or wrote.VERB.search(window.lower()):
        return True
    return any(shape.match(line) for shape in (wrote.GMT_LINE, wrote.POSTED_BY)) or line.startswith("Excerpts from ")


def _joined_upwards(bare: Sequence[str], end: int, floor: int) -> Iterator[tuple[int, str]]:
    """Give the line alone, then joined with the one above it, and so on."""
    line = joined = bare[end]
    yield end, joined
    for start in range(end - 1, max(floor, end - _MOST_LINES + 1) - 1, -1):
        part = bare[start]
        if not part:
            # Some clients leave the verb or the address alone below a blank line.
            if start == end - 1 and len(line) <= 80 and (wrote.VERB.match(line.lower()) or line[0] == "<"):
                continue
            return
        if is_quoted(part) or len(part) + len(joined) > _LONGEST:
            return
        joined = f"{part} {joined}"
        yield start, joined


def _opens_dated(part: str) -> bool:
    if _SENTENCE_END.search(part):
        return False
    return wrote.OPENER.match(part.lower()) is not None and any(c.isdigit() for c in part)


def _is_whole_date(joined: str) -> bool:
    """Tell an attribution that starts with its date from the second line of one that was wrapped within its date."""
    low = joined.lower()
    if not wrote.FULL_DATE.search(low):
        return False
    opener = wrote.OPENER.match(low)
    if opener is None:
        return not (wrote.DATE_START.match(low) and _YEAR_ONLY.match(low))
    date = low[opener.end() :]
    return _DAY_NEXT.match(date) is not None and not wrote.CLOCK.match(date)


def _judge(joined: str, quote_follows: bool) -> int:
    text = " ".join(joined.lstrip(_BEFORE).rstrip(_BEHIND).split())
    if not text or wrote.SERVER.search(text):
        return _NO
    low = text.lower()
    if not text.isascii():
        verdict = _judge_east(low, quote_follows)
        if verdict is not None:
            return verdict
    colon = text[-1] in ":："
    if wrote.CATALAN.match(low) or (wrote.SENT.match(low) and wrote.CLOCK.search(low)):
        return _SURE
    if quote_follows and wrote.QUOTING.match(low):
        return _WEAK
    if (quote_follows or (colon and not _LOGGED.search(low))) and any(
        shape.match(text) for shape in (wrote.OLD_GMAIL, wrote.GMT_LINE, wrote.POSTED_BY)
    ):
        return _SURE
    verb = _last(wrote.VERB, low)
    if verb is None:
        return _judge_verbless(text, low) if colon else _NO
    dashed = joined[0] in DASHES and joined[-1] in DASHES
    tail = low[verb.end() :].strip(" :：.")
    if not (colon or dashed or (not tail and (quote_follows or wrote.ADDRESS.search(low)))):
        return _NO
    if len(tail.split()) > 14 or _is_sentence(text, text[: verb.start()], tail):
        return _NO
    if dashed and not tail and len(text.split()) <= 6 and _RULED_BOTH.match(joined):
        return _WEAK
    return _judge_verbal(text, low, verb, tail, quote_follows)


def _last(shape: re.Pattern[str], text: str) -> re.Match[str] | None:
    found = deque(shape.finditer(text), maxlen=1)
    return found[0] if found else None


def _is_sentence(text: str, before: str, tail: str) -> bool:
    """Tell "At 10:30 the server wrote:" from a client's line, which names somebody."""
    if wrote.FIRST_PERSON.search(text):
        return True
    if wrote.ADDRESS.search(text):
        return False
    subject = _AFTER_MOMENT.split(before)[-1].strip(" ,.") or tail
    return wrote.ARTICLE.match(subject) is not None


def _judge_verbal(text: str, low: str, verb: re.Match[str], tail: str, quote_follows: bool) -> int:
    """Judge a line with a verb by its opening word, its date and hour, its address, and where they stand."""
    colon = text[-1] in ":："
    address = wrote.ADDRESS.search(low)
    clock, dated = wrote.CLOCK.search(low), wrote.FULL_DATE.search(low)
    opener = wrote.OPENER.match(low)
    if opener is not None and opener.end() < verb.start():
        day = quote_follows and wrote.DAY_AND_MONTH.search(low)
        if clock or dated or day or (address and any(c.isdigit() for c in low)):
            return _SURE
    if clock and dated and dated.start() > verb.end() and len(low[: verb.start()].split()) <= 6:
        return _SURE
    if low[0].isdigit() and not (address or quote_follows) and verb[0] in _LOG_VERBS:
        return _NO
    if wrote.DATE_START.match(low) and (address or clock):
        return _SURE if address and (clock or dated) else _DATED
    if colon and not tail and wrote.DAY_START.match(low):
        return _DATED
    if address and len(low[: address.start()].split()) <= 6:
        if any(moment and moment.start() > address.end() for moment in (clock, dated)):
            return _SURE
        if colon and not tail and address.end() <= verb.start() and low[address.end() : verb.start()].count(" ") <= 3:
            return _WEAK
    if not (quote_follows and colon):
        return _NO
    if not tail and len(text) <= 80 and wrote.SHORT.match(low):
        return _WEAK
    before = len(low[: verb.start()].split())
    return _WEAK if opener is not None and before <= 1 and 1 <= len(tail.split()) <= 4 else _NO


def _judge_verbless(text: str, low: str) -> int:
    """Judge "29.06.2020, 17:45, X <a@b>:", as Russian and Japanese clients write."""
    address = _last(wrote.ADDRESS, low)
    if address is None or len(low) - address.end() > 3 or len(low.split()) > 24:
        return _NO
    if not wrote.CLOCK.search(low) or wrote.FIRST_PERSON.search(text) or _LOGGED.search(low):
        return _NO
    if wrote.EAST_DATE_START.match(low):
        return _SURE
    opener = wrote.OPENER.match(low)
    date = low[opener.end() :] if opener else low
    return _SURE if wrote.FULL_DATE.search(low) and wrote.DATE_START.match(date) else _NO


def _judge_east(low: str, quote_follows: bool) -> int | None:
    """Judge the shapes of Chinese, Japanese and Korean clients; None where the line is of another kind."""
    found = wrote_east.ZH_DATE_FIRST.match(low)
    if found is not None:
        return _judge_chinese(found["rest"], quote_follows)
    if wrote_east.ZH_NAMED_THEN_DATED.match(low):
        return _SURE
    found = wrote_east.ZH_NAME_FIRST.match(low)
    if found is not None:
        if wrote_east.ZH_MOMENT.sub("", found["rest"]).strip(" ,，"):
            return _NO
        named = wrote.ADDRESS.search(found["name"]) or not wrote_east.ZH_PROSE.search(found["name"])
        return _SURE if named else _NO
    if wrote_east.JA_LINE.match(low) or wrote_east.KO_LINE.match(low):
        return _SURE
    if "写道" in low or "寫道" in low:
        return _WEAK if wrote.ADDRESS.search(low) and wrote_east.ZH_ADDRESS_LAST.match(low) else _NO
    return None


def _judge_chinese(rest: str, quote_follows: bool) -> int:
    """Judge what stands between a Chinese date and its verb: an hour and a name, or a sentence."""
    if wrote.ADDRESS.search(rest):
        return _SURE
    name = wrote_east.ZH_MOMENT.sub("", rest).strip(" ,，\"“”'")
    if wrote_east.ZH_PROSE.search(name) or len(name) > 40:
        return _NO
    return _SURE if name or quote_follows or wrote_east.ZH_MOMENT.search(rest) else _NO
