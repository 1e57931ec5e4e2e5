"""`maild tickets` and `maild ticket N` show the desk, to people and to machines."""

import json
from datetime import timedelta

import maild.cli.show as show
from maild.desk.clock import Clock
from maild.desk.ticket import Entry, Ticket
from maild.store import Arrived, open_store
from tests.cli.desk import NINE, SETTINGS

TICKET = [
    "number", "subject", "requester", "status", "queue", "assignee", "category", "impact", "urgency", "priority",
    "tags", "language", "opened_at", "acknowledged_at", "first_response_due", "first_responded_at", "resolution_due",
    "resolved_at", "closed_at", "rating", "parent",
]  # fmt: skip
ENTRY = ["at", "kind", "direction", "author", "subject", "text", "message_id", "attachments"]


def test_json_has_every_promised_field_in_the_promised_order(morning):
    for ticket in morning.maild("tickets", "--json").json:
        assert list(ticket)[: len(TICKET)] == TICKET
    one = morning.maild("ticket", "1001", "--json").json
    assert list(one)[: len(TICKET)] == TICKET
    for entry in one["entries"]:
        assert list(entry)[: len(ENTRY)] == ENTRY
    assert list(one["entries"][0]["attachments"][0]) == ["name", "type", "size", "sha256"]


def test_json_values_are_those_of_the_ticket(morning):
    newest, oldest = morning.maild("tickets", "--json").json
    assert (newest["number"], oldest["number"]) == (1002, 1001)
    assert {name: oldest[name] for name in TICKET} == {
        "number": 1001,
        "subject": "VPN asks for a code, 请帮忙",
        "requester": "eva@example.com",
        "status": "open",
        "queue": "helpdesk",
        "assignee": "",
        "category": "other",
        "impact": "individual",
        "urgency": "medium",
        "priority": "P3",
        "tags": ["vpn"],
        "language": "en",
        "opened_at": "2026-11-20T01:00:00Z",
        "acknowledged_at": None,
        "first_response_due": "2026-11-23T01:00:00Z",
        "first_responded_at": None,
        "resolution_due": None,
        "resolved_at": None,
        "closed_at": None,
        "rating": None,
        "parent": None,
    }


def test_json_is_utf_8_and_not_escaped(morning):
    assert "请帮忙" in morning.maild("tickets", "--json").out


def test_the_history_has_the_mail_and_the_notices_that_went_out_in_the_order_of_time(morning):
    entries = morning.maild("ticket", "1001", "--json").json["entries"]
    assert [(entry["kind"], entry["direction"], entry["author"]) for entry in entries] == [
        ("correspondence", "in", "eva@example.com"),
        ("notice", "out", "maild"),
        ("notice", "out", "maild"),
    ]
    assert entries[1]["text"].strip() == "We have your mail."
    assert (entries[1]["message_id"], entries[1]["to"]) == ("<r1@example.com>", "eva@example.com")
    assert [entry["at"] for entry in entries] == sorted(entry["at"] for entry in entries)
    assert entries[0]["attachments"] == [{"name": "截图.png", "type": "image/png", "size": 1234, "sha256": "ab" * 32}]


def test_a_notice_that_was_withheld_is_no_part_of_the_history(morning):
    assert "list@example.com" not in morning.maild("ticket", "1001", "--json").out


def test_why_adds_the_trace_of_each_decision(morning):
    entries = morning.maild("ticket", "1001", "--why", "--json").json["entries"]
    assert entries[0]["trace"]["steps"][1]["name"] == "vpn"
    assert entries[1]["trace"] is None
    shown = morning.maild("ticket", "1001", "--why").out
    assert "why opened: a new question" in shown
    assert "+ classify correspondence: no sign of a machine" in shown
    assert "- rule     vpn (line 12): no word of it" in shown
    assert "no sign of a machine" not in morning.maild("ticket", "1001").out


def test_filters_choose_tickets(morning):
    def numbers(*filters):
        return [ticket["number"] for ticket in morning.maild("tickets", "--json", *filters).json]

    assert numbers("--status", "open") == [1001]
    assert numbers("--queue", "helpdesk") == [1001]
    assert numbers("--requester", "Eva@Example.com") == [1001]
    assert numbers("--limit", "1") == [1002]
    assert numbers("--limit", "0") == [1002, 1001]
    assert numbers("--status", "closed") == []


def test_the_table_fits_eighty_columns_and_says_what_is_due(morning):
    said = morning.maild("tickets")
    lines = said.out.splitlines()
    assert said.code == 0
    assert lines[0].split() == ["Ticket", "Status", "P", "Requester", "Subject", "Due"]
    assert lines[1].split()[:4] == ["1002", "new", "P3", "王芳@例子.公司"]
    assert "11-23 09:00" in lines[2]
    assert max(map(len, lines)) <= 80


