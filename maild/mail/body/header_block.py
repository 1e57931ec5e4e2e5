"""Quoted header blocks: From / Sent / To / Subject, as Outlook and its kin put them over the earlier mail."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from maild.mail.body.labels import LABELS, LONGEST_LABEL
from maild.mail.body.lines import is_quoted, next_written

_EDGE = "*_|•· \t\\`'\"#"
HEADER_REACH = LONGEST_LABEL + 24
"""A label ends within so many characters, with its marks and padding."""
_CLOCK = re.compile(r"\d{1,2}\s?[:.hH時时点]\s?\d{2}")
_YEAR = re.compile(r"(?:19|20)\d\d|\d{1,2}[-/.]\s?\d{1,2}[-/.]\s?\d{2}")
_ADDRESS = re.compile(r"[^\s@<>]@[^\s@<>]|mailto:|<[^<>\s]+>|\[[^\]\s]+@|/[A-Z]{1,12}/")
_UNREACHED = re.compile(r"(?:(?:did|could|was|has|have) not|couldn't|wasn't|the following recipients?)\b", re.I)
_MAX_LINES = 60
_MAX_WRAPPED = 12


@dataclass(frozen=True, slots=True)
class HeaderBlock:
    """Header lines from `start` up to, not including, `end`."""

    start: int
    end: int
    addressed: bool = False
    """An address stands in it, as in few forms that are no mail's header."""
    dated: bool = False


def label_of(bare: str) -> tuple[str, str] | None:
    """Read a line as "label: value"; gives the field it names and the value, None where it is no known label.

    Labels may be bold (*From:*), in a table (| 发件人 | X |) or padded (发 件 人：, De :).
    """
    head = bare[:HEADER_REACH]
    at = head.find(":")
    wide = head.find("：", 0, at if at >= 0 else HEADER_REACH)
    if wide >= 0:
        at = wide
    if at <= 0:
        if head[0] != "|":
            return None
        cell, bar, value = bare[1:].partition("|")
        if not bar or len(cell) > LONGEST_LABEL:
            return None
    else:
        cell, value = head[:at], bare[at + 1 :]
    key = cell.strip(_EDGE).lower()
    kind = LABELS.get(key)
    if kind is None:
        if " " not in key or key.isascii():
            return None
        kind = LABELS.get(key.replace(" ", ""))
        if kind is None:
            return None
    return kind, value.strip(_EDGE)


def read_header_block(bare: Sequence[str], start: int) -> tuple[HeaderBlock | None, int]:
    """Read the header block whose first label stands in line `start`.

    Gives the block, or None where the lines are no such block, and the line where reading stopped, so that a caller
    who goes on there never reads a line twice.
    """
    values: dict[str, str] = {}
    last, at, wrapped = start, start, 0
    while at < len(bare) and at - start < _MAX_LINES:
        line = bare[at]
        if not line:
            at = _over_blank(bare, at)
            if at < 0:
                break
            continue
        found = label_of(line)
        if found is not None:
            kind, value = found
            if kind == "pasted":
                return None, at + 1
            if kind == "from" and "from" in values and len(values) > 2:
                break
            values.setdefault(kind, value)
            last, wrapped = at, 0
        elif is_quoted(line) or wrapped >= _MAX_WRAPPED or not _continues(bare, at, wrapped):
            break
        else:
            if not values[kind]:
                values[kind] = line
            wrapped += 1
            last = at
        at += 1
    is_block = _is_block(values) and ("from" in values or not _goes_on(bare, last + 1))
    dated = "sent" in values or "date" in values
    return HeaderBlock(start, last + 1, _is_addressed(values), dated) if is_block else None, last + 1


def _goes_on(bare: Sequence[str], after: int) -> bool:
    """Tell whether a sentence goes on below: your message / To: ... / did not reach the following recipients."""
    below = next_written(bare, after)
    return below < len(bare) and _UNREACHED.match(bare[below]) is not None


def _over_blank(bare: Sequence[str], at: int) -> int:
    """Step over one or two blank lines between labels; -1 where no label follows them."""
    for ahead in (at + 1, at + 2):
        if ahead < len(bare) and bare[ahead]:
            return ahead if label_of(bare[ahead]) else -1
    return -1


def _continues(bare: Sequence[str], at: int, wrapped: int) -> bool:
    """Tell whether a line without a label goes on with the value above: addresses, or one line before a label."""
    line, above = bare[at], bare[at - 1]
    if above and (above[-1] in ",;<，；、(" or (line[0] in "<(" and "@" in line)) and len(line) < 1000:
        return True
    if line[-1] in ";," and "@" in line:
        return True
    ahead = at + 1
    if wrapped >= 2 or len(line) >= 300 or ahead >= len(bare) or not bare[ahead]:
        return False
    return label_of(bare[ahead]) is not None


def _is_addressed(values: dict[str, str]) -> bool:
    return any(_ADDRESS.search(values.get(kind, "")[:2000]) for kind in ("from", "to", "cc"))


def _is_block(values: dict[str, str]) -> bool:
    # A leave request says From / To / Date as well: want an address, a moment, or the fields only a mail has.
    kinds = values.keys()
    address = _is_addressed(values)
    moment = values.get("sent", "") or values.get("date", "")
    moment = moment[:200]
    timed = bool(_CLOCK.search(moment))
    dated = timed or bool(_YEAR.search(moment))
    if "from" in kinds:
        if "sent" in kinds and dated and (timed or address or "subject" in kinds):
            return True
        if "date" in kinds and dated and (address or ("subject" in kinds and ("to" in kinds or timed))):
            return True
        if "subject" in kinds and "to" in kinds and (address or "sent" in kinds):
            return True
        return "sent" in kinds and "subject" in kinds
    if "to" in kinds and "subject" in kinds and "sent" in kinds:
        return True
    return "to" in kinds and timed and address and ("sent" in kinds or "subject" in kinds or bool(_YEAR.search(moment)))

