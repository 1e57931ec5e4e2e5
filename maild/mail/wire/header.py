"""Finds the fields of a header and the place where the body begins (RFC 5322 section 2.2, and what is sent instead)."""

from __future__ import annotations

import re

from maild.mail.limits import Defects, Limits

Fields = list[tuple[str, bytes]]
"""Fields in their order: name in lower case, value as it stood there, still folded."""

# A continuation line has something but blanks in it; a line of blanks alone is looked at by _after_blanks.
_FIELD = re.compile(rb"([!-9;-~]++)[ \t]*+:([^\n]*+(?>(?:\n[ \t]++[^ \t\r\n][^\n]*+)*))(?:\n|\Z)")
_NAME = re.compile(rb"[!-9;-~]++[ \t]*+:")
# Fields a header goes on with behind a line of blanks; "Telephone: 1234" rather begins the text of a web form.
_KNOWN_NAME = re.compile(
    rb"(?:x-|resent-|content-|mime-version|from|to|b?cc|subject|date|sender|reply-to|message-id|in-reply-to|references"
    rb"|received|return-path|delivered-to|envelope-to|errors-to|list-|dkim-|domainkey-|arc-|auth|accept-|auto|user-agent"
    rb"|thread-|importance|priority|precedence|sensitivity|organi[sz]ation|disposition-|feedback-|mail|lines|status)"
    rb"[!-9;-~]*+[ \t]*+:",
    re.IGNORECASE,
)
_EMPTY = re.compile(rb"\r*+(?:\n|\Z)")
_LINE = re.compile(rb"[^\n]*+(?:\n|\Z)")
_BLANKS = re.compile(rb"[ \t]++\r*+\n")
_BLANK_LINE = re.compile(rb"\n\r*+\n")
# A line of blanks alone, and the continuation lines behind it.
_FOLDED_BLANKS = re.compile(rb"[ \t]++\r*+\n((?>(?:[ \t]++[^ \t\r\n][^\n]*+(?:\n|\Z))+))")
_SPACE = re.compile(rb"\s*+")
# What a server says of a mail stands in its header proper: behind an empty line it would be the sender's own words.
_WRITERS_OWN = re.compile(
    "(?:from|sender|reply-to|to|cc|subject|date|message-id|in-reply-to|references|auto-submitted|precedence"
    "|mime-version)$|content-"
)
_MIME_NAME = re.compile("mime-version$|content-")
_MOST_INTERRUPTIONS = 3
_MBOX = (b"From ", b">From ")


def begins_with_field(raw: bytes) -> bool:
    return _NAME.match(raw) is not None


def read_mail_header(raw: bytes, limits: Limits, defects: Defects) -> tuple[Fields, int]:
    """Give the fields of a mail's header and the offset of its body.

    Careless programs put an empty line into the header: what follows it is header all the same where the mail would
    have no sender without it, or where it is nothing but the fields that say how the body is to be read.
    """
    fields, start = read_header(raw, 0, len(raw), limits, defects)
    for _ in range(_MOST_INTERRUPTIONS):
        behind = _SPACE.match(raw, start).end()
        if not fields or not _NAME.match(raw, behind):
            break
        more, end = read_header(raw, behind, len(raw), limits, Defects(), limits.part_fields)
        if not (_BLANK_LINE.search(raw, end - 3, end) and _belongs(more, {name for name, _ in fields})):
            break
        defects.note("an empty line in the middle of the header")
        fields, start = fields + [(name, value) for name, value in more if _WRITERS_OWN.match(name)], end
    return fields, start


def _belongs(more: Fields, before: set[str]) -> bool:
    names = {name for name, _ in more}
    if "from" not in before and "from" in names:
        return len(names) > 1
    return "content-type" not in before and "content-type" in names and all(_MIME_NAME.match(name) for name in names)


def read_header(
    raw: bytes, start: int, end: int, limits: Limits, defects: Defects, most: int | None = None
) -> tuple[Fields, int]:
    """Give the fields of the header at `start`, `most` at most, and the offset of the body behind it, up to `end`."""
    most = limits.fields if most is None else most
    fields: Fields = []
    position = start
    while position < end:
        match = _FIELD.match(raw, position, end)
        if match:
            if len(fields) == most or position - start > limits.header:
                what = f"more than {most} header fields" if len(fields) == most else "the header is very long"
                defects.note(f"{what}; the rest is left out")
                return fields, _behind_header(raw, position, end)
            position = match.end()
            value = match[2]
            if len(value) > limits.field:
                defects.note(f"a header field is longer than {limits.field} octets; its end is left out")
                value = value[: limits.field]
            fields.append((match[1].decode("ascii").lower(), value))
            continue
        if empty := _EMPTY.match(raw, position, end):
            return fields, empty.end()
        if fields and (more := _FOLDED_BLANKS.match(raw, position, end)):
            name, value = fields[-1]
            fields[-1] = (name, (value + b"\n" + more[1])[: limits.field])
            position = more.end()
            continue
        skipped = _skip(raw, position, end, start, bool(fields))
        if skipped is None:
            if position > start:
                defects.note("no empty line between header and body")
            return fields, position
        if not (position == start and raw.startswith(_MBOX, position)):
            defects.note("a line in the header is no header field")
        position = skipped
    return fields, end


def _skip(raw: bytes, position: int, end: int, start: int, some: bool) -> int | None:
    """Give the offset behind a line that is no field but stands in the header, None where the body has begun."""
    behind = _LINE.match(raw, position, end).end()
    if position == start and raw.startswith(_MBOX, position):
        return behind
    if blanks := _BLANKS.match(raw, position, end):
        # Whether it is a folded line (obs-FWS) or a careless end of the header is seen from what follows.
        follows = blanks.end()
        return follows if _KNOWN_NAME.match(raw, follows, end) or _EMPTY.match(raw, follows, end) else None
    return behind if some and _NAME.match(raw, behind, end) else None


def _behind_header(raw: bytes, position: int, end: int) -> int:
    match = _BLANK_LINE.search(raw, max(0, position - 1), end)
    return match.end() if match else end
