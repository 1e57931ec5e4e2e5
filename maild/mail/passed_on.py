"""A mail that somebody passes on: who wrote it, about what, and his words."""

from __future__ import annotations

import re
from dataclasses import dataclass

from maild.mail.body.header_block import label_of
from maild.mail.body.lines import bare_lines, split_lines
from maild.mail.message import Address

_ADDRESS = re.compile(r"[^\s<>\[\]()\"',;:]+@[^\s<>\[\]()\"',;:]+\.[^\s<>\[\]()\"',;:.]+")
_QUOTED = re.compile(r"^[>＞] ?", re.MULTILINE)
_REACH = 25
"""Lines in which the header block stands."""


@dataclass(frozen=True, slots=True)
class PassedOn:
    """What the header lines of a mail passed on say, and what stands below them."""

    author: Address | None
    subject: str
    text: str


def read_passed_on(text: str) -> PassedOn:
    """Read a mail passed on within another one's text; what it does not say is None or ""."""
    text = _QUOTED.sub("", text)
    lines, bare = split_lines(text), bare_lines(text)
    said: dict[str, str] = {}
    end = 0
    for at, line in enumerate(bare[:_REACH]):
        found = label_of(line) if line else None
        if found:
            said.setdefault(*found)
            end = at + 1
        elif said and not line:
            break
    author = said.get("from", "")
    match = _ADDRESS.search(author)
    name = author[: match.start()].replace("mailto:", "").strip(" <>[]\"'*\t") if match else ""
    return PassedOn(
        Address(name, match[0].lower()) if match else None,
        said.get("subject", "").strip(" *"),
        "\n".join(lines[end:]).strip(),
    )
