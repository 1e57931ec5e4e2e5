"""The commands of maild, and what all of them have in common: --config, exit codes, errors in plain words."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer
from typer.core import TyperGroup

from maild import __version__
from maild.cli.backup import backup
from maild.cli.check import check
from maild.cli.command import command
from maild.cli.demo import demo
from maild.cli.explain import explain
from maild.cli.failing import HAS_PROBLEMS, WRONG_USAGE, Failure, outside
from maild.cli.find import find
from maild.cli.inbox import app as inbox
from maild.cli.outbox import app as outbox
from maild.cli.own_tests import own_tests
from maild.cli.preview import preview
from maild.cli.promises import promises
from maild.cli.report import report
from maild.cli.run import run as run_daemon
from maild.cli.session import Session
from maild.cli.simulate import simulate
from maild.cli.tickets import ticket, tickets
from maild.cli.web import web

CommandError = typer.BadParameter.__bases__[0].__bases__[0]
"""What every mistake in the arguments is raised as; typer does not export it."""


class ReaderGone(Exception):
    """Whoever read our output has seen enough."""


class Commands(TyperGroup):
    """The root of the commands; takes --config before and behind the command's name alike."""

    def list_commands(self, ctx: typer.Context) -> list[str]:
        daily = ["command", "tickets", "ticket", "find", "inbox", "outbox", "promises", "report", "web", "backup"]
        return ["demo", "check", "test", "explain", "preview", "simulate", "run", *daily]

    def parse_args(self, ctx: typer.Context, args: list[str]) -> list[str]:
        return super().parse_args(ctx, _config_first(args))

    def invoke(self, ctx: typer.Context) -> None:
        try:
            super().invoke(ctx)
        except BrokenPipeError:
            # Before typer makes a failure of it.
            raise ReaderGone from None


app = typer.Typer(
    cls=Commands,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"maild {__version__}")
        raise typer.Exit


@app.callback()
def root(
    ctx: typer.Context,
    config: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Settings to use; else $MAILD_CONFIG, ./maild.toml, /etc/maild/maild.toml. May stand anywhere.",
        ),
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say which maild this is.")
    ] = False,
) -> None:
    """maild turns a support mailbox into a helpdesk.

    \b
    To begin:      maild demo                     everything, on a machine that has nothing
                   maild check --online           are the settings right, do the servers answer
                   maild test                     the tests in the rulebook
                   maild run                      the daemon
    Every day:     maild tickets                  what is there to do
                   maild ticket 1042 --why        one ticket, and why it is as it is
                   maild find "paper jam"         articles and old tickets, by words and error codes
                   maild inbox held               mails that need a person
                   maild explain mail.eml         what would happen to this mail
    Every night:   maild backup maild-copy.db     the database, whole, while maild runs
    Every month:   maild report --out review      what came, how well it was answered, what came back

    Listings take --json. Exit codes: 0 done, 1 the thing asked about has problems, 2 wrong usage,
    78 the settings are unsound.
    """
    ctx.obj = Session(config)


app.command("run")(run_daemon)
app.command("check")(check)
app.command("explain")(explain)
app.command("test")(own_tests)
app.command("command")(command)
app.command("find")(find)
app.command("tickets")(tickets)
app.command("ticket")(ticket)
app.add_typer(inbox, name="inbox")
app.add_typer(outbox, name="outbox")
app.command("report")(report)
app.command("promises")(promises)
app.command("preview")(preview)
app.command("simulate")(simulate)
app.command("demo")(demo)
app.command("web")(web)
app.command("backup")(backup)


def run(arguments: list[str]) -> int:
    """Run a command and give its exit code; whatever goes wrong is told in one or two lines."""
    try:
        return app(arguments or ["--help"], prog_name="maild", standalone_mode=False) or 0
    except CommandError as error:
        return _wrong_usage(error)
    except Failure as failure:
        return failure.tell(sys.stderr)
    except (KeyboardInterrupt, typer.Abort):
        return 130
    except ReaderGone:
        raise
    except Exception as error:
        return _our_mistake(error)


def _wrong_usage(error: Exception) -> int:
    context = getattr(error, "ctx", None)
    path = context.command_path if context else "maild"
    print(f"maild: {error.format_message()}\nTry: {path} --help", file=sys.stderr)
    return WRONG_USAGE


def _our_mistake(error: Exception) -> int:
    if known := outside(error):
        return known.tell(sys.stderr)
    from maild.log import open_log

    open_log(sys.stderr, "text").bug("maild", error)
    return HAS_PROBLEMS


def _config_first(args: list[str]) -> list[str]:
    """Move --config FILE in front of everything, so that it may stand behind the command as well."""
    ahead: list[str] = []
    rest: list[str] = []
    remaining = iter(args)
    for arg in remaining:
        if arg == "--":
            rest += [arg, *remaining]
        elif arg == "--config":
            ahead += [arg, *([value] if (value := next(remaining, None)) is not None else [])]
        elif arg.startswith("--config="):
            ahead.append(arg)
        else:
            rest.append(arg)
    return ahead + rest
