"""Tickets: numbered from 1001, with participants, history and the Message-IDs by which a reply finds its way."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.desk.ticket import AttachmentInfo, Entry, Participant, Ticket
from maild.store import OutboxMail, Store
from maild.store.tables import micros, moment

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
EVA = Participant("eva@example.com", "Eva", "requester")
TOM = Participant("tom@example.com", "", "cc")


def ticket(**more: object) -> Ticket:
    plain = Ticket(0, "VPN 连不上", "eva@example.com", "Eva", "zh", NOW, participants=(EVA,))
    return replace(plain, **more)


def entry(message_id: str = "", **more: object) -> Entry:
    return replace(Entry(NOW, "correspondence", "in", "eva@example.com", message_id=message_id), **more)


def notice(number: int | None, message_id: str) -> OutboxMail:
    return OutboxMail(number, "receipt", "requester", "eva@example.com", "Re", message_id, "s@example.com", b"", NOW)


def test_the_first_ticket_is_1001_and_the_next_1002(store: Store):
    assert [store.tickets.insert(ticket()).number for _ in range(3)] == [1001, 1002, 1003]


def test_a_ticket_comes_back_as_it_was_written(store: Store):
    times = {
        name: NOW + timedelta(minutes=minute, microseconds=minute)
        for minute, name in enumerate((
            "acknowledged_at", "acknowledge_due", "first_response_due", "first_responded_at", "resolution_due",
            "resolved_at", "closed_at",
        ))
    }  # fmt: skip
    written = store.tickets.insert(
        ticket(
            status="resolved", queue="network", category="network", impact="company", urgency="high", priority="P1",
            assignee="noor", tags=("outage", "全公司"), rating=5, parent=1000, mailbox="support@example.com",
            participants=(EVA, TOM), **times,
        )
    )  # fmt: skip
    assert store.tickets.get(written.number) == written
    assert store.tickets.get(999) is None


def test_an_update_writes_every_field_and_the_participants(store: Store):
    first = store.tickets.insert(ticket(participants=(EVA, TOM)))
    ann = Participant("ann@example.com", "Ann")
    now = replace(first, status="closed", closed_at=NOW, subject="x", participants=(replace(EVA, name="E. V."), ann))
    store.tickets.update(now)
    assert store.tickets.get(first.number) == now
    with pytest.raises(LookupError):
        store.tickets.update(replace(now, number=999))


def test_an_address_that_takes_part_twice_is_kept_once(store: Store):
    made = store.tickets.insert(ticket(participants=(EVA, TOM, replace(EVA, role="cc"))))
    assert store.tickets.get(made.number).participants == (EVA, TOM)
    store.tickets.update(replace(made, participants=(EVA, EVA, TOM, replace(TOM, name="T"))))
    assert store.tickets.get(made.number).participants == (EVA, TOM)


def test_ten_thousand_participants_are_kept(store: Store):
    crowd = tuple(Participant(f"u{n:05}@example.com") for n in range(10_000))
    made = store.tickets.insert(ticket(participants=crowd))
    assert store.tickets.get(made.number).participants == crowd
    store.tickets.update(replace(made, participants=(EVA,)))
    assert store.tickets.get(made.number).participants == (EVA,)


def test_a_lock_needs_a_transaction(store: Store):
    number = store.tickets.insert(ticket()).number
    with pytest.raises(RuntimeError):
        store.tickets.lock(number)
    with store.transaction():
        assert store.tickets.lock(number).number == number
        assert store.tickets.lock(999) is None


def test_the_history_comes_back_in_order_with_its_attachments(store: Store):
    number = store.tickets.insert(ticket()).number
    files = (
        AttachmentInfo("屏幕.png", "image/png", 5_000_000_000, "ab" * 32),
        AttachmentInfo("a", "text/plain", 0, ""),
    )
    history = [
        entry("<1@x>", text="你好", subject="VPN", attachments=files, trace="[]"),
        Entry(NOW, "notice", "out", "maild", text="a receipt"),
        entry("<2@x>", at=NOW - timedelta(days=1)),
    ]
    for one in history:
        store.tickets.add_entry(number, one, inbox_id=5)
    assert store.tickets.entries(number) == history
    assert store.tickets.entries(999) == []


def test_an_entry_of_a_ticket_that_is_not_there_is_refused(store: Store):
    with pytest.raises(Exception, match=r"(?i)foreign key"):
        store.tickets.add_entry(999, entry())
    assert store.tickets.by_message_ids(["<1@x>"]) == {}


def test_a_reply_finds_its_ticket_by_what_we_sent_and_by_what_we_took(store: Store):
    one, two = (store.tickets.insert(ticket()).number for _ in range(2))
    store.tickets.add_entry(one, entry("<taken@x>"))
    store.outbox.queue(notice(two, "<sent@us>"), NOW)
    store.outbox.queue(notice(None, "<no-ticket@us>"), NOW)
    asked = ["<taken@x>", "<sent@us>", "<no-ticket@us>", "<unknown@x>", ""]
    assert store.tickets.by_message_ids(asked) == {"<taken@x>": one, "<sent@us>": two}
    assert store.tickets.by_message_ids([]) == {}
    assert store.tickets.by_message_ids([f"<{n}@x>" for n in range(3000)] + ["<taken@x>"]) == {"<taken@x>": one}


def test_nobody_moves_a_thread_by_using_its_message_id_again(store: Store):
    one, two = (store.tickets.insert(ticket()).number for _ in range(2))
    store.outbox.queue(notice(two, "<sent@us>"), NOW)
    store.tickets.add_entry(one, entry("<sent@us>"))
    store.tickets.add_entry(two, entry("<taken@x>"))
    store.tickets.add_entry(one, entry("<taken@x>"))
    assert store.tickets.by_message_ids(["<sent@us>", "<taken@x>"]) == {"<sent@us>": two, "<taken@x>": two}


def test_an_address_is_known_once_somebody_showed_that_it_is_his_and_not_by_a_ticket(store: Store):
    store.tickets.insert(ticket(requester="boss@example.com", participants=(TOM,)))
    store.know("eva@example.com", "answered a mail of ours", NOW)
    store.know("eva@example.com", "answered once more", NOW)
    known = [store.is_known(f"{who}@example.com") for who in ("boss", "tom", "eva")]
    assert known == [False, False, True]


def test_tickets_are_listed_newest_first_by_what_is_asked(store: Store):
    for hour, (status, queue, who) in enumerate(
        [
            ("new", "helpdesk", "eva"),
            ("open", "network", "tom"),
            ("new", "network", "eva"),
            ("closed", "helpdesk", "tom"),
        ]
    ):
        store.tickets.insert(
            ticket(status=status, queue=queue, requester=f"{who}@example.com", opened_at=NOW + timedelta(hours=hour))
        )

    def numbers(**filters: object) -> list[int]:
        return [t.number for t in store.tickets.list(**filters)]

    assert numbers() == [1004, 1003, 1002, 1001]
    assert numbers(status="new") == [1003, 1001]
    assert numbers(queue="network") == [1003, 1002]
    assert numbers(requester="tom@example.com") == [1004, 1002]
    assert numbers(since=NOW + timedelta(hours=2)) == [1004, 1003]
    assert numbers(status="new", queue="network") == [1003]
    assert numbers(limit=2) == [1004, 1003]
    assert numbers(limit=2, offset=1) == [1003, 1002]
    assert numbers(offset=3) == [1001]
    assert store.tickets.list(limit=1)[0].participants == (EVA,)
    assert store.tickets.counts() == {"new": 2, "open": 1, "closed": 1}


def test_every_ticket_can_be_walked_through(store: Store):
    with store.transaction():
        for _ in range(501):
            store.tickets.insert(ticket())
    assert [t.number for t in store.tickets.each(status="new")] == list(range(1501, 1000, -1))


def test_who_writes_with_another_detail_each_time_has_opened_all_of_them(store: Store):
    others = ("an_n@example.com", "anxn+3@example.com", "an_n+4@example.org", "an_n+5@exampleXcom", "an_n+%@x.org")
    for requester in ("an_n+1@example.com", "an_n+2@example.com", *others):
        store.tickets.insert(ticket(requester=requester))
    assert [number for *_, number in store.tickets.opened_by("an_n+9@example.com", 5)] == [1002, 1001]
    assert [number for *_, number in store.tickets.opened_by("an_n@example.com", 5)] == [1003]
    assert store.tickets.opened_by("+9@example.com", 5) == []


def test_the_first_accepted_receipt_counts(store: Store):
    number = store.tickets.insert(ticket()).number
    store.tickets.acknowledge({number: NOW, 999: NOW})
    store.tickets.acknowledge({number: NOW + timedelta(hours=1)})
    store.tickets.acknowledge({})
    assert store.tickets.get(number).acknowledged_at == NOW


@given(st.datetimes(timezones=st.timezones()).filter(lambda at: 1 < at.year < 9999))
def test_a_moment_survives_its_column_to_the_microsecond(at: datetime):
    assert moment(micros(at)) == at.astimezone(UTC)
    assert moment(micros(at)).tzinfo is UTC


@pytest.mark.parametrize("files", [(), (AttachmentInfo("a.txt", "text/plain", 1, "0" * 64),)])
def test_a_new_ticket_keeps_the_order_of_what_its_history_begins_with(store, files):
    entries = [entry(text=str(number), attachments=files if number == 1 else ()) for number in range(3)]
    with store.transaction(), store.together():
        made = store.tickets.insert(ticket(), [(one, None) for one in entries])
    assert [one.text for one in store.tickets.entries(made.number)] == ["0", "1", "2"]
