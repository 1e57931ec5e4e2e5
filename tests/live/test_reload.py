"""A rulebook that is edited while mails flow: no mail is ever routed by a broken or half-written one."""

from email.message import EmailMessage
from itertools import count, islice

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


def test_no_mail_is_routed_by_a_broken_or_half_written_rulebook(tmp_path, dovecot, sink):
    user = dovecot.new_user()
    house = House(tmp_path, dovecot, user, sink.port, '\n[paths]\nrulebook = "rules.yaml"\n')
    file = tmp_path / "rules.yaml"
    file.write_text(OLD)
    numbers = count()

    def flow(mails=4):
        """Let mails come, and wait until each has its receipt."""
        arrived = list(islice(numbers, mails))
        for number in arrived:
            dovecot.deliver(user[0], mail(number))
        for number in arrived:
            sink.wait_for_one_to(f"user{number}@example.com")

    house.start()
    try:
        flow()
        for times, wrong in enumerate((BROKEN, UNPROVEN), 1):
            file.write_text(wrong)
            house.wait_for_log("the old one goes on", times=times)
            flow()
        with open(file, "w") as slowly:
            for piece in range(0, len(NEW), len(NEW) // 6 + 1):
                slowly.write(NEW[piece : piece + len(NEW) // 6 + 1])
                slowly.flush()
                flow(1)
        house.wait_for_log("is sound and in force")
        flow(3)
        queues = [ticket["queue"] for ticket in sorted(house.json("tickets"), key=lambda ticket: ticket["number"])]
    finally:
        assert house.stop() == 0
    assert len(queues) == next(numbers)
    assert set(queues[:-3]) == {"old"}
    assert queues[-3:] == ["new"] * 3
    told = [message for to, message in sink.mails if to == "chief@example.com" and "sound" in message["Subject"]]
    assert len(told) == 2
    house.maild("run", "--once")
