"""A courier and a server that goes by a script, brought together for one conversation."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from maild.edge.smtp import Courier, SmtpAccount
from maild.mail.retry import Result, Sent
from tests.edge.smtp_server import ScriptedServer

MAIL = ("support@example.com", "eva@example.org", b"Subject: x\r\n\r\n.dot\r\n")
TAKEN = Sent("250 taken")


def account(server: ScriptedServer, **settings: object) -> SmtpAccount:
    return SmtpAccount(**{"host": "127.0.0.1", "port": server.port, "security": "none", "timeout": 5.0, **settings})


def converse(server: ScriptedServer, scenario: Callable[[Courier], Awaitable[object]], **settings: object) -> object:
    async def main() -> object:
        async with server:
            courier = Courier(account(server, **settings))
            try:
                return await scenario(courier)
            finally:
                await courier.close()

    return asyncio.run(main())


def send_one(server: ScriptedServer, mail: tuple[str, str, bytes] = MAIL, **settings: object) -> Result:
    return converse(server, lambda courier: courier.send(*mail), **settings)


def send_in_turn(server: ScriptedServer, count: int, **settings: object) -> list[Result]:
    async def scenario(courier: Courier) -> list[Result]:
        return [await courier.send(*MAIL) for _ in range(count)]

    return converse(server, scenario, **settings)


def send_at_once(server: ScriptedServer, count: int, **settings: object) -> list[Result]:
    return converse(server, lambda courier: asyncio.gather(*(courier.send(*MAIL) for _ in range(count))), **settings)
