"""A word becomes the one value it can mean; where two match nothing is guessed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from difflib import get_close_matches
from zoneinfo import ZoneInfo

from maild.desk.commands.moments import moment
from maild.desk.commands.phone import plain
from maild.desk.commands.verbs import BY_NAME, Verb
from maild.desk.commands.words import Command, Refusal

Names = Mapping[str, tuple[str, ...]]
"""A canonical value with the words that mean it."""

_PRIORITIES: Names = {"P1": ("1",), "P2": ("2",), "P3": ("3",), "P4": ("4",)}
_IMPACTS: Names = {
    "individual": ("person", "single", "个人", "一人"),
    "department": ("team", "部门", "团队"),
    "company": ("everybody", "everyone", "all", "公司", "全公司"),
}
_URGENCIES: Names = {
    "low": ("低", "不急"),
    "medium": ("normal", "中", "一般"),
    "high": ("urgent", "critical", "高", "紧急"),
}
_STATUSES: Names = {
    "open": ("reopened", "处理中", "打开"),
    "pending": ("waiting", "等待", "挂起"),
    "resolved": ("solved", "done", "fixed", "已解决", "解决"),
    "closed": ("关闭", "已关闭"),
}
_CATEGORIES_IN_CHINESE = {"hardware": "硬件", "software": "软件", "network": "网络", "account": "账号", "other": "其他"}
_NOBODY = ("nobody", "none", "noone", "unassigned", "-", "无", "无人")
_MYSELF = ("me", "myself", "我", "自己")
_ADDRESS = re.compile(r"[^\s<>@,;\"']+@[^\s<>@,;\"']+\.[^\s<>@,;\"'.]+")
_TAG = re.compile(r"[+-]?#?[\w][\w.-]{0,39}")
_TICKET = re.compile(r"(?:ticket\s*)?[\[【]?\s*#?\s*([0-9]{1,9})\s*[\]】]?|工单\s*#?([0-9]{1,9})")
LABELS = ("cause", "subject", "knowledge")
"""Verbs that take a few words, which some people put in quotes."""
_CLOSE_ENOUGH, _NOT_TOO_FAR = 0.8, 0.5
_MOST = 20


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The names of this desk that commands may use, and the moment they are read at."""

    now: datetime
    me: str = ""
    """The key of the agent who writes."""
    agents: Names = field(default_factory=dict)
    """Keys with names and addresses."""
    queues: tuple[str, ...] = ()
    categories: tuple[str, ...] = tuple(_CATEGORIES_IN_CHINESE)
    canned: tuple[str, ...] = ()
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))


def read(verb: Verb, written: str, said: str, vocabulary: Vocabulary) -> Command | Refusal:
    """Read what stands behind a verb.

    Args:
        written: the whole command, for the refusal.
        said: as it was written, without the verb.
    """
    words = plain(said).strip()
    if verb.takes == "text":
        return _text(verb, written, said.strip())
    words = words.strip(" \"'").rstrip(".,;!?").rstrip(" \"'")
    if not words:
        if verb.optional or not verb.takes:
            return Command(verb.name)
        return Refusal(written, "missing", verb=verb.name, suggestions=_examples(verb, vocabulary))
    if not verb.takes:
        below = f"/{verb.name}\n\n{said.strip()}"
        return Refusal(written, "too_much", words, verb.name, (below, f"/{verb.name}"))
    if verb.takes == "tags":
        return _tags(verb, written, words)
    if verb.takes in ("addresses", "address"):
        return _addresses(verb, written, words)
    if verb.takes == "moment":
        at = moment(words, vocabulary.now, vocabulary.zone, hour=18 if verb.name == "due" else 9)
        example = (f"/{verb.name} friday", f"/{verb.name} 2d", f"/{verb.name} tomorrow 14:00")
        return Command(verb.name, at=at) if at else Refusal(written, "no_moment", words, verb.name, example)
    if verb.takes == "ticket":
        match = _TICKET.fullmatch(words.casefold())
        if match:
            return Command(verb.name, match[1] or match[2])
        return Refusal(written, "unknown", words, verb.name, (f"/{verb.name} #1042",))
    return _named(verb, written, words, vocabulary)


def _text(verb: Verb, written: str, said: str) -> Command | Refusal:
    if verb.name == "new":
        match = re.match(r"\s*(?:for|代)?\s*:?\s*<?([^\s<>]+@[^\s<>,;:]+)>?[\s,;:]*(.*)", said, re.IGNORECASE)
        if not match or not _ADDRESS.fullmatch(match[1].lower()):
            return Refusal(written, "missing", verb="new", suggestions=("/new for eva@example.com VPN down",))
        return Command("new", match[2].strip(), values=(match[1].lower(),))
    if verb.name in LABELS:
        said = re.sub(r"^[\"'“”‘’「『]+(.*?)[\"'“”‘’」』]+$", r"\1", said)
    if not said and not verb.optional:
        example = "loose cable" if verb.name == "cause" else "VPN down since Monday"
        return Refusal(written, "missing", verb=verb.name, suggestions=(f"/{verb.name} {example}",))
    return Command(verb.name, said)


