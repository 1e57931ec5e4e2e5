"""The whole house against real servers: a mailbox becomes tickets and receipts, whatever happens meanwhile."""

import random
import signal
import sqlite3
import time
from collections import Counter
from email.message import EmailMessage

import pytest

from tests.live.house import House
from tests.live.sink import Sink

pytestmark = pytest.mark.live


@pytest.fixture
def sink():
    with Sink() as server:
        yield server


@pytest.fixture
def user(dovecot):
    return dovecot.new_user()


@pytest.fixture
def house(tmp_path, dovecot, user, sink):
    house = House(tmp_path, dovecot, user, sink.port)
    yield house
    house.stop(signal.SIGKILL)


def mail(number, sender="eva@example.com", text="It does not work.\n"):
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, "support@example.com", f"Question {number}"
    message["Message-ID"] = f"<{number}@mail.example.org>"
    message.set_content(text)
    return message.as_bytes()


def test_one_pass_takes_everything_answers_it_and_puts_it_away(house, dovecot, user, sink):
    for number in range(3):
        dovecot.deliver(user[0], mail(number, f"user{number}@example.com"))
    house.maild("run", "--once", "--at", "2026-11-18T10:00:00Z")
    assert sorted(to for to, _ in sink.mails) == [f"user{number}@example.com" for number in range(3)]
    assert dovecot.folder(user[0]) == []
    assert len(dovecot.folder(user[0], "Processed")) == 3
    tickets = house.json("tickets")
    assert {ticket["requester"] for ticket in tickets} == {f"user{number}@example.com" for number in range(3)}
    assert all(ticket["acknowledged_at"] == "2026-11-18T10:00:00Z" for ticket in tickets)
    assert [row["outcome"] for row in house.json("inbox")] == ["opened"] * 3
    assert [row["state"] for row in house.json("outbox")] == ["sent"] * 3
    house.maild("run", "--once")
    assert len(sink.mails) == 3


def test_the_running_daemon_answers_at_once_and_stops_within_seconds(house, dovecot, user, sink):
    house.start()
    dovecot.deliver(user[0], mail(1))
    sink.wait_for(1)
    began = time.monotonic()
    dovecot.deliver(user[0], mail(2))
    sink.wait_for(2)
    assert time.monotonic() - began < 10, "the poll interval is 20 s: IDLE must have told"
    began = time.monotonic()
    assert house.stop() == 0
    assert time.monotonic() - began < 8
    assert "maild has stopped" in house.log()


@pytest.mark.parametrize("database", ["sqlite", "postgres"])
def test_a_kill_at_any_moment_loses_no_mail_and_doubles_none(tmp_path, dovecot, user, sink, database, request):
    url = "sqlite:///maild.db" if database == "sqlite" else request.getfixturevalue("postgres").fresh()
    house = House(tmp_path, dovecot, user, sink.port, f'\n[database]\nurl = "{url}"\n')
    dice = random.Random(20261118)
    numbers = iter(range(1000))
    for _ in range(5):
        for number in (next(numbers) for _ in range(8)):
            dovecot.deliver(user[0], mail(number, f"user{number}@example.com"))
        process = house.start()
        with pytest.raises(Exception, match="timed out"):
            process.wait(dice.uniform(0.4, 1.6))
        house.stop(signal.SIGKILL)
    house.maild("run", "--once")
    tickets = house.json("tickets")
    assert Counter(ticket["requester"] for ticket in tickets) == {f"user{n}@example.com": 1 for n in range(40)}
    receipts = {}
    for to, message in sink.mails:
        receipts.setdefault(to, set()).add(message["Message-ID"])
    assert receipts.keys() == {f"user{n}@example.com" for n in range(40)}
    assert all(len(ids) == 1 for ids in receipts.values()), "a notice that is sent again keeps its Message-ID"
    assert all(row["state"] == "done" for row in house.json("inbox"))


def test_a_mailbox_that_dies_and_comes_back_delays_mail_only(house, dovecot, user, sink):
    house.start()
    dovecot.deliver(user[0], mail(1))
    sink.wait_for(1)
    dovecot.kill()
    dovecot.deliver(user[0], mail(2))
    dovecot.start()
    sink.wait_for(2, seconds=40)
    assert len(house.json("tickets")) == 2


