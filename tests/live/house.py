"""A maild in a folder of its own, run as its admin runs it: by the command line, in a process of its own."""

from __future__ import annotations

import contextlib
import io
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from maild.cli.app import run
from tests.live.ear import Ear

REPO = Path(__file__).parents[2]


class House:
    """The settings, the database and the process of one maild."""

    def __init__(self, folder: Path, imap: Any, user: tuple[str, str], smtp_port: int, more: str = "") -> None:
        self.folder = folder
        self._process: subprocess.Popen[str] | None = None
        self._ear = Ear()
        name, password = user
        (folder / "password").write_text(password + "\n")
        (folder / "password").chmod(0o600)
        (folder / "maild.toml").write_text(
            f"""\
[mailbox]
address = "support@example.com"
host = "localhost"
port = {imap.tls_port}
username = "{name}"
password_file = "password"
ca_file = "{imap.ca_file}"
poll = 20
timeout = 5

[smtp]
host = "127.0.0.1"
port = {smtp_port}
security = "none"
from = "IT Helpdesk <support@example.com>"
{more}"""
        )

    def maild(self, *arguments: str, code: int = 0) -> str:
        """Run a command to its end and give what it prints."""
        done = subprocess.run(
            self.command(*arguments), cwd=self.folder, env=self._environment(), capture_output=True, text=True,
            timeout=120, check=False,
        )  # fmt: skip
        assert done.returncode == code, f"exit code {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def json(self, *arguments: str) -> Any:
        """Ask a listing, in this process: it is asked often, and starting a process costs more than the answer."""
        octets = io.BytesIO()
        with contextlib.redirect_stdout(io.TextIOWrapper(octets)) as printed:
            code = run(["--config", str(self.folder / "maild.toml"), *arguments, "--json"])
            printed.flush()
        assert code == 0
        return json.loads(octets.getvalue())

    def start(self) -> subprocess.Popen[str]:
        """Start the daemon."""
        self._process = subprocess.Popen(
            self.command("run"), cwd=self.folder, env=self._environment(), stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        self._listener = self._ear.listen(self._process.stdout)
        return self._process

    def stop(self, sign: signal.Signals = signal.SIGTERM, seconds: float = 15.0) -> int:
        """End the daemon and give its exit code; fails where it does not end in time."""
        process, self._process = self._process, None
        if process is None:
            return 0
        process.send_signal(sign)
        try:
            return process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise
        finally:
            self._listener.join()

    def log(self) -> str:
        """Give all that daemons of this house have said."""
        return self._ear.text

    def wait_for_log(self, text: str, seconds: float = 30.0, times: int = 1) -> None:
        """Wait until the daemon's log says this, so many times in all; fails after a while."""
        assert self._ear.hears(text, seconds, times), f"the log does not say {text!r}:\n{self.log()[-3000:]}"

    def command(self, *arguments: str) -> list[str]:
        """Give the words of a maild command on this house."""
        return [sys.executable, "-m", "maild", "--config", str(self.folder / "maild.toml"), *arguments]

    def _environment(self) -> dict[str, str]:
        return {**os.environ, "PYTHONPATH": str(REPO), "PYTHONUNBUFFERED": "1"}
