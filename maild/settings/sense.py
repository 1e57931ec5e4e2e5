"""What no single setting says: whether those of an account, and all together, make sense."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from maild.settings.host import is_loopback
from maild.settings.model import Account, Mailbox, Paths, Section, Smtp, Trust
from maild.settings.places import KeyPath
from maild.settings.secrets import SIGNING_KEY_BYTES, Found, Missing, from_credential, from_environment, from_file

WAYS = ("password", "password_file", "password_env", "password_credential", "oauth")


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something that makes no sense, about the setting at `path`; `what` goes on from its name where `named`."""

    path: KeyPath
    what: str
    hint: str = ""
    severity: str = "error"
    named: bool = False
    needs: tuple[str, ...] = ()
    """Further settings it speaks of: where one of them is wrong itself, the doubt is void."""


def about(section: Section, at: KeyPath) -> Iterator[Doubt]:
    """Doubt what one section says."""
    match section:
        case Mailbox():
            yield from (*_transport(section, at), *_folders(section, at))
        case Smtp():
            yield from _transport(section, at)
        case Paths():
            yield from _paths(section)
        case Trust():
            yield from _secret(section)


def sign_in(account: Account, at: KeyPath, environ: Mapping[str, str]) -> tuple[Account, list[Doubt]]:
    """Fetch an account's password from where it lies; the account comes back with it."""
    ways = [way for way in WAYS if getattr(account, way)]
    if set(ways) == {"password_file", "password_credential"}:
        # The unit cannot read root's file, and whoever types a command in a shell has no credential.
        ways = ["password_credential" if environ.get("CREDENTIALS_DIRECTORY") else "password_file"]
    if len(ways) > 1:
        both = f'"{ways[0]}" and "{ways[1]}"'
        return account, [Doubt((*at, ways[1]), f"{both} are both given", "keep one of them")]
    name = at[0]
    if not ways:
        if isinstance(account, Smtp) and not account.username:
            return account, []
        hint = 'for example: password_file = "/etc/maild/password"'
        return account, [Doubt(at, f"[{name}] has no password", hint, needs=WAYS)]
    doubts = []
    if not account.username:
        doubts.append(Doubt(at, f'[{name}] has a password but no "username"', needs=("username",)))
    if account.oauth:
        if bool(account.oauth.token_file) == bool(account.oauth.token_command):
            doubts.append(Doubt((*at, "oauth"), '"oauth" needs either "token_file" or "token_command"'))
        return account, doubts
    if account.password is not None:
        return account, doubts
    way = ways[0]
    match way:
        case "password_file":
            result = from_file(account.password_file)
        case "password_env":
            result = from_environment(account.password_env, environ)
        case _:
            result = from_credential(account.password_credential, environ)
    match result:
        case Missing(what, hint):
            doubts.append(Doubt((*at, way), what, hint, named=True))
        case Found(secret, warning, hint):
            account = account.model_copy(update={"password": secret})
            if warning:
                doubts.append(Doubt((*at, way), warning, hint, "warning", named=True))
    return account, doubts


def _transport(account: Account, at: KeyPath) -> Iterator[Doubt]:
    """Doubt how a server is reached: without encryption, or on the port of another kind of security."""
    implicit, explicit = (993, 143) if isinstance(account, Mailbox) else (465, 587)
    security, port = account.security, account.port
    if security == "none" and not account.allow_plaintext and not is_loopback(account.host):
        yield Doubt(
            (*at, "security"),
            f'security = "none" lets everyone on the way to {account.host} read the mail and the password',
            'use "tls" or "starttls"; if you must, say it once more: allow_plaintext = true',
            needs=("host", "allow_plaintext"),
        )
    if security == "tls" and port in {143, 587, 25}:
        yield Doubt(
            (*at, "port"),
            f'port {port} does not speak TLS from the start, as security = "tls" wants',
            f'with security = "tls" the port is usually {implicit}; with port {port} security is usually "starttls"',
            needs=("security",),
        )
    if security != "tls" and port in {993, 465}:
        yield Doubt(
            (*at, "port"),
            f'port {port} speaks TLS from the start, but security is "{security}"',
            f'with port {port} security is "tls"; with security = "{security}" the port is usually {explicit}',
            needs=("security",),
        )
    if account.ca_file:
        try:
            sound = b"-----BEGIN CERTIFICATE-----" in account.ca_file.read_bytes()
        except OSError as error:
            yield Doubt((*at, "ca_file"), f"cannot be read: {account.ca_file} ({error.strerror})", named=True)
        else:
            if not sound:
                yield Doubt((*at, "ca_file"), f"holds no certificate in PEM form: {account.ca_file}", named=True)


