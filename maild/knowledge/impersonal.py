"""Words of a ticket without what tells who wrote them: names, addresses, numbers, secrets, greetings."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

_ADDRESS = re.compile(r"(?:mailto:)?[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")
_QUERY = re.compile(r"(https?://[^\s?#]+)[?#]\S*", re.IGNORECASE)
_NUMBER = re.compile(r"(?<![\w.])\+?\d(?:[ ()/.-]{0,2}\d){6,}(?!\w)")
_SECRET = re.compile(
    r"(password|passwort|passcode|pin|token|密码|口令|验证码)(\s*(?:is|was|are|=|:|：|是|为|改成|改为)\s*)"
    r"(?=\S*[\d!@#$%^&*])(\S*[^\s.,;!?。，；！？])",
    re.IGNORECASE,
)
_GREETING = (
    r"hello|hi|hey|dear|good (?:morning|afternoon|evening|day)|greetings|您好|你好|大家好|尊敬的|"
    r"早上好|上午好|下午好|晚上好"
)
_TO_WHOM = r"all|team|there|everyone|everybody|support|helpdesk|colleagues?|sir|madam|mr|mrs|ms|各位|同事们?|老师"
_SIGN_OFF = re.compile(
    r"[\s,.!，。！~-]*(?:(?:many |kind |best |warm )?(?:thanks|thank you|regards|wishes|greetings)|thx|cheers|br|"
    r"sincerely|谢谢|感谢|多谢|此致|敬礼|祝好|顺祝商祺)[^\d:：]{0,24}",
    re.IGNORECASE,
)
_NO_NAMES = frozenset(
    {"admin", "contact", "desk", "hello", "help", "helpdesk", "info", "mail", "office", "sales", "service", "support",
     "team", "test", "user"}
)  # fmt: skip
"""Whose addresses begin with one of these tells of nobody."""


@dataclass(frozen=True, slots=True)
class Marks:
    """What stands in the place of something left out."""

    name: str
    address: str
    number: str
    secret: str


MARKS: Mapping[str, Marks] = {
    "en": Marks("[name]", "[address]", "[number]", "[secret]"),
    "zh": Marks("[姓名]", "[地址]", "[号码]", "[密码]"),
}


def tidy(text: str) -> str:
    """Take out what no file of plain text should hold: signs that are not seen, and every space but one kind."""
    kept = []
    for letter in unicodedata.normalize("NFC", text.replace("\r\n", "\n")):
        kind = unicodedata.category(letter)
        if letter == "\n" or kind[0] not in "CZ":
            kept.append(letter)
        elif kind[0] == "Z" or letter == "\t":
            kept.append(" ")
    return "".join(kept)


def impersonal(text: str, names: Iterable[str], marks: Marks, keep: Iterable[str] = ()) -> str:
    """Leave out what tells of a person, so far as it can be told; a person has to read it in any case.

    Args:
        names: of the people who took part, and their addresses.
        keep: error codes, which are no telephone numbers.
    """
    codes = frozenset(keep)
    text = _ADDRESS.sub(marks.address, tidy(text))
    text = _QUERY.sub(r"\1", text)
    text = _SECRET.sub(lambda found: f"{found[1]}{found[2]}{marks.secret}", text)
    text = _NUMBER.sub(lambda found: found[0] if found[0] in codes else marks.number, text)
    for name in _parts(names):
        bounds = (r"(?<!\w)", r"(?!\w)") if name.isascii() else ("", "")
        text = re.sub(bounds[0] + re.escape(name) + bounds[1], marks.name, text, flags=re.IGNORECASE)
    text = re.sub(rf"(?:{re.escape(marks.name)}[ .·]*){{2,}}", marks.name, text)
    lines = (_without_greeting(line.strip(), marks) for line in text.split("\n"))
    return "\n".join(line for line in lines if line is not None).strip("\n")


def _parts(names: Iterable[str]) -> list[str]:
    """Give each name, its parts, and the part of an address before the @; the longest first."""
    found: dict[str, None] = {}
    for name in names:
        local = tidy(name).partition("@")[0].strip(" \"'")
        for part in (local, *re.split(r"[\s,._+-]+", local)):
            if len(part) >= (3 if part.isascii() else 2) and not part.isdigit() and part.casefold() not in _NO_NAMES:
                found[part] = None
    return sorted(found, key=len, reverse=True)


def _without_greeting(line: str, marks: Marks) -> str | None:
    """Give a line without its greeting; None where it is nothing but courtesy or a name."""
    if not line:
        return ""
    name = re.escape(marks.name)
    line = re.sub(
        rf"^(?:{name}[\s,，]*)?(?:{_GREETING})(?![a-z])(?:[\s,，]*(?:{_TO_WHOM}|{name})(?![a-z]))*(?:[\s,.!，。！:：~]+|$)",
        "",
        line,
        flags=re.IGNORECASE,
    )
    bare = re.sub(rf"{name}|[\W_]", "", line)
    return None if not bare or _SIGN_OFF.fullmatch(line) else line
