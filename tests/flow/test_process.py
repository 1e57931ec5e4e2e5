"""A batch of mails goes to its outcomes in one go; only where one of them fails, each goes by itself."""

from __future__ import annotations

import pytest

from maild.flow import process as batch
from maild.store import Store
from tests.bench.mails import mails
from tests.stories.desk import Desk


@pytest.fixture
def desk(store: Store) -> Desk:
    return Desk(store)


def test_a_backlog_is_never_done_twice(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(batch, "_each_by_itself", None)
    for raw in mails(98):
        desk.arrive(raw)
    desk.arrive(desk.raw("eva@example.com", "Printer", message_id="<first@x>"))
    desk.arrive(desk.raw("eva@example.com", "Re: Printer", In_Reply_To="<first@x>"))
    outcomes = [one.outcome for _ in range(3) for one in desk.work()]
    assert len(outcomes) == 100
    assert {"opened", "followed_up", "auto_reply"} <= set(outcomes)
    numbers = sorted(ticket.number for ticket in desk.store.tickets.list())
    assert numbers == list(range(1001, 1001 + len(numbers)))


def test_a_mistake_that_only_the_database_sees_is_found_at_the_mail_that_makes_it(desk: Desk):
    desk.arrive(desk.raw("eva@example.com", "Printer"))
    desk.arrive(desk.raw("eva@example.com", "VPN"))
    first, second = desk.store.inbox.list()
    breaks = desk.store.inbox.finish

    def finish(id_: int, **what: object) -> None:
        breaks(id_, **what | {"ticket": 2**70 if id_ == second.id else what["ticket"]})

    desk.store.inbox.finish = finish
    done = {one.row.id: one.outcome for one in desk.work()}
    assert done == {first.id: "opened", second.id: "retry"}
    assert [ticket.subject for ticket in desk.store.tickets.list()] == ["VPN"]
