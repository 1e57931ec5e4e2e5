"""`maild check`: whether maild could run as it is told to, with every problem at its place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from maild.cli.failing import DONE, HAS_PROBLEMS
from maild.cli.options import Json
from maild.cli.session import Session
from maild.problem import FORMATS, Problem, errors, render

if TYPE_CHECKING:
    from maild.edge.host import Diagnosis
    from maild.settings import Settings


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, and what came of it: a word of praise, or problems."""

    name: str
    good: str = ""
    problems: tuple[Problem, ...] = ()


def check(
    ctx: typer.Context,
    online: Annotated[bool, typer.Option("--online", help="Also sign in to every server and the database.")] = False,
    form: Annotated[str, typer.Option("--format", metavar="FORM", help="text, github or json.")] = "text",
    as_json: Json = False,
) -> None:
    """Say everything that is wrong with settings and templates, each with its place and a hint.

    \b
    maild check
    maild check --online
    maild check --format github
    """
    if form not in FORMATS:
        raise typer.BadParameter(f"{form} is none of {', '.join(FORMATS)}", ctx, param_hint="--format")
    form = "json" if as_json else form
    session: Session = ctx.obj
    findings = [Finding("settings", session.loaded.source, session.loaded.problems)]
    if settings := session.loaded.settings:
        findings += _offline(settings)
        if online:
            findings += _online(settings)
    problems = [problem for finding in findings for problem in finding.problems]
    if form == "text":
        _tell(findings, bool(errors(problems)))
    elif problems or form == "json":
        typer.echo(render(problems, form))
    raise typer.Exit(HAS_PROBLEMS if errors(problems) else DONE)


def unsound(settings: Settings) -> list[Problem]:
    """Give what forbids to start with these settings: a rulebook, a list of contacts or templates that are wrong.

    A mistake in an article does not: the others serve, and the desk goes on. The rules and the templates that came with
    maild were tried before it was given out.
    """
    from maild.daemon.rulebook import is_own
    from maild.settings import shipped

    findings = [_rulebook(settings)] if is_own(settings) else []
    if settings.paths.contacts:
        findings.append(_contacts(settings))
    if settings.paths.templates != shipped("templates"):
        findings.append(_templates(settings))
    return errors(problem for finding in findings for problem in finding.problems)


def _tell(findings: list[Finding], bad: bool) -> None:
    for finding in findings:
        if finding.problems:
            typer.echo(render(finding.problems))
        if not errors(finding.problems):
            typer.echo(f"{finding.name:<11} {finding.good}")
    if not bad:
        typer.echo("all is well")


def _offline(settings: Settings) -> Iterator[Finding]:
    yield _database_named(settings)
    yield _rulebook(settings)
    if settings.paths.contacts:
        yield _contacts(settings)
    yield _templates(settings)
    yield _pages(settings)
    yield _review(settings)
    yield _knowledge(settings)
    yield _drafts(settings)
    yield _secret(settings)


def _database_named(settings: Settings) -> Finding:
    return Finding("database", settings.database.shown)


def _rulebook(settings: Settings) -> Finding:
    """Load the rulebook and let it prove itself by its own tests."""
    from maild.cli.show import many
    from maild.daemon.rulebook import is_own, read_rulebook

    found = read_rulebook(settings)
    if isinstance(found, list):
        return Finding("rulebook", problems=tuple(found))
    size = f"{many(len(found.rules), 'rule')}, {many(len(found.tests), 'test')} passed"
    if not (found.agents and is_own(settings)):
        size += "; no agent is named, so NO PERSON IS TOLD of a new ticket"
    if is_own(settings):
        return Finding("rulebook", f"{settings.paths.rulebook}: {size}")
    sample = _shipped_or(settings.paths.rulebook, "rules.yaml")
    return Finding("rulebook", f"{sample}, without its invented people and promises: {size}")


