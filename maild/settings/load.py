"""From maild.toml and the environment to Settings, or to everything that is wrong with them at once."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from maild.problem import Problem, errors, in_file_order
from maild.settings.model import Account, Mailbox, Section, Settings, Systemd
from maild.settings.places import KeyPath
from maild.settings.sense import Doubt, about, sign_in, twins, unread
from maild.settings.source import Source, overlaid, read
from maild.settings.words import doubted, misfits, unknown_section, without

NAME = "maild.toml"
SYSTEM_WIDE = Path("/etc/maild/maild.toml")
SECTIONS = {
    field.alias or name: Mailbox if name == "mailboxes" else field.annotation
    for name, field in Settings.model_fields.items()
    if name != "systemd"
}
NEEDED = {
    "mailbox": "there is no [mailbox] section, so there is no mail to read",
    "smtp": "there is no [smtp] section, so no mail can be sent",
}


@dataclass(frozen=True, slots=True)
class Loaded:
    """What came of reading the settings: None where any problem is an error; warnings come beside settings."""

    settings: Settings | None
    problems: tuple[Problem, ...] = ()
    source: str = ""
    """The file as the admin would name it, or "the environment"."""


def load(config: Path | None = None, environ: Mapping[str, str] = os.environ, here: Path | None = None) -> Loaded:
    """Read the settings that `--config` names, else $MAILD_CONFIG, ./maild.toml, /etc/maild/maild.toml."""
    here = here or Path.cwd()
    path = search(config, environ, here)
    if path:
        source, base = _read(path, here), path.parent
    elif any(name.startswith("MAILD_") and "__" in name for name in environ):
        source, base = Source("the environment"), here
    else:
        what = f"there are no settings: maild looked for {NAME} here and for {SYSTEM_WIDE}"
        hint = "README shows the few lines it takes; or name your file: --config FILE"
        return Loaded(None, (Problem("", 0, 0, what, hint=hint),))
    if isinstance(source, Problem):
        return Loaded(None, (source,), source.file)
    source, problems = overlaid(source, environ, SECTIONS)
    settings, more = _settings(source, base, environ)
    problems += more
    if path:
        problems += _openly_kept(path, source)
    return Loaded(None if errors(problems) else settings, tuple(in_file_order(problems)), source.name)


def search(config: Path | None, environ: Mapping[str, str], here: Path) -> Path | None:
    """Find the settings file; one that was named counts even where it does not exist."""
    if config or environ.get("MAILD_CONFIG"):
        return here / (config or environ["MAILD_CONFIG"])
    return next((path for path in (here / NAME, SYSTEM_WIDE) if path.exists()), None)


def _read(path: Path, here: Path) -> Source | Problem:
    name = str(path.relative_to(here)) if path.is_relative_to(here) else str(path)
    try:
        return read(name, path.read_bytes())
    except FileNotFoundError:
        return Problem(name, 0, 0, "this file is not there")
    except PermissionError:
        return Problem(name, 0, 0, "maild may not read this file", hint="give it to the user that maild runs as")
    except OSError as error:
        return Problem(name, 0, 0, f"this file cannot be read ({error.strerror})")


def _settings(source: Source, base: Path, environ: Mapping[str, str]) -> tuple[Settings | None, list[Problem]]:
    """Check each section for itself, so that a mistake in one hides none in another."""
    problems = [unknown_section(source, name, SECTIONS) for name in source.values if name not in SECTIONS]
    sound: dict[KeyPath, Section] = {}
    for path, written in _sections(source.values):
        if written is None:
            problems.append(source.problem(path, NEEDED[path[0]], "README shows how to write one"))
            continue
        section, more = _section(source, path, written, base, environ)
        problems += more
        if section:
            sound[path] = section
    mailboxes = {path: section for path, section in sound.items() if isinstance(section, Mailbox)}
    problems += [doubted(source, doubt) for doubt in (*twins(mailboxes), *unread(sound.get(("smtp",)), mailboxes))]
    if errors(problems):
        return None, problems
    others = {path[0]: section for path, section in sound.items() if path[0] != "mailbox"}
    return Settings(mailbox=tuple(mailboxes.values()), systemd=_systemd(environ), **others), problems


def _section(
    source: Source, path: KeyPath, written: Any, base: Path, environ: Mapping[str, str]
) -> tuple[Section | None, list[Problem]]:
    """Check one section; where a setting has the wrong shape, what the others say is doubted all the same."""
    kind = SECTIONS[path[0]]
    shape = TypeAdapter(kind)
    problems: list[Problem] = []
    wrong: set[str] = set()
    try:
        section = shape.validate_python(written, context={"base": base})
    except ValidationError as error:
        details = error.errors(include_url=False)
        problems = misfits(source, path, kind, details)
        if not isinstance(written, dict):
            return None, problems
        wrong = {str(detail["loc"][0]) for detail in details}
        section = shape.validate_python(without(written, kind, details), context={"base": base})
    doubts: list[Doubt] = []
    if isinstance(section, Account):
        section, doubts = sign_in(section, path, environ)
    doubts += about(section, path)
    problems += [doubted(source, doubt) for doubt in doubts if not {*doubt.path, *doubt.needs} & wrong]
    return None if wrong else section, problems


def _sections(values: Mapping[str, Any]) -> Iterator[tuple[KeyPath, Any]]:
    """Walk over the sections as written: {} for one left to its defaults, None for one that is needed."""
    for name in SECTIONS:
        written = values.get(name, None if name in NEEDED else {})
        if name == "mailbox" and isinstance(written, list) and written:
            yield from (((name, number), one) for number, one in enumerate(written))
        else:
            yield (name,), written


def _openly_kept(path: Path, source: Source) -> Iterator[Problem]:
    """Warn of a password that stands in a file everybody can read."""
    if path.stat().st_mode & stat.S_IROTH:
        for at in source.found:
            if at[-1] == "password" and at not in source.variables:
                what = "this password can be read by everybody on this machine"
                yield source.problem(at, what, f"chmod 600 {path.name}, or use password_file", "warning", value=False)


def _systemd(environ: Mapping[str, str]) -> Systemd:
    meant = environ.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
    microseconds = environ.get("WATCHDOG_USEC", "") if meant else ""
    return Systemd(
        notify_socket=environ.get("NOTIFY_SOCKET", ""),
        watchdog=int(microseconds) / 1e6 if microseconds.isdigit() else 0.0,
    )
