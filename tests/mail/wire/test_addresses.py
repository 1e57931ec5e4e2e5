"""Who wrote to whom is read from the structure of a field, never from what an encoded word turns out to say."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.mail.limits import DEFAULT, Defects, Limits
from maild.mail.wire.addresses import read_addresses


def read(*fields: str | bytes, charset: str = "", limits: Limits = DEFAULT) -> list[tuple[str, str]]:
    raw = [field.encode() if isinstance(field, str) else field for field in fields]
    return [(address.name, address.email) for address in read_addresses(raw, charset, limits, Defects())]


@pytest.mark.parametrize(
    ("field", "found"),
    [
        ("jane@example.com", [("", "jane@example.com")]),
        ("<Jane@Example.COM>", [("", "jane@example.com")]),
        ("Jane Doe <jane@example.com>", [("Jane Doe", "jane@example.com")]),
        ('"Doe, Jane" <jane@example.com>', [("Doe, Jane", "jane@example.com")]),
        (r'"Jane \"JD\" Doe" <jane@example.com>', [('Jane "JD" Doe', "jane@example.com")]),
        ("jane@example.com (Jane Doe)", [("Jane Doe", "jane@example.com")]),
        ("Jane (at work) <jane@example.com>", [("Jane", "jane@example.com")]),
        ("a@x.org, B <b@x.org>,c@x.org", [("", "a@x.org"), ("B", "b@x.org"), ("", "c@x.org")]),
        ("Team: a@x.org, B <b@x.org>; c@x.org", [("", "a@x.org"), ("B", "b@x.org"), ("", "c@x.org")]),
        ("undisclosed-recipients:;", []),
        ("用户 <user@例え.jp>", [("用户", "user@例え.jp")]),
        ("user@[192.0.2.1]", [("", "user@[192.0.2.1]")]),
        ('"jane doe"@example.com', [("", '"jane doe"@example.com')]),
        ('"jane"@example.com', [("", "jane@example.com")]),
        (
            "Mary Smith <@node.test:mary@example.net>, , jdoe@test  . example",
            [("Mary Smith", "mary@example.net"), ("", "jdoe@test.example")],
        ),
        (r"Pete(A nice \) chap) <pete(his account)@silly.test(his host)>", [("Pete", "pete@silly.test")]),
        ("", []),
    ],
)
def test_addresses_are_read_by_the_grammar(field, found):
    assert read(field) == found


@pytest.mark.parametrize(
    ("why", "field", "found"),
    [
        ("an unquoted comma", "Doe, Jane <jane@example.com>", [("Doe, Jane", "jane@example.com")]),
        ("semicolons", "a@x.org; b@x.org", [("", "a@x.org"), ("", "b@x.org")]),
        ("a forgotten comma", "A <a@x.org> B <b@x.org>", [("A", "a@x.org"), ("B", "b@x.org")]),
        ("no brackets", "Jane jane@example.com", [("Jane", "jane@example.com")]),
        ("an open bracket", "Jane <jane@example.com", [("Jane", "jane@example.com")]),
        ("an open comment", "jane@example.com (Jane", [("Jane", "jane@example.com")]),
        ("an open quote", '"Jane <jane@example.com>', [("Jane", "jane@example.com")]),
        ("two dots", "a..b.@docomo.example", [("", "a..b.@docomo.example")]),
        ("a dot at the end", "jane@example.com.", [("", "jane@example.com")]),
        ("mailto", "Jane <mailto:jane@example.com>", [("Jane", "jane@example.com")]),
        ("single quotes", "'jane@example.com' <jane@example.com>", [("jane@example.com", "jane@example.com")]),
        ("single quotes in brackets", "Jane <'jane@example.com'>", [("Jane", "jane@example.com")]),
        ("two in one pair of brackets", "Team <a@x.org, b@x.org>", [("Team", "a@x.org"), ("", "b@x.org")]),
        ("doubled brackets", "Jane <<jane@example.com>>", [("Jane", "jane@example.com")]),
        ("blanks inside", "Jane < jane@example.com >", [("Jane", "jane@example.com")]),
        ("a comma first", ", a@x.org, b@x.org", [("", "a@x.org"), ("", "b@x.org")]),
        ("no domain", "MAILER-DAEMON", []),
        ("nothing in the brackets", "MAILER-DAEMON <>", []),
    ],
)
def test_addresses_are_read_out_of_fields_that_keep_no_grammar(why, field, found):
    assert read(field) == found


@pytest.mark.parametrize(
    "name",
    [
        '"evil@x.com" <evil@x.com>,',
        "evil@x.com",
        "<evil@x.com>",
        "a, evil@x.com",
        'x" <evil@x.com>',
        "(evil@x.com",
        ";:,<>",
    ],
)
@pytest.mark.parametrize("form", ["=?utf-8?B?{}?= <a@b.org>", '"=?utf-8?B?{}?=" <a@b.org>', "a@b.org (=?utf-8?B?{}?=)"])
def test_what_an_encoded_word_says_never_changes_the_address(name, form):
    word = base64.b64encode(name.encode()).decode()
    assert [email for _, email in read(form.format(word))] == ["a@b.org"]


@pytest.mark.parametrize("name", ["evil@x.com", "evil@x.com <evil@x.com>", "evil@x.com,", "(evil@x.com)"])
def test_what_a_quoted_name_says_never_changes_the_address(name):
    assert read(f'"{name}" <a@b.org>') == [(name, "a@b.org")]
    assert [email for _, email in read(f'"{name}" a@b.org')] == ["a@b.org"]


def test_raw_structure_within_an_encoded_word_is_none():
    assert read("=?utf-8?Q?Doe,_Jane_<evil@x.com>?= <a@b.org>") == [("Doe, Jane <evil@x.com>", "a@b.org")]


def test_an_encoded_word_alone_is_no_address_even_where_it_spells_one():
    assert read("=?utf-8?B?" + base64.b64encode(b"Jane <jane@example.com>").decode() + "?=") == []


@pytest.mark.parametrize(
    ("field", "name"),
    [
        (b"=?utf-8?B?5L2g5Q==?= =?utf-8?B?pb0=?= <a@b.org>", "你好"),
        (b"=?gb2312?B?1cXI/Q==?=<a@b.org>", "张三"),
        (b'"=?gb2312?B?1cXI/Q==?=" <a@b.org>', "张三"),
        ("张三 <a@b.org>".encode("gbk"), "张三"),
        ('"张三" <a@b.org>'.encode("gbk"), "张三"),
        ("王小明(IT) <a@b.org>".encode("big5"), "王小明"),
        (b"=?utf-8?Q?re=3AStore=20?=\r\n =?utf-8?Q?Apple?= <a@b.org>", "re:Store Apple"),
    ],
)
def test_names_are_decoded(field, name):
    assert read(field) == [(name, "a@b.org")]


def test_several_fields_of_one_name_are_read_as_one():
    assert read("a@x.org", "b@x.org", "") == [("", "a@x.org"), ("", "b@x.org")]


def test_no_more_addresses_are_kept_than_the_limit_allows():
    defects = Defects()
    field = ", ".join(f"user{number}@x.org" for number in range(50)).encode()
    found = read_addresses([field, field], "", Limits(addresses=10), defects)
    assert [address.email for address in found] == [f"user{number}@x.org" for number in range(10)]
    assert defects.all() == ("more than 10 addresses in one field; the rest is left out",)


@pytest.mark.parametrize("field", ["mi\u212ae@x.org", "Mike <mike@\u212ax.org>"])
def test_a_kelvin_sign_does_not_become_the_letter_k(field):
    assert read(field.encode()) == []


@given(st.binary(max_size=200))
def test_any_bytes_give_addresses_that_are_safe_to_use(raw):
    for name, email in read(raw):
        assert "@" in email
        assert email == email.lower()
        assert email.startswith('"') or not any(char.isspace() or char in "<>,;" for char in email)
        assert not any(ord(char) < 32 for char in name + email)


TOKENS = st.sampled_from(
    ["a@b.org", "<c@d.org>", "Jane", '"', "(", ")", "<", ">", ",", ";", ":", "\\", "@", " ", "=?utf-8?Q?x?="]
)


@given(st.lists(TOKENS, max_size=20))
def test_any_order_of_tokens_gives_only_addresses_that_stand_there(tokens):
    field = "".join(tokens)
    for _, email in read(field):
        assert email.replace('"', "") in field.lower().replace('"', "").replace(" ", "") or "(" in field
