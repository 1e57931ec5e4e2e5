"""What an SMTP server's answer means for a mail, and when to try again."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

STEPS = tuple(timedelta(minutes=m) for m in (1, 5, 15, 30, 60, 120, 240))
"""How long to wait after the first failure, the second ...; the last one repeats."""
UNSURE_STEPS = tuple(timedelta(minutes=m) for m in (1, 10, 60, 360, 720, 1440))
"""The same where the whole mail was handed over and no answer came: each attempt may be one more copy (RFC 1047)."""
UNCONFIRMED = "the connection broke before the mail was confirmed; it goes once more, with the same Message-ID"
GIVE_UP_AFTER = timedelta(days=5)
"""RFC 5321 section 4.5.4.1 asks for at least four to five days."""
JITTER = 0.2
OUTAGE_STEPS = tuple(timedelta(seconds=s) for s in (15, 30, 60, 120, 300))
"""How long to leave a server alone that nobody can reach or sign in to."""

RECIPIENT, SENDER, SERVER = "recipient", "sender", "server"
"""Whom a failure is about. Only `recipient` speaks of this mail; `sender` is our own account or address, which a
person must mend; `server` means that no other mail would get through either."""

STAGES = ("connect", "hello", "tls", "login", "sender", "recipient", "data")
REPLY_LENGTH = 500


@dataclass(frozen=True, slots=True)
class Sent:
    """The server has taken the mail into its care."""

    reply: str


@dataclass(frozen=True, slots=True)
class Deferred:
    """Not now; the same mail is worth another attempt."""

    reply: str
    about: str = RECIPIENT

    @property
    def alarm(self) -> bool:
        """Tell whether a person on our side must know, because it is not the recipient's fault."""
        return self.about != RECIPIENT


@dataclass(frozen=True, slots=True)
class Failed:
    """Never; another attempt would end the same way."""

    reply: str
    bad_address: bool = False
    """The address itself does not exist: nothing more shall be sent to it."""


Result = Sent | Deferred | Failed


def next_attempt(attempts: int, first: datetime, now: datetime, jitter: float, reply: str = "") -> datetime | None:
    """Say when to try again after `attempts` failures, the first at `first`; None gives the mail up.

    Args:
        jitter: between 0 and 1; shortens the wait by up to a fifth, so that a backlog does not come back as one wave.
        reply: of the last attempt.
    """
    deadline = first + GIVE_UP_AFTER
    if now >= deadline:
        return None
    steps = UNSURE_STEPS if reply == UNCONFIRMED else STEPS
    step = steps[min(max(attempts, 1), len(steps)) - 1]
    return min(now + step * (1 - JITTER * jitter), deadline)


def outage_pause(outages: int, jitter: float) -> timedelta:
    """Say how long to leave the server alone after so many fruitless passes in a row."""
    step = OUTAGE_STEPS[min(max(outages, 1), len(OUTAGE_STEPS)) - 1]
    return step * (1 - JITTER * jitter)


NOT_OFFERED = "could not be offered: "


def not_offered(why: str) -> Deferred:
    """Say that no server has even heard of this mail."""
    return Deferred(f"{NOT_OFFERED}{why}"[:REPLY_LENGTH], SERVER)


def was_offered(reply: str) -> bool:
    """Tell whether an attempt that ended with this reply says anything about the mail."""
    return not reply.startswith(NOT_OFFERED)


def reply_line(code: int, text: str) -> str:
    """Write a server's reply on one printable line, to be kept and shown."""
    words = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return f"{code} {words}".strip()[:REPLY_LENGTH]


_STATUS = re.compile(r"\s*([245])\.(\d{1,3})\.(\d{1,3})\b")
"""The enhanced status code of RFC 3463 at the start of a reply (RFC 2034)."""

_BAD_ADDRESS = {(1, 1), (1, 2), (1, 3), (1, 6), (1, 10), (2, 1)}
"""No such mailbox, no such domain, bad syntax, moved away, a null MX (RFC 7505), disabled."""
_VAGUE = {(0, 0), (1, 0), (5, 0)}
_OUR_ADDRESS = {(1, 7), (1, 8), (4, 5)}
"""The sender's address is refused, or our account has sent its daily share (RFC 3463; 5.4.5 as Gmail uses it)."""
_OUR_CODES = {530, 534, 535, 538}
"""The server wants us to sign in or to encrypt first (RFC 4954 section 6)."""

_UNKNOWN_USER = re.compile(
    r"(user|recipient|mailbox|address|account)\b.{0,40}\b(unknown|not found|not exist|doesn.?t exist|disabled|invalid)|"
    r"(unknown|no such|invalid|non-?existent) (user|recipient|mailbox|address|account)|"
    r"用户不存在|无此用户|收件人不存在",
    re.IGNORECASE,
)
_OUR_FAULT = re.compile(
    r"relay(ing)? (access )?(denied|not permitted|not allowed|prohibited)|(unable|not allowed|not permitted) to relay|"
    r"sender address rejected|sender .{0,40}(not owned|not allowed|denied)|client host .{0,80}(blocked|rejected)|"
    r"helo command rejected|authentication required|not authenticated|sending (limit|quota)|too many (messages|mails)",
    re.IGNORECASE,
)
_TOO_LARGE = re.compile(r"size|too (big|large|long)", re.IGNORECASE)


def judge(stage: str, code: int, text: str) -> Result:
    """Say what the reply `code text` at this stage of a session (one of STAGES) means for the one mail in hand.

    Source: RFC 5321 section 4.2, RFC 3463. Where a server cannot have meant the recipient, the mail is never failed.
    """
    text = text[:REPLY_LENGTH]
    reply = reply_line(code, text)
    if stage in {"connect", "hello", "tls", "login"}:
        return not_offered(reply)
    if 200 <= code < 300:
        return Sent(reply)
    found = _STATUS.match(text)
    status = (int(found[2]), int(found[3])) if found else None
    if stage == "sender":
        return _judge_sender(code, status, text, reply)
    ours = code in _OUR_CODES or status in _OUR_ADDRESS or bool(_OUR_FAULT.search(text))
    if not 500 <= code < 600 or ours:
        return Deferred(reply, SENDER if ours else RECIPIENT)
    if status == (2, 2) or (code == 552 and not _is_too_large(status, text)):
        # A full mailbox; and section 4.5.3.1.10 wants a bare 552 taken for a 452.
        return Deferred(reply)
    return Failed(reply, bad_address=_names_a_bad_address(code, status, text))


def _judge_sender(code: int, status: tuple[int, int] | None, text: str, reply: str) -> Result:
    if code == 421:
        return not_offered(reply)
    if code >= 500 and _is_too_large(status, text):
        return Failed(reply)
    return Deferred(reply, SENDER)


def _is_too_large(status: tuple[int, int] | None, text: str) -> bool:
    """RFC 1870 section 6: 552 (5.3.4) before or after the mail; 5.2.3 is the recipient's own limit."""
    return status in {(3, 4), (2, 3)} or (status is None and bool(_TOO_LARGE.search(text)))


def _names_a_bad_address(code: int, status: tuple[int, int] | None, text: str) -> bool:
    """Ask for evidence: a bare 550 may also be a policy, and a good address put on the list hears nothing more."""
    if status is not None and status not in _VAGUE:
        return status in _BAD_ADDRESS
    return code in {550, 551, 553} and bool(_UNKNOWN_USER.search(text))