def _tags(verb: Verb, written: str, words: str) -> Command | Refusal:
    found = []
    for word in re.split(r"[\s,;]+", words):
        if not _TAG.fullmatch(word):
            return Refusal(written, "unknown", word, verb.name, ("/tag vpn", "/tag -vpn"))
        sign = "-" if word.startswith("-") else "+"
        found.append(sign + word.lstrip("+-#").casefold())
    return Command(verb.name, values=tuple(dict.fromkeys(found))[:_MOST])


def _addresses(verb: Verb, written: str, words: str) -> Command | Refusal:
    found = []
    for word in re.split(r"[\s,;]+", words):
        bare = word.strip("<>\"'").removeprefix("mailto:").lower()
        if "@" not in bare and found == [] and verb.takes == "addresses":
            continue  # a display name before its address
        if not _ADDRESS.fullmatch(bare):
            return Refusal(written, "unknown", word, verb.name, (f"/{verb.name} tom@example.com",))
        found.append(bare)
    if not found or (verb.takes == "address" and len(found) > 1):
        return Refusal(written, "unknown", words, verb.name, (f"/{verb.name} tom@example.com",))
    return Command(verb.name, found[0] if verb.takes == "address" else "", values=tuple(dict.fromkeys(found))[:_MOST])


def _options(verb: Verb, vocabulary: Vocabulary) -> Names:
    fixed = {"priority": _PRIORITIES, "impact": _IMPACTS, "urgency": _URGENCIES, "status": _STATUSES}
    if verb.takes in fixed:
        return fixed[verb.takes]
    if verb.takes == "queue":
        return dict.fromkeys(vocabulary.queues, ())
    if verb.takes == "canned":
        return dict.fromkeys(vocabulary.canned, ())
    if verb.takes == "category":
        chinese = _CATEGORIES_IN_CHINESE
        return {name: (chinese[name],) if name in chinese else () for name in vocabulary.categories}
    agents = dict(vocabulary.agents)
    if vocabulary.me in agents:
        agents[vocabulary.me] = (*agents[vocabulary.me], *_MYSELF)
    return agents


def _named(verb: Verb, written: str, words: str, vocabulary: Vocabulary) -> Command | Refusal:
    if verb.takes == "agent":
        words = words.lstrip("@").removeprefix("to ").lstrip("@").strip(" <>")
        if words.casefold() in _NOBODY:
            return Command(verb.name, "")
    options = _options(verb, vocabulary)
    found, certain = choose(words, options)
    if certain and len(found) == 1:
        return Command(verb.name, found[0])
    suggestions = tuple(f"/{verb.name} {value}" for value in (found or list(options))[:6])
    return Refusal(written, "ambiguous" if certain else "unknown", words, verb.name, suggestions)


def choose(word: str, options: Names) -> tuple[list[str], bool]:
    """Give the values a word can mean, best way first: said whole, begun, or one letter off.

    Returns:
        The values, and whether they may be taken for meant: where that is so and there is one, it is the one.
    """
    wanted = _key(word)
    if not wanted:
        return [], False
    table = [(_key(name), value) for value, names in options.items() for name in (value, *names)]
    for fits in (
        lambda name: name == wanted,
        lambda name: name.startswith(wanted),
        lambda name: any(part.startswith(wanted) for part in re.split(r"[\s@._-]+", name)),
    ):
        found = list(dict.fromkeys(value for name, value in table if fits(name)))
        if found:
            said_whole = any(name == wanted for name, _ in table)
            return (found if said_whole else list(dict.fromkeys((*found, *_like(wanted, table, _CLOSE_ENOUGH))))), True
    near = _like(wanted, table, _CLOSE_ENOUGH)
    return (near, len(wanted) >= 4) if near else (_like(wanted, table, _NOT_TOO_FAR), False)


def _like(wanted: str, table: Sequence[tuple[str, str]], cutoff: float) -> list[str]:
    names = get_close_matches(wanted, [name for name, _ in table], n=6, cutoff=cutoff)
    return list(dict.fromkeys(value for near in names for name, value in table if name == near))


def _key(word: str) -> str:
    return " ".join(plain(word).casefold().split())


def _examples(verb: Verb, vocabulary: Vocabulary) -> tuple[str, ...]:
    if verb.takes == "tags":
        return ("/tag vpn",)
    if verb.takes in ("addresses", "address"):
        return (f"/{verb.name} tom@example.com",)
    if verb.takes == "moment":
        return (f"/{verb.name} friday", f"/{verb.name} 2d")
    if verb.takes == "ticket":
        return (f"/{verb.name} #1042",)
    return tuple(f"/{verb.name} {value}" for value in list(_options(verb, vocabulary))[:6])


def verbs_like(word: str) -> tuple[str, ...]:
    """Give the commands that an unknown verb may have been meant for."""
    return tuple(f"/{name}" for name in get_close_matches(word.casefold(), list(BY_NAME), n=3, cutoff=0.6))
