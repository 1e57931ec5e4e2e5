"""A maild in a folder of its own, run as its admin runs it: by the command line, in a process of its own."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

REPO = Path(__file__).parents[2]


class House:
    """The settings, the database and the process of one maild."""

    def __init__(self, folder: Path, imap: Any, user: tuple[str, str], smtp_port: int, more: str = "") -> None:
        self.folder = folder
        self._process: subprocess.Popen[str] | None = None
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
        return json.loads(self.maild(*arguments, "--json"))

    def start(self) -> subprocess.Popen[str]:
        """Start the daemon."""
        with open(self.folder / "log", "a") as log:
            self._process = subprocess.Popen(
                self.command("run"), cwd=self.folder, env=self._environment(), stderr=log, stdout=log, text=True
            )
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

    def log(self) -> str:
        return (self.folder / "log").read_text()

    def wait_for_log(self, text: str, seconds: float) -> None:
        """Wait until the daemon's log says this; fails after a while."""
        deadline = time.monotonic() + seconds
        while text not in self.log():
            assert time.monotonic() < deadline, f"the log does not say {text!r}"
            select.select([], [], [], 0.05)

    def command(self, *arguments: str) -> list[str]:
        """Give the words of a maild command on this house."""
        return [sys.executable, "-m", "maild", "--config", str(self.folder / "maild.toml"), *arguments]

    def _environment(self) -> dict[str, str]:
        return {**os.environ, "PYTHONPATH": str(REPO), "PYTHONUNBUFFERED": "1"}
