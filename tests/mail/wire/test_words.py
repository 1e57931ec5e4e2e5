"""Header text is decoded as its writer meant it, and can never begin a line of its own."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.mail.wire.words import decode_text, unfold


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"plain", "plain"),
        (b"=?utf-8?B?5L2g5aW9?=", "你好"),
        (b"=?UTF-8?q?J=C3=B8rn_Simonsen?=", "Jørn Simonsen"),
        (
            b"=?iso-8859-1?Q?Avaldu?= =?iso-8859-1?Q?s_lepingu_?=  =?iso-8859-1?Q?l=F5petamise?=",
            "Avaldus lepingu lõpetamise",
        ),
        (b"Re: =?utf-8?B?5L2g5aW9?= now", "Re: 你好 now"),
        (b"=?utf-8*zh?B?5L2g5aW9?=", "你好"),
    ],
)
def test_encoded_words_are_decoded(raw, text):
    assert decode_text(raw) == text


@pytest.mark.parametrize(
    ("why", "raw", "text"),
    [
        ("a character split between two words", b"=?utf-8?B?5L2g5Q==?= =?utf-8?B?pb0=?=", "你好"),
        ("base64 cut at any letter", b"=?utf-8?B?5L2?= =?utf-8?B?g5aW9?=", "你好"),
        ("no padding", b"=?gb2312?B?xOM?=", "你"),
        ("no padding in one of two", b"=?gbk?B?tPLTobv6u7U?= =?gbk?B?wcu6ww?=", "打印机坏了好"),
        ("no padding in the first of two", b"=?utf-8?B?5L2g5Q?= =?utf-8?B?pb3lpb0?=", "你好好"),
        ("no blank between the words", b"=?utf-8?B?5L2g?==?utf-8?B?5aW9?=", "你好"),
        ("glued to text", b"ticket=?utf-8?B?5L2g?=x", "ticket你x"),
        ("raw blanks in the text", b"=?utf-8?Q?hello there?=", "hello there"),
        ("raw question marks in the text", b"=?utf-8?Q?what??=", "what?"),
        ("a raw question mark before an octet", b"=?utf-8?Q?why?=20not?=", "why?\x20not"),
        ("two charsets side by side", b"=?gb2312?B?xOM=?= =?utf-8?B?5aW9?=", "你好"),
        ("two encodings of one charset", b"=?utf-8?B?5L2g?= =?utf-8?Q?=E5=A5=BD?=", "你好"),
        ("an unknown charset", b"=?klingon?B?5L2g5aW9?=", "你好"),
        ("a label that lies", b"=?gb2312?B?5L2g5aW95L2g5aW9?=", "你好你好"),
        ("gbk beyond gb2312", b"=?gb2312?B?086yyZjl?=", "游采樺"),
        ("folded in the middle of an octet", unfold(b"=?utf-8?Q?=C3=B6=C\r\n 3=B5?="), "öõ"),
        ("no end", b"=?utf-8?B?5L2g5aW9", "=?utf-8?B?5L2g5aW9"),
        ("an empty word", b"=?utf-8?Q??=", ""),
        ("only a blank", b"=?utf-8?q?_?=", ""),
        ("iso-2022-jp whose state goes over", b"=?ISO-2022-JP?B?UkU6GyRC?= =?ISO-2022-JP?B?RUU7UhsoQg==?=", "RE:電子"),
    ],
)
def test_words_are_decoded_in_the_many_ways_they_are_written(why, raw, text):
    assert decode_text(raw) == text


@pytest.mark.parametrize("charset", ["", "gb2312", "utf-8", "us-ascii"])
def test_raw_gbk_is_read(charset):
    assert decode_text("回复: 打印机坏了".encode("gbk"), charset) == "回复: 打印机坏了"


def test_raw_bytes_are_read_in_the_charset_of_the_body_where_they_could_be_anything():
    assert decode_text("Ñandú".encode("cp1252"), "iso-8859-1") == "Ñandú"
    assert decode_text("тест".encode("koi8_r"), "koi8-r") == "тест"


def test_raw_bytes_beside_an_encoded_word_are_read():
    assert decode_text("打印机 ".encode("gbk") + b"=?utf-8?B?5L2g5aW9?=") == "打印机 你好"


@pytest.mark.parametrize(
    "raw", [b"=?utf-8?Q?a=0D=0ABcc:_x?=", b"a\rBcc: x", b"a\x0bBcc: x", b"=?utf-8?B?YeKAqEJjYzogeA==?="]
)
def test_no_value_can_begin_a_new_line(raw):
    assert decode_text(unfold(raw)) == "a Bcc: x"


def test_unfolding_takes_the_line_ends_and_leaves_the_blanks():
    assert unfold(b" a\r\n  b\n\tc\r\n") == b"a  b\tc"


@given(st.binary(max_size=300))
def test_any_value_becomes_one_printable_line(raw):
    text = decode_text(unfold(raw))
    assert not any(char < " " or "\x7f" <= char <= "\x9f" for char in text)
    text.encode("utf-8")


@given(st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1), st.integers(1, 9))
def test_a_text_cut_into_words_at_any_byte_comes_back(text, step):
    octets = text.encode()
    pieces = [octets[i : i + step] for i in range(0, len(octets), step)]
    words = [b"=?utf-8?Q?" + b"".join(b"=%02X" % octet for octet in piece) + b"?=" for piece in pieces]
    assert decode_text(b" ".join(words)) == text
