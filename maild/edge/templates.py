"""Notices from templates: Jinja behind one call, with everything read and compiled before the first mail.

A notice NAME is `templates/<language>/NAME.txt`, whose first line is `Subject: ...` and whose second is empty, and, for
mail programs that show it, `NAME.html` beside it. Folders are searched in order, file by file, so that an admin's own
folder needs to hold only what differs. `zh-TW` falls back to `zh`, and every language to `en`.

What templates are told (a fact that a notice does not have is None, "" or False, never missing):

    ticket      maild.desk.ticket.Ticket: number subject requester requester_name status category priority queue
                assignee opened_at first_response_due resolution_due ...; None where no ticket was opened
    message     maild.mail.message.Message: subject date attachments ...; None where no mail is answered
    text        what the sender wrote now, without what he quoted
    quoted      what stands below it in a first mail, which the desk has not seen before ("see below")
    repeat      whether the sender is known, so that his own words and name may be repeated to him; never otherwise
    recipient   the address this notice goes to
    desk        name, email: who the notice is from
    zone        where the desk keeps its hours, as "Asia/Shanghai"
    now         an aware datetime
    language    of this template
    megabytes   the size of a mail that was too large
    questions   lines to fill in, for what the mail does not say; `ask` has their short names
    suggest     names of articles that may help
    articles    those articles: title intro steps closing; intro and closing may have empty lines
    similar     solved tickets that a new one is like: number subject solution
    agent       the name of the agent this notice goes to
    clock, due  which promise is at stake (acknowledge, first_response, resolution) and when it is due
    ticket_url, rate_url    links to the pages of the ticket, "" where there are none or the reader is not its requester
    done        what an agent wrote last to the requester: what was done
    rating      what the requester thinks of the help, 1-5; `text` has the comment
    file, problems, count   what is wrong with a file an admin has edited
    review      maild.desk.review.Review: the figures of a month, for the notice monthly-review alone

those of `maild.edge.template_taps`, which agents' mails give rise to, and of `maild.edge.template_time`, and helps:
`when(moment)` writes a time for a reader, `excerpt(text, lines, characters)` gives the first lines of a text,
`article_as(name, article)` an article as `<language>/<name>.html` or `<name>.html` writes it. The look
of the HTML is `style.css`, whose rules are written into the elements once, at the start; its frame is `layout.html`.
`maild.edge.template_check` tries them all with made-up facts.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined, Template, pass_context
from jinja2.runtime import Context, LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from maild.desk.when import when
from maild.edge.style import read_style, write_into
from maild.edge.template_taps import AGENT_FACTS, AGENT_NOTICES, HELPS
from maild.edge.template_time import TIME_FACTS, TIME_NOTICES
from maild.mail.compose import one_line

FACTS: Mapping[str, Any] = {
    **AGENT_FACTS,
    **TIME_FACTS,
    "ticket": None,
    "message": None,
    "text": "",
    "repeat": False,
    "recipient": "",
    "desk": None,
    "zone": "UTC",
    "now": None,
    "language": "en",
    "megabytes": 0,
    "questions": (),
    "ask": (),
    "suggest": (),
    "agent": "",
    "clock": "",
    "due": None,
    "file": "",
    "problems": "",
    "count": 0,
    "articles": (),
    "similar": (),
    "quoted": "",
    "ticket_url": "",
    "rate_url": "",
    "rating": 0,
    "done": "",
}
"""Every fact a template may name, with its value where the notice has none."""

NOTICES = (
    "receipt", "reopened", "too-large", "progress", "reminder", "resolved", "closed",
    "new-ticket", "assigned", "follow-up", "outage", "sla-warning", "sla-breach", "low-rating", "rulebook-refused",
    "monthly-review", *AGENT_NOTICES, *TIME_NOTICES,
)  # fmt: skip
"""The notices that have templates."""

FALLBACK = "en"
STYLE = "style.css"
LONGEST_SUBJECT = 1_000
SUBJECT = "Subject:"
SUBJECT_OF = "#subject"
"""After a template's name: its first line, which is a template of its own, so that no fact can end the subject."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A notice filled in."""

    subject: str
    """One line, whatever the facts held."""
    text: str
    html: str
    """"" where the template has no HTML."""


class UnknownNotice(LookupError):
    """No folder has a template of this name."""


