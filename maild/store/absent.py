"""What a batch of mails will ask for in vain, learned in one question each instead of one for every mail.

Most mails are no copies, answer nothing, and come from people who never wrote: nothing is found. What is known to be
absent is held for the thread whose transaction is open, and until that ends; what it writes itself appears at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from maild.store.database import Database, storable

QUESTIONS = {
    "fingerprint": "SELECT 1 FROM inbox WHERE fingerprint = v AND fingerprint <> '' AND outcome <> 'duplicate'",
    "awaited": "SELECT 1 FROM awaited WHERE message_id = v",
    "known": "SELECT 1 FROM known WHERE address = v",
    "requester": "SELECT 1 FROM ticket WHERE requester = v",
    "recipient": "SELECT 1 FROM outbox WHERE recipient = v AND let_out_at IS NOT NULL "
    "UNION ALL SELECT 1 FROM suppressed WHERE address = v",
}
"""What may be asked for, and how `v` shows itself."""
ONE_BY_ONE = "LIMIT 1 OFFSET 0"
"""Has PostgreSQL look each up: it would read the whole of a small table, and still do so when that has grown."""
MOST = 500
"""Keys of a kind in one question."""


def learn(db: Database, asked: Mapping[str, Iterable[str]]) -> None:
    """Find out which keys are absent; within a transaction, which it outlives in nothing.

    Args:
        asked: keys by their kind, one of QUESTIONS.
    """
    if not db.in_transaction():
        raise RuntimeError("what is absent stays so for a transaction, and none is open")
    wanted = {kind: sorted({key for key in keys if key and storable((key,)) == (key,)}) for kind, keys in asked.items()}
    present: dict[str, set[str]] = {kind: set() for kind in wanted}
    longest = max(map(len, wanted.values()), default=0)
    for start in range(0, longest, MOST):
        some = {kind: keys[start : start + MOST] for kind, keys in wanted.items() if len(keys) > start}
        given = {kind: db.listed(keys) for kind, keys in some.items()}
        sql = " UNION ALL ".join(
            f"SELECT '{kind}', v FROM ({listed}) asked_{kind} WHERE EXISTS ({QUESTIONS[kind]} {ONE_BY_ONE})"
            for kind, (listed, _) in given.items()
        )
        for kind, key in db.rows(sql, [value for _, params in given.values() for value in params]):
            present[kind].add(key)
    for kind, keys in wanted.items():
        db.absent[kind] = set(keys) - present[kind]


def is_absent(db: Database, kind: str, key: str) -> bool:
    """Tell whether it is certain that nothing is found; False where nobody asked."""
    return key in db.absent.get(kind, ())


def appears(db: Database, kind: str, *keys: str) -> None:
    """Note that something is there from now on."""
    if kind in db.absent:
        db.absent[kind].difference_update(keys)
