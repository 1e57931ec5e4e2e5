"""Reads Message-ID, In-Reply-To and References (RFC 5322 section 3.6.4) as they are really written."""

from __future__ import annotations

import re

_BRACKETED = re.compile(r"<([^<>]{1,2000})>")
_BLANKS = re.compile(r"\s+")
_SEPARATORS = re.compile(r"[\s<>,;\"()]+")
_LONGEST = 998


def message_id(text: str) -> str:
    """Give the one identifier of a Message-ID field with its brackets, or ""."""
    if found := message_ids(text):
        return found[0]
    bare = text.strip(" \t<>")
    return f"<{bare}>" if bare and len(bare) <= _LONGEST and not _SEPARATORS.search(bare) else ""


def message_ids(text: str) -> list[str]:
    """Give every identifier of a References or In-Reply-To field, in its order and each once.

    Words around bracketed ones ("Your message of Monday <id>") are left out; bare ones get their brackets.
    """
    found = [_BLANKS.sub("", match) for match in _BRACKETED.findall(text)]
    if not found:
        found = [word for word in _SEPARATORS.split(text) if "@" in word[1:-1]]
    return [f"<{each}>" for each in dict.fromkeys(found) if 0 < len(each) <= _LONGEST]
