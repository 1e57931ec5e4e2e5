"""The courier against servers that answer late, wrongly, or not at all."""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable

import pytest
import trustme

from maild.edge.smtp import Courier, SmtpAccount, diagnose
from maild.mail.retry import RECIPIENT, SENDER, SERVER, Deferred, Failed, Result, Sent, was_offered
from tests.edge.smtp_server import HANG_UP, SILENCE, ScriptedServer

MAIL = ("support@example.com", "eva@example.org", b"Subject: x\r\n\r\n.dot\r\n")
TAKEN = Sent("250 taken")


def account(server: ScriptedServer, **settings: object) -> SmtpAccount:
    return SmtpAccount(**{"host": "127.0.0.1", "port": server.port, "security": "none", "timeout": 5.0, **settings})


def converse(server: ScriptedServer, scenario: Callable[[Courier], Awaitable[object]], **settings: object) -> object:
    async def main() -> object:
        async with server:
            courier = Courier(account(server, **settings))
            try:
                return await scenario(courier)
            finally:
                await courier.close()

    return asyncio.run(main())


def send_one(server: ScriptedServer, mail: tuple[str, str, bytes] = MAIL, **settings: object) -> Result:
    return converse(server, lambda courier: courier.send(*mail), **settings)


def send_in_turn(server: ScriptedServer, count: int, **settings: object) -> list[Result]:
    async def scenario(courier: Courier) -> list[Result]:
        return [await courier.send(*MAIL) for _ in range(count)]

    return converse(server, scenario, **settings)


def send_at_once(server: ScriptedServer, count: int, **settings: object) -> list[Result]:
    return converse(server, lambda courier: asyncio.gather(*(courier.send(*MAIL) for _ in range(count))), **settings)


# What arrives


def test_a_mail_arrives_as_it_is_and_the_server_is_bidden_goodbye():
    server = ScriptedServer()
    assert send_one(server) == TAKEN
    assert server.mails == [
        ("MAIL FROM:<support@example.com> SIZE=20", "RCPT TO:<eva@example.org>", b"Subject: x\r\n\r\n..dot\r\n")
    ]
    assert server.commands[-1] == "QUIT"


def test_a_bounce_would_have_the_null_sender():
    server = ScriptedServer()
    assert send_one(server, ("", "eva@example.org", b"x\r\n")) == TAKEN
    assert server.mails[0][0] == "MAIL FROM:<> SIZE=3"


def test_an_international_domain_is_sent_in_punycode():
    server = ScriptedServer()
    assert send_one(server, ("support@example.com", "eva@bücher.example", b"x\r\n")) == TAKEN
    assert server.mails[0][1] == "RCPT TO:<eva@xn--bcher-kva.example>"


def test_an_international_local_part_needs_a_server_that_knows_smtputf8():
    mail = ("support@example.com", "张伟@example.cn", "To: 张伟\r\n\r\n".encode())
    server = ScriptedServer(EHLO="250-test.example\n250-8BITMIME\n250 SMTPUTF8")
    assert send_one(server, mail) == TAKEN
    assert server.mails[0][:2] == (
        "MAIL FROM:<support@example.com> BODY=8BITMIME SMTPUTF8", "RCPT TO:<张伟@example.cn>",
    )  # fmt: skip
    refusal = send_one(ScriptedServer(), mail)
    assert isinstance(refusal, Failed)
    assert "SMTPUTF8" in refusal.reply
    assert not refusal.bad_address


@pytest.mark.parametrize("recipient", ["", "nobody", "eva@example.org>\r\nRSET", "eva@example.org SIZE=0", "a b@c.org"])
def test_what_is_no_address_never_reaches_the_server(recipient):
    server = ScriptedServer()
    result = send_one(server, ("support@example.com", recipient, b"x\r\n"))
    assert isinstance(result, Failed)
    assert result.bad_address
    assert server.connections == 0


def test_a_sender_that_is_no_address_is_ours_to_mend():
    result = send_one(ScriptedServer(), ("support", "eva@example.org", b"x\r\n"))
    assert isinstance(result, Deferred)
    assert result.about == SENDER


# Servers that know little or say much


def test_a_server_that_knows_only_helo_is_good_enough():
    server = ScriptedServer(EHLO="502 what?")
    assert send_one(server) == TAKEN
    assert [c.split()[0] for c in server.commands[:3]] == ["EHLO", "HELO", "MAIL"]
    assert server.mails[0][0] == "MAIL FROM:<support@example.com>"


