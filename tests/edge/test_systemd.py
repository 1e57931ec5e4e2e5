"""systemd hears when maild is ready, alive and stopping, and its unit is one that systemd accepts."""

import socket
import subprocess
from pathlib import Path
from shutil import which

import pytest

from maild.edge.systemd import Notifier

needs_systemd = pytest.mark.skipif(
    which("systemd-analyze") is None, reason="systemd-analyze is missing; `make servers` installs it"
)
UNIT = Path(__file__).parents[2] / "systemd" / "maild.service"


@pytest.fixture(params=["path", "abstract"])
def manager(request, tmp_path):
    """A socket as systemd opens it, and its address as NOTIFY_SOCKET gives it."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.settimeout(5)
        if request.param == "path":
            address = str(tmp_path / "notify")
            listener.bind(address)
        else:
            listener.bind("")
            address = "@" + listener.getsockname()[1:].decode()
        yield listener, address


def test_every_word_arrives_as_systemd_spells_it(manager):
    listener, address = manager
    notifier = Notifier(address)
    notifier.ready()
    notifier.status("reads support@example.com\nand more")
    notifier.alive()
    notifier.stopping()
    heard = [listener.recv(200).decode() for _ in range(4)]
    assert heard == ["READY=1", "STATUS=reads support@example.com and more", "WATCHDOG=1", "STOPPING=1"]


def test_without_systemd_nothing_is_said_and_nothing_fails(tmp_path):
    Notifier("").ready()
    Notifier(str(tmp_path / "nobody")).ready()
    assert list(tmp_path.iterdir()) == []


@needs_systemd
def test_systemd_accepts_the_unit(tmp_path):
    program = tmp_path / "maild"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    unit = tmp_path / "maild.service"
    unit.write_text(UNIT.read_text().replace("/opt/maild/bin/maild", str(program)))
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(unit)], capture_output=True, text=True, check=False, timeout=60
    )
    complaints = [line for line in done.stderr.splitlines() if "maild.service" in line]
    assert (done.returncode, complaints) == (0, []), done.stderr


def settings_of_the_unit() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in UNIT.read_text().splitlines():
        name, equals, value = line.partition("=")
        if equals and not line.startswith("#"):
            found.setdefault(name, []).append(value)
    return found


def test_the_unit_restarts_maild_for_ever_except_where_its_settings_are_unsound():
    unit = settings_of_the_unit()
    assert unit["Restart"] == ["always"]
    assert unit["StartLimitIntervalSec"] == ["0"]
    assert unit["RestartPreventExitStatus"] == ["78"]
    assert unit["Type"] == ["notify"]
    assert unit["WatchdogSec"]


@needs_systemd
def test_the_unit_is_as_locked_up_as_a_network_daemon_can_be():
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--threshold=20", "--no-pager", str(UNIT)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr
