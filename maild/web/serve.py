"""Serves the pages until told to stop; hides uvicorn."""

from __future__ import annotations

import socket
import threading

import uvicorn
from starlette.types import ASGIApp


class Server:
    """One listening address; `run` blocks the thread it is called in, `stop` may be called from any."""

    def __init__(self, app: ASGIApp, listen: str, proxies: str = "127.0.0.1,::1") -> None:
        """Prepare.

        Args:
            listen: "host:port"; port 0 lets the system choose, see `port`.
            proxies: whose X-Forwarded-For is believed.
        """
        host, _, port = listen.rpartition(":")
        self._config = uvicorn.Config(
            app,
            host=host.strip("[]"),
            port=int(port),
            log_config=None,
            access_log=False,
            server_header=False,
            lifespan="off",
            proxy_headers=True,
            forwarded_allow_ips=proxies,
            timeout_keep_alive=5,
            timeout_graceful_shutdown=3,
            limit_concurrency=100,
            h11_max_incomplete_event_size=16_384,
        )
        self._server = uvicorn.Server(self._config)
        self.up = threading.Event()
        """Set once it listens."""
        self.port = int(port)

    def run(self) -> None:
        """Serve until `stop`. Raises OSError where the address cannot be listened at."""
        listener = self._listener()
        self.port = listener.getsockname()[1]
        self.up.set()
        try:
            self._server.run(sockets=[listener])
        finally:
            listener.close()

    def _listener(self) -> socket.socket:
        host, port = self._config.host, self._config.port
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listener = socket.socket(family)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
            listener.listen(128)
        except OSError:
            listener.close()
            raise
        return listener

    def stop(self) -> None:
        self._server.should_exit = True
