"""Finds the real servers that some tests talk to, and says what is missing."""

from __future__ import annotations

import os
import shutil
import socket
from pathlib import Path

import pytest

ELSEWHERE = ("/usr/sbin", "/usr/local/sbin", "/sbin")
"""Where servers live that a bare PATH does not name."""


def find(program: str) -> Path | None:
    """Give the path of a program, newest version first where Debian installs several."""
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: float(p.parent.name), reverse=True)
    path = os.pathsep.join([os.environ.get("PATH", os.defpath), *ELSEWHERE, *map(str, versions)])
    found = shutil.which(program, path=path)
    return Path(found) if found else None


def needs(program: str, package: str) -> Path:
    """Give the path of a program; without it skip the test, or fail it where CI is set, since CI has to test all."""
    found = find(program)
    if found is not None:
        return found
    say = pytest.fail if os.environ.get("CI") else pytest.skip
    return say(f"{program} is not installed: apt-get install {package}")


def free_port() -> int:
    """Let the system choose a port of loopback for a server that is about to start."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]
