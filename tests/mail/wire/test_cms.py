"""The words within an opaque signature are read; what is no signature is nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.mail.parse import parse
from maild.mail.wire.cms import signed_content
from tests.mail.letters import attached, letter, plain, whole

INNER = b"Content-Type: text/plain; charset=utf-8\r\n\r\nsealed words"


def value(tag: int, content: bytes) -> bytes:
    length = len(content)
    if length < 0x80:
        return bytes([tag, length]) + content
    octets = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(octets)]) + octets + content


def open_value(tag: int, content: bytes) -> bytes:
    return bytes([tag, 0x80]) + content + b"\0\0"


def sealed(content: bytes, wrap=value, pieces: int = 0) -> bytes:
    """Write SignedData (RFC 5652 section 5.1) without signers; in `pieces` as streaming programs do."""
    octets = value(0x04, content)
    if pieces:
        cut = [content[at : at + pieces] for at in range(0, len(content), pieces)]
        octets = wrap(0x24, b"".join(value(0x04, each) for each in cut))
    inner = wrap(0x30, bytes.fromhex("06092a864886f70d010701") + wrap(0xA0, octets))
    data = wrap(0x30, value(0x02, b"\x01") + value(0x31, b"") + inner + value(0x31, b""))
    return wrap(0x30, bytes.fromhex("06092a864886f70d010702") + wrap(0xA0, data))


@pytest.mark.parametrize("pieces", [0, 7, 1000])
@pytest.mark.parametrize("wrap", [value, open_value])
@pytest.mark.parametrize("content", [INNER, INNER * 100])
def test_the_signed_content_is_found(content, wrap, pieces):
    assert signed_content(sealed(content, wrap, pieces)) == content


def test_a_sealed_mail_gives_its_text_and_the_seal_as_a_file():
    raw = whole("mixed", attached("smime.p7m", sealed(INNER), "application/pkcs7-mime"))
    message = parse(raw)
    assert (message.text, [each.name for each in message.attachments]) == ("sealed words", ["smime.p7m"])


def test_files_within_a_seal_are_kept():
    inner = whole("mixed", plain("sealed words"), attached("a.pdf", b"%PDF"))
    message = parse(letter(sealed(inner), "Content-Type: application/pkcs7-mime; name=smime.p7m"))
    assert (message.text, [each.name for each in message.attachments]) == ("sealed words", ["smime.p7m", "a.pdf"])


def test_seals_within_seals_end():
    inner = INNER
    for _ in range(20):
        inner = b"Content-Type: application/pkcs7-mime\r\n\r\n" + sealed(inner)
    assert len(parse(inner).attachments) == 4


@given(st.binary(max_size=80), st.integers(0, 80))
def test_any_bytes_hold_a_signed_mail_or_not(data, place):
    whole = sealed(INNER)
    for each in (data, whole[:place] + data, whole[:place] + data + whole[place + len(data) :]):
        found = signed_content(each)
        assert found is None or len(found) < len(each)
    assert signed_content(whole + data) == INNER
