"""winmail.dat is unpacked, and a forged one costs neither time nor an exception."""

import struct

import pytest
from compressed_rtf import compress
from hypothesis import given
from hypothesis import strategies as st

from maild.mail.limits import Defects
from maild.mail.wire.tnef import unpack
from tests.mail.wire.tnef_writer import attribute, codepage, file, message, properties, tnef

UNICODE, STRING, BINARY, OBJECT, LONG = 0x1F, 0x1E, 0x102, 0x0D, 0x03
MAIL = bytes.fromhex("0703020000000000c000000000000046")


def test_files_come_out_with_name_type_and_content():
    data = tnef(
        file(
            b"REPORT~1.PDF",
            b"%PDF-1",
            (0x3707, UNICODE, "报告 final.pdf\0".encode("utf-16-le")),
            (0x370E, STRING, b"application/pdf\0"),
        ),
        file(b"plain.txt", b"hello"),
    )
    found = unpack(data, Defects())
    assert [(each.name, each.type, each.content) for each in found.files] == [
        ("报告 final.pdf", "application/pdf", b"%PDF-1"),
        ("plain.txt", "", b"hello"),
    ]


def test_names_are_read_in_the_code_page_of_the_sender():
    found = unpack(tnef(codepage(936), file("合同.doc".encode("gbk"), b"x")), Defects())
    assert found.files[0].name == "合同.doc"


def test_a_file_without_data_attribute_has_that_of_its_properties():
    begin = attribute(2, 0x9002, b"\0" * 14)
    data = tnef(begin, attribute(2, 0x9005, properties((0x3704, STRING, b"a.bin\0"), (0x3701, BINARY, b"content"))))
    assert [(each.name, each.content) for each in unpack(data, Defects()).files] == [("a.bin", b"content")]


@pytest.mark.parametrize(
    ("attributes", "text", "html"),
    [
        (attribute(1, 0x800C, b"plain text\0", 2), "plain text", ""),
        (message((0x1000, UNICODE, "你好".encode("utf-16-le"))), "你好", ""),
        (
            message((0x1013, BINARY, "<p>你好</p>".encode("gbk")), (0x3FDE, LONG, struct.pack("<i", 936))),
            "",
            "<p>你好</p>",
        ),
        (message((0x1009, BINARY, compress(rb"{\rtf1\ansi\ansicpg936 hello \'c4\'e3\par two}"))), "hello 你\ntwo", ""),
    ],
)
def test_the_text_is_found_where_it_lies(attributes, text, html):
    found = unpack(tnef(attributes), Defects())
    assert (found.text, found.html) == (text, html)


def test_a_mail_within_gives_its_text_and_its_files():
    inner = tnef(attribute(1, 0x800C, b"inner text\0", 2), file(b"inner.txt", b"x"))
    found = unpack(tnef(file(b"Fwd", b"", (0x3701, OBJECT, MAIL + inner))), Defects())
    assert [(each.name, each.content) for each in found.files] == [("Fwd.txt", b"inner text"), ("inner.txt", b"x")]


def test_what_is_no_tnef_is_none():
    assert unpack(b"not tnef at all", Defects()) is None
    assert unpack(b"", Defects()) is None


def test_a_broken_one_gives_what_came_before_the_break():
    defects = Defects()
    found = unpack(tnef(file(b"a.txt", b"x"), file(b"b.txt", b"y"))[:-5], defects)
    assert [each.name for each in found.files] == ["a.txt", "b.txt"]
    assert defects.all() == ("winmail.dat is broken; its end is left out",)


HUGE = struct.pack("<I", 0xFFFFFFFF)


@pytest.mark.parametrize(
    "blob",
    [
        HUGE,
        HUGE + struct.pack("<HH", 0x1003, 0x1000) + HUGE + b"\0" * 400,
        struct.pack("<IHH", 1, 0x1E, 0x1000) + HUGE + b"\0\0\0\0" * 100_000,
        struct.pack("<IHH", 1, 0x1E, 0x1000) + struct.pack("<I", 1) + HUGE,
        struct.pack("<IHH", 1, 0x03, 0x8000) + b"\0" * 16 + struct.pack("<I", 1) + HUGE,
        struct.pack("<IHH", 1, 0x7777, 0x1000),
    ],
)
def test_forged_counts_and_lengths_end_the_reading(blob):
    defects = Defects()
    unpack(tnef(attribute(1, 0x9003, blob)), defects)
    assert defects.all() == ("winmail.dat is broken; its end is left out",)


def test_mails_within_mails_end_at_a_depth():
    data = tnef()
    for _ in range(50):
        data = tnef(file(b"x", b"", (0x3701, OBJECT, MAIL + data)))
    assert len(unpack(data, Defects()).files) < 10


def test_broken_rich_text_is_noted():
    defects = Defects()
    unpack(tnef(message((0x1009, BINARY, b"LZFu" * 10))), defects)
    assert defects.all() == ("the text in winmail.dat is broken",)


SIGNATURE = struct.pack("<I", 0x223E9F78)


@given(st.binary(max_size=200), st.binary(max_size=200))
def test_any_bytes_are_unpacked_or_not(head, tail):
    sound = tnef(file(b"a", head), message((0x1000, UNICODE, tail)))
    for data in (head, SIGNATURE + head, sound[: -len(head) or None] + tail):
        found = unpack(data, Defects())
        assert (found is None) == (len(data) < 6 or not data.startswith(SIGNATURE))
        assert found is None or sum(len(each.content) for each in found.files) <= len(data)
