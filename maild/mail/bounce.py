"""A mail that came back: whose address failed, how, and which mail it was (RFC 3464, and the forms older than it)."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import IntEnum

from maild.mail import bounce_text
from maild.mail.body.marks import is_forward_subject
from maild.mail.bounce_codes import judge, stage
from maild.mail.bounce_words import (
    CAPABLE_ADDRESSES,
    DAEMON_ADDRESSES,
    DAEMON_NAMES,
    PARCELS,
    POSTMASTERS,
    SUBJECT_ENDS,
    SUBJECTS,
)
from maild.mail.message import Headers, Message
from maild.mail.programs import is_written_by_hand
from maild.mail.ses import Told, read_ses

MOST_RECIPIENTS = 100
LONGEST_DIAGNOSTIC = 500

_IN_FIELD = re.compile(r"(\"[^\"\s]{1,64}\"|[^\s<>;,:\"()\[\]]{1,128})@([^\s<>;,:\"()\[\]]{1,255})")
# "deliverable" is Postfix's, of an address that it was asked to try.
_SUCCESS = ("delivered", "relayed", "expanded", "deliverable")


@dataclass(frozen=True, slots=True)
class FailedRecipient:
    """One address that a mail did not reach."""

    address: str
    """The address that the mail was sent to, in lower case."""
    status: str
    """RFC 3463, "5.1.1"; told by the server or guessed from its words."""
    hard: bool
    """The address is at fault and will be next time: no such user or host, moved, takes no mail."""
    reason: str
    """In words: unknown address, unknown host, moved, takes no mail, full, too large, disabled, refused, expired ..."""
    action: str
    """failed, or delayed where the server goes on trying."""
    reply: str = ""
    """The SMTP reply code, "550", where one is told."""
    diagnostic: str = ""
    """What the server said, on one line."""


@dataclass(frozen=True, slots=True)
class Bounce:
    """What a returned mail says."""

    recipients: tuple[FailedRecipient, ...]
    message_id: str
    """Of the mail that came back, with its angle brackets; "" where nothing tells it."""
    form: str
    """delivery-report (RFC 3464) | failed-recipients (Exim's field) | ses-notification | returned-mail (prose)."""

    @property
    def temporary(self) -> bool:
        """Nothing is lost yet: every address is only late."""
        return bool(self.recipients) and all(recipient.action == "delayed" for recipient in self.recipients)


class Who(IntEnum):
    """How much the sender looks like a mail system."""

    PERSON = 0
    PERHAPS = 1
    DAEMON = 2


def read_bounce(message: Message, own: frozenset[str] = frozenset()) -> Bounce | None:
    """Read a returned mail, None where the mail is something else; never raises, linear in the mail's size."""
    who = sender(message)
    if _passed_on(message, who):
        return None
    subject = speaks_of_return(message.subject)
    if groups := _recipient_groups(message):
        reported = message.report_type == "delivery-status" or message.content_type == "multipart/report"
        if (reported or who or subject) and not all(map(_succeeded, groups)):
            return _from_report(message, groups, own)
        return None
    if message.report_type == "delivery-status":
        return _from_text(message, own, "delivery-report")
    if message.report_type and message.report_type != "disposition-notification":
        return None
    if who is not Who.PERSON and (told := read_ses(message.text)) is not None:
        return _told_by_ses(told)
    if who is Who.PERSON and not subject:
        return None
    if who and message.header("x-failed-recipients"):
        return _from_text(message, own, "failed-recipients")
    return _from_text(message, own, "returned-mail") if _is_notice(message, who, subject) else None


def was_delivered(message: Message) -> bool:
    """Tell whether a delivery report says that all went well (RFC 3464 section 2.3.3)."""
    groups = _recipient_groups(message)
    return bool(groups) and all(map(_succeeded, groups))


def sender(message: Message) -> Who:
    """Judge the sender: a mail system, perhaps one, or a person."""
    author = message.author
    if author is None:
        named = message.header("from") or ""
        return Who.DAEMON if message.return_path == "" or (named and "@" not in named) else Who.PERHAPS
    if DAEMON_ADDRESSES.found_in(author.email):
        return Who.DAEMON
    named = bool(author.name) and DAEMON_NAMES.found_in(author.name)
    path = message.return_path
    # "bounces+7@" as the envelope's sender only says where this mail itself comes back to.
    returned_to_nobody = path == "" or (bool(path) and path[:6] != "bounce" and DAEMON_ADDRESSES.found_in(path))
    if returned_to_nobody and (named or POSTMASTERS.found_in(author.email)):
        return Who.DAEMON
    return Who.PERHAPS if named or returned_to_nobody or CAPABLE_ADDRESSES.found_in(author.email) else Who.PERSON


def speaks_of_return(subject: str) -> bool:
    """Tell whether a subject is that of a returned mail; one that a person answers or forwards (Re:, Fwd:) is not."""
    subject = subject[:300].strip()
    return SUBJECTS.found_in(subject) or SUBJECT_ENDS.found_in(subject)


def _passed_on(message: Message, who: Who) -> bool:
    """Tell whether a person gives a returned mail to us, in parts or in words, to ask what it means."""
    if who is Who.DAEMON or message.content_type == "multipart/report":
        return False
    return is_written_by_hand(message) or (who is Who.PERSON and is_forward_subject(message.subject))


def _is_notice(message: Message, who: Who, subject: bool) -> bool:
    """Weigh sender, subject and text; people who write of mail that was not delivered must never be taken for it."""
    notice = _notice(message)
    if _carries_parcels(message, notice):
        return False
    if who is Who.DAEMON and subject:
        return True
    failure = bounce_text.speaks_of_failure(notice)
    if who is Who.DAEMON or not failure:
        return failure
    in_thread = bool(message.in_reply_to or message.references)
    machine = bounce_text.opens_like_a_machine(notice)
    by_hand = bounce_text.sounds_like_a_person(notice)
    if who is Who.PERHAPS and subject:
        unanswerable = message.return_path == "" or any(
            message.header(name) for name in ("auto-submitted", "precedence")
        )
        told = bounce_text.begins_like_a_machine(notice) or not by_hand
        return (unanswerable or (not in_thread and told)) and _tells_which_mail(message, notice)
    if not machine or (who is Who.PERSON and (in_thread or by_hand or _has_a_name(message))):
        return False
    if who is Who.PERSON and not bounce_text.begins_like_a_machine(notice):
        return False
    return bool(bounce_text.named_addresses(notice, _strangers(message, frozenset())))


def _has_a_name(message: Message) -> bool:
    """Tell whether the author bears a name, which is no program's: those of programs are known."""
    return message.author is not None and bool(message.author.name.strip())


def _carries_parcels(message: Message, notice: bounce_text.Notice) -> bool:
    """Tell whether it speaks of a parcel that was not delivered; a daemon's own address is beyond doubt."""
    email = message.author.email if message.author else ""
    if not email or DAEMON_ADDRESSES.found_in(email) or POSTMASTERS.found_in(email):
        return False
    return PARCELS.found_in(bounce_text.without_fields(notice))


def _tells_which_mail(message: Message, notice: bounce_text.Notice) -> bool:
    """Tell whether a mail is given back or an address named; without both it speaks of mail in general."""
    if notice.copy or message.returned or message.report or message.header("x-failed-recipients"):
        return True
    return bool(_attached_copy(message) or bounce_text.named_addresses(notice, _strangers(message, frozenset()), "x"))


def _notice(message: Message) -> bounce_text.Notice:
    """Take the notice from the text, or from a report that a gateway wrapped."""
    notice = bounce_text.split(message.text)
    return notice if bounce_text.speaks_of_failure(notice) else _wrapped(message) or notice


def _wrapped(message: Message) -> bounce_text.Notice | None:
    """Take the notice from a report that lies within an attached mail."""
    copy = _attached_copy(message)
    if "final-recipient:" not in copy.lower():
        return None
    return bounce_text.Notice(tuple(copy.splitlines()[: bounce_text.MOST_LINES]), "")


def _recipient_groups(message: Message) -> list[Headers]:
    return [group for group in message.report[: MOST_RECIPIENTS + 1] if _tells_of_recipient(group)]


def _tells_of_recipient(group: Headers) -> bool:
    names = {name for name, _ in group}
    return bool(names & {"final-recipient", "original-recipient", "x-actual-recipient"}) and bool(
        names & {"action", "status", "diagnostic-code"}
    )


def _groups_within(text: str) -> list[Headers]:
    """Take a report's groups out of a text, where its parts are spoilt or it was given back by a gateway."""
    if "final-recipient:" not in text[: bounce_text.MOST_CHARACTERS].lower():
        return []
    return [group for group in bounce_text.fields_in(text) if _tells_of_recipient(group)][: MOST_RECIPIENTS + 1]


def _succeeded(group: Headers) -> bool:
    action = _field(group, "action")
    return action.startswith(_SUCCESS) or (not action and _field(group, "status").startswith("2."))


def _field(group: Headers, name: str) -> str:
    return next((value.strip().lower() for key, value in group if key == name), "")


def _words(group: Headers, name: str) -> str:
    return next((value for key, value in group if key == name), "")


def _from_report(message: Message, groups: list[Headers], own: frozenset[str]) -> Bounce:
    notice = bounce_text.split(message.text)
    words = notice.words
    seen = stage(words)
    spoken = {named.address: named.words for named in bounce_text.named_addresses(notice, _strangers(message, own))}
    recipients: dict[str, FailedRecipient] = {}
    for group in groups:
        if _succeeded(group):
            continue
        action = _field(group, "action")
        final = _address_in(group, "final-recipient")
        address = _address_in(group, "original-recipient") or final or _address_in(group, "x-actual-recipient")
        if not address:
            address = next((a for a in (*spoken, *_listed(message)) if a not in recipients), "")
        diagnostic = _diagnostic(_words(group, "diagnostic-code"))
        delayed = action.startswith("delayed")
        said = spoken.get(final) or spoken.get(address) or (words if len(groups) == 1 else "")
        refusal = judge(diagnostic, _words(group, "status"), delayed=delayed, seen=seen, also=said)
        if address and address not in recipients:
            recipients[address] = FailedRecipient(
                address,
                refusal.status,
                refusal.hard,
                refusal.reason,
                "delayed" if delayed else "failed",
                refusal.reply,
                _one_line(diagnostic),
            )
    return Bounce(tuple(recipients.values()), _returned_id(message, notice.copy), "delivery-report")


def _address_in(group: Headers, name: str) -> str:
    hit = _IN_FIELD.search(_words(group, name).rpartition(";")[2])
    return f"{hit.group(1)}@{hit.group(2).rstrip('.')}".lower() if hit else ""


def _diagnostic(value: str) -> str:
    """Strip the type of RFC 3464 section 2.3.6 ("smtp;") from a diagnostic."""
    kind, separator, words = value.partition(";")
    return words.strip() if separator and len(kind) < 30 and " " not in kind.strip() else value


def _from_text(message: Message, own: frozenset[str], form: str) -> Bounce:
    notice = _notice(message)
    strangers = _strangers(message, own)
    author = message.author
    domain = author.domain if author else ""
    if groups := _groups_within(message.text):
        return replace(_from_report(message, groups, own), form=form)
    named = bounce_text.named_addresses(notice, strangers, domain)
    if not named and (groups := _groups_within(_attached_copy(message))):
        return replace(_from_report(message, groups, own), form=form)
    if failed := _listed(message):
        said = {entry.address: entry.words for entry in named}
        named = [bounce_text.Named(address, said.get(address, notice.words)) for address in failed]
    if not named:
        returned = "\n".join(f"{name}: {value}" for name, value in message.returned)
        for copy in (returned, notice.copy, _attached_copy(message), notice.words):
            if addressees := bounce_text.addressees(copy, strangers):
                named = [bounce_text.Named(address, notice.words) for address in addressees]
                break
    if not named:
        # Who wrote to himself gets his own address back.
        named = bounce_text.named_addresses(notice, own | {person.email for person in message.from_}, domain)
    delayed = bounce_text.says_still_trying(message.subject, notice)
    recipients = tuple(_judged(entry, notice.words, delayed, alone=len(named) == 1) for entry in named)
    return Bounce(recipients, _returned_id(message, notice.copy), form)


def _listed(message: Message) -> list[str]:
    """Give the addresses of Exim's field for them, which Google writes too."""
    hits = bounce_text.ADDRESS.finditer(message.header("x-failed-recipients") or "")
    return list(dict.fromkeys(f"{hit.group(1)}@{hit.group(2)}".lower() for hit in hits))[:MOST_RECIPIENTS]


def _judged(entry: bounce_text.Named, everything: str, delayed: bool, *, alone: bool) -> FailedRecipient:
    around = everything if alone else ""
    refusal = judge(entry.words, delayed=delayed, seen=stage(around or entry.words), also=around)
    action = "delayed" if delayed else "failed"
    said = _one_line(entry.words)
    return FailedRecipient(entry.address, refusal.status, refusal.hard, refusal.reason, action, refusal.reply, said)


def _told_by_ses(told: Told) -> Bounce | None:
    """Give the bounce of a notification by Amazon SES, None where it tells of no failure."""
    recipients = []
    for address, status, diagnostic in told.failed:
        said = _diagnostic(diagnostic)
        judged = judge(said, status)
        recipients.append(
            FailedRecipient(address, judged.status, judged.hard, judged.reason, "failed", judged.reply, _one_line(said))
        )
    return Bounce(tuple(recipients), "", "ses-notification") if recipients else None


def _strangers(message: Message, own: frozenset[str]) -> frozenset[str]:
    """Gather who cannot be the failed address: ourselves, and the one who reports."""
    people = (*message.from_, *message.to, *message.cc, *([message.sender] if message.sender else []))
    return own | {person.email for person in people}


def _returned_id(message: Message, copy: str) -> str:
    """Find the Message-ID of the mail that came back, from the clearest source that has one."""
    fields = (*message.returned, *(pair for group in message.report for pair in group))
    for wanted in ("message-id", "x-original-message-id", "original-message-id"):
        for name, value in fields:
            if name == wanted and (hit := re.search(r"<[^<>\s]+>", value)):
                return hit.group(0)
    if found_in_copy := bounce_text.message_id_in(copy or _attached_copy(message)):
        return found_in_copy
    thread = (*message.in_reply_to, *reversed(message.references))
    return thread[0] if thread else ""


def _attached_copy(message: Message) -> str:
    for attachment in message.attachments:
        if attachment.type in {"message/rfc822", "text/rfc822-headers", "message/global"}:
            return attachment.content[: bounce_text.MOST_CHARACTERS].decode("utf-8", "replace")
    return ""


def _one_line(words: str) -> str:
    return " ".join(words.split())[:LONGEST_DIAGNOSTIC]
