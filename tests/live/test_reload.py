"""A rulebook that is edited while mails flow: no mail is ever routed by a broken or half-written one."""

import time
from email.message import EmailMessage

import pytest

from tests.live.house import House
from tests.live.sink import Sink

pytestmark = pytest.mark.live

OLD = """\
agents: {chief: {name: Chief, email: chief@example.com}}
queues: {spare: {}, old: {lead: chief}, new: {}}
rules:
  - name: all
    set: {queue: old}
tests:
  - {name: all, at: 2026-11-20 10:00, mail: {from: eva@example.com}, expect: {queue: old}}
"""
NEW = OLD.replace("{queue: old}", "{queue: new}")
BROKEN = NEW.replace("set: {queue: new}", "set: {queue: nwe}")
UNPROVEN = NEW.replace("expect: {queue: new}", "expect: {queue: old}")


@pytest.fixture
def sink():
    with Sink() as server:
        yield server


def mail(number):
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = (
        f"user{number}@example.com",
        "support@example.com",
        f"Q{number}",
    )
    message["Message-ID"] = f"<{number}@mail.example.org>"
    message.set_content("Help.\n")
    return message.as_bytes()


def wait_for(what, seconds=30.0):
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "it did not come in time"
        time.sleep(0.05)


def test_no_mail_is_routed_by_a_broken_or_half_written_rulebook(tmp_path, dovecot, sink):
    user = dovecot.new_user()
    house = House(tmp_path, dovecot, user, sink.port, '\n[paths]\nrulebook = "rules.yaml"\n')
    file = tmp_path / "rules.yaml"
    file.write_text(OLD)
    numbers = iter(range(1000))

    def flow(count=4):
        for number in (next(numbers) for _ in range(count)):
            dovecot.deliver(user[0], mail(number))

    house.start()
    try:
        flow()
        wait_for(lambda: len(house.json("tickets")) == 4)
        for wrong in (BROKEN, UNPROVEN):
            file.write_text(wrong)
            wait_for(
                lambda wrong=wrong: house.log().count("the old one goes on") == (BROKEN, UNPROVEN).index(wrong) + 1
            )
            flow()
        with open(file, "w") as slowly:
            for piece in range(0, len(NEW), len(NEW) // 6 + 1):
                slowly.write(NEW[piece : piece + len(NEW) // 6 + 1])
                slowly.flush()
                flow(1)
                time.sleep(0.5)
        before = next(numbers)
        wait_for(lambda: "is sound and in force" in house.log())
        flow(3)
        wait_for(lambda: len(house.json("tickets")) == before + 3)
        queues = [ticket["queue"] for ticket in sorted(house.json("tickets"), key=lambda ticket: ticket["number"])]
    finally:
        assert house.stop() == 0
    assert set(queues[:-3]) == {"old"}
    assert queues[-3:] == ["new"] * 3
    told = [message for to, message in sink.mails if to == "chief@example.com" and "sound" in message["Subject"]]
    assert len(told) == 2
    house.maild("run", "--once")
