"""What SMTP replies mean, and when the next attempt comes."""

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maild.mail.retry import (
    GIVE_UP_AFTER,
    RECIPIENT,
    SENDER,
    SERVER,
    STAGES,
    UNCONFIRMED,
    Deferred,
    Failed,
    Sent,
    judge,
    next_attempt,
    not_offered,
    outage_pause,
    reply_line,
    was_offered,
)

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
between_0_and_1 = st.floats(0, 1)


@settings(deadline=None)
@given(st.integers(1, 100), between_0_and_1, between_0_and_1)
def test_waits_grow_until_they_are_four_hours(attempts, jitter, later_jitter):
    wait = next_attempt(attempts, NOON, NOON, jitter) - NOON
    longer = next_attempt(attempts + 1, NOON, NOON, later_jitter) - NOON
    assert timedelta(seconds=48) <= wait <= timedelta(hours=4)
    assert wait < longer or attempts >= 7


@settings(deadline=None)
@given(st.integers(0, 1000), st.timedeltas(timedelta(0), timedelta(days=9)), between_0_and_1)
def test_the_next_attempt_lies_ahead_and_within_five_days_of_the_first(attempts, age, jitter):
    now = NOON + age
    due = next_attempt(attempts, NOON, now, jitter)
    if age >= GIVE_UP_AFTER:
        assert due is None
    else:
        assert now < due <= NOON + GIVE_UP_AFTER


def test_the_first_waits_are_what_people_expect():
    waits = [next_attempt(n, NOON, NOON, 0.0) - NOON for n in range(1, 10)]
    assert waits == [timedelta(minutes=m) for m in (1, 5, 15, 30, 60, 120, 240, 240, 240)]


def test_what_may_have_arrived_is_sent_again_soon_and_then_seldom():
    waits = [next_attempt(n, NOON, NOON, 0.0, UNCONFIRMED) - NOON for n in range(1, 8)]
    assert waits == [timedelta(minutes=m) for m in (1, 10, 60, 360, 720, 1440, 1440)]


def test_there_is_a_last_attempt_at_the_end_of_the_five_days():
    due, attempts = NOON, 0
    while due is not None:
        last, attempts = due, attempts + 1
        due = next_attempt(attempts, NOON, due, 1.0)
    assert last == NOON + GIVE_UP_AFTER
    assert attempts < 50


@settings(deadline=None)
@given(st.integers(1, 50), between_0_and_1)
def test_a_server_that_is_down_is_asked_again_within_five_minutes(outages, jitter):
    assert timedelta(seconds=12) <= outage_pause(outages, jitter) <= timedelta(minutes=5)


bad_address = partial(Failed, bad_address=True)
ours = partial(Deferred, about=SENDER)
down = not_offered


@pytest.mark.parametrize(
    ("stage", "reply", "meaning"),
    [
        ("data", "250 2.0.0 Ok: queued as 4Zx", Sent),
        # The recipient's doing.
        ("recipient", "450 4.2.0 <a@b>: Greylisted", Deferred),
        ("recipient", "421 4.7.0 try later", Deferred),
        ("recipient", "452 4.5.3 too many recipients", Deferred),
        ("recipient", "552 too many recipients", Deferred),
        ("recipient", "552 5.2.2 mailbox full", Deferred),
        ("recipient", "554 5.2.2 over quota", Deferred),
        ("data", "451 4.3.0 later", Deferred),
        ("data", "-1 gibberish", Deferred),
        ("recipient", "354 what?", Deferred),
        # No such address.
        ("recipient", "550 5.1.1 <a@b>: unknown", bad_address),
        ("data", "550 5.1.10 null MX", bad_address),
        ("recipient", "550 No such user here", bad_address),
        ("recipient", "550 User eva not found", bad_address),
        ("recipient", "550 5.1.0 user unknown", bad_address),
        ("recipient", "553 5.1.3 bad syntax", bad_address),
        # Refused, but the address may be good.
        ("recipient", "550 5.7.1 policy", Failed),
        ("recipient", "550 5.7.1 unknown user agent", Failed),
        ("recipient", "550 Requested action not taken: mailbox unavailable", Failed),
        ("data", "554 5.6.0 no", Failed),
        ("data", "552 5.3.4 too big", Failed),
        ("sender", "552 5.3.4 Message size exceeds limit", Failed),
        ("sender", "552 Message size exceeds limit", Failed),
        # Ours to mend: the mail waits until somebody has.
        ("recipient", "554 5.7.1 <a@b>: Relay access denied", ours),
        ("recipient", "530 5.7.0 Authentication required", ours),
        ("recipient", "553 5.7.1 <s@d>: Sender address rejected: not owned by user x", ours),
        ("data", "550 5.4.5 Daily user sending limit exceeded", ours),
        ("sender", "550 5.7.1 who are you", ours),
        ("sender", "452 4.3.1 insufficient system storage", ours),
        # Nothing at all goes through.
        ("sender", "421 4.3.2 shutting down", down),
        ("connect", "554 5.7.1 go away", down),
        ("login", "535 5.7.8 bad password", down),
        ("tls", "454 TLS not available", down),
    ],
)
def test_a_reply_means(stage, reply, meaning):
    code, _, text = reply.partition(" ")
    assert judge(stage, int(code), text) == meaning(reply)


@settings(deadline=None)
@given(st.sampled_from(STAGES), st.integers(-1, 999), st.text(max_size=2000))
def test_every_reply_means_something_and_only_a_5xx_fails_a_mail(stage, code, text):
    result = judge(stage, code, text)
    assert len(result.reply) <= 500
    assert result.reply.isprintable()
    if isinstance(result, Failed):
        assert 500 <= code < 600
    if isinstance(result, Sent):
        assert 200 <= code < 300


def test_an_alarm_is_for_what_is_not_the_recipients_fault():
    assert not Deferred("450 later", RECIPIENT).alarm
    assert Deferred("535 bad password", SERVER).alarm
    assert Deferred("550 not your address", SENDER).alarm


def test_a_mail_that_no_server_heard_of_is_told_from_one_that_was_refused():
    assert not was_offered(not_offered("no route to host").reply)
    assert was_offered("450 later")


def test_a_reply_of_many_lines_becomes_one():
    assert reply_line(550, "5.1.1 no\n5.1.1 such\x1b[31m user") == "550 5.1.1 no 5.1.1 such [31m user"