def _contacts(settings: Settings) -> Finding:
    from maild.daemon.rulebook import read_contacts_file

    found = read_contacts_file(settings)
    if isinstance(found, list):
        return Finding("contacts", problems=tuple(found))
    return Finding("contacts", f"{len(found)} in {settings.paths.contacts}")


def _near(path: Path) -> str:
    here = path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)


def _shipped_or(path: Path, name: str) -> str:
    from maild.settings import shipped

    return f"what comes with maild ({path})" if path == shipped(name) else str(path)


def _templates(settings: Settings) -> Finding:
    """Fill in every notice in every language with made-up facts."""
    from maild.daemon.folders import template_folders
    from maild.edge.template_check import check as tried
    from maild.edge.templates import Templates

    templates = Templates(template_folders(settings))
    where = _shipped_or(settings.paths.templates, "templates")
    problems = tuple(replace(problem, file=_near(Path(problem.file))) for problem in tried(templates))
    return Finding("templates", f"{where} in {', '.join(templates.languages)}", problems)


def _pages(settings: Settings) -> Finding:
    """Read what the admin's folder has for the pages."""
    from maild.daemon.look import read_look

    look = read_look(settings)
    logo = "with a logo" if look.logo else "without a logo"
    return Finding("pages", f"words in {', '.join(look.words.languages)}, {logo}", look.problems)


def _knowledge(settings: Settings) -> Finding:
    """Read every article."""
    from maild.cli.show import many
    from maild.daemon.articles import read_articles

    found = read_articles(settings)
    where = _shipped_or(settings.paths.knowledge, "knowledge")
    size = f"{many(len(found.library.names), 'article')} in {', '.join(found.library.languages)}"
    return Finding("knowledge", f"{where}: {size}" if found.library.names else f"{where}: no articles", found.problems)


def _drafts(settings: Settings) -> Finding:
    """Read every draft of an article that waits for somebody to read it."""
    from maild.cli.show import many
    from maild.daemon.articles import read_drafts

    found = read_drafts(settings)
    return Finding("drafts", f"{_near(settings.paths.drafts)}: {many(found.sound, 'draft')} to be read", found.problems)


def _review(settings: Settings) -> Finding:
    """Say who gets the monthly review, and whether this machine can draw its pictures."""
    from maild.daemon.rulebook import is_own, load_rulebook
    from maild.report.png import missing_font
    from maild.report.send import leads
    from maild.rulebook.model import Rulebook

    found = load_rulebook(settings) if is_own(settings) else None
    told = leads(found) if isinstance(found, Rulebook) else {}
    if not told:
        return Finding("review", "of each month to nobody, for no queue of a rulebook of yours has a lead")
    lacking = dict.fromkeys(filter(None, map(missing_font, told.values())))
    return Finding("review", "; ".join((f"of each month to {', '.join(told)}", *lacking)))


def _secret(settings: Settings) -> Finding:
    file = settings.trust.secret_file
    return Finding("secret", str(file) if file.exists() else f"{file}, to be made at the first start")


def _online(settings: Settings) -> Iterator[Finding]:
    """Try every server; what one says is told beside its name."""
    import asyncio

    from maild.daemon.build import imap_accounts, smtp_account
    from maild.edge import imap, smtp
    from maild.store.diagnose import diagnose

    for account in imap_accounts(settings):
        yield _server("mailbox", imap.diagnose(account), account.address)
    yield _server("smtp", asyncio.run(smtp.diagnose(smtp_account(settings), settings.smtp.from_address)))
    wrong = diagnose(settings.database.url.get_secret_value())
    yield _wrong("database", wrong) if wrong else Finding("database", "it can be read and written")


def _server(kind: str, found: Diagnosis, whose: str = "") -> Finding:
    name = f"{kind} {whose}".strip()
    if not found.good:
        return _wrong(name, found.says)
    notes = tuple(Problem(name, 0, 0, note, severity="warning") for note in found.notes)
    return Finding(kind, f"{whose}: {found.says}" if whose else found.says, notes)


def _wrong(name: str, what: str) -> Finding:
    return Finding(name, problems=(Problem(name, 0, 0, what),))
