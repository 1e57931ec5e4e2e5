"""`maild test`: the rulebook's own tests, what they leave out, and what a new rulebook would change."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from maild.cli.failing import DONE, HAS_PROBLEMS, fail
from maild.cli.options import Json
from maild.cli.session import Session

if TYPE_CHECKING:
    from maild.flow.history import Change
    from maild.rulebook.model import Rulebook
    from maild.rulebook.selftest import Coverage, Result
    from maild.settings import Settings


def own_tests(
    ctx: typer.Context,
    coverage: Annotated[bool, typer.Option("--coverage", help="Name what no test reaches.")] = False,
    against_history: Annotated[
        str | None,
        typer.Option(metavar="DAYS", help="What the file would have changed for the mails of so long, as in 30d."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Run the tests that stand in the rulebook.

    \b
    maild test
    maild test --coverage
    maild test --against-history 30d
    """
    from maild.rulebook.selftest import run, uncovered

    session: Session = ctx.obj
    days = _days(against_history, ctx)
    book = _loaded(session.settings)
    results = run(book)
    missing = uncovered(book, results) if coverage else None
    changes = _changes(session, book, days) if days else None
    if as_json:
        import maild.cli.show as show

        show.json_object(_fields(results, missing, changes))
    else:
        _tell(results, book.name)
        if missing is not None:
            _tell_missing(missing)
        if changes is not None:
            _tell_changes(changes)
    raise typer.Exit(DONE if all(result.passed for result in results) else HAS_PROBLEMS)


def _days(text: str | None, ctx: typer.Context) -> timedelta | None:
    if text is None:
        return None
    match = re.fullmatch(r"(\d{1,4})d", text)
    if not match:
        raise typer.BadParameter(f'"{text}" is no number of days, such as 30d', ctx, param_hint="--against-history")
    return timedelta(days=int(match[1]))


def _loaded(settings: Settings) -> Rulebook:
    from maild.cli.failing import Failure
    from maild.daemon.rulebook import load_rulebook
    from maild.problem import render

    found = load_rulebook(settings)
    if isinstance(found, list):
        raise Failure(render(found))
    return found


def _changes(session: Session, book: Rulebook, span: timedelta) -> list[Change]:
    from maild.daemon.build import build_context
    from maild.daemon.rulebook import running_rulebook
    from maild.flow.history import changes

    settings = session.settings
    with session.store() as store:
        running = running_rulebook(settings, store) if store else None
        if store is None or running is None:
            fail("no daemon has run with a rulebook yet, so there is nothing to compare with", "start maild run once")
        return list(changes(running, book, store, build_context(settings), datetime.now(UTC) - span))


def _tell(results: Iterable[Result], name: str) -> None:
    from maild.cli.show import many
    from maild.cli.trace import print_steps

    results = list(results)
    failed = [result for result in results if not result.passed]
    for result in failed:
        print(f"{name}:{result.test.line}: {result.test.name}")
        for difference in result.differences:
            print(f"    {difference.key}: expected {difference.expected}, got {difference.got}")
        print_steps(_steps(result), "      ")
        print()
    if not results:
        print(f"{name} has no tests yet; write some under `tests:`, so that it can prove itself before it goes live.")
    elif failed:
        print(f"{len(failed)} of {many(len(results), 'test')} failed.")
    else:
        print(f"{many(len(results), 'test')} passed.")


def _steps(result: Result) -> list[dict[str, Any]]:
    return [
        {"stage": step.stage, "name": step.name, "hit": step.hit, "reason": step.reason, "line": step.line}
        for step in result.decision.steps
    ]


def _tell_missing(missing: Coverage) -> None:
    for what, names in (
        ("rules", missing.rules),
        ("timers", missing.timers),
        ("matrix cells", tuple(f"{impact} x {urgency}" for impact, urgency in missing.cells)),
    ):
        print(f"{what} that no test reaches: {', '.join(names)}" if names else f"every one of the {what} is tested")


def _tell_changes(changes: list[Change]) -> None:
    from maild.cli.show import many

    for change in changes:
        print(f"{change.about}: {change.said}")
    print(f"{many(len(changes), 'mail')} would be dealt with otherwise." if changes else "Nothing would change.")


def _fields(results: Iterable[Result], missing: Coverage | None, changes: list[Change] | None) -> dict[str, Any]:
    results = list(results)
    fields: dict[str, Any] = {
        "passed": all(result.passed for result in results),
        "tests": [
            {
                "name": result.test.name,
                "line": result.test.line,
                "passed": result.passed,
                "differences": [
                    {"key": one.key, "expected": one.expected, "got": one.got} for one in result.differences
                ],
                "steps": [] if result.passed else _steps(result),
            }
            for result in results
        ],
    }
    if missing is not None:
        fields["coverage"] = {
            "rules": list(missing.rules),
            "timers": list(missing.timers),
            "cells": [{"impact": impact, "urgency": urgency} for impact, urgency in missing.cells],
        }
    if changes is not None:
        fields["changes"] = [
            {"inbox": one.inbox, "ticket": one.ticket, "subject": one.subject, "before": one.before, "after": one.after}
            for one in changes
        ]
    return fields