def _folders(mailbox: Mailbox, at: KeyPath) -> Iterator[Doubt]:
    """Doubt folders that would have a mail taken again and again."""
    seen = {mailbox.folder.casefold(): "folder"}
    for setting in ("processed", "held"):
        name = getattr(mailbox, setting)
        if (other := seen.setdefault(name.casefold(), setting)) != setting:
            yield Doubt((*at, setting), f'"{setting}" and "{other}" name the same folder: {name}', "use two folders")


def twins(mailboxes: Mapping[KeyPath, Mailbox]) -> Iterator[Doubt]:
    """Doubt a mailbox that is read twice, and an address that two mailboxes claim."""
    places: dict[tuple, KeyPath] = {}
    owners: dict[str, KeyPath] = {}
    for at, mailbox in mailboxes.items():
        place = (mailbox.host, mailbox.port, mailbox.username, mailbox.folder)
        if places.setdefault(place, at) != at:
            yield Doubt(at, f"this mailbox is given twice: {mailbox.username} at {mailbox.host}", "remove one of them")
            continue
        for address in mailbox.addresses:
            if owners.setdefault(address, at) != at:
                yield Doubt((*at, "address"), f"two mailboxes have the address {address}", "leave it to one of them")


def unread(smtp: Section | None, mailboxes: Mapping[KeyPath, Mailbox]) -> Iterator[Doubt]:
    """Doubt a sender's address whose answers nobody reads."""
    readable = {address for mailbox in mailboxes.values() for address in mailbox.addresses}
    if isinstance(smtp, Smtp) and readable and smtp.from_address not in readable:
        yield Doubt(
            ("smtp", "from"),
            f"answers to {smtp.from_address} will come to no mailbox that maild reads",
            'use a mailbox\'s address, or add this one to its "also"',
            "warning",
        )


def _paths(paths: Paths) -> Iterator[Doubt]:
    for setting, kind in (("rulebook", "file"), ("templates", "folder"), ("knowledge", "folder")):
        path = getattr(paths, setting)
        there = path.is_file() if kind == "file" else path.is_dir()
        if setting in paths.model_fields_set and not there:
            hint = "leave it out to use what comes with maild"
            yield Doubt(("paths", setting), f"names a {kind} that is not there: {path}", hint, named=True)
    if paths.drafts.exists() and not paths.drafts.is_dir():
        yield Doubt(("paths", "drafts"), f"must be a folder, and is a file: {paths.drafts}", named=True)
    elif paths.drafts == paths.knowledge:
        what = "is the folder of the articles, so that people would be shown what nobody has read"
        yield Doubt(("paths", "drafts"), what, 'for example: drafts = "knowledge/drafts"', named=True)


_OWNER = "give it to the user that maild runs as, or run this as that user"


def _secret(trust: Trust) -> Iterator[Doubt]:
    file, at = trust.secret_file, ("trust", "secret_file")
    if not os.path.exists(file):
        if not os.path.isdir(file.parent):
            hint = f"mkdir -p {file.parent}"
            yield Doubt(at, f"lies in a folder that is not there: {file.parent}", hint, named=True)
        elif not os.access(file.parent, os.W_OK | os.X_OK):
            yield Doubt(at, f"lies in a folder that is not this user's: {file.parent}", _OWNER, named=True)
    elif file.is_file() and not os.access(file, os.R_OK):
        yield Doubt(at, f"names a file that maild may not read: {file}", _OWNER, named=True)
    elif not file.is_file() or file.stat().st_size < SIGNING_KEY_BYTES:
        hint = "move it away and maild makes a good one"
        yield Doubt(at, f"is too short to be a secret: {file}", hint, named=True)
    elif file.stat().st_mode & 0o077:
        what = f"names a file that others on this machine can read: {file}"
        yield Doubt(at, what, f"chmod 600 {file}", "warning", named=True)
