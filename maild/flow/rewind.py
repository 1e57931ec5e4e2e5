"""Another rulebook promises other things: the clocks of every open ticket are worked out anew, some at a time."""

from __future__ import annotations

from datetime import datetime

from maild.flow.keep_time import Change, keep_time
from maild.rulebook.model import Rulebook
from maild.store import Store

AT_ONCE = 200
_DONE, _AT = "clocks", "clocks so far"


def rewind(store: Store, rulebook: Rulebook, now: datetime, at_once: int = AT_ONCE) -> int:
    """Bring the clocks of some more tickets to the rulebook in force; give their number, 0 when all are.

    A timer that is new and whose moment has passed never fires: nobody is told of what was promised to no one.
    """
    wanted = rulebook.time_signature
    if store.in_force(_DONE) == wanted:
        return 0
    with store.transaction():
        so_far, _, until = (store.in_force(_AT) or "").partition(" ")
        before = int(until) if so_far == wanted and until else None
        some = store.tickets.list(limit=at_once, before=before)
        rewound = 0
        for listed in some:
            ticket = store.tickets.lock(listed.number) if listed.status != "closed" else None
            if ticket is not None:
                why = f"the rulebook {rulebook.name} has changed"
                keep_time(Change(ticket, ticket, why=why), store, rulebook, now, missed=now)
                rewound += 1
        if len(some) < at_once:
            store.put_in_force(_DONE, wanted, now)
        else:
            store.put_in_force(_AT, f"{wanted} {some[-1].number}", now)
    return max(rewound, 1) if some else 0
