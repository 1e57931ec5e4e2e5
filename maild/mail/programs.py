"""Which program wrote a mail, by the fields that it leaves: one that people write with, or a ticket system for them."""

from __future__ import annotations

from maild.mail.message import Message

_PEOPLES_PROGRAMS = (
    "thunderbird",
    "betterbird",
    "outlook",
    "apple mail",
    "iphone mail",
    "ipad mail",
    "foxmail",
    "k-9",
    "mutt",
    "evolution",
    "kmail",
    "claws mail",
    "sylpheed",
    "the bat!",
    "roundcube",
    "em client",
    "alpine",
    "gnus",
    "windows mail",
    "windows live mail",
)
_SAID_BY_MACHINES = (
    "auto-submitted",
    "precedence",
    "x-autoreply",
    "x-autorespond",
    "x-ms-exchange-generated-message-source",
)
# Exchange gives the language of the program to what a person wrote, and to none of its own answers before 2010.
_EXCHANGE = ("accept-language", "content-language", "x-ms-exchange-messagesentrepresentingtype")
_GMAIL = ("x-gm-message-state", "x-google-smtp-source")
_TICKET_SYSTEMS = (
    "x-zendesk-",
    "x-rt-",
    "rt-ticket",
    "rt-originator",
    "x-servicenow-",
    "x-jira-",
    "x-redmine-",
    "x-github-",
    "x-gitlab-",
    "x-bugzilla-",
    "x-trac-",
    "x-roundup-",
    "x-launchpad-",
    "x-odoo-",
    "x-freescout-",
    "x-freshdesk-",
    "x-fd-",
    "x-helpscout-",
    "x-glpi-",
)


def is_written_by_hand(message: Message) -> bool:
    """Tell whether a mail comes from a program that people write with, and bears no mark of that program's own answers.

    What it does not know may be a person's as well.
    """
    program = (message.header("user-agent") or message.header("x-mailer") or "").lower()
    if any(name in program for name in _PEOPLES_PROGRAMS):
        return True
    if message.return_path == "" or any(_says(message, name) for name in _SAID_BY_MACHINES):
        return False
    from_gmail = message.message_id.endswith("@mail.gmail.com>") or any(message.header(name) for name in _GMAIL)
    return from_gmail or is_from_exchange(message)


def is_from_exchange(message: Message) -> bool:
    """Tell whether somebody wrote it with Outlook or its web page, by way of Exchange."""
    return bool(message.header("thread-index")) and any(message.header(name) for name in _EXCHANGE)


def is_from_ticket_system(message: Message) -> bool:
    """Tell whether a ticket system wrote it, which marks what its people say as automatic too."""
    return any(name.startswith(_TICKET_SYSTEMS) for name, _ in message.headers)


def _says(message: Message, name: str) -> bool:
    return (message.header(name) or "no").strip().lower() != "no"
