"""`maild preview`: a notice as its reader would get it, with made-up facts or those of a ticket."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from maild.cli.failing import fail
from maild.cli.options import number
from maild.cli.session import Session


def preview(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The notice, as rules.yaml names it.")],
    ticket: Annotated[int | None, typer.Option(metavar="N", parser=number, help="With the facts of a ticket.")] = None,
    language: Annotated[str, typer.Option(metavar="LANGUAGE", help="A language of the templates.")] = "",
    html: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the HTML there, too.")] = None,
) -> None:
    """Show a notice as its reader would get it; nothing is sent.

    \b
    maild preview receipt
    maild preview progress --ticket 1042 --language zh --html progress.html
    """
    from maild.cli.show import plain
    from maild.daemon.folders import template_folders
    from maild.edge.template_samples import sample_facts
    from maild.edge.templates import NOTICES, Templates
    from maild.problem import did_you_mean

    session: Session = ctx.obj
    if name not in NOTICES:
        hint = did_you_mean(name, NOTICES) or f"there are {', '.join(NOTICES)}"
        fail(f'no notice is called "{name}"', hint)
    templates = Templates(template_folders(session.settings))
    facts = dict(sample_facts(name, language or "en"))
    if ticket is not None:
        with session.store() as store:
            found = store.tickets.get(ticket) if store else None
            if store is None or found is None:
                fail(f"there is no ticket {ticket}", "maild tickets lists those there are")
            written = store.tickets.entries(ticket)
        language = language or found.language
        first = next((entry.text for entry in written if entry.direction == "in"), "")
        facts = {**sample_facts(name, language), "ticket": found, "text": first, "message": None}
        facts["recipient"] = found.requester
    facts["zone"] = session.zone.key
    rendered = templates.render(name, language or "en", facts)
    print(f"Subject: {plain(rendered.subject)}\n\n{plain(rendered.text)}", end="")
    if html is not None:
        try:
            html.write_text(rendered.html, "utf-8")
        except OSError as error:
            fail(f"{html} cannot be written: {error.strerror}", "name a file in a folder that is there")
