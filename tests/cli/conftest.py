"""What the tests of the command line share."""

from collections.abc import Iterator

import pytest

from maild.demo.servers import Servers
from maild.store import open_store
from tests.cli.desk import SETTINGS, Desk, fill, settings_for


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
