"""Who wrote a mail that is passed on, about what, and his words."""

import pytest

from maild.mail.message import Address
from maild.mail.passed_on import read_passed_on

GMAIL = (
    "---------- Forwarded message ---------\nFrom: Eva Lind <Eva@example.com>\nDate: Wed, 18 Nov 2026\n"
    "Subject: VPN: down\nTo: Ben <ben@example.com>\n\nIt is broken.\n\nEva\n"
)
OUTLOOK = "From: Eva Lind <eva@example.com>\nSent: Wednesday\nTo: Ben\nSubject: VPN: down\n\nIt is broken.\n\nEva\n"
CHINESE = (
    "发件人：王芳 <eva@example.com>\n发送时间：2026年11月18日\n收件人：Ben\n主题：VPN: down\n\nIt is broken.\n\nEva\n"
)
APPLE = (
    "Begin forwarded message:\n\n> From: Eva Lind <eva@example.com>\n> Subject: VPN: down\n> Date: today\n> \n"
    "> It is broken.\n> \n> Eva\n"
)


@pytest.mark.parametrize(
    ("text", "name"), [(GMAIL, "Eva Lind"), (OUTLOOK, "Eva Lind"), (CHINESE, "王芳"), (APPLE, "Eva Lind")]
)
def test_the_writer_the_subject_and_the_words_are_read(text, name):
    found = read_passed_on(text)
    assert found.author == Address(name, "eva@example.com")
    assert found.subject == "VPN: down"
    assert found.text.replace(">", "").split() == ["It", "is", "broken.", "Eva"]


def test_what_is_no_mail_has_no_writer():
    assert read_passed_on("").author is None
    assert read_passed_on("just words\nand more").author is None
