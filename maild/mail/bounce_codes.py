"""What a mail server's refusal means: its codes (RFC 5321 section 4.2, RFC 3463) and its words become one reason."""

from __future__ import annotations

import re
from dataclasses import dataclass

from maild.mail.refusal_words import REASONS

LONGEST = 4_000
"""Characters of a diagnostic that are looked at; the answer stands at its start."""

# The reasons that lie with the address itself: mail to it will fail again, whatever is in it.
HARD_REASONS = frozenset({"unknown address", "unknown host", "moved", "takes no mail"})

_STATUS = re.compile(r"(?<![\d.\w/-])([245]\.\d{1,3}\.\d{1,3})(?!\.?\d|[\w/])")
_REPLY_WITH_STATUS = re.compile(r"(?<![\d.])([45][0-7]\d)[ \-#'\"(]{1,4}([245]\.\d{1,3}\.\d{1,3})(?!\.?\d)")
# A reply code opens a line or follows a sign that something is quoted; elsewhere it is a mere number.
_REPLY = re.compile(
    r"(?:^|[\n;:<>'\"(\[#]|\b(?:said|code|error|problem|smtp|rejected|returned|replied|with|failure))"
    r"[ \t<'\":;=(\[-]{0,12}([45][0-7]\d)(?=[\s\-;,.#'\"\])]|:(?![\d:])|$)",
    re.IGNORECASE,
)
# Old sendmail puts its own code before the address and the other server's behind: "554 <a@b>... 550 Host unknown".
_REPLY_WITHIN = re.compile(r"^[45]\d\d [^\s]{3,200}\.\.\. ([45][0-7]\d) ", re.MULTILINE)
# Who gives up tells the last answer of the other server behind his own: "554 4.4.7 expired<421 4.4.2 timed out>".
_LAST_ANSWER = re.compile(r"<([45]\d\d) ([245]\.\d{1,3}\.\d{1,3}) [^<>]{1,300}>\s{0,9}$")
_ACCOUNT = re.compile(r"does(?:n['’]t| not) have an? \S+ account")
# The look-behind makes a run of letters be tried from its first one only.
_NOISE = re.compile(
    r"https?://\S+|<[^<>\s]{0,300}>|(?<![^\s<>()\[\]:;,'\"])[^\s<>()\[\]:;,'\"@]+@[^\s<>()\[\]:;,'\"]+"
    r"|unknown address error"
    # The words that a gateway adds below every mail: "This email has been scanned for all viruses".
    r"|(?:scanned|checked|swept)[^.\n]{0,40}\b(?:for|by)\b[^.\n]{0,120}",
    re.IGNORECASE,
)
_STAGES = (
    ("content", re.compile(r"end of data|end of message|>>> data|smtp command\s+data", re.IGNORECASE)),
    ("sender", re.compile(r"(?:after|reply to|>>>) mail from|sender was rejected", re.IGNORECASE)),
    ("greeting", re.compile(r"after (?:initial connection|ehlo|helo|starttls)|refused to talk to me", re.IGNORECASE)),
)

# RFC 3463 section 3: what a status says where the words say nothing.
_BY_STATUS: tuple[tuple[str, str], ...] = (
    ("1.6", "moved"),
    ("1.7", "refused"),
    ("1.8", "refused"),
    ("1.9", "refused"),
    ("1.2", "unknown host"),
    ("1.", "unknown address"),
    ("2.1", "disabled"),
    ("2.2", "full"),
    ("2.3", "too large"),
    ("3.1", "system"),
    ("3.2", "takes no mail"),
    ("3.4", "too large"),
    ("3.", "system"),
    ("4.4", "unknown host"),
    ("4.7", "expired"),
    ("4.", "network"),
    ("6.", "refused"),
    ("7.27", "takes no mail"),
    ("7.", "refused"),
)
# And the status to report where the server gave a reason in words only; the class is added by `judge`.
_STATUS_OF = {
    "refused": "7.1",
    "full": "2.2",
    "too large": "3.4",
    "disabled": "2.1",
    "moved": "1.6",
    "takes no mail": "3.2",
    "unknown address": "1.1",
    "unknown host": "1.2",
    "expired": "4.7",
    "network": "4.1",
    "system": "3.0",
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """What a server answered, reduced to what can be acted upon."""

    reply: str
    """The SMTP reply code ("550") or "" where none is told."""
    status: str
    """The enhanced status code of RFC 3463; guessed from the words where the mail has none."""
    reason: str
    """In words: unknown address, unknown host, moved, takes no mail, full, too large, disabled, refused, expired ..."""
    hard: bool
    """The address itself is at fault and will be next time."""


def codes(text: str) -> tuple[str, str]:
    """Find the reply code and the enhanced status in a server's words, each "" where there is none."""
    text = text[:LONGEST]
    if last := _LAST_ANSWER.search(text):
        return last.group(1), last.group(2)
    reply = _REPLY_WITHIN.search(text) or _REPLY.search(text)
    beside = _REPLY_WITH_STATUS.search(text)
    statuses = [*([beside.group(2)] if beside else []), *(found.group(1) for found in _STATUS.finditer(text))]
    telling = [status for status in statuses if not status.endswith(".0.0")]
    code = reply or beside
    return code.group(1) if code else "", (telling or statuses or [""])[0]


def reason_in_words(text: str) -> str:
    """Tell the reason that a server's words give, "" where they give none; addresses and links do not count."""
    plain = " ".join(_NOISE.sub(" ", " ".join(text[:LONGEST].split())).split())
    return next((reason for reason, words in REASONS if words.found_in(plain)), "")


def stage(words: str) -> str:
    """Tell what the server had seen when it refused: greeting, sender, content; "" for the recipient or nothing."""
    if "rcpt to" in words.lower():
        return ""
    return next((name for name, said in _STAGES if said.search(words[:LONGEST])), "")


def judge(diagnostic: str, status: str = "", *, delayed: bool = False, seen: str = "", also: str = "") -> Refusal:
    """Weigh a refusal: `status` is the field's own code, `also` the text around, read where the diagnostic is silent.

    `seen` is the `stage` of the refusal. A server that took the recipient and names it unknown only once it has seen
    the content hides a filter behind these words, so that they alone never condemn an address.
    """
    reply, told = codes(diagnostic)
    field = found.group(1) if (found := _STATUS.search(status)) else ""
    # What is said around may be of another attempt or another address: it must not speak against the server's words.
    kind = reply[:1] or field[:1]
    reply_around, told_around = codes(also) if also and not (reply and told) else ("", "")
    if not told and (not field or field.endswith(".0.0")) and (not kind or told_around.startswith(kind)):
        told = told_around
    if not kind or reply_around.startswith(kind):
        reply = reply or reply_around
    best = next((code for code in (told, field) if code and not code.endswith(".0.0")), "") or field or told
    reason = reason_in_words(diagnostic) or reason_in_words(also)
    if not reason and best:
        reason = next((named for prefix, named in _BY_STATUS if best[2:].startswith(prefix)), "")
    certain = not seen or (seen == "content" and (best.startswith("5.1.") or _ACCOUNT.search(diagnostic)))
    if reason in HARD_REASONS and not certain:
        reason = "refused"
    if not best:
        kind = "4" if delayed or reply.startswith("4") else "5"
        best = f"{kind}.{_STATUS_OF.get(reason, '0.0')}"
    hard = reason in HARD_REASONS and not delayed and not best.startswith("4") and not reply.startswith("4")
    return Refusal(reply, best, reason or "other", hard)
