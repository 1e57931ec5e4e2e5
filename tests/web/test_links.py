"""Links: good for one purpose, one ticket, one person and a while; whatever else is tried looks the same."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.desk.link import RATE, TICKET, check_form, is_genuine, make_form, make_link, read_link
from maild.desk.trust import Keys, check_token, make_token
from tests.web.site import House

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
KEYS = Keys((b"a key",))
EVA = "eva@example.com"


def genuine(text: str, purpose: str = RATE, who: str = EVA, keys: Keys = KEYS) -> bool:
    link = read_link(text)
    return link is not None and is_genuine(keys, purpose, link, who)


def test_a_link_opens_what_it_was_made_for_and_nothing_else():
    link = make_link(KEYS, RATE, 1042, EVA, NOW)
    assert genuine(link)
    assert genuine(link, who="Eva@Example.com")
    assert not genuine(link, purpose=TICKET)
    assert not genuine(link, who="tom@example.com")
    assert not genuine(link.replace("1042", "1043"))
    assert EVA not in link


def test_a_link_cannot_be_made_to_last_longer():
    number, day, mac = make_link(KEYS, RATE, 1042, EVA, NOW).split("-")
    assert not genuine(f"{number}-{int(day) + 1}-{mac}")


def test_a_link_lasts_at_least_until_its_expiry_and_not_a_day_longer():
    expires = read_link(make_link(KEYS, RATE, 1042, EVA, NOW)).expires
    assert NOW < expires <= NOW + timedelta(days=1)


def test_keys_can_be_changed_without_breaking_the_links_that_are_out():
    link = make_link(KEYS, RATE, 1042, EVA, NOW)
    assert genuine(link, keys=Keys((b"new", b"a key")))
    assert not genuine(link, keys=Keys((b"new",)))


def test_a_link_is_no_reply_token_and_a_reply_token_no_link():
    link = make_link(KEYS, RATE, 1042, EVA, NOW)
    token = make_token(KEYS, 1042, EVA, "abcdefgh", NOW + timedelta(days=1))
    assert isinstance(check_token(KEYS, link, EVA, NOW), str)
    assert isinstance(check_token(KEYS, link.replace("-", "."), EVA, NOW), str)
    assert read_link(token) is None
    assert not genuine("-".join((*token.split(".")[::2], token.split(".")[3] + "a" * 10)))


def test_a_form_is_good_for_its_link_and_half_a_day():
    form = make_form(KEYS, "link", NOW)
    assert check_form(KEYS, "link", form, NOW + timedelta(hours=11))
    assert not check_form(KEYS, "link", form, NOW + timedelta(hours=12))
    assert not check_form(KEYS, "other", form, NOW)
    later = str(int(form.split("-")[0]) + 60)
    assert not check_form(KEYS, "link", f"{later}-{form.split('-')[1]}", NOW)


@given(st.text(max_size=60))
def test_no_text_opens_anything_or_fails(text):
    assert not genuine(text)
    assert not check_form(KEYS, "link", text, NOW)


@pytest.fixture
def house(store, front):
    with House(store, front) as house:
        house.mail()
        house.resolve()
        yield house
        assert house.bugs == []


@pytest.mark.parametrize("purpose", [RATE, TICKET])
def test_wrong_unknown_and_foreign_links_get_the_same_answer(house, purpose):
    right = house.link(purpose)
    other = house.link(TICKET if purpose == RATE else RATE)
    start, _, mac = right.rpartition("-")
    wrong = [
        f"{start}-{'a' * 26}",
        f"{start}-{mac[:-1]}{'a' if mac[-1] != 'a' else 'b'}",
        right.replace("/1001-", "/1002-"),
        right.replace("/1001-", "/999999999999-"),
        house.link(purpose, whose="mallory@example.com"),
        right.rpartition("/")[0] + "/" + other.rpartition("/")[2],
        right.rpartition("/")[0] + "/nonsense",
        right.rpartition("/")[0] + "/%00%F0%28",
        right + "x",
    ]
    answers = [house.get(path) for path in wrong]
    assert {answer.status for answer in answers} == {404}
    assert len({answer.body for answer in answers}) == 1
    assert "VPN" not in answers[0].text
    posted = [house.ask("POST", path, b"score=5") for path in wrong]
    assert {answer.body for answer in posted} == {answers[0].body}
    assert house.store.ratings.get(1001) is None


def test_an_expired_link_says_so_and_does_nothing(house):
    page = house.link(RATE)
    form = house.get(page).form
    house.wait(days=61)
    answer = house.get(page)
    assert answer.status == 410
    assert "expired" in answer.text
    assert "VPN" not in answer.text
    assert house.press(page, score="5", form=form).status == 410
    assert house.store.ratings.get(1001) is None


def test_notices_of_a_solved_ticket_carry_links_for_the_requester_alone(house):
    from maild.flow.links import links

    ticket = house.ticket(1001)
    found = links(ticket, "eva@example.com", house.context, house.now)
    assert house.get("/help/r/" + found["rate_url"].rpartition("/")[2]).status == 200
    assert house.get("/help/t/" + found["ticket_url"].rpartition("/")[2]).status == 200
    assert set(links(ticket, "tom@example.com", house.context, house.now).values()) == {""}
