"""What kind of mail is it: a table of named signs, the first that a mail shows decides; and RFC 3834 is obeyed."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from maild.mail.automatic_words import (
    ABSENCE,
    ACKNOWLEDGES,
    AUTOMATIC_ALONE,
    AUTOMATIC_REPLY,
    AUTOMATIC_SHORT,
    AUTOMATIC_TAIL,
    SAYS_AUTOMATIC,
)
from maild.mail.body.marks import is_forward_subject
from maild.mail.bounce import Bounce, read_bounce, was_delivered
from maild.mail.lists import bears_list_fields, is_way_to_us
from maild.mail.message import Message
from maild.mail.programs import is_from_exchange, is_from_ticket_system, is_written_by_hand
from maild.mail.ses import read_ses

KINDS = ("correspondence", "auto-reply", "auto-generated", "bounce", "feedback", "loop", "list")
"""auto-generated mail (an alert, a form, a report), list mail and feedback about no mail of ours open a ticket and get
no answer; automatic replies, bounces and loops open none."""

MOST_HOPS = 100


@dataclass(frozen=True, slots=True)
class Mail:
    """A message as the signs look at it."""

    message: Message
    own: frozenset[str]
    bounce: Bounce | None

    def header(self, name: str) -> str:
        """Give a field in lower case without its comment, "" where it is missing."""
        value = self.message.header(name)
        return value.partition("(")[0].partition(";")[0].strip().lower() if value else ""

    @property
    def in_thread(self) -> bool:
        return bool(self.message.in_reply_to or self.message.references)

    @property
    def ours(self) -> bool:
        author = self.message.author
        return author is not None and author.email in self.own


@dataclass(frozen=True, slots=True)
class Sign:
    """One mark by which a kind of mail is known."""

    name: str
    kind: str
    source: str
    """The RFC section that says so, or whose custom it is."""
    shown: Callable[[Mail], bool]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a mail is, by which sign, and which other signs it shows."""

    kind: str
    sign: str
    source: str
    bounce: Bounce | None = None
    hits: tuple[Sign, ...] = ()
    """All signs the mail shows, the deciding one first; () for plain correspondence."""


def classify(message: Message, own: frozenset[str] = frozenset()) -> Verdict:
    """Say what kind of mail this is; `own` are our own addresses in lower case.

    Never raises; its time is linear in the mail's size.
    """
    mail = Mail(message, own, read_bounce(message, own))
    hits = tuple(sign for sign in SIGNS if sign.shown(mail))
    if not hits:
        return Verdict("correspondence", "plain-mail", "RFC 5322: nothing says that a machine wrote it")
    first = hits[0]
    return Verdict(first.kind, first.name, first.source, mail.bounce if first.kind == "bounce" else None, hits)


def _bounced(form: str) -> Callable[[Mail], bool]:
    return lambda mail: mail.bounce is not None and mail.bounce.form == form


def _abuse_report(mail: Mail) -> bool:
    message = mail.message
    if message.report_type in {"feedback-report", "abuse-report"} or mail.header("x-arf") or mail.header("x-xarf"):
        return True
    return any(name == "feedback-type" for group in message.report[:3] for name, _ in group)


def _complaint(mail: Mail) -> bool:
    author = mail.message.author
    about = mail.message.subject[:100].strip().lower()
    return author is not None and author.domain in _HOTMAIL and about.startswith("complaint about message from")


def _ses_tells(about: str) -> Callable[[Mail], bool]:
    """Amazon's own address tells it: who pastes such a notification asks what it means."""

    def shown(mail: Mail) -> bool:
        author = mail.message.author
        if author is None or not author.domain.endswith("amazonaws.com"):
            return False
        told = read_ses(mail.message.text)
        return told is not None and told.about == about

    return shown


def _unsubscribe(mail: Mail) -> bool:
    return mail.header("x-apple-unsubscribe") == "true"


def _our_own_mail(mail: Mail) -> bool:
    """Our field and one thing more that is ours: anybody may write the field, and must silence nobody by it."""
    if not _bears_our_mark(mail):
        return False
    domain = mail.message.message_id.rpartition("@")[2].strip("<> ").lower()
    ours = any(domain == address.rpartition("@")[2] for address in mail.own)
    return not mail.own or mail.ours or ours


