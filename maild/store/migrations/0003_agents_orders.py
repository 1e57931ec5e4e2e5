"""Adds what agents are asked to confirm and what they can still undo."""

from peewee import PostgresqlDatabase

STEPS = (
    """CREATE TABLE question (
    message_id TEXT NOT NULL PRIMARY KEY,
    inbox BIGINT NOT NULL,
    agent TEXT NOT NULL,
    reason TEXT NOT NULL,
    asked_at BIGINT NOT NULL,
    until BIGINT NOT NULL,
    answered_at BIGINT
)""",
    "CREATE INDEX question_inbox ON question (inbox)",
    """CREATE TABLE carried_out (
    message_id TEXT NOT NULL PRIMARY KEY,
    ticket BIGINT NOT NULL,
    agent TEXT NOT NULL,
    at BIGINT NOT NULL,
    changes TEXT NOT NULL,
    notices TEXT NOT NULL,
    undone_at BIGINT
)""",
    "CREATE INDEX carried_out_ticket_at ON carried_out (ticket, at)",
)


def up(migrator, db):
    on_postgres = isinstance(db, PostgresqlDatabase)
    for statement in STEPS:
        db.execute_sql(statement if on_postgres else statement.replace("BIGINT", "INTEGER"))
