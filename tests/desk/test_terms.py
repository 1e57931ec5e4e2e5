"""Terms: one thing written in several ways has one term, and a code keeps every digit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.desk.terms import LONGEST_TERM, terms


@pytest.mark.parametrize(
    "text, others",
    [
        ("printing", ["printed", "prints", "Print"]),
        ("Wi-Fi", ["wifi", "WiFi", "Ｗi-Fi"]),
        ("e-mail", ["email", "E-Mails"]),
        ("resetting", ["reset"]),
        ("sharing", ["share", "shares", "shared"]),
        ("café", ["cafe"]),
        ("batteries", ["battery"]),
    ],
)
def test_forms_of_a_word_share_a_term(text, others):
    for other in others:
        assert set(terms(other)) & set(terms(text)), (terms(other), terms(text))


def test_a_printer_is_not_what_is_printed():
    assert not set(terms("printer")) & set(terms("printed"))


@pytest.mark.parametrize(
    "text, code",
    [
        ("Error 0x80070005!", "0x80070005"),
        ("（错误：789）", "789"),
        ("550 5.7.1 refused", "5_7_1"),
        ("ORA-00942", "ora_00942"),
    ],
)
def test_a_code_is_kept_as_it_stands(text, code):
    assert code in terms(text)


def test_chinese_is_cut_into_pairs_without_the_polite_words():
    assert terms("您好，请问打印机卡纸怎么办？") == ["打印", "印机", "机卡", "卡纸"]


def test_both_languages_may_stand_in_one_line():
    assert terms("我的VPN连不上") == ["vpn", "连不", "不上"]


def test_words_that_everybody_writes_are_no_terms():
    assert terms("Hello, please help me with this, it does not work") == []


@given(st.text())
def test_every_term_is_harmless_to_a_query(text):
    for term in terms(text):
        assert term
        assert all(letter == "_" or letter.isalnum() for letter in term)
        assert len(term) <= LONGEST_TERM


@given(st.text())
def test_a_term_is_told_the_same_way_in_any_case(text):
    assert terms(text.upper().lower()) == terms(text.upper().lower().casefold())
