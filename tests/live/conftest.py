"""Real servers for the tests of this folder, one of each for the whole session."""

import os
import shutil
from collections.abc import Iterator

import pytest

from tests.live.dovecot import BINARY, Dovecot


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Dovecot]:
    """A running Dovecot; every test makes itself a fresh user."""
    if shutil.which(BINARY) is None:
        say = pytest.fail if os.environ.get("CI") else pytest.skip
        say("Dovecot is not installed: apt-get install dovecot-imapd")
    server = Dovecot()
    try:
        yield server.start()
    finally:
        server.stop()
