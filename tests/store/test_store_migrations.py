"""Migrations: the steps lead to the tables of the code, each is all or nothing, and a newer database is left alone."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
import threading
from pathlib import Path

import pytest
from peewee import SchemaManager, SqliteDatabase

from maild.store import Store, StoreTooNew, open_store
from maild.store.database import Database
from maild.store.migrate import DIRECTORY, migrate, version
from maild.store.store import connect
from maild.store.tables import TABLES

STEPS = len(list(DIRECTORY.glob("0*.py")))
LEFT_OUT = "('schema_migration', 'ticket_find')"
# The index of words is of a kind that each database has for itself; the migration alone makes it.
SQLITE_SCHEMA = """SELECT type, name, sql FROM sqlite_master
    WHERE name NOT LIKE 'schema_migration%' AND name NOT LIKE 'ticket_find%' AND sql IS NOT NULL"""
POSTGRES_SCHEMA = (
    f"""SELECT table_name, ordinal_position, column_name, data_type, is_nullable, column_default
       FROM information_schema.columns WHERE table_schema = 'public' AND table_name NOT IN {LEFT_OUT}""",
    f"SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename NOT IN {LEFT_OUT}",
    f"""SELECT conrelid::regclass::text, pg_get_constraintdef(oid) FROM pg_constraint
       WHERE connamespace = 'public'::regnamespace AND conrelid::regclass::text NOT IN {LEFT_OUT}""",
)


def schema(db: Database) -> list[tuple]:
    """Describe every table and index in the database's own words."""
    if isinstance(db, SqliteDatabase):
        return sorted((kind, name, re.sub(r'"|\s', "", sql).lower()) for kind, name, sql in db.rows(SQLITE_SCHEMA))
    return sorted((row for query in POSTGRES_SCHEMA for row in db.rows(query)), key=repr)


@pytest.fixture
def empty(request: pytest.FixtureRequest, store_url: str, tmp_path: Path):
    """A database of the same kind as `store_url`, without any table."""
    url = f"sqlite:///{tmp_path}/empty.db"
    if store_url.startswith("postgresql"):
        url = request.getfixturevalue("postgres").fresh()
    db = connect(url)
    yield db
    db.close_all()


def test_the_migrated_schema_is_the_one_the_code_expects(store, empty):
    with empty.transaction():
        for table in TABLES:
            SchemaManager(table, empty).create_all(safe=False)
    assert schema(store._db) == schema(empty)


def test_opening_twice_changes_nothing(store_url):
    for _ in range(2):
        opened = open_store(store_url)
        assert opened.health().schema == STEPS
        assert migrate(opened._db) == []
        opened.close()


def test_a_database_of_a_newer_maild_is_refused(store, store_url):
    with store.transaction():
        store._db.run("INSERT INTO schema_migration (name, applied) VALUES ('0999_colours', '2030-01-01 00:00:00')")
    with pytest.raises(StoreTooNew, match=r"newer maild.*0999_colours.*Install that version again"):
        open_store(store_url)


def step(directory: Path, name: str, *statements: str) -> None:
    body = "".join(f"    db.execute_sql({statement!r})\n" for statement in statements)
    (directory / f"{name}.py").write_text(f"def up(migrator, db):\n{body}")


def test_a_step_that_fails_is_taken_back_whole_and_those_before_it_stay(empty, tmp_path):
    step(tmp_path, "0001_first", "CREATE TABLE one (x INT)")
    step(tmp_path, "0002_second", "CREATE TABLE two (x INT)", "INSERT INTO missing VALUES (1)")
    with pytest.raises(Exception, match="missing"):
        migrate(empty, tmp_path)
    assert set(empty.get_tables()) == {"one", "schema_migration"}
    step(tmp_path, "0002_second", "CREATE TABLE two (x INT)")
    assert migrate(empty, tmp_path) == ["0002_second"]
    assert set(empty.get_tables()) == {"one", "schema_migration", "two"}


def test_a_step_may_rebuild_a_table_without_emptying_those_that_refer_to_it(tmp_path):
    db = connect(f"sqlite:///{tmp_path}/maild.db")
    step(
        tmp_path,
        "0001_first",
        "CREATE TABLE parent (id INTEGER PRIMARY KEY)",
        "CREATE TABLE child (parent INTEGER REFERENCES parent (id) ON DELETE CASCADE)",
        "INSERT INTO parent VALUES (1)",
        "INSERT INTO child VALUES (1)",
    )
    step(
        tmp_path,
        "0002_rebuild",
        "CREATE TABLE fresh (id INTEGER PRIMARY KEY, x INT)",
        "INSERT INTO fresh SELECT id, 0 FROM parent",
        "DROP TABLE parent",
        "ALTER TABLE fresh RENAME TO parent",
    )
    migrate(db, tmp_path)
    assert db.rows("SELECT * FROM child") == [(1,)]
    assert db.pragma("foreign_keys") == 1
    db.close_all()


def test_two_processes_that_start_at_once_migrate_once(empty):
    url = empty.database if empty.database.startswith("postgresql") else f"sqlite:///{empty.database}"
    together, errors = threading.Barrier(4), []

    def start() -> None:
        db = connect(url)
        together.wait(30)
        try:
            migrate(db)
        except Exception as error:
            errors.append(error)
        db.close_all()

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert errors == []
    assert version(empty) == STEPS


def test_an_open_database_is_opened_again_while_somebody_writes(tmp_path):
    url = f"sqlite:///{tmp_path}/maild.db"
    open_store(url).close()
    writer = sqlite3.connect(tmp_path / "maild.db", isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    assert open_store(url).tickets.list() == []
    writer.close()


def test_who_had_answered_us_before_is_known_and_who_only_had_a_ticket_is_not(empty, tmp_path):
    for file in sorted(DIRECTORY.glob("000[1-7]*.py")):
        shutil.copy(file, tmp_path)
    migrate(empty, tmp_path)
    # In the words of that time: the store of today knows columns that were not there yet.
    empty.run(
        "INSERT INTO ticket (number, subject, requester, opened_at, status) "
        "VALUES (1001, 'VPN', 'eva@example.com', 1, 'new')"
    )
    for author, why in (("eva@example.com", "it carries a token that was issued to eva@example.com"), ("tom@x", "no")):
        empty.run(
            "INSERT INTO entry (ticket, at, kind, direction, author, trace) "
            "VALUES (1001, 1, 'correspondence', 'in', ?, ?)",
            (author, json.dumps({"reason": why})),
        )
    migrate(empty)
    assert [Store(empty).is_known(who) for who in ("eva@example.com", "tom@x")] == [True, False]
