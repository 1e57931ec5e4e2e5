"""A private PostgreSQL on loopback: its own cluster in a directory of its own, and never the system's service."""

from __future__ import annotations

import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import psycopg
import pytest

from tests.live.ear import Ear
from tests.live.programs import free_port, needs
from tests.memory import GIGABYTE, memory

PACKAGE = "postgresql-15"
CLUSTER = 4 * GIGABYTE
"""What some hundred small databases may come to."""


UP = "database system is ready to accept connections"


class Postgres:
    """Make a cluster, start it, give out fresh databases, kill it; `stop` removes everything again.

    With `durable=False` it does not wait for the disk: a killed server still loses nothing, only a power cut would.
    """

    host = "127.0.0.1"

    def __init__(self, bin_: Path, durable: bool = False) -> None:
        self.port = 0
        self.base = Path()
        self._bin = bin_
        self._durable = durable
        self._server: subprocess.Popen[str] | None = None
        self._ear = Ear()
        self._admin: psycopg.Connection | None = None
        """Kept: to connect costs the server more than a small database does."""
        self._numbers = count(1)

    def start(self) -> Postgres:
        """Start the server, or start it again on the same port and data."""
        if self.base.name:
            self._launch()
            return self
        self._settle()
        for attempt in range(3):
            self.port = free_port()
            try:
                self._launch()
                break
            except RuntimeError:  # another process took the port in between
                if attempt == 2:
                    raise
        return self

    def stop(self) -> None:
        self._end(signal.SIGINT)
        if self.base.name:
            shutil.rmtree(self.base, ignore_errors=True)
            self.base = Path()

    def kill(self) -> None:
        """End the server and all its connections at once, as a crash would (an "immediate shutdown")."""
        self._end(signal.SIGQUIT)

    def _end(self, sign: signal.Signals) -> None:
        if self._admin:
            self._admin.close()
            self._admin = None
        server, self._server = self._server, None
        if server is None:
            return
        server.send_signal(sign)
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait(10)

    def url(self, database: str) -> str:
        return f"postgresql://maild@{self.host}:{self.port}/{database}"

    def fresh(self, template: str = "template0") -> str:
        """Make a new database, empty or a copy of another one, and give its URL."""
        name = f"test_{os.getpid()}_{next(self._numbers)}"
        self._run(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
        return self.url(name)

    def drop(self, url: str) -> None:
        self._run(f"DROP DATABASE IF EXISTS {url.rpartition('/')[2]} WITH (FORCE)")

    def _run(self, sql: str) -> None:
        if not self._admin or self._admin.closed:
            self._admin = psycopg.connect(self.url("postgres"), autocommit=True)
        self._admin.execute(sql)

    def _settle(self) -> None:
        # Unix sockets bear about 100 characters of path, and the server's user must reach it: pytest's own do not do.
        place = (not self._durable and memory(room=CLUSTER)) or tempfile.gettempdir()
        _clear_after_the_killed(Path(place))
        self.base = Path(tempfile.mkdtemp(prefix=f"postgres-{os.getpid()}-", dir=place))
        if os.geteuid() == 0:
            os.chown(self.base, _server_user().pw_uid, _server_user().pw_gid)
        command = ["initdb", "--no-sync", "--no-instructions", "--auth=trust", "--username=maild"]
        command += ["--encoding=UTF8", "--locale=C.UTF-8", f"--pgdata={self.base}/data"]
        made = subprocess.run(self._command(command), capture_output=True, cwd=self.base, **_dropped())
        if made.returncode:
            raise RuntimeError(f"initdb failed: {made.stderr.decode(errors='replace')[-2000:]}")

    def _launch(self) -> None:
        settings = {
            "listen_addresses": self.host,
            "unix_socket_directories": str(self.base),
            "fsync": "on" if self._durable else "off",
            "shared_buffers": "64MB",
            "max_connections": "60",
            "deadlock_timeout": "50ms",
        }
        command = ["postgres", "-D", f"{self.base}/data", "-p", str(self.port)]
        command += [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        starts = self._ear.text.count(UP)
        self._server = subprocess.Popen(
            self._command(command),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            cwd=self.base,
            start_new_session=True,
            preexec_fn=_end_with_parent,
            **_dropped(),
        )
        self._ear.listen(self._server.stdout)
        if not self._ear.hears(UP, 20, times=starts + 1):
            self.kill()
            raise RuntimeError(f"PostgreSQL does not start: {self._ear.text[-2000:]}")

    def _command(self, command: list[str]) -> list[str]:
        return [str(self._bin / command[0]), *command[1:]]


def _clear_after_the_killed(place: Path) -> None:
    """Remove the clusters of tests that were killed and could not do it themselves."""
    for cluster in place.glob("postgres-*-*"):
        maker = cluster.name.split("-")[1]
        if maker.isdigit() and not Path("/proc", maker).exists():
            shutil.rmtree(cluster, ignore_errors=True)


def _end_with_parent() -> None:
    """Let the server end when the tests are killed, and leave no orphan behind."""
    set_parent_death_signal = 1
    ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGINT)


def _server_user() -> pwd.struct_passwd:
    """Name who runs the server: PostgreSQL refuses root."""
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        return pwd.getpwnam("nobody")


def _dropped() -> dict[str, object]:
    if os.geteuid() != 0:
        return {}
    user = _server_user()
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A running PostgreSQL; every test makes itself a fresh database."""
    server = Postgres(needs("initdb", PACKAGE).parent)
    try:
        yield server.start()
    finally:
        server.stop()
