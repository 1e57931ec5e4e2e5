"""Plain text is cleaned and its lines are put together as they were written."""

import binascii

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.mail.wire.plain import clean_text, join_flowed, strip_enriched, take_uuencoded


def test_text_has_one_kind_of_line_end_and_no_control_characters():
    assert clean_text("a\r\nb\r\r\nc\rd\x85e\u2028f\tg\x00\x07\x1b\x7f") == "a\nb\nc\nd\ne\nf\tg"
    assert clean_text("\ufeff你\r\n好\x9f") == "你\n好"


@given(st.text())
def test_any_text_is_clean_afterwards(text):
    clean = clean_text(text)
    assert clean_text(clean) == clean
    assert not any(char < " " and char not in "\n\t" for char in clean)


@pytest.mark.parametrize(
    ("why", "text", "joined"),
    [
        ("lines", "First line \ncontinued \nand so on\nnew", "First line continued and so on\nnew"),
        ("a quote beside an answer", "> quoted \n> goes on\nmine \ntoo", "> quoted goes on\nmine too"),
        ("depths are not joined", ">> deep \n> less", ">> deep \n> less"),
        ("a stuffed blank", " From here\n > no quote", "From here\n> no quote"),
        ("a signature ends a paragraph", "bye \n-- \nJane", "bye \n-- \nJane"),
        ("an end without text", "open ", "open "),
    ],
)
def test_flowed_text_is_joined(why, text, joined):
    assert join_flowed(text, delsp=False) == joined


def test_blanks_are_taken_out_where_the_text_has_none_between_words():
    assert join_flowed("打印 \n机", delsp=True) == "打印机"


@given(st.text(st.sampled_from("ab> \n-")), st.booleans())
def test_joining_loses_no_word(text, delsp):
    assert join_flowed(text, delsp).replace(" ", "").replace("\n", "").replace(">", "") == (
        text.replace(" ", "").replace("\n", "").replace(">", "")
    )


def uu(content: bytes) -> str:
    lines = [binascii.b2a_uu(content[i : i + 45]).decode() for i in range(0, len(content), 45)]
    return "begin 644 my file.bin\n" + "".join(lines) + "`\nend\n"


@given(st.binary(min_size=1, max_size=300))
def test_a_uuencoded_file_is_taken_out_of_the_text(content):
    text, files = take_uuencoded(f"See this:\n{uu(content)}Bye\n")
    assert files == [("my file.bin", content)]
    assert text == "See this:\nBye\n"


def test_a_uuencoded_file_may_be_nameless():
    assert take_uuencoded("begin 644 \n%:&5L;&\\\n`\nend\n") == ("", [("", b"hello")])


@pytest.mark.parametrize(
    "text",
    [
        "begin 644 the work\nand go on\nend\n",
        "begin 644 x\nM123\n",
        "begin 644 x\nend\n",
        "we begin 644 x",
        "begin 644 x\n",
    ],
)
def test_prose_that_looks_like_uuencode_stays(text):
    assert take_uuencoded(text) == (text, [])


def test_enriched_text_loses_its_commands():
    assert strip_enriched("<bold>part</bold><nl>1 << 2") == "part\n1 < 2"
