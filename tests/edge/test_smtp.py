"""The courier against servers that answer late, wrongly, or not at all."""

import asyncio
import inspect
import socket

import aiosmtplib.protocol
import pytest

from maild.edge.smtp import Courier, SmtpAccount
from maild.mail.retry import RECIPIENT, SENDER, SERVER, Deferred, Failed, Result, Sent, was_offered
from tests.edge.smtp_desk import MAIL, TAKEN, converse, send_at_once, send_in_turn, send_one
from tests.edge.smtp_server import HANG_UP, SILENCE, ScriptedServer

# What arrives


def test_a_mail_arrives_as_it_is_and_the_server_is_bidden_goodbye():
    server = ScriptedServer()
    assert send_one(server) == TAKEN
    assert server.mails == [
        ("MAIL FROM:<support@example.com> SIZE=20", "RCPT TO:<eva@example.org>", b"Subject: x\r\n\r\n..dot\r\n")
    ]
    assert server.commands[-1] == "QUIT"


@pytest.mark.parametrize(
    ("mail", "arrives"),
    [
        (b".\r\n..\r\na.\r\n", b"..\r\n...\r\na.\r\n"),
        (b"a\n.b\rc\r\n.\n\rd", b"a\r\n..b\r\nc\r\n..\r\n\r\nd\r\n"),
        (b"a\r\r\n.", b"a\r\n\r\n..\r\n"),
        (b"a\rb\n", b"a\r\nb\r\n"),
    ],
)
def test_lines_end_as_they_must_and_a_period_never_ends_the_mail(mail: bytes, arrives: bytes):
    server = ScriptedServer()
    assert send_one(server, ("support@example.com", "eva@example.org", mail)) == TAKEN
    assert server.mails[0][2] == arrives


def test_the_library_still_has_what_is_done_faster_here():
    """Where it has not, `maild.edge.smtp_line` replaces something that nobody calls."""
    source = inspect.getsource(aiosmtplib.protocol.SMTPProtocol.execute_data_command)
    assert "normalize_message_line_endings(message)" in source
    assert 'PERIOD_REGEX.sub(b"..", message)' in source


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


@pytest.mark.parametrize(
    "replies",
    [
        {"MAIL": "220 hello"},
        {"MAIL": "250 ok\n250 again"},
        {"RCPT": "220 hello"},
        {"RCPT": "250 ok\n250 again"},
        {"DATA": "250 ok"},
        {"DATA": "220 hello"},
    ],
)
def test_no_answer_but_the_one_to_the_whole_mail_says_that_it_was_taken(replies):
    server = ScriptedServer(**replies)
    first, second = send_in_turn(server, 2)
    assert isinstance(first, Deferred)
    assert isinstance(second, Deferred)
    assert "did not fit" in first.reply
    assert server.mails == []


@pytest.mark.parametrize("more", ["250 and once more", "354 go on", "550 5.1.1 user unknown"])
def test_a_server_that_answers_once_too_often_loses_no_mail(more):
    server = ScriptedServer(end=[f"250 taken\n{more}", "250 taken"])
    results = send_in_turn(server, 4)
    assert results[0] == results[3] == TAKEN
    assert len(server.mails) == sum(isinstance(result, Sent) for result in results)


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
