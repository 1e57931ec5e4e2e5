"""Questions to agents are answered once; what an agent did last can be found again, and notices can be withdrawn."""

from datetime import UTC, datetime, timedelta

from maild.store import Attempt, CarriedOut, OutboxMail, Question

NOW = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)


def question(message_id: str = "<q1@example.com>", inbox: int = 7) -> Question:
    return Question(message_id, inbox, "ben", "trust", NOW, NOW + timedelta(days=7))


def test_a_question_is_found_by_its_message_id_and_answered_once(store):
    store.orders.ask(question())
    assert store.orders.question(["<other@example.com>", "<q1@example.com>"]) == question()
    assert store.orders.question(["<other@example.com>"]) is None
    assert store.orders.question([]) is None
    assert store.orders.confirmed(7) == ""
    assert store.orders.answer("<q1@example.com>", NOW)
    assert not store.orders.answer("<q1@example.com>", NOW)
    assert store.orders.confirmed(7) == "ben"
    assert store.orders.question(["<q1@example.com>"]).answered_at == NOW


def test_only_the_newest_question_about_a_mail_can_be_answered(store):
    store.orders.ask(question())
    store.orders.ask(question("<q2@example.com>"))
    assert not store.orders.answer("<q1@example.com>", NOW)
    assert store.orders.answer("<q2@example.com>", NOW)


def test_what_an_agent_did_last_is_found_until_it_is_undone(store):
    first = CarriedOut("<t1@example.com>", 1001, "ben", NOW, {"status": ["new", "open"]}, (3, 4))
    second = CarriedOut("<t2@example.com>", 1001, "ben", NOW + timedelta(minutes=1), {"tags": [[], ["vpn"]]}, ())
    store.orders.remember(first)
    store.orders.remember(second)
    assert store.orders.last(1001, "noor") is None
    assert store.orders.last(1001, "ben") == second
    assert store.orders.last(1001, "ben", ["<other@example.com>", "<t1@example.com>"]) == first
    assert store.orders.last(1001, "ben", ["<other@example.com>"]) == second
    store.orders.undone("<t2@example.com>", 1002, NOW)
    assert store.orders.last(1001, "ben") == second
    store.orders.undone("<t2@example.com>", 1001, NOW)
    assert store.orders.last(1001, "ben") == first


def test_one_transcript_may_tell_of_several_tickets(store):
    done = [CarriedOut("<t1@example.com>", number, "ben", NOW, {}, ()) for number in (1002, 1001)]
    for one in done:
        store.orders.remember(one)
    assert store.orders.told_of("ben", ["<other@example.com>", "<t1@example.com>"]) == done[::-1]
    assert store.orders.told_of("noor", ["<t1@example.com>"]) == []
    assert store.orders.told_of("ben", []) == []
    store.orders.undone("<t1@example.com>", 1001, NOW)
    assert store.orders.told_of("ben", ["<t1@example.com>"]) == done[:1]


def test_a_notice_is_withdrawn_as_long_as_nobody_has_begun_to_send_it(store):
    ids = [
        store.outbox.queue(
            OutboxMail(
                1001, "answer", "requester", "eva@example.com", "x", f"<{n}@example.com>", "support@example.com", b"x",
                NOW + timedelta(seconds=60 * n),
            ),
            NOW,
        )
        for n in range(3)
    ]  # fmt: skip
    [sending] = store.outbox.claim("me", NOW, 10)
    store.outbox.record([Attempt(sending.id, NOW, "sent", "250 Ok")])
    assert store.outbox.withdraw(ids, "undone by ben") == ids[1:]
    assert store.outbox.withdraw(ids, "undone by ben") == []
    assert store.outbox.claim("me", NOW + timedelta(days=1), 10) == []
    assert [store.outbox.get(id_).state for id_ in ids] == ["sent", "withheld", "withheld"]
    assert store.outbox.sent_since("eva@example.com", NOW) == 1
