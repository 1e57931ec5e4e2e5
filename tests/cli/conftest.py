"""What the tests of the command line share."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from maild.demo.servers import Servers
from maild.store import open_store
from tests.cli.desk import SETTINGS, Desk, fill, settings_for
from tests.memory import in_one_file


@pytest.fixture
def desk(quick_path, capfdbinary, monkeypatch) -> Desk:
    """A desk with settings and no database yet."""
    monkeypatch.chdir(quick_path)
    found = Desk(quick_path, capfdbinary)
    found.settings(SETTINGS)
    return found


@pytest.fixture(scope="session")
def filled(sqlite_template, tmp_path_factory) -> Path:
    """The database of a small morning."""
    path = Path(shutil.copy(sqlite_template, tmp_path_factory.mktemp("filled")))
    store = open_store(f"sqlite:///{path}")
    fill(store)
    store.close()
    return in_one_file(path)


@pytest.fixture
def morning(desk, filled) -> Desk:
    """A desk after a small morning."""
    shutil.copy(filled, desk.folder / "maild.db")
    return desk


@pytest.fixture
def servers() -> Iterator[Servers]:
    """Embedded mail servers with a mailbox for the desk and one for a requester."""
    with Servers(("support@example.com", "eva@example.com")) as running:
        yield running


@pytest.fixture
def served(desk: Desk, servers: Servers) -> Desk:
    """A desk whose mailbox is on the embedded servers."""
    desk.settings(settings_for(servers))
    return desk
