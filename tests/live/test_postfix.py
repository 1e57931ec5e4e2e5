"""The way out, through a real Postfix: composed, queued, delivered, refused, put off, bounced."""

import asyncio
import io
import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy

import pytest

from maild.desk.clock import Clock
from maild.desk.ticket import Ticket
from maild.edge.smtp import Courier, SmtpAccount, diagnose
from maild.flow.deliver import deliver
from maild.flow.record import Counts
from maild.log import open_log
from maild.mail.classify import classify
from maild.mail.compose import Draft, compose
from maild.mail.message import Address
from maild.mail.parse import parse
from maild.mail.retry import RECIPIENT, SENDER, SERVER, Deferred, Failed, Result, Sent
from maild.store import OutboxMail, Store
from tests.live.postfix import Postfix

pytestmark = [pytest.mark.live, pytest.mark.xdist_group("postfix")]
"""One process tests all of it, with one server."""

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
SUPPORT = "support@example.com"


@pytest.fixture
def mx(postfix):
    postfix.clear()
    return postfix


def account(mx: Postfix, **settings: object) -> SmtpAccount:
    return SmtpAccount(**{"host": mx.host, "port": mx.port, "security": "none", "timeout": 10.0, **settings})


def with_courier(where: SmtpAccount, scenario: Callable[[Courier], Awaitable[object]]) -> object:
    async def main() -> object:
        courier = Courier(where)
        try:
            return await scenario(courier)
        finally:
            await courier.close()

    return asyncio.run(main())


def send(where: SmtpAccount, *recipients: str, data: bytes = b"Subject: x\r\n\r\nhello\r\n") -> list[Result]:
    async def scenario(courier: Courier) -> list[Result]:
        return [await courier.send(SUPPORT, recipient, data) for recipient in recipients]

    return with_courier(where, scenario)


def receipt(number: int, to: str) -> bytes:
    draft = Draft(
        sender=Address("IT 服务台", SUPPORT),
        to=Address("张伟", to),
        subject=f"Re: [#{number}] 全公司 OA 系统瘫痪，从中午开始",
        text="你好，\n\n.\n..我们已收到您的邮件。\nFrom now on = fine.\n" * 9,
        html="<p>你好</p>\n" * 50,
        message_id=f"<{number}@example.com>",
        date=NOON,
    )
    return compose(draft)


@pytest.mark.parametrize("way", ["none", "starttls", "tls"])
def test_a_notice_arrives_octet_by_octet(mx, way):
    where = account(mx, security=way, ca_file=mx.ca_file, port=mx.tls_port if way == "tls" else mx.port)
    sent = receipt(1042, "eva@example.org")
    assert isinstance(send(where, "eva@example.org", data=sent)[0], Sent)
    ((sender, recipients, data),) = mx.received(1)
    assert (sender, recipients) == (SUPPORT, ["eva@example.org"])
    assert data.endswith(sent)
    mail = message_from_bytes(data, policy=policy.default)
    assert mail["subject"] == "Re: [#1042] 全公司 OA 系统瘫痪，从中午开始"
    assert mail.get_body(("html",)).get_content().count("你好") == 50


def test_each_refusal_is_told_apart_on_one_connection(mx):
    people = ["unknown", "refused", "busy", "me@abroad", "shutdown", "eva"]
    results = send(account(mx), *(f"{p}.example.org" if "@" in p else f"{p}@example.org" for p in people))
    kinds = [(type(r), getattr(r, "bad_address", None), getattr(r, "about", None)) for r in results]
    assert kinds == [
        (Failed, True, None),
        (Failed, False, None),
        (Deferred, None, RECIPIENT),
        (Deferred, None, SENDER),
        (Deferred, None, RECIPIENT),
        (Sent, None, None),
    ]
    assert results[0].reply == "550 5.1.1 <unknown@example.org>: Recipient address rejected: User unknown"


def test_a_mail_over_the_servers_limit_fails_before_it_is_sent(mx):
    (result,) = send(account(mx), "eva@example.org", data=b"x" * 1_000_001)
    assert result == Failed("552 5.3.4 Message size exceeds fixed limit")


def test_international_addresses_arrive(mx):
    results = send(account(mx), "eva@bücher.example", "张伟@example.cn")
    assert [type(r) for r in results] == [Sent, Sent]
    assert {r for _, recipients, _ in mx.received(2) for r in recipients} == {
        "eva@xn--bcher-kva.example",
        "张伟@example.cn",
    }


def test_the_certificate_of_a_stranger_is_refused(mx):
    (result,) = send(account(mx, security="starttls"), "eva@example.org")
    assert result.about == SERVER
    assert "its authority is not one that is trusted here" in result.reply


