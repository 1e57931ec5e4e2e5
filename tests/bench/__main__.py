"""`make bench`: how fast a backlog becomes tickets and receipts, against the floor measured in the same run."""

from __future__ import annotations

import argparse
import atexit
import contextlib
import functools
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

from imapclient import IMAPClient

from maild.store import open_store
from tests.bench import rules, ticks
from tests.bench.mails import mails
from tests.live.dovecot import Dovecot
from tests.live.house import House
from tests.live.postgres import Postgres
from tests.live.programs import find
from tests.live.sink import Sink
from tests.store.flatness import BATCH, FILL, batch


@dataclass(frozen=True)
class Run:
    """One drained backlog."""

    name: str
    mails: int
    seconds: float
    cpu: float
    peak: float
    """Megabytes, of all its processes together."""

    def __str__(self) -> str:
        return (
            f"{self.name:36} {self.mails / self.seconds:7.0f} mails/s  {1000 * self.cpu / self.mails:6.2f} ms CPU/mail"
            f"  {self.peak:5.0f} MB at most"
        )


def main() -> None:
    """Print the figures."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--mails", type=int, default=2000)
    options.add_argument("--rounds", type=int, default=3, help="of the backlog, since the machine is noisy")
    options.add_argument("--tickets", type=int, default=0, help="tickets that are there already, to see flatness")
    options.add_argument("--latency", type=int, default=20, help="single mails to time from IDLE to receipt")
    chosen = options.parse_args()
    dovecot = Dovecot().start()
    try:
        with smtp_sink() as port, tempfile.TemporaryDirectory() as folder:
            backlog(Path(folder), dovecot, port, chosen.mails, chosen.rounds)
            if chosen.tickets:
                flat(Path(folder), dovecot, port, chosen.tickets)
        latency(dovecot, chosen.latency)
        rules.main()
        ticks.main()
    finally:
        dovecot.stop()


def backlog(folder: Path, dovecot: Dovecot, smtp_port: int, count: int, rounds: int) -> None:
    """Drain the same backlog by the floor, into SQLite, and into PostgreSQL, by turns; tell each one's median run."""
    raws = list(mails(count))
    print(f"{count} mails, {sum(map(len, raws)) / count / 1000:.0f} KB on average, the median of {rounds} rounds")
    program = find("postgres")
    server = Postgres(program.parent, durable=True).start() if program else None
    runs: dict[str, list[Run]] = {}
    try:
        for number in range(rounds):
            here = folder / str(number)
            here.mkdir()
            databases = {"SQLite": (str(here / "floor.db"), "")}
            if server:
                databases["PostgreSQL"] = (server.fresh(), server.fresh())
            for name, (floors, ours) in databases.items():
                runs.setdefault(f"floor, {name}", []).append(floor(name, dovecot, smtp_port, raws, floors))
                runs.setdefault(name, []).append(drained(here / name, dovecot, smtp_port, raws, name, ours))
            if server:
                name = "PostgreSQL, two processes"
                made = drained(here / name, dovecot, smtp_port, raws, name, server.fresh(), processes=2)
                runs.setdefault(name, []).append(made)
    finally:
        if server:
            server.stop()
    usual = {name: sorted(found, key=lambda run: run.seconds)[rounds // 2] for name, found in runs.items()}
    for name, run in usual.items():
        floors = usual.get(f"floor, {name.partition(',')[0]}")
        print(f"{run}  {100 * floors.seconds / run.seconds:4.0f} % of its floor" if floors else run)


def floor(name: str, dovecot: Dovecot, smtp_port: int, raws: list[bytes], database: str) -> Run:
    """Let the floor take a backlog into a database: the path of a SQLite file, or a URL."""
    user, password = filled(dovecot, raws)
    command = [sys.executable, "-m", "tests.bench.floor", str(dovecot.tls_port), str(dovecot.ca_file), user, password]
    return measured(f"the floor in {name}, one thread", len(raws), [*command, str(smtp_port), database])


def flat(folder: Path, dovecot: Dovecot, smtp_port: int, tickets: int) -> None:
    """Drain the same mails into an empty database and into one that has so many tickets already."""
    raws = list(mails(500, seed=2))
    empty = drained(folder / "empty", dovecot, smtp_port, raws, "an empty desk", "")
    (folder / "full").mkdir()
    url = f"sqlite:///{folder / 'full' / 'filled.db'}"
    store = open_store(url)
    for first in range(0, tickets, BATCH):
        batch(store, first, FILL, {}, time.process_time)
    store.close()
    full = drained(folder / "full", dovecot, smtp_port, raws, f"a desk of {tickets} tickets", url)
    print(f"{empty}\n{full}  {100 * full.cpu / empty.cpu:4.0f} % of the CPU on an empty desk")


def filled(dovecot: Dovecot, raws: list[bytes]) -> tuple[str, str]:
    """Give a new user whose INBOX holds these mails."""
    user, password = dovecot.new_user()
    for raw in raws:
        dovecot.deliver(user, raw)
    return user, password


def drained(
    folder: Path, dovecot: Dovecot, smtp_port: int, raws: list[bytes], name: str, url: str, processes: int = 1
) -> Run:
    """Let `maild run --once` take a backlog, or several of it share the work."""
    folder.mkdir(exist_ok=True)
    more = f'\n[database]\nurl = "{url}"\n' if url else ""
    house = House(folder, dovecot, dovecot.new_user(), smtp_port, more)
    command = house.command("run", "--once")
    measured("an empty mailbox, which compiles what is not compiled yet", 1, command, folder)
    house = House(folder, dovecot, filled(dovecot, raws), smtp_port, more)
    run = measured(f"maild, {name}", len(raws), command, folder, processes)
    counts = sum(1 for row in house.json("inbox", "--limit", str(len(raws))) if row["outcome"])
    assert counts == len(raws), f"{counts} of {len(raws)} mails have an outcome"
    return run


def measured(name: str, count: int, command: list[str], folder: Path | None = None, processes: int = 1) -> Run:
    """Run a command, several times at once if wanted, and account for what all of it used."""
    began = time.perf_counter()
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    started = [subprocess.Popen(command, cwd=folder, env=environment(), **quiet) for _ in range(processes)]
    running = [process.pid for process in started]
    peaks: dict[int, float] = {}
    cpu = 0.0
    while running:
        time.sleep(0.02)
        for pid in list(running):
            peaks[pid] = max(peaks.get(pid, 0.0), peak_of(pid))
            ended, status, used = os.wait4(pid, os.WNOHANG)
            if ended:
                running.remove(pid)
                cpu += used.ru_utime + used.ru_stime
                assert os.waitstatus_to_exitcode(status) == 0, f"{name} failed"
    seconds = time.perf_counter() - began
    return Run(name, count, seconds, cpu, sum(peaks.values()))


def peak_of(pid: int) -> float:
    """Give the most memory a process has had so far, in megabytes; `wait4` would count what it was forked from."""
    with contextlib.suppress(OSError), open(f"/proc/{pid}/status") as status:
        return next((int(line.split()[1]) / 1024 for line in status if line.startswith("VmHWM")), 0.0)
    return 0.0


@functools.cache
def environment() -> dict[str, str]:
    """Run maild from this folder, with its modules compiled, as they are where it is installed."""
    compiled = tempfile.mkdtemp(prefix="maild-bench-")
    atexit.register(shutil.rmtree, compiled, ignore_errors=True)
    usual = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**usual, "PYTHONPATH": os.getcwd(), "PYTHONPYCACHEPREFIX": compiled}


def latency(dovecot: Dovecot, count: int) -> None:
    """Time single mails from Dovecot's IDLE notification to the receipt that SMTP accepted."""
    with Sink() as sink, tempfile.TemporaryDirectory() as folder:
        user, password = dovecot.new_user()
        house = House(Path(folder), dovecot, (user, password), sink.port)
        watcher = IMAPClient("127.0.0.1", dovecot.port, ssl=False)
        watcher.login(user, password)
        watcher.select_folder("INBOX", readonly=True)
        house.start()
        try:
            dovecot.deliver(user, question(0))
            sink.wait_for(1)
            taken = [one_latency(dovecot, watcher, sink, user, number) for number in range(1, count + 1)]
        finally:
            house.stop(signal.SIGTERM)
    print(
        f"from IDLE to the receipt accepted: median {1000 * statistics.median(taken):.0f} ms, "
        f"slowest {1000 * max(taken):.0f} ms of {count}"
    )


def one_latency(dovecot: Dovecot, watcher: IMAPClient, sink: Sink, user: str, number: int) -> float:
    """Deliver a mail and time it from the moment an idling client hears of it."""
    watcher.noop()
    watcher.idle()
    delivery = threading.Thread(target=dovecot.deliver, args=(user, question(number)))
    delivery.start()
    watcher.idle_check(timeout=10)
    heard = time.perf_counter()
    delivery.join()
    watcher.idle_done()
    sink.wait_for(number + 1)
    return sink.times[number] - heard


def question(number: int) -> bytes:
    """Write one short mail."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = f"user{number}@example.com", "support@example.com", "Question"
    mail["Message-ID"] = f"<latency.{number}@mail.example.org>"
    mail.set_content("It does not work.\n")
    return mail.as_bytes()


@contextlib.contextmanager
def smtp_sink() -> Iterator[int]:
    """Start Postfix's own sink on a port the system chose."""
    program = find("smtp-sink")
    assert program, "smtp-sink is missing: apt-get install postfix"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen([str(program), "-u", "nobody", f"127.0.0.1:{port}", "100"])
    try:
        for _ in range(100):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
        yield port
    finally:
        process.terminate()
        process.wait()


if __name__ == "__main__":
    main()
