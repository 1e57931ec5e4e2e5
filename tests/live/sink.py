"""An SMTP server on loopback that keeps what it is given, and answers as it is told."""

from __future__ import annotations

import email
import email.policy
import threading
import time
from collections.abc import Callable
from email.message import EmailMessage
from types import TracebackType

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class _Controller(Controller):
    """A controller that finds the server it has started on a port the system chose."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


class Sink:
    """Use it as a context manager; `mails` are (recipient, mail) in the order they were accepted."""

    def __init__(self) -> None:
        self.answer: Callable[[str], str] = lambda _recipient: "250 2.0.0 Ok"
        """Says what DATA is answered with, by the recipient."""
        self.mails: list[tuple[str, EmailMessage]] = []
        self.times: list[float] = []
        """When each was accepted, by the performance counter."""
        self._came = threading.Condition()
        self._controller = _Controller(self, hostname="127.0.0.1", port=0)

    @property
    def port(self) -> int:
        return self._controller.port

    def __enter__(self) -> Sink:
        self._controller.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._controller.stop()

    def wait_for(self, count: int, seconds: float = 20.0) -> list[tuple[str, EmailMessage]]:
        """Give the mails as soon as there are so many; fails after a while."""
        with self._came:
            assert self._came.wait_for(lambda: len(self.mails) >= count, seconds), f"only {len(self.mails)} of {count}"
            return list(self.mails)

    def wait_for_one_to(self, address: str, seconds: float = 20.0) -> None:
        """Wait until somebody has been written to; fails after a while."""
        with self._came:
            written = self._came.wait_for(lambda: any(to == address for to, _ in self.mails), seconds)
            assert written, f"no mail to {address}"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Keep a mail and answer."""
        answer = self.answer(envelope.rcpt_tos[0])
        if answer.startswith("2"):
            mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
            with self._came:
                self.mails += [(recipient, mail) for recipient in envelope.rcpt_tos]
                self.times += [time.perf_counter()] * len(envelope.rcpt_tos)
                self._came.notify_all()
        return answer
