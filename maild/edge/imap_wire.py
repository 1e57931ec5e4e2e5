"""The line to an IMAP server: imaplib and imapclient with every read bounded in time and in size.

Mended here, and nowhere else:
- imapclient leaves imaplib's debug level at 5, which formats every body into log lines that nobody reads.
- Their time-out is per read: a server that sends a byte now and then is waited for without end.
- A literal's announced size is believed, however large; a line (the answer to SEARCH) may have a million octets only.
- Untagged responses are kept for ever (one for each mail moved), and old ones are taken for new answers.
- IDLE: a response before the "+" is an error, one that came together with it is not noticed, a lost connection
  looks like silence, and half a line is thrown away. A farewell (BYE) is overlooked here and there.
- A refusal in Chinese loses every character.
- STARTTLS keeps what was said before the line was safe.
"""

from __future__ import annotations

import contextlib
import imaplib
import select
import socket
import ssl
import time

import imapclient

from maild.edge.imap_account import MEGABYTE

SLOWEST = 64 * 1024
"""Octets per second below which a transfer counts as stuck."""
CHATTER = 16 * MEGABYTE
"""Octets an answer may have beside the mails in it: SEARCH names a million mails in eight."""
LINES = 100_000
"""Lines an answer may have: as many as somebody else may have removed mails meanwhile."""
HURRY = 2.0
"""Seconds for a farewell."""
KEEPALIVE = (("TCP_KEEPIDLE", 60), ("TCP_KEEPINTVL", 20), ("TCP_KEEPCNT", 4))


