"""How the courier signs in and what it encrypts, and what `maild check --online` says of an account."""

import asyncio
import ssl

import pytest
import trustme

from maild.edge.smtp import Courier, SmtpAccount, diagnose
from maild.mail.retry import SERVER
from tests.edge.smtp_desk import TAKEN, account, send_in_turn, send_one
from tests.edge.smtp_server import HANG_UP, SILENCE, ScriptedServer

# Signing in

OFFERS_LOGIN = "250-test.example\n250 AUTH {}"


@pytest.mark.parametrize("offer", ["PLAIN", "LOGIN PLAIN", "CRAM-MD5 PLAIN"])
def test_it_signs_in_once_for_many_mails(offer):
    server = ScriptedServer(EHLO=OFFERS_LOGIN.format(offer))
    assert send_in_turn(server, 3, username="eva", password="sesame") == [TAKEN] * 3
    assert [c for c in server.commands if c.startswith("AUTH")] == ["AUTH PLAIN AGV2YQBzZXNhbWU="]


def test_a_wrong_password_is_tried_once_and_is_not_the_recipients_fault():
    server = ScriptedServer(EHLO=OFFERS_LOGIN.format("LOGIN PLAIN CRAM-MD5"), AUTH="535 5.7.8 no")
    result = send_one(server, username="eva", password="wrong")
    assert result.about == SERVER
    assert "does not accept the user name eva with this password; it said: 535 5.7.8 no" in result.reply
    assert sum(c.startswith("AUTH") for c in server.commands) == 1


def test_a_way_to_sign_in_that_does_not_work_is_followed_by_the_next():
    server = ScriptedServer(
        EHLO=OFFERS_LOGIN.format("PLAIN LOGIN"),
        AUTH=lambda command: "504 5.7.4 not that" if "PLAIN" in command else "334 UGFzc3dvcmQ6",
        **{"c2VzYW1l".upper(): "235 welcome"},
    )
    assert send_one(server, username="eva", password="sesame") == TAKEN


def test_an_access_token_is_asked_for_at_each_sign_in():
    tokens = iter(["first", "second"])
    server = ScriptedServer(EHLO=OFFERS_LOGIN.format("PLAIN XOAUTH2"), MAIL=["250 ok", HANG_UP, "250 ok"])
    assert send_in_turn(server, 2, username="eva", oauth=lambda: next(tokens)) == [TAKEN] * 2
    assert [c.split()[1] for c in server.commands if c.startswith("AUTH")] == ["XOAUTH2"] * 2
    assert next(tokens, None) is None


def test_a_password_that_cannot_be_read_is_said():
    def unreadable() -> str:
        raise PermissionError("secret: no permission")

    result = send_one(ScriptedServer(EHLO=OFFERS_LOGIN.format("PLAIN")), username="eva", password=unreadable)
    assert result.about == SERVER
    assert "there is no password for" in result.reply


def test_the_password_is_in_no_representation():
    assert "sesame" not in repr(SmtpAccount("mx.example.com", username="eva", password="sesame"))


# Encryption


@pytest.fixture(scope="module")
def authority():
    return trustme.CA()


def shield(authority: trustme.CA, name: str = "127.0.0.1") -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(name).configure_cert(context)
    return context


@pytest.fixture
def ca_file(authority, tmp_path):
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    return str(tmp_path / "ca.pem")


def test_a_mail_goes_over_tls(authority, ca_file):
    server = ScriptedServer(tls=shield(authority))
    assert send_one(server, security="tls", ca_file=ca_file) == TAKEN


def test_a_mail_goes_over_starttls_and_the_greeting_is_said_again(authority, ca_file):
    server = ScriptedServer(starttls=shield(authority), EHLO=["250-test.example\n250 STARTTLS", "250 test.example"])
    assert send_one(server, security="starttls", ca_file=ca_file) == TAKEN
    assert [c.split()[0] for c in server.commands[:4]] == ["EHLO", "STARTTLS", "EHLO", "MAIL"]


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_certificate_of_a_stranger_is_refused(authority, security):
    context = shield(trustme.CA())
    server = ScriptedServer(EHLO="250-test.example\n250 STARTTLS", **{security: context})
    result = send_one(server, security=security)
    assert result.about == SERVER
    assert "its authority is not one that is trusted here" in result.reply
    assert not any(c.startswith("MAIL") for c in server.commands)


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_certificate_for_another_name_is_refused(authority, ca_file, security):
    server = ScriptedServer(EHLO="250-test.example\n250 STARTTLS", **{security: shield(authority, "mx.example.com")})
    result = send_one(server, security=security, ca_file=ca_file)
    assert result.about == SERVER
    assert "it is for another" in result.reply


