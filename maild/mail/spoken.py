"""What of a mail an agent said himself: no quote, no mail passed on, no signature."""

from __future__ import annotations

from dataclasses import dataclass

from maild.mail.body import reply_text
from maild.mail.body.cut import FORWARD, HISTORY, OWN, QUOTE, pieces
from maild.mail.body.lines import bare_lines, split_lines
from maild.mail.body.marks import is_forward_subject


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


def _unsigned(lines: list[str]) -> str:
    own = reply_text("\n".join(lines)).text
    return "\n".join(line for line in own.split("\n") if not line.lstrip().startswith((">", "＞"))).strip()
