"""`maild find`: articles and old tickets by words and error codes, in Chinese and English."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from maild.cli.failing import HAS_PROBLEMS
from maild.cli.options import Json
from maild.cli.session import Session

if TYPE_CHECKING:
    from maild.desk.ticket import Ticket
    from maild.knowledge import Hit
    from maild.store import Store

FEW = 10
ARTICLES = 3


@dataclass(frozen=True, slots=True)
class Past:
    """A ticket that was found, with how well it fits."""

    ticket: Ticket
    score: float


def find(
    ctx: typer.Context,
    words: Annotated[list[str] | None, typer.Argument(help="Words or error codes.", metavar="WORDS...")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, metavar="N", help="So many tickets at most.")] = FEW,
    solved: Annotated[bool, typer.Option("--solved", help="Tickets with a solution alone.")] = False,
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help="Make the index of the tickets anew, then search.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Find articles and old tickets by words and error codes; the best come first.

    \b
    maild find "打印机 卡纸"
    maild find vpn 809 --solved --json
    maild find --rebuild
    """
    session: Session = ctx.obj
    question = " ".join(words or ())
    if not question.strip() and not rebuild:
        raise typer.BadParameter('say what to look for, as in maild find "paper jam"', ctx, param_hint="WORDS")
    with session.store() as store:
        if rebuild:
            _rebuild(store, as_json)
        if not question.strip():
            return
        articles = _articles(session, question)
        tickets = list(_tickets(store, question, limit, solved)) if store else []
        behind = store.find.behind() if store else 0
    if as_json:
        _print_json(articles, tickets)
    else:
        _print_tables(articles, tickets, behind)


def _rebuild(store: Store | None, as_json: bool) -> None:
    from maild.cli.show import many

    count = store.find.rebuild() if store else 0
    typer.echo(f"The index holds {many(count, 'ticket')} now.", err=as_json)


def _articles(session: Session, question: str) -> list[Hit]:
    from maild.daemon.articles import read_articles
    from maild.mail.language import language_of

    return read_articles(session.settings).library.search(question, language_of(question), ARTICLES)


def _tickets(store: Store, question: str, limit: int, solved: bool) -> Iterator[Past]:
    for found in store.find.tickets(question, limit, solved):
        ticket = store.tickets.get(found.number)
        if ticket:
            yield Past(ticket, found.score)


def _print_json(articles: list[Hit], tickets: list[Past]) -> None:
    from maild.cli.fields import ticket_fields
    from maild.cli.show import json_array

    rows: list[dict[str, Any]] = [
        {
            "kind": "article",
            "name": hit.article.name,
            "language": hit.article.language,
            "title": hit.article.title,
            "steps": list(hit.article.steps),
            "score": round(hit.score, 2),
        }
        for hit in articles
    ]
    rows += [{"kind": "ticket", **ticket_fields(one.ticket), "score": round(one.score, 2)} for one in tickets]
    json_array(rows)


def _print_tables(articles: list[Hit], tickets: list[Past], behind: int) -> None:
    from maild.cli.show import Column, table

    if articles:
        columns = [Column("Article", 18), Column("Title")]
        table(columns, [(hit.article.name, hit.article.title) for hit in articles])
    if articles and tickets:
        print()
    if tickets:
        columns = [Column("Ticket", 6, right=True), Column("Status", 8), Column("Subject"), Column("Solution")]
        table(
            columns,
            [(one.ticket.number, one.ticket.status, one.ticket.subject, one.ticket.solution) for one in tickets],
        )
    if behind:
        print(f"{behind} tickets are not in the index yet: maild find --rebuild")
    if not articles and not tickets:
        print("Nothing fits. Fewer or other words may find more.")
        raise typer.Exit(HAS_PROBLEMS)
