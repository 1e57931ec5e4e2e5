"""`maild check`: whether maild could run as it is told to, with every problem at its place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from maild.cli.failing import DONE, HAS_PROBLEMS
from maild.cli.options import Json
from maild.cli.session import Session
from maild.problem import FORMATS, Problem, errors, render

if TYPE_CHECKING:
    from maild.settings import Settings


def check(
    ctx: typer.Context,
    online: Annotated[bool, typer.Option("--online", help="Also sign in to every server and the database.")] = False,
    form: Annotated[str, typer.Option("--format", metavar="FORM", help="text, github or json.")] = "text",
    as_json: Json = False,
) -> None:
    """Say everything that is wrong with the settings and the templates, each with its place and a hint.

    \b
    maild check
    maild check --online
    maild check --format github
    """
    if form not in FORMATS:
        raise typer.BadParameter(f"{form} is none of {', '.join(FORMATS)}", ctx, param_hint="--format")
    form = "json" if as_json else form
    session: Session = ctx.obj
    problems = list(session.loaded.problems)
    settings = session.loaded.settings
    if settings:
        problems += _templates(settings)
        if online:
            problems += _online(settings)
    if problems or form == "json":
        typer.echo(render(problems, form))
    if form == "text" and not errors(problems):
        typer.echo(_all_is_well(settings, online, len(problems)))
    raise typer.Exit(HAS_PROBLEMS if errors(problems) else DONE)


def _templates(settings: Settings) -> Iterator[Problem]:
    yield from ()


def _online(settings: Settings) -> Iterator[Problem]:
    """Try every server; what one says is told beside its name."""
    from maild.daemon.build import imap_accounts, smtp_account
    from maild.edge import imap, smtp

    for account in imap_accounts(settings):
        for said in imap.diagnose(account):
            yield Problem(f"[mailbox] {account.address}", 0, 0, said)
    for said in smtp.diagnose(smtp_account(settings)):
        yield Problem("[smtp]", 0, 0, said)
    yield from _database(settings)


def _database(settings: Settings) -> Iterator[Problem]:
    yield from ()


def _all_is_well(settings: Settings, online: bool, warnings: int) -> str:
    lines = ["settings    sound"]
    return "\n".join(lines)
