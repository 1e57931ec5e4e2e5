"""Why the SMTP server takes no mail, in words for a person: what went wrong, where, and what to look at."""

from __future__ import annotations

import re
import socket
import ssl

import aiosmtplib

from maild.edge.host import certificate_refused
from maild.edge.smtp_account import ServerDown, SmtpAccount
from maild.mail.retry import reply_line


def explain(error: BaseException, account: SmtpAccount, doing: str) -> ServerDown:
    """Turn whatever kept a connection from being made into a reason; `doing` continues "while ..."."""
    where = account.where
    if isinstance(error, ServerDown):
        return error
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return ServerDown(certificate_refused(cause, where, account.ca_file))
        if isinstance(cause, ssl.SSLError) and not isinstance(cause, ssl.SSLEOFError | ssl.SSLZeroReturnError):
            return ServerDown(_tls(cause, account))
        if isinstance(cause, socket.gaierror):
            if cause.errno == socket.EAI_AGAIN:
                return ServerDown(f'The name "{account.host}" cannot be looked up now: the DNS does not answer.')
            return ServerDown(f'There is no host "{account.host}": look at its spelling.')
        if isinstance(cause, ConnectionRefusedError):
            return ServerDown(f"{where} refused the connection: look at the port, and whether the server runs.")
        if isinstance(cause, aiosmtplib.SMTPAuthenticationError):
            return _sign_in_refused(cause, account)
        if isinstance(cause, aiosmtplib.SMTPResponseException):
            said = reply_line(cause.code, cause.message)
            crowded = isinstance(cause, aiosmtplib.SMTPConnectResponseError) and 400 <= cause.code < 500
            return ServerDown(f"{where} would not go on while {doing}; it said: {said}", crowded)
    if isinstance(error, TimeoutError):
        return ServerDown(_silence(account, doing))
    if "STARTTLS" in str(error):
        return ServerDown(f'{where} does not offer to encrypt: perhaps another port does, or security = "tls".')
    said = next((text for cause in _causes(error) if (text := getattr(cause, "strerror", None))), None)
    if said:
        return ServerDown(f"{where} cannot be reached: {said}.")
    if isinstance(error, ConnectionError | OSError):
        return ServerDown(f"{where} broke the connection while {doing}.{_maybe_tls(account, doing)}")
    return ServerDown(f"{where} answered what no mail server should while {doing}: {type(error).__name__}: {error}")


def _causes(error: BaseException) -> list[BaseException]:
    chain = [error]
    while (cause := chain[-1].__cause__) is not None and cause not in chain:
        chain.append(cause)
    return chain[::-1]


def _tls(error: ssl.SSLError, account: SmtpAccount) -> str:
    if account.security == "tls" and re.search("WRONG_VERSION|RECORD_LAYER|PACKET_LENGTH|HTTP_REQUEST", str(error)):
        return f'{account.where} does not speak TLS from the first byte: set security to "starttls", or use port 465.'
    return f"{account.where} and maild find no common way to encrypt: {error.reason or error}."


def _sign_in_refused(error: aiosmtplib.SMTPAuthenticationError, account: SmtpAccount) -> ServerDown:
    said = reply_line(error.code, error.message)
    if 400 <= error.code < 500:
        return ServerDown(f"{account.where} does not let {account.username} in now; it said: {said}")
    means = "access token" if account.oauth else "password"
    return ServerDown(
        f"{account.where} does not accept the user name {account.username} with this {means}; it said: {said}",
    )


def _silence(account: SmtpAccount, doing: str) -> str:
    said = f"{account.where} does not answer while {doing}: no word for {account.timeout:g} seconds."
    return f"{said} Look at the host name, the port and the firewalls between.{_maybe_tls(account, doing)}"


def _maybe_tls(account: SmtpAccount, doing: str) -> str:
    """A server that waits for our TLS says nothing, and hangs up at our first plain word."""
    if account.security == "tls" or doing != "connecting":
        return ""
    return ' If it speaks TLS from the first byte, set security to "tls".'
