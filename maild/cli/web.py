"""`maild web`: the pages alone, beside a daemon that has none."""

from __future__ import annotations

import signal
import sys
import threading
from typing import TYPE_CHECKING

import typer

from maild.cli.check import unsound
from maild.cli.failing import UNSOUND_SETTINGS, Failure
from maild.cli.session import Session
from maild.problem import render

if TYPE_CHECKING:
    from maild.web.serve import Server


def web(ctx: typer.Context) -> None:
    """Serve the pages (ratings, tickets, /metrics, /healthz) until stopped, without reading any mail.

    `maild run` serves them by itself where [web] is in the settings; this is for a process of their own.

    \b
    maild web
    """
    session: Session = ctx.obj
    settings = session.settings
    if problems := unsound(settings):
        raise Failure(render(problems), code=UNSOUND_SETTINGS)
    from maild.daemon.build import build_context, build_store
    from maild.daemon.web import build_server, build_site
    from maild.log import open_log

    store = build_store(settings)
    try:
        log = open_log(sys.stderr, settings.log.format, settings.log.level)
        server = build_server(settings, build_site(settings, store, build_context(settings), log))
        _serve(server, settings.web.listen)
    finally:
        store.close()


def _serve(server: Server, listen: str) -> None:
    failed: list[OSError] = []

    def run() -> None:
        try:
            server.run()
        except OSError as error:
            failed.append(error)

    thread = threading.Thread(target=run, name="web")
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: server.stop())
    thread.start()
    while thread.is_alive() and not server.up.wait(0.1):
        pass
    if server.up.is_set():
        host = listen.rpartition(":")[0]
        print(f"maild serves its pages at http://{host}:{server.port}", file=sys.stderr, flush=True)
    thread.join()
    if failed:
        raise Failure(f"cannot listen at {listen}: {failed[0].strerror or failed[0]}")
