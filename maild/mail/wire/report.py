"""Reads the machine's part of a report: field groups of delivery, disposition and feedback reports."""

from __future__ import annotations

import re

from maild.mail.limits import Defects, Limits
from maild.mail.message import Headers
from maild.mail.wire.header import Fields, read_header
from maild.mail.wire.words import decode_text, unfold

_GROUP_TYPES = frozenset(
    {
        "message/delivery-status",  # RFC 3464
        "message/global-delivery-status",  # RFC 6533
        "message/disposition-notification",  # RFC 8098
        "message/global-disposition-notification",
        "message/feedback-report",  # RFC 5965
    }
)
_KINDS = {
    "delivery-status": "delivery-status",
    "global-delivery-status": "delivery-status",
    "disposition-notification": "disposition-notification",
    "global-disposition-notification": "disposition-notification",
    "feedback-report": "feedback-report",
}
_HEADER_TYPES = frozenset(
    {"text/rfc822-headers", "text/rfc822-header", "message/rfc822-headers", "message/global-headers"}
)
_MAIL_TYPES = frozenset({"message/rfc822", "message/global", "message/news", "message/partial"})
_START = re.compile(rb"^[!-9;-~]++[ \t]*+:", re.MULTILINE)
_MOST_GROUPS = 1_000
_MOST_OCTETS = 1 << 20


def has_groups(kind: str) -> bool:
    return kind in _GROUP_TYPES


def is_mail(kind: str) -> bool:
    return kind in _MAIL_TYPES


def is_headers(kind: str) -> bool:
    return kind in _HEADER_TYPES


def report_type_of(kind: str) -> str:
    """Name the report-type (RFC 6522) that a part of this media type belongs to."""
    return _KINDS.get(kind.partition("/")[2], "")


def read_groups(content: bytes, limits: Limits, defects: Defects) -> tuple[Headers, ...]:
    """Give the groups of fields that empty lines divide."""
    groups = []
    position = 0
    if len(content) > _MOST_OCTETS:
        defects.note("the report is very long; its end is left out")
        content = content[:_MOST_OCTETS]
    while position < len(content) and len(groups) < _MOST_GROUPS:
        start = _START.search(content, position)
        if start is None:
            break
        fields, behind = read_header(content, start.start(), len(content), limits, defects)
        if fields:
            groups.append(headers_of(fields))
        position = max(behind, start.end())
    return tuple(groups)


def read_returned(content: bytes, limits: Limits, defects: Defects) -> Headers:
    """Give the header of the mail that was given back."""
    content = content.lstrip(b"\r\n")
    fields, _ = read_header(content, 0, len(content), limits, defects)
    return headers_of(fields)


def headers_of(fields: Fields, charset: str = "", defects: Defects | None = None) -> Headers:
    """Decode every field."""
    return tuple((name, decode_text(unfold(raw), charset, defects)) for name, raw in fields)
