"""`maild backup` copies a database that is in use, whole, and spoils nothing where it cannot."""

import os
import stat

import pytest

from maild.store import open_store
from tests.cli.desk import NINE


def test_a_database_in_use_is_copied_with_what_is_not_in_its_file_yet(morning, tmp_path):
    in_use = open_store(morning.url)
    in_use.suppress("gone@example.com", "550 no such user", NINE)
    assert (morning.folder / "maild.db-wal").stat().st_size > 0, "or a plain cp would do"
    copy = tmp_path / "copy.db"
    said = morning.maild("backup", str(copy))
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith(f"{copy} has all of {morning.folder}/maild.db (")
    assert str(morning.folder / "secret") in said.out
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert sorted(path.name for path in tmp_path.iterdir() if path.name.startswith("copy")) == ["copy.db"]
    restored = open_store(f"sqlite:///{copy}")
    assert restored.suppressed("gone@example.com") == "550 no such user"
    assert [ticket.number for ticket in restored.tickets.list()] == [t.number for t in in_use.tickets.list()]
    restored.close()
    in_use.close()


def test_the_copy_of_yesterday_is_replaced_by_a_whole_one_or_stays(morning, tmp_path):
    copy = tmp_path / "copy.db"
    copy.write_text("of yesterday")
    os.truncate(morning.folder / "maild.db", 5000)
    for name in ("maild.db-wal", "maild.db-shm"):
        (morning.folder / name).unlink(missing_ok=True)
    said = morning.maild("backup", str(copy))
    assert said.code == 1
    assert said.err.startswith("maild: ")
    assert "Traceback" not in said.err
    assert copy.read_text() == "of yesterday"
    assert not (tmp_path / "copy.db.part").exists()


@pytest.mark.parametrize(
    "file, why",
    [("no/such/copy.db", "No such file or directory"), ("", "is a folder"), ("maild.db", "is the database itself")],
)
def test_where_no_copy_can_lie_is_said(morning, file, why):
    said = morning.maild("backup", str(morning.folder / file))
    assert (said.code, why in said.err) == (1, True), said.err
    assert morning.maild("tickets", "--json").json


def test_without_a_database_there_is_nothing_to_copy(desk, tmp_path):
    said = desk.maild("backup", str(tmp_path / "copy.db"))
    assert said.code == 1
    assert "there is no database yet" in said.err
    assert not (desk.folder / "maild.db").exists()


def test_postgresql_has_its_own_way(desk, tmp_path):
    desk.settings((desk.folder / "maild.toml").read_text() + '[database]\nurl = "postgresql://maild@127.0.0.1:1/x"\n')
    said = desk.maild("backup", str(tmp_path / "copy.db"))
    assert said.code == 1
    assert "pg_dump" in said.err
