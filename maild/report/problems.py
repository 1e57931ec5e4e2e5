"""The problems that came back: tickets grouped by likeness of what their requesters wrote.

Each ticket becomes a bag of terms: English words, error codes and pairs of Chinese characters, those of its subject
weighing most. Rare terms say more than common ones (TF-IDF). A ticket joins the group it is most like (cosine), or
begins one; tickets are taken in their order, so that the same tickets always make the same groups.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from maild.report.effort import NOTHING, Effort
from maild.report.period import Period
from maild.store import Reviewed

LIKE = 0.42
"""The cosine from which on two tickets are about the same thing; see tests/report/test_problems.py."""
TERMS = 12
"""The most telling terms of a ticket; more only blur it."""
SUBJECT_WEIGHT = 3
_TEXT = 240
_SAID = 160
"""Characters that are shown of a cause or a solution."""
_GREETING = re.compile(r"^\s*(?:hello|hi|dear|您好|你好)[^\n,，!！。]{0,40}[\n,，!！。]\s*", re.IGNORECASE)
_COMMON = 0.2
"""A term in more of the tickets than this tells nothing apart, so that no group is looked for by it alone."""

_WORD = re.compile(r"[a-z][a-z0-9+#.-]*[a-z0-9]|0x[0-9a-f]+|[a-z]*\d[\w.-]*\d|[\u3400-\u4dbf\u4e00-\u9fff]+")
_HAN = re.compile(r"[\u3400-\u9fff]")
_PREFIX = re.compile(r"^\s*(?:(?:re|fw|fwd|aw|wg|回复|答复|转发)\s*[:：]\s*|\[[^\]]{1,30}\]\s*)+", re.IGNORECASE)
_DIGITS_ONLY = re.compile(r"\d+(?:[.:-]\d+)*")
_PLURAL = re.compile(r"(?<=[a-z]{3})(?<!s)s$")

_COURTESIES = """
about after again all also always am an and any anymore are as asap ask at be because been before but by can cannot
cant could day days dear did do does doesn doesnt don dont each email even every for from get gets give go good got had
hallo has have having he hello help helpdesk her hi his how if in inform into is isn it its itself just keep kindly know
let like mail me morning afternoon mr mrs ms my need needs new no not now of old on one only or our out please problem
problems question regards request send sent she should since sir so some still support team than thank thanks that the
their them then there these they this to today too tried try trying unable up urgent us use using very want wants was we
were what when where which while who why will with won work working works would yesterday you your
"""
_COURTESIES_HAN = """
您好 你好 请帮 帮忙 谢谢 麻烦 一下 我的 我们 他们 你们 怎么 什么 可以 不能 无法 不了 今天
昨天 早上 上午 下午 现在 问题 求助 帮助 咨询 请问 一直 已经 还是 老师 大家 这个 那个 没有
出现 使用 需要 不知 知道 尽快 处理 解决 急急 紧急 非常 感谢 多谢 为什 是否 能否 帮我 我看
看看 看一
"""
_SILENT = frozenset((_COURTESIES + _COURTESIES_HAN).split())
"""What everybody writes, whatever it is about."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Tickets that are about the same thing."""

    name: str
    """The subject of the ticket that is most like the others."""
    tickets: tuple[int, ...]
    """Those of the period, by number."""
    requesters: int
    before: int
    """How many there were in the period before."""
    category: str
    """Of most of them."""
    causes: tuple[Usual, ...] = ()
    solutions: tuple[Usual, ...] = ()
    """What was said of them in either period, the usual first."""
    effort: Effort = NOTHING
    """Of those of the period that are solved."""


def returning(
    tickets: Sequence[Reviewed],
    period: Period,
    cost: Callable[[Sequence[Reviewed]], Effort] = lambda _: NOTHING,
    most: int = 10,
) -> tuple[Problem, ...]:
    """Give the problems that came at least twice within a period, those that came most often first.

    Args:
        tickets: those of the period and of the one before; others do no harm.
        cost: what some tickets have taken.
    """
    before = period.before
    within = [ticket for ticket in tickets if period.has(ticket.opened_at) or before.has(ticket.opened_at)]
    found = []
    for group in likenesses(within):
        now = [ticket for ticket in group if period.has(ticket.opened_at)]
        if len(now) > 1:
            found.append((now, group))
    found.sort(key=lambda pair: (-len(pair[0]), min(ticket.number for ticket in pair[0])))
    return tuple(_problem(now, group, cost(now)) for now, group in found[:most])


def likenesses(tickets: Sequence[Reviewed], like: float = LIKE) -> list[list[Reviewed]]:
    """Part tickets into groups of the like ones; the first of a group is the one most like the others."""
    groups = alike([terms(ticket.subject, ticket.text) for ticket in tickets], like)
    return [[tickets[index] for index in group] for group in groups]


