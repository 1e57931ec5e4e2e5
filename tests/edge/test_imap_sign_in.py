"""Signing in: no password leaves before the line is safe, and every refusal is told in words a person can act on."""

import base64
import imaplib
import os
import socket
import ssl
from datetime import UTC, datetime

import pytest
import trustme

from maild.edge.imap import ImapAccount, Mailbox, MailboxDown, diagnose
from maild.edge.imap_reason import explain
from tests.edge.fake_imap import FakeImap, Session
from tests.edge.imap_desk import Desk, account


class Authority:
    """Issues certificates for the fake server."""

    def __init__(self, folder: os.PathLike[str]):
        self.ca = trustme.CA()
        self.file = os.path.join(folder, "ca.pem")
        self.ca.cert_pem.write_to_path(self.file)

    def server(self, *names: str, expires: datetime | None = None) -> ssl.SSLContext:
        trust = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.ca.issue_cert(*names, not_after=expires).configure_cert(trust)
        return trust


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


def sent_secret(server: FakeImap, secret: str = "secret") -> bool:
    encoded = base64.b64encode(f"\0support\0{secret}".encode()).decode()
    return any(secret in line or encoded in line for line in server.said)


def refusal(server: FakeImap, **changes: object) -> MailboxDown:
    with pytest.raises(MailboxDown) as down, Desk(server, **changes):
        pass
    return down.value


def test_the_password_is_sent_as_plain_sasl_where_the_server_has_it():
    with FakeImap() as server, Desk(server, username="邮箱@example.com", password='pä"ss\\密码'):
        assert base64.b64decode(server.said[2]).decode() == '\0邮箱@example.com\0pä"ss\\密码'


def test_login_quotes_what_needs_quoting():
    with FakeImap(offers="IMAP4rev1") as server, Desk(server, username='my "own" name', password='a\\b"c'):
        assert server.commands("LOGIN") == [r'"my \"own\" name" "a\\b\"c"']


def test_a_password_that_login_cannot_carry_is_not_sent():
    with FakeImap(offers="IMAP4rev1") as server:
        down = refusal(server, password="密码")
    assert "only ASCII" in down.reason
    assert not down.temporary
    assert not server.commands("LOGIN")


def test_a_password_may_be_called_for_at_every_sign_in():
    passwords = iter(["first", "second"])
    with FakeImap(offers="IMAP4rev1") as server, Desk(server, password=lambda: next(passwords)) as mailbox:
        mailbox.connect()
        assert server.commands("LOGIN") == ['support "first"', 'support "second"']


def test_a_password_that_cannot_be_had_is_told():
    def lost() -> str:
        raise FileNotFoundError("no such file: /run/secret")

    with FakeImap() as server:
        assert refusal(server, password=lost).reason == (
            "The password for support@example.com cannot be had: no such file: /run/secret"
        )


@pytest.mark.parametrize("password", ["secret\n", "a\rb", "a\0b"])
def test_a_password_with_a_line_break_is_not_sent(password):
    with FakeImap(offers="IMAP4rev1") as server:
        assert "contains a line break" in refusal(server, password=password).reason
    assert not server.commands("LOGIN")


def test_a_wrong_password_is_permanent():
    with FakeImap() as server:
        server.odd["AUTHENTICATE"] = lambda session, tag, _: (
            session.ask(),
            session.say(f"{tag} NO [AUTHENTICATIONFAILED] Authentication failed."),
        )
        down = refusal(server)
    assert down.reason == (
        f"127.0.0.1:{server.port} does not accept the user name support with this password: "
        "[AUTHENTICATIONFAILED] Authentication failed."
    )
    assert not down.temporary


@pytest.mark.parametrize(
    "said", ["[UNAVAILABLE] Temporary authentication failure.", "[ALERT] Too many simultaneous connections."]
)
def test_a_server_that_asks_to_come_again_later_is_not_told_off_for_the_password(said):
    with FakeImap(offers="IMAP4rev1") as server:
        server.odd["LOGIN"] = lambda session, tag, _: session.say(f"{tag} NO {said}")
        assert refusal(server).temporary


def test_a_connection_lost_while_signing_in_is_not_called_a_wrong_password():
    with FakeImap(offers="IMAP4rev1") as server:
        server.odd["LOGIN"] = lambda session, tag, _: session.hang_up()
        down = refusal(server)
    assert down.reason == f"127.0.0.1:{server.port} closed the connection while signing in."
    assert down.temporary


def test_a_server_that_takes_no_password_in_the_clear_is_not_given_one():
    with FakeImap(offers="IMAP4rev1 STARTTLS LOGINDISABLED") as server:
        assert 'set security to "tls" or "starttls"' in refusal(server).reason
    assert not sent_secret(server)


