"""The gate in front of the outbox."""

import pytest

from maild.desk.gate import Limits, Recipient, withhold


@pytest.mark.parametrize(
    ("notice", "recipient", "answers", "why"),
    [
        ("receipt", Recipient(""), "correspondence", "no address"),
        ("receipt", Recipient("a@b@c"), "correspondence", "no address"),
        ("receipt", Recipient("support@example.com", ours=True), "correspondence", "loop"),
        ("receipt", Recipient("eva@example.com"), "auto-reply", "automatic reply"),
        ("receipt", Recipient("eva@example.com"), "list", "mailing list"),
        ("receipt", Recipient("eva@example.com"), "auto-generated", "machine"),
        ("receipt", Recipient("no-reply@example.com"), "correspondence", "nobody reads"),
        ("receipt", Recipient("news-bounces@example.com"), "correspondence", "nobody reads"),
        ("receipt", Recipient("MAILER-DAEMON@example.com".lower()), "correspondence", "nobody reads"),
        ("receipt", Recipient("eva@example.com", suppressed="5.1.1 unknown"), "correspondence", "5.1.1"),
        ("receipt", Recipient("eva@example.com", receipts=5), "correspondence", "5 receipts within an hour"),
        ("reminder", Recipient("eva@example.com", notices=30), "", "30 notices within a day"),
    ],
)
def test_a_notice_is_withheld_with_its_reason(notice, recipient, answers, why):
    assert why in withhold(notice, recipient, answers, Limits())


@pytest.mark.parametrize(
    ("notice", "recipient", "answers"),
    [
        ("receipt", Recipient("eva@example.com", receipts=4, notices=29), "correspondence"),
        ("reminder", Recipient("eva@example.com", receipts=5), ""),
        ("receipt", Recipient("norbert.reply@example.com"), "correspondence"),
        ("receipt", Recipient("postmaster@example.com"), "correspondence"),
    ],
)
def test_an_ordinary_notice_goes_out(notice, recipient, answers):
    assert withhold(notice, recipient, answers, Limits()) == ""
