"""Adds the Message-IDs that mails of a ticket answer and that have not come themselves."""

from peewee import PostgresqlDatabase

STEP = (
    "CREATE TABLE awaited (message_id TEXT NOT NULL, ticket BIG NOT NULL REFERENCES ticket (number) ON DELETE CASCADE, "
    "PRIMARY KEY (message_id, ticket))"
)


def up(migrator, db):
    db.execute_sql(STEP.replace("BIG", "BIGINT" if isinstance(db, PostgresqlDatabase) else "INTEGER"))
