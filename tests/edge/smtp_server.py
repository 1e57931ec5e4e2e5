"""An SMTP server that does as its script says, however odd."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable

SILENCE = "silence"
HANG_UP = "hang up"
EXTENSIONS = "250-test.example\n250-SIZE 1000000\n250 8BITMIME"

Reply = str | list[str] | Callable[[str], str]


class ScriptedServer:
    """Answers each verb as told; `greeting` and `end` (the dot after DATA) are verbs too.

    A reply is a text, SILENCE, HANG_UP, a list of them (one for each time, the last one repeats), or a function of the
    whole command. A reply of 421 ends the connection.
    """

    def __init__(self, tls: ssl.SSLContext | None = None, starttls: ssl.SSLContext | None = None, **replies: Reply):
        self._tls, self._starttls = tls, starttls
        self.replies: dict[str, Reply] = {
            "greeting": "220 test.example ESMTP", "EHLO": EXTENSIONS, "HELO": "250 test.example", "MAIL": "250 ok",
            "RCPT": "250 ok", "DATA": "354 go on", "end": "250 taken", "RSET": "250 ok", "NOOP": "250 ok",
            "QUIT": "221 bye", "STARTTLS": "220 go on", "AUTH": "235 welcome", **replies,
        }  # fmt: skip
        self.connections = 0
        self.open = 0
        self.most_open = 0
        self.commands: list[str] = []
        self.mails: list[tuple[str, str, bytes]] = []
        """Those whose dot was answered with 250: (sender, recipient, octets)."""

    async def __aenter__(self) -> ScriptedServer:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self._tls)
        self.port = self._server.sockets[0].getsockname()[1]
        self._conversations: set[asyncio.Task] = set()
        return self

    async def __aexit__(self, *exc: object) -> None:
        self._server.close()
        await self.hang_up()

    async def until_open(self, count: int) -> None:
        """Wait until no more connections than these are left."""
        async with asyncio.timeout(5):
            while self.open > count:
                await asyncio.sleep(0)

    async def hang_up(self) -> None:
        """Drop every open connection, as a server that is started anew."""
        for task in self._conversations:
            task.cancel()
        await asyncio.gather(*self._conversations, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        self._conversations.add(task)
        task.add_done_callback(self._conversations.discard)
        self.connections += 1
        self.open += 1
        self.most_open = max(self.most_open, self.open)
        try:
            await self._talk(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, ssl.SSLError, asyncio.CancelledError):
            pass
        finally:
            self.open -= 1
            writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        sender = recipient = ""
        await self._say(writer, "greeting", "")
        while line := await reader.readline():
            command = line.decode().strip()
            self.commands.append(command)
            verb = command.partition(" ")[0].upper()
            if verb == "MAIL":
                sender = command
            elif verb == "RCPT":
                recipient = command
            reply = await self._say(writer, verb, command)
            if verb == "DATA" and reply.startswith("354"):
                data = await reader.readuntil(b"\r\n.\r\n")
                reply = await self._say(writer, "end", "", mail=(sender, recipient, data[:-3]))
            elif verb == "STARTTLS" and reply.startswith("220"):
                await writer.start_tls(self._starttls)
            if reply.startswith(("421", "221")):
                return

    async def _say(
        self, writer: asyncio.StreamWriter, verb: str, command: str, mail: tuple[str, str, bytes] | None = None
    ) -> str:
        reply = self.replies.get(verb, "502 what?")
        if callable(reply):
            reply = reply(command)
        elif isinstance(reply, list):
            reply = reply.pop(0) if len(reply) > 1 else reply[0]
        if reply == SILENCE:
            await asyncio.Event().wait()
        if reply == HANG_UP:
            raise ConnectionError
        if mail and reply.startswith("250"):
            self.mails.append(mail)
        writer.write(reply.replace("\n", "\r\n").encode() + b"\r\n")
        await writer.drain()
        return reply