def test_a_greeting_of_two_hundred_lines_is_read_to_its_end():
    lines = [f"250-X-EXTENSION-{n} " + "x" * 80 for n in range(200)]
    assert send_one(ScriptedServer(EHLO="\n".join([*lines, "250 SIZE 99999"]))) == TAKEN


def test_a_greeting_without_end_is_no_greeting():
    server = ScriptedServer(EHLO="\n".join(f"250-{n} " + "x" * 80 for n in range(2000)))
    result = send_one(server, timeout=0.3)
    assert isinstance(result, Deferred)
    assert result.about == SERVER


def test_gibberish_is_no_answer():
    result = send_one(ScriptedServer(RCPT="hello there"))
    assert isinstance(result, Deferred)
    assert result.about == RECIPIENT


# Refusals


def test_a_refused_recipient_does_not_spoil_the_connection_for_the_next_mail():
    server = ScriptedServer(RCPT=["550 5.1.1 no such user", "450 4.2.0 greylisted", "250 ok"])
    results = send_in_turn(server, 3)
    assert results == [Failed("550 5.1.1 no such user", bad_address=True), Deferred("450 4.2.0 greylisted"), TAKEN]
    assert server.connections == 1
    assert server.commands.count("RSET") == 2


def test_a_mail_refused_after_data_is_refused_alone():
    server = ScriptedServer(end=["554 5.6.0 not this one", "250 taken"])
    assert send_in_turn(server, 2) == [Failed("554 5.6.0 not this one"), TAKEN]
    assert server.connections == 1


def test_a_server_out_of_step_after_a_refusal_is_left():
    server = ScriptedServer(RCPT=["550 5.7.1 no", "250 ok"], RSET="500 what?")
    assert send_in_turn(server, 2) == [Failed("550 5.7.1 no"), TAKEN]
    assert server.connections == 2


def test_a_refused_sender_is_ours_to_mend():
    result = send_one(ScriptedServer(MAIL="553 5.7.1 not your address"))
    assert result == Deferred("553 5.7.1 not your address", SENDER)


# Connections


def test_one_connection_carries_many_mails():
    server = ScriptedServer()
    assert send_in_turn(server, 5) == [TAKEN] * 5
    assert server.connections == 1


def test_as_many_connections_as_allowed_work_side_by_side():
    server = ScriptedServer()
    assert send_at_once(server, 20, connections=3) == [TAKEN] * 20
    assert server.connections == server.most_open == 3


def test_a_server_started_anew_is_not_noticed():
    server = ScriptedServer()

    async def scenario(courier: Courier) -> list[Result]:
        results = list(await asyncio.gather(courier.send(*MAIL), courier.send(*MAIL)))
        await server.hang_up()
        return results + [await courier.send(*MAIL) for _ in range(2)]

    assert converse(server, scenario) == [TAKEN] * 4
    assert server.connections == 3


@pytest.mark.parametrize("reply", ["421 4.4.2 timeout", "421 4.7.0 too many mails", HANG_UP])
def test_a_limit_of_mails_on_one_connection_costs_a_new_one_and_no_attempt(reply):
    server = ScriptedServer(MAIL=["250 ok", reply, "250 ok", reply, "250 ok"])
    assert send_in_turn(server, 3) == [TAKEN] * 3
    assert server.connections == 3


def test_a_connection_lost_at_the_recipient_is_tried_once_more_only_if_it_was_old():
    assert send_in_turn(ScriptedServer(RCPT=["250 ok", HANG_UP, "250 ok"]), 2) == [TAKEN] * 2
    server = ScriptedServer(RCPT=HANG_UP)
    result = send_one(server)
    assert isinstance(result, Deferred)
    assert result.about == RECIPIENT
    assert server.connections == 1


def test_a_server_that_shuts_down_gets_no_more():
    result = send_one(ScriptedServer(MAIL="421 4.3.2 shutting down"))
    assert isinstance(result, Deferred)
    assert result.about == SERVER
    assert not was_offered(result.reply)


def test_a_421_for_one_recipient_is_about_that_recipient():
    assert send_one(ScriptedServer(RCPT="421 4.7.0 not now")) == Deferred("421 4.7.0 not now")


