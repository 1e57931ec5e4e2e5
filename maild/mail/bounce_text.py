"""Read a returned mail that only people were meant to read: which addresses it names, and what it says of each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from maild.mail.bounce_words import (
    COPY_FOLLOWS,
    GREETINGS,
    NAMES_A_FAILURE,
    NOT_DELIVERED,
    OTHER_PARTY,
    PEOPLES_WORDS,
    RECIPIENT_LABELS,
    STILL_TRYING,
    VOICE,
)
from maild.mail.message import Headers
from maild.mail.phrases import alternatives

MOST_CHARACTERS = 40_000
MOST_LINES = 500
LONGEST_LINE = 1_000
MOST_ADDRESSES = 100

# The look-behind keeps the search linear: a run of letters is tried from its first one only.
_ATOM = r"\w.!#$%&*+/=?^`{|}~\-"
_ADDRESS = (
    rf"(?<![{_ATOM}])(\"[^\"\s]{{1,64}}\"|[{_ATOM}'][{_ATOM}']{{0,127}})"
    r"@(\w[\w-]{0,62}(?:\.[\w-]{1,63}){1,12})"
)
ADDRESS = re.compile(_ADDRESS)
# An address at the head of a line, in whatever signs, and then a reason or nothing: not a sentence that goes on.
_AT_HEAD = re.compile(
    rf"^[\s>*•·|\"'<\[(.-]{{0,40}}(?:smtp[:=])?{_ADDRESS}[>\])\"']{{0,4}}(?:\s{{0,4}}<mailto:[^<>]{{0,300}}>)?\s{{0,8}}"
    r"(?:$|[:;,(\[<=-]|\.\.\.|\.$|(?:on|is|was|has|had|not|no|am|le|el|il|em|op|den)\b"
    r"|fail|deliver|does|did|invalid|unknown|user|\d)",
    re.IGNORECASE,
)
_LABELLED = re.compile(
    rf"^\W{{0,20}}(?:{alternatives(RECIPIENT_LABELS)})[\s:：=]{{0,40}}(?:smtp[:=]|rfc822;\s?|x400;\s?)?"
    rf"[<'\"\[(]{{0,4}}(?:smtp[:=])?{_ADDRESS}",
    re.IGNORECASE,
)
_IN_DIALOGUE = re.compile(
    rf"(?:rcpt to:?\s{{0,2}}<?|^\W{{0,8}}[45]\d\d[ -].{{0,200}}?(?<![{_ATOM}])<?){_ADDRESS}", re.IGNORECASE
)
_HEADER_LINE = re.compile(
    r"^\W{0,8}(?:from|to|cc|sent|date|subject|reply-to|(?:original )?sender|message-id|sender-mta)\s{0,6}:",
    re.IGNORECASE,
)
_TO_LINE = re.compile(r"^\W{0,8}to\s{0,6}:(.{0,400})", re.IGNORECASE)
_OTHER_PARTY = re.compile(rf"(?:{alternatives(OTHER_PARTY)})\W*$", re.IGNORECASE)
_SPEAKS_OF_SENDER = re.compile(
    r"mail from|envelope-from|return-path|system contact|original sender|reply-to|f=\[", re.IGNORECASE
)
_ROLES = re.compile(r"(?:po{1,2}st[._-]?master|mailer[._-]?daemon|mailadm|abuse|hostmaster|support|help(?:desk)?)$")
_FIRST_HEADERS = re.compile(
    r"(?:> ?)?(?:return-path: ?<|received: ?(?:from|by|\()|dkim-signature:|arc-seal:|x-received:|x-google-"
    r"|delivered-to:|mime-version:)",
    re.IGNORECASE,
)
_MESSAGE_ID = re.compile(r"^[>\s]{0,20}message-id:\s{0,20}(<[^<>\s]{3,400}>)", re.IGNORECASE | re.MULTILINE)
_BARE_NAME = re.compile(r"\s+([A-Za-z][\w.+-]{1,63})(?:\s{2,}.*)?$")
_INTRODUCES = re.compile(r"(?:following|these|this) (?:recipients?|address|users?)|not delivered to", re.IGNORECASE)


_FOLD = re.compile(r"\n[ \t]+")
_FIELD = re.compile(r"([A-Za-z][A-Za-z-]{1,40}): ?(.*)")


@dataclass(frozen=True, slots=True)
class Notice:
    """The words of a mail system, parted from the copy of the mail it returns."""

    lines: tuple[str, ...]
    copy: str

    @property
    def words(self) -> str:
        return "\n".join(self.lines)


@dataclass(frozen=True, slots=True)
class Named:
    """An address that a notice names, and the words that go with it."""

    address: str
    words: str


def split(text: str) -> Notice:
    """Part the notice from the returned mail that follows it in the same text."""
    lines = [line[:LONGEST_LINE] for line in text[:MOST_CHARACTERS].split("\n", MOST_LINES)[:MOST_LINES]]
    begun = False
    for number, line in enumerate(lines):
        if begun and (_FIRST_HEADERS.match(line) or COPY_FOLLOWS.found_in(line)):
            return Notice(tuple(lines[:number]), "\n".join(lines[number:]))
        begun = begun or bool(line.strip())
    return Notice(tuple(lines), "")


def message_id_in(copy: str) -> str:
    """Find the Message-ID field in a returned header, "" where there is none."""
    hit = _MESSAGE_ID.search(copy[:MOST_CHARACTERS])
    return hit.group(1) if hit else ""


def fields_in(text: str) -> list[Headers]:
    """Give the groups of fields in a text, which empty lines divide."""
    lines = (line.rstrip() for line in text[:MOST_CHARACTERS].split("\n"))
    groups: list[list[tuple[str, str]]] = [[]]
    for line in _FOLD.sub(" ", "\n".join(lines)).split("\n"):
        if not line:
            groups.append([])
        elif field := _FIELD.match(line):
            groups[-1].append((field[1].lower(), field[2]))
    return [tuple(group) for group in groups if group]


def speaks_of_failure(notice: Notice) -> bool:
    """Tell whether the notice says in its course that a mail was not delivered."""
    return NOT_DELIVERED.found_in(" ".join(" ".join(notice.lines[:80]).split()))


def without_fields(notice: Notice) -> str:
    """Give the words without the header lines of the returned mail, which are its sender's."""
    return "\n".join(line for line in notice.lines[:80] if not _HEADER_LINE.match(line))


