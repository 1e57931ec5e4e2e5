"""What the tests of the rulebook share: a world beside the file, and short ways to load a rulebook and ask it."""

from datetime import UTC, datetime
from pathlib import Path
from textwrap import dedent

from maild.mail.message import Address
from maild.problem import render
from maild.rulebook.facts import Facts
from maild.rulebook.load import load
from maild.rulebook.reading.names import World
from maild.rulebook.rules import apply

RULEBOOKS = Path(__file__).parent.parent / "rulebooks"
TEMPLATES = frozenset(
    {"receipt", "new-ticket", "follow-up", "assigned", "progress", "reminder", "resolved", "closed", "sla-warning",
     "sla-breach", "outage"}
)  # fmt: skip
WORLD = World(TEMPLATES, frozenset({"vpn-reset", "printer"}))
NOW = datetime(2026, 11, 20, 9, 50, tzinfo=UTC)


def rulebook(text):
    """Load a rulebook that must be sound."""
    found = load(dedent(text), "rules.yaml", WORLD)
    assert not isinstance(found, list), render(found)
    return found


def problems(text, world=WORLD):
    found = load(dedent(text), "rules.yaml", world)
    return found if isinstance(found, list) else []


def facts(subject="", text="", sender="eva@example.com", **more):
    return Facts(from_=(Address("Eva", sender),), subject=subject, text=text, **more)


def verdict(book, now=NOW, **mail):
    return apply(book, facts(**mail), now)


def holds(when, now=NOW, **mail):
    """Say whether a rule with this `when` (YAML on one line) holds for a mail."""
    book = rulebook(f"""
        calendars: {{office: {{timezone: Asia/Shanghai, hours: {{mon-fri: 09:00-18:00}}}}}}
        rules:
          - name: it
            when: {when}
            set: {{urgency: high}}
          - {{name: known, when: {{subject: qqqq}}, set: {{category: network}}}}
        """)
    return verdict(book, now, **mail).steps[0].hit