def _bears_our_mark(mail: Mail) -> bool:
    written_by = mail.header("x-maild-loop")
    return bool(written_by) and (not mail.own or written_by in mail.own)


def _our_automatic_mail(mail: Mail) -> bool:
    """An answer in our name; what else a form or a script writes with our address may be a person's request."""
    return mail.ours and _automatic(mail) and (mail.in_thread or _auto_replied(mail))


def _goes_round(mail: Mail) -> bool:
    return len(mail.message.header_all("received")) > MOST_HOPS


def _dmarc_report(mail: Mail) -> bool:
    return bool(_DMARC_SUBJECT.match(mail.message.subject))


def _tls_report(mail: Mail) -> bool:
    return mail.message.report_type == "tlsrpt" or mail.message.header("tls-report-domain") is not None


def _reading_receipt(mail: Mail) -> bool:
    return mail.message.report_type == "disposition-notification"


def _delivery_receipt(mail: Mail) -> bool:
    return bool(mail.message.report) and was_delivered(mail.message)


def _automatic(mail: Mail) -> bool:
    return mail.header("auto-submitted") not in {"", "no"}


def _auto_replied(mail: Mail) -> bool:
    return mail.header("auto-submitted") == "auto-replied"


def _automatic_answer(mail: Mail) -> bool:
    return mail.in_thread and _automatic(mail)


def _precedence_auto_reply(mail: Mail) -> bool:
    answers = {"auto_reply", "auto-reply", "autoreply"}
    return mail.header("precedence") in answers or mail.header("x-precedence") in answers


def _auto_reply_field(mail: Mail) -> bool:
    return any(mail.header(name) not in {"", "no", "none", "false", "0"} for name in _AUTO_REPLY_FIELDS)


def _vacation_rule(mail: Mail) -> bool:
    return bool(
        _exchange_rule_answers(mail)
        or mail.header("x-apple-action") == "vacation"
        or "autoresponder" in mail.header("delivered-to")
        or mail.header("x-post-messageclass").endswith("autoresponder")
    )


def _exchange_rule_answers(mail: Mail) -> bool:
    """A rule of a mailbox has answered; the same field is on what a rule has passed on, which a person wrote."""
    by_rule = mail.header("x-ms-exchange-inbox-rules-loop") or (
        mail.header("x-ms-exchange-generated-message-source") == "mailbox rules agent"
    )
    if not by_rule or is_forward_subject(mail.message.subject):
        return False
    return _automatic(mail) or _suppresses_answers(mail) or _null_sender(mail)


def _auto_reply_subject(mail: Mail) -> bool:
    """A system's words before the subject, unless a person's mail program wrote a new mail with them."""
    subject = mail.message.subject[:200].strip()
    if AUTOMATIC_REPLY.found_in(subject) or AUTOMATIC_TAIL.found_in(subject):
        return mail.in_thread or not is_written_by_hand(mail.message)
    return mail.in_thread and (AUTOMATIC_ALONE.found_in(subject) or AUTOMATIC_SHORT.found_in(subject))


def _says_automatic(mail: Mail) -> bool:
    """One of the first lines says so, and the mail's program is no person's, who may quote such a line."""
    text = mail.message.text[:2_000]
    if not text or is_written_by_hand(mail.message):
        return False
    opening = [line[:200] for line in text.split("\n", 12)[:12] if line.strip()][:4]
    opening = [line for line in opening if not line.lstrip().startswith((">", "|"))]
    return SAYS_AUTOMATIC.found_in("\n".join(opening))


def _answers_automatically(mail: Mail) -> bool:
    return mail.in_thread and _says_automatic(mail)


def _absence_subject(mail: Mail) -> bool:
    """An absence in the subject, which a person may speak of too: only with a second sign of a machine."""
    return ABSENCE.found_in(mail.message.subject[:200].strip()) and (
        _suppresses_answers(mail) or _bulk(mail) or _null_sender(mail) or _automatic(mail)
    )


def _acknowledges(mail: Mail) -> bool:
    return _null_sender(mail) and ACKNOWLEDGES.found_in(mail.message.subject[:200].strip())


def _answer_without_sender(mail: Mail) -> bool:
    return _null_sender(mail) and mail.in_thread and not is_written_by_hand(mail.message)


