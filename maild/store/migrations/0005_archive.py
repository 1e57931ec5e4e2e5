"""Adds what is known of a solved ticket, and the index that old tickets are found by."""

from peewee import PostgresqlDatabase

COLUMNS = (
    "cause TEXT NOT NULL DEFAULT ''",
    "solution TEXT NOT NULL DEFAULT ''",
    "solved_by TEXT NOT NULL DEFAULT ''",
    "suggested TEXT NOT NULL DEFAULT '[]'",
    "elapsed_seconds BIG",
    "business_seconds BIG",
    "touches INTEGER NOT NULL DEFAULT 0",
)
POSTGRES = (
    "CREATE TABLE ticket_find (ticket BIGINT NOT NULL PRIMARY KEY REFERENCES ticket (number) ON DELETE CASCADE, "
    "heading TSVECTOR NOT NULL, body TSVECTOR NOT NULL)",
    "CREATE INDEX ticket_find_words ON ticket_find USING gin ((heading || body)) WITH (fastupdate = off)",
)
SQLITE = (
    "CREATE VIRTUAL TABLE ticket_find USING fts5(heading, body, "
    "tokenize = \"unicode61 remove_diacritics 0 tokenchars '_'\")",
    "CREATE VIRTUAL TABLE ticket_find_term USING fts5vocab(ticket_find, 'row')",
)


def up(migrator, db):
    on_postgres = isinstance(db, PostgresqlDatabase)
    for column in COLUMNS:
        db.execute_sql(f"ALTER TABLE ticket ADD COLUMN {column.replace('BIG', 'BIGINT' if on_postgres else 'INTEGER')}")
    for statement in POSTGRES if on_postgres else SQLITE:
        db.execute_sql(statement)
