"""A way to a server that can be cut at an exact octet, or fall silent there."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable


class Proxy:
    """Forwards one port to another; after `limit` octets from the server it calls `then` instead of forwarding more.

    With a `cue` the octets count from when the client has said that.
    """

    def __init__(self, target: int, limit: int, then: Callable[[], object], cue: bytes = b""):
        self.target, self.limit, self.then, self.cue = target, limit, then, cue
        self._counting = not cue
        self.over = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]

    def __enter__(self) -> Proxy:
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self._listener.close()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                try:
                    server = socket.create_connection(("127.0.0.1", self.target))
                except OSError:
                    client.close()
                    continue
                threading.Thread(target=self._up, args=(client, server), daemon=True).start()
                threading.Thread(target=self._down, args=(server, client), daemon=True).start()

    def _up(self, client: socket.socket, server: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := client.recv(65536):
                self._counting = self._counting or self.cue in data
                server.sendall(data)
                if self._counting and self.limit <= 0:
                    self.then()
            server.shutdown(socket.SHUT_WR)

    def _down(self, server: socket.socket, client: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := server.recv(65536):
                counting = self._counting
                client.sendall(data[: self.limit] if counting else data)
                self.limit -= len(data) if counting else 0
                if counting and self.limit <= 0:
                    self.then()
                    break
        for end in (client, server):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)  # close alone would wait for the other thread's read
            end.close()
