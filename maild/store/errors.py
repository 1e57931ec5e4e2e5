"""What may go wrong with the database, in words a postmaster can act on."""

from __future__ import annotations


class StoreError(Exception):
    """Nothing of the transaction was written; the same work may succeed when it is done again later."""


class StoreBusy(StoreError):
    """Somebody else kept hold of the database, or of a row of it, for too long."""


class StoreDown(StoreError):
    """The database cannot be reached, is full, or cannot be written."""


class BadUrl(ValueError):
    """The database URL of the settings cannot be understood."""


class StoreTooNew(Exception):
    """The database was written by a newer maild than this one."""


class NotUnique(Exception):
    """A row like this one is there already."""


class AlreadySeen(Exception):
    """A mail with this fingerprint is finished already; the savepoint around the second takes back all it wrote."""
