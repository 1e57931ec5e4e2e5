"""`maild command`: what an agent orders by mail, from the shell and through the same code."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import Annotated

import typer

from maild.cli.failing import HAS_PROBLEMS, fail
from maild.cli.session import Session


def command(
    ctx: typer.Context,
    text: Annotated[str, typer.Argument(metavar='"#1042 /close"', help='The orders; "-" reads them from a pipe.')],
    agent: Annotated[str, typer.Option("--as", metavar="AGENT", help="The agent's short name in the rulebook.")],
) -> None:
    """Carry out an agent's commands on a ticket, and print the transcript.

    \b
    maild command --as ben "#1042 /close"
    maild command --as ben "#1042 /note he called at ten"
    maild command --as ben "/new for eva@example.com VPN down"
    printf '#1042 /resolve\\n\\nIt works again.\\n' | maild command --as ben -
    """
    session: Session = ctx.obj
    orders = sys.stdin.read() if text == "-" else text
    from maild.daemon.build import build_context
    from maild.flow.by_hand import by_hand

    context = build_context(session.settings)
    agents = context.rulebook().agents
    if agent not in agents:
        named = ", ".join(agents) or "none"
        fail(f"the rulebook has no agent {agent}", f"its agents: {named}")
    with session.store() as store:
        if store is None:
            fail("there is no database yet", "maild run makes it")
        done = by_hand(agent, orders, store, context, datetime.now(UTC))
    print(done.transcript or done.decision.reason)
    if done.decision.orders is None or done.decision.orders.refusals:
        raise typer.Exit(HAS_PROBLEMS)
