"""Makes every table of the first release."""

from peewee import PostgresqlDatabase

SQLITE = {"id": "INTEGER", "big": "INTEGER", "flag": "INTEGER", "bytes": "BLOB"}
POSTGRES = {"id": "BIGSERIAL", "big": "BIGINT", "flag": "BOOLEAN", "bytes": "BYTEA"}

TABLES = """
CREATE TABLE ticket (
    number {id} NOT NULL PRIMARY KEY,
    subject TEXT NOT NULL,
    requester TEXT NOT NULL,
    requester_name TEXT NOT NULL DEFAULT '',
    language TEXT NOT NULL DEFAULT '',
    opened_at {big} NOT NULL,
    status TEXT NOT NULL,
    queue TEXT NOT NULL DEFAULT '',
    category TEXT NOT NULL DEFAULT '',
    impact TEXT NOT NULL DEFAULT '',
    urgency TEXT NOT NULL DEFAULT '',
    priority TEXT NOT NULL DEFAULT '',
    assignee TEXT NOT NULL DEFAULT '',
    tags TEXT NOT NULL DEFAULT '[]',
    acknowledged_at {big},
    acknowledge_due {big},
    first_response_due {big},
    first_responded_at {big},
    resolution_due {big},
    resolved_at {big},
    closed_at {big},
    rating INTEGER,
    parent {big},
    mailbox TEXT NOT NULL DEFAULT ''
);
CREATE INDEX ticket_status_number ON ticket (status, number);
CREATE INDEX ticket_queue_number ON ticket (queue, number);
CREATE INDEX ticket_requester_number ON ticket (requester, number);
CREATE INDEX ticket_opened_at ON ticket (opened_at);

CREATE TABLE participant (
    ticket {big} NOT NULL REFERENCES ticket (number) ON DELETE CASCADE,
    email TEXT NOT NULL,
    name TEXT NOT NULL DEFAULT '',
    role TEXT NOT NULL,
    PRIMARY KEY (ticket, email)
);
CREATE INDEX participant_email ON participant (email);

CREATE TABLE inbox (
    id {id} NOT NULL PRIMARY KEY,
    mailbox TEXT NOT NULL,
    uidvalidity {big} NOT NULL,
    uid {big} NOT NULL,
    size {big} NOT NULL,
    truncated {flag} NOT NULL,
    taken_at {big} NOT NULL,
    state TEXT NOT NULL,
    ready_at {big},
    owner TEXT NOT NULL DEFAULT '',
    attempts INTEGER NOT NULL DEFAULT 0,
    outcome TEXT NOT NULL DEFAULT '',
    reason TEXT NOT NULL DEFAULT '',
    ticket {big},
    message_id TEXT NOT NULL DEFAULT '',
    from_ TEXT NOT NULL DEFAULT '',
    subject TEXT NOT NULL DEFAULT '',
    kind TEXT NOT NULL DEFAULT '',
    fingerprint TEXT NOT NULL DEFAULT '',
    trace TEXT NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX inbox_mailbox_uidvalidity_uid ON inbox (mailbox, uidvalidity, uid);
CREATE INDEX inbox_id_ready_at ON inbox (id, ready_at) WHERE ready_at IS NOT NULL;
CREATE INDEX inbox_outcome_id ON inbox (outcome, id);
CREATE UNIQUE INDEX inbox_fingerprint ON inbox (fingerprint) WHERE fingerprint <> '' AND outcome <> 'duplicate';

CREATE TABLE inbox_raw (
    id {big} NOT NULL PRIMARY KEY REFERENCES inbox (id) ON DELETE CASCADE,
    raw {bytes} NOT NULL
);

CREATE TABLE entry (
    id {id} NOT NULL PRIMARY KEY,
    ticket {big} NOT NULL REFERENCES ticket (number) ON DELETE CASCADE,
    inbox {big},
    at {big} NOT NULL,
    kind TEXT NOT NULL,
    direction TEXT NOT NULL,
    author TEXT NOT NULL DEFAULT '',
    subject TEXT NOT NULL DEFAULT '',
    text TEXT NOT NULL DEFAULT '',
    message_id TEXT NOT NULL DEFAULT '',
    trace TEXT NOT NULL DEFAULT ''
);
CREATE INDEX entry_ticket_id ON entry (ticket, id);
CREATE INDEX entry_message_id ON entry (message_id) WHERE message_id <> '';

CREATE TABLE attachment (
    id {id} NOT NULL PRIMARY KEY,
    entry {big} NOT NULL REFERENCES entry (id) ON DELETE CASCADE,
    name TEXT NOT NULL DEFAULT '',
    type TEXT NOT NULL DEFAULT '',
    size {big} NOT NULL,
    sha256 TEXT NOT NULL
);
CREATE INDEX attachment_entry ON attachment (entry);

CREATE TABLE outbox (
    id {id} NOT NULL PRIMARY KEY,
    ticket {big},
    notice TEXT NOT NULL,
    role TEXT NOT NULL DEFAULT '',
    recipient TEXT NOT NULL,
    subject TEXT NOT NULL DEFAULT '',
    message_id TEXT NOT NULL,
    sender TEXT NOT NULL DEFAULT '',
    state TEXT NOT NULL,
    ready_at {big},
    owner TEXT NOT NULL DEFAULT '',
    attempts INTEGER NOT NULL DEFAULT 0,
    queued_at {big} NOT NULL,
    let_out_at {big},
    send_at {big} NOT NULL,
    due_at {big},
    sent_at {big},
    last_reply TEXT NOT NULL DEFAULT '',
    withheld TEXT NOT NULL DEFAULT ''
);
CREATE INDEX outbox_ready_at_id ON outbox (ready_at, id) WHERE ready_at IS NOT NULL;
CREATE UNIQUE INDEX outbox_message_id ON outbox (message_id);
CREATE INDEX outbox_ticket_id ON outbox (ticket, id);
CREATE INDEX outbox_recipient_let_out_at ON outbox (recipient, let_out_at) WHERE let_out_at IS NOT NULL;
CREATE INDEX outbox_let_out_at ON outbox (let_out_at) WHERE let_out_at IS NOT NULL;
CREATE INDEX outbox_state_id ON outbox (state, id);
CREATE INDEX outbox_due_at ON outbox (due_at) WHERE due_at IS NOT NULL AND sent_at IS NULL;

CREATE TABLE outbox_raw (
    id {big} NOT NULL PRIMARY KEY REFERENCES outbox (id) ON DELETE CASCADE,
    raw {bytes} NOT NULL
);

CREATE TABLE attempt (
    id {id} NOT NULL PRIMARY KEY,
    outbox {big} NOT NULL REFERENCES outbox (id) ON DELETE CASCADE,
    at {big} NOT NULL,
    state TEXT NOT NULL,
    reply TEXT NOT NULL DEFAULT ''
);
CREATE INDEX attempt_outbox_id ON attempt (outbox, id);

CREATE TABLE suppressed (
    address TEXT NOT NULL PRIMARY KEY,
    reason TEXT NOT NULL,
    at {big} NOT NULL
);

CREATE TABLE lease (
    name TEXT NOT NULL PRIMARY KEY,
    owner TEXT NOT NULL,
    until {big} NOT NULL
);
"""


def up(migrator, db):
    on_postgres = isinstance(db, PostgresqlDatabase)
    for statement in TABLES.format(**(POSTGRES if on_postgres else SQLITE)).split(";"):
        if statement.strip():
            db.execute_sql(statement)
    if on_postgres:
        db.execute_sql("SELECT setval('ticket_number_seq', 1000)")  # the first ticket is 1001