def test_capabilities_are_asked_for_again_after_the_sign_in():
    def login(session: Session, tag: str, _: str) -> None:
        session.server.offers = "IMAP4rev1 MOVE"
        session.say(f"{tag} OK welcome")

    with FakeImap(offers="IMAP4rev1 UIDPLUS") as server:
        server.greeting = "* OK [CAPABILITY IMAP4rev1 UIDPLUS] ready"
        server.odd["LOGIN"] = login
        with Desk(server) as mailbox:
            mailbox.finish(7, [1], "Processed")
            assert server.commands("UID MOVE")


def test_what_the_server_could_before_the_sign_in_is_forgotten():
    def repeat(session: Session, tag: str, _: str) -> None:
        session.say("* CAPABILITY IMAP4rev1 AUTH=PLAIN", f"{tag} OK done", "* CAPABILITY IMAP4rev1 AUTH=PLAIN")
        session.server.odd.clear()

    with FakeImap() as server:
        server.odd["CAPABILITY"] = repeat
        with Desk(server) as mailbox:
            mailbox.finish(7, [1], "Processed")
            assert server.commands("UID MOVE")


def test_an_access_token_is_sent_instead_of_a_password():
    with FakeImap(offers="IMAP4rev1 AUTH=XOAUTH2 AUTH=PLAIN") as server, Desk(server, oauth=lambda: "t0ken"):
        assert server.commands("AUTHENTICATE") == ["XOAUTH2"]
        assert base64.b64decode(server.said[2]) == b"user=support\1auth=Bearer t0ken\1\1"


def test_oauthbearer_is_used_where_it_is_all_there_is():
    with FakeImap(offers="IMAP4rev1 AUTH=OAUTHBEARER") as server, Desk(server, oauth=lambda: "t0ken", username="a,b"):
        assert base64.b64decode(server.said[2]) == b"n,a=a=2Cb,\1auth=Bearer t0ken\1\1"


def test_a_stale_token_is_sent_once_and_the_complaint_answered_with_an_empty_line():
    def refuse(session: Session, tag: str, _: str) -> None:
        session.ask()
        assert session.ask(base64.b64encode(b'{"status":"400"}').decode()) == ""
        session.say(f"{tag} NO [AUTHENTICATIONFAILED] Invalid credentials")

    with FakeImap(offers="IMAP4rev1 AUTH=XOAUTH2") as server:
        server.odd["AUTHENTICATE"] = refuse
        assert "with this access token: [AUTHENTICATIONFAILED]" in refusal(server, oauth=lambda: "stale").reason


def test_a_server_that_wants_to_know_the_client_is_told_before_a_folder_is_opened():
    with FakeImap() as server, Desk(server):
        commands = [line.split()[1] for line in server.said if " " in line]
        assert commands.index("ID") < commands.index("SELECT")
        assert '"name" "maild"' in server.commands("ID")[0]


def test_plain_text_goes_to_this_machine_only():
    elsewhere = ImapAccount("a@example.com", "imap.example.com", "a", "secret", security="none")
    problem = diagnose(elsewhere).says
    assert problem.startswith("The password and every mail would travel to imap.example.com unencrypted.")
    assert not ImapAccount("a@x", "imap.example.com", "a", "b", security="none", allow_plaintext=True).objection()


@pytest.mark.parametrize("folder", ["processed", "held"])
def test_mails_are_never_moved_into_the_folder_they_are_taken_from(folder):
    with FakeImap() as server:
        assert f"give {folder} another name" in refusal(server, **{folder: "Inbox"}).reason


def test_tls_from_the_first_byte(authority):
    with FakeImap(trust=authority.server("localhost"), implicit=True) as server:
        with Desk(server, security="tls", host="localhost", ca_file=authority.file) as mailbox:
            assert list(mailbox.batches()) == []
        assert sent_secret(server)


def test_starttls(authority):
    offers = "IMAP4rev1 STARTTLS AUTH=PLAIN MOVE"
    with FakeImap(offers=offers, trust=authority.server("localhost")) as server:
        with Desk(server, security="starttls", host="localhost", ca_file=authority.file) as mailbox:
            assert list(mailbox.batches()) == []
        assert [line.split()[1] for line in server.said if " " in line][:3] == ["CAPABILITY", "STARTTLS", "CAPABILITY"]


def test_a_server_without_starttls_does_not_get_the_password(authority):
    with FakeImap() as server:
        down = refusal(server, security="starttls", ca_file=authority.file)
    assert "offers no STARTTLS, so the password was not sent" in down.reason
    assert not sent_secret(server)


