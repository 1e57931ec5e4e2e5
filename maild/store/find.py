"""Old tickets by their words: an index derived from tickets and entries, written in the same commit as these.

Each ticket has one document of terms (`maild.desk.terms`): its heading (subject, and once it is solved its cause and
solution) and its body (what people wrote). SQLite keeps it in FTS5, PostgreSQL in tsvectors under a GIN index; both are
given our own terms, so that both find the same. A search ranks a few hundred documents: those that hold all of the
terms, then the rarest of them together, then each alone, the youngest first, so that no common word makes it slow.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from maild.desk.terms import terms
from maild.desk.ticket import Entry, Ticket
from maild.store.database import Database, Row, chunks, marks
from maild.store.postgres import Postgres

READ = ("correspondence", "comment")
"""The kinds of entries whose text is looked through."""
MOST_TERMS = 600
"""Terms of one entry; nobody looks for what stands behind them."""
MOST_ASKED = 24
"""Terms of one question."""
TAKEN = 40
"""Documents that each way of asking gives at most."""
ENOUGH = 160
"""Documents that are ranked."""
COUNTED = 2_000
"""From here on a term is common."""
WINDOW = 3_000
"""The youngest tickets, among which PostgreSQL looks for common terms."""
HEADING_WEIGHT = 3.0
K1, B, USUAL = 1.2, 0.3, 60
"""BM25 (Robertson, Zaragoza 2009); the last is the length of a usual document in terms."""


@dataclass(frozen=True, slots=True)
class Found:
    """A ticket that a search found."""

    number: int
    score: float
    share: float
    """How much of the question it holds, rare words counting more: 0 to 1."""


class Find:
    """The search over tickets; what it writes joins the transaction that is open."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._words: _Words = _PostgresWords(db) if isinstance(db, Postgres) else _SqliteWords(db)

    # Writing

    def opened(self, ticket: Ticket, entries: Iterable[Entry] = ()) -> None:
        """Take in a new ticket with the lines that its history begins with."""
        body = [term for entry in entries for term in _body(entry.kind, entry.text)]
        self._words.insert_one((ticket.number, _heading(ticket), body))

    def wrote(self, number: int, entry: Entry) -> None:
        """Take in a new line of a ticket's history."""
        added = _body(entry.kind, entry.text)
        if added:
            self._words.append(number, added)

    def solved(self, ticket: Ticket) -> None:
        """Take in what a ticket's cause and solution were."""
        self._words.set_heading(ticket.number, _heading(ticket))

    def rebuild(self, some: int = 500) -> int:
        """Make the index anew from tickets and entries; give the number of tickets."""
        done = 0
        with self._db.transaction():
            self._db.run("DELETE FROM ticket_find")
            for numbers in chunks((n for (n,) in self._db.rows("SELECT number FROM ticket ORDER BY number")), some):
                self._words.insert(list(self._documents(numbers)))
                done += len(numbers)
        return done

    def _documents(self, numbers: Sequence[int]) -> Iterator[tuple[int, list[str], list[str]]]:
        bodies: dict[int, list[str]] = {number: [] for number in numbers}
        written = self._db.rows(
            f"SELECT ticket, kind, text FROM entry WHERE ticket IN {marks(len(numbers))} ORDER BY id", numbers
        )
        for number, kind, text in written:
            bodies[number] += _body(kind, text)
        headings = self._db.rows(
            f"SELECT number, subject, cause, solution FROM ticket WHERE number IN {marks(len(numbers))}", numbers
        )
        for number, *texts in headings:
            yield number, terms(" \n".join(texts)), bodies[number]

    # Asking

    def behind(self) -> int:
        """Count the tickets that the index does not hold yet."""
        ((tickets,),) = self._db.rows("SELECT COUNT(*) FROM ticket")
        ((held,),) = self._db.rows(self._words.count)
        return max(0, tickets - held)

    def tickets(self, question: str, limit: int = 10, solved: bool = False, without: int = 0) -> list[Found]:
        """Find the tickets that fit a question best, the younger first where they fit alike.

        Args:
            solved: those alone that have a solution.
            without: a ticket that is not meant.
        """
        asked = list(dict.fromkeys(terms(question)))[: 4 * MOST_ASKED]
        if not asked or limit < 1:
            return []
        holding = {term: count for term, count in self._words.holding(asked).items() if count}
        rarest = sorted(holding, key=lambda term: (holding[term], asked.index(term)))[:MOST_ASKED]
        if not rarest:
            return []
        total = max(self._words.total(), max(holding.values()))
        weights = {term: math.log(1 + (total - holding[term] + 0.5) / (holding[term] + 0.5)) for term in rarest}
        chosen: dict[int, None] = {}
        for together in _ways(rarest):
            if len(chosen) >= ENOUGH:
                break
            likely = total * math.prod(holding[term] / total for term in together)
            chosen |= dict.fromkeys(self._words.youngest(together, solved, likely >= COUNTED))
        chosen.pop(without, None)
        unknown = len(asked) - len(holding)
        whole = sum(weights.values()) + unknown * max(weights.values())
        rows = sorted(self._words.rank(list(chosen), weights), key=lambda row: (-row[1], -row[0]))[:limit]
        return [Found(number, score, min(1.0, held / whole) if whole else 0.0) for number, score, held in rows]


