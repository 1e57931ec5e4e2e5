"""Adds what a requester answered to a ticket, and finds the open tickets of an agent and the newest of a queue."""

STEPS = (
    "ALTER TABLE ticket ADD COLUMN details TEXT NOT NULL DEFAULT '{}'",
    "CREATE INDEX ticket_assignee_open ON ticket (assignee) "
    "WHERE assignee <> '' AND status IN ('new', 'open', 'pending')",
    "CREATE INDEX ticket_queue_assigned ON ticket (queue, number) WHERE assignee <> ''",
)


def up(migrator, db):
    for statement in STEPS:
        db.execute_sql(statement)
