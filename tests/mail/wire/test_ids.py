"""Identifiers of mails are found however they were written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.mail.wire.ids import message_id, message_ids


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("<a@b>", ["<a@b>"]),
        ("<a@b> <c@d>\t<e@f>", ["<a@b>", "<c@d>", "<e@f>"]),
        ("<a@b>, <c@d>;", ["<a@b>", "<c@d>"]),
        ("<a@b><c@d>", ["<a@b>", "<c@d>"]),
        ("<a@b> <a@b>", ["<a@b>"]),
        ("<very.long @b>", ["<very.long@b>"]),
        ("a@b, c@d", ["<a@b>", "<c@d>"]),
        ('Your message of "Mon, 6 Jan" <a@b>', ["<a@b>"]),
        ("Your message of Monday", []),
        ("<mail1>", ["<mail1>"]),
        ("", []),
        ("<>", []),
    ],
)
def test_identifiers_are_found(text, found):
    assert message_ids(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [("<a@b>", "<a@b>"), ("a@b", "<a@b>"), ("8787KJKJ", "<8787KJKJ>"), ("", ""), ("two words", ""), ("<a@b", "<a@b>")],
)
def test_the_identifier_of_a_mail_has_its_brackets(text, found):
    assert message_id(text) == found


@given(st.text(max_size=100))
def test_every_identifier_has_one_pair_of_brackets_and_no_blank(text):
    for each in [*message_ids(text), message_id(text) or "<x>"]:
        assert each[0] == "<"
        assert each[-1] == ">"
        assert not set(each[1:-1]) & set("<> \t\n")
