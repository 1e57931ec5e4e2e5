"""A database is tried before the daemon relies on it, and is afterwards as it was."""

import sqlite3

from maild.store import open_store
from maild.store.diagnose import diagnose


def tables(path) -> set[str]:
    with sqlite3.connect(path) as db:
        return {name for (name,) in db.execute("SELECT name FROM sqlite_master")}


def test_a_sound_database_is_left_as_it_was(store_url):
    assert diagnose(store_url) == ""
    open_store(store_url).close()
    assert diagnose(store_url) == ""
    store = open_store(store_url)
    assert store.inbox.counts() == {}
    store.close()


def test_trying_a_database_without_tables_makes_none(tmp_path):
    path = tmp_path / "maild.db"
    sqlite3.connect(path).execute("VACUUM").connection.close()
    assert diagnose(f"sqlite:///{path}") == ""
    assert tables(path) == set()


def test_a_database_that_is_not_there_yet_is_not_made(tmp_path):
    assert diagnose(f"sqlite:///{tmp_path}/maild.db") == ""
    assert list(tmp_path.iterdir()) == []
    said = diagnose(f"sqlite:///{tmp_path}/no/maild.db")
    assert said == f"the folder of the database is not there: {tmp_path}/no (make it: mkdir -p {tmp_path}/no)"


def test_what_is_no_database_is_said_so(tmp_path):
    path = tmp_path / "maild.db"
    path.write_text("a shopping list, long enough to be taken for a header of a database file\n" * 20)
    assert "not a database" in diagnose(f"sqlite:///{path}")


def test_a_database_of_a_newer_maild_is_said_so(tmp_path):
    path = tmp_path / "maild.db"
    open_store(f"sqlite:///{path}").close()
    with sqlite3.connect(path) as db:
        db.execute("INSERT INTO schema_migration (name, applied) VALUES ('9999_from_the_future', '2030-01-01')")
    assert "newer maild" in diagnose(f"sqlite:///{path}")


def test_a_database_server_that_is_not_there_is_said_so():
    assert diagnose("postgresql://maild@127.0.0.1:1/maild?connect_timeout=2") != ""
    assert "begins with" in diagnose("mysql://x")


def test_a_disk_that_is_nearly_full_is_said_so(tmp_path):
    url = f"sqlite:///{tmp_path}/maild.db"
    full = f"the disk of the database is nearly full: 12 MB are free in {tmp_path}"
    assert diagnose(url, room=lambda _: 12_345_678) == full
    open_store(url).close()
    assert diagnose(url, room=lambda _: 12_345_678) == full
    assert diagnose(url, room=lambda _: 60_000_000) == ""
