"""What the roster asks of the store, and what requesters told."""

from datetime import UTC, datetime

from maild.desk.ticket import Ticket

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)


def ticket(**more):
    return Ticket(0, "VPN", "eva@example.com", "Eva", "en", NOW, **more)


def test_the_open_tickets_of_each_agent_are_counted(store):
    for assignee, status in [("li", "new"), ("li", "pending"), ("li", "closed"), ("ben", "resolved"), ("", "new")]:
        store.tickets.insert(ticket(assignee=assignee, status=status))
    assert store.tickets.open_by_assignee() == {"li": 2}


def test_the_newest_assigned_ticket_of_a_queue_tells_whose_turn_it_was(store):
    for queue, assignee in [("helpdesk", "li"), ("helpdesk", "ben"), ("network", "noor"), ("helpdesk", "")]:
        store.tickets.insert(ticket(queue=queue, assignee=assignee))
    assert store.tickets.last_assignees(["helpdesk", "network", "database"]) == {"helpdesk": "ben", "network": "noor"}


def test_the_version_of_a_file_that_is_in_force_is_kept(store):
    assert store.in_force("rulebook") is None
    for text in ("one", "two", "two"):
        store.put_in_force("rulebook", text, NOW)
    assert store.in_force("rulebook") == "two"


def test_what_a_requester_told_is_kept_with_the_ticket(store):
    details = (("device", "Dell 5420"), ("department", "财务部"))
    number = store.tickets.insert(ticket(details=details)).number
    assert store.tickets.get(number).details == details
