"""What mail-parser does wrong with a mail, and what `parse` makes of it; one test for each mend."""


import mailparser
import pytest

from maild.mail.parse import parse
from tests.mail.letters import attached, letter, plain, whole

ZH = "您好，我的电脑无法登录，请帮忙处理一下，谢谢。"


def test_raw_bytes_of_a_header_are_kept_and_not_dropped():
    raw = letter("x", head="From: a@b.org").replace(b"\r\n\r\n", "\r\nSubject: 打印机坏了\r\n\r\n".encode("gbk"), 1)
    assert parse(raw).subject == "打印机坏了"


def test_raw_bytes_of_a_name_are_kept_and_not_escaped():
    raw = '"张三" <zhang@example.cn>'.encode("gbk")
    assert str(parse(b"From: " + raw + b"\r\n\r\n").author) == "张三 <zhang@example.cn>"


def test_one_undecodable_byte_does_not_cost_the_whole_body():
    body = (ZH * 20).encode("gbk") + b"\xff\xff" + ZH.encode("gbk")
    text = parse(letter(body, "Content-Type: text/plain; charset=gb2312")).text
    assert text.startswith(ZH * 20)
    assert text.endswith(ZH[:-1]) or ZH in text[-30:]


def test_a_gb2312_label_does_not_lose_the_characters_of_its_supersets():
    raw = letter("镕堃頔".encode("gb18030"), "Content-Type: text/plain; charset=gb2312")
    assert parse(raw).text == "镕堃頔"


def test_a_label_that_lies_does_not_turn_chinese_into_signs():
    assert parse(letter(ZH.encode(), "Content-Type: text/plain; charset=gb2312")).text == ZH
    assert parse(letter(ZH.encode("gbk"), "Content-Type: text/plain; charset=iso-8859-1")).text == ZH


def test_a_character_split_between_two_encoded_words_is_one_character():
    words = b"=?utf-8?B?5L2g5Q==?= =?utf-8?B?pb0=?="
    message = parse(b"From: " + words + b" <a@b.org>\r\nSubject: " + words + b"\r\n\r\n")
    assert (message.subject, message.author.name) == ("你好", "你好")


def test_an_encoded_word_in_quotes_is_a_name():
    assert parse(b'From: "=?utf-8?B?5L2g5aW9?=" <a@b.org>\r\n\r\n').author.name == "你好"


@pytest.mark.parametrize(
    ("field", "email"),
    [
        (b"Doe, Jane <jane@example.com>", "jane@example.com"),
        (b"a..b.@docomo.example", "a..b.@docomo.example"),
        (b"Jane <jane@example.com", "jane@example.com"),
        (b"=?gb2312?B?1cXI/Q==?= zhang@example.cn", "zhang@example.cn"),
    ],
)
def test_an_ambiguous_address_is_read_and_not_left_out(field, email):
    assert parse(b"From: " + field + b"\r\n\r\n").author.email == email


def test_a_blank_before_the_colon_does_not_end_the_header():
    message = parse(b"Subject : x\r\nFrom: a@b.org\r\n\r\nbody")
    assert (message.subject, message.text) == ("x", "body")


def test_a_line_that_is_no_field_does_not_end_the_header():
    message = parse(b"Subject: x\r\nno field\r\nFrom: a@b.org\r\n\r\nbody")
    assert (message.author.email, message.text) == ("a@b.org", "body")


def test_html_alone_gives_a_text():
    assert parse(letter("<p>hi</p>", "Content-Type: text/html")).text == "hi"


def test_attachments_come_as_bytes_with_a_name_that_stays_the_same():
    raw = whole("mixed", plain("x"), attached("", b"\x00\xff"))
    first, second = parse(raw).attachments[0], parse(raw).attachments[0]
    assert (first.content, first.name) == (b"\x00\xff", second.name)


def test_a_date_that_is_not_by_the_book_is_read():
    assert parse(letter("x", "Date: 2025-01-06 10:00:00 +0800")).date.hour == 2


def test_multiparts_within_multiparts_do_not_exhaust_the_stack():
    raw = b"".join(b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (i, i) for i in range(1_500))
    with pytest.raises(mailparser.exceptions.MailParserRecursionError):
        mailparser.parse_from_bytes(raw)
    assert "parts nested deeper than 20 are left as they came" in parse(raw).defects


@pytest.mark.parametrize("ends", [(b"\n", b""), (b"", b"\r\n"), (b"", b"\n")])
def test_a_line_end_that_a_server_added_to_carriage_returns_is_no_hindrance(ends):
    before, behind = ends
    message = parse(before + b"From: a@b.org\rTo: c@b.org\rSubject: x\rX-A: y\rX-B: z\rX-C: z\r\rone\rtwo" + behind)
    assert (message.subject, message.text.rstrip()) == ("x", "one\ntwo")
