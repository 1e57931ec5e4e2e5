"""Whether the secret that signs is still the one that the database knows: links and answers depend on it."""

from __future__ import annotations

import hashlib
from datetime import datetime

from maild.desk.trust import Keys
from maild.store import Store

_KIND = "secret"
"""The name under which the store keeps which secret signed last; from that nobody can tell the secret itself."""
OTHER = (
    "it is not the one that this database was used with: links in mails that went out do not open, and answers to them "
    "are believed less; restore the old file, or where several machines share the database, give all of them the same"
)


def is_other(store: Store, keys: Keys, now: datetime) -> bool:
    """Tell whether none of these secrets signed last, and note which one signs from now on. Raises StoreError."""
    names = [hashlib.sha256(b"the name of a secret of maild: " + key).hexdigest()[:32] for key in keys.secrets]
    last = store.in_force(_KIND)
    store.put_in_force(_KIND, names[0], now)
    return last is not None and last not in names