def alike(bags: Sequence[Counter[str]], like: float = LIKE) -> list[list[int]]:
    """Part bags of terms, named by their places, into groups of like ones; those of no term stay alone."""
    same: dict[tuple[tuple[str, float], ...], list[int]] = defaultdict(list)
    alone = []
    for index, vector in enumerate(_vectors(bags)):
        if vector:
            same[tuple(vector.items())].append(index)
        else:
            alone.append([index])
    members = list(same.values())
    groups = _grouped(list(same), [len(one) for one in members], like)
    return [[index for unit in group for index in members[unit]] for group in groups] + alone


def terms(subject: str, text: str = "") -> Counter[str]:
    """Count what a mail speaks of, without courtesies, bare numbers and what everybody writes."""
    found: Counter[str] = Counter()
    for part, weight in ((_PREFIX.sub("", subject), SUBJECT_WEIGHT), (text[:_TEXT], 1)):
        for term in set(_terms_of(part.lower())):
            found[term] += weight
    return found


def _terms_of(text: str) -> Iterable[str]:
    for word in _WORD.findall(text):
        if _HAN.match(word):
            pairs = (word[i : i + 2] for i in range(len(word) - 1)) if len(word) > 1 else (word,)
            yield from (pair for pair in pairs if pair not in _SILENT)
        elif word not in _SILENT and not _DIGITS_ONLY.fullmatch(word):
            yield _PLURAL.sub("", word)


def _vectors(bags: Sequence[Counter[str]]) -> list[dict[str, float]]:
    """Give each bag's most telling terms as a vector of length 1."""
    spread = Counter(term for bag in bags for term in bag)
    rarity = {term: math.log((len(bags) + 1) / count) for term, count in spread.items()}
    vectors = []
    for bag in bags:
        weights = {term: count * rarity[term] for term, count in bag.items()}
        best = sorted(weights.items(), key=lambda pair: (-pair[1], pair[0]))[:TERMS]
        length = math.sqrt(sum(weight * weight for _, weight in best))
        vectors.append({term: weight / length for term, weight in best} if length else {})
    return vectors


def _grouped(units: list[tuple[tuple[str, float], ...]], counts: list[int], like: float) -> list[list[int]]:
    """Group unit vectors by likeness to the mean of a group."""
    spread = Counter(term for unit in units for term, _ in unit)
    common = {term for term, count in spread.items() if count > max(50, _COMMON * len(units))}
    groups: list[list[int]] = []
    sums: list[dict[str, float]] = []
    squares: list[float] = []
    having: dict[str, list[int]] = defaultdict(list)
    for index, unit in enumerate(units):
        near = {group for term, _ in unit if term not in common for group in having.get(term, ())}
        best, score = -1, like
        for group in near:
            total = sums[group]
            cosine = sum(weight * total.get(term, 0.0) for term, weight in unit) / math.sqrt(squares[group])
            if cosine > score or (cosine == score and group < best):
                best, score = group, cosine
        if best < 0:
            best = len(groups)
            groups.append([])
            sums.append({})
            squares.append(0.0)
        groups[best].append(index)
        total = sums[best]
        for term, weight in unit:
            was = total.get(term, 0.0)
            if not was:
                having[term].append(best)
            total[term] = was + counts[index] * weight
            squares[best] += total[term] ** 2 - was**2
    return [_by_typicality(group, units, total) for group, total in zip(groups, sums, strict=True)]


def _by_typicality(
    group: list[int], units: Sequence[tuple[tuple[str, float], ...]], total: dict[str, float]
) -> list[int]:
    def typical(index: int) -> float:
        return -sum(weight * total[term] for term, weight in units[index])

    return sorted(group, key=lambda index: (round(typical(index), 9), index))


def _problem(tickets: Sequence[Reviewed], group: Sequence[Reviewed], effort: Effort) -> Problem:
    return Problem(
        name=_PREFIX.sub("", tickets[0].subject).strip() or tickets[0].text[:80].strip(),
        tickets=tuple(sorted(ticket.number for ticket in tickets)),
        requesters=len({ticket.requester for ticket in tickets}),
        before=len(group) - len(tickets),
        category=Counter(sorted(ticket.category for ticket in tickets)).most_common(1)[0][0],
        causes=usual([ticket.cause for ticket in group]),
        solutions=usual([ticket.solution for ticket in group]),
        effort=effort,
    )


@dataclass(frozen=True, slots=True)
class Usual:
    """What was said of several tickets in like words."""

    text: str
    tickets: int


def usual(texts: Sequence[str], most: int = 3) -> tuple[Usual, ...]:
    """Give what was said most often, however it was put: the words that are most like the others, in one line."""
    said: dict[str, list[str]] = defaultdict(list)
    for line in filter(None, map(_in_one_line, texts)):
        said[line.casefold().strip(" .,;!。，；！")].append(line)
    lines = [lines[0] for lines in said.values()]
    counts = [len(lines) for lines in said.values()]
    groups = alike([terms("", line) for line in lines])
    found = [Usual(lines[max(group, key=lambda n: counts[n])], sum(counts[n] for n in group)) for group in groups]
    return tuple(sorted(found, key=lambda one: -one.tickets)[:most])


def _in_one_line(text: str) -> str:
    return " ".join(_GREETING.sub("", text).split())[:_SAID]
