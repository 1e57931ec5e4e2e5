"""A desk whose admin keeps files of his own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from maild.settings import Settings, load
from tests.cli.desk import SETTINGS


@pytest.fixture
def settings_with(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Settings]:
    """Give the settings of a desk with a folder of this name, which is also that of its path; it is the current one."""

    def made(folder: str) -> Settings:
        monkeypatch.chdir(tmp_path)
        (tmp_path / folder).mkdir()
        (tmp_path / "maild.toml").write_text(f'{SETTINGS}\n[paths]\n{folder} = "{folder}"\n')
        (tmp_path / "maild.toml").chmod(0o600)
        loaded = load(tmp_path / "maild.toml", environ={})
        assert loaded.settings, loaded.problems
        return loaded.settings

    return made
