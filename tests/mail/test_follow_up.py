"""What a mail refers to."""

import pytest

from maild.mail.follow_up import hints
from maild.mail.message import Address, Message

OWN = frozenset({"support@example.com"})


@pytest.mark.parametrize(
    ("subject", "numbers"),
    [
        ("Re: [#1042] VPN down", (1042,)),
        ("回复: 【#1042】VPN 连不上", (1042,)),
        ("转发：［＃1042］", (1042,)),
        ("[#7] [#8] [#7]", (7, 8)),
        ("Invoice #1042", ()),
        ("[1042]", ()),
        ("[#12345678901234567890]", ()),
    ],
)
def test_a_subject_tag_is_a_hint(subject, numbers):
    assert hints(Message(size=0, sha256="", subject=subject), OWN).tags == numbers


def test_the_nearest_mail_comes_first():
    message = Message(size=0, sha256="", in_reply_to=("<c@x>",), references=("<a@x>", "<b@x>", "<c@x>"))
    assert hints(message, OWN).message_ids == ("<c@x>", "<b@x>", "<a@x>")


def test_the_detail_of_our_own_address_is_found_wherever_the_mail_was_sent():
    message = Message(
        size=0,
        sha256="",
        to=(Address("", "support+7.abc@example.com"), Address("", "tom+x@example.com")),
        delivered_to=("support+8.def@example.com",),
    )
    assert hints(message, OWN).plus == ("8.def", "7.abc")


def test_of_a_long_thread_the_nearest_mails_and_the_first_one_count():
    message = Message(size=0, sha256="", references=tuple(f"<{n}@x>" for n in range(100)))
    found = hints(message, OWN).message_ids
    assert found[0] == "<99@x>"
    assert found[-1] == "<0@x>"
    assert len(found) == 50
