"""A server's refusal becomes a status and a reason."""

import pytest

from maild.mail.bounce_codes import codes, judge, reason_in_words, stage


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("550 5.1.1 <eva@acme.example>... User unknown", ("550", "5.1.1")),
        ("host mx[10.5.1.1] said: 450 4.2.2 Mailbox full", ("450", "4.2.2")),
        ("Sorry, no mailbox here by that name. (#5.1.1)", ("", "5.1.1")),
        ("5.1.0 - Unknown address error 550-'5.7.1 Access denied'", ("550", "5.7.1")),
        ("220-mx 421 4.2.1 Try later", ("421", "4.2.1")),
        ("554 <eva@acme.example>... 550 Host unknown (no answer)", ("550", "")),
        ("554 4.4.7 Expired: not delivered in 840 minutes.<421 4.4.2 Connection timed out>", ("421", "4.4.2")),
        ("5.3.0 - Other mail system problem 550-'Unknown user'", ("550", "5.3.0")),
        ("delivered 550 parcels on 5.1.2010 to 192.5.1.1, version 5.5.2653.19", ("", "")),
        ("", ("", "")),
    ],
)
def test_codes_are_told_from_mere_numbers(text, found):
    assert codes(text) == found


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("Recipient address rejected: User unknown in relay recipient table", "unknown address"),
        ("Recipient address rejected: Access denied", "unknown address"),
        ("Recipient address rejected: user eva@acme.example does not exist", "unknown address"),
        ("550 <eva@acme.example> does not exist", "unknown address"),
        ("550 5.7.1 No mailbox found", "unknown address"),
        ("550 ** No mail box available for this user **", "unknown address"),
        ("550-eva@acme.example is not an active address here", "unknown address"),
        ("550 BAD_RECIPIENT - see https://acme.example/r=1", "unknown address"),
        ("553 sorry, badrcptto", "unknown address"),
        ("550 Odbiorca <eva@acme.example> nie istnieje", "unknown address"),
        ("550 Recipient domain must exist", "unknown host"),
        ("[mx.acme.example]: Name or service not known", "unknown host"),
        ("550 the sender's domain must exist", "refused"),
        ("550 User has too many messages on the server", "full"),
        ("Sender address rejected: unknown user", "refused"),
        ("The email account that you tried to reach is disabled.", "disabled"),
        ("This account is over quota", "full"),
        ("邮箱不存在", "unknown address"),
        ("ディレクトリのリストにありません", "unknown address"),
        ("Benutzer Eva Stein (eva@acme.example) nicht im Domino-Verzeichnis", "unknown address"),
        ("User mailbox exceeds allowed size: eva@acme.example", "full"),
        ("Routing: could not find a gateway for eva@acme.example", "network"),
        ("554 5.4.6 Hop count of this message exceeded", "network"),
        ("Host or domain name not found. Name service error", "unknown host"),
        ("Host not found, try again", "network"),
        ("Message size exceeds fixed maximum message size (10485760)", "too large"),
        ("Connection timed out", "expired"),
        ("550 Look at https://example.com/user-unknown", ""),
        ("550 Blocked - see https://example.com/lookup?ip=192.0.2.1", "refused"),
        ("550 You have been blocked by the recipient", "refused"),
        ("550 it was rejected by the recipient domain: user unknown", "unknown address"),
        ("550 Your server requires confirmation", "refused"),
        ("550 Invalid sender", "refused"),
        ("554 Server configuration error", "system"),
        ("550 eva@acme.example: archived recipient", "unknown address"),
        ("550 the user's space has been used up", "full"),
        ("This email has been scanned for all viruses by our filter", ""),
        ("Denied <spam-policy@user.example>", ""),
    ],
)
def test_words_tell_the_reason(words, reason):
    assert reason_in_words(words) == reason


def test_the_status_is_guessed_from_the_words_where_there_is_none():
    assert judge("mailbox is full").status == "5.2.2"
    assert judge("mailbox is full", delayed=True).status == "4.2.2"
    assert judge("450 mailbox is full").status == "4.2.2"
    assert judge("").status == "5.0.0"


def test_what_is_said_around_does_not_speak_against_the_servers_own_words():
    around = "451 4.4.1 mx2.acme.example does not answer\n554 this account has been disabled"
    refusal = judge("554 this account has been disabled", "5.0.0", also=around)
    assert (refusal.reply, refusal.status, refusal.reason) == ("554", "5.0.0", "disabled")
    assert judge("X-Unix; 77", "5.3.0", also="550 5.0.0 <eva@acme.example>... Insufficient permission").reply == "550"


def test_a_temporary_answer_never_condemns_an_address():
    assert judge("550 User unknown").hard
    assert not judge("450 User unknown").hard
    assert not judge("550 User unknown", "4.1.1").hard
    assert not judge("550 User unknown", delayed=True).hard


def test_the_stage_of_a_refusal_is_known():
    assert stage("(in reply to end of DATA command)") == "content"
    assert stage("after MAIL FROM:<a@b.example>") == "sender"
    assert stage("refused to talk to me: 554") == "greeting"
    assert stage("in reply to RCPT TO command") == ""
