"""One connection to the SMTP server: made, encrypted, signed in, and carrying one mail after the other."""

from __future__ import annotations

import asyncio
import re
import socket
import ssl
from collections.abc import Awaitable, Callable

import aiosmtplib
import aiosmtplib.protocol

from maild.edge.smtp_account import ServerDown, SmtpAccount
from maild.edge.smtp_reason import explain
from maild.mail.retry import UNCONFIRMED, Deferred, Failed, Result, Sent, judge, not_offered, reply_line

OUT_OF_STEP = "the server's answer did not fit what it was asked"
WRONG_MECHANISM = (500, 502, 503, 504, 534)
"""Refusals of one way to sign in that say nothing of the password (RFC 4954 section 4)."""
GOODBYE_SECONDS = 5.0
_LABELS = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")


def _crlf(mail: bytes) -> bytes:
    """End every line of a mail as RFC 5321 section 2.3.8 wants it, the last one, too."""
    if not mail.count(b"\r\n") == mail.count(b"\n") == mail.count(b"\r"):
        mail = mail.replace(b"\r\n", b"\n").replace(b"\r", b"\n").replace(b"\n", b"\r\n")
    return mail if mail.endswith(b"\r\n") else mail + b"\r\n"


class _Periods:
    """Finds lines that begin with a period, in the place of a regular expression that looks at every line's begin."""

    @staticmethod
    def sub(doubled: bytes, mail: bytes) -> bytes:
        """Double those periods (RFC 5321 section 4.5.2)."""
        mail = mail.replace(b"\n.", b"\n" + doubled)
        return doubled + mail[1:] if mail.startswith(b".") else mail


# aiosmtplib has regular expressions do both, which for a receipt takes as long as all else that sending it takes.
aiosmtplib.protocol.normalize_message_line_endings = _crlf
aiosmtplib.protocol.PERIOD_REGEX = _Periods


class Line:
    """An open connection. Its `used` tells whether it has carried a mail, and so may have died since."""

    def __init__(self, client: aiosmtplib.SMTP, account: SmtpAccount) -> None:
        self._client = client
        self._account = account
        self.used = False
        self.expiry: asyncio.TimerHandle | None = None
        """Closes it when it has been left unused for long; kept here for who takes it up again."""

    @property
    def alive(self) -> bool:
        return self._client.is_connected

    async def offer(self, sender: str, recipient: str, data: bytes) -> Result | None:
        """Run one mail transaction (RFC 5321 section 3.3).

        Returns:
            None where a connection used before died before the mail was out: on another one it may go at once.
        """
        options = self._options(sender, recipient, data)
        if options is None:
            return Failed(f"{recipient} needs a server with SMTPUTF8 (RFC 6531), and {self._account.where} has none")
        was_used, self.used = self.used, True
        stage, taken = "sender", False
        try:
            code, text = await self._client.execute_command(b"MAIL", f"FROM:<{sender}>".encode(), *options)
            if code == 250:
                stage = "recipient"
                code, text = await self._client.execute_command(b"RCPT", f"TO:<{recipient}>".encode())
                if 250 <= code <= 252:
                    stage = "data"
                    code, text = await self._client.data(data, timeout=self._account.data_timeout)
                    taken = True
        except aiosmtplib.SMTPResponseException as refusal:  # of DATA; or a reply that is none (code -1)
            code, text = refusal.code, refusal.message
        except (aiosmtplib.SMTPServerDisconnected, TimeoutError) as error:
            self.drop()
            return self._broken(stage, was_used, error)
        except BaseException:
            self.drop()
            raise
        if not taken and code >= 0 and not 400 <= code < 600:
            # It answers something else than was asked last (RFC 5321 section 4.3.2), and so would the next reply.
            self.drop()
            return None if was_used and stage != "data" else Deferred(f"{OUT_OF_STEP}: {reply_line(code, text)}")
        result = judge(stage, code, text)
        if code == 421 or code < 0:
            self.drop()
            return None if was_used and stage == "sender" else result
        if not isinstance(result, Sent):
            await self._reset()
        return result

    def _options(self, sender: str, recipient: str, data: bytes) -> list[bytes] | None:
        offered = self._client.esmtp_extensions
        options = [f"SIZE={len(data)}".encode()] if "size" in offered else []
        if not data.isascii() and "8bitmime" in offered:
            options.append(b"BODY=8BITMIME")
        if not (sender + recipient).isascii():
            if "smtputf8" not in offered:
                return None
            options.append(b"SMTPUTF8")
        return options

    def _broken(self, stage: str, was_used: bool, error: Exception) -> Result | None:
        if stage == "data":
            return Deferred(UNCONFIRMED)
        if was_used:
            return None
        if stage == "sender":
            return not_offered(explain(error, self._account, "taking a mail").reason)
        return Deferred(f"{self._account.where} broke off when it heard the recipient's address")

    async def _reset(self) -> None:
        """Clear what is left of a refused transaction, or the next one is out of sequence."""
        try:
            code, _ = await self._client.execute_command(b"RSET")
        except (aiosmtplib.SMTPException, TimeoutError):
            code = 0
        if code != 250:
            self.drop()

    async def probe(self, sender: str) -> tuple[int, str]:
        """Ask whether mail may be sent from this address, without sending any. Raises ServerDown."""
        try:
            reply = await self._client.execute_command(b"MAIL", f"FROM:<{sender}>".encode())
        except (aiosmtplib.SMTPException, TimeoutError) as error:
            raise explain(error, self._account, "asking for a sender") from error
        await self._reset()
        return reply

    @property
    def encryption(self) -> str:
        """Name the protocol that protects it: "TLSv1.3", or "" where nothing does."""
        shield = self._client.get_transport_info("ssl_object")
        return shield.version() if shield else ""

    async def close(self) -> None:
        """Take leave, as RFC 5321 section 4.1.1.10 wants it."""
        try:
            async with asyncio.timeout(GOODBYE_SECONDS):
                await self._client.quit()
        except (aiosmtplib.SMTPException, OSError, TimeoutError):
            pass
        finally:
            self.drop()

    def drop(self) -> None:
        self._client.close()


