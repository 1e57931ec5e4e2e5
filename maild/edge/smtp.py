"""Notices go out to the SMTP server of the settings, over a few connections that are kept open."""

from __future__ import annotations

import asyncio
import ssl

from maild.edge.host import Diagnosis
from maild.edge.smtp_account import ServerDown, SmtpAccount
from maild.edge.smtp_line import Line, connect
from maild.mail.envelope import envelope_address
from maild.mail.retry import SENDER, Deferred, Failed, Result, not_offered, reply_line

__all__ = ["Courier", "Diagnosis", "SmtpAccount", "diagnose"]


class Courier:
    """Hands mails to one server, several at once; belongs to one event loop.

    Raises ValueError where the account may not be used at all (SmtpAccount.objection), or has no readable ca_file.
    """

    def __init__(self, account: SmtpAccount) -> None:
        self._account = account
        self._tls = _tls_context(account)
        self._slots = asyncio.Semaphore(account.connections)
        self._in_use = 0
        self._idle: list[Line] = []
        """The one used last at the end, so that those not needed grow old."""
        self._kept_back = 0
        """Slots unused because the server takes no more connections; used again when all is quiet."""
        self._leaving: set[asyncio.Task[None]] = set()

    async def send(self, sender: str, recipient: str, data: bytes) -> Result:
        """Hand over one mail (from "" for the null sender); what became of it is always a value."""
        to = envelope_address(recipient)
        if to is None:
            return Failed(f"mail cannot be sent to such an address: {recipient[:200]!a}", bad_address=True)
        from_ = envelope_address(sender) if sender else ""
        if from_ is None:
            return Deferred(f"mail cannot be sent from such an address: {sender[:200]!a}", SENDER)
        try:
            line = await self._take()
        except ServerDown as down:
            return not_offered(down.reason)
        try:
            result = await line.offer(from_, to, data)
            if result is None:
                self._forsake_idle()
                line = await connect(self._account, self._tls)
                result = await line.offer(from_, to, data)
            return result or not_offered(f"{self._account.where} breaks every connection")
        except ServerDown as down:
            return not_offered(down.reason)
        finally:
            self._give_back(line)

    async def close(self) -> None:
        """Take leave of the server on every unused connection."""
        self._forsake_idle()
        await asyncio.gather(*self._leaving)

    async def _take(self) -> Line:
        """Give an open connection, waiting for one where all are in use."""
        while True:
            await self._slots.acquire()
            self._in_use += 1
            try:
                return self._pick() or await connect(self._account, self._tls)
            except ServerDown as down:
                self._in_use -= 1
                if not (down.crowded and self._in_use):
                    self._free_slot()
                    raise
                self._kept_back += 1
            except BaseException:
                self._in_use -= 1
                self._free_slot()
                raise

    def _pick(self) -> Line | None:
        while self._idle:
            line = self._idle.pop()
            line.expiry.cancel()
            if line.alive:
                return line
        return None

    def _give_back(self, line: Line) -> None:
        self._in_use -= 1
        if line.alive:
            line.expiry = asyncio.get_running_loop().call_later(self._account.idle, self._retire, line)
            self._idle.append(line)
        self._free_slot()

    def _free_slot(self) -> None:
        self._slots.release()
        if not self._in_use and not self._idle:
            self._use_all_slots()

    def _use_all_slots(self) -> None:
        while self._kept_back:
            self._kept_back -= 1
            self._slots.release()

    def _retire(self, line: Line) -> None:
        self._idle.remove(line)
        leaving = asyncio.get_running_loop().create_task(line.close())
        self._leaving.add(leaving)
        leaving.add_done_callback(self._leaving.discard)
        if not self._in_use and not self._idle:
            self._use_all_slots()

    def _forsake_idle(self) -> None:
        """Leave the unused connections too: where one has died, the server was most likely started anew."""
        for line in list(self._idle):
            line.expiry.cancel()
            self._retire(line)


async def diagnose(account: SmtpAccount, sender: str = "") -> Diagnosis:
    """Try the account as `maild check --online` does: connect, sign in, ask whether `sender` may send; send nothing."""
    try:
        line = await connect(account, _tls_context(account))
    except ValueError as error:
        return Diagnosis(False, str(error))
    except ServerDown as down:
        return Diagnosis(False, down.reason)
    try:
        return await _examine(line, account, sender)
    finally:
        await line.close()


async def _examine(line: Line, account: SmtpAccount, sender: str) -> Diagnosis:
    how = line.encryption or "unencrypted"
    welcome = f"{account.where} lets {account.username or 'us'} in ({how})."
    if not sender:
        return Diagnosis(True, welcome)
    from_ = envelope_address(sender)
    if from_ is None:
        return Diagnosis(False, f"{welcome} But mail cannot be sent from such an address: {sender}")
    try:
        code, text = await line.probe(from_)
    except ServerDown as down:
        return Diagnosis(False, down.reason)
    if code != 250:
        return Diagnosis(False, f"{welcome} But it takes no mail from {sender}; it said: {reply_line(code, text)}")
    return Diagnosis(True, f"{welcome} It takes mail from {sender}.")


def _tls_context(account: SmtpAccount) -> ssl.SSLContext | None:
    """Raises ValueError in a person's words where the account may not be used, or its ca_file is none."""
    if objection := account.objection():
        raise ValueError(objection)
    if account.security == "none":
        return None
    try:
        return ssl.create_default_context(cafile=account.ca_file)
    except OSError as error:  # ssl.SSLError is one
        what = error.strerror if not isinstance(error, ssl.SSLError) else "it holds no certificate"
        raise ValueError(f"ca_file {account.ca_file} cannot be used: {what}") from error
