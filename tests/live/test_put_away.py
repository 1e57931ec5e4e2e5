"""Mails that a real Dovecot does not let us put away, or half put away: each is taken once, and nothing is lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from maild.edge.imap import MailboxDown
from maild.flow.receive import Folders, take
from maild.store import Store, open_store
from tests.live.dovecot import Dovecot
from tests.live.house import House as Daemon
from tests.live.proxy import Proxy
from tests.live.sink import Sink
from tests.live.test_dovecot import Desk, mail

pytestmark = pytest.mark.live

NOW = datetime(2026, 11, 21, tzinfo=UTC)
MORE = """
mail_plugins = acl quota
plugin {
  acl = vfile
  quota = count:Full:ns=Full/
  quota_rule = *:messages=1
  quota_vsizes = yes
}
namespace full {
  prefix = Full/
  separator = /
  location = maildir:~/Full
}
"""
"""One folder that is full after the first mail, and folders whose owner has not every right."""


@pytest.fixture(scope="module")
def strict() -> Iterator[Dovecot]:
    server = Dovecot(MORE)
    try:
        yield server.start()
    finally:
        server.stop()


class House:
    """A user's mailbox and what maild has kept of it."""

    def __init__(self, server: Dovecot, folder: Path, processed: str = "Processed") -> None:
        self.desk, self.folders = Desk(server), Folders(processed, "Held")
        self.store: Store = open_store(f"sqlite:///{folder}/maild.db")
        self.mailbox = self.desk.mailbox(processed=processed)

    def take(self) -> list[str]:
        return take(self.mailbox, self.folders, self.store, lambda: NOW)

    def kept(self) -> list[bytes]:
        return [self.store.inbox.raw(row.id) for row in reversed(self.store.inbox.list())]

    def in_folder(self, name: str) -> list[bytes]:
        return self.desk.server.folder(self.desk.user, name)

    def maildir(self, name: str) -> Path:
        return self.desk.server.mail / self.desk.user / "Maildir" / f".{name}"


def over_quota(house: House) -> None:
    """The first mail has filled it."""


def without_the_right_to_insert(house: House) -> None:
    (house.maildir("Processed") / "dovecot-acl").write_text("owner lrwste\n")


def on_a_disk_that_is_read_only(house: House) -> None:
    for part in ("tmp", "new", "cur", ""):
        (house.maildir("Processed") / part).chmod(0o555)
        if part:
            (house.maildir("Processed") / part).rename(house.maildir("Processed") / f"{part}.away")


@pytest.mark.parametrize(
    ("trouble", "processed", "said"),
    [
        (over_quota, "Full/Processed", "OVERQUOTA"),
        (without_the_right_to_insert, "Processed", "NOPERM"),
        (on_a_disk_that_is_read_only, "Processed", "error"),
    ],
)
def test_mails_that_cannot_be_moved_are_taken_once_and_stay_where_people_see_them(
    strict, tmp_path, trouble, processed, said
):
    house = House(strict, tmp_path, processed)
    house.desk.deliver(mail("first"))
    assert house.take() == []
    trouble(house)
    house.mailbox.connect()  # Dovecot looks at rights only once in a while
    later = [mail(str(number)) for number in range(3)]
    house.desk.deliver(*later)
    [told] = house.take()
    assert f'Mails stay in "INBOX", because "{processed}" does not take them' in told
    assert said in told
    for _ in range(2):
        assert house.take() == [], "they are marked, so that nobody asks for them again"
    house.mailbox.connect()
    house.desk.deliver(mail("last"))
    house.take()
    assert house.kept() == [mail("first"), *later, mail("last")]
    assert house.in_folder("INBOX") == [*later, mail("last")]
    assert not any("S" in flags for flags in strict.flags(house.desk.user))


def test_the_daemon_answers_each_mail_once_and_tells_the_postmaster_once(strict, tmp_path):
    user = strict.new_user()
    with Sink() as sink:
        house = Daemon(tmp_path, strict, user, sink.port)
        file = tmp_path / "maild.toml"
        file.write_text(file.read_text().replace("poll = 20", 'poll = 20\nprocessed = "Full/Processed"'))
        house.start()
        try:
            for number in range(1, 5):
                strict.deliver(user[0], mail(str(number)).replace(b"a@", b"user%d@" % number))
                sink.wait_for(number)
            house.wait_for_log("Mails stay in", seconds=20)
        finally:
            house.stop()
        assert sorted(to for to, _ in sink.mails) == [f"user{number}@example.com" for number in range(1, 5)]
    assert len(house.json("tickets")) == 4
    assert house.log().count("Mails stay in") == 2, "in the sentence and in the reason of a single line"
    assert len(strict.folder(user[0])) == 3


def test_a_folder_that_somebody_deletes_is_made_again(strict, tmp_path):
    house = House(strict, tmp_path)
    house.desk.deliver(mail("first"))
    house.take()
    house.mailbox._connection._client.delete_folder("Processed")
    house.desk.deliver(mail("second"))
    assert house.take() == []
    assert house.kept() == [mail("first"), mail("second")]
    assert house.in_folder("Processed") == [mail("second")]


def test_a_server_restored_from_an_older_copy_gives_numbers_out_again_and_loses_no_mail(tmp_path):
    server = Dovecot().start()
    try:
        house = House(server, tmp_path)
        house.desk.deliver(mail("first"), mail("second"))
        house.take()
        [validity] = {row.uidvalidity for row in house.store.inbox.list()}
        server.kill()
        server.forget(house.desk.user, validity)
        house.desk.deliver(mail("after the restore"), mail("second"))
        server.start()
        house.mailbox.connect()
        assert house.take() == []
        assert house.mailbox._uidvalidity == validity
        assert house.kept() == [mail("first"), mail("second"), mail("after the restore")]
        assert house.in_folder("INBOX") == []
        assert len(house.in_folder("Processed")) == 4
    finally:
        server.stop()


@pytest.mark.parametrize("octets", [0, 1, 40])
def test_a_server_killed_in_the_middle_of_a_move_loses_and_doubles_nothing(tmp_path, octets):
    """Killed as it hears of it, as it begins to tell, as it tells."""
    server = Dovecot().start()
    try:
        house = House(server, tmp_path)
        mails = [mail(str(number), 2000) for number in range(120)]
        house.desk.deliver(*mails)
        with Proxy(server.port, octets, then=server.kill, cue=b" MOVE ") as way:
            house.mailbox = house.desk.mailbox(security="none", host="127.0.0.1", port=way.port)
            with pytest.raises(MailboxDown, match="while moving mails"):
                house.take()
            assert len(house.kept()) == 50
        server.start()
        house.mailbox = house.desk.mailbox()
        assert house.take() == []
        assert house.take() == []
        assert Counter(house.kept()) == Counter(mails)
        assert house.in_folder("INBOX") == []
        assert set(house.in_folder("Processed")) == set(mails)
    finally:
        server.stop()
