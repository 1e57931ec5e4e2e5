"""Lets one transcript tell of orders on several tickets, each of which can be undone by itself."""

from peewee import PostgresqlDatabase

POSTGRES = (
    "ALTER TABLE carried_out DROP CONSTRAINT carried_out_pkey",
    "ALTER TABLE carried_out ADD PRIMARY KEY (message_id, ticket)",
)
SQLITE = (
    """CREATE TABLE carried_out_of_many (
    message_id TEXT NOT NULL,
    ticket INTEGER NOT NULL,
    agent TEXT NOT NULL,
    at INTEGER NOT NULL,
    changes TEXT NOT NULL,
    notices TEXT NOT NULL,
    undone_at INTEGER,
    PRIMARY KEY (message_id, ticket)
)""",
    "INSERT INTO carried_out_of_many "
    "SELECT message_id, ticket, agent, at, changes, notices, undone_at FROM carried_out",
    "DROP TABLE carried_out",
    "ALTER TABLE carried_out_of_many RENAME TO carried_out",
    "CREATE INDEX carried_out_ticket_at ON carried_out (ticket, at)",
)


def up(migrator, db):
    for statement in POSTGRES if isinstance(db, PostgresqlDatabase) else SQLITE:
        db.execute_sql(statement)
