"""The machine's part of a report is read as groups of fields."""

from hypothesis import given
from hypothesis import strategies as st

from maild.mail.limits import DEFAULT, Defects
from maild.mail.wire.report import read_groups, read_returned

DSN = b"""Reporting-MTA: dns; mx.example.org
Arrival-Date: Mon, 6 Jan 2025 10:00:00 +0000

Final-Recipient: rfc822; eva@example.org
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 user
    unknown

Final-Recipient: rfc822; leo@example.org
Action: delayed
"""


def test_groups_are_divided_by_empty_lines():
    for raw in (DSN, DSN.replace(b"\n", b"\r\n"), b"\n\n" + DSN.replace(b"\n\n", b"\n\n\n\n")):
        first, second, third = read_groups(raw, DEFAULT, Defects())
        assert first[0] == ("reporting-mta", "dns; mx.example.org")
        assert second[3] == ("diagnostic-code", "smtp; 550 5.1.1 user    unknown")
        assert third == (("final-recipient", "rfc822; leo@example.org"), ("action", "delayed"))


def test_a_header_that_was_returned_is_decoded():
    assert read_returned(
        b"\r\nSubject: =?utf-8?B?5L2g5aW9?=\r\nMessage-ID: <a@b>\r\n\r\nbody: no\r\n", DEFAULT, Defects()
    ) == (
        ("subject", "你好"),
        ("message-id", "<a@b>"),
    )


def test_a_long_report_is_cut():
    defects = Defects()
    assert len(read_groups(b"a: b\n\n" * 300_000, DEFAULT, defects)) == 1_000
    assert defects.all() == ("the report is very long; its end is left out",)


@given(st.binary(max_size=200))
def test_any_bytes_are_groups_of_fields(raw):
    groups = read_groups(raw, DEFAULT, Defects())
    assert all(groups)
    for name, value in (*(field for group in groups for field in group), *read_returned(raw, DEFAULT, Defects())):
        assert name == name.lower()
        assert "\n" not in value
    assert read_groups(DSN + b"\n" + raw, DEFAULT, Defects())[:3] == read_groups(DSN, DEFAULT, Defects())
