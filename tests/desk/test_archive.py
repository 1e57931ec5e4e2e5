"""The archive keeps of a solved ticket what it was, what helped and what it took, and forgets it when it comes back."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from maild.desk.archive import archived
from maild.desk.calendar import Calendar, Span
from maild.desk.runs import Run
from maild.desk.ticket import Entry, Ticket

FRIDAY = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
OFFICE = Calendar("office", ZoneInfo("UTC"), ((Span(9 * 60, 17 * 60),),) * 5 + ((), ()))
TICKET = Ticket(1001, "Lamp", "eva@example.com", "Eva", "en", FRIDAY, status="open")
SOLVED = replace(TICKET, status="resolved", resolved_at=MONDAY)


def told(text: str, at: datetime = MONDAY, kind: str = "correspondence", author: str = "Ben Ortiz") -> Entry:
    return Entry(at, kind, "out" if kind == "correspondence" else "none", author, text=text)


ASKED = Entry(FRIDAY, "correspondence", "in", "eva@example.com", text="The lamp is dark.")


def test_a_solved_ticket_keeps_the_last_words_to_the_requester_as_its_solution():
    kept = archived(TICKET, SOLVED, [ASKED, told("Which lamp?", FRIDAY), told("I changed the bulb.\n")], OFFICE, MONDAY)
    assert (kept.solution, kept.solved_by, kept.touches) == ("I changed the bulb.", "agent", 2)


def test_effort_is_told_in_all_time_and_in_business_time():
    kept = archived(TICKET, SOLVED, [ASKED], OFFICE, MONDAY)
    assert kept.elapsed_seconds == timedelta(days=2, hours=18).total_seconds()
    assert kept.business_seconds == timedelta(hours=2).total_seconds()
    assert archived(TICKET, SOLVED, [ASKED], None, MONDAY).business_seconds is None


def test_what_the_requester_was_waited_for_is_no_effort():
    runs = (Run(FRIDAY, MONDAY, ((FRIDAY, MONDAY - timedelta(minutes=10)),)),)
    kept = archived(TICKET, SOLVED, [ASKED], OFFICE, MONDAY, runs)
    assert kept.business_seconds == timedelta(minutes=10).total_seconds()


def test_a_cause_and_a_solution_that_are_named_go_before():
    entries = [
        ASKED,
        told("Cause: bulb burnt out\nSolution: new bulb\n\nRegards", kind="comment"),
        told("All is well."),
    ]
    kept = archived(TICKET, SOLVED, entries, OFFICE, MONDAY)
    assert (kept.cause, kept.solution) == ("bulb burnt out", "new bulb")


def test_chinese_names_of_them_count_as_well():
    kept = archived(TICKET, SOLVED, [told("原因：灯泡烧坏\n解决方法：更换灯泡")], OFFICE, MONDAY)
    assert (kept.cause, kept.solution) == ("灯泡烧坏", "更换灯泡")


def test_a_note_that_came_with_the_solving_serves_where_nobody_was_told_anything():
    assert archived(TICKET, SOLVED, [told("New bulb", kind="comment")], OFFICE, MONDAY).solution == "New bulb"
    assert archived(TICKET, SOLVED, [told("Who?", FRIDAY, kind="comment")], OFFICE, MONDAY).solution == ""


def test_what_maild_and_the_requester_wrote_is_no_touch():
    entries = [ASKED, told("is linked", kind="comment", author="maild"), told("status: new -> open", kind="change")]
    kept = archived(TICKET, SOLVED, entries, OFFICE, MONDAY)
    assert (kept.touches, kept.solution) == (0, "")


def test_self_service_stays_self_service():
    kept = archived(TICKET, replace(SOLVED, solved_by="self-service"), [ASKED], OFFICE, MONDAY)
    assert (kept.solved_by, kept.touches) == ("self-service", 0)


def test_closing_what_is_resolved_changes_nothing():
    closed = replace(SOLVED, status="closed", solution="New bulb")
    assert archived(SOLVED, closed, [ASKED, told("Bye")], OFFICE, MONDAY) == closed


def test_a_ticket_that_is_opened_again_forgets_what_did_not_help():
    kept = archived(TICKET, SOLVED, [told("New bulb")], OFFICE, MONDAY)
    again = archived(kept, replace(kept, status="open", resolved_at=None), [], OFFICE, MONDAY)
    assert again == TICKET


def test_a_ticket_that_is_solved_at_once_is_archived():
    kept = archived(None, SOLVED, [told("New bulb")], OFFICE, MONDAY)
    assert kept.solution == "New bulb"


def test_what_time_alone_closes_nobody_solved():
    closed = replace(TICKET, status="closed", closed_at=MONDAY)
    assert archived(TICKET, closed, [ASKED], OFFICE, MONDAY).solved_by == ""


def test_an_agents_order_alone_makes_it_his_solution():
    ordered = told("status: open -> resolved", kind="change", author="Ben Ortiz")
    assert archived(TICKET, SOLVED, [ASKED, ordered], OFFICE, MONDAY).solved_by == "agent"
