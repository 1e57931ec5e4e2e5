"""The settings that the README's five minutes lead to are sound, in a shell and under the unit that maild brings."""

import re
from pathlib import Path

import pytest

from maild.settings import load

ROOT = Path(__file__).parents[2]
CREDENTIALS = re.findall(r"^LoadCredential=(\w+):", (ROOT / "systemd" / "maild.service").read_text(), re.M)


@pytest.fixture
def file(tmp_path):
    text = (ROOT / "README.md").read_text()
    [block] = re.findall(r"   ```toml\n(   \[mailbox\].*?)   ```", text, re.S)
    file = tmp_path / "maild.toml"
    file.write_text(re.sub(r"^   ", "", block, flags=re.M).replace("/var/lib/maild", str(tmp_path)))
    for name in ("imap", "smtp"):
        (tmp_path / f"{name}.password").write_text("of a file\n")
        (tmp_path / f"{name}.password").chmod(0o600)
    return file


def passwords(loaded):
    assert loaded.problems == ()
    return {account.password.get_secret_value() for account in (*loaded.settings.mailboxes, loaded.settings.smtp)}


def test_they_are_sound_in_a_shell(file, tmp_path):
    assert passwords(load(file, {}, tmp_path)) == {"of a file"}


def test_they_are_sound_under_the_unit(file, tmp_path):
    for name in CREDENTIALS:
        (tmp_path / name).write_text("of the unit")
        (tmp_path / name).chmod(0o400)
    (tmp_path / "imap.password").unlink()
    assert passwords(load(file, {"CREDENTIALS_DIRECTORY": str(tmp_path)}, tmp_path)) == {"of the unit"}
