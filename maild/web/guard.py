"""What stands before every page: its headers, a limit of speed, a limit of size, and the path a proxy puts before."""

from __future__ import annotations

import ipaddress
from collections import OrderedDict
from collections.abc import Callable, Mapping
from threading import Lock

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Robots-Tag": "noindex, nofollow",
    "Cache-Control": "no-store",
}
"""For every answer; a page may only make them stricter."""
LARGEST_BODY = 16_384
"""Octets of a form."""


class Pace:
    """So many requests at once and so many a second for each address; remembers the addresses seen last."""

    def __init__(self, clock: Callable[[], float], burst: float, per_second: float, remembered: int = 10_000) -> None:
        self._clock, self._burst, self._rate, self._remembered = clock, burst, per_second, remembered
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = Lock()

    def take(self, who: str) -> bool:
        """Count one request; False where it is too many."""
        now = self._clock()
        with self._lock:
            left, at = self._left.pop(who, (self._burst, now))
            left = min(self._burst, left + (now - at) * self._rate)
            self._left[who] = (max(0.0, left - 1), now)
            while len(self._left) > self._remembered:
                self._left.popitem(last=False)
        return left >= 1


def neighbourhood(address: str) -> str:
    """Give what counts as one visitor: an IPv4 address, or the /64 of an IPv6 one, which is one household's."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ip) if ip.version == 4 else str(ipaddress.ip_network((ip, 64), strict=False))


class Guard:
    """Wraps the pages."""

    def __init__(self, app: ASGIApp, base_path: str, secure: bool, pictures: bool = False) -> None:
        """Prepare.

        Args:
            pictures: the pages show one of ours, a logo.
        """
        self._app, self._base = app, base_path
        self._headers = dict(HEADERS)
        if pictures:
            self._headers["Content-Security-Policy"] += "; img-src 'self'"
        if secure:
            self._headers["Strict-Transport-Security"] = "max-age=31536000"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    if name not in headers:
                        headers[name] = value
            await send(message)

        length = Headers(scope=scope).get("content-length", "0")
        if not length.isdigit() or int(length) > LARGEST_BODY or "transfer-encoding" in Headers(scope=scope):
            await PlainTextResponse("That is too much for a form.", 413)(scope, receive, with_headers)
            return
        await self._app(self._inside(scope), receive, with_headers)

    def _inside(self, scope: Scope) -> Scope:
        """Take the path of base_url off, for a proxy that hands it on as it came."""
        path = scope["path"]
        if self._base and (path == self._base or path.startswith(self._base + "/")):
            return {**scope, "path": path[len(self._base) :] or "/", "raw_path": None}
        return scope
