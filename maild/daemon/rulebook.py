"""The rulebook and the contacts in force: read at the start, watched from then on, replaced only by sound ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Protocol, TypeVar

from maild.desk.calendar import Calendar, Span, Spans
from maild.desk.length import Length
from maild.desk.sla import Sla
from maild.desk.ticket import PRIORITIES
from maild.edge.watched import Refused, Taken, Watched, read_text
from maild.problem import Problem
from maild.rulebook.contacts import Contacts, read_contacts
from maild.rulebook.load import load
from maild.rulebook.model import Rulebook, for_any_desk
from maild.rulebook.reading.names import World
from maild.rulebook.selftest import sound
from maild.settings import Settings, shipped
from maild.store import Store

T = TypeVar("T")

RULEBOOK = "rulebook"
"""The name under which the store keeps the version in force."""


class UnsoundRulebook(Exception):
    """At the start there is no older rulebook to go on with; `problems` say what is wrong."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(f"{len(problems)} problems")
        self.problems = problems


class Looks(Protocol):
    """What keeps an eye on files."""

    def look(self, moment: float) -> Taken | Refused | None: ...


@dataclass(frozen=True, slots=True)
class Files:
    """The files an admin edits, each with what it means now."""

    rulebook: Watched[Rulebook]
    contacts: Watched[Contacts] | None = None
    """None where the settings name no list."""
    others: tuple[Looks, ...] = ()
    """What else is looked after."""

    @property
    def all(self) -> tuple[Looks, ...]:
        return (self.rulebook, *((self.contacts,) if self.contacts else ()), *self.others)


def open_files(settings: Settings) -> Files:
    """Read what the admin wrote, and be ready to keep an eye on it. Raises UnsoundRulebook."""
    contacts = settings.paths.contacts
    return Files(
        _watched(settings.paths.rulebook, rulebook_reader(settings)),
        _watched(contacts, contacts_reader(settings)) if contacts else None,
    )


def _watched(path: Path, load: Callable[[str], T | list[Problem]]) -> Watched[T]:
    text = read_text(path, shown(path))
    found = [text] if isinstance(text, Problem) else load(text)
    if isinstance(found, list) or isinstance(text, Problem):
        raise UnsoundRulebook(found)
    return Watched(path, shown(path), load, text, found)


def read_rulebook(settings: Settings) -> Rulebook | list[Problem]:
    """Read the rulebook these settings name and put it through its own tests."""
    return _read(settings, sound)


def load_rulebook(settings: Settings) -> Rulebook | list[Problem]:
    """Read the rulebook these settings name, whatever its tests say."""
    return _read(settings, load)


def _read(settings: Settings, by: Callable[..., Rulebook | list[Problem]]) -> Rulebook | list[Problem]:
    path = settings.paths.rulebook
    text = read_text(path, shown(path))
    return [text] if isinstance(text, Problem) else by(text, shown(path), world(settings), usual(settings))


def running_rulebook(settings: Settings, store: Store) -> Rulebook | None:
    """Give the rulebook that the daemon goes by; None where none ever did, or it cannot be read any more."""
    text = store.in_force(RULEBOOK)
    found = load(text, shown(settings.paths.rulebook), world(settings), usual(settings)) if text is not None else None
    if not isinstance(found, Rulebook):
        return None
    return found if is_own(settings) else for_any_desk(found, usual(settings))


def rulebook_for_looking(settings: Settings, store: Store) -> Rulebook:
    """Give the rulebook by whose hours something is shown: that of the daemon, else the file's, else the usual one."""
    usually = usual(settings)
    found = (running_rulebook(settings, store) or load_rulebook(settings)) if is_own(settings) else usually
    return found if isinstance(found, Rulebook) else usually


def rulebook_reader(settings: Settings) -> Callable[[str], Rulebook | list[Problem]]:
    """Give what turns the text of a rulebook into one, in the world of these settings."""

    def read(text: str) -> Rulebook | list[Problem]:
        by = sound if is_own(settings) else load  # what came with maild was tried before it was given out
        found = by(text, shown(settings.paths.rulebook), world(settings), usual(settings))
        if isinstance(found, Rulebook) and not is_own(settings):
            return for_any_desk(found, usual(settings))
        return found

    return read


def read_contacts_file(settings: Settings) -> Contacts | list[Problem]:
    """Read the list of contacts; an empty one where the settings name none."""
    path = settings.paths.contacts
    if path is None:
        return {}
    text = read_text(path, shown(path))
    return [text] if isinstance(text, Problem) else contacts_reader(settings)(text)


def contacts_reader(settings: Settings) -> Callable[[str], Contacts | list[Problem]]:
    """Give what turns the text of a list of contacts into one."""
    path = settings.paths.contacts
    return lambda text: read_contacts(text, shown(path) if path else "", world(settings).languages)


def is_own(settings: Settings) -> bool:
    """Say whether the settings name a rulebook, rather than make do with the sample and its invented people."""
    return "rulebook" in settings.paths.model_fields_set


def world(settings: Settings) -> World:
    """Say which templates, articles and languages there are beside the rulebook."""
    folders = dict.fromkeys((settings.paths.templates, shipped("templates")))
    templates = [file for folder in folders for file in folder.glob("*/*.txt")]
    shelves = dict.fromkeys((settings.paths.knowledge, *(() if is_own(settings) else (shipped("knowledge"),))))
    articles = frozenset(file.stem for shelf in shelves for file in shelf.glob("*/*.md"))
    languages = frozenset(file.parent.name for file in templates)
    return World(frozenset(file.stem for file in templates) or None, articles or None, languages or World().languages)


def shown(path: Path) -> str:
    """Name a file as the admin would: from where he stands, if it is below."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)


def usual(settings: Settings) -> Rulebook:
    """Say what holds where the rulebook is silent: the hours and the promise of the settings."""
    desk = settings.desk
    calendar = Calendar("office", desk.zone, week(desk.hours))
    promise = Length.parse(desk.promise)
    sla = {priority: Sla(priority, calendar, acknowledge=promise, first_response=promise) for priority in PRIORITIES}
    book = Rulebook(calendars={"office": calendar}, sla=sla)
    return replace(book, reopen_within=timedelta(days=desk.reopen_days), low_rating=desk.low_rating)


_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def week(hours: Mapping[str, str]) -> tuple[Spans, ...]:
    """Turn `{"mon-fri": "09:00-12:00 13:00-18:00"}` into the open hours of each day, Monday first."""
    days: list[Spans] = [()] * 7
    for names, text in hours.items():
        first, _, last = names.partition("-")
        spans = tuple(Span(*map(_minutes, span.split("-"))) for span in text.split())
        for day in range(_DAYS.index(first), _DAYS.index(last or first) + 1):
            days[day] = spans
    return tuple(days)


def _minutes(clock: str) -> int:
    hour, minute = clock.split(":")
    return int(hour) * 60 + int(minute)
