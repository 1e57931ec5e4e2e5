"""`maild web`: the pages from a process of their own, stopped as any service is."""

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

from tests.cli.desk import SETTINGS

REPOSITORY = Path(__file__).parents[2]


def test_the_pages_are_served_until_the_process_is_told_to_stop(desk):
    desk.settings(SETTINGS + '\n[web]\nbase_url = "https://helpdesk.example.com"\nlisten = "127.0.0.1:0"\n')
    environ = {"PATH": os.environ["PATH"], "PYTHONPATH": str(REPOSITORY), "NO_PROXY": "*"}
    command = [sys.executable, "-m", "maild", "--config", str(desk.folder / "maild.toml"), "web"]
    with subprocess.Popen(command, env=environ, cwd=desk.folder, stderr=subprocess.PIPE, text=True) as process:
        try:
            said = process.stderr.readline()
            address = re.search(r"http://127\.0\.0\.1:\d+", said)
            assert address, said
            open_url = urllib.request.build_opener(urllib.request.ProxyHandler({})).open
            with open_url(f"{address[0]}/readyz", timeout=10) as answer:
                assert answer.status == 200
        finally:
            process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0


def test_an_address_that_is_taken_is_told_in_plain_words(desk):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        desk.settings(SETTINGS + f'\n[web]\nlisten = "127.0.0.1:{port}"\n')
        said = desk.maild("web")
    assert said.code == 1
    assert f"127.0.0.1:{port}" in said.err
    assert "Traceback" not in said.err
