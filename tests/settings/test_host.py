"""Which host is this very machine."""

import pytest

from maild.settings.host import is_loopback


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST.", "mail.localhost", "127.3.2.1", "::1", "[::1]"])
def test_this_machine_is_known_by_its_name(host):
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["localhost.example.com", "10.0.0.1", "127.0.0.1.example.com", "mylocalhost", ""])
def test_any_other_machine_is_not_this_one(host):
    assert not is_loopback(host)