def test_a_mail_whose_confirmation_is_lost_goes_once_more_later():
    result = send_one(ScriptedServer(end=HANG_UP))
    assert isinstance(result, Deferred)
    assert result.about == RECIPIENT
    assert "same Message-ID" in result.reply


def test_a_lost_confirmation_is_not_sent_again_at_once_even_on_an_old_connection():
    server = ScriptedServer(end=["250 taken", HANG_UP])
    first, second = send_in_turn(server, 2)
    assert first == TAKEN
    assert isinstance(second, Deferred)
    assert server.commands.count("DATA") == 2


def test_a_server_that_takes_fewer_connections_is_not_down():
    server = ScriptedServer()
    server.replies["greeting"] = lambda _: "220 hello" if server.open <= 2 else "421 4.7.0 too many connections"
    assert send_at_once(server, 12, connections=6) == [TAKEN] * 12
    assert server.connections < 12


@pytest.mark.parametrize(("idle", "third"), [(0.01, "250 taken"), (600, HANG_UP)])
def test_all_connections_are_used_again_when_the_crowd_has_gone(idle, third):
    server = ScriptedServer(
        greeting=lambda _: "220 hello" if server.open <= most else "421 4.7.0 too many connections",
        end=["250 taken", "250 taken", third, "250 taken"],
    )
    most = 1

    async def scenario(courier: Courier) -> None:
        nonlocal most
        await asyncio.gather(*(courier.send(*MAIL) for _ in range(3)))
        await server.until_open(0)
        most, server.most_open = 3, 0
        assert await asyncio.gather(*(courier.send(*MAIL) for _ in range(9))) == [TAKEN] * 9

    converse(server, scenario, connections=3, idle=idle)
    assert server.most_open == 3


def test_where_one_old_connection_has_died_the_others_are_not_trusted():
    server = ScriptedServer(MAIL=["250 ok", "250 ok", "250 ok", HANG_UP, "250 ok"])

    async def scenario(courier: Courier) -> Result:
        await asyncio.gather(*(courier.send(*MAIL) for _ in range(3)))
        result = await courier.send(*MAIL)
        await server.until_open(1)
        return result

    assert converse(server, scenario, connections=3) == TAKEN
    assert server.connections == 4


def test_an_unused_connection_is_closed_after_a_while():
    server = ScriptedServer()

    async def scenario(courier: Courier) -> Result:
        await courier.send(*MAIL)
        await server.until_open(0)
        assert server.commands[-1] == "QUIT"
        return await courier.send(*MAIL)

    assert converse(server, scenario, idle=0.01) == TAKEN
    assert server.connections == 2


def test_a_mail_given_up_in_the_middle_leaves_its_place_to_the_next():
    server = ScriptedServer(end=[SILENCE, "250 taken"])

    async def scenario(courier: Courier) -> Result:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(courier.send(*MAIL), 0.1)
        return await courier.send(*MAIL)

    assert converse(server, scenario, connections=1) == TAKEN
    assert server.connections == 2


# Silence


@pytest.mark.parametrize(
    ("verb", "about"),
    [
        ("greeting", SERVER),
        ("EHLO", SERVER),
        ("AUTH", SERVER),
        ("MAIL", SERVER),
        ("RCPT", RECIPIENT),
        ("DATA", RECIPIENT),
        ("end", RECIPIENT),
    ],
)
def test_a_server_that_falls_silent_holds_nobody_up(verb, about):
    server = ScriptedServer(EHLO="250-test.example\n250 AUTH PLAIN")
    server.replies[verb] = SILENCE
    result = send_one(server, timeout=0.1, data_timeout=0.1, username="eva", password="x")
    assert isinstance(result, Deferred)
    assert result.about == about


def test_taking_a_mail_over_has_a_time_of_its_own():
    async def scenario(courier: Courier) -> Result:
        async with asyncio.timeout(5):
            return await courier.send(*MAIL)

    result = converse(ScriptedServer(end=SILENCE), scenario, timeout=600.0, data_timeout=0.1)
    assert isinstance(result, Deferred)


def test_nobody_there_is_said_at_once():
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))  # bound, but not listening
        where = SmtpAccount("127.0.0.1", held.getsockname()[1], "none")
        result = asyncio.run(Courier(where).send(*MAIL))
    assert result.about == SERVER
    assert result.reply == (
        f"could not be offered: {where.where} refused the connection: look at the port, and whether the server runs."
    )


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
