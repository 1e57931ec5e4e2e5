"""Adds what requesters think of the help, and when each mailbox was last reached."""

from peewee import PostgresqlDatabase

STEPS = (
    "CREATE TABLE rating (ticket BIG NOT NULL PRIMARY KEY REFERENCES ticket (number) ON DELETE CASCADE, "
    "score INTEGER NOT NULL, comment TEXT NOT NULL DEFAULT '', rater TEXT NOT NULL DEFAULT '', source TEXT NOT NULL, "
    "at BIG NOT NULL, changed_at BIG NOT NULL)",
    "CREATE INDEX rating_at ON rating (at)",
    "CREATE TABLE pulse (name TEXT NOT NULL PRIMARY KEY, at BIG NOT NULL)",
)


def up(migrator, db):
    big = "BIGINT" if isinstance(db, PostgresqlDatabase) else "INTEGER"
    for statement in STEPS:
        db.execute_sql(statement.replace("BIG", big))
