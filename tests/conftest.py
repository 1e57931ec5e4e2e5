"""What every test may ask for: a store on either database, and the real servers of tests/live/.

A fixture of a real server begins with `needs(program, package)` of tests/live/programs.py, which skips its tests where
the program is missing, or fails them where CI is set.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from maild.store import Store, open_store
from tests.memory import GIGABYTE, in_one_file, memory

if TYPE_CHECKING:
    from tests.live.postgres import Postgres

pytest_plugins = ["tests.live.dovecot", "tests.live.postfix", "tests.live.postgres"]

settings.register_profile("maild", deadline=None)
settings.load_profile("maild")

DATABASES = ["sqlite", pytest.param("postgres", marks=pytest.mark.live)]


@pytest.fixture(scope="session")
def postgres_template(postgres: Postgres) -> str:
    """Name a PostgreSQL database that has every table and no row."""
    url = postgres.fresh()
    open_store(url).close()
    return url.rpartition("/")[2]


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite database that has every table and no row."""
    path = tmp_path_factory.mktemp("template") / "maild.db"
    open_store(f"sqlite:///{path}").close()
    return in_one_file(path)


@pytest.fixture
def quick_path() -> Iterator[Path]:
    """A folder for this test alone, in memory where there is room."""
    with TemporaryDirectory(prefix="maild-test-", dir=memory(room=GIGABYTE)) as folder:
        yield Path(folder)


@pytest.fixture
def sqlite_url(quick_path: Path, sqlite_template: Path) -> str:
    """The URL of a SQLite database that has every table and no row."""
    return f"sqlite:///{shutil.copy(sqlite_template, quick_path)}"


@pytest.fixture(params=DATABASES)
def store_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of a database without a row; the test runs once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite_url")
        return
    server: Postgres = request.getfixturevalue("postgres")
    url = server.fresh(request.getfixturevalue("postgres_template"))
    yield url
    server.drop(url)


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    """A store without a row; the test runs once on SQLite and once on PostgreSQL."""
    opened = open_store(store_url)
    yield opened
    opened.close()


@pytest.fixture
def score(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """Note a line for the report that stands below all tests, wherever this one runs."""
    return lambda line: record_property("score", line)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what the tests have measured."""
    reports = [report for kind in ("passed", "failed") for report in terminalreporter.getreports(kind)]
    scored = {report.nodeid: [v for k, v in report.user_properties if k == "score"] for report in reports}
    for test, lines in sorted(scored.items()):
        if lines:
            terminalreporter.write_line(f"\n{test}")
            for line in lines:
                terminalreporter.write_line(f"  {line}")
