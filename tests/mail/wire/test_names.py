"""A name of an attachment is safe to save under, and tells what it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.mail.wire.names import made_up_name, safe_name, type_for


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("报告 final.pdf", "报告 final.pdf"),
        ("my  file.txt", "my  file.txt"),
        ("../../etc/passwd", "passwd"),
        (r"C:\Users\me\a.txt", "a.txt"),
        ("/tmp/", "tmp"),
        ("file:///home/me/a.txt", "a.txt"),
        (r"scans\2024\a.txt", "a.txt"),
        ("Rechnung 12/2024.pdf", "Rechnung 12_2024.pdf"),
        ("either/or", "either_or"),
        ("a\x00b\r\nc.txt", "ab  c.txt"),
        ("photo\u202egpj.exe", "photogpj.exe"),
        ("zero\u200bwidth\ufeff.txt", "zerowidth.txt"),
        ('a<b>:"c"|?*.txt', "a_b___c____.txt"),
        ("..", ""),
        (" .hidden. ", "hidden"),
        ("CON", "_CON"),
        ("nul.txt", "_nul.txt"),
        ("com1.tar.gz", "_com1.tar.gz"),
        ("console.log", "console.log"),
        ("", ""),
    ],
)
def test_a_name_is_made_safe(name, safe):
    assert safe_name(name) == safe


def test_a_long_name_keeps_its_extension():
    assert safe_name("x" * 500 + ".pdf") == "x" * 116 + ".pdf"
    assert safe_name("报" * 500 + ".pdf").endswith("报.pdf")
    assert len(safe_name("报" * 500 + ".pdf").encode()) <= 240
    assert len(safe_name("x." + "y" * 500)) <= 120


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("application/pdf", "attachment-1.pdf"),
        ("image/png", "image-1.png"),
        ("image/jpeg", "image-1.jpg"),
        ("message/rfc822", "attachment-1.eml"),
        ("text/x-unheard", "attachment-1.txt"),
        ("application/x-unheard", "attachment-1.bin"),
        ("image/../../x", "image-1.bin"),
    ],
)
def test_a_name_is_made_up_from_the_type(kind, name):
    assert made_up_name(kind, 1) == name


def test_a_type_is_guessed_from_the_name():
    assert [type_for(name) for name in ("a.PDF", "b.jpeg", "c.html", "d")] == [
        "application/pdf", "image/jpeg", "text/html", "application/octet-stream",
    ]  # fmt: skip


@given(st.text(max_size=300))
def test_any_text_gives_a_name_of_one_file_that_can_be_seen(name):
    safe = safe_name(name)
    assert not set(safe) & set('/\\<>:"|?*\0\n\u202e')
    assert safe not in (".", "..")
    assert safe == safe.strip(" ")
    assert len(safe) <= 120
    assert len(safe.encode()) <= 240
    assert safe_name(safe) == safe
