"""The private Dovecot that other tests lean on."""

import imaplib
import ssl

import pytest

from tests.live.dovecot import Dovecot

pytestmark = pytest.mark.live

MAIL = b"Subject: hello\r\n\r\nGood morning\r\n"


def test_a_delivered_mail_is_served_over_tls(dovecot: Dovecot):
    user, password = dovecot.new_user()
    dovecot.deliver(user, MAIL)

    trust = ssl.create_default_context(cafile=dovecot.ca_file)
    with imaplib.IMAP4_SSL("localhost", dovecot.tls_port, ssl_context=trust, timeout=10) as client:
        client.login(user, password)
        assert client.select()[1] == [b"1"]
        assert client.fetch("1", "(BODY.PEEK[])")[1][0][1] == MAIL


def test_folders_can_be_looked_into_without_the_server(dovecot: Dovecot):
    user, _ = dovecot.new_user()
    dovecot.deliver(user, MAIL)

    assert dovecot.folder(user) == [MAIL]
    assert dovecot.flags(user) == [""]
    assert dovecot.folder(user, "Nowhere") == []


def test_a_killed_server_starts_again_on_its_ports_with_its_mails():
    server = Dovecot().start()
    try:
        user, password = server.new_user()
        server.deliver(user, MAIL)
        port = server.port
        server.kill()
        server.start()

        assert server.port == port
        with imaplib.IMAP4("127.0.0.1", port, timeout=10) as client:
            client.login(user, password)
            assert client.select()[1] == [b"1"]
    finally:
        server.stop()
    assert not server.base.name
