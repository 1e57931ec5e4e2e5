"""`python -m tests.bench.report`: how long the review of a made-up year of 20,000 tickets takes, part by part."""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from maild.report.effort import cost_of
from maild.report.figures import figures
from maild.report.page import Material, review_of
from maild.report.period import Period, read_period
from maild.report.png import missing_font, png
from maild.report.problems import returning
from maild.report.words import Speech
from maild.store import Store, open_store
from tests.report.year import OFFICE, ZONE, fill

NOW = datetime(2027, 1, 5, tzinfo=UTC)


def main() -> None:
    """Print the figures."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--tickets", type=int, default=20_000)
    count = options.parse_args().tickets
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(f"sqlite:///{folder}/maild.db")
        fill(store, count)
        with part(f"a year of {count} tickets, all of it"):
            review(store, read_period("2026-01-01..2026-12-31", ZONE))
        with part("one month of it, all of it"):
            review(store, read_period("2026-10", ZONE))
        store.close()


def review(store: Store, period: Period) -> None:
    """Make the page of a period, with pictures for a mail where there is a font."""
    with part("  read"):
        tickets = list(store.reviews.tickets(period.before.since, period.until))
        reopenings = store.reviews.reopenings(period.before.since, period.until)
    with part("  figures of it and of the one before"):
        now, before = (figures(tickets, reopenings, one, lambda _: OFFICE, NOW) for one in (period, period.before))
    with part("  problems that came back"):
        problems = returning(tickets, period, cost_of(lambda _: OFFICE, min(period.until, NOW)))
    drawn: list[bytes] = []
    with part("  page and pictures"):
        show = (lambda _: "") if missing_font("zh") else (lambda picture: drawn.append(png(picture.svg)) or "")
        review_of(Material(now, before, problems), Speech("zh"), show)


@contextmanager
def part(name: str) -> Iterator[None]:
    """Print how long something took."""
    began, used = time.perf_counter(), time.process_time()
    yield
    print(f"{name:42} {time.perf_counter() - began:6.2f} s  {time.process_time() - used:6.2f} s CPU")


if __name__ == "__main__":
    main()
