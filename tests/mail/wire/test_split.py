"""A mail is taken apart into its parts, whatever its boundaries look like."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maild.mail.limits import DEFAULT, Defects, Limits
from maild.mail.wire.split import Part, split


def parts(raw: bytes, limits: Limits = DEFAULT) -> tuple[Part, tuple[str, ...]]:
    defects = Defects()
    return split(raw, limits, defects), defects.all()


def leaves(part: Part) -> list[tuple[str, bytes]]:
    if not part.children:
        return [(part.type, bytes(part.octets()))]
    return [leaf for child in part.children for leaf in leaves(child)]


def mixed(body: bytes, boundary: str = "b") -> bytes:
    return f'Content-Type: multipart/mixed; boundary="{boundary}"\r\n\r\n'.encode() + body


def test_each_part_ends_before_the_line_end_of_the_next_delimiter():
    root, defects = parts(
        mixed(b"preamble\r\n--b\r\n\r\none\r\n\r\n--b\r\nContent-Type: a/b\r\n\r\ntwo\r\n--b--\r\nepilogue")
    )
    assert leaves(root) == [("text/plain", b"one\r\n"), ("a/b", b"two")]
    assert not defects


@pytest.mark.parametrize(
    ("why", "body", "texts"),
    [
        ("blanks behind the delimiter", b"--b  \t\n\none\n--b-- \n", [b"one"]),
        ("words behind the delimiter", b"--b words\n\none\n--b-->\n", [b"one"]),
        ("a longer boundary", b"--b\n\n--b1\n--bb\n--b--", [b"--b1\n--bb"]),
        ("in the middle of a line", b"--b\n\nx --b\n --b\n--b--", [b"x --b\n --b"]),
        ("no end", b"--b\n\none\n--b\n\ntwo", [b"one", b"two"]),
        ("an empty part", b"--b\n--b\n\ntwo\n--b--", [b"", b"two"]),
        ("more behind the end", b"--b\n\none\n--b--\n--b\n\ntwo\n--b--", [b"one", b"two"]),
        ("a part without header", b"--b\nno header here\n--b--", [b"no header here"]),
        ("only the end", b"nothing\n--b--\nepilogue", [b"nothing\n"]),
        ("no delimiter at all", b"nothing\n", [b"nothing\n"]),
    ],
)
def test_delimiters_are_seen_as_they_are_written(why, body, texts):
    assert [text for _, text in leaves(parts(mixed(body))[0])] == texts


def test_a_multipart_that_begins_with_its_end_is_the_text_behind_it():
    assert leaves(parts(mixed(b"\r\n--b--\r\nhello\r\n"))[0]) == [("text/plain", b"hello\r\n")]
    assert leaves(parts(mixed(b"hello\r\n--b--\r\n"))[0]) == [("text/plain", b"hello\r\n")]


def test_a_part_whose_delimiter_is_spoilt_is_found_by_its_look():
    body = b"This is MIME.\r\n--b~\r\nContent-Type: text/plain\r\n\r\none\r\n--b\r\n\r\ntwo\r\n--b--"
    root, defects = parts(mixed(body))
    assert leaves(root) == [("text/plain", b"one"), ("text/plain", b"two")]
    assert defects == ("a delimiter of a multipart is spoilt; it was found by its look",)


def test_boundaries_that_begin_alike_are_told_apart():
    inner = b'Content-Type: multipart/alternative; boundary="b-1"\n\n--b-1\n\none\n--b-1\n\ntwo\n--b-1--\n'
    inner = b"--b\n" + inner + b"--b\n\nthree\n--b--"
    assert [text for _, text in leaves(parts(mixed(inner))[0])] == [b"one", b"two", b"three"]


def test_an_inner_multipart_with_the_outer_boundary_has_its_own_parts():
    inner = b"--b\n" + mixed(b"--b\n\none\n--b--\n") + b"--b\n\ntwo\n--b--"
    root, _ = parts(mixed(inner))
    assert [text for _, text in leaves(root)] == [b"one", b"two"]
    assert root.children[0].type == "multipart/mixed"


def test_an_inner_multipart_without_end_ends_with_the_outer_part():
    inner = b'--b\nContent-Type: multipart/mixed; boundary="i"\n\n--i\n\none\n--b\n\ntwo\n--b--'
    assert [text for _, text in leaves(parts(mixed(inner))[0])] == [b"one", b"two"]


def test_a_folded_boundary_is_put_together():
    raw = b'Content-Type: multipart/mixed; boundary="a\n b"\n\n--a b\n\none\n--a b--'
    assert leaves(parts(raw)[0]) == [("text/plain", b"one")]


@pytest.mark.parametrize("declared", [b"multipart/mixed", b"multipart/mixed; boundary=wrong"])
def test_a_missing_or_wrong_boundary_is_found_by_its_look(declared):
    raw = b"Content-Type: " + declared + b"\n\n--=_x\nContent-Type: text/plain\n\none\n--=_x\n\ntwo\n--=_x--\n"
    root, defects = parts(raw)
    assert [text for _, text in leaves(root)] == [b"one", b"two"]
    assert "it was found by its look" in defects[-1]


def test_a_multipart_in_base64_is_read_although_that_is_forbidden():
    raw = b"Content-Type: multipart/mixed; boundary=b\nContent-Transfer-Encoding: base64\n\nLS1iCgpvbmUKLS1iLS0K"
    assert leaves(parts(raw)[0]) == [("text/plain", b"one")]


def test_parts_of_a_digest_are_mails():
    raw = b"Content-Type: multipart/digest; boundary=b\n\n--b\n\nSubject: x\n\ny\n--b--"
    assert leaves(parts(raw)[0]) == [("message/rfc822", b"Subject: x\n\ny")]


def test_a_part_of_unreadable_type_with_a_name_is_a_file():
    assert parts(b"Content-Type: unknown; name=x\n\ny")[0].type == "application/octet-stream"


def test_nesting_ends_at_the_limit_and_the_rest_is_kept_whole():
    raw = b"".join(b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (i, i) for i in range(9)) + b"\nx"
    root, defects = parts(raw, Limits(depth=3))
    kind, kept = leaves(root)[0]
    assert (kind, kept.endswith(b"\nx")) == ("multipart/mixed", True)
    assert "parts nested deeper than 3 are left as they came" in defects


def test_parts_end_at_the_limit():
    root, defects = parts(mixed(b"--b\n\nx\n" * 50), Limits(parts=10))
    assert len(root.children) == 10
    assert "more than 10 parts; the rest is left out" in defects


LINES = st.sampled_from(
    [
        b"--b",
        b"--b--",
        b"--c",
        b"--c--",
        b"",
        b"text",
        b"Content-Type: multipart/mixed; boundary=b",
        b"Content-Type: multipart/mixed; boundary=c",
        b"Content-Type: message/rfc822",
        b"Content-Transfer-Encoding: base64",
    ]
)


@settings(max_examples=200)
@given(st.lists(LINES, max_size=30))
def test_any_order_of_delimiters_gives_parts_that_lie_within_each_other(lines):
    root, _ = parts(mixed(b"\n".join(lines)))
    waiting = [root]
    while waiting:
        part = waiting.pop()
        assert part.head <= part.start <= part.end <= len(part.source)
        ends = [child.end for child in part.children if child.source is part.source]
        assert ends == sorted(ends)
        waiting += part.children
