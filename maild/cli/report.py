"""`maild report`: the monthly review on the terminal, as files, by mail; and whether a change has done any good."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from maild.cli.failing import fail
from maild.cli.options import At, Json, moment_at
from maild.cli.session import Session

if TYPE_CHECKING:
    from maild.desk.review import Review
    from maild.edge.templates import Rendered
    from maild.report.period import Period
    from maild.report.words import Speech
    from maild.settings import Settings
    from maild.store import Store

LANGUAGES = ("en", "zh")
Days = Annotated[str | None, typer.Option(metavar="A..B", help="Any days: 2026-10-05..2026-10-09, both included.")]


def report(
    ctx: typer.Context,
    month: Annotated[str | None, typer.Option(metavar="YYYY-MM", help="Which month; else the last one.")] = None,
    period: Days = None,
    compare: Annotated[
        tuple[str, str] | None,
        typer.Option(metavar="A..B C..D", help="Before and after a change: two stretches of days, or two months."),
    ] = None,
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="Write pages and CSV files there.")] = None,
    language: Annotated[str | None, typer.Option(help="en or zh; else, as files, both.")] = None,
    mail: Annotated[bool, typer.Option("--mail", help="Queue it for the leads of the queues now.")] = False,
    at: At = None,
    as_json: Json = False,
) -> None:
    """Review a month: what came, how fast and how well it was answered, and what came back.

    The leads of the queues get it by mail on the first working day of the next month by itself.

    \b
    maild report --month 2026-10 --out review
    maild report --month 2026-10 --json
    maild report --compare 2026-09-01..2026-09-30 2026-10-08..2026-10-31
    """
    session: Session = ctx.obj
    if sum((month is not None, period is not None, compare is not None)) > 1:
        raise typer.BadParameter("say only one of --month, --period and --compare", ctx)
    if language not in (None, *LANGUAGES):
        raise typer.BadParameter(f"{language} is neither {' nor '.join(LANGUAGES)}", ctx, param_hint="--language")
    if mail and (compare or as_json or out):
        raise typer.BadParameter("it sends a review and writes nothing else", ctx, param_hint="--mail")
    zone = session.zone
    now = moment_at(at, session.zone, ctx) or datetime.now(UTC)
    if compare:
        sides = tuple(_period(text, "--compare", zone, ctx) for text in compare)
        _trial(session, *sides, now, out, language, as_json, ctx)
        return
    wanted = _wanted(month, period, zone, now, ctx)
    if wanted.since >= now:
        raise typer.BadParameter(f"{wanted.name} has not begun yet", ctx, param_hint="--month" if month else "--period")
    if mail:
        _mail(session, wanted, now)
    else:
        _review(session, wanted, now, out, language, as_json)


def _rulebook(settings: Settings):
    from maild.daemon.rulebook import open_files

    return open_files(settings).rulebook.current


def _wanted(month: str | None, period: str | None, zone: ZoneInfo, now: datetime, ctx: typer.Context) -> Period:
    from maild.report.period import last_month, read_month

    if period is not None:
        return _period(period, "--period", zone, ctx)
    if month is None:
        return last_month(now, zone)
    found = read_month(month, zone)
    if found is None:
        raise typer.BadParameter(f"{month} is no month; write 2026-10", ctx, param_hint="--month")
    return found


def _period(text: str, option: str, zone: ZoneInfo, ctx: typer.Context) -> Period:
    from maild.report.period import read_period

    found = read_period(text, zone)
    if found is None:
        raise typer.BadParameter(
            f"{text} are no days; write 2026-10-05..2026-10-09, the earlier one first, or a month as 2026-10",
            ctx,
            param_hint=option,
        )
    return found


@contextmanager
def _store(session: Session) -> Iterator[Store]:
    with session.store() as store:
        if store is None:
            fail("there are no tickets yet, so there is nothing to review", "maild run takes the first ones")
        yield store


def _review(
    session: Session, period: Period, now: datetime, out: Path | None, language: str | None, as_json: bool
) -> None:
    from maild.cli.show import json_object
    from maild.report.gather import gather
    from maild.report.page import review_of
    from maild.report.plain import review_fields
    from maild.report.sheet import figures_csv, ratings_csv, whys_csv
    from maild.report.words import Speech

    with _store(session) as store:
        found = gather(store, period, _rulebook(session.settings), now)
    name = f"review-{period.name}"
    if out:
        pages = {
            f"{name}.{say.language}.html": review_of(found, say, lambda picture: picture.svg)
            for say in _speeches(language)
        }
        _write(
            session,
            out,
            now,
            pages,
            {
                f"{name}.csv": figures_csv(found.figures, found.before, found.problems),
                f"{name}-ratings.csv": ratings_csv(found.figures),
                f"{name}-five-whys.csv": whys_csv(found.problems),
            },
            quiet=as_json,
        )
    if as_json:
        json_object(review_fields(found))
    elif not out:
        say = Speech(language or session.settings.desk.language)
        _print(session, review_of(found, say, lambda _: ""), say, now)


def _trial(
    session: Session,
    before: Period,
    after: Period,
    now: datetime,
    out: Path | None,
    language: str | None,
    as_json: bool,
    ctx: typer.Context,
) -> None:
    from maild.cli.show import json_object
    from maild.report.gather import gather_trial
    from maild.report.plain import trial_fields
    from maild.report.sheet import comparison_csv
    from maild.report.trial import trial_page
    from maild.report.words import Speech

    if before.first <= after.last and after.first <= before.last:
        raise typer.BadParameter("the two stretches of days overlap", ctx, param_hint="--compare")
    if max(before.since, after.since) >= now:
        raise typer.BadParameter("the later days have not begun yet", ctx, param_hint="--compare")
    with _store(session) as store:
        found = gather_trial(store, before, after, _rulebook(session.settings), now)
    if out:
        pages = {
            f"before-and-after.{say.language}.html": trial_page(before, after, found, say)
            for say in _speeches(language)
        }
        files = {"before-and-after.csv": comparison_csv(found, before.name, after.name)}
        _write(session, out, now, pages, files, quiet=as_json)
    if as_json:
        json_object(trial_fields(before, after, found))
    elif not out:
        say = Speech(language or session.settings.desk.language)
        _print(session, trial_page(before, after, found, say), say, now)


def _mail(session: Session, period: Period, now: datetime) -> None:
    from maild.cli.show import many
    from maild.daemon.build import build_context
    from maild.report.png import missing_font
    from maild.report.send import leads, send_review

    context = build_context(session.settings)
    to = leads(context.rulebook())
    if not to:
        fail("no queue of the rulebook has a lead, so there is nobody to send it to", "say `lead: KEY` in a queue")
    with _store(session) as store:
        told = send_review(store, context, period, now)
    if not told:
        fail(f"there was no ticket in {period.name}, so nothing was sent")
    print(f"The review of {period.name} waits in the outbox for {many(len(told), 'lead')}: {', '.join(told)}")
    for missing in dict.fromkeys(filter(None, map(missing_font, to.values()))):
        print(f"maild: {missing}")


def _speeches(language: str | None) -> list[Speech]:
    from maild.report.words import Speech

    return [Speech(one) for one in ((language,) if language else LANGUAGES)]


def _rendered(session: Session, review: Review, language: str, now: datetime) -> Rendered:

    from maild.daemon.folders import template_folders
    from maild.edge.templates import Templates
    from maild.mail.message import Address

    settings = session.settings
    desk = Address(settings.smtp.from_name or settings.desk.name, settings.smtp.from_address)
    facts = {"review": review, "desk": desk, "zone": session.zone.key, "now": now}
    return Templates(template_folders(settings)).render("monthly-review", language, facts)


def _print(session: Session, review: Review, say: Speech, now: datetime) -> None:
    from maild.cli.show import plain

    print(plain(_rendered(session, review, say.language, now).text), end="")


def _write(
    session: Session, out: Path, now: datetime, pages: dict[str, Review], files: dict[str, bytes], quiet: bool
) -> None:
    """Write the files and name them; a page is told apart by the language before its ending."""
    out.mkdir(parents=True, exist_ok=True)
    for name, review in pages.items():
        html = _rendered(session, review, name.split(".")[-2], now).html
        (out / name).write_text(html, "utf-8", errors="replace")
    for name, content in files.items():
        (out / name).write_bytes(content)
    if not quiet:
        for name in (*pages, *files):
            print(out / name)
