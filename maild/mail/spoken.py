"""What of a mail an agent said himself: no quote, no mail passed on, no signature."""

from __future__ import annotations

import re
from dataclasses import dataclass

from maild.mail.body import reply_text
from maild.mail.body.cut import FORWARD, HISTORY, OWN, QUOTE, pieces
from maild.mail.body.lines import bare_lines, split_lines
from maild.mail.body.marks import is_forward_subject

_PREFIX = re.compile(r"\s*\w{0,4}\s?[>|}＞｜]+")
_WORD = re.compile(r"[^\W_]+")
_TELLING = 12
"""Letters; a shorter line may stand anywhere. A Chinese character says as much as two."""
_NO_CHANCE = 3


@dataclass(frozen=True, slots=True)
class Spoken:
    """An agent's own words."""

    text: str = ""
    leads: bool = True
    """The mail begins with them: what stands below a quote may be a part of it that lost its mark."""
    passed_on: str = ""
    """The mail he passes on below them, with its header lines."""


def spoken(text: str, subject: str) -> Spoken:
    """Take an agent's own words out of a mail.

    Stricter than the readable reply, which never loses a word: what is quoted or passed on shall neither be obeyed nor
    go to a requester, so that a line in doubt is left out.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    lines, cut = split_lines(text), pieces(bare_lines(text))
    first = next((piece for piece in cut if piece.kind != OWN), None)
    forward = is_forward_subject(subject)
    if first is not None and (forward or first.kind in (FORWARD, HISTORY)):
        passed_on = "\n".join(lines[first.start :]).strip() if forward or first.kind == FORWARD else ""
        return Spoken(_unsigned(lines[: first.start]), passed_on=passed_on)
    if forward or first is None:
        return Spoken() if forward else Spoken(_unsigned(lines))
    kept: list[str] = []
    for piece in cut:
        if piece.kind == OWN:
            kept += lines[piece.start : piece.end]
        elif piece.kind != QUOTE:
            break
    return Spoken(_unsigned(kept), leads=any(line.strip() for line in lines[: first.start]))


def without_notice(words: str, notice: str, public: str) -> str:
    """Leave out what an agent's mail program quoted of our notice without a mark that is known.

    What stands in a notice to agents is not for everybody. A few lines that everybody has read may be there on purpose.

    Args:
        public: what was written to and by the people of the ticket.
    """
    known, read_by_all = _letters(notice), _letters(public)
    lines = words.split("\n")
    pieces = [_letters(_PREFIX.sub("", line)) for line in lines]
    quoted = [piece for piece in pieces if _weight(piece) >= _TELLING and piece in known]
    if len(quoted) < _NO_CHANCE or all(piece in read_by_all for piece in quoted):
        return words
    first = pieces.index(quoted[0])
    while first and _goes_before(pieces[first - 1], known):
        first -= 1
    own = [line for line, piece in zip(lines[first:], pieces[first:], strict=True) if piece not in known]
    return "\n".join([*lines[:first], *own]).strip()


def _goes_before(piece: str, known: str) -> bool:
    """Tell whether a line above a quoted one is quoted, too, though it says less."""
    return not piece or (_weight(piece) >= _TELLING // 2 and piece in known)


def _letters(text: str) -> str:
    return "".join(_WORD.findall(text.casefold()))


def _weight(letters: str) -> int:
    return len(letters) + sum(not letter.isascii() for letter in letters)


def _unsigned(lines: list[str]) -> str:
    own = reply_text("\n".join(lines)).text
    return "\n".join(line for line in own.split("\n") if not line.lstrip().startswith((">", "＞"))).strip()
