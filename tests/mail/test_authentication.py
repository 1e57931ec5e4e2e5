"""Authentication-Results are believed from a configured server only, and never from the sender."""

import pytest

from maild.mail.authentication import authentication
from maild.mail.message import Address, Message

TRUSTED = frozenset({"mx.example.com"})


def mail(*fields, authors=("eva@example.org",)):
    return Message(
        size=1,
        sha256="",
        from_=tuple(Address("", email) for email in authors),
        headers=tuple(("authentication-results", field) for field in fields),
    )


@pytest.mark.parametrize(
    "field",
    [
        "mx.example.com; dmarc=pass header.from=example.org",
        "mx.example.com 1; spf=fail smtp.mailfrom=x.net; dmarc=pass (p=none dis=none) header.from=example.org",
        "MX.example.com; dkim=pass header.d=example.org",
        "mx.example.com; dkim=pass (2048-bit (rsa) key; unprotected) header.d=example.org header.i=@example.org",
        'mx.example.com; dkim=pass reason="good; signature" header.i=@example.org',
        "mx.example.com; dkim=fail header.d=example.org; dkim=pass header.d=example.org",
    ],
)
def test_an_aligned_pass_by_a_trusted_server_speaks_for_the_sender(field):
    assert authentication(mail(field), TRUSTED).passed


@pytest.mark.parametrize(
    "fields",
    [
        (),
        ("other.example.com; dmarc=pass header.from=example.org",),
        ("mx.example.com.evil.net; dmarc=pass header.from=example.org",),
        ("mx.example.com; dmarc=pass header.from=evil.net",),
        ("mx.example.com; dkim=pass header.d=evil.net",),
        ("mx.example.com; dkim=pass header.d=org",),
        ("mx.example.com; dkim=pass header.d=notexample.org",),
        ("mx.example.com; spf=pass smtp.mailfrom=example.org",),
        ("mx.example.com; none",),
        ("mx.example.com (; dmarc=pass header.from=example.org",),
        ('mx.example.com; spf=pass reason="x; dmarc=pass header.from=example.org"',),
        ("mx.example.com; spf=pass (; dmarc=pass header.from=example.org)",),
        ('mx.example.com; spf=pass (a "quoted" word; dmarc=pass header.from=example.org)',),
        (r"mx.example.com; spf=pass (a \) parenthesis; dmarc=pass header.from=example.org)",),
        (r'mx.example.com; spf=pass smtp.mailfrom="a\"; dmarc=pass header.from=example.org; \"b"@evil.net',),
        ('mx.example.com; dkim=pass reason="as header.d=example.org says" header.d=evil.net',),
        ('mx.example.com; spf=pass smtp.mailfrom="a; dmarc=pass header.from=example.org',),
        ("mx.example.com; dmarc=pass header.from=example.org; dmarc=none header.from=example.org",),
        ("mx.example.com; spf=none", "mx.example.com; dmarc=pass header.from=example.org"),
        ("other.example.com; spf=none", "mx.example.com; dmarc=pass header.from=example.org"),
    ],
)
def test_anything_less_speaks_for_nobody(fields):
    assert not authentication(mail(*fields), TRUSTED).passed


def test_a_failed_dmarc_refutes_the_sender_whatever_dkim_says():
    found = authentication(
        mail("mx.example.com; dmarc=fail header.from=example.org; dkim=pass header.d=example.org"), TRUSTED
    )
    assert found.failed
    assert not found.passed


@pytest.mark.parametrize(
    "spf",
    [
        'smtp.mailfrom="a("@evil.net',
        r'smtp.mailfrom="a\"; dmarc=pass header.from=example.org; \"b"@evil.net',
        "smtp.helo=a;dmarc=pass header.from=example.org",
    ],
)
def test_no_address_that_the_sender_chose_hides_what_failed(spf):
    found = authentication(mail(f"mx.example.com; spf=pass {spf}; dmarc=fail header.from=example.org"), TRUSTED)
    assert found.failed
    assert not found.passed


def test_two_from_addresses_are_never_authenticated():
    two = mail("mx.example.com; dmarc=pass header.from=example.org", authors=("eva@example.org", "boss@example.org"))
    assert authentication(two, TRUSTED).failed


def test_without_a_configured_server_nothing_is_believed():
    assert not authentication(mail("mx.example.com; dmarc=pass header.from=example.org"), frozenset()).passed
