"""Cut a mail into the person's words and what they quote, piece by piece, and decide which pieces stay."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from maild.mail.body.attribution import attribution_start, may_end_attribution
from maild.mail.body.header_block import HEADER_REACH, label_of, read_header_block
from maild.mail.body.lines import DASHES, is_quoted, is_rule, next_written, says_something
from maild.mail.body.marks import (
    ABOVE_HINTS,
    is_earlier_mark,
    is_faint_earlier_mark,
    is_forward_mark,
    says_write_above,
)
from maild.mail.body.within import leads_in
from maild.mail.body.wrote import VERB_ENDS

_MOST_EXAMINED = 20_000
_MOST_ATTRIBUTIONS_TRIED = 600
_MOST_PIECES = 4_000
_LONGEST_CODE = 300
"""A text that has more lines like these than any mail is no mail; what is below is kept, so that time stays bounded."""

_FIRST = frozenset(">＞*_|=~#[<\\" + DASHES)
_STARTS = ("20", "Posted by ", "Original Message processed", "[Original Message processed")
_LAST = frozenset(":：-—–*>)" + DASHES)

_FIELD = re.compile(r"[^\W\d][^:：]{0,24}[:：]\s?\S")

OWN, QUOTE, HISTORY, FORWARD = "own", "quote", "history", "forward"


@dataclass(frozen=True, slots=True)
class Piece:
    """Lines [start, end) of a mail.

    own: what the person wrote. quote: lines with a quote mark; those in [start, quote) lead it in ("X wrote:").
    history: an earlier mail without quote marks, to the end. forward: a mail passed on, which is content.
    """

    kind: str
    start: int
    end: int
    quote: int = 0
    why: str = ""

    @property
    def led(self) -> bool:
        return self.quote > self.start


@dataclass(frozen=True, slots=True)
class _Mark:
    start: int
    end: int
    why: str
    bare_block: bool = False
    """A header block without a ruler, which at the top of a mail may be part of what the person sends."""


def pieces(bare: Sequence[str]) -> list[Piece]:
    """Cut the lines of a mail into its pieces, in order and without gaps; reads each line a bounded number of times."""
    return list(_Scanner(bare).scan())


class _Scanner:
    def __init__(self, bare: Sequence[str]) -> None:
        self._bare = bare
        self._examined = 0
        self._tried = 0
        self._no_block_before = 0
        self._hints = _hints_above(bare)

    def scan(self) -> Iterator[Piece]:
        bare, total = self._bare, len(self._bare)
        own = next_at = quotes = 0
        headed = False
        code = _code_lines(bare)
        for at in self._candidates():
            if at < next_at or at in code:
                continue
            if self._examined > _MOST_EXAMINED or quotes > _MOST_PIECES:
                break
            if is_forward_mark(bare[at]):
                yield from _own(own, at)
                yield Piece(FORWARD, at, total, at, "a mail passed on")
                return
            mark = self._mark(at, own)
            if mark is None:
                continue
            quote = next_written(bare, mark.end)
            if quote < total and is_quoted(bare[quote]):
                next_at = _quote_end(bare, quote)
                yield from _own(own, mark.start)
                led_to = quote if quote > mark.start else _lead_within(bare, quote, next_at)
                yield Piece(QUOTE, mark.start, next_at, led_to, mark.why)
                own, quotes = next_at, quotes + 1
            elif mark.bare_block and not quotes and not headed and not says_something(bare[own : mark.start]):
                next_at, headed = mark.end, True
            elif headed:
                # Header, text, header: the whole mail is one that somebody passes on without a word of their own.
                yield Piece(FORWARD, own, total, own, "earlier mails without a word above them")
                return
            else:
                yield from _own(own, mark.start)
                yield Piece(HISTORY, mark.start, total, mark.start, mark.why)
                return
        if next_written(bare, own) < total:
            yield Piece(OWN, own, total)

    def _candidates(self) -> list[int]:
        """Find the lines that could be a mark or a quote, as cheaply as a line can be looked at."""
        reach, hints = HEADER_REACH, self._hints
        return [
            at
            for at, line in enumerate(self._bare)
            if line
            and (
                line[0] in _FIRST
                or line[-1] in _LAST
                or line.find(":", 0, reach) > 0
                or line.find("：", 0, reach) > 0
                or line.startswith(_STARTS)
                or line.endswith(VERB_ENDS)
                or (hints and len(line) <= 200 and any(hint in line.lower() for hint in hints))
            )
        ]

    def _mark(self, at: int, own: int) -> _Mark | None:
        line = self._bare[at]
        if is_quoted(line) and not (line.endswith(">>>") and is_earlier_mark(line)):
            return _Mark(at, at, "lines with a quote mark")
        self._examined += 1
        if is_earlier_mark(line):
            return self._mark_from(at, self._block_end(at + 1), own, "a line that names the earlier mail")
        block = self._block(at, own)
        if block is not None:
            return block
        start = self._attribution(at, own)
        if start is not None:
            return self._mark_from(start, at + 1, own, "a line that says who wrote the earlier mail")
        if self._hints and says_write_above(line):
            return self._mark_from(at, at + 1, own, "a line that asks to write above it")
        return None

    def _mark_from(self, start: int, end: int, own: int, why: str) -> _Mark:
        return _Mark(_over_rules(self._bare, own, start), end, why)

    def _attribution(self, at: int, own: int) -> int | None:
        bare = self._bare
        if self._tried >= _MOST_ATTRIBUTIONS_TRIED or not may_end_attribution(bare[at]):
            return None
        self._tried += 1
        below = next_written(bare, at + 1)
        quote_follows = below < len(bare) and below - at <= 6 and is_quoted(bare[below])
        return attribution_start(bare, at, own, quote_follows)

    def _block(self, at: int, own: int) -> _Mark | None:
        bare = self._bare
        label = label_of(bare[at]) if at >= self._no_block_before else None
        if label is None or label[0] in ("other", "cc"):
            return None
        if label[0] == "pasted":
            self._no_block_before = _paragraph_end(bare, at)
            return None
        block, stop = read_header_block(bare, at)
        if block is None:
            self._no_block_before = max(stop, at + 1)
            return None
        above = at - 1
        while above > own and at - above <= 3 and not bare[above]:
            above -= 1
        if above >= own and is_faint_earlier_mark(bare[above]):
            return self._mark_from(above, block.end, own, "a line that names the earlier mail")
        start = _over_rules(bare, own, at)
        if not block.dated and at > own and _FIELD.match(bare[at - 1]):
            # A form: Name: Jo / From: jo@example.com / Subject: Printer / To: help
            self._no_block_before = block.end
            return None
        if start == at and above >= own and leads_in(bare[above], a_mail=block.addressed):
            self._no_block_before = block.end
            return None
        return _Mark(start, block.end, "the header of the earlier mail", start == at)

    def _block_end(self, after: int) -> int:
        below = next_written(self._bare, after)
        if below < len(self._bare) and below - after <= 3 and label_of(self._bare[below]):
            block, _ = read_header_block(self._bare, below)
            if block is not None:
                return block.end
        return after


def _own(start: int, end: int) -> Iterator[Piece]:
    if start < end:
        yield Piece(OWN, start, end)


def _code_lines(bare: Sequence[str]) -> frozenset[int]:
    """Find the lines between two fences (```), which are what the person shows, whatever stands in them."""
    fences = [at for at, line in enumerate(bare) if line.startswith("```")]
    pairs = zip(fences[::2], fences[1::2], strict=False)
    return frozenset(at for begin, end in pairs if end - begin <= _LONGEST_CODE for at in range(begin, end + 1))


def _hints_above(bare: Sequence[str]) -> tuple[str, ...]:
    text = "\n".join([line for line in bare if len(line) <= 200]).lower()
    return tuple(hint for hint in ABOVE_HINTS if hint in text)


def _over_rules(bare: Sequence[str], floor: int, start: int) -> int:
    """Step up over the rulers and blank lines right above a mark; a line stays where it is when only blanks are."""
    at = seen = start
    while at > floor and (not bare[at - 1] or is_rule(bare[at - 1])):
        at -= 1
        if bare[at]:
            seen = at
    return seen


def _paragraph_end(bare: Sequence[str], at: int) -> int:
    while at < len(bare) and bare[at]:
        at += 1
    return at


def _lead_within(bare: Sequence[str], start: int, end: int) -> int:
    """Find the quoted line below an attribution that carries a quote mark itself; `start` where there is none."""
    lines = [line.lstrip(">＞ ") for line in bare[start : min(end, start + 4)]]
    for at, line in enumerate(lines):
        if line and (
            is_earlier_mark(line) or (may_end_attribution(line) and attribution_start(lines, at, 0, True) is not None)
        ):
            led = start + at + 1
            while led < end and not bare[led].strip(">＞ "):
                led += 1
            return led
    return start


def _quote_end(bare: Sequence[str], start: int) -> int:
    """Find the end of a run of quoted lines; blank lines between them and links broken over lines belong to it."""
    last, at = start, start + 1
    while at < len(bare):
        line = bare[at]
        if not line:
            at += 1
        elif is_quoted(line) or (at == last + 1 and (_is_broken_link(bare, at) or _is_broken_line(bare, at))):
            last = at
            at += 1
        else:
            break
    return last + 1


def _is_broken_line(bare: Sequence[str], at: int) -> bool:
    """Tell whether a mail server broke a quoted line that was too long, so that its end has no mark.

    An answer between quoted lines must stay: it does not stand right below a full line that stops in mid-sentence, and
    go on with a small letter.
    """
    line, above = bare[at], bare[at - 1]
    if at + 1 >= len(bare) or not is_quoted(bare[at + 1]) or not line[0].islower() or len(above) < 66:
        return False
    word = line.split(" ", 1)[0]
    return len(above) + 1 + len(word) > 76 and (above[-1].isalpha() or above[-1] == ",")


def _is_broken_link(bare: Sequence[str], at: int) -> bool:
    line, above = bare[at], bare[at - 1]
    if len(line) > 500 or len(above) > 2000:
        return False
    follows = at + 1 < len(bare) and is_quoted(bare[at + 1])
    if follows and line.startswith(("(http", "<http")):
        return True
    for opening, closing in (("(http", ")"), ("<http", ">")):
        opened = above.rfind(opening)
        if opened >= 0 and closing not in above[opened:] and closing in line and " " not in line.rstrip(" >"):
            return True
    return False
