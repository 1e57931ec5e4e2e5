"""The one gate that every notice passes on its way out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

_NOBODY = re.compile(
    r"^(mailer-daemon|no-?reply.*|do-?not-?reply.*|.*[-_.]no-?reply|bounces?([-+=].*)?|owner-.*|.*-request"
    r"|.*-bounces?|.*-owner)$"
)


@dataclass(frozen=True, slots=True)
class Limits:
    """How much may go out, so that no loop and no flood becomes ours."""

    receipts_per_sender: int = 5
    receipts_window: timedelta = timedelta(hours=1)
    notices_per_address: int = 30
    notices_window: timedelta = timedelta(days=1)
    notices_total: int = 2000
    total_window: timedelta = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Recipient:
    """What the gate has to know of the address a notice is for."""

    email: str
    ours: bool = False
    """An address that maild itself reads."""
    suppressed: str = ""
    """Why nothing is sent there any more, where its mail bounced hard."""
    receipts: int = 0
    """Sent within Limits.receipts_window."""
    notices: int = 0
    """Sent within Limits.notices_window."""
    habit: str = ""
    """By what it is known for a robot that bears no sign; see desk.robot."""


def withhold(notice: str, recipient: Recipient, answers: str, limits: Limits) -> str:
    """Say why a notice must not go out, or "" when it may.

    Args:
        notice: the template's name.
        answers: the kind of mail it answers (see mail.classify), or "" where no mail gave rise to it.
    """
    if not recipient.email or recipient.email.count("@") != 1:
        return "there is no address to send it to"
    if recipient.ours:
        return f"{recipient.email} is an address of this desk: it would be a mail loop"
    if answers and answers != "correspondence":
        return f"it would answer {_KINDS.get(answers, answers)} (RFC 3834 section 2)"
    if _NOBODY.match(recipient.email.rpartition("@")[0]):
        return f"nobody reads {recipient.email}"
    if recipient.suppressed:
        return f"mail to {recipient.email} bounced: {recipient.suppressed}"
    if notice == RECEIPT and recipient.habit:
        return f"{recipient.email} seems to be a robot: {recipient.habit}"
    if notice in RECEIPTS and recipient.receipts >= limits.receipts_per_sender:
        return f"{recipient.email} had {recipient.receipts} receipts within {_words(limits.receipts_window)}"
    if recipient.notices >= limits.notices_per_address:
        return f"{recipient.email} had {recipient.notices} notices within {_words(limits.notices_window)}"
    return ""


RECEIPT = "receipt"
RECEIPTS = frozenset({RECEIPT, "too-large", "confirm"})
"""The notices that answer a mail at once and count as receipts."""
_KINDS = {
    "auto-reply": "an automatic reply",
    "auto-generated": "a machine",
    "bounce": "a bounce",
    "feedback": "an abuse report",
    "list": "a mailing list",
    "loop": "our own mail",
}


def _words(window: timedelta) -> str:
    hours = round(window.total_seconds() / 3600)
    return "an hour" if hours == 1 else "a day" if hours == 24 else f"{hours} hours"
