"""Who holds a claim: a name for this process by which a later one can tell that it is dead."""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Iterable
from pathlib import Path

from maild.store import Store


def new_owner() -> str:
    """Name this process: host/pid/a random word, since a restarted container has its old host name and pid."""
    return f"{socket.gethostname()}/{os.getpid()}/{secrets.token_hex(4)}"


def is_dead(owner: str, me: str) -> bool:
    """Tell whether the holder of a claim is surely gone; of another machine's nothing is known, its claims expire."""
    host, _, rest = owner.partition("/")
    pid, _, _ = rest.partition("/")
    if owner.startswith(me) or host != socket.gethostname() or not pid.isdigit():
        return False
    if int(pid) == os.getpid():
        return True
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except (OSError, OverflowError):
        return False
    return _is_zombie(int(pid))


def _is_zombie(pid: int) -> bool:
    """Tell whether a process has ended, and only whoever started it has not taken notice: in a container, for long."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].startswith("Z")
    except OSError:
        return False


def release_the_dead(store: Store, me: str, leases: Iterable[str] = ()) -> None:
    """Give back what an earlier process on this machine had when it died, so that nobody waits for it."""
    for owner in store.owners():
        if is_dead(owner, me):
            store.release_claims(owner)
    for lease in leases:
        if is_dead(owner := store.holder(lease) or "", me):
            store.release(lease, owner)
