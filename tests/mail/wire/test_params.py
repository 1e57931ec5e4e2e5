"""Content-Type and Content-Disposition are understood, however carelessly they were written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.mail.wire.params import media_type, parameters, token


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        (b"text/plain", "text/plain"),
        (b"TEXT/HTML; charset=x", "text/html"),
        (b"application/pdf name=x", "application/pdf"),
        (b" multipart / mixed;", "multipart/mixed"),
        (b"text", "text/plain"),
        (b"html", "text/html"),
        (b"unknown; name=x", ""),
        (b"", ""),
        (b"=?utf-8?q?x?=", ""),
    ],
)
def test_a_media_type_is_read(raw, kind):
    assert media_type(raw) == kind


def test_the_first_word_of_a_field_is_its_token():
    assert [token(raw) for raw in (b"Attachment; x", b' "inline"', b"", b"8bit (eight)")] == [
        "attachment",
        "inline",
        "",
        "8bit",
    ]


@pytest.mark.parametrize(
    ("why", "raw", "found"),
    [
        ("plain", b'a/b; charset=utf-8; boundary="x y;z"', {"charset": "utf-8", "boundary": "x y;z"}),
        ("doubled semicolons", b"a/b;; charset=utf-8;", {"charset": "utf-8"}),
        ("no semicolon", b'a/b name="x.pdf"', {"name": "x.pdf"}),
        ("a forgotten semicolon", b"a/b; charset=utf-8 format=flowed", {"charset": "utf-8", "format": "flowed"}),
        (
            "semicolons forgotten between the pieces of a name",
            b"a/b; filename*0*=utf-8''caf filename*1*=%C3%A9.pdf",
            {"filename": "café.pdf"},
        ),
        (
            "semicolons forgotten between the pieces of any value",
            b"a/b\n title*0*=us-ascii'en'as%20said title*1=-before",
            {"title": "as said-before"},
        ),
        ("an extended value without its asterisk", b"a; filename=utf-8''caf%C3%A9.pdf", {"filename": "café.pdf"}),
        ("a percent sign that is itself", b"a; filename=\"it's 50%25 'off'\"", {"filename": "it's 50%25 'off'"}),
        ("a comment", b"a/b; charset=us-ascii (plain)", {"charset": "us-ascii"}),
        ("a word without value", b"a/b; flag; boundary=x", {"boundary": "x"}),
        ("no name", b"a/b; =v; boundary=x", {"boundary": "x"}),
        ("the first of two", b"a/b; boundary=x; boundary=y", {"boundary": "x"}),
        ("junk behind a quoted value", b'a/b; boundary="x" "; boundary=y"', {"boundary": "x"}),
        ("an open comment", b'a/b; x=see(note; boundary="y"', {"x": "see(note", "boundary": "y"}),
        ("parentheses in a name", b"a; filename=Invoice(1).pdf", {"filename": "Invoice(1).pdf"}),
        ("blanks in an unquoted name", b"a; filename=my report.pdf ; x=y", {"filename": "my report.pdf", "x": "y"}),
        ("half a quote", b'a; filename="report.pdf', {"filename": "report.pdf"}),
        ("escapes", rb'a; filename="a \"b\".txt"', {"filename": 'a "b".txt'}),
        ("an encoded word", b'a; filename="=?utf-8?B?5L2g5aW9?=.txt"', {"filename": "你好.txt"}),
        ("an unquoted encoded word", b"a; name==?koi8-r?B?89DJ08/LLmRvYw==?=", {"name": "Список.doc"}),
        ("raw gbk", 'a; filename="报告.doc"'.encode("gbk"), {"filename": "报告.doc"}),
        ("raw utf-8", 'a; filename="报告.doc"'.encode(), {"filename": "报告.doc"}),
    ],
)
def test_parameters_are_read_in_the_many_ways_they_are_written(why, raw, found):
    assert parameters(raw) == found


@pytest.mark.parametrize(
    ("why", "raw", "name"),
    [
        ("one value", b"a; filename*=UTF-8''%E4%BD%A0.txt", "你.txt"),
        ("quoted against the rules", b"a; filename*=\"UTF-8''%E4%BD%A0.txt\"", "你.txt"),
        ("no charset", b"a; filename*=%E4%BD%A0.txt", "你.txt"),
        ("gbk", b"a; filename*=gb2312''%C4%E3.txt", "你.txt"),
        ("continued", b"a; filename*0=OA; filename*1=U; filename*2=.txt", "OAU.txt"),
        ("out of order", b"a; filename*1=b; filename*0=a", "ab"),
        ("a character split", b"a; filename*0*=utf-8''%E4%BD; filename*1*=%A0", "你"),
        ("half of it encoded", b"a; filename*0*=utf-8''%E4%BD%A0; filename*1=%41.txt", "你%41.txt"),
        ("encoded words in pieces", b'a; filename*0="=?utf-8?B?5L2g"; filename*1="5aW9?="', "你好"),
        ("beside an ASCII stand-in", b"a; filename=x.txt; filename*=UTF-8''%E4%BD%A0.txt", "你.txt"),
        ("continued beside a whole one", b'a; filename="plain.txt"; filename*0="cont.txt"', "plain.txt"),
        ("not encoded, so not decoded", b'a; filename*0="a%2F..%2Fetc"', "a%2F..%2Fetc"),
    ],
)
def test_extended_and_continued_values_are_put_together(why, raw, name):
    assert parameters(raw)["filename"] == name


@given(st.binary(max_size=300))
def test_any_bytes_have_parameters_that_are_text(raw):
    for name, value in parameters(raw).items():
        assert name == name.lower()
        assert (name + value).encode("utf-8").decode("utf-8") == name + value
    kind, first = media_type(raw), token(raw)
    assert (media_type(kind.encode("ascii")), token(first.encode("ascii"))) == (kind, first)
    assert kind.count("/") == bool(kind)
    assert first == first.lower()
