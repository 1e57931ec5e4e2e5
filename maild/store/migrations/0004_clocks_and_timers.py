"""Adds the clocks of the tickets and the timers they let fire."""

from peewee import PostgresqlDatabase

STEPS = (
    """CREATE TABLE clock (
    ticket BIG NOT NULL REFERENCES ticket (number) ON DELETE CASCADE,
    name TEXT NOT NULL,
    started_at BIG NOT NULL,
    about TEXT NOT NULL DEFAULT '',
    due_at BIG,
    set_at BIG,
    paused_at BIG,
    pauses TEXT NOT NULL DEFAULT '[]',
    done_at BIG,
    notice BIG,
    proof TEXT NOT NULL DEFAULT '',
    broken_at BIG,
    why TEXT NOT NULL DEFAULT '',
    told TEXT NOT NULL DEFAULT '[]',
    PRIMARY KEY (ticket, name, started_at)
)""",
    "CREATE INDEX clock_due_at ON clock (due_at) WHERE due_at IS NOT NULL",
    "CREATE INDEX clock_notice ON clock (notice) WHERE notice IS NOT NULL",
    """CREATE TABLE timer (
    ticket BIG NOT NULL REFERENCES ticket (number) ON DELETE CASCADE,
    name TEXT NOT NULL,
    started_at BIG NOT NULL,
    clock TEXT NOT NULL,
    due_at BIG,
    fired_at BIG,
    PRIMARY KEY (ticket, name, started_at)
)""",
    "CREATE INDEX timer_due_at_ticket ON timer (due_at, ticket) WHERE due_at IS NOT NULL",
)


def up(migrator, db):
    big = "BIGINT" if isinstance(db, PostgresqlDatabase) else "INTEGER"
    for statement in STEPS:
        db.execute_sql(statement.replace("BIG", big))
