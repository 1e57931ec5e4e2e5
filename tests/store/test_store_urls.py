"""Database URLs: what they mean, and what is said about a wrong one."""

from __future__ import annotations

import pytest

from maild.store import BadUrl, StoreDown, open_store
from maild.store.store import connect


@pytest.mark.parametrize(
    "url, path",
    [
        ("sqlite:///maild.db", "maild.db"),
        ("sqlite:///data/maild.db", "data/maild.db"),
        ("sqlite:////var/lib/maild/maild.db", "/var/lib/maild/maild.db"),
        ("sqlite:////srv/my%20desk/%E5%B8%AE.db", "/srv/my desk/帮.db"),
    ],
)
def test_a_sqlite_url_names_a_file(url, path):
    assert connect(url).database == path


@pytest.mark.parametrize(
    "url, said",
    [
        ("sqlite://maild.db", "write sqlite:///maild.db"),
        ("sqlite://", "names no file"),
        ("sqlite:///", "names no file"),
        ("sqlite:///maild.db?mode=ro", "names no file"),
        ("mysql://root@localhost/maild", "begins with sqlite:/// or postgresql://"),
        ("", "begins with sqlite:/// or postgresql://"),
        ("postgresql://me@localhost/maild?colour=red", "colour"),
        ("postgresql://me@[::1/maild", "cannot be understood"),
    ],
)
def test_a_wrong_url_is_said_in_words(url, said):
    with pytest.raises(BadUrl, match=said):
        open_store(url)


@pytest.mark.parametrize(
    "url", ["postgresql://me:s3cr%zzet@localhost/maild", "postgresql://me:s3cret@localhost/maild?colour=red"]
)
def test_a_password_is_never_repeated(url):
    with pytest.raises(BadUrl) as caught:
        open_store(url)
    assert "s3cr" not in str(caught.value)


def test_a_server_that_is_not_there_is_down():
    with pytest.raises(StoreDown, match="PostgreSQL: connection") as caught:
        open_store("postgresql://me:s3cret@127.0.0.1:1/maild")
    assert "s3cret" not in str(caught.value)


@pytest.mark.live
def test_a_database_that_is_not_there_is_down(postgres):
    with pytest.raises(StoreDown, match='database "missing" does not exist'):
        open_store(postgres.url("missing"))


@pytest.mark.live
def test_the_server_is_reached_by_its_socket_too(postgres):
    name = postgres.fresh().rpartition("/")[2]
    store = open_store(f"postgres://maild@/{name}?host={postgres.base}&port={postgres.port}")
    assert store.health().database.startswith("PostgreSQL")
    store.close()