def test_starttls_that_was_asked_for_is_never_done_without(ca_file):
    server = ScriptedServer()
    result = send_one(server, security="starttls", ca_file=ca_file, username="eva", password="sesame")
    assert result.about == SERVER
    assert "does not offer to encrypt" in result.reply
    assert not any(c.startswith(("AUTH", "MAIL")) for c in server.commands)


@pytest.mark.parametrize("host", ["smtp.example.com", "192.0.2.1", "localhost.example.com"])
def test_plain_text_stays_on_this_machine_unless_it_is_said_twice(host):
    with pytest.raises(ValueError, match="unencrypted"):
        Courier(SmtpAccount(host, security="none"))
    assert Courier(SmtpAccount(host, security="none", allow_plaintext=True))


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.8.8.8", "::1"])
def test_plain_text_to_this_machine_is_taken_at_its_word(host):
    assert SmtpAccount(host, security="none").objection() == ""


def test_a_ca_file_that_is_none_is_said_at_the_start(tmp_path):
    (tmp_path / "empty").write_text("nothing")
    with pytest.raises(ValueError, match="holds no certificate"):
        Courier(SmtpAccount("mx.example.com", ca_file=str(tmp_path / "empty")))
    with pytest.raises(ValueError, match="No such file"):
        Courier(SmtpAccount("mx.example.com", ca_file=str(tmp_path / "missing")))


# maild check --online


def examined(server: ScriptedServer, sender: str = "", **settings: object) -> tuple[bool, str]:
    async def main() -> tuple[bool, str]:
        async with server:
            diagnosis = await diagnose(account(server, **settings), sender)
            return diagnosis.good, diagnosis.says.replace(f":{server.port}", "")

    return asyncio.run(main())


def test_a_sound_account_is_called_so_and_nothing_is_sent():
    server = ScriptedServer(EHLO=OFFERS_LOGIN.format("PLAIN"))
    good, says = examined(server, "support@example.com", username="eva", password="sesame")
    assert good
    assert says == "127.0.0.1 lets eva in (unencrypted). It takes mail from support@example.com."
    assert [c.split()[0] for c in server.commands] == ["EHLO", "AUTH", "MAIL", "RSET", "QUIT"]


def test_encryption_is_named(authority, ca_file):
    server = ScriptedServer(tls=shield(authority))
    assert examined(server, security="tls", ca_file=ca_file) == (True, "127.0.0.1 lets us in (TLSv1.3).")


@pytest.mark.parametrize(
    ("script", "settings", "says"),
    [
        ({"MAIL": "553 not yours"}, {}, "But it takes no mail from support@example.com; it said: 553 not yours"),
        ({"MAIL": HANG_UP}, {}, "127.0.0.1 broke the connection while asking for a sender."),
        ({"greeting": "554 5.7.1 go away"}, {}, "would not go on while connecting; it said: 554 5.7.1 go away"),
        ({"greeting": SILENCE}, {"timeout": 0.1}, 'If it speaks TLS from the first byte, set security to "tls".'),
        ({}, {"username": "eva"}, "offers no way to sign in that maild knows (it offers: none)"),
        ({"EHLO": OFFERS_LOGIN.format("NTLM")}, {"username": "eva"}, "(it offers: ntlm)"),
        ({}, {"security": "tls"}, 'does not speak TLS from the first byte: set security to "starttls"'),
        ({}, {"security": "ssl"}, 'security is "ssl"; it can be "tls", "starttls" or "none".'),
        ({}, {"host": "no-such-host.invalid", "allow_plaintext": True}, "no-such-host.invalid"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_in_a_persons_words(script, settings, says):
    good, said = examined(ScriptedServer(**script), "support@example.com", **settings)
    assert not good
    assert says in said
