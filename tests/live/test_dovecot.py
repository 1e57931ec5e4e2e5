"""The mailbox against a real Dovecot: arrival, moving, encryption, size, and a server that dies or falls silent."""

import statistics
import threading
import time
from dataclasses import replace

import pytest
import trustme

from maild.edge.imap import ImapAccount, Mailbox, MailboxDown, diagnose
from tests.live.dovecot import Dovecot
from tests.live.proxy import Proxy

pytestmark = pytest.mark.live

LONG = 60.0
"""Seconds; whoever waits so long was not woken."""


def mail(text: str, octets: int = 0) -> bytes:
    lines = b"".join(b"%076d\r\n" % n for n in range(octets // 78))
    return f"Subject: {text}\r\nFrom: a@example.com\r\nTo: b@example.com\r\n\r\n{text}\r\n".encode() + lines


class Desk:
    """A user of the server, its account in the safest form, and its mailbox when asked for."""

    def __init__(self, server: Dovecot, password: str = "secret", prefix: str = "", separator: str = "/"):
        self.server = server
        self.user, _ = server.new_user(password, prefix=prefix, separator=separator)
        self.account = ImapAccount(
            address=self.user,
            host="localhost",
            port=server.tls_port,
            username=self.user,
            password=password,
            ca_file=server.ca_file,
            timeout=20,
        )

    def mailbox(self, **changes: object) -> Mailbox:
        mailbox = Mailbox(replace(self.account, **changes))
        mailbox.connect()
        return mailbox

    def deliver(self, *mails: bytes) -> None:
        for raw in mails:
            self.server.deliver(self.user, raw)


@pytest.fixture
def desk(dovecot: Dovecot) -> Desk:
    return Desk(dovecot)


def drain(mailbox: Mailbox, folder: str = "Processed") -> list[bytes]:
    """Take and move everything, as the daemon does."""
    raws = []
    for batch in mailbox.batches():
        raws += [mail.raw for mail in batch.mails]
        assert mailbox.finish(batch.uidvalidity, [mail.uid for mail in batch.mails], folder) == ""
    return raws


@pytest.mark.parametrize("way", ["tls", "starttls", "none"])
def test_mails_are_taken_byte_for_byte_unread_and_moved(desk, way):
    mails = [mail("one"), mail("zwei \xe4"), mail("three", 100_000)]
    desk.deliver(*mails)
    port = desk.server.tls_port if way == "tls" else desk.server.port
    mailbox = desk.mailbox(security=way, port=port, host="127.0.0.1" if way == "none" else "localhost")

    assert drain(mailbox) == mails
    assert desk.server.folder(desk.user) == []
    assert desk.server.folder(desk.user, "Processed") == mails
    assert desk.server.flags(desk.user, "Processed") == ["", "", ""]
    assert list(mailbox.batches()) == []
    mailbox.close()


def test_a_sound_account_has_nothing_to_diagnose(desk):
    assert diagnose(desk.account).good


def test_a_password_in_any_script_signs_in(dovecot):
    desk = Desk(dovecot, password='geh"eim\\密码')
    assert diagnose(desk.account).good


def test_a_wrong_password_is_told(desk):
    problem = diagnose(replace(desk.account, password="wrong")).says
    assert f"does not accept the user name {desk.user} with this password" in problem


def test_a_missing_folder_is_told_with_those_that_exist(desk):
    problem = diagnose(replace(desk.account, folder="Support")).says
    assert "cannot be opened (Mailbox doesn't exist: Support). These exist: INBOX" in problem


def test_folders_have_the_server_s_prefix_and_separator_and_any_script(dovecot):
    desk = Desk(dovecot, prefix="INBOX.", separator=".")
    desk.deliver(mail("a"))
    mailbox = desk.mailbox()
    drain(mailbox, "服务台/已处理")
    mailbox.close()

    assert dovecot.folder(desk.user, "&Zw1SoVPw-.&XfJZBHQG-") == [mail("a")]
    assert diagnose(replace(desk.account, folder="服务台/已处理")).good


@pytest.mark.parametrize("avoid", [{"MOVE"}, {"MOVE", "UIDPLUS"}, {"NAMESPACE", "ID"}])
def test_servers_that_can_less_are_served_too(desk, avoid):
    desk.deliver(mail("a"), mail("b"))
    mailbox = desk.mailbox(avoid=frozenset(avoid))

    assert drain(mailbox) == [mail("a"), mail("b")]
    assert drain(mailbox) == []
    mailbox.close()
    stays = "UIDPLUS" in avoid
    assert len(desk.server.folder(desk.user)) == (2 if stays else 0)
    assert len(desk.server.folder(desk.user, "Processed")) == (0 if stays else 2)
    assert not any("S" in flags for flags in desk.server.flags(desk.user))


def test_a_mail_that_arrives_wakes_the_waiting(desk):
    # Dovecot bundles notifications for up to half a second; the poll would come after LONG.
    mailbox = desk.mailbox()
    drain(mailbox)
    waits = []
    for n in range(3):
        threading.Timer(0.05, desk.deliver, [mail(str(n))]).start()
        begun = time.monotonic()
        assert mailbox.wait(LONG, threading.Event())
        waits.append(time.monotonic() - begun)
        assert drain(mailbox) == [mail(str(n))]
    mailbox.close()
    assert statistics.median(waits) < LONG / 10


def test_a_mail_that_arrives_between_looking_and_waiting_wakes(desk):
    mailbox = desk.mailbox()
    drain(mailbox)
    desk.deliver(mail("a"))
    begun = time.monotonic()
    assert mailbox.wait(LONG, threading.Event())
    assert time.monotonic() - begun < LONG / 10
    mailbox.close()


def test_a_stop_ends_the_waiting(desk):
    mailbox, stop = desk.mailbox(), threading.Event()
    drain(mailbox)
    threading.Timer(0.05, stop.set).start()
    begun = time.monotonic()
    assert not mailbox.wait(LONG, stop)
    assert time.monotonic() - begun < LONG / 10
    assert drain(mailbox) == []
    mailbox.close()


def test_a_mail_over_the_limit_is_taken_as_its_header(desk):
    desk.deliver(mail("small"), large := mail("large", 300_000), mail("other"))
    mailbox = desk.mailbox(size_limit=200_000)
    batches = list(mailbox.batches())
    [first, second, third] = [m for batch in batches for m in batch.mails]
    mailbox.finish(batches[0].uidvalidity, [second.uid], "Held")
    mailbox.close()

    assert (second.raw, second.size, second.truncated) == (large.partition(b"large\r\n0")[0], len(large), True)
    assert [first.truncated, third.truncated] == [False, False]
    assert desk.server.folder(desk.user, "Held") == [large]
    assert desk.server.flags(desk.user, "Held") == [""]


def test_another_authority_s_certificate_is_refused(desk, tmp_path):
    trustme.CA().cert_pem.write_to_path(str(tmp_path / "other.pem"))
    for changes in ({}, {"security": "starttls", "port": desk.server.port}):
        problem = diagnose(replace(desk.account, ca_file=tmp_path / "other.pem", **changes)).says
        assert "its authority is not one that is trusted here" in problem
    assert "Login: user=<" + desk.user not in desk.server.log()


def test_tls_on_the_port_without_it_is_told(desk):
    problem = diagnose(replace(desk.account, port=desk.server.port)).says
    assert "does not speak TLS from the first byte" in problem


def test_a_backlog_comes_in_batches(desk):
    for n in range(2000):
        desk.deliver(mail(str(n)))
    mailbox = desk.mailbox()
    sizes, seen = [], []
    for batch in mailbox.batches():
        sizes.append(len(batch.mails))
        seen += [mail.raw for mail in batch.mails]
        mailbox.finish(batch.uidvalidity, [mail.uid for mail in batch.mails], "Processed")
    mailbox.close()

    assert sizes == [50] * 40
    assert len(set(seen)) == 2000
    assert len(desk.server.folder(desk.user, "Processed")) == 2000


def test_a_mail_moved_back_by_a_person_is_taken_again(desk):
    desk.deliver(mail("a"))
    mailbox = desk.mailbox()
    drain(mailbox)
    back = desk.mailbox(folder="Processed", processed="INBOX")
    drain(back, "INBOX")
    assert drain(mailbox) == [mail("a")]
    mailbox.close()
    back.close()


def test_a_folder_made_anew_has_another_uidvalidity(desk):
    mailbox = desk.mailbox(folder="INBOX")
    desk.deliver(mail("a"))
    drain(mailbox, "Support")
    support = desk.mailbox(folder="Support")
    [first] = support.batches()

    mailbox._connection._client.delete_folder("Support")
    desk.deliver(mail("b"))
    drain(mailbox, "Support")
    with pytest.raises(MailboxDown):
        list(support.batches())
    support.connect()
    [second] = support.batches()
    assert [m.raw for m in second.mails] == [mail("b")]
    assert second.uidvalidity != first.uidvalidity
    assert support.finish(first.uidvalidity, [m.uid for m in first.mails], "Processed") == ""
    assert desk.server.folder(desk.user, "Support") == [mail("b")]
    mailbox.close()
    support.close()


def test_a_server_killed_in_the_middle_of_a_fetch_loses_and_doubles_nothing():
    server = Dovecot().start()
    try:
        desk = Desk(server)
        mails = [mail(str(n), 200_000) for n in range(10)]
        desk.deliver(*mails)
        with Proxy(server.port, 900_000, then=server.kill) as way:
            mailbox = desk.mailbox(security="none", host="127.0.0.1", port=way.port)
            with pytest.raises(MailboxDown, match="connection while fetching 10 mails") as down:
                drain(mailbox)
            assert down.value.temporary
            with pytest.raises(MailboxDown, match=r"refused|closed|broke"):
                mailbox.connect()

            server.start()
            way.limit = 10**9
            mailbox.connect()
            assert drain(mailbox) == mails
        mailbox.close()
        assert server.folder(desk.user) == []
        assert server.folder(desk.user, "Processed") == mails
    finally:
        server.stop()


def test_a_server_that_falls_silent_in_the_middle_of_a_mail_is_left(desk):
    desk.deliver(mail("a", 500_000))
    with Proxy(desk.server.port, 100_000, then=lambda: way.over.wait(LONG)) as way:
        mailbox = desk.mailbox(security="none", host="127.0.0.1", port=way.port, timeout=0.5)
        begun = time.monotonic()
        with pytest.raises(MailboxDown, match=r"said nothing for 0\.5 seconds while fetching 1 mails"):
            drain(mailbox)
        assert time.monotonic() - begun < LONG / 3
        mailbox.close()


def test_a_server_that_goes_away_while_we_wait_is_noticed():
    server = Dovecot().start()
    try:
        mailbox = Desk(server).mailbox()
        drain(mailbox)
        threading.Timer(0.05, server.kill).start()
        begun = time.monotonic()
        with pytest.raises(MailboxDown, match=r"while .*wait|Server shutting down"):
            mailbox.wait(LONG, threading.Event())
        assert time.monotonic() - begun < LONG / 3
        mailbox.close()
    finally:
        server.stop()
