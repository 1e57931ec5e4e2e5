"""Every key of the rulebook, by where it stands: the one list that the reader checks and the README explains."""

from __future__ import annotations

from collections.abc import Mapping

KEYS: Mapping[str, tuple[str, ...]] = {
    "the rulebook": (
        "agents", "teams", "calendars", "priorities", "sla", "queues", "defaults", "rules", "timers", "notifications",
        "limits", "tests",
    ),
    "an agent": ("name", "email", "aliases", "language", "away"),
    "a calendar": ("timezone", "hours", "holidays", "closed", "open"),
    "the SLA of a priority": ("calendar", "acknowledge", "first_response", "resolution", "progress"),
    "progress": ("after", "every"),
    "a queue": ("agents", "assign", "lead", "escalate"),
    "escalate": ("after", "to"),
    "defaults": ("queue", "category", "impact", "urgency"),
    "a rule": ("name", "when", "set", "notify", "suggest", "ask", "outcome"),
    "when": (
        "from", "to", "cc", "subject", "text", "mentions", "header", "attachment", "size", "language", "category",
        "department", "location", "vip", "authenticated", "calendar", "any", "all", "not",
    ),
    "set": ("queue", "category", "impact", "urgency", "priority", "assignee", "tags"),
    "a timer": ("name", "when", "notify", "set"),
    "set of a timer": ("status", "queue", "category", "impact", "urgency", "priority", "assignee"),
    "notifications": ("opened", "followed_up", "assigned", "progress", "resolved", "closed"),
    "limits": ("receipts_per_sender", "notices_per_address", "notices_total"),
    "a test": ("name", "at", "mail", "status", "after", "expect"),
    "the mail of a test": (
        "from", "to", "cc", "subject", "text", "header", "attachment", "size", "language", "authenticated",
        "department", "location", "vip",
    ),
    "expect": (
        "outcome", "queue", "category", "impact", "urgency", "priority", "assignee", "tags", "suggested", "asked",
        "notified", "fired", "acknowledge", "first_response", "resolution",
    ),
}  # fmt: skip

ROLES = ("requester", "participants", "assignee", "queue", "lead")
"""Who can be notified besides agents and teams."""
ASSIGN = ("least-open", "round-robin", "none")
OUTCOMES = ("ignored", "spam")
PROMISES = ("acknowledge", "first_response", "resolution")
"""The clocks of the SLA table; a timer names a percentage of one."""
STATES = ("open", "pending", "resolved")
"""The clocks that run while a ticket is in a status; a timer names a length of one."""