def test_a_locked_database_delays_mail_only(house, dovecot, user, sink):
    house.start()
    dovecot.deliver(user[0], mail(1))
    sink.wait_for(1)
    other = sqlite3.connect(house.folder / "maild.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    dovecot.deliver(user[0], mail(2))
    house.wait_for_log("reconnecting", seconds=60)
    assert len(sink.mails) == 1
    other.execute("ROLLBACK")
    other.close()
    sink.wait_for(2, seconds=60)
    assert {row["attempts"] for row in house.json("inbox")} == {1}


def test_an_smtp_server_that_is_away_delays_notices_only(tmp_path, dovecot, user):
    with Sink() as gone:
        port = gone.port
    house = House(tmp_path, dovecot, user, port)
    dovecot.deliver(user[0], mail(1))
    house.maild("run", "--once", "--at", "2026-11-18T10:00:00Z")
    [row] = house.json("outbox")
    assert row["state"] == "deferred"
    assert row["last_reply"]
    first = row["message_id"]
    with Sink() as back:
        file = tmp_path / "maild.toml"
        file.write_text(file.read_text().replace(f"port = {port}", f"port = {back.port}"))
        house.maild("run", "--once", "--at", "2026-11-19T10:00:00Z")
        [(_, receipt)] = back.mails
    assert receipt["Message-ID"] == first


def test_the_folder_may_get_another_uidvalidity(house, dovecot, user, sink):
    dovecot.deliver(user[0], mail(1))
    house.maild("run", "--once")
    [taken] = dovecot.folder(user[0], "Processed")
    for file in (dovecot.mail / user[0] / "Maildir").glob("dovecot*"):
        file.unlink()
    dovecot.deliver(user[0], taken)
    dovecot.deliver(user[0], mail(2))
    house.maild("run", "--once")
    assert Counter(row["outcome"] for row in house.json("inbox")) == {"opened": 2, "duplicate": 1}
    assert len(sink.mails) == 2


def test_the_folder_may_get_another_uidvalidity_while_we_watch_it(house, dovecot, user, sink):
    house.start()
    dovecot.deliver(user[0], mail(1))
    sink.wait_for(1)
    dovecot.kill()
    [taken] = dovecot.folder(user[0], "Processed")
    dovecot.forget(user[0])
    dovecot.deliver(user[0], taken)
    dovecot.deliver(user[0], mail(2))
    dovecot.start()
    sink.wait_for(2, seconds=40)
    house.stop()
    house.maild("run", "--once")
    rows = house.json("inbox")
    assert Counter(row["outcome"] for row in rows) == {"opened": 2, "duplicate": 1}
    assert len({row["uidvalidity"] for row in rows}) == 2
    assert len(sink.mails) == 2
    assert dovecot.folder(user[0]) == []


def test_a_mail_over_the_limit_is_answered_and_stays_in_the_held_folder(tmp_path, dovecot, user, sink):
    house = House(tmp_path, dovecot, user, sink.port)
    file = tmp_path / "maild.toml"
    file.write_text(file.read_text().replace("poll = 20", 'poll = 20\nsize_limit = "100KB"'))
    dovecot.deliver(user[0], mail(1, text="x" * 70 + "\n" + ("y" * 70 + "\n") * 2000))
    dovecot.deliver(user[0], mail(2))
    house.maild("run", "--once")
    assert len(dovecot.folder(user[0], "Held")) == 1
    assert len(dovecot.folder(user[0], "Processed")) == 1
    assert sorted(row["outcome"] for row in house.json("inbox")) == ["held", "opened"]
    assert sorted(message["X-Maild-Notice"] for _, message in sink.mails) == ["receipt", "too-large"]


def test_two_mailboxes_are_one_desk(tmp_path, dovecot, user, sink):
    other, _ = dovecot.new_user()
    more = f"""
[[mailbox]]
address = "help@example.com"
host = "localhost"
port = {dovecot.tls_port}
username = "{other}"
password_file = "password"
ca_file = "{dovecot.ca_file}"
"""
    house = House(tmp_path, dovecot, user, sink.port, more)
    file = tmp_path / "maild.toml"
    file.write_text(file.read_text().replace("[mailbox]", "[[mailbox]]", 1))
    both = mail(1)
    dovecot.deliver(user[0], b"Delivered-To: support@example.com\r\n" + both)
    dovecot.deliver(other, b"Delivered-To: help@example.com\r\n" + both)
    house.maild("run", "--once")
    assert sorted(row["outcome"] for row in house.json("inbox")) == ["duplicate", "opened"]
    [(_, receipt)] = sink.mails
    answer = EmailMessage()
    answer["From"], answer["To"], answer["Subject"] = "eva@example.com", "help@example.com", "no tag"
    answer["In-Reply-To"] = receipt["Message-ID"]
    answer.set_content("More.\n")
    dovecot.deliver(other, answer.as_bytes())
    house.maild("run", "--once")
    assert [ticket["number"] for ticket in house.json("tickets")] == [1001]


def test_a_wrong_certificate_is_refused_and_check_says_so(tmp_path, dovecot, user, sink):
    house = House(tmp_path, dovecot, user, sink.port)
    file = tmp_path / "maild.toml"
    lines = [line for line in file.read_text().splitlines() if not line.startswith("ca_file")]
    file.write_text("\n".join(lines))
    dovecot.deliver(user[0], mail(1))
    told = house.maild("check", "--online", code=1)
    assert "certificate" in told
    house.maild("run", "--once", code=1)
    assert len(dovecot.folder(user[0])) == 1


def test_two_processes_share_one_desk_on_postgresql(tmp_path, dovecot, user, sink, postgres):
    url = postgres.fresh()
    houses = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        secret = '\n[trust]\nsecret_file = "../secret"\n'
        houses.append(House(tmp_path / name, dovecot, user, sink.port, f'\n[database]\nurl = "{url}"\n{secret}'))
    for number in range(40):
        dovecot.deliver(user[0], mail(number, f"user{number}@example.com"))
    try:
        for house in houses:
            house.start()
        sink.wait_for(20)
        houses[0].stop(signal.SIGKILL)
        for number in range(40, 60):
            dovecot.deliver(user[0], mail(number, f"user{number}@example.com"))
        houses[1].stop()
        houses[1].maild("run", "--once")
        tickets = houses[1].json("tickets")
    finally:
        for house in houses:
            house.stop(signal.SIGKILL)
    assert Counter(ticket["requester"] for ticket in tickets) == {f"user{n}@example.com": 1 for n in range(60)}
    assert {to for to, _ in sink.mails} == {f"user{n}@example.com" for n in range(60)}
    ids = {message["Message-ID"] for _, message in sink.mails}
    assert len(ids) == 60
