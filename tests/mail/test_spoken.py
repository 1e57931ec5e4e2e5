"""What an agent said himself is told from what he quotes or passes on."""

import pytest

from maild.mail.spoken import spoken, without_notice

QUOTED = "On Wed, 18 Nov 2026 at 10:00, IT Helpdesk <support@example.com> wrote:\n> /close\n> Queue: network\n"
FORWARDED = (
    "---------- Forwarded message ---------\nFrom: Eva <eva@example.com>\nDate: Wed, 18 Nov 2026\nSubject: VPN\n"
    "To: Ben <ben@example.com>\n\n/close\nMy VPN is broken.\n"
)
OUTLOOK = "From: IT Helpdesk <support@example.com>\nSent: Wednesday\nTo: Ben\nSubject: Re: [#1001] VPN\n\n/close\n"


@pytest.mark.parametrize(
    ("text", "subject", "said"),
    [
        ("/take\n\nHello Eva,\nwe are at it.\n", "Re: x", "/take\n\nHello Eva,\nwe are at it."),
        (f"/take\n\n{QUOTED}", "Re: x", "/take"),
        (f"/take\n\n{OUTLOOK}", "Re: x", "/take"),
        (QUOTED, "Re: x", ""),
        (f"{QUOTED}\nIt is done.\n", "Re: x", "It is done."),
        ("> /close\n", "Re: x", ""),
        (f"/for\n\n{FORWARDED}", "Fwd: VPN", "/for"),
        (FORWARDED, "Fwd: VPN", ""),
        ("/close\nthe whole of a mail passed on without a mark\n", "Fwd: VPN", ""),
        ("/close\n\n-- \nBen Ortiz\nIT\n", "Re: x", "/close"),
        ("/close\n\nSent from my iPhone\n", "Re: x", "/close"),
        ("", "", ""),
    ],
)
def test_only_an_agents_own_words_are_his(text, subject, said):
    assert spoken(text, subject).text == said


def test_the_mail_passed_on_is_kept_apart():
    found = spoken(f"/for\n\n{FORWARDED}", "Fwd: VPN")
    assert "My VPN is broken." in found.passed_on
    assert "From: Eva <eva@example.com>" in found.passed_on


def test_an_answer_between_quoted_lines_goes_without_them():
    found = spoken(f"Hello Eva,\n\n{QUOTED}\nPlease restart it.\n", "Re: x")
    assert "Queue" not in found.text
    assert "/close" not in found.text
    assert found.text.startswith("Hello Eva,")


def test_words_below_a_quote_do_not_lead():
    assert not spoken(f"{QUOTED}\n/close\n", "Re: x").leads
    assert spoken(f"/close\n\n{QUOTED}", "Re: x").leads
    assert spoken("/close", "Re: x").leads


PUBLIC = "My VPN asks for a code.\nIt shows the error 0x8007.\nI have started it three times."
NOTICE = f"""Eva has written again on #1001.

    Status: open
{PUBLIC}

BEFORE
Ben Ortiz (note, for agents only)
    She is to leave the company tomorrow.

Reply to this mail to answer Eva.
"""


def marked(mark: str) -> str:
    return "".join(f"{mark}{line}\n" for line in NOTICE.splitlines())


@pytest.mark.parametrize("mark", ["", "    ", "| ", "IT> ", "} ", "＞"])
def test_a_notice_that_is_quoted_without_a_known_mark_is_left_out(mark):
    assert without_notice(f"Soon.\n\n{marked(mark)}", NOTICE, PUBLIC) == "Soon."
    assert without_notice(f"{marked(mark)}\nI call you at noon.\n", NOTICE, PUBLIC) == "I call you at noon."


@pytest.mark.parametrize(
    "words",
    [
        f"You wrote\n{PUBLIC}\nand that is a known trouble.",
        "She is to leave the company tomorrow.\nI am sorry to say so.",
        "",
    ],
)
def test_what_an_agent_repeats_on_purpose_stays(words):
    assert without_notice(words, NOTICE, PUBLIC) == words