def test_what_was_said_before_tls_is_not_believed_after(authority):
    def inject(session: Session, tag: str, _: str) -> None:
        session.say(f"{tag} OK go ahead", "* CAPABILITY IMAP4rev1 LOGINDISABLED")
        session.encrypt()

    with FakeImap(offers="IMAP4rev1 STARTTLS", trust=authority.server("localhost")) as server:
        server.odd["STARTTLS"] = inject
        down = refusal(server, security="starttls", host="localhost", ca_file=authority.file)
    assert "sent data before TLS began" in down.reason


def test_a_session_opened_before_tls_is_refused(authority):
    with FakeImap(offers="IMAP4rev1 STARTTLS") as server:
        server.greeting = "* PREAUTH welcome back"
        assert "before it is encrypted" in refusal(server, security="starttls", ca_file=authority.file).reason


@pytest.mark.parametrize("security", ["tls", "starttls"])
@pytest.mark.parametrize(
    ("name", "expires", "trusted", "reason"),
    [
        ("localhost", None, False, "its authority is not one that is trusted here. If the server is your own"),
        ("localhost", datetime(2020, 1, 1, tzinfo=UTC), True, "it has expired"),
        ("mail.example.com", None, True, "it is for another host name"),
    ],
    ids=["unknown authority", "expired", "other host"],
)
def test_a_wrong_certificate_is_refused(authority, security, name, expires, trusted, reason):
    trust = authority.server(name, expires=expires)
    with FakeImap(offers="IMAP4rev1 STARTTLS", trust=trust, implicit=security == "tls") as server:
        down = refusal(server, security=security, host="localhost", ca_file=authority.file if trusted else None)
    assert down.reason.startswith(f"The certificate of localhost:{server.port} is not accepted: {reason}")
    assert not down.temporary
    assert not sent_secret(server)


def test_a_server_found_by_its_number_must_be_certified_for_it(authority):
    with FakeImap(trust=authority.server("127.0.0.1"), implicit=True) as server:
        assert diagnose(account(server, security="tls", ca_file=authority.file)).good
    with FakeImap(trust=authority.server("localhost"), implicit=True) as server:
        assert "it is for another address" in refusal(server, security="tls", ca_file=authority.file).reason


def test_a_port_without_tls_is_told_from_a_bad_one(authority):
    with FakeImap() as server:
        reason = refusal(server, security="tls", ca_file=authority.file).reason
    assert "does not speak TLS from the first byte" in reason


def test_a_missing_file_of_certificates_is_named(tmp_path):
    with FakeImap() as server:
        reason = refusal(server, security="tls", ca_file=str(tmp_path / "none.pem")).reason
    assert reason == f"The certificates in {tmp_path}/none.pem cannot be read: No such file or directory."


def test_nobody_listening_is_told():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    problem = diagnose(ImapAccount("a@example.com", "127.0.0.1", "a", "b", port=port, security="none")).says
    assert problem == f"127.0.0.1:{port} refused the connection: look at the port, and whether the server runs."


def wrapped(error: OSError) -> Exception:
    """Wrap a failed write as imaplib does."""
    try:
        try:
            raise error
        except OSError as inner:
            raise imaplib.IMAP4.abort(f"socket error: {inner}")  # noqa: B904
    except imaplib.IMAP4.abort as outer:
        return outer


@pytest.mark.parametrize(
    ("error", "reason", "temporary"),
    [
        (socket.gaierror(socket.EAI_NONAME, "?"), 'There is no host "imap.example.com": look at its spelling.', False),
        (socket.gaierror(socket.EAI_AGAIN, "?"), "the DNS does not answer", True),
        (TimeoutError("no connection"), "does not answer: look at the host name", True),
        (OSError(113, "No route to host"), "imap.example.com:993 cannot be reached: No route to host.", True),
        (wrapped(BrokenPipeError(32, "?")), "imap.example.com:993 broke the connection while connecting.", True),
        (KeyError("x"), "answered what no mail server should while connecting: KeyError: x", True),
    ],
)
def test_every_kind_of_failure_has_its_words(error, reason, temporary):
    down = explain(error, ImapAccount("a@example.com", "imap.example.com", "a"), "connecting")
    assert reason in down.reason
    assert down.temporary is temporary


def test_a_greeting_that_sends_us_away_is_passed_on():
    with FakeImap() as server:
        server.greeting = "* BYE too many connections from your address"
        down = refusal(server)
    assert "too many connections from your address" in down.reason
    assert down.temporary


def test_closing_twice_or_before_connecting_does_no_harm():
    with FakeImap() as server:
        mailbox = Mailbox(account(server))
        mailbox.close()
        mailbox.interrupt()
        mailbox.connect()
        mailbox.close()
        mailbox.close()
        assert len(server.commands("LOGOUT")) == 1