def opens_like_a_machine(notice: Notice) -> bool:
    """Tell whether one of the first lines speaks to the sender the way programs do."""
    return any(VOICE.found_in(line) or GREETINGS.found_in(line) for line in _opening(notice)[:4])


def begins_like_a_machine(notice: Notice) -> bool:
    """Tell whether the very first line does so, and is no greeting."""
    return any(VOICE.found_in(line) for line in _opening(notice)[:1])


def _opening(notice: Notice) -> list[str]:
    return [bare for line in notice.lines[:40] if (bare := line.strip(" \t*#=-_~|>\"'"))]


def sounds_like_a_person(notice: Notice) -> bool:
    """Tell whether the notice greets, asks, thanks or speaks of "our mail" the way people do."""
    return any(PEOPLES_WORDS.found_in(line.strip()) for line in notice.lines[:60])


def says_still_trying(subject: str, notice: Notice) -> bool:
    """Tell whether the mail is late only, and the server goes on trying."""
    return STILL_TRYING.found_in(f"{subject}\n{' '.join(notice.words.split())}")


def named_addresses(notice: Notice, strangers: frozenset[str], domain: str = "") -> list[Named]:
    """List the addresses that failed, taken from the clearest form that the notice uses.

    `strangers` are addresses that cannot have failed: those the notice comes from and goes to. `domain` is the
    daemon's own, for systems that name a mailbox without it.
    """
    for form, roles_too in ((_clear, False), (_in_prose, False), (_clear, True)):
        hits = [hit for hit in form(notice.lines) if _may_fail(hit[1], strangers, roles_too)]
        if hits:
            return _with_words(notice.lines, hits)
    bare = _bare_name(notice.lines) if domain else ""
    return [Named(f"{bare}@{domain}".lower(), notice.words)] if bare else []