def _ways(rarest: Sequence[str]) -> Iterator[Sequence[str]]:
    """Give terms to look for together: all, ever fewer of the rarest, pairs with the rarest, each alone."""
    sizes = dict.fromkeys((len(rarest), len(rarest) // 2, 3))
    tried = [tuple(rarest[:size]) for size in sizes if 2 < size <= len(rarest)]
    tried += [(rarest[0], other) for other in rarest[1:5]]
    tried += [tuple(rarest[1:3])] if len(rarest) > 2 else []
    yield from dict.fromkeys([*tried, *((term,) for term in rarest[:6])])


def _heading(ticket: Ticket) -> list[str]:
    return terms(" \n".join((ticket.subject, ticket.cause, ticket.solution)))


def _body(kind: str, text: str) -> list[str]:
    return terms(text)[:MOST_TERMS] if kind in READ and text else []


_ONLY_SOLVED = "AND EXISTS (SELECT 1 FROM ticket WHERE number = {0} AND solution <> '')"

Document = tuple[int, list[str], list[str]]


class _Words(ABC):
    """How one of the two databases keeps the documents."""

    count = "SELECT COUNT(*) FROM ticket_find"

    def __init__(self, db: Database) -> None:
        self._db = db

    _insert: str
    """Writes one document."""

    @staticmethod
    @abstractmethod
    def _columns(document: Document) -> Sequence[object]:
        """Give a document as `_insert` takes it."""

    def insert(self, documents: Sequence[Document]) -> None:
        self._db.run_many(self._insert, map(self._columns, documents))

    def insert_one(self, document: Document) -> None:
        self._db.write(self._insert, self._columns(document))

    @abstractmethod
    def append(self, number: int, body: Sequence[str]) -> None:
        """Add to what a document says."""

    @abstractmethod
    def set_heading(self, number: int, heading: Sequence[str]) -> None:
        """Write another heading over a document."""

    @abstractmethod
    def holding(self, asked: Sequence[str]) -> dict[str, int]:
        """Count for each term the documents that hold it."""

    def total(self) -> int:
        """Tell about how many tickets there are, at no cost."""
        found = self._db.row("SELECT (SELECT MAX(number) FROM ticket) - (SELECT MIN(number) FROM ticket) + 1")
        return (found and found[0]) or 1

    @abstractmethod
    def youngest(self, together: Sequence[str], solved: bool, common: bool) -> list[int]:
        """Give the youngest documents that hold all of these terms; `common` where very many should."""

    @abstractmethod
    def rank(self, numbers: Sequence[int], weights: Mapping[str, float]) -> list[Row]:
        """Rank documents: number, score, weight of the terms held."""


class _SqliteWords(_Words):
    """`ticket_find` is an FTS5 table whose rowid is the ticket's number."""

    count = "SELECT COUNT(*) FROM ticket_find_docsize"

    _insert = "INSERT INTO ticket_find (rowid, heading, body) VALUES (?, ?, ?)"

    @staticmethod
    def _columns(document: Document) -> Sequence[object]:
        number, heading, body = document
        return number, " ".join(heading), " ".join(body)

    def append(self, number: int, body: Sequence[str]) -> None:
        self._db.write("UPDATE ticket_find SET body = body || ' ' || ? WHERE rowid = ?", (" ".join(body), number))

    def set_heading(self, number: int, heading: Sequence[str]) -> None:
        self._db.write("UPDATE ticket_find SET heading = ? WHERE rowid = ?", (" ".join(heading), number))

    def holding(self, asked: Sequence[str]) -> dict[str, int]:
        found = {}
        for term in asked:
            rows = self._db.rows("SELECT doc FROM ticket_find_term WHERE term = ?", (term,))
            found[term] = rows[0][0] if rows else 0
        return found

    def youngest(self, together: Sequence[str], solved: bool, common: bool) -> list[int]:
        only = _ONLY_SOLVED.format("ticket_find.rowid") if solved else ""
        match = " AND ".join(f'"{term}"' for term in together)
        sql = f"SELECT rowid FROM ticket_find WHERE ticket_find MATCH ? {only} ORDER BY rowid DESC LIMIT {TAKEN}"
        return [number for (number,) in self._db.rows(sql, (match,))]

    def rank(self, numbers: Sequence[int], weights: Mapping[str, float]) -> list[Row]:
        return [
            _scored(number, heading.split(), body.split(), weights)
            for some in chunks(numbers)
            for number, heading, body in self._db.rows(
                f"SELECT rowid, heading, body FROM ticket_find WHERE rowid IN {marks(len(some))}", some
            )
        ]


def _scored(number: int, heading: list[str], body: list[str], weights: Mapping[str, float]) -> Row:
    """Give a document's number, its score, and the weight of the terms it holds."""
    norm = K1 * (1 - B + B * (len(heading) + len(body)) / USUAL)
    score = held = 0.0
    for term, weight in weights.items():
        times = HEADING_WEIGHT * heading.count(term) + body.count(term)
        if times:
            score += weight * times * (K1 + 1) / (times + norm)
            held += weight
    return number, score, held


_HOLDING = f"""
WITH known AS (
    SELECT elements.term, elements.share * (SELECT reltuples FROM pg_class WHERE oid = 'ticket_find'::regclass) AS about
    FROM pg_stats, unnest(most_common_elems::text::text[], most_common_elem_freqs) AS elements (term, share)
    WHERE schemaname = current_schema() AND tablename = 'ticket_find_words'
)
SELECT asked.term, CASE WHEN known.about >= {COUNTED} THEN known.about::bigint ELSE (
    SELECT COUNT(*) FROM (
        SELECT 1 FROM ticket_find WHERE (heading || body) @@ quote_literal(asked.term)::tsquery LIMIT {COUNTED}
    ) AS counted
) END
FROM unnest(?::text[]) AS asked (term) LEFT JOIN known USING (term)
"""
"""What ANALYZE has found of the index counts where it says that a term is common: to count those takes long."""


class _PostgresWords(_Words):
    """`ticket_find.words` is a tsvector, the heading's terms with the weight A and the body's with D."""

    _insert = "INSERT INTO ticket_find (ticket, heading, body) VALUES (?, ?::tsvector, ?::tsvector)"

    @staticmethod
    def _columns(document: Document) -> Sequence[object]:
        number, heading, body = document
        return number, _vector(heading, "A"), _vector(body, "D")

    def append(self, number: int, body: Sequence[str]) -> None:
        added = _vector(body, "D")
        self._db.write("UPDATE ticket_find SET body = body || ?::tsvector WHERE ticket = ?", (added, number))

    def set_heading(self, number: int, heading: Sequence[str]) -> None:
        self._db.write("UPDATE ticket_find SET heading = ?::tsvector WHERE ticket = ?", (_vector(heading, "A"), number))

    def holding(self, asked: Sequence[str]) -> dict[str, int]:
        """Count the rare terms; of a common one PostgreSQL itself knows about how common it is."""
        return dict(self._db.rows(_HOLDING, (list(asked),)))

    def youngest(self, together: Sequence[str], solved: bool, common: bool) -> list[int]:
        only = _ONLY_SOLVED.format("ticket_find.ticket") if solved else ""
        if common:
            # Walking back from the youngest meets enough soon; the index would give far too many.
            young = f"ticket > (SELECT MAX(number) FROM ticket) - {WINDOW}"
            held = " AND ".join(["(body @@ ?::tsquery OR heading @@ ?::tsquery)"] * len(together))
            sql = f"SELECT ticket FROM ticket_find WHERE {young} AND {held} {only} ORDER BY ticket DESC LIMIT {TAKEN}"
            asked = [f"'{term}'" for term in together for _ in ("body", "heading")]
        else:
            # OFFSET 0 keeps PostgreSQL from walking through all tickets in their order.
            few = f"SELECT ticket FROM ticket_find WHERE (heading || body) @@ ?::tsquery {only} OFFSET 0"
            sql = f"SELECT ticket FROM ({few}) AS few ORDER BY ticket DESC LIMIT {TAKEN}"
            asked = [" & ".join(f"'{term}'" for term in together)]
        return [number for (number,) in self._db.rows(sql, asked)]

    def rank(self, numbers: Sequence[int], weights: Mapping[str, float]) -> list[Row]:
        rows = self._db.rows(
            "SELECT ticket, SUM(weight * ts_rank('{0.1, 0.2, 0.4, 0.3}', words, query, 1)) * 10 AS score, "
            "SUM(CASE WHEN words @@ query THEN weight ELSE 0 END) AS held "
            "FROM (SELECT ticket, heading || body AS words FROM ticket_find "
            "WHERE ticket = ANY(?::bigint[])) AS chosen, "
            "(SELECT quote_literal(term)::tsquery AS query, weight "
            "FROM unnest(?::text[], ?::float8[]) AS t (term, weight)) AS asked GROUP BY ticket",
            (list(numbers), list(weights), list(weights.values())),
        )
        return [(number, float(score), float(held)) for number, score, held in rows]


def _vector(words: Sequence[str], weight: str) -> str:
    """Write a tsvector: each term with the place of its first ten occurrences."""
    places: dict[str, list[int]] = {}
    for place, term in enumerate(words, 1):
        places.setdefault(term, []).append(place)
    return " ".join(f"'{term}':{','.join(f'{place}{weight}' for place in at[:10])}" for term, at in places.items())