def test_a_diagnosis_sends_nothing(mx):
    diagnosis = asyncio.run(diagnose(account(mx, security="starttls", ca_file=mx.ca_file), SUPPORT))
    assert (diagnosis.good, diagnosis.says) == (
        True, f"{mx.host}:{mx.port} lets us in (TLSv1.3). It takes mail from {SUPPORT}.",
    )  # fmt: skip
    assert mx.received() == []


def test_what_bounces_after_it_was_taken_comes_back_as_a_report_that_maild_reads(mx):
    send(account(mx), "bounced@example.org", data=receipt(7, "bounced@example.org"))
    ((sender, recipients, report),) = mx.received(1)
    assert (sender, recipients) == ("", [SUPPORT])
    verdict = classify(parse(report), frozenset({SUPPORT}))
    assert verdict.kind == "bounce"
    assert verdict.bounce.message_id == "<7@example.com>"
    (failed,) = verdict.bounce.recipients
    assert (failed.address, failed.status, failed.hard) == ("bounced@example.org", "5.1.1", True)


class Desk:
    """An outbox that is delivered through Postfix by passes at a time of the test's choosing."""

    def __init__(self, store: Store, where: SmtpAccount) -> None:
        self.store, self.where, self.now = store, where, NOON
        self.outages = 0

    def queue(self, *recipients: str) -> None:
        with self.store.transaction():
            for number, to in enumerate(recipients, 1):
                name, raw = f"<{number}@example.com>", receipt(number, to)
                mail = OutboxMail(None, "receipt", "requester", to, "x", name, SUPPORT, raw, send_at=self.now)
                self.store.outbox.queue(mail, self.now)

    def run(self, **options: object) -> Counts:
        async def scenario(courier: Courier) -> Counts:
            log = open_log(io.StringIO())
            options.setdefault("outages", self.outages)
            return await deliver(self.store, courier.send, lambda: self.now, "me", log=log, **options)

        counts = with_courier(self.where, scenario)
        self.outages = counts.outages
        return counts

    def run_until_empty(self) -> None:
        while due := self.store.outbox.next_due():
            self.now = max(self.now, due)
            self.run()


def test_hundreds_go_out_over_four_connections_each_once(mx, store):
    desk = Desk(store, account(mx))
    people = [f"p{n}@example.org" for n in range(300)]
    desk.queue(*people)
    assert desk.run().by_state == {"sent": 300}
    assert sorted(r for _, (r,), _ in mx.received(300)) == sorted(people)
    assert store.outbox.next_due() is None


def test_a_greylisted_notice_goes_out_at_the_second_attempt_and_unchanged(mx, store):
    desk = Desk(store, account(mx))
    desk.queue("greylisted@example.org", "eva@example.org")
    assert desk.run().by_state == {"sent": 1, "deferred": 1}
    desk.now += timedelta(minutes=2)
    assert desk.run().by_state == {"sent": 1}
    assert {message_from_bytes(data)["Message-ID"] for _, _, data in mx.received(2)} == {
        "<1@example.com>", "<2@example.com>",
    }  # fmt: skip


def test_what_postfix_says_when_it_takes_a_receipt_is_the_proof_of_its_promise(mx, store):
    desk = Desk(store, account(mx))
    ticket = store.tickets.insert(Ticket(0, "VPN", "eva@example.org", "", "en", NOON))
    desk.queue("eva@example.org")
    promise = Clock("acknowledge", NOON, due_at=NOON + timedelta(hours=1), notice=1)
    store.clocks.keep(ticket.number, [promise])
    desk.run()
    [kept] = store.clocks.promises(NOON, ticket=ticket.number)
    assert kept.state == "kept"
    assert re.fullmatch(r"250 2\.0\.0 Ok: queued as [0-9A-Za-z]+", kept.clock.proof)


def test_a_server_killed_in_the_middle_loses_nothing(mx, store):
    desk = Desk(store, account(mx))
    people = [f"p{n}@example.org" for n in range(200)]
    desk.queue(*people)
    killed = []

    def kill_once(counts: Counts) -> None:
        if counts.by_state["sent"] >= 50 and not killed:
            killed.append(counts.total)
            mx.kill()

    try:
        counts = desk.run(progress=kill_once)
        assert counts.outage
        assert counts.by_state["sent"] < 200
        assert desk.run().by_state == {"deferred": 1}
    finally:
        mx.start()
    desk.run_until_empty()
    assert store.outbox.counts() == {"sent": 200}
    mx.received(200)
    assert {r for _, (r,), _ in mx.received()} == set(people)