def addressees(copy: str, strangers: frozenset[str]) -> list[str]:
    """List the To addresses of a returned header, for notices that name nobody."""
    fields = (field.group(1) for line in copy.split("\n")[:200] if (field := _TO_LINE.match(line)))
    named = (_address(hit) for field in fields for hit in ADDRESS.finditer(field))
    return list(dict.fromkeys(address for address in named if _may_fail(address, strangers)))[:MOST_ADDRESSES]


Hits = Iterator[tuple[int, str]]
"""Number of the line, address."""


def _clear(lines: tuple[str, ...]) -> Hits:
    """Find addresses that stand at the head of a line or behind a label."""
    before = ""
    for number, line in enumerate(lines):
        if "@" in line and not _HEADER_LINE.match(line):
            at_head = None if _OTHER_PARTY.search(before[-60:]) else _AT_HEAD.match(line)
            if hit := at_head or _LABELLED.match(line):
                yield number, _address(hit)
        before = line.rstrip() or before


def _in_prose(lines: tuple[str, ...]) -> Hits:
    """Find addresses within a sentence that tells of a failure, or in the dialogue of two servers."""
    for number, line in enumerate(lines):
        if "@" not in line or _SPEAKS_OF_SENDER.search(line) or _HEADER_LINE.match(line):
            continue
        if hit := _IN_DIALOGUE.search(line):
            yield number, _address(hit)
        elif NAMES_A_FAILURE.found_in(f"{lines[number - 1] if number else ''} {line}"):
            for hit in ADDRESS.finditer(line):
                before = line[max(0, hit.start() - 40) : hit.start()]
                if before.endswith("generated from ") or not _OTHER_PARTY.search(before):
                    yield number, _address(hit)


def _address(match: re.Match[str]) -> str:
    """Give the address of a match, whose last two groups it is."""
    local, domain = match.group(match.re.groups - 1), match.group(match.re.groups)
    return f"{local.strip(chr(39)).lower().removeprefix('smtp=')}@{domain.rstrip('.-').lower()}"


def _may_fail(address: str, strangers: frozenset[str], roles_too: bool = False) -> bool:
    return address not in strangers and (roles_too or not _ROLES.match(address.partition("@")[0]))


def _with_words(lines: tuple[str, ...], hits: list[tuple[int, str]]) -> list[Named]:
    """Give each address the lines from its own to the next one's."""
    words: dict[str, list[str]] = {}
    starts = [_with_dialogue(lines, number) for number, _ in hits]
    for (number, address), start, until in zip(hits, starts, [*starts[1:], len(lines)], strict=True):
        if address in words or len(words) < MOST_ADDRESSES:
            words.setdefault(address, []).append("\n".join(lines[start : max(number + 1, min(until, number + 40))]))
    return [Named(address, "\n".join(parts)) for address, parts in words.items()]


def _with_dialogue(lines: tuple[str, ...], number: int) -> int:
    """Go back to where the two servers' dialogue about an address begins, which sendmail writes above it."""
    while number and lines[number - 1].startswith((">>> ", "<<< ")) and not lines[number].startswith(">>> "):
        number -= 1
    return number


def _bare_name(lines: tuple[str, ...]) -> str:
    introduced = False
    for line in lines:
        if introduced and (hit := _BARE_NAME.match(line)):
            return hit.group(1)
        introduced = introduced or bool(_INTRODUCES.search(line))
    return ""
