"""What stands before every page: headers, pace, size, a path before ours, and what only a monitor is told."""

import json
import threading
from datetime import timedelta

import pytest

from maild.daemon.loops import Daemon
from maild.web.guard import Pace, neighbourhood
from tests.web.site import PAGES, RATE, TICKET, Front, House


@pytest.fixture
def house(store, front):
    with House(store, front) as house:
        house.mail()
        house.resolve()
        yield house
        assert house.bugs == []


def test_every_answer_has_the_headers_that_keep_a_browser_strict(house):
    for path in (house.link(RATE), house.link(TICKET), "/nonsense", "/r/wrong", "/style.css", "/healthz", "/metrics"):
        headers = house.get(path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert "max-age=31536000" in headers["strict-transport-security"]
        assert "server" not in headers
    assert house.get(house.link(RATE)).headers["cache-control"] == "no-store"


def test_no_page_names_anything_of_another_site():
    for page in PAGES.iterdir():
        text = page.read_text("utf-8")
        for far in ("http:", "https:", "//", "<script", "style=", "url(", "@import"):
            assert far not in text.replace("//}", ""), f"{page.name}: {far}"


def test_pages_work_whether_or_not_a_proxy_takes_the_path_off(house):
    page = house.link(RATE)
    assert page.startswith("/help/r/")
    assert house.get(page).status == house.get(page.removeprefix("/help")).status == 200
    assert 'href="/help/style.css"' in house.get(page).text
    assert house.get("/help/style.css").status == house.get("/style.css").status == 200
    assert house.get("/helpless/style.css").status == 404


def test_too_many_requests_are_asked_to_wait(house):
    house.pace = Pace(lambda: 0.0, burst=3, per_second=1)
    assert [house.get(house.link(RATE)).status for _ in range(5)] == [200, 200, 200, 429, 429]


def test_each_visitor_has_a_pace_of_his_own_and_wins_it_back():
    now = [0.0]
    pace = Pace(lambda: now[0], burst=2, per_second=0.5, remembered=2)
    assert [pace.take("a"), pace.take("a"), pace.take("a"), pace.take("b")] == [True, True, False, True]
    now[0] = 2.0
    assert [pace.take("a"), pace.take("a")] == [True, False]


def test_a_visitor_is_an_address_or_a_whole_ipv6_network():
    assert neighbourhood("192.0.2.7") == "192.0.2.7"
    assert neighbourhood("2001:db8::1") == neighbourhood("2001:db8::ffff:2") != neighbourhood("2001:db8:0:1::1")


def test_the_visitors_address_is_the_one_a_proxy_on_this_machine_names(house):
    house.pace = Pace(lambda: 0.0, burst=1, per_second=0)
    ask = [house.get(house.link(RATE), X_Forwarded_For=f"192.0.2.{n}").status for n in (1, 2, 1)]
    assert ask == [200, 200, 429]


def test_a_body_too_large_for_a_form_is_refused(house):
    assert house.ask("POST", house.link(RATE), b"x" * 20_000).status == 413
    assert house.ask("POST", house.link(RATE), b"score=5", Transfer_Encoding="chunked").status in (400, 413)


@pytest.mark.parametrize("body", [b"", b"\xff\xfe", b"&".join([b"a=b"] * 50), b"score=5&score=1", b"form=%00%ff"])
def test_a_strange_form_is_answered_and_stores_nothing(house, body):
    assert house.ask("POST", house.link(RATE), body).status in (409, 422)
    assert house.store.ratings.get(1001) is None


def test_metrics_tell_what_the_store_knows(house):
    house.store.beat("mailbox support@example.com", house.now)
    house.wait(seconds=30)
    text = house.get("/metrics").text
    assert 'maild_tickets{status="resolved"} 1.0' in text
    assert 'maild_inbox_mails{outcome="opened"} 1.0' in text
    assert 'maild_mailbox_age_seconds{mailbox="support@example.com"} 30.0' in text
    house.get(house.link(RATE))
    assert 'maild_web_requests_total{method="GET",page="rating",status="200"} 1.0' in house.get("/metrics").text


def test_figures_are_for_monitors_alone(house):
    assert house.get("/metrics", X_Forwarded_For="192.0.2.1").status == 403
    told = json.loads(house.get("/healthz", X_Forwarded_For="192.0.2.1").body)
    assert "mailboxes" not in told


def test_health_is_the_age_of_the_last_round_trip(house):
    assert house.get("/healthz").status == 503
    house.store.beat("mailbox support@example.com", house.now)
    house.wait(seconds=90)
    healthy = house.get("/healthz")
    assert healthy.status == 200
    assert json.loads(healthy.body)["mailboxes"] == {"support@example.com": 90.0}
    house.wait(minutes=10)
    assert house.get("/healthz").status == 503


def test_only_the_mailboxes_of_the_settings_count_and_each_of_them(store, front):
    with House(store, front, mailboxes=("a@example.com", "b@example.com")) as house:
        for name, age in (("old@example.com", timedelta(days=9)), ("a@example.com", timedelta())):
            house.store.beat(f"mailbox {name}", house.now - age)
        assert json.loads(house.get("/healthz").body)["status"] == "a mailbox was never reached"
        house.store.beat("mailbox b@example.com", house.now - timedelta(hours=1))
        assert json.loads(house.get("/healthz").body)["status"] == "a mailbox is not reached"
        house.store.beat("mailbox b@example.com", house.now)
        assert house.get("/healthz").status == 200


def test_readiness_ends_where_a_loop_is_stuck(house):
    assert house.get("/readyz").status == 200
    house.stuck.append("process")
    assert house.get("/readyz").status == 503


def test_the_daemon_serves_the_pages_and_stops_them_with_itself(store):
    front = Front()
    house = House(store, front)
    front.app = house.app
    daemon = Daemon(store, house.context, [], None, house.log, "test", clock=lambda: house.now)
    daemon.serve(front.server)
    daemon._delivering = lambda: None
    stop = threading.Event()
    running = threading.Thread(target=daemon.run, args=(stop,))
    running.start()
    assert front.server.up.wait(10)
    assert house.get("/readyz").status == 200
    stop.set()
    running.join(10)
    assert not running.is_alive()
    with pytest.raises(OSError):
        house.get("/readyz")
