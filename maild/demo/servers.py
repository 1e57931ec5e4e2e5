"""An IMAP and an SMTP server on loopback that share their mailboxes: what is sent to an address can be read there."""

from __future__ import annotations

import asyncio
import threading
from argparse import Namespace
from collections.abc import Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from types import TracebackType

from aiosmtpd.smtp import SMTP, Envelope, Session
from proxyprotocol.reader import ProxyProtocolReader
from proxyprotocol.version import ProxyProtocolVersion
from pymap.backend.dict import Config, DictBackend, Identity
from pymap.imap import IMAPServer
from pymap.parsing.message import AppendMessage
from pymap.user import Passwords, UserMetadata

PASSWORD = "demo"
_LARGEST = 60_000_000


class Servers:
    """Mailboxes with an IMAP and an SMTP door, each on a loopback port that the system chose.

    Use it as a context manager. Every address named at the start is a user; the password of all is `PASSWORD`.
    """

    def __init__(self, addresses: tuple[str, ...], imap_port: int = 0, smtp_port: int = 0) -> None:
        self.addresses = addresses
        self.imap_port, self.smtp_port = imap_port, smtp_port
        self.on_mail: Callable[[str, bytes], None] = lambda _address, _raw: None
        """Called in the servers' thread with each mail that SMTP brought."""
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._trouble: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="embedded mail servers", daemon=True)

    def __enter__(self) -> Servers:
        self._thread.start()
        self._ready.wait()
        if self._trouble:
            raise self._trouble
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._closing.set)
        self._thread.join(10)

    def deliver(self, address: str, raw: bytes) -> None:
        """Put a mail into the INBOX of an address, as a mail server would."""
        asyncio.run_coroutine_threadsafe(self._append(address, raw), self._loop).result(30)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._serve())
        except BaseException as error:
            self._trouble = error
            self._ready.set()
        finally:
            self._loop.close()

    async def _serve(self) -> None:
        self._closing = asyncio.Event()
        args = Namespace(
            host=["127.0.0.1"], port="0", cert=None, key=None, tls=False, debug=False, inherited_sockets=None,
            proxy_protocol=None, passlib_cfg=None, demo_data=False, demo_user=self.addresses[0], demo_password=PASSWORD,
        )  # fmt: skip
        backend, config = await DictBackend.init(args, invalid_user_sleep=0.0)
        config.apply_context()
        await self._add_users(backend, config)
        self._config, self._backend = config, backend
        noop = ProxyProtocolReader(ProxyProtocolVersion.get(None))
        imap = await asyncio.start_server(
            noop.get_callback(IMAPServer(backend.login, config)), "127.0.0.1", self.imap_port, limit=_LARGEST
        )
        smtp = await self._loop.create_server(
            lambda: SMTP(self, hostname="localhost", enable_SMTPUTF8=True, data_size_limit=_LARGEST, loop=self._loop),
            "127.0.0.1",
            self.smtp_port,
        )
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(imap)
            await stack.enter_async_context(smtp)
            self.imap_port = imap.sockets[0].getsockname()[1]
            self.smtp_port = smtp.sockets[0].getsockname()[1]
            self._ready.set()
            await self._closing.wait()
            for task in asyncio.all_tasks() - {asyncio.current_task()}:
                task.cancel()

    async def _add_users(self, backend: DictBackend, config: Config) -> None:
        hashed = await Passwords(config).hash_password(PASSWORD)
        for address in self.addresses:
            backend.login.users_dict[address] = UserMetadata(config, address, password=hashed)

    async def _append(self, address: str, raw: bytes) -> None:
        identity = Identity(address, self._backend.login, None, frozenset())
        async with identity.new_session() as session:
            message = AppendMessage(raw, datetime.now(UTC), frozenset())
            await session.append_messages("INBOX", [message])

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take mail for anyone with a mailbox here, refuse the rest as a real server would."""
        if address.lower() not in self.addresses:
            return f"550 5.1.1 <{address}>: nobody of that name here"
        envelope.rcpt_tos.append(address.lower())
        return "250 2.1.5 Ok"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Put a mail into the mailbox of each recipient."""
        raw = envelope.original_content or b""
        for address in envelope.rcpt_tos:
            await self._append(address, f"Return-Path: <{envelope.mail_from}>\r\n".encode() + raw)
            self.on_mail(address, raw)
        return "250 2.0.0 Ok: delivered"
