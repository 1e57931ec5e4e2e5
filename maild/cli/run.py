"""`maild run`: the daemon, or one pass of it."""

from __future__ import annotations

import io
import signal
import sys
import threading
from collections import Counter
from typing import TYPE_CHECKING, Annotated, Any

import typer

from maild.cli.check import unsound
from maild.cli.failing import DONE, HAS_PROBLEMS, UNSOUND_SETTINGS, Failure
from maild.cli.options import At, Json, moment_at
from maild.cli.session import Session
from maild.problem import render

if TYPE_CHECKING:
    from maild.daemon.bell import Summary
    from maild.log import Log
    from maild.settings import Settings


def run(
    ctx: typer.Context,
    once: Annotated[bool, typer.Option("--once", help="Take everything, do all that is due, send, and end.")] = False,
    at: At = None,
    as_json: Json = False,
) -> None:
    """Run the helpdesk until it is stopped (Ctrl-C, SIGTERM).

    \b
    maild run
    maild run --once
    maild run --once --at "2026-11-20 17:50"
    """
    session: Session = ctx.obj
    if at and not once:
        raise typer.BadParameter("the clock can be set for one pass alone: add --once", ctx, param_hint="--at")
    settings = session.settings
    if problems := unsound(settings):
        raise Failure(render(problems), code=UNSOUND_SETTINGS)
    clock = moment_at(at, session.zone, ctx)
    log = _log(settings, "json" if as_json else None, quiet=once)
    for problem in session.loaded.problems:
        log.trouble(problem.place, problem.what)
    from maild.daemon.build import build_daemon

    if not once:
        _serve(settings, log)
        return
    from maild.cli.progress import Progress

    daemon = build_daemon(settings, log, **({"clock": lambda: clock} if clock else {}))
    with Progress(sys.stderr) as progress:
        summary = daemon.run_once(progress.update)
    if as_json:
        import maild.cli.show as show

        show.json_object(_fields(summary))
    else:
        print(_in_words(summary))
    for trouble in summary.trouble:
        print(f"maild: {trouble}", file=sys.stderr)
    raise typer.Exit(HAS_PROBLEMS if summary.trouble else DONE)


def _serve(settings: Settings, log: Log) -> None:
    from maild.cli.progress import Progress
    from maild.daemon.build import build_daemon
    from maild.edge.systemd import Notifier

    stop = threading.Event()
    manager = Notifier(settings.systemd.notify_socket)

    def asked_to_stop(*_: object) -> None:
        # By another thread: this one may hold the event's own lock at this very moment.
        threading.Thread(target=stop.set).start()
        manager.stopping()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, asked_to_stop)
    daemon = build_daemon(settings, log)
    manager.ready()
    manager.status("reads " + ", ".join(mailbox.address for mailbox in settings.mailboxes))
    with Progress(sys.stderr) as progress:
        daemon.run(stop, alive=manager.alive, progress=progress.update)


def _log(settings: Settings, form: str | None, quiet: bool) -> Log:
    """Open the log; a pass that a person waits for, or cron starts, tells only what is amiss unless told otherwise."""
    from maild.log import open_log

    said = "level" in settings.log.model_fields_set
    level = "warning" if quiet and not said else settings.log.level
    return open_log(_Stderr(), form or settings.log.format, level)


class _Stderr(io.TextIOBase):
    """Whatever sys.stderr is at the moment: a bar that is shown takes its place, so that lines appear above it."""

    def write(self, text: str) -> int:
        return sys.stderr.write(text)

    def flush(self) -> None:
        sys.stderr.flush()

    def isatty(self) -> bool:
        return sys.stderr.isatty()


def _fields(summary: Summary) -> dict[str, Any]:
    return {
        "taken": summary.taken,
        "outcomes": dict(summary.outcomes),
        "notices": dict(summary.deliveries),
        "trouble": list(summary.trouble),
    }


def _in_words(summary: Summary) -> str:
    mails = _counted(summary.outcomes) or "nothing to do"
    notices = _counted(summary.deliveries) or "none"
    taken = "1 mail" if summary.taken == 1 else f"{summary.taken} mails"
    return f"{taken} taken. Dealt with: {mails}. Notices: {notices}."


def _counted(counts: Counter[str]) -> str:
    return ", ".join(f"{number} {name}" for name, number in counts.most_common())
