"""maild.toml and the environment become Settings; nothing else reads the environment."""

from maild.settings.load import Loaded, load
from maild.settings.model import (
    Account,
    Database,
    Desk,
    Logging,
    Mailbox,
    OAuth,
    Paths,
    Settings,
    Smtp,
    Systemd,
    Trust,
    Web,
    shipped,
)
from maild.settings.secrets import Found, Missing, access_token, signing_key

__all__ = [
    "Account",
    "Database",
    "Desk",
    "Found",
    "Loaded",
    "Logging",
    "Mailbox",
    "Missing",
    "OAuth",
    "Paths",
    "Settings",
    "Smtp",
    "Systemd",
    "Trust",
    "Web",
    "access_token",
    "load",
    "shipped",
    "signing_key",
]