class Wire(imaplib.IMAP4):
    """One connection; `begin` says before each command what its answer may cost."""

    def __init__(self, host: str, port: int, context: ssl.SSLContext | None, patience: float):
        self._context = context
        self._patience = patience
        self._buffer = bytearray()
        self._deadline = time.monotonic() + 4 * patience
        self._allowance, self._lines = CHATTER, LINES
        super().__init__(host, port, patience)

    def begin(self, octets: int = 0, *, hurry: bool = False) -> None:
        """Allow the next answer `octets` of mail, and the time that these may take on a slow line."""
        seconds = HURRY if hurry else 4 * self._patience + octets / SLOWEST
        self._deadline = time.monotonic() + seconds
        self._lines = LINES
        self._allowance = CHATTER + 2 * octets  # not every server counts RFC822.SIZE as it sends (Exchange)
        bye = self.untagged_responses.get("BYE")
        self.untagged_responses = {"BYE": bye} if bye else {}

    def open(self, host: str = "", port: int = imaplib.IMAP4_PORT, timeout: float | None = None) -> None:
        self.host, self.port = host, port
        try:
            plain = socket.create_connection((host, port), timeout)
        except TimeoutError as error:
            raise TimeoutError("no connection") from error
        try:
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            plain.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            for option, value in KEEPALIVE:
                if hasattr(socket, option):
                    plain.setsockopt(socket.IPPROTO_TCP, getattr(socket, option), value)
            # A handshake's time-out is for the whole of it.
            self.sock = self._context.wrap_socket(plain, server_hostname=host) if self._context else plain
        except BaseException:
            plain.close()
            raise

    def encrypt(self, context: ssl.SSLContext) -> None:
        """Go over to TLS by STARTTLS; imaplib's own method is not used, and imapclient's differs by version."""
        typ, data = self._simple_command("STARTTLS")
        if typ != "OK":
            raise self.error(data[-1])
        # RFC 9051 section 6.2.1: what was said before must not be believed after.
        if self._buffer:
            raise self.abort("sent data before TLS began")
        self.sock = context.wrap_socket(self.sock, server_hostname=self.host)
        self.untagged_responses = {}

    def read(self, size: int) -> bytes:
        if size > self._allowance + len(self._buffer):
            raise self.abort(f"sent {size} octets, far more than was asked for,")
        chunks = [bytes(self._buffer[:size])]
        del self._buffer[:size]
        missing = size - len(chunks[0])
        while missing:
            chunks.append(self._receive(min(missing, 256 * 1024)))
            missing -= len(chunks[-1])
        return b"".join(chunks)

    def readline(self) -> bytes:
        self._lines -= 1
        if self._lines < 0:
            raise self.abort("sent far more than was asked for")
        searched = 0
        while (end := self._buffer.find(b"\n", searched)) < 0:
            searched = len(self._buffer)
            self._buffer += self._receive(64 * 1024)
        line = bytes(self._buffer[: end + 1])
        del self._buffer[: end + 1]
        return line

    def send(self, data: bytes) -> None:
        self._limit_time()
        self.sock.sendall(data)

    def shutdown(self) -> None:
        self.interrupt()
        self.sock.close()

    def interrupt(self) -> None:
        """Make every read and write fail at once; the one method that another thread may call."""
        with contextlib.suppress(OSError):
            socket.socket.shutdown(self.sock, socket.SHUT_RDWR)

    def start_idle(self) -> bytes | None:
        """Begin to idle (RFC 2177) and give the tag to end it with; None where the server refuses."""
        tag = self._command("IDLE")
        while self._get_response() is not None:
            if self.answered(tag):
                del self.tagged_commands[tag]
                return None
        return tag

    def hear(self, seconds: float) -> bool:
        """Wait for the server to say something of its own accord, and take it in."""
        if not self._line_waits():
            if not self._pending():
                poll = select.poll()
                poll.register(self.sock, select.POLLIN)
                if not poll.poll(seconds * 1000):
                    return False
            self.sock.settimeout(0)
            try:
                self._take(self.sock.recv(64 * 1024))
            except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
                return False  # a TLS record without content, such as a session ticket
        self._deadline = time.monotonic() + 4 * self._patience
        heard = False
        while self._line_waits():
            heard = True
            self._get_response()
        return heard

    def end_idle(self, tag: bytes) -> None:
        if not self.answered(tag):
            self.send(b"DONE\r\n")
        self._command_complete("IDLE", tag)

    def answered(self, tag: bytes) -> bool:
        """Tell whether the server has ended a command, as some end IDLE by themselves."""
        return self.tagged_commands[tag] is not None

    def _get_response(self, *arguments: object) -> bytes | None:
        """Notice a farewell wherever it comes: imaplib and imapclient wait on in some places (AUTHENTICATE, NOOP)."""
        response = super()._get_response(*arguments)
        if self.state != "LOGOUT":
            self._check_bye()
        return response

    def _check_bye(self) -> None:
        if bye := self.untagged_responses.get("BYE"):
            raise self.abort(bye[-1].decode("utf-8", "replace"))

    def _line_waits(self) -> bool:
        return b"\n" in self._buffer

    def _pending(self) -> bool:
        """Tell whether TLS has already decrypted what polling the socket no longer shows."""
        return isinstance(self.sock, ssl.SSLSocket) and self.sock.pending() > 0

    def _limit_time(self) -> None:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("an answer without end")
        self.sock.settimeout(min(self._patience, left))

    def _receive(self, most: int) -> bytes:
        self._limit_time()
        try:
            chunk = self.sock.recv(most)
        except TimeoutError:
            self._limit_time()
            raise
        if not chunk:
            raise self.abort("EOF")
        self._allowance -= len(chunk)
        if self._allowance < 0:
            raise self.abort("sent far more than was asked for")
        return chunk

    def _take(self, chunk: bytes) -> None:
        if not chunk:
            raise self.abort("EOF")
        self._buffer += chunk
        if len(self._buffer) > CHATTER:
            raise self.abort("sent a line without end")


class Client(imapclient.IMAPClient):
    """imapclient on a `Wire`."""

    def __init__(self, host: str, port: int, context: ssl.SSLContext | None, patience: float):
        super().__init__(host, port, ssl=context is not None, ssl_context=context, timeout=patience)
        self.wire.debug = 0

    @property
    def wire(self) -> Wire:
        return self._imap

    def refresh_capabilities(self) -> None:
        """Ask what the server can, and believe nothing that it said before: a sign-in and TLS may change it."""
        self.wire.untagged_responses.pop("CAPABILITY", None)
        self._cached_capabilities = self._do_capabilites()

    def _create_IMAP4(self) -> Wire:
        return Wire(self.host, self.port, self.ssl_context if self.ssl else None, self._timeout.read)

    def _check_resp(self, expected: str, command: str, typ: str, data: list[bytes]) -> None:
        if typ != expected:
            raise imaplib.IMAP4.error(data[0].decode("utf-8", "replace"))

    def _set_read_timeout(self) -> None:
        """Leave the socket's time-out to the wire."""
