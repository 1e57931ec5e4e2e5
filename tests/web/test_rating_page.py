"""The rating page: shown to whoever has the link, stored only by a press of its button."""

import pytest

from tests.web.site import RATE, TICKET, House


@pytest.fixture
def house(store, front):
    with House(store, front) as house:
        house.mail()
        house.resolve()
        house.sent()
        yield house
        assert house.bugs == []


def test_a_rating_is_stored_and_shown_with_thanks(house):
    page = house.link(RATE)
    stored = house.press(page, score="4", comment="quick and friendly")
    assert (stored.status, stored.headers["location"]) == (303, page)
    rating = house.store.ratings.get(1001)
    assert (rating.score, rating.comment, rating.by, rating.source) == (
        4, "quick and friendly", "eva@example.com", "web",
    )  # fmt: skip
    assert house.ticket(1001).rating == 4
    assert house.ticket(1001).status == "resolved"
    shown = house.get(page).text
    assert "Thank you!" in shown
    assert "quick and friendly</textarea>" in shown


@pytest.mark.parametrize("purpose", [RATE, TICKET])
def test_whatever_opens_links_stores_nothing(house, purpose):
    before = house.everything()
    for method in ("GET", "HEAD", "OPTIONS", "PUT", "DELETE"):
        for ending in ("", "?score=1", "?score=5&comment=x", "/", "/works", "/broken", "?done=works", "?done=broken"):
            for headers in ({}, {"Sec_Purpose": "prefetch;prerender"}, {"User_Agent": "LinkChecker"}):
                house.ask(method, house.link(purpose) + ending, **headers)
    assert house.everything() == before


def test_a_head_request_has_the_headers_of_the_page_and_no_body(house):
    answer = house.ask("HEAD", house.link(RATE))
    assert (answer.status, answer.body) == (200, b"")
    assert "script" not in answer.headers["content-security-policy"]


def test_the_score_of_the_tapped_link_is_chosen_beforehand(house):
    assert 'value="2" required checked' in house.get(house.link(RATE) + "?score=2").text
    assert "checked" not in house.get(house.link(RATE) + "?score=9").text


def test_a_form_without_a_score_keeps_the_comment_and_says_what_is_missing(house):
    answer = house.press(house.link(RATE), comment="so <b>slow</b>")
    assert answer.status == 422
    assert "Please choose one" in answer.text
    assert "so &lt;b&gt;slow&lt;/b&gt;</textarea>" in answer.text
    assert house.store.ratings.get(1001) is None


@pytest.mark.parametrize("score", ["0", "6", "-1", "5.0", "５", "five", "1e0", ""])
def test_a_score_that_is_none_is_refused(house, score):
    assert house.press(house.link(RATE), score=score).status == 422
    assert house.store.ratings.get(1001) is None


def test_a_rating_can_be_changed_for_a_week_and_then_no_more(house):
    page = house.link(RATE)
    house.press(page, score="5")
    house.wait(days=6)
    house.press(page, score="3", comment="came back")
    assert (house.store.ratings.get(1001).score, house.ticket(1001).rating) == (3, 3)
    form = house.get(page).form
    house.wait(days=1, seconds=1)
    assert "can no longer be changed" in house.get(page).text
    house.press(page, score="1", form=form)
    assert house.store.ratings.get(1001).score == 3


def test_the_same_form_sent_twice_is_one_rating(house):
    page = house.link(RATE)
    form = house.get(page).form
    for _ in range(2):
        house.press(page, score="4", form=form)
    assert sum("rating: 4" in text for _, text in house.history(1001)) == 1


def test_a_low_rating_brings_the_ticket_to_the_lead_once(house):
    page = house.link(RATE)
    house.press(page, score="1", comment="Nobody called me.")
    ticket = house.ticket(1001)
    assert (ticket.status, ticket.assignee, ticket.rating) == ("open", "noor", 1)
    house.send()
    [notice] = house.sent()
    assert (notice.notice, notice.to) == ("low-rating", "noor@example.com")
    assert "Nobody called me." in notice.text
    assert "in touch" in house.get(page).text
    house.press(page, score="2", comment="Nobody called me!")
    house.send()
    assert house.sent() == []


def test_an_open_ticket_cannot_be_rated_yet(house):
    house.set(status="open", resolved_at=None)
    page = house.get(house.link(RATE))
    assert (page.status, "<form" in page.text) == (200, False)
    assert "still being worked on" in page.text


def test_a_page_that_lay_open_too_long_asks_for_another_press(house):
    page = house.link(RATE)
    form = house.get(page).form
    house.wait(hours=12, seconds=1)
    answer = house.press(page, score="5", comment="kept", form=form)
    assert answer.status == 409
    assert "press the button once more" in answer.text
    assert "kept</textarea>" in answer.text
    assert 'value="5" required checked' in answer.text
    assert house.store.ratings.get(1001) is None


def test_a_form_of_another_page_is_not_taken(house):
    house.mail("Tom <tom@example.com>", "Printer", "Jam.\n")
    other = house.get(house.link(RATE, 1001)).form
    house.set(1002, status="resolved")
    house.press(house.link(RATE, 1002, "tom@example.com"), score="5", form=other)
    assert house.store.ratings.get(1002) is None


def test_a_form_sent_from_another_site_is_refused(house):
    page = house.link(RATE)
    form = house.get(page).form
    body = f"form={form}&score=5".encode()
    assert house.ask("POST", page, body, Sec_Fetch_Site="cross-site").status == 403
    assert house.store.ratings.get(1001) is None
    assert house.ask("POST", page, body, Sec_Fetch_Site="same-origin").status == 303


def test_the_page_speaks_the_requesters_language(house):
    house.mail("王芳 <wang.fang@example.com>", "打印机卡纸", "三楼的打印机卡纸了，请尽快处理。\n")
    house.set(1002, status="resolved")
    page = house.get(house.link(RATE, 1002, "wang.fang@example.com"))
    assert page.headers["content-language"] == "zh-CN"
    assert '<html lang="zh-CN">' in page.text
    assert "非常满意" in page.text
