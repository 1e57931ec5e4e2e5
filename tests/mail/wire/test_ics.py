"""An invitation without a text says in words what it is about."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.mail.wire.ics import calendar_method, calendar_to_text

REQUEST = """BEGIN:VCALENDAR
METHOD:REQUEST
BEGIN:VTIMEZONE
TZID:Asia/Shanghai
DTSTART:19700101T000000
END:VTIMEZONE
BEGIN:VEVENT
SUMMARY;LANGUAGE=en:Printer\\, broken
DTSTART;TZID=Asia/Shanghai:20250106T100000
DTEND:20250106T030000Z
LOCATION:Room 1
ORGANIZER;CN="Doe, Jane":mailto:jane@example.com
ATTENDEE;PARTSTAT=ACCEPTED;CN=Bob:MAILTO:bob@example.com
ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:eve@example.com
DESCRIPTION:Please\\ncome and br
 ing tools
BEGIN:VALARM
DESCRIPTION:Reminder
END:VALARM
END:VEVENT
BEGIN:VEVENT
SUMMARY:Second
END:VEVENT
END:VCALENDAR
"""


def test_an_invitation_is_told():
    assert calendar_to_text(REQUEST) == (
        "Printer, broken\n"
        "When: 2025-01-06 10:00 (Asia/Shanghai) - 2025-01-06 03:00 UTC\n"
        "Where: Room 1\n"
        "Organizer: Doe, Jane <jane@example.com>\n"
        "Attendees: Bob <bob@example.com> (accepted), eve@example.com\n"
        "\n"
        "Please\ncome and bring tools"
    )


def test_a_day_is_told_without_an_hour():
    assert (
        calendar_to_text("BEGIN:VEVENT\nSUMMARY:Away\nDTSTART;VALUE=DATE:20250106\nEND:VEVENT")
        == "Away\nWhen: 2025-01-06"
    )


def test_a_calendar_without_event_says_nothing():
    assert calendar_to_text("BEGIN:VCALENDAR\nEND:VCALENDAR") == ""


@pytest.mark.parametrize(
    ("text", "method"), [(REQUEST, "REQUEST"), ("method:Reply\n", "REPLY"), ("x", ""), ("SUMMARY:METHOD:X", "")]
)
def test_the_method_is_found(text, method):
    assert calendar_method(text) == method


@given(st.text(max_size=300))
def test_no_text_displaces_what_stands_above_it(text):
    told = calendar_to_text("BEGIN:VEVENT\nSUMMARY:Lunch\n" + text)
    assert told.startswith("Lunch")
    assert len(told) <= 2 * len(text) + 100
    assert calendar_method("METHOD:reply\n" + text) == "REPLY"
