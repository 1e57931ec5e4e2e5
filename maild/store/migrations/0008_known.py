"""Adds who has shown that an address is his; until now that was everybody who had a ticket, which shows nothing."""

from peewee import PostgresqlDatabase

STEPS = (
    "CREATE TABLE known (address TEXT NOT NULL PRIMARY KEY, how TEXT NOT NULL, at BIG NOT NULL)",
    "INSERT INTO known (address, how, at) SELECT author, 'answered a mail of ours', MIN(at) FROM entry "
    "WHERE kind = 'correspondence' AND direction = 'in' AND author <> '' "
    "AND FIND(trace, 'it carries a token that was issued to ' || author) > 0 GROUP BY author",
)


def up(migrator, db):
    big, find = ("BIGINT", "strpos") if isinstance(db, PostgresqlDatabase) else ("INTEGER", "instr")
    for statement in STEPS:
        db.execute_sql(statement.replace("BIG", big).replace("FIND", find))
