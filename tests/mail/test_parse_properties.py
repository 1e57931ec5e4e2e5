"""Laws of reading: it never raises, what it gives is clean, and what was composed comes back."""

import re
from email.message import EmailMessage
from email.policy import SMTP

from hypothesis import given, settings
from hypothesis import strategies as st

from maild.mail.message import Message
from maild.mail.parse import parse
from tests.mail.letters import attached, plain, rich, whole, within

CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def assert_clean(message: Message) -> None:
    """Check what every reader of a message relies on."""
    assert not CONTROL.search(message.text)
    for name, value in message.headers:
        assert name == name.lower()
        assert not CONTROL.search(value)
        assert "\n" not in value
    for address in (*message.from_, *message.to, *message.cc, *message.reply_to):
        assert "@" in address.email
        assert not CONTROL.search(address.name + address.email)
    for attachment in message.attachments:
        assert attachment.name
        assert not set(attachment.name) & set("/\\\0\n")
        assert isinstance(attachment.content, bytes)
    assert message.date is None or message.date.utcoffset().total_seconds() == 0
    for each in (*message.references, *message.in_reply_to):
        assert each[0] + each[-1] == "<>"
    repr(message).encode("utf-8")
    assert len(message.fingerprint) == 64


@given(st.binary(max_size=500))
def test_any_bytes_are_a_mail(raw):
    message = parse(raw)
    assert message.size == len(raw)
    assert_clean(message)


@given(st.binary(max_size=300))
def test_any_bytes_are_the_header_of_a_mail_too_large(raw):
    assert_clean(parse(raw, truncated=True, size=10**9))


SAMPLES = [
    whole(
        "mixed",
        within("alternative", plain("您好 打印机坏了"), rich("<p>您好 <b>打印机</b> cid:x@y</p>"), boundary="i"),
        attached("报告.pdf", b"%PDF", "application/pdf", "Content-ID: <x@y>"),
        b"Content-Type: message/rfc822\r\n\r\nSubject: =?gb2312?B?xOO6ww==?=\r\n\r\ninner",
    ),
    whole(
        "report",
        plain("could not be delivered"),
        b"Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n\r\nAction: failed\r\n",
        b"Content-Type: text/rfc822-headers\r\n\r\nSubject: x\r\n",
        more="; report-type=delivery-status",
    ),
    b'From: =?utf-8?B?5L2g?= <a@b.org>, "x, y" <c@d.org> (e)\r\nReferences: <a@b>\r\n <c@d>\r\n'
    b"Date: Mon, 6 Jan 2025 10:00:00 +0800\r\nContent-Type: text/plain; charset=gb2312; format=flowed\r\n"
    b"Content-Transfer-Encoding: quoted-printable\r\n\r\n=C4=E3=BA=C3 \r\nbegin 644 x\r\n",
]
PIECES = st.sampled_from(
    [
        b"\r\n",
        b"\n",
        b"\r",
        b"\0",
        b"--=_b",
        b"--i",
        b'"',
        b"<",
        b">",
        b"(",
        b")",
        b"=?utf-8?B?",
        b"?=",
        b"\x1b$B",
        b"\xff\xfe",
        b"\xc4\xe3",
        b"Content-Type: multipart/mixed; boundary=i\r\n\r\n",
        b"message/rfc822",
        b"text/html",
        b"text/calendar",
        b"base64",
        b"charset=utf-16",
        b"charset=utf-7",
        b"+2AA-",
        b"&#xd800;",
        b"&#99999999999;",
        b"application/ms-tnef",
        b"\x78\x9f\x3e\x22",
        b"begin 644 x\nM",
        b";",
        b":",
    ]
) | st.binary(max_size=4)


@settings(max_examples=300)
@given(st.sampled_from(SAMPLES), st.lists(st.tuples(st.floats(0, 1), PIECES, st.integers(0, 30)), max_size=8))
def test_a_damaged_mail_is_a_mail(raw, damages):
    for where, piece, lost in damages:
        place = int(where * len(raw))
        raw = raw[:place] + piece + raw[place + lost :]
    assert_clean(parse(raw))


LEAVES = st.sampled_from(
    [plain("words"), rich("<p>more words</p>"), attached("a.bin", b"\0"), b"\r\n", b"", b"no header"]
)
TREES = st.recursive(
    LEAVES,
    lambda inner: st.builds(
        lambda kind, parts, boundary: within(kind, *parts, boundary=boundary),
        st.sampled_from(["mixed", "alternative", "related", "report", "digest", "signed", "unheard"]),
        st.lists(inner, max_size=4),
        st.sampled_from(["i", "j", "=_b", "ii"]),
    ),
    max_leaves=12,
)


@given(st.sampled_from(["mixed", "alternative", "related", "report"]), st.lists(TREES, max_size=4))
def test_any_tree_of_parts_is_read(kind, trees):
    assert_clean(parse(whole(kind, *trees)))


LETTERS = st.characters(codec="utf-8", exclude_categories=["C", "Z"])
WORDS = st.text(LETTERS, min_size=1, max_size=30)
TEXTS = st.lists(WORDS, min_size=1, max_size=20).map(" ".join)
FILES = st.lists(st.tuples(st.text("abcxyz报告0-", min_size=1, max_size=20), st.binary(max_size=100)), max_size=3)


@settings(max_examples=100)
@given(subject=TEXTS, name=WORDS, text=TEXTS, files=FILES)
def test_what_was_composed_comes_back(subject, name, text, files):
    mail = EmailMessage(policy=SMTP)
    mail["Subject"], mail["To"] = subject, "c@d.org"
    mail["From"] = f'"{name.translate({34: None, 92: None})}" <a@b.org>'
    mail.set_content(text)
    for file, content in files:
        mail.add_attachment(content, maintype="application", subtype="x-test", filename=file)
    message = parse(mail.as_bytes())
    assert "".join(message.subject.split()) == "".join(subject.split())
    assert message.text.split() == text.split()
    assert message.author.email == "a@b.org"
    assert [(each.name, each.content) for each in message.attachments] == files
    assert message.defects == ()
