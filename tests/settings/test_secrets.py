"""Secrets are fetched from where they lie, and maild's own is made once, for its owner alone."""

import sys
from concurrent.futures import ThreadPoolExecutor

from maild.settings import Found, Missing, OAuth, access_token, signing_key


def token(*words: str, seconds: float = 30.0):
    return access_token(OAuth(token_command=(sys.executable, "-c", *words)), seconds)


def test_an_access_token_comes_from_its_file(tmp_path):
    file = tmp_path / "token"
    file.write_text("ya29.a0\n")
    file.chmod(0o600)
    assert access_token(OAuth(token_file=file)).secret.get_secret_value() == "ya29.a0"


def test_an_access_token_is_what_its_command_prints():
    found = token("print('ya29.a0')")
    assert isinstance(found, Found)
    assert found.secret.get_secret_value() == "ya29.a0"
    assert "ya29" not in repr(found)


def test_a_command_that_gives_no_token_is_told_in_words():
    assert token("raise SystemExit('no such account')") == Missing(
        f"failed with exit code 1: {sys.executable} (no such account)"
    )
    assert "it printed no token" in token("").what
    assert "took longer than 0 s" in token("import time; time.sleep(9)", seconds=0.01).what
    assert "cannot be run: /no/such/command" in access_token(OAuth(token_command=("/no/such/command",))).what


def test_the_signing_key_is_made_once_and_for_its_owner_alone(tmp_path):
    file = tmp_path / "secret"
    key = signing_key(file)
    assert len(key) == 64
    assert file.stat().st_mode & 0o777 == 0o600
    assert signing_key(file) == key
    assert [path.name for path in tmp_path.iterdir()] == ["secret"]


def test_two_that_start_at_once_agree_on_one_key(tmp_path):
    with ThreadPoolExecutor(8) as threads:
        keys = set(threads.map(lambda _: signing_key(tmp_path / "secret"), range(16)))
    assert len(keys) == 1
