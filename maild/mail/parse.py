"""Reads a mail: any bytes become a `Message`, never an exception, within bounds of size, number and time.

mail-parser gives the reading of addresses and dates. Its whole-mail parse is not used: it drops raw header bytes,
decodes by labels that lie, recurses into nested multiparts, takes a second for ten thousand parts, and copies a large
mail several times. What replaces it lies in `maild.mail.wire`, each piece in a file of its own.
"""

from __future__ import annotations

import hashlib
import re
from itertools import islice

from maild.mail.limits import DEFAULT, Defects, Limits
from maild.mail.message import Address, Headers, Message
from maild.mail.wire.addresses import read_addresses
from maild.mail.wire.content import Found, Reader
from maild.mail.wire.dates import read_date
from maild.mail.wire.header import Fields, begins_with_field
from maild.mail.wire.html import html_to_text
from maild.mail.wire.ics import calendar_to_text
from maild.mail.wire.ids import message_id, message_ids
from maild.mail.wire.plain import clean_text
from maild.mail.wire.report import headers_of
from maild.mail.wire.split import Part, split

_DELIVERED = ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-delivered-to")
_RETURN_PATH = re.compile(r"[^<]*<\s*([^<>\s]*)\s*>")
_MOST_JOINED = 10
_OTHER_ENDS = 4
"""Carriage returns for each line feed, from which on they are the line ends; servers may have added a few others."""
_BEGINNING = 4096
"""Octets that tell of nearly every mail that its lines end as usual."""
_MOST_MAILS_SHOWN = 5


def parse(raw: bytes, limits: Limits = DEFAULT, *, truncated: bool = False, size: int | None = None) -> Message:
    """Read a mail. Where it is `truncated`, `raw` is only the header of a mail of `size` octets."""
    return _parse(raw, limits, truncated, size, limits.forwarded)


def _parse(raw: bytes, limits: Limits, truncated: bool, size: int | None, mails_within: int) -> Message:
    defects = Defects()
    source = _straight(raw)
    root = _header_only(source, limits, defects) if truncated else split(source, limits, defects)
    charset = root.params.get("charset", "")
    fields = _by_name(root.fields)
    headers = headers_of(root.fields, charset, defects)
    found = Found() if truncated else Reader(charset, limits, defects).read(root)
    text, html = _text_of(found, limits, mails_within)

    def addresses(name: str) -> tuple[Address, ...]:
        return read_addresses(fields.get(name, ()), charset, limits, defects)

    for name in ("from", "subject", "date", "message-id"):
        if len(fields.get(name, ())) > 1:
            defects.note(f"more than one {name.title()} field")
    from_ = addresses("from")
    if not from_:
        defects.note("no sender: the From field is missing or has no address")
    first = _first(headers)
    subject = first.get("subject", "")
    if len(subject) > limits.subject:
        defects.note(f"the subject is longer than {limits.subject} characters; its end is left out")
    replied = tuple(message_ids(_joined(headers, "in-reply-to"))[: limits.ids])
    references = [each for each in message_ids(_joined(headers, "references")) if each not in replied]
    if len(references) > limits.ids:
        defects.note(f"more than {limits.ids} references; the oldest are left out")
    return Message(
        size=len(raw) if size is None else size,
        sha256=hashlib.sha256(raw).hexdigest(),
        headers=headers,
        from_=from_,
        sender=next(iter(addresses("sender")), None),
        reply_to=addresses("reply-to"),
        to=addresses("to"),
        cc=addresses("cc"),
        delivered_to=_delivered_to(headers),
        return_path=_return_path(first.get("return-path")),
        subject=subject[: limits.subject],
        date=read_date(first["date"], defects) if first.get("date") else None,
        message_id=message_id(first.get("message-id", "")),
        in_reply_to=replied,
        references=tuple(references[-limits.ids :]),
        content_type=root.declared,
        report_type=found.report_type,
        text=text,
        html=html,
        attachments=tuple(found.attachments),
        report=found.report,
        returned=found.returned,
        calendar_method=found.calendar_method,
        truncated=truncated,
        defects=defects.all(),
    )


def _straight(raw: bytes) -> bytes:
    """Take away what stands before the header, and give line ends to a mail that has carriage returns for them."""
    if _ends_in_returns(raw[:_BEGINNING]) and _ends_in_returns(raw):
        raw = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    if raw[:1] in (b"\xef", b"\r", b"\n", b" ", b"\t"):
        raw = raw.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")
        indented = raw.lstrip(b" \t\r\n")
        if begins_with_field(indented):
            raw = indented
    return raw


def _ends_in_returns(raw: bytes) -> bool:
    return raw.count(b"\r") > _OTHER_ENDS * raw.count(b"\n")


def _header_only(raw: bytes, limits: Limits, defects: Defects) -> Part:
    root = split(raw, Limits(fields=limits.fields, field=limits.field, depth=0), Defects())
    defects.note("the mail was over the size limit; only its header was read")
    return root


def _by_name(fields: Fields) -> dict[str, list[bytes]]:
    found: dict[str, list[bytes]] = {}
    for name, value in fields:
        found.setdefault(name, []).append(value)
    return found


def _first(headers: Headers) -> dict[str, str]:
    """Give the first field of each name."""
    return dict(reversed(headers))


def _joined(headers: Headers, name: str) -> str:
    """Give the fields of this name as one, of a flood of them the first."""
    return " ".join(islice((value for found, value in headers if found == name), _MOST_JOINED))


def _delivered_to(headers: Headers) -> tuple[str, ...]:
    values = (value.strip(" <>").lower() for name, value in headers if name in _DELIVERED)
    return tuple(dict.fromkeys(value for value in values if "@" in value and " " not in value))


def _return_path(value: str | None) -> str | None:
    """Give the envelope sender in lower case; "" for the null sender, None for none."""
    if value is None:
        return None
    if match := _RETURN_PATH.match(value):
        return match[1].lower()
    bare = value.strip().lower()
    return bare if "@" in bare and " " not in bare else None


def _text_of(found: Found, limits: Limits, mails_within: int) -> tuple[str, str]:
    """Give the readable text, from the best source that says anything, and the HTML."""
    html = "\n".join(found.htmls) or found.tnef_html
    text = "\n\n".join(text.strip("\n") for text in found.texts)
    for other in (
        lambda: html_to_text(html, limits.text) if html else "",
        lambda: found.tnef_text,
        lambda: "\n\n".join(calendar_to_text(calendar) for calendar in found.calendars[:5]),
        lambda: "".join(found.preambles),
        lambda: _forwarded(found.mails, limits, mails_within),
    ):
        if text.strip():
            break
        text = other()
    return text[: limits.text], html


def _forwarded(mails: list[bytes], limits: Limits, mails_within: int) -> str:
    """Tell what attached mails say, for a mail that consists of nothing else."""
    if mails_within <= 0:
        return ""
    told = []
    for raw in mails[:_MOST_MAILS_SHOWN]:
        mail = _parse(raw, limits, False, None, mails_within - 1)
        said = (("From", mail.header("from")), ("Date", mail.header("date")), ("Subject", mail.subject))
        head = [f"{name}: {value}" for name, value in said if value]
        told.append("\n".join(["---------- Forwarded message ---------", *head, "", mail.text]).rstrip())
    return clean_text("\n\n".join(told))
