"""Every mistake in the settings has its exact text: bad/NAME.toml is told as bad/NAME.txt."""

from pathlib import Path

import pytest

from maild.problem import render
from maild.settings import load

BAD = Path(__file__).parent / "bad"
NAMES = sorted(path.stem for path in BAD.glob("*.toml"))


def told(name: str, folder: Path) -> str:
    """Say what maild says of a bad file, with the folder it lies in left out."""
    file = folder / "maild.toml"
    file.write_bytes((BAD / f"{name}.toml").read_bytes())
    file.chmod(0o600)
    loaded = load(environ={}, here=folder)
    return render(loaded.problems).replace(f"{folder}/", "") + "\n"


@pytest.mark.parametrize("name", NAMES)
def test_a_mistake_is_told_with_its_place_and_a_hint(name, tmp_path):
    assert told(name, tmp_path) == (BAD / f"{name}.txt").read_text()


def test_there_is_an_expected_text_for_every_bad_file():
    assert {path.stem for path in BAD.glob("*.txt")} == set(NAMES)
    assert len(NAMES) >= 50


@pytest.mark.parametrize("name", NAMES)
def test_no_password_is_ever_told(name, tmp_path):
    assert "hunter2" not in told(name, tmp_path)
