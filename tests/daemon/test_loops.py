"""The daemon's loops take a mailbox over, wait for another process, and leave nothing behind when they begin anew."""

from __future__ import annotations

import io
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from typing import Any

from maild.daemon.loops import Daemon
from maild.daemon.owner import new_owner
from maild.edge.imap import Batch, Fetched, ImapAccount, MailboxDown
from maild.log import open_log
from maild.mail.retry import Sent
from maild.store import Store, StoreDown
from tests.stories.desk import START, SUPPORT, Desk


class Shelf:
    """A mailbox of the outside: the mails that lie in it, and what goes wrong on the way."""

    name = SUPPORT
    account = ImapAccount(SUPPORT, "imap.example.com", "support")
    left_alone = ()

    def __init__(self, *mails: bytes, hang_ups: int = 0, always: bool = False) -> None:
        """Put mails into it.

        Args:
            hang_ups: so often the server hangs up while it is waited for.
            always: whenever it is waited for, and not only the second time.
        """
        self._mails = {uid: Fetched(uid, raw, len(raw)) for uid, raw in enumerate(mails, 1)}
        self._hang_ups, self._always = hang_ups, always
        self._waits = 0
        self.connections = 0

    def connect(self) -> None:
        self.connections += 1
        self._waits = 0

    def close(self) -> None:
        pass

    interrupt = close

    def batches(self, known: object) -> Iterator[Batch]:
        if self._mails:
            yield Batch(1, tuple(self._mails.values()))

    def finish(self, uidvalidity: int, uids: list[int], folder: str) -> str:
        for uid in uids:
            del self._mails[uid]
        return ""

    def wait(self, seconds: float, stop: threading.Event) -> bool:
        self._waits += 1
        if self._hang_ups and (self._always or self._waits > 1):
            self._hang_ups -= 1
            raise MailboxDown("imap.example.com closed the connection.")
        stop.wait(0.01)
        return False


class Post:
    """Takes every notice."""

    async def send(self, *_: object) -> Sent:
        return Sent("250 OK")

    async def close(self) -> None:
        pass


class Told(io.StringIO):
    """The log; tests wait for a word of it."""

    def __init__(self) -> None:
        super().__init__()
        self._said = threading.Condition()

    def write(self, text: str) -> int:
        with self._said:
            self._said.notify_all()
            return super().write(text)

    def hears(self, words: str, times: int = 1) -> bool:
        with self._said:
            return self._said.wait_for(lambda: self.getvalue().count(words) >= times, 20)


class Pages:
    """A server of pages whose address another program has."""

    def __init__(self) -> None:
        self.tried = threading.Semaphore(0)

    def run(self) -> None:
        self.tried.release()
        raise OSError(98, "Address already in use")

    def stop(self) -> None:
        pass


class Sick:
    """What the database does not answer so many times, and everything else as it is."""

    def __init__(self, well: Any, times: int, question: str) -> None:
        self._well, self._times, self._question = well, times, question

    def __getattr__(self, name: str) -> Any:
        if name == self._question and self._times:
            self._times -= 1
            raise StoreDown("PostgreSQL: connection refused")
        return getattr(self._well, name)


class House:
    """A daemon in this process, on a desk whose clock stands still."""

    def __init__(self, store: Store, shelf: Shelf) -> None:
        desk = Desk(store)
        self.told = Told()
        log = open_log(self.told, "text", clock=lambda: desk.now)
        self.daemon = Daemon(
            store, desk.context, [shelf], Post, log, new_owner(), poll=0.01, clock=lambda: desk.now
        )  # fmt: skip
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self.daemon.run, args=(self._stop,))

    def __enter__(self) -> House:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join(20)
        assert not self._thread.is_alive()


def test_pages_that_cannot_be_served_are_told_of_once_and_the_mail_goes_on(store):
    pages = Pages()
    house = House(store, Shelf(b"From: eva@example.com\n\nHelp\n"))
    house.daemon.serve(pages)
    with house:
        assert house.told.hears("1 mail taken")
        assert all(pages.tried.acquire(timeout=20) for _ in range(3))
    assert house.told.getvalue().count("web: the pages cannot be served: Address already in use") == 1
    assert "works again" not in house.told.getvalue()


def owner_with(pid: int) -> str:
    return f"{socket.gethostname()}/{pid}/00000000"


def test_the_mailbox_of_a_process_that_died_is_read_at_once(store):
    dead = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True)
    assert store.lease(f"mailbox {SUPPORT}", owner_with(int(dead.stdout)), START, 90)
    with House(store, Shelf(b"From: eva@example.com\n\nHelp\n")) as house:
        assert house.told.hears("1 mail taken")


def test_a_mailbox_that_another_process_reads_is_left_to_it_and_the_log_says_so(store):
    assert store.lease(f"mailbox {SUPPORT}", owner_with(os.getppid()), START, 90)
    shelf = Shelf(b"From: eva@example.com\n\nHelp\n")
    with House(store, shelf) as house:
        assert house.told.hears(f"{SUPPORT}: another maild reads it")
    assert not shelf.connections
    assert store.holder(f"mailbox {SUPPORT}") == owner_with(os.getppid())


def test_a_server_that_hangs_up_now_and_then_is_called_again_at_once_each_time(store):
    with House(store, Shelf(hang_ups=8)) as house:
        assert house.told.hears("imap.example.com:993: connected", times=9)
        assert house.told.hears("works again", times=8)


def test_a_server_that_hangs_up_at_once_each_time_is_left_alone_for_longer_and_longer(store):
    shelf = Shelf(hang_ups=1000, always=True)
    with House(store, shelf) as house:
        assert house.told.hears("imap.example.com:993: connected", times=4)
    assert house.told.getvalue().count("closed the connection") == 1
    assert "works again" not in house.told.getvalue()


def test_a_database_that_does_not_answer_for_a_while_is_told_of_once_and_leaves_nothing_behind(store):
    with House(Sick(store, 3, "outbox"), Shelf()) as house:
        assert house.told.hears("database: works again")
        assert house.told.getvalue().count("connection refused; maild goes on trying") == 1
        assert len(house.daemon._written.listeners) == 1
