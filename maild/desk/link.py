"""Links to a page: signed, expiring, each for one purpose, one ticket and one person; never a token to answer by."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from maild.desk.trust import Keys

RATE = "rate"
TICKET = "ticket"
LIFE = timedelta(days=60)
"""How long a link is good for; the pages of a ticket are of no use to anybody much later."""
FORM_LIFE = timedelta(hours=12)
"""How long a page may lie open before its button is pressed."""

_MAC_BYTES = 16
"""128 bits: whoever guesses here can try faster than by mail."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LINK = re.compile(r"([1-9]\d{0,11})-(\d{1,6})-([a-z2-7]{26})", re.ASCII)
_FORM = re.compile(r"(\d{1,12})-([a-z2-7]{26})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Link:
    """A link as it was asked for; nothing is proved of it before `is_genuine`."""

    text: str
    ticket: int
    expires: datetime
    mac: str


def _mac(secret: bytes, *parts: object) -> str:
    text = "\0".join(("maild page link", *map(str, parts))).encode("utf-8", "surrogatepass")
    return base64.b32encode(hmac.new(secret, text, hashlib.sha256).digest()[:_MAC_BYTES]).decode().lower().rstrip("=")


def make_link(keys: Keys, purpose: str, ticket: int, recipient: str, expires: datetime) -> str:
    """Sign (purpose, ticket, recipient, expiry) with HMAC-SHA256 cut to 128 bits.

    Args:
        purpose: RATE or TICKET; a link for the one opens nothing of the other.
        expires: aware; kept to the day, rounded up.

    Returns:
        `ticket-day-mac`, fit for the path of a URL; the recipient's address is not in it.
    """
    day = (expires - _EPOCH).days + 1
    return f"{ticket}-{day}-{_mac(keys.secrets[0], purpose, ticket, recipient.lower(), day)}"


def read_link(text: str) -> Link | None:
    """Take a link apart; None where it has not the form of one."""
    match = _LINK.fullmatch(text)
    if not match:
        return None
    return Link(text, int(match[1]), _EPOCH + timedelta(days=int(match[2])), match[3])


def is_genuine(keys: Keys, purpose: str, link: Link, recipient: str) -> bool:
    """Tell whether we made this link for this purpose and person; it may have expired since."""
    day = (link.expires - _EPOCH).days
    return any(
        hmac.compare_digest(link.mac, _mac(secret, purpose, link.ticket, recipient.lower(), day))
        for secret in keys.secrets
    )


def make_form(keys: Keys, link: str, now: datetime) -> str:
    """Make what a page's form sends back with it, so that only a page of ours, not too old, can store anything."""
    until = int((now + FORM_LIFE).timestamp())
    return f"{until}-{_mac(keys.secrets[0], 'form', link, until)}"


def check_form(keys: Keys, link: str, text: str, now: datetime) -> bool:
    """Tell whether a form comes from a page of ours for this link, and not too late."""
    match = _FORM.fullmatch(text)
    if not match:
        return False
    until = int(match[1])
    genuine = any(hmac.compare_digest(match[2], _mac(secret, "form", link, until)) for secret in keys.secrets)
    return genuine and now.timestamp() < until
