"""What an agent added to a subject: everything that the ticket's mails have not said before is his."""

from __future__ import annotations

import re

from maild.desk.commands.phone import plain, visible

_TAG = r"[\[【]\s*#\s*{number}\s*[\]】]"
_PREFIXES = re.compile(
    r"^(?:\s*(?:re|aw|antw|sv|vs|fwd?|wg|tr|回复|答复|回覆|转发|轉寄)\s*(?:\[\d+\]|\(\d+\))?\s*:)+", re.IGNORECASE
)
_SLASHED = re.compile(r"(?:^|(?<=\s))/\S+")


def added(subject: str, number: int, known: tuple[str, ...]) -> tuple[str, bool]:
    """Give what an agent added to the subject of a ticket's mail.

    Args:
        number: the ticket's.
        known: the ticket's own subject and those of the mails it has had; a slash in them is no command.

    Returns:
        The added words, and whether they are all that stands beside the tag.
    """
    text = plain(visible(subject))
    tag = re.search(_TAG.format(number=number), text)
    rest = _PREFIXES.sub("", text[tag.end() :] if tag else text)
    rest = " ".join(rest.split())
    for before in sorted({_squashed(k) for k in known}, key=len, reverse=True):
        if not before:
            continue
        at = rest.casefold().find(before.casefold())
        if at >= 0 and len(rest.casefold()) == len(rest):
            return _without(f"{rest[:at]} {rest[at + len(before) :]}", ()), False
        if rest and before.casefold() == rest.casefold():
            return "", False
    return _without(rest, known), True


def _without(rest: str, known: tuple[str, ...]) -> str:
    """Leave out slashed words that stood in an earlier subject, also where a mail program cut or folded them."""
    old = [word.casefold() for k in known for word in _SLASHED.findall(_squashed(k))]
    for word in _SLASHED.findall(rest):
        stem = word.casefold().rstrip("….")
        if any(before.startswith(stem) or stem.startswith(before) for before in old):
            rest = rest.replace(word, word[1:], 1)
    return " ".join(rest.split())


def _squashed(text: str) -> str:
    return " ".join(_PREFIXES.sub("", plain(visible(text))).split())
