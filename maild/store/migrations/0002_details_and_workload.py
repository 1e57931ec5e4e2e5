"""Adds what a requester answered, an index of each agent's open tickets, and the files of the admin in force."""

from peewee import PostgresqlDatabase

STEPS = (
    "ALTER TABLE ticket ADD COLUMN details TEXT NOT NULL DEFAULT '{}'",
    "CREATE INDEX ticket_assignee ON ticket (assignee) "
    "WHERE assignee <> '' AND status IN ('new', 'open', 'pending')",
    "CREATE TABLE in_force (name TEXT NOT NULL PRIMARY KEY, text TEXT NOT NULL, since BIG NOT NULL)",
)


def up(migrator, db):
    big = "BIGINT" if isinstance(db, PostgresqlDatabase) else "INTEGER"
    for statement in STEPS:
        db.execute_sql(statement.replace("BIG", big))