async def connect(account: SmtpAccount, tls: ssl.SSLContext | None) -> Line:
    """Open a connection and sign in. Raises ServerDown, whatever goes wrong."""
    client = aiosmtplib.SMTP(
        hostname=account.host,
        port=account.real_port,
        timeout=account.timeout,
        use_tls=account.security == "tls",
        start_tls=False,
        tls_context=tls,
        local_hostname=account.local_hostname or "localhost",
    )
    doing = "connecting"
    try:
        async with asyncio.timeout(3 * account.timeout):
            await client.connect()
            client.local_hostname = account.local_hostname or _own_name(client)
            if account.security == "starttls":
                doing = "encrypting the connection"
                await client.starttls()
            doing = "greeting"
            await _greet(client)
            doing = "signing in"
            await _sign_in(client, account)
    except (aiosmtplib.SMTPException, OSError, TimeoutError, ServerDown) as error:
        client.close()
        raise explain(error, account, doing) from error
    except BaseException:
        client.close()
        raise
    return Line(client, account)


async def _greet(client: aiosmtplib.SMTP) -> None:
    try:
        await client.ehlo()
    except aiosmtplib.SMTPHeloError:
        if not client.is_connected:
            raise
        await client.helo()


def _own_name(client: aiosmtplib.SMTP) -> str:
    """Name this machine for EHLO; one without a full name gives its address (RFC 5321 section 4.1.4)."""
    name = socket.gethostname()
    if _LABELS.fullmatch(name):
        return name
    address = client.get_transport_info("sockname")[0]
    return f"[IPv6:{address.partition('%')[0]}]" if ":" in address else f"[{address}]"


async def _sign_in(client: aiosmtplib.SMTP, account: SmtpAccount) -> None:
    """Try one way after the other, but a wrong password only once: too many of them lock accounts."""
    if not account.username:
        return
    ways = _ways(client, account)
    if not ways:
        offers = " ".join(client.server_auth_methods) or "none"
        raise ServerDown(
            f"{account.where} offers no way to sign in that maild knows (it offers: {offers}). Servers that need no "
            "signing in take no username; others may offer it only on an encrypted connection.",
        )
    secret = await _secret(account)
    for position, way in enumerate(ways, 1):
        try:
            await way(account.username, secret)
            return
        except aiosmtplib.SMTPAuthenticationError as refusal:
            if refusal.code not in WRONG_MECHANISM or position == len(ways):
                raise


def _ways(client: aiosmtplib.SMTP, account: SmtpAccount) -> list[Callable[[str, str], Awaitable[object]]]:
    known = {"plain": client.auth_plain, "login": client.auth_login, "cram-md5": client.auth_crammd5}
    if account.oauth:
        known = {"xoauth2": client.auth_xoauth2}
    return [way for name, way in known.items() if name in client.server_auth_methods]


async def _secret(account: SmtpAccount) -> str:
    give = account.oauth or account.password
    if isinstance(give, str):
        return give
    try:
        return await asyncio.to_thread(give)
    except Exception as error:
        means = "access token" if account.oauth else "password"
        raise ServerDown(f"there is no {means} for {account.where}: {error}") from error
