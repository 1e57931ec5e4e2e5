"""The floor: fetch, parse, one durable row, one send, and nothing else; what no helpdesk can go below.

The row is written to the database that the figure beside it is about, by its driver alone.
"""

from __future__ import annotations

import asyncio
import sqlite3
import ssl
import sys
import time
from collections.abc import Callable

import aiosmtplib
import mailparser
import psycopg
from imapclient import IMAPClient

BATCH = 50


def main(imap_port: int, ca_file: str, user: str, password: str, smtp_port: int, database: str) -> float:
    """Drain INBOX in the plainest way; give the seconds it took."""
    client = IMAPClient("localhost", imap_port, ssl_context=ssl.create_default_context(cafile=ca_file))
    client._imap.debug = 0
    client.login(user, password)
    client.select_folder("INBOX")
    keep = (_postgres if database.startswith("postgresql:") else _sqlite)(database)
    began = time.perf_counter()
    asyncio.run(_drain(client, keep, smtp_port))
    return time.perf_counter() - began


def _sqlite(path: str) -> Callable[[str, bytes], None]:
    db = sqlite3.connect(path)
    db.execute("PRAGMA journal_mode=WAL")
    db.execute("PRAGMA synchronous=FULL")
    db.execute("CREATE TABLE mail (id INTEGER PRIMARY KEY, subject TEXT, raw BLOB)")

    def keep(subject: str, raw: bytes) -> None:
        with db:
            db.execute("INSERT INTO mail (subject, raw) VALUES (?, ?)", (subject, raw))

    return keep


def _postgres(url: str) -> Callable[[str, bytes], None]:
    db = psycopg.connect(url, autocommit=True)
    db.execute("CREATE TABLE mail (id BIGSERIAL PRIMARY KEY, subject TEXT, raw BYTEA COMPRESSION lz4)")

    def keep(subject: str, raw: bytes) -> None:
        db.execute("INSERT INTO mail (subject, raw) VALUES (%s, %s)", (subject, raw), binary=True)

    return keep


async def _drain(client: IMAPClient, keep: Callable[[str, bytes], None], smtp_port: int) -> None:
    smtp = aiosmtplib.SMTP(hostname="127.0.0.1", port=smtp_port, use_tls=False, start_tls=False)
    await smtp.connect()
    uids = client.search()
    for start in range(0, len(uids), BATCH):
        batch = uids[start : start + BATCH]
        fetched = client.fetch(batch, [b"BODY.PEEK[]"])
        for uid in batch:
            raw = fetched[uid][b"BODY[]"]
            subject = mailparser.parse_from_bytes(raw).subject
            keep(str(subject), raw)
            notice = b"Subject: received\r\n\r\nWe have your mail.\r\n"
            await smtp.sendmail("support@example.com", ["user@example.com"], notice)


if __name__ == "__main__":
    imap, ca, name, secret, smtp, file = sys.argv[1:]
    print(main(int(imap), ca, name, secret, int(smtp), file))