def _bulk_answer(mail: Mail) -> bool:
    return _bulk(mail) and mail.in_thread and not _list_fields(mail)


def _calendar_answer(mail: Mail) -> bool:
    """An answer to an invitation, unless its writer says more than yes or no.

    Only Exchange's answers are empty where he does not: other programs say yes in words of their own.
    """
    if mail.message.calendar_method not in {"REPLY", "REFRESH", "DECLINECOUNTER"}:
        return False
    text = mail.message.text.strip()
    return not (is_from_exchange(mail.message) and text and not _EVENT.search(text))


def _ticket_system(mail: Mail) -> bool:
    """A ticket system's mail with a mark of machines, which it puts on the words of its people as well."""
    return (_automatic(mail) or _bulk(mail) or _suppresses_answers(mail)) and is_from_ticket_system(mail.message)


def _list_fields(mail: Mail) -> bool:
    return bears_list_fields(mail.message) and not is_way_to_us(mail.message, mail.own)


def _precedence_list(mail: Mail) -> bool:
    return mail.header("precedence") == "list" and not is_way_to_us(mail.message, mail.own)


def _bulk(mail: Mail) -> bool:
    return mail.header("precedence") in {"bulk", "junk"}


def _suppresses_answers(mail: Mail) -> bool:
    """The sender wants no automatic answer; Exchange's rules put the field on people's mail as well."""
    wishes = (mail.message.header("x-auto-response-suppress") or "").lower()
    return any(wish in wishes for wish in ("all", "oof", "autoreply")) and not is_written_by_hand(mail.message)


def _machine_field(mail: Mail) -> bool:
    return any(name.startswith(_MACHINE_FIELDS) for name, _ in mail.message.headers)


def _null_sender(mail: Mail) -> bool:
    return mail.message.return_path == ""


def _nobody_reads(mail: Mail) -> bool:
    author = mail.message.author
    return author is not None and bool(_NOBODY.match(author.email))


def _from_ourselves(mail: Mail) -> bool:
    return mail.ours


_HOTMAIL = frozenset({"hotmail.com", "outlook.com", "live.com", "msn.com"})
_DMARC_SUBJECT = re.compile(
    r"\s*(?:\[[^\]]{1,40}\]\s*)?report[ _]domain:\s*\S.{0,200}(?:submitter:|report-id:)", re.IGNORECASE
)
# A line of an event in words: the answer has none of its own.
_EVENT = re.compile(r"^(?:When|Organizer|Attendees): ", re.MULTILINE)
_NOBODY = re.compile(
    r"(?:[\w.+-]{0,64}[._-])?(?:no|do[._-]?not|dont|never)[._-]?reply[\w.+=-]{0,80}@"
    r"|(?:mailer-daemon|bounces?|nobody|cron|daemon|root|www-data|nagios|zabbix|icinga|monit|alertmanager|grafana|logwatch"
    r"|asterisk|freepbx|voice-?mail|fax(?:server)?|scan(?:ner)?|scan-?to-?e?mail|copier|mfp"
    r"|majordomo|listserv|mailman|sympa)"
    r"(?:[._+=-][\w.+=-]{0,80})?@"
    r"|owner-[\w.+=-]{1,80}@|[\w.+=-]{1,80}-(?:bounces|owner)@"
)
_AUTO_REPLY_FIELDS = (
    "x-autoreply",
    "x-auto-reply",
    "x-autorespond",
    "x-auto-respond",
    "x-autoresponse",
    "x-autoresponder",
    "x-autoreply-from",
    "x-auto-reply-from",
    "x-mail-autoreply",
    "x-autoreply-domain",
    "x-qq-autoreply",
    "x-vacation",
    "x-facebook-auto-reply",
    "auto-reply",
)
_MACHINE_FIELDS = (
    "x-fc-machinegenerated",
    "x-cron-env",
    "x-autogenerated",
    "x-notificationtype",
    "x-asterisk-",
    "x-voicemessage",
)

