"""Adds until when a ticket waits, where an agent said so."""

from peewee import PostgresqlDatabase


def up(migrator, db):
    big = "BIGINT" if isinstance(db, PostgresqlDatabase) else "INTEGER"
    db.execute_sql(f"ALTER TABLE ticket ADD COLUMN waits_until {big}")
