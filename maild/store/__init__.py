"""The database: the only room that knows peewee.

store.py     open_store, and what belongs to the whole database: transactions, leases, suppressed addresses
inbox.py     every mail taken        tickets.py  tickets and their history        outbox.py  every notice written
review.py    tickets as the monthly review looks at them
orders.py    what agents are asked to confirm and can undo
clocks.py    the clocks of the tickets, what they let fire, the promises that come of them
find.py      old tickets by their words       days.py     what a lead asks of a day
copy.py      a copy of it all, to try things out on
tables.py    every table             migrate.py  brings a database there, by the steps of migrations/
database.py  connections, statements, transactions; sqlite.py and postgres.py are the two kinds
errors.py    what may go wrong       diagnose.py tries whether a database can be used
"""

from maild.store.clocks import DueTimer, Promise
from maild.store.copy import copy_store
from maild.store.errors import AlreadySeen, BadUrl, StoreBusy, StoreDown, StoreError, StoreTooNew
from maild.store.find import Found
from maild.store.inbox import Arrived, InboxRow
from maild.store.orders import CarriedOut, Question
from maild.store.outbox import Attempt, OutboxMail, OutboxRow
from maild.store.review import Promised, Reviewed, Reviews
from maild.store.store import Health, Store, open_store

__all__ = [
    "AlreadySeen",
    "Arrived",
    "Attempt",
    "BadUrl",
    "CarriedOut",
    "DueTimer",
    "Found",
    "Health",
    "InboxRow",
    "OutboxMail",
    "OutboxRow",
    "Reviewed",
    "Reviews",
    "Question",
    "Promise",
    "Promised",
    "Store",
    "StoreBusy",
    "StoreDown",
    "StoreError",
    "StoreTooNew",
    "copy_store",
    "open_store",
]
