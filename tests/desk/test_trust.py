"""Tokens and follow-ups: who may say what on which ticket."""

import string
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.desk.ticket import Participant, Ticket
from maild.desk.trust import (
    Evidence,
    Keys,
    Speaker,
    Token,
    check_token,
    choose_thread,
    make_message_id,
    make_token,
    may_follow_up,
    token_of_message_id,
)

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
KEYS = Keys((b"the current key", b"the one before"))
NONCE = "abcdefgh23"
DOMAINS = frozenset({"example.com"})


def ticket(number=1042, *people):
    participants = tuple(Participant(email) for email in ("eva@example.com", *people))
    return Ticket(number, "VPN", "eva@example.com", "Eva", "en", NOW, participants=participants)


@given(
    st.integers(1, 10**9),
    st.emails(),
    st.text("abcdefghijklmnopqrstuvwxyz234567", min_size=8, max_size=32),
    st.integers(1, 1000),
)
def test_a_token_survives_its_way_through_a_message_id(number, email, nonce, days):
    token = make_token(KEYS, number, email, nonce, NOW + timedelta(days=days))
    found = token_of_message_id(make_message_id(token, "example.com"), DOMAINS)
    checked = check_token(KEYS, found, email.upper(), NOW)
    assert isinstance(checked, Token)
    assert checked.ticket == number
    assert checked.expires >= NOW + timedelta(days=days)


@given(st.data())
def test_a_token_with_any_character_changed_is_refused(data):
    token = make_token(KEYS, 1042, "eva@example.com", NONCE, NOW + timedelta(days=9))
    at = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.sampled_from(string.ascii_lowercase + string.digits + ".")).lower()
    forged = token[:at] + other + token[at + 1 :]
    if forged != token:
        assert isinstance(check_token(KEYS, forged, "eva@example.com", NOW), str)


def test_a_token_is_worthless_to_another_address():
    token = make_token(KEYS, 1042, "eva@example.com", NONCE, NOW + timedelta(days=9))
    assert "does not fit" in check_token(KEYS, token, "mallory@example.com", NOW)


def test_a_token_expires():
    token = make_token(KEYS, 1042, "eva@example.com", NONCE, NOW + timedelta(days=9))
    assert "expired" in check_token(KEYS, token, "eva@example.com", NOW + timedelta(days=11))


def test_a_rotated_key_is_still_accepted_and_a_removed_one_is_not():
    old = make_token(Keys((b"the one before",)), 7, "eva@example.com", NONCE, NOW + timedelta(days=9))
    assert isinstance(check_token(KEYS, old, "eva@example.com", NOW), Token)
    assert isinstance(check_token(Keys((b"the current key",)), old, "eva@example.com", NOW), str)


@given(st.text())
def test_no_text_makes_the_check_of_a_token_raise(text):
    assert isinstance(check_token(KEYS, text, "eva@example.com", NOW), str)


def test_the_keys_do_not_show_in_a_log():
    assert "key" not in repr(KEYS)


@pytest.mark.parametrize(
    "message_id",
    ["<1042.abcdefgh23.20000.aaaaaaaaaaaaaaaa@evil.example>", "<CAF=x@example.com>", "", "<@example.com>", "1042"],
)
def test_a_message_id_that_is_not_ours_carries_no_token(message_id):
    assert token_of_message_id(message_id, DOMAINS) is None


@pytest.mark.parametrize(
    ("speaker", "kind", "allowed"),
    [
        (Speaker("eva@example.com"), "tag", True),
        (Speaker("eva@example.com"), "reference", True),
        (Speaker("tom@example.com"), "tag", False),
        (Speaker("tom@example.com"), "reference", False),
        (Speaker("tom@example.com", authenticated=True), "tag", False),
        (Speaker("tom@example.com"), "token", True),
        (Speaker("eva@example.com", refuted=True), "tag", False),
        (Speaker("eva@example.com", refuted=True), "token", False),
    ],
)
def test_a_follow_up_needs_a_participant_or_a_token(speaker, kind, allowed):
    answer, reason = may_follow_up(ticket(), speaker, Evidence(kind, 1042, "x"))
    assert answer is allowed
    assert reason


def test_the_strongest_evidence_that_is_allowed_decides_and_the_refused_are_remembered():
    other, mine = ticket(7), ticket(8, "tom@example.com")
    candidates = ((other, Evidence("reference", 7, "<a@b>")), (mine, Evidence("tag", 8, "[#8]")))
    thread = choose_thread(candidates, Speaker("tom@example.com"))
    assert thread.ticket is mine
    assert [one.ticket for one in thread.refused] == [other]


def test_a_stranger_with_a_ticket_number_joins_nothing():
    thread = choose_thread(((ticket(), Evidence("tag", 1042, "[#1042]")),), Speaker("mallory@evil.example"))
    assert thread.ticket is None
    assert [one.ticket.number for one in thread.refused] == [1042]
    assert "no participant" in thread.reason


@pytest.mark.parametrize(
    ("speaker", "believed"),
    [
        (Speaker("a@b"), False),
        (Speaker("a@b", known=True), True),
        (Speaker("a@b", authenticated=True), True),
        (Speaker("a@b", known=True, refuted=True), False),
    ],
)
def test_a_sender_is_believed_on_evidence_only(speaker, believed):
    assert speaker.believed is believed
