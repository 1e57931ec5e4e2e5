"""Transfer encodings are undone leniently, and no byte is lost that anybody could read."""

import base64
import binascii

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.mail.limits import Defects
from maild.mail.wire.transfer import decode_base64, decode_transfer, text_in_base64, transfer_name


@pytest.mark.parametrize(
    ("encoding", "data", "octets"),
    [
        ("base64", b"aGVsbG8=\r\n", b"hello"),
        ("quoted-printable", b"a=C3=A9 b=\r\nc=3D", b"a\xc3\xa9 bc="),
        ("quoted-printable", b"=ZZ a==b 1+1=2", b"=ZZ a==b 1+1=2"),
        ("x-uuencode", b"begin 644 x\n%:&5L;&\\\n`\nend\n", b"hello"),
        ("", b"as it is", b"as it is"),
        ("8bit", b"\xff", b"\xff"),
        ("nonsense", b"as it is", b"as it is"),
    ],
)
def test_an_encoding_is_undone(encoding, data, octets):
    assert decode_transfer(data, encoding, Defects()) == octets


@pytest.mark.parametrize(
    ("why", "data"),
    [
        ("no padding", b"aGVsbG8"),
        ("line ends anywhere", b"aG\r\nVs\nbG8\r\n="),
        ("strange signs within", b"aG!Vs*bG8="),
        ("something behind the padding", b"aGVsbG8=\r\n-- \r\nsent by a list"),
        ("one letter too many", b"aGVsbG8aX"),
    ],
)
def test_base64_is_read_up_to_its_padding_whatever_is_wrong_with_it(why, data):
    assert decode_base64(data)[:5] == b"hello"


@pytest.mark.parametrize(
    ("why", "data"),
    [
        ("sentences", b"The printer on the second floor\r\nprints nothing since Monday\r\n"),
        ("html", b"<html><body><p>hi</p></body></html>"),
        ("letters of another script", "打印机坏了".encode()),
        ("a file as it is", b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj"),
    ],
)
def test_what_is_plainly_no_base64_is_left_as_it_came(why, data):
    defects = Defects()
    assert decode_transfer(data, "base64", defects) == data
    assert defects.all() == ("a body that is said to be base64 is none; it is left as it came",)


def test_what_is_plainly_not_uuencoded_is_left_as_it_came():
    defects = Defects()
    data = b"The printer on the second floor\r\nprints nothing since Monday\r\n"
    assert decode_transfer(data, "x-uuencode", defects) == data
    assert defects.all() == ("a body that is said to be uuencoded is not; it is left as it came",)


def test_a_short_base64_with_a_strange_sign_is_still_base64():
    assert decode_transfer(b"PGh0*bWw+Cg==", "base64", Defects()) == b"<html>\n"


def test_base64_with_many_strange_signs_at_its_end_is_still_base64():
    assert decode_transfer(base64.b64encode(b"a" * 36) + b"!!!!", "base64", Defects()) == b"a" * 36


def test_a_text_in_base64_is_known_without_its_label():
    text = "Dear all,\r\nthe printer on the second floor prints nothing. Grüße, 打印机坏了\r\n".encode() * 3
    assert text_in_base64(base64.encodebytes(text)) == text


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"hello",
        b"test\ntest\ntest",
        b"abcdefgh\nabcdefgh\nsome words\n",
        base64.encodebytes(bytes(range(256))),
        b"-----BEGIN CERTIFICATE-----\n" + base64.encodebytes(b"a" * 200) + b"-----END CERTIFICATE-----\n",
        b"see below\n" + base64.encodebytes(b"a" * 200),
    ],
)
def test_what_is_not_all_text_in_base64_is_none(data):
    assert text_in_base64(data) == b""


def test_base64_whose_line_ends_became_blanks_is_still_base64():
    octets = bytes(range(256)) * 4
    assert decode_transfer(base64.encodebytes(octets).replace(b"\n", b" "), "base64", Defects()) == octets


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        (b"quoted printable", "quoted-printable"),
        (b' "Quoted_Printable" ', "quoted-printable"),
        (b"quotedprintable;", "quoted-printable"),
        (b"base 64", "base64"),
        (b"BASE-64", "base64"),
        (b"8bit (raw)", "8bit"),
        (b"x-uuencode", "x-uuencode"),
        (b"=?x?=", ""),
    ],
)
def test_an_encoding_is_known_by_its_many_spellings(raw, name):
    assert transfer_name(raw) == name


def test_what_is_missing_is_noted():
    defects = Defects()
    decode_transfer(b"aGVsbG8", "base64", defects)
    decode_transfer(b"x", "x-zip", defects)
    assert defects.all() == ("a base64 body is incomplete", "unknown transfer encoding 'x-zip'")


@given(st.binary(max_size=300))
def test_base64_comes_back_with_and_without_padding(octets):
    encoded = base64.encodebytes(octets)
    assert decode_base64(encoded) == octets
    assert decode_base64(encoded.replace(b"=", b"")) == octets


@given(st.binary(max_size=300))
def test_quoted_printable_comes_back(octets):
    assert (
        decode_transfer(binascii.b2a_qp(octets, quotetabs=True, istext=False), "quoted-printable", Defects()) == octets
    )


@given(st.binary(max_size=300), st.sampled_from(["base64", "quoted-printable", "uuencode", "x-uue", "?"]))
def test_any_bytes_are_decoded_to_some(data, encoding):
    defects = Defects()
    octets = decode_transfer(data, encoding, defects)
    assert len(octets) <= len(data)
    if encoding == "?":
        assert (octets, len(defects.all())) == (data, 1)
