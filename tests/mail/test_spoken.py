"""What an agent said himself is told from what he quotes or passes on."""

import pytest

from maild.mail.spoken import spoken

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
