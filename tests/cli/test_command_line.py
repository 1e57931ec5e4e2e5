"""What all commands have in common: help that teaches, --config, exit codes, errors in plain words."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from maild import __version__
from maild.cli.app import app
from tests.cli.desk import SETTINGS

COMMANDS = [
    (),
    ("run",),
    ("check",),
    ("explain",),
    ("command",),
    ("tickets",),
    ("ticket",),
    ("find",),
    ("inbox",),
    ("inbox", "held"),
    ("inbox", "retry"),
    ("inbox", "dismiss"),
    ("inbox", "show"),
    ("outbox",),
    ("outbox", "retry"),
    ("outbox", "show"),
    ("promises",),
    ("preview",),
    ("simulate",),
    ("report",),
    ("demo",),
    ("test",),
    ("web",),
    ("backup",),
]
REPOSITORY = Path(__file__).parents[2]


def run(*words: str, **options) -> subprocess.CompletedProcess:
    """Run `python -m maild` as a process of its own."""
    environ = {"PATH": os.environ["PATH"], "PYTHONPATH": str(REPOSITORY), **options.pop("environ", {})}
    command = [sys.executable, "-m", "maild", *words]
    return subprocess.run(command, capture_output=True, check=False, timeout=60, env=environ, **options)


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_help_teaches_with_an_example_and_fits_a_terminal(desk, words):
    said = desk.anywhere(*words, "--help")
    assert (said.code, said.err) == (0, "")
    assert "maild " + " ".join(words) in said.out.replace("Usage: ", "", 1)
    example = [line for line in said.out.splitlines() if line.strip().startswith("maild ")]
    assert words == () or example
    assert max(map(len, said.out.splitlines())) <= 100


def test_every_command_is_listed_with_its_first_words(desk):
    said = desk.anywhere()
    assert said.code == 0
    listed = ("demo", "check", "test", "run", "explain", "command", "tickets", "ticket", "find", "inbox", "outbox")
    for name in (*listed, "promises", "preview", "simulate", "web", "backup"):
        assert f"\n  {name} " in said.out
    assert said.out == desk.anywhere("--help").out == desk.anywhere("-h").out
    assert set(COMMANDS) >= {(name,) for name in (command.name for command in app.registered_commands)}


def test_the_version_is_told(desk):
    assert desk.anywhere("--version").out == f"maild {__version__}\n"


@pytest.mark.parametrize(
    "words",
    [("nonsense",), ("tickets", "--nonsense"), ("tickets", "--limit", "-1"), ("explain",), ("run", "--at", "x")],
)
def test_wrong_usage_is_two_lines_and_code_2(desk, words):
    said = desk.maild(*words)
    assert (said.code, said.out) == (2, "")
    first, second = said.err.splitlines()
    assert first.startswith("maild: ")
    assert second.startswith("Try: maild")


def test_config_may_stand_before_and_behind_the_command(desk):
    other = desk.folder / "other.toml"
    other.write_text(SETTINGS.replace("support@", "other@"))
    other.chmod(0o600)
    for words in (
        ("--config", "other.toml", "check"),
        ("check", "--config", "other.toml"),
        ("check", "--config=other.toml"),
    ):
        assert desk.anywhere(*words).out.startswith("settings    other.toml\n")
    assert desk.anywhere("check").out.startswith("settings    maild.toml\n")
    assert desk.anywhere("check", "--config").code == 2


def test_a_config_that_is_not_there_is_said_in_words(desk):
    said = desk.anywhere("tickets", "--config", "nowhere.toml")
    assert (said.code, said.err) == (78, "nowhere.toml: this file is not there\n")
    assert desk.anywhere("check", "--config", "nowhere.toml").code == 1


def test_a_database_that_does_not_answer_is_said_in_words(desk):
    desk.settings(SETTINGS + '[database]\nurl = "postgresql://maild:hunter2@127.0.0.1:1/maild?connect_timeout=2"\n')
    said = desk.maild("tickets")
    assert (said.code, said.out) == (1, "")
    assert said.err.startswith("maild: ")
    assert len(said.err.splitlines()) <= 2
    assert "hunter2" not in said.err
    assert "Traceback" not in said.err


def test_what_is_no_database_is_said_in_words(desk):
    (desk.folder / "maild.db").write_text("a shopping list, long enough for a header\n" * 50)
    said = desk.maild("tickets", "--json")
    assert (said.code, said.out) == (1, "")
    assert len(said.err.splitlines()) <= 2
    assert "not a database" in said.err


def test_help_loads_nothing_heavy():
    code = "import sys; from maild.cli import main\ntry: main(['--help'])\nexcept SystemExit: print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=REPOSITORY)
    loaded = set(done.stdout.splitlines()[-1].split())
    assert not loaded & {"pydantic", "peewee", "rich", "structlog", "imapclient", "aiosmtplib", "jinja2", "asyncio"}


def test_a_reader_who_has_seen_enough_is_no_mistake(morning):
    command = f"{sys.executable} -m maild --config {morning.folder}/maild.toml tickets --json | true"
    done = subprocess.run(["bash", "-o", "pipefail", "-c", command], capture_output=True, check=False, cwd=REPOSITORY)
    assert (done.returncode, done.stderr) == (0, b"")


def test_json_is_utf_8_under_any_locale_and_tables_fail_under_none(morning):
    config = str(morning.folder / "maild.toml")
    for locale in ("C", "C.UTF-8"):
        environ = {"LC_ALL": locale, "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
        assert "请帮忙".encode() in run("--config", config, "tickets", "--json", environ=environ).stdout
        assert run("--config", config, "tickets", environ=environ).returncode == 0


def test_settings_come_from_the_environment_too(morning):
    done = run("tickets", "--json", environ={"MAILD_CONFIG": str(morning.folder / "maild.toml")})
    assert done.returncode == 0
    assert b'"number": 1001' in done.stdout
