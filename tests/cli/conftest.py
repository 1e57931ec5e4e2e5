"""What the tests of the command line share."""

import pytest

from maild.store import open_store
from tests.cli.desk import SETTINGS, Desk, fill


@pytest.fixture
def desk(tmp_path, capfdbinary, monkeypatch) -> Desk:
    """A desk with settings and no database yet."""
    monkeypatch.chdir(tmp_path)
    found = Desk(tmp_path, capfdbinary)
    found.settings(SETTINGS)
    return found


@pytest.fixture
def morning(desk) -> Desk:
    """A desk after a small morning."""
    store = open_store(desk.url)
    fill(store)
    store.close()
    return desk
