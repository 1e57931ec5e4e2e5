"""`python -m tests.bench.rules`: what a rulebook costs for a mail, beside reading its words at all; due times."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from maild.desk.length import Length
from maild.rulebook.load import load
from maild.rulebook.reading.names import World
from maild.rulebook.rules import apply
from maild.rulebook.words import fold
from tests.desk.test_calendar import office
from tests.rulebook.test_rules import NOW, large

SAMPLE = (Path(__file__).parents[2] / "rules.yaml").read_text("utf-8")


def cost(work: Callable[[], object], times: int) -> float:
    """Give the CPU milliseconds of one run, the best of five."""
    work()
    rounds = []
    for _ in range(5):
        began = time.process_time()
        for _ in range(times):
            work()
        rounds.append(1000 * (time.process_time() - began) / times)
    return min(rounds)


def main() -> None:
    """Print the figures."""
    _, mails = large(1)
    texts = [f"{mail.subject} {mail.text}" for mail in mails]
    floor = cost(lambda: [set(fold(text).split()) for text in texts], 20) / len(mails)
    print(f"a mail of {sum(map(len, texts)) // len(texts)} characters, folded and split: {floor:.3f} ms")
    for count in (10, 100, 1000, 10_000):
        book, mails = large(count)
        each = cost(lambda book=book, mails=mails: [apply(book, mail, NOW) for mail in mails], 5) / len(mails)
        print(f"{count:6} rules: {each:.3f} ms for a mail, {each / floor:4.1f} times the floor")
    calendar, start = office(), datetime(2026, 9, 30, 9, tzinfo=UTC)
    for text in ("30m", "8h", "5bd"):
        length = Length.parse(text)
        print(f"a due time of {text:>3}: {1000 * cost(lambda length=length: calendar.add(start, length), 2000):.1f} µs")
    print(f"loading the sample: {cost(lambda: load(SAMPLE, 'rules.yaml', World()), 5):.0f} ms")


if __name__ == "__main__":
    main()
