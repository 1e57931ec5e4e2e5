"""One server for the pages of every test."""

from collections.abc import Iterator

import pytest

from tests.web.site import Front


@pytest.fixture(scope="session")
def front() -> Iterator[Front]:
    """A running server, before whichever house is open."""
    with Front() as front:
        yield front
