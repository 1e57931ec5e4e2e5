"""Shows that a search stays quick as tickets pile up: python -m tests.store.search_speed [TICKETS] [postgres].

Prints what one question costs at the median and at worst beside what one ticket costs that is fetched by its number,
so that a slow machine slows down both.
"""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime

from maild.desk.ticket import Entry, Ticket
from maild.store import Store, open_store
from tests.live.postgres import Postgres
from tests.live.programs import find
from tests.store.past import past, questions

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
COMMON = (
    "打印机", "vpn", "outlook", "密码", "printer", "not working", "会议室", "三楼 打印机 卡纸", "error 809 vpn laptop",
    "电脑 很慢 重启 以后 还是 一样", "the printer on the third floor has a paper jam and shows 13.20",
)  # fmt: skip
ENGLISH = "printer vpn outlook laptop screen password floor meeting error update login folder mail phone cable".split()  # noqa: SIM905
CHINESE = (
    "打印机",
    "电脑",
    "密码",
    "邮箱",
    "会议室",
    "网络",
    "三楼",
    "重启",
    "登录",
    "卡纸",
    "很慢",
    "文件夹",
    "报错",
    "更新",
)


def fill(store: Store, count: int) -> None:
    """Write so many tickets; their words are as unevenly common as those of people."""
    dice = random.Random(7)
    samples = list(past())
    for start in range(0, count, 1000):
        with store.transaction():
            for number in range(start, min(start + 1000, count)):
                sample = samples[number % len(samples)]
                words = ENGLISH if sample.language == "en" else CHINESE
                more = " ".join(dice.choices(words, k=25)) + f" asset-{number} room {number % 997}"
                ticket = store.tickets.insert(
                    Ticket(0, f"{sample.subject} {number}", "eva@example.com", "", sample.language, NOW,
                           status="closed", solution=sample.solution)
                )  # fmt: skip
                entry = Entry(NOW, "correspondence", "in", "eva@example.com", text=f"{sample.text} {more}")
                store.tickets.add_entry(ticket.number, entry)


def spent(what: Callable[[], object]) -> float:
    """Give milliseconds."""
    start = time.perf_counter()
    what()
    return 1000 * (time.perf_counter() - start)


def measure(store: Store, count: int) -> None:
    asked = [*COMMON, *(question for _, question in questions())]
    for question in asked:
        store.find.tickets(question, 10)
    times = {question: min(spent(lambda q=question: store.find.tickets(q, 10)) for _ in range(3)) for question in asked}
    fetch = statistics.median(
        spent(lambda n=n: store.tickets.get(1001 + n)) for n in range(0, count, max(1, count // 200))
    )
    middle, (worst, longest) = statistics.median(times.values()), max((ms, question) for question, ms in times.items())
    print(f"{count:7} tickets: a question {middle:6.2f} ms, at worst {worst:6.2f} ms ({longest!r});", end=" ")
    print(
        f"a ticket by its number {fetch:5.2f} ms; ratio {middle / fetch:5.0f}, at worst {worst / fetch:5.0f}",
        flush=True,
    )


def main(count: int, kind: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        server = Postgres(find("initdb").parent).start() if kind == "postgres" else None
        store = open_store(server.fresh() if server else f"sqlite:///{folder}/maild.db")
        try:
            took = spent(lambda: fill(store, count))
            print(f"filled: {took / count:.3f} ms a ticket")
            measure(store, count)
            print(f"rebuilt in {spent(store.find.rebuild) / 1000:.1f} s")
        finally:
            store.close()
            if server:
                server.stop()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000, sys.argv[2] if len(sys.argv) > 2 else "sqlite")
