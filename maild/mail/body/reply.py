"""The readable reply: what the person wrote now, without what they quote and without their signature."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from maild.mail.body.banner import banner_end
from maild.mail.body.cut import FORWARD, HISTORY, OWN, QUOTE, Piece, pieces
from maild.mail.body.glue import unglue
from maild.mail.body.lines import bare_lines, is_rule, split_lines
from maild.mail.body.marks import is_forward_subject
from maild.mail.body.signature import signature_ranges
from maild.mail.body.within import only_greets, says_answers_are_within

_ARTICLE = re.compile(
    r"(?<!\w)(?:the|a|an|my|our|your|this|der|die|das|mein|unser|le|la|mon|notre|el|mi|il|de|het|mijn)(?!\w)|[的我]"
)
_TEXT, _QUOTED, _SIGNED = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Reply:
    """A mail's text taken apart; every written line stands in exactly one of `text`, `quoted`, `signature`.

    A line onto which a client glued its "On that day X wrote:" counts as two.
    """

    text: str
    """What the person wrote now; answers between quoted lines come with the lines they answer."""
    quoted: str = ""
    """The earlier mails, with the lines that lead them in."""
    signature: str = ""
    """Signatures, devices' lines, disclaimers, footers and servers' banners."""
    whole: bool = False
    """The cut would have left nothing, so `text` is everything."""
    why: tuple[str, ...] = ()
    """One sentence for each cut, with its line, counted from 1."""


def reply_text(text: str, subject: str = "") -> Reply:
    """Take the decoded plain text of a mail apart: "\\n" ends its lines, and "> " stands before what HTML quotes.

    Never loses a word: when in doubt a line stays, and where the cut would leave nothing everything does. `subject`
    helps to know a mail that passes another on, which is content. Runs in linear time.
    """
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = unglue(text)
    if is_forward_subject(subject):
        return Reply(text.strip(), why=("the subject says that another mail is passed on",))
    bare = bare_lines(text)
    parts = pieces(bare)
    roles = bytearray(len(bare))
    why = _mark_signatures(bare, parts, roles)
    if not any(_speaks(bare, part, roles) for part in parts):
        return Reply(text.strip(), whole=bool(text.strip()), why=("only quoted lines or a signature: shown whole",))
    if parts[-1].kind == HISTORY and only_greets(_own_words(bare, parts, roles)):
        return Reply(text.strip(), whole=True, why=("only a greeting above the earlier mail: shown whole",))
    why += _mark_quotes(bare, parts, roles)
    return _assemble(split_lines(text), bare, roles, why)


def _mark_signatures(bare: Sequence[str], parts: Sequence[Piece], roles: bytearray) -> list[tuple[int, str]]:
    why = []
    for index, part in enumerate(parts):
        if part.kind != OWN:
            continue
        start = banner_end(bare, part.start, part.end) if index == 0 else part.start
        found = [((part.start, start), "a server's warning")] if start > part.start else []
        if _ends_words(parts, index):
            found += signature_ranges(bare, start, part.end)
        for (begin, end), what in found:
            roles[begin:end] = bytes([_SIGNED]) * (end - begin)
            why.append((begin, what))
    return why


def _ends_words(parts: Sequence[Piece], index: int) -> bool:
    """Tell whether a signature may stand at the end of this piece: not between answers, not above a mail passed on."""
    if index + 1 == len(parts):
        return True
    after = parts[index + 1]
    return after.kind == HISTORY or (after.kind == QUOTE and (after.led or index + 2 == len(parts)))


def _speaks(bare: Sequence[str], part: Piece, roles: bytearray) -> bool:
    if part.kind == FORWARD:
        return True
    return part.kind == OWN and any(
        roles[at] == _TEXT and bare[at] and not is_rule(bare[at]) for at in range(part.start, part.end)
    )


def _mark_quotes(bare: Sequence[str], parts: Sequence[Piece], roles: bytearray) -> list[tuple[int, str]]:
    last_words = max(index for index, part in enumerate(parts) if _speaks(bare, part, roles))
    answered = sum(1 for part in parts[:last_words] if part.kind == QUOTE)
    interleaved = answered > 1 or any(part.kind == QUOTE and not part.led for part in parts[last_words:])
    why = []
    quotes_below = any(part.kind in (HISTORY, QUOTE) for part in parts[last_words + 1 :])
    within = quotes_below and says_answers_are_within(_own_words(bare, parts, roles))
    for index, part in enumerate(parts):
        if part.kind in (HISTORY, QUOTE) and index > last_words and within:
            why.append((part.start, "the person says that answers stand within the earlier mail"))
            continue
        if part.kind == HISTORY:
            begin, end = part.start, part.end
        elif part.kind != QUOTE:
            continue
        elif index > last_words:
            begin, end = part.start, part.start if _is_introduced(bare, part, roles) else part.end
        elif interleaved or not part.led or _asks(bare, part):
            begin, end = part.start, part.quote
        else:
            begin, end = part.start, part.end
        roles[begin:end] = bytes([_QUOTED]) * (end - begin)
        if end > begin:
            why.append((begin, part.why))
    return why


def _own_words(bare: Sequence[str], parts: Sequence[Piece], roles: bytearray) -> list[str]:
    own = (at for part in parts if part.kind == OWN for at in range(part.start, part.end))
    return [bare[at] for at in own if roles[at] == _TEXT]


def _is_introduced(bare: Sequence[str], part: Piece, roles: bytearray) -> bool:
    """Tell whether the person leads a quote in with words of their own ("The log says:"), which makes it content."""
    at = part.start - 1
    while at >= 0 and not bare[at]:
        at -= 1
    if part.led or at < 0 or roles[at] != _TEXT:
        return False
    line = bare[at]
    if line[-1] not in ":：" or "@" in line:
        return False
    # An attribution in a tongue unknown to us has a date; a sentence has an article.
    return not any(c.isdigit() for c in line) or _ARTICLE.search(line) is not None


def _asks(bare: Sequence[str], part: Piece) -> bool:
    """Tell whether a quote is short and ends with the question that the words below it answer."""
    lines = [line for line in (bare[at].lstrip(">＞ ") for at in range(part.quote, part.end)) if line]
    return 0 < len(lines) <= 3 and lines[-1][-1] in "?？"


def _assemble(lines: list[str], bare: Sequence[str], roles: bytearray, why: list[tuple[int, str]]) -> Reply:
    runs: tuple[list[str], list[str], list[str]] = ([], [], [])
    at = 0
    for role, group in groupby(roles):
        size = sum(1 for _ in group)
        start, end = at, at + size
        at = end
        while start < end and not bare[start]:
            start += 1
        while end > start and not bare[end - 1]:
            end -= 1
        if start < end:
            runs[role].append("\n".join(lines[start:end]))
    text, quoted, signature = ("\n\n".join(run).strip() for run in runs)
    told = tuple(f"line {begin + 1}: {what}" for begin, what in sorted(why))
    return Reply(text, quoted, signature, False, told)
