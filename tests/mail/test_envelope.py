"""Addresses as they stand in an SMTP command."""

import pytest

from maild.mail.envelope import envelope_address


@pytest.mark.parametrize(
    ("email", "expected"),
    [
        ("eva@example.org", "eva@example.org"),
        ("eva@Bücher.example", "eva@xn--bcher-kva.example"),
        ("wei@例子。中国", "wei@xn--fsqu00a.xn--fiqs8s"),
        ("张伟@例子.cn", "张伟@xn--fsqu00a.cn"),
        ("a..b.@docomo.example", "a..b.@docomo.example"),
        ('"eva stone"@example.org', '"eva stone"@example.org'),
        ("root@localhost", "root@localhost"),
        ("root@[127.0.0.1]", "root@[127.0.0.1]"),
        ("root@[IPv6:::1]", "root@[IPv6:::1]"),
        ("x@a_b.example", "x@a_b.example"),
    ],
)
def test_a_good_address_is_written_with_an_ascii_domain(email, expected):
    assert envelope_address(email) == expected


@pytest.mark.parametrize(
    "email",
    [
        "", "eva", "@example.org", "eva@", "eva@ex ample.org", "eva@example..org", "eva@.example.org",
        "eva@example.org.", "eva@example.org>\r\nRCPT TO:<eve@example.org", "eva stone@example.org",
        "eva@example.org SIZE=1", "<eva@example.org>", "a@b@example.org", '"a\r\nb"@example.org',
        "eva\0@example.org", "eva\u2028@example.org", "eva\u3000x@example.org", "eva@\ud800.org",
        "\ud800@example.org", "x" * 500 + "@example.org", "eva@" + "ü" * 80 + ".example", "eva@⒈例.cn",
    ],
)  # fmt: skip
def test_what_no_server_could_take_is_refused(email):
    assert envelope_address(email) is None