def test_a_long_list_is_cut_and_says_so(morning):
    said = morning.maild("tickets", "--limit", "1")
    assert len(said.out.splitlines()) == 3
    assert "--limit 0 shows all" in said.out


def test_a_ticket_is_a_page_that_no_mail_can_play_tricks_with(morning):
    said = morning.maild("ticket", "#1001")
    assert said.out.startswith("Ticket 1001: VPN asks for a code, 请帮忙\n")
    assert "Requester:      Eva Lindqvist <eva@example.com>" in said.out
    assert "Opened:         2026-11-20 09:00" in said.out
    assert "Answer due:     2026-11-23 09:00" in said.out
    assert "2026-11-20 09:00 <- eva@example.com, correspondence\n    Since this morning.\n" in said.out
    assert "[截图.png, image/png, 1 kB]" in said.out
    assert "-> receipt to eva@example.com (sent)" in said.out
    assert "\x1b" not in said.out
    assert "[2Jclearemit" in said.out


def test_a_ticket_that_is_not_there_is_said_in_words(morning):
    for number in ("4711", "9" * 18):
        said = morning.maild("ticket", number)
        assert (said.code, said.out) == (1, "")
        assert said.err == f"maild: there is no ticket {number}\nmaild tickets lists those there are\n"


def test_a_number_that_is_none_is_wrong_usage(morning):
    said = morning.maild("ticket", "twelve")
    assert (said.code, said.err.splitlines()[1]) == (2, "Try: maild ticket --help")
    assert morning.maild("ticket", "9" * 30).code == 2
    assert morning.maild("tickets", "--status", "shut").code == 2


def test_before_the_daemon_ran_there_is_nothing_and_looking_makes_nothing(desk):
    assert desk.maild("tickets", "--json").json == []
    assert desk.maild("tickets").out == "There are no tickets yet.\n"
    assert desk.maild("ticket", "1001").code == 1
    assert not (desk.folder / "maild.db").exists()


def test_half_a_letter_stops_no_listing(desk):
    show.json_object({"subject": "\ud83d 瘫"})
    shown = desk.capture.readouterr().out.decode()
    assert json.loads(shown)["subject"] == "\ud83d 瘫"


def test_what_stands_below_the_first_mail_is_kept_with_it(desk):
    below = b"On Mon, 2 Nov 2026 at 10:00, Ann <ann@far.example> wrote:\n> The till shows error 4711.\n"
    raw = b"From: tom@example.com\nSubject: Re: the till\n\nPlease see below.\n\n" + below
    store = open_store(desk.url)
    store.inbox.keep("support@example.com", 7, [Arrived(1, raw, len(raw))], NINE)
    store.tickets.insert(Ticket(0, "Re: the till", "tom@example.com", "", "en", NINE))
    mail = Entry(NINE, "correspondence", "in", "tom@example.com", text="Please see below.")
    store.tickets.add_entry(1001, mail, inbox_id=1)
    store.tickets.add_entry(1001, mail, inbox_id=1)
    store.close()
    first, second = desk.maild("ticket", "1001", "--json").json["entries"]
    assert "error 4711" in first["quoted"]
    assert second["quoted"] == ""
    assert "    | > The till shows error 4711." in desk.maild("ticket", "1001").out


def test_a_ticket_tells_who_had_it_how_long(morning):
    morning.settings(SETTINGS + 'hours = {"mon-fri" = "09:00-18:00"}\n')
    store = open_store(morning.url)
    first, second = NINE + timedelta(minutes=65), NINE + timedelta(minutes=85)
    store.clocks.keep(
        1001,
        [
            Clock("queue", NINE, "helpdesk", done_at=first),
            Clock("queue", first, "network", done_at=NINE + timedelta(days=3)),
            Clock("assignee", first, "noor", done_at=second),
            Clock("pending", second, done_at=NINE + timedelta(days=3)),
        ],
    )
    store.close()
    page = morning.maild("ticket", "1001").out
    assert page.index("Who had it") < page.index("eva@example.com, correspondence")
    told = page.partition("in business time:\n")[2].partition("\n\n")[0].split("\n")
    assert [" ".join(line.split()) for line in told] == [
        "queue helpdesk 1 h 05 min",
        "queue network 20 min",
        "agent noor 20 min",
        "agent nobody 1 h 05 min",
        "waiting the requester 7 h 35 min",
    ]
    rows = morning.maild("ticket", "1001", "--json").json["held"]
    assert [(row["kind"], row["who"], row["business_seconds"]) for row in rows] == [
        ("queue", "helpdesk", 3900),
        ("queue", "network", 1200),
        ("agent", "noor", 1200),
        ("requester", "", 27_300),
    ]
    assert (rows[0]["from"], rows[0]["until"]) == ("2026-11-20T01:00:00Z", "2026-11-20T02:05:00Z")
