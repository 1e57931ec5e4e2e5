"""What the rules may ask of a mail: a small value made from a message and what is known of its sender."""

from __future__ import annotations

from dataclasses import dataclass

from maild.mail.message import Address, Headers, Message

_LONGEST = 100_000
"""Characters of the text that rules look at; nobody describes a problem beyond them."""


@dataclass(frozen=True, slots=True)
class Facts:
    """One mail as the rules see it."""

    from_: tuple[Address, ...] = ()
    to: tuple[Address, ...] = ()
    """The To field and the addresses it was delivered to, so that a Bcc counts as well."""
    cc: tuple[Address, ...] = ()
    subject: str = ""
    text: str = ""
    """What the person wrote now."""
    headers: Headers = ()
    attachments: tuple[tuple[str, str], ...] = ()
    """(name, media type) of each."""
    size: int = 0
    language: str = "en"
    authenticated: bool = False
    department: str = ""
    location: str = ""
    vip: bool = False
    category: str = ""
    """What the ticket already has; "" for a new one."""


def facts_of(
    message: Message,
    text: str,
    language: str,
    *,
    authenticated: bool = False,
    department: str = "",
    location: str = "",
    vip: bool = False,
    category: str = "",
) -> Facts:
    """Reduce a message to what rules may ask.

    Args:
        text: the readable reply, see `maild.mail.body`.
    """
    named = {address.email for address in message.to}
    delivered = dict.fromkeys(email.lower() for email in message.delivered_to)
    return Facts(
        from_=message.from_,
        to=(*message.to, *(Address("", email) for email in delivered if email not in named)),
        cc=message.cc,
        subject=message.subject,
        text=text[:_LONGEST],
        headers=message.headers,
        attachments=tuple((attachment.name, attachment.type) for attachment in message.attachments),
        size=message.size,
        language=language,
        authenticated=authenticated,
        department=department,
        location=location,
        vip=vip,
        category=category,
    )
