"""Mail that a list or a group has passed on, by its fields (RFC 2369, RFC 2919); and where it is only the way to us."""

from __future__ import annotations

import re

from maild.mail.message import Message

# How a group is named that leads to a desk, in a List-Id (RFC 2919); behind it stands the domain.
_DESKS_GROUP = re.compile(
    r"<([\w+-]{0,40}(?:help|support|service|desk|ticket|hotline|hilfe|soporte|kefu)[\w+-]{0,40}|it|ict|edv|dsi|info|contact)\."
)
_LIST_FIELDS = (
    "list-id",
    "list-post",
    "list-unsubscribe",
    "list-help",
    "list-subscribe",
    "list-archive",
    "mailing-list",
    "x-mailing-list",
    "x-mlserver",
)


def bears_list_fields(message: Message) -> bool:
    """Tell whether a list's fields are there, and not only the link that a sales program puts on a person's answer."""
    said = {name for name in _LIST_FIELDS if message.header(name)}
    if said == {"list-unsubscribe"} and not message.header("precedence"):
        return not (message.in_reply_to or message.references)
    return bool(said)


def is_way_to_us(message: Message, own: frozenset[str]) -> bool:
    """Tell whether the list is an address of ours that is a group, or a group of our domain named like a desk."""
    groups = " ".join(message.header(name) or "" for name in ("list-id", "list-post", "mailing-list")).lower()
    if any(address in groups or f"<{address.replace('@', '.')}>" in groups for address in own):
        return True
    found = _DESKS_GROUP.search(groups)
    if found is None:
        return False
    behind = groups[found.end() :]
    domain = next((d for address in own if (d := address.rpartition("@")[2]) and behind.startswith(f"{d}>")), "")
    # A group that writes in its own name would get the answer itself.
    return bool(domain) and message.author is not None and message.author.email != f"{found[1]}@{domain}"
