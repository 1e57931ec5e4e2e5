"""`maild demo`: everything, with an embedded mail server, on a machine that has none."""

from __future__ import annotations

from typing import Annotated

import typer

from maild.cli.failing import fail


def demo(
    once: Annotated[bool, typer.Option("--once", help="Show it and end; else it stays up for your own mails.")] = False,
) -> None:
    """Show maild at work on a dozen sample mails, with mail servers of its own; it needs no settings.

    \b
    maild demo
    maild demo --once
    """
    try:
        from maild.demo.show import demo as show_it
    except ModuleNotFoundError as error:
        if error.name and error.name.split(".")[0] in {"pymap", "aiosmtpd"}:
            fail("the demo needs its mail servers", "pip install 'maild[demo]'")
        raise
    from maild.daemon.build import build_daemon

    raise typer.Exit(show_it(once, build_daemon))
