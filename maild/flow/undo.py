"""The way back: what an agent's last mail did is taken back, as far as life has not gone on since."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from maild.desk.commands import Refusal
from maild.desk.decision import Decision
from maild.desk.orders import Kept, Orders, take_back
from maild.desk.ticket import Entry, Ticket
from maild.rulebook.bench import Given
from maild.rulebook.joining import MERGED
from maild.rulebook.obey import refuse
from maild.store import CarriedOut, Store

Get = Callable[[int], Ticket | None]


def undo(ticket: Ticket, transcripts: Sequence[str], given: Given, store: Store, get: Get) -> Decision:
    """Take back what the agent did last with a ticket, or what a transcript tells of that his mail answers."""
    done = store.orders.last(ticket.number, given.agent.key, transcripts)
    if done is None:
        return refuse(ticket, (Refusal("/undo", "nothing_to_undo", verb="undo"),), given)
    return _Way(ticket, done, given, store, get).back()


def undo_all(transcripts: Sequence[str], given: Given, store: Store, get: Get) -> Decision | None:
    """Take back everything that one transcript of several tickets tells of; None where it tells of none."""
    found = [(done, get(done.ticket)) for done in store.orders.told_of(given.agent.key, transcripts)]
    back = tuple(_Way(ticket, done, given, store, get).back() for done, ticket in found if ticket)
    if not back:
        return None
    numbers = ", ".join(f"#{one.after.number}" for one in back)
    key = given.agent.key
    return Decision("commanded", f"{key} ordered /undo on {numbers}", also=back, orders=Orders(key))


class _Way:
    """One ticket's orders while they are taken back."""

    def __init__(self, ticket: Ticket, done: CarriedOut, given: Given, store: Store, get: Get) -> None:
        self.ticket, self.done, self.given, self.store, self.get = ticket, done, given, store, get
        self.kept: list[Kept] = []
        self.also: list[Decision] = []
        self.others: list[Ticket] = []
        self.elsewhere: list[tuple[int, Entry]] = []

    def back(self) -> Decision:
        given, ticket = self.given, self.ticket
        changes: dict[str, Any] = dict(self.done.changes)
        others, opened = changes.pop("others", {}), changes.pop("opened", [])
        after, moved_on = take_back(ticket, changes)
        self.kept += [Kept("changed", name) for name in moved_on]
        caught, gone = self._mails()
        for number in opened:
            self._rejoin(number)
        for number, written in others.items():
            self._leave(int(number), written)
        self.kept += [Kept("sent", to) for to in gone]
        text = f"taken back: {', '.join(sorted(set(changes) - set(moved_on))) or 'nothing of the ticket'}"
        text += f"; {len(caught)} mails withdrawn" if caught else ""
        text += f"; already sent to {', '.join(gone)}" if gone else ""
        return Decision(
            "commanded",
            f"{given.agent.key} ordered /undo on #{ticket.number}",
            ticket,
            after,
            entries=(Entry(given.now, "change", "none", given.agent.name, text=text),),
            orders=Orders(
                given.agent.key,
                undone=self.done.message_id,
                withdraw=tuple(caught),
                kept=tuple(dict.fromkeys(self.kept)),
            ),
            others=tuple(self.others),
            also=tuple(self.also),
            elsewhere=tuple(self.elsewhere),
        )

    def _mails(self) -> tuple[list[int], list[str]]:
        """Give the mails that can still be stopped, and who has got his already."""
        rows = [row for id_ in self.done.notices if (row := self.store.outbox.get(id_))]
        caught = [row.id for row in rows if row.state == "queued" and not row.attempts]
        gone = [row.to for row in rows if row.id not in caught and row.state != "withheld"]
        return caught, list(dict.fromkeys(gone))

    def _rejoin(self, number: int) -> None:
        """Close a ticket that was split off, unless people have gone on with it; answers to it come back here."""
        new, now = self.get(number), self.given.now
        if new is None:
            return
        if self._since(number)[1:] or MERGED in new.tags or new.status not in ("new", "open"):
            self.kept.append(Kept("goes_on", number=number))
            return
        here = self.ticket.number
        closed = replace(
            new, status="closed", resolved_at=now, closed_at=now, tags=(*new.tags, MERGED), parent=here
        )
        text = f"{self.given.agent.name} took the split back; what comes for this ticket goes to #{here}."
        entry = Entry(now, "comment", "none", "maild", text=text)
        orders = Orders(self.given.agent.key)
        self.also.append(Decision("commanded", text, new, closed, entries=(entry,), orders=orders))

    def _leave(self, number: int, written: Mapping[str, Any]) -> None:
        """Let people take part no longer in the ticket that theirs was merged into, unless they have written there."""
        other = self.get(number)
        if other is None:
            return
        taken, _ = take_back(other, dict(written))
        wrote = {entry.author for entry in self._since(number) if entry.direction == "in"}
        left = {person.email for person in taken.participants}
        stay = [person for person in other.participants if person.email in wrote and person.email not in left]
        self.kept += [Kept("wrote", person.email, number) for person in stay]
        self.others.append(replace(taken, participants=(*taken.participants, *stay)))
        text = f"{self.given.agent.name} took back that #{self.ticket.number} was merged into this ticket."
        self.elsewhere.append((number, Entry(self.given.now, "comment", "none", "maild", text=text)))

    def _since(self, number: int) -> list[Entry]:
        """Give what people have written on a ticket since the orders, the first words of one they opened among it.

        Mails that are taken together are of the same moment.
        """
        return [
            entry
            for entry in self.store.tickets.entries(number)
            if entry.at >= self.done.at and entry.kind in ("correspondence", "comment") and entry.author != "maild"
        ]

