"""The words are taken out of RTF, and nothing of its machinery."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.mail.wire.rtf import rtf_to_text


@pytest.mark.parametrize(
    ("why", "rtf", "text"),
    [
        ("words", rb"{\rtf1\ansi Hello {\b bold} world\par Second}", "Hello bold world\nSecond"),
        ("tables and styles", rb"{\rtf1{\fonttbl{\f0 Arial;}}{\colortbl;\red0;}{\*\generator X;}text}", "text"),
        ("escaped signs", rb"{\rtf1 \{a\} \\ b\~c}", "{a} \\ b c"),
        ("octets in the code page", rb"{\rtf1\ansi\ansicpg936 \'c4\'e3\'ba\'c3}", "你好"),
        ("unicode with a stand-in", rb"{\rtf1\uc1 \u20320?\u22909?}", "你好"),
        ("unicode without one", rb"{\rtf1\uc0 \u20320\u22909}", "你好"),
        ("a pair of surrogates", rb"{\rtf1\uc0 \u-10179\u-8704}", "\U0001f600"),
        (
            "html within",
            rb"{\rtf1\ansi\fromhtml1{\*\htmltag64 <p>}Hello\htmlrtf\par\htmlrtf0{\*\htmltag72 </p>}"
            rb"{\*\htmltag64 <p>}two}",
            "Hello\n\ntwo",
        ),
        ("a picture", rb"{\rtf1 a{\pict 0123456789abcdef}b}", "ab"),
    ],
)
def test_words_are_taken_out(why, rtf, text):
    assert rtf_to_text(rtf) == text


def test_deep_groups_are_no_hindrance():
    assert rtf_to_text(b"{\\rtf1 " + b"{" * 50_000 + b"deep" + b"}" * 50_000 + b" end}") == "deep end"


@given(st.binary(max_size=200))
def test_whatever_follows_a_word_it_stays_and_all_is_text(data):
    text = rtf_to_text(b"{\\rtf1 word " + data)
    assert text.startswith("word")
    assert len(text.encode("utf-8").decode("utf-8")) <= len(b"word " + data)