class Templates:
    """The templates of some folders, read once; see the module's docstring for what they are told."""

    def __init__(self, folders: Iterable[Path]) -> None:
        self.files = _files(folders)
        self._environment = _environment(self.files)
        self._chosen: dict[tuple[str, str], _Chosen] = {}

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that have any template."""
        return tuple(sorted({name.partition("/")[0] for name in self.files if "/" in name}))

    @property
    def canned(self) -> tuple[str, ...]:
        """The names of the answers that agents can send with one command."""
        names = {name.partition("/canned/")[2].removesuffix(".txt") for name in self.files if "/canned/" in name}
        return tuple(sorted(names))

    def render(self, name: str, language: str, facts: Mapping[str, Any]) -> Rendered:
        """Fill in a notice; raises UnknownNotice, or a TemplateError of Jinja where the template is wrong."""
        chosen = self._chosen.get((name, language)) or self._choose(name, language)
        known = {**FACTS, **facts, "language": chosen.language}
        return Rendered(
            one_line(chosen.subject.render(known)[:LONGEST_SUBJECT]),
            chosen.text.render(known).strip("\n") + "\n",
            chosen.html.render(known) if chosen.html else "",
        )

    def _choose(self, name: str, language: str) -> _Chosen:
        for spoken in _chain(language):
            text, html = f"{spoken}/{name}.txt", f"{spoken}/{name}.html"
            if text in self.files:
                get = self._environment.get_template
                chosen = _Chosen(spoken, get(text + SUBJECT_OF), get(text), get(html) if html in self.files else None)
                self._chosen[name, language] = chosen
                return chosen
        raise UnknownNotice(f'there is no template "{name}.txt" for {language}, nor for {FALLBACK}')


@dataclass(frozen=True, slots=True)
class _Chosen:
    """The compiled templates of a notice in the language that was found for it."""

    language: str
    subject: Template
    text: Template
    html: Template | None


@dataclass(frozen=True, slots=True)
class TemplateFile:
    """One file of a folder, as it was read."""

    path: Path
    source: str
    rank: int
    """Of its folder: 0 is searched first."""


def excerpt(text: str, lines: int = 6, characters: int = 500, blank: bool = False) -> list[str]:
    """Give the first lines of a text, the last one with an ellipsis where more follows.

    Args:
        blank: keep one empty line where the text has some; it does not count.
    """
    kept: list[str] = []
    counted, room, gap = 0, characters, False
    for line in text[: 20 * characters].split("\n"):
        line = line.strip()
        if not line:
            gap = blank and bool(kept)
            continue
        if counted == lines or room <= 0:
            kept[-1] = kept[-1].rstrip(" …") + " …"
            break
        kept += ["", line] if gap else [line]
        counted, gap = counted + 1, False
        if len(line) > room:
            kept[-1] = line[:room].rstrip() + "…"
        room -= len(line)
    return kept


def _chain(language: str) -> Iterator[str]:
    """Give a language, the one it is a form of, and English (RFC 4647 section 3.4)."""
    tag = language.replace("_", "-")
    while tag:
        yield tag
        tag = tag.rpartition("-")[0]
    yield FALLBACK


def _files(folders: Iterable[Path]) -> dict[str, TemplateFile]:
    """Read every template, the one of the first folder that has it."""
    found: dict[str, TemplateFile] = {}
    for rank, folder in enumerate(folders):
        for path in sorted(
            path for form in ("*.html", "*/*.html", "*/*.txt", "*/canned/*.txt", "*.css") for path in folder.glob(form)
        ):
            name = path.relative_to(folder).as_posix()
            if name not in found:
                found[name] = TemplateFile(path, path.read_text("utf-8-sig", errors="replace"), rank)
    return found


class _Sandbox(ImmutableSandboxedEnvironment):
    """Jinja's sandbox; what a dataclass of ours holds, which is most of what templates name, is given at once."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        if attribute in _fields_of(type(obj)):
            value = getattr(obj, attribute)
            if not callable(value):
                return value
        return super().getattr(obj, attribute)


@lru_cache(maxsize=200)
def _fields_of(kind: type) -> frozenset[str]:
    """Name what may be given of an object without a closer look."""
    if kind is LoopContext:
        return frozenset(("index", "first", "last"))
    return frozenset(one.name for one in fields(kind) if one.name[0] != "_") if is_dataclass(kind) else frozenset()


def _environment(files: Mapping[str, TemplateFile]) -> ImmutableSandboxedEnvironment:
    style = read_style(files[STYLE].source) if STYLE in files else {}

    def load(name: str) -> tuple[str, str, None] | None:
        file = files.get(name.removesuffix(SUBJECT_OF))
        if file is None:
            return None
        first, _, rest = file.source.partition("\n")
        if name.endswith(SUBJECT_OF):
            return first.removeprefix(SUBJECT), str(file.path), None
        source = "{##}\n" + rest if name.endswith(".txt") else write_into(file.source, style)
        return source, str(file.path), None

    environment = _Sandbox(
        loader=FunctionLoader(load),
        autoescape=lambda name: name is not None and name.endswith(".html"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
    )
    environment.filters["wordwrap"] = _wrapped
    environment.globals.update(when=_when, excerpt=excerpt, article_as=_article_writer(environment), **HELPS)
    return environment


def _article_writer(environment: Environment) -> Callable[[Context, str, Hashable], Markup]:
    """Give what writes an article by a template of its own; remembered, since it is the same for everybody."""

    @lru_cache(maxsize=500)
    def fill_in(name: str, language: str, article: Hashable) -> Markup:
        spoken = [f"{spoken}/{name}.html" for spoken in _chain(language)]
        template = environment.select_template([*spoken, f"{name}.html"])
        return Markup(template.render(article=article).removesuffix("\n"))

    @pass_context
    def article_as(context: Context, name: str, article: Hashable) -> Markup:
        return fill_in(name, context["language"], article)

    return article_as


@lru_cache(maxsize=2_000)
def _wrapped(text: str, width: int = 79, wrapstring: str = "\n") -> str:
    """Fold a paragraph; remembered, since what is folded is mostly an article's steps, the same for everybody."""
    return wrapstring.join(textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False)) or text


@pass_context
def _when(context: Context, moment: datetime) -> str:
    return when(moment, context["zone"], context["language"], context["now"])