SIGNS: tuple[Sign, ...] = (
    Sign("delivery-report", "bounce", "RFC 3464", _bounced("delivery-report")),
    Sign("failed-recipients", "bounce", "Exim's field X-Failed-Recipients", _bounced("failed-recipients")),
    Sign("ses-notification", "bounce", "Amazon SES, notifications by SNS", _bounced("ses-notification")),
    Sign("abuse-report", "feedback", "RFC 5965", _abuse_report),
    Sign("complaint", "feedback", "Microsoft's junk mail reporting", _complaint),
    Sign("ses-complaint", "feedback", "Amazon SES, notifications by SNS", _ses_tells("complaint")),
    Sign("unsubscribe-request", "feedback", "RFC 2369 section 3.2, as Apple Mail sends it", _unsubscribe),
    Sign("our-own-mail", "loop", "our field X-Maild-Loop", _our_own_mail),
    Sign("our-automatic-mail", "loop", "RFC 3834 section 5, from an address of ours", _our_automatic_mail),
    Sign("goes-round", "loop", "RFC 5321 section 6.3", _goes_round),
    Sign("returned-mail", "bounce", "the words of mail systems before and beside RFC 3464", _bounced("returned-mail")),
    Sign("dmarc-report", "auto-generated", "RFC 7489 section 7.2.1.1", _dmarc_report),
    Sign("tls-report", "auto-generated", "RFC 8460 section 5.3", _tls_report),
    Sign("reading-receipt", "auto-reply", "RFC 8098", _reading_receipt),
    Sign("delivery-receipt", "auto-reply", "RFC 3464 section 2.3.3", _delivery_receipt),
    Sign("ses-delivery", "auto-reply", "Amazon SES, notifications by SNS", _ses_tells("delivery")),
    Sign("auto-replied", "auto-reply", "RFC 3834 section 5.1", _auto_replied),
    Sign("precedence-auto-reply", "auto-reply", "RFC 3834 section 3.1.8", _precedence_auto_reply),
    Sign("auto-reply-field", "auto-reply", "X-Autoreply and its relatives, custom of responders", _auto_reply_field),
    Sign("vacation-rule", "auto-reply", "Exchange's, Apple's and Postfix Admin's absence rules", _vacation_rule),
    Sign("auto-reply-subject", "auto-reply", "subjects that mail systems put before the old one", _auto_reply_subject),
    Sign("says-automatic-answer", "auto-reply", "the words of responders, in a thread", _answers_automatically),
    Sign("acknowledgement", "auto-reply", "thanks for a mail in the subject, and the null sender", _acknowledges),
    Sign("ticket-system", "auto-generated", "the fields of ticket systems, which speak for people", _ticket_system),
    Sign("automatic-answer", "auto-reply", "RFC 3834 section 5, with In-Reply-To (section 3.1.8)", _automatic_answer),
    Sign("absence-subject", "auto-reply", "an absence in the subject and a second sign of a machine", _absence_subject),
    Sign("answer-without-sender", "auto-reply", "RFC 5321 section 4.5.5", _answer_without_sender),
    Sign("bulk-answer", "auto-reply", "RFC 3834 section 3.1.8", _bulk_answer),
    Sign("calendar-answer", "auto-reply", "RFC 5546 section 3.2.3", _calendar_answer),
    Sign("list-fields", "list", "RFC 2369 and RFC 2919", _list_fields),
    Sign("precedence-list", "list", "RFC 2076 section 3.9", _precedence_list),
    Sign("automatic", "auto-generated", "RFC 3834 section 5", _automatic),
    Sign("bears-our-mark", "auto-generated", "our field X-Maild-Loop under another's name", _bears_our_mark),
    Sign("precedence-bulk", "auto-generated", "RFC 2076 section 3.9", _bulk),
    Sign("says-automatic", "auto-generated", "the words of responders", _says_automatic),
    Sign("machine-field", "auto-generated", "fields of programs that write mail", _machine_field),
    Sign("suppresses-answers", "auto-generated", "MS-OXCMAIL, X-Auto-Response-Suppress", _suppresses_answers),
    Sign("null-sender", "auto-generated", "RFC 5321 section 4.5.5", _null_sender),
    Sign("nobody-reads", "auto-generated", "RFC 3834 section 2 and the custom of no-reply addresses", _nobody_reads),
    Sign("from-ourselves", "auto-generated", "a form or a script that writes with our own address", _from_ourselves),
)
"""All signs, in the order in which they decide."""
