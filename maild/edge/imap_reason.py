"""Why a mailbox is down, in words for a person: what went wrong, where, and what to look at."""

from __future__ import annotations

import imaplib
import re
import socket
import ssl
from collections.abc import Callable

from imapclient.exceptions import ProtocolError

from maild.edge.host import certificate_refused
from maild.edge.imap_account import ImapAccount, MailboxDown

TRY_LATER = re.compile(r"\[(UNAVAILABLE|LIMIT|INUSE|SERVERBUG)\]|temporar|try again|too many|unavailable|later", re.I)
"""How servers say that a refused sign-in is not the password's fault (RFC 5530, and words seen in the wild)."""

CONNECTING = "connecting"


def explain(error: BaseException, account: ImapAccount, doing: str) -> MailboxDown:
    """Turn whatever broke the conversation into a reason; `doing` continues "while ..."."""
    where = account.where
    if isinstance(error, imaplib.IMAP4.abort) and isinstance(error.__context__, OSError):
        error = error.__context__  # imaplib wraps a failed write
    if isinstance(error, ssl.SSLCertVerificationError):
        return MailboxDown(certificate_refused(error, where, account.ca_file), temporary=False)
    if isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError | ConnectionResetError | BrokenPipeError):
        return MailboxDown(f"{where} broke the connection while {doing}.")
    if isinstance(error, ssl.SSLError):
        return MailboxDown(_tls(error, account), temporary=False)
    if isinstance(error, socket.gaierror):
        if error.errno == socket.EAI_AGAIN:
            return MailboxDown(f'The name "{account.host}" cannot be looked up now: the DNS does not answer.')
        return MailboxDown(f'There is no host "{account.host}": look at its spelling.', temporary=False)
    if isinstance(error, ConnectionRefusedError):
        return MailboxDown(f"{where} refused the connection: look at the port, and whether the server runs.")
    if isinstance(error, TimeoutError):
        return MailboxDown(_silence(error, account, doing))
    if isinstance(error, OSError):
        return MailboxDown(f"{where} cannot be reached: {error.strerror or error}.")
    said = words(error)
    if isinstance(error, imaplib.IMAP4.abort) and said.endswith("EOF"):
        return MailboxDown(f"{where} closed the connection while {doing}.")
    if said.startswith("sent "):
        return MailboxDown(f"{where} {said} while {doing}.")
    if isinstance(error, imaplib.IMAP4.error):
        return MailboxDown(f"{where} would not go on while {doing}: {said}")
    return MailboxDown(f"{where} answered what no mail server should while {doing}: {type(error).__name__}: {said}")


def refused(ask: Callable[..., object], *arguments: object) -> str:
    """Ask the server, and give its words where it says NO or BAD; "" where it agrees."""
    try:
        ask(*arguments)
    except (imaplib.IMAP4.abort, ProtocolError):
        raise
    except imaplib.IMAP4.error as error:
        return words(error) or "no"
    return ""


def sign_in_refused(said: str, account: ImapAccount) -> MailboxDown:
    if TRY_LATER.search(said):
        return MailboxDown(f"{account.where} does not let {account.username} in now: {said}")
    means = "access token" if account.oauth else "password"
    return MailboxDown(
        f"{account.where} does not accept the user name {account.username} with this {means}: {said}", temporary=False
    )


def words(error: BaseException) -> str:
    """Give what the server said, without the wrapping that the libraries put around it."""
    text = error.args[0] if error.args else ""
    if isinstance(text, bytes):
        text = text.decode("utf-8", "replace")
    text = str(text)
    # "UID command error: BAD [b'...']", "command: SELECT => ...", "select failed: ..."
    text = re.sub(r"^(command: [A-Z]+ => |[A-Za-z ]+ failed: )+", "", text)
    text = re.sub(r"^[A-Z]+ command error: BAD \[b(['\"])(.*)\1\]$", r"\2", text)
    text = re.sub(r"^\* (BYE|OK|NO|BAD) ", "", text)
    text = re.sub(r" \(\d+\.\d+ \+ \d[\d.+ ]* secs\)\.?$", "", text)  # how long Dovecot took
    return re.sub(r"[\x00-\x1f\x7f]+", " ", text).strip()[:300]


def _tls(error: ssl.SSLError, account: ImapAccount) -> str:
    if account.security == "tls" and re.search("WRONG_VERSION|RECORD_LAYER|PACKET_LENGTH|HTTP_REQUEST", str(error)):
        return f'{account.where} does not speak TLS from the first byte: set security to "starttls", or use port 993.'
    return f"{account.where} and maild find no common way to encrypt: {error.reason or error}."


def _silence(error: TimeoutError, account: ImapAccount, doing: str) -> str:
    if "no connection" in str(error):
        return f"{account.where} does not answer: look at the host name, the port and the firewalls between."
    if "without end" in str(error):
        return f"{account.where} began to answer but did not come to an end while {doing}."
    hint = ""
    if doing == CONNECTING:
        hint = " Look at the host name, the port and the firewalls between."
        if account.security != "tls":
            hint += ' If it speaks TLS from the first byte, set security to "tls".'
    return f"{account.where} said nothing for {account.timeout:g} seconds while {doing}.{hint}"
