"""A solved ticket becomes the draft of an article: what people have, why, and what to do, without who it was."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from maild.desk.drafted import DraftArticle
from maild.desk.terms import terms
from maild.desk.ticket import Ticket
from maild.knowledge.article import LONGEST_STEP, LONGEST_TITLE, MOST_STEPS
from maild.knowledge.impersonal import MARKS, impersonal
from maild.knowledge.library import EMPTY, Library

_MOST_KEYWORDS, _MOST_CODES = 10, 8
_LONGEST_INTRO, _LONGEST_CAUSE = 600, 300
_LONGEST_NAME = 40
_NO_KEYWORDS = frozenset({"merged", "spam"})
_CODES = (
    re.compile(r"(?<!\w)0x[0-9a-f]{2,12}(?!\w)", re.IGNORECASE),
    re.compile(r"(?<![\w-])[A-Z]{2,10}-\d{2,6}(?![\w-])"),
    re.compile(r"(?<![\d.])[245]\.\d\.\d{1,3}(?![\d.])"),
    re.compile(
        r"(?:error|错误|报错|stop ?code)\s*(?:code|number|no\.?|代码|码)?\s*[:：#=]?\s*([a-z]{0,6}-?\d{2,6})(?!\w)",
        re.IGNORECASE,
    ),
)
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_LABEL = re.compile(r"(?i)^(?:solution|解决方法|解决办法|解决方案)\s*[:：]\s*")
_CAUSE = re.compile(r"(?i)^(?:root cause|cause|根本原因|原因)\s*[:：]")
_MARKER = re.compile(
    r"^(?:(?:step\s*)?\d{1,2}\s*[.):、．）：](?!\d)|[-*•·–]\s|第[一二三四五六七八九十]步[:：，、]?|[一二三四五六七八九十]、)\s*",
    re.IGNORECASE,
)
_BETWEEN = re.compile("一直|无法|不能|没有|怎么|为什么|[请的了我您要但和在是]")
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=\S)|(?<=[。！？；])\s*(?=\S)")
_PUNCTUATION = re.compile(r"[\s\W_]+")


@dataclass(frozen=True, slots=True)
class _Says:
    head: str
    reason: str
    closing: str


_WORDS: Mapping[str, _Says] = {
    "en": _Says(
        "# A draft made from ticket #{number} (category: {category}). Nobody is shown it: read it, mend it, and\n"
        "# move it to the folder of its language among the articles.\n"
        "# Names, addresses, telephone numbers and passwords were left out as far as they could be told. Look again.",
        "The reason was: {cause}",
        "If none of this helps, reply and tell us what you see.",
    ),
    "zh": _Says(
        "# 由工单 #{number}（类别：{category}）生成的草稿，不会展示给任何人。请通读修改，\n"
        "# 确认无误后移到文章目录中对应语言的文件夹。\n"
        "# 姓名、地址、电话和密码已尽量去除，请再检查一遍。",
        "原因：{cause}",
        "如果还是不行，请回复告诉我们屏幕上的提示。",
    ),
}  # fmt: skip


def draft_article(
    ticket: Ticket, words: str, title: str = "", names: Iterable[str] = (), library: Library = EMPTY
) -> DraftArticle:
    """Draft an article from a ticket that has a solution; the article can be read as it is.

    Args:
        words: what the requester wrote.
        title: in place of the ticket's subject.
        names: of further people who must not be in it.
        library: whose keywords are found again in these words.
    """
    spoken = "zh" if ticket.language.startswith("zh") else "en"
    says, marks = _WORDS[spoken], MARKS[spoken]
    everybody = (ticket.requester, ticket.requester_name, *names)
    everybody += tuple(text for person in ticket.participants for text in (person.email, person.name))
    codes = _codes("\n".join((ticket.subject, words, ticket.cause, ticket.solution)))
    subject, said, cause, solution = (
        impersonal(text, everybody, marks, codes)
        for text in (title or ticket.subject, words, ticket.cause, ticket.solution)
    )
    heading = _cut(_one_line(subject), LONGEST_TITLE) or f"#{ticket.number}"
    intro = [_cut(_plain(said), _LONGEST_INTRO)]
    intro += [says.reason.format(cause=_cut(_plain(cause), _LONGEST_CAUSE))] if cause else []
    before, steps = _steps(solution)
    intro += [_cut(_plain(before), _LONGEST_INTRO)]
    text = "\n".join(
        (
            "---",
            says.head.format(number=ticket.number, category=_one_line(ticket.category) or "other"),
            f"title: {_quoted(heading)}",
            f"keywords: [{', '.join(map(_quoted, _keywords(heading, said, ticket, spoken, library)))}]",
            *([f"codes: [{', '.join(map(_quoted, codes))}]"] if codes else []),
            "---",
            "",
            *(line for paragraph in intro if paragraph for line in (paragraph, "")),
            *(f"{number}. {step}" for number, step in enumerate(steps, 1)),
            "",
            says.closing,
            "",
        )
    )
    language = ticket.language if _LANGUAGE.fullmatch(ticket.language) else spoken
    return DraftArticle(_name(heading, ticket.number), language, text)


def _quoted(text: str) -> str:
    """Write a text as YAML understands it, whatever is in it."""
    return json.dumps(text, ensure_ascii=False)


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _plain(text: str) -> str:
    """Make one paragraph that is neither HTML nor a list nor a heading."""
    lines = (re.sub(r"^(?:[#>|!`\s]|---+|\d+\s*[.)．、）](?!\d))+", "", line) for line in text.split("\n"))
    return _one_line(" ".join(lines)).replace("<", "‹").replace(">", "›").lstrip("#|!`- ")


def _steps(solution: str) -> tuple[str, list[str]]:
    """Cut a solution into what goes before the steps, and the steps: its own list, else its sentences."""
    lines = [_LABEL.sub("", line.strip()) for line in solution.split("\n")]
    lines = [line for line in lines if line and not _CAUSE.match(line)]
    marked = [bool(_MARKER.match(line)) for line in lines]
    before: list[str] = []
    if sum(marked) >= 2:
        found: list[str] = []
        for line, begins in zip(lines, marked, strict=True):
            if begins:
                found.append(_MARKER.sub("", line, count=1))
            elif found:
                found[-1] = f"{found[-1]} {line}"
            else:
                before.append(line)
    else:
        found = [sentence for line in lines for sentence in _SENTENCE.split(_MARKER.sub("", line, count=1))]
    steps = [step for one in found if (step := _plain(one))]
    some = -(-len(steps) // MOST_STEPS) or 1
    together = (" ".join(steps[at : at + some]) for at in range(0, len(steps), some))
    return " ".join(before), [_cut(step, LONGEST_STEP) for step in together] or ["…"]


def _codes(text: str) -> list[str]:
    found = (match[match.lastindex or 0] for code in _CODES for match in code.finditer(text))
    once = {code.casefold(): code for code in found if any(letter.isdigit() for letter in code)}
    return list(once.values())[:_MOST_CODES]


def _keywords(title: str, said: str, ticket: Ticket, spoken: str, library: Library) -> list[str]:
    """Give words by which people with this problem may find it: those known, tags, and those of the title."""
    asked = set(terms(f"{title}\n{said}"))
    once: dict[str, str] = {}
    for word in (*_known(asked, spoken, library), *_tags(ticket.tags), *_words(_unmarked(title))):
        if terms(word):
            once.setdefault(word.casefold(), word)
    return list(once.values())[:_MOST_KEYWORDS] or [f"#{ticket.number}"]


def _known(asked: set[str], spoken: str, library: Library) -> Iterator[str]:
    for (_, language), article in library.articles.items():
        if language.partition("-")[0] == spoken:
            yield from (phrase for phrase in article.keywords if (held := set(terms(phrase))) and held <= asked)


def _tags(tags: Sequence[str]) -> Iterator[str]:
    return (tag for tag in tags if tag not in _NO_KEYWORDS)


def _unmarked(title: str) -> str:
    return re.sub(r"\[[^\]]*\]", " ", title)


def _words(title: str) -> Iterator[str]:
    """Give the words of a title that say something; Chinese in the pieces between its common words."""
    for run in re.findall(r"[A-Za-z][A-Za-z0-9'-]+|[\u3400-\u9fff]+", title):
        if run[0].isascii():
            yield run.casefold() if not run.isupper() else run
        else:
            yield from (piece for piece in _BETWEEN.split(run) if 2 <= len(piece) <= 8)


def _name(title: str, number: int) -> str:
    """Name the file by its title where that has Latin letters, and by the ticket."""
    slug = _PUNCTUATION.sub("-", _unmarked(title).casefold())
    slug = re.sub(r"[^a-z0-9-]+", "", slug)[:_LONGEST_NAME]
    return "-".join((*(part for part in slug.split("-") if part), str(number)))
