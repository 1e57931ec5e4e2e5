"""`maild run --once` carries every mail to its outcome; `maild run` serves until it is told to stop."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.cli.desk import QUESTION

REPOSITORY = Path(__file__).parents[2]


class Post:
    """Hears of each mail that the embedded server took from maild."""

    def __init__(self, servers) -> None:
        self.came = threading.Event()
        self.mails: list[tuple[str, bytes]] = []
        servers.on_mail = self._hear

    def _hear(self, address: str, raw: bytes) -> None:
        self.mails.append((address, raw))
        self.came.set()


def test_a_pass_takes_every_mail_answers_it_and_says_so(served, servers):
    post = Post(servers)
    servers.deliver("support@example.com", QUESTION)
    said = served.maild("run", "--once")
    assert (said.code, said.err) == (0, "")
    assert said.out == "1 mail taken. Dealt with: 1 opened. Notices: 1 sent.\n"
    assert [address for address, _ in post.mails] == ["eva@example.com"]
    assert [ticket["number"] for ticket in served.maild("tickets", "--json").json] == [1001]
    assert [row["outcome"] for row in served.maild("inbox", "--json").json] == ["opened"]
    assert [row["state"] for row in served.maild("outbox", "--json").json] == ["sent"]


def test_a_pass_over_an_empty_mailbox_does_nothing(served):
    said = served.maild("run", "--once", "--json")
    assert (said.code, said.json) == (0, {"taken": 0, "outcomes": {}, "notices": {}, "trouble": []})


def test_the_clock_of_a_pass_can_be_set(served, servers):
    servers.deliver("support@example.com", QUESTION)
    said = served.maild("run", "--once", "--at", "2026-11-20 17:50", "--json")
    assert said.json["outcomes"] == {"opened": 1}
    (ticket,) = served.maild("tickets", "--json").json
    assert ticket["opened_at"] == "2026-11-20T09:50:00Z"
    (entry, _) = served.maild("ticket", "1001", "--json").json["entries"]
    assert entry["at"] == "2026-11-20T09:50:00Z"


def test_a_server_that_is_not_there_is_trouble_and_no_traceback(served):
    (served.folder / "maild.toml").write_text(
        (served.folder / "maild.toml").read_text().replace("port = ", "port = 1 # ", 1)
    )
    said = served.maild("run", "--once")
    assert said.code == 1
    assert "127.0.0.1:1" in said.err
    assert "Traceback" not in said.err


def test_nothing_starts_with_a_rulebook_or_templates_that_are_wrong(served):
    settings = (served.folder / "maild.toml").read_text()
    (served.folder / "rules.yaml").write_text("queues: 7\n")
    served.settings(settings + '[paths]\nrulebook = "rules.yaml"\n')
    said = served.maild("run", "--once")
    assert (said.code, said.out) == (78, "")
    assert said.err.startswith("rules.yaml:1:9: ")
    (served.folder / "templates" / "en").mkdir(parents=True)
    (served.folder / "templates" / "en" / "receipt.txt").write_text("Subject: x\n\n{% if %}\n")
    served.settings(settings + '[paths]\ntemplates = "templates"\n')
    said = served.maild("run", "--once")
    assert said.code == 78
    assert said.err.startswith("templates/en/receipt.txt:3:1: ")


def test_the_clock_goes_with_a_single_pass_alone(served):
    assert served.maild("run", "--at", "2026-11-20 17:50").code == 2
    assert served.maild("run", "--once", "--at", "teatime").code == 2


@pytest.fixture
def manager(tmp_path):
    """The socket on which systemd would listen."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.settimeout(20)
        listener.bind(str(tmp_path / "notify"))
        yield listener


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_the_daemon_serves_tells_systemd_and_stops_when_told_to(served, servers, manager, how):
    post = Post(servers)
    environ = {"PATH": os.environ["PATH"], "PYTHONPATH": str(REPOSITORY), "NOTIFY_SOCKET": manager.getsockname()}
    command = [sys.executable, "-m", "maild", "--config", str(served.folder / "maild.toml"), "run"]
    with subprocess.Popen(command, env=environ, stderr=subprocess.PIPE, stdout=subprocess.PIPE) as daemon:
        try:
            assert manager.recv(100) == b"READY=1"
            assert manager.recv(100) == b"STATUS=reads support@example.com"
            servers.deliver("support@example.com", QUESTION)
            assert post.came.wait(20)
            daemon.send_signal(how)
            out, err = daemon.communicate(timeout=20)
        finally:
            daemon.kill()
    assert (daemon.returncode, out) == (0, b"")
    facts = [json.loads(line) for line in err.splitlines()]
    events = [fact["event"] for fact in facts]
    assert events[0] == "started"
    assert events[-1] == "stopped"
    assert {"taken", "opened", "sent", "stopping"} <= set(events)
    assert "hunter2" not in err.decode()
    rest = [manager.recv(100)]
    while rest[-1] != b"STOPPING=1":
        rest.append(manager.recv(100))
    assert set(rest) <= {b"WATCHDOG=1", b"STOPPING=1"}


def test_a_bad_article_is_told_of_and_the_others_serve(served, servers):
    own = served.folder / "articles" / "en"
    own.mkdir(parents=True)
    (own / "bad.md").write_text("no head\n")
    (own / "vpn.md").write_text("---\ntitle: VPN codes\nkeywords: vpn\n---\nKeep calm.\n\n1. Wait.\n")
    with (served.folder / "maild.toml").open("a") as file:
        file.write('[paths]\nknowledge = "articles"\n')
    post = Post(servers)
    servers.deliver("support@example.com", QUESTION)
    said = served.maild("run", "--once")
    assert "articles/en/bad.md:1:1: an article begins with a head" in said.err
    assert said.code == 0
    (ticket,) = served.maild("tickets", "--json").json
    assert "vpn" in ticket["suggested"]
    assert any(address == "eva@example.com" for address, _ in post.mails)


def test_a_secret_that_was_lost_is_told_of_at_the_start(served):
    assert served.maild("run", "--once").err == ""
    assert served.maild("run", "--once").err == ""
    (served.folder / "secret").unlink()
    said = served.maild("run", "--once")
    assert said.code == 0
    assert "it is not the one that this database was used with" in said.err
    assert str(served.folder / "secret") in said.err
