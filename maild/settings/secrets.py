"""Secrets: read from where the settings say they lie, and the one maild makes for itself."""

from __future__ import annotations

import os
import secrets
import stat
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr

from maild.settings.model import OAuth

SIGNING_KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class Found:
    """A secret that could be read, with what is unwise about the way it is kept."""

    secret: SecretStr
    warning: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Missing:
    """Why there is no secret, as a sentence that goes on from the setting's name, and a hint."""

    what: str
    hint: str = ""


def from_file(path: Path) -> Found | Missing:
    """Read the first line of a file."""
    try:
        text = path.read_text(encoding="utf-8")
        mode = path.stat().st_mode
    except FileNotFoundError:
        return Missing(f"names a file that is not there: {path}", "put the password alone into it and chmod 600 it")
    except IsADirectoryError:
        return Missing(f"names a folder, not a file: {path}")
    except PermissionError:
        return Missing(f"names a file that maild may not read: {path}", "give it to the user that maild runs as")
    except UnicodeDecodeError:
        return Missing(f"names a file that is no UTF-8 text: {path}")
    except OSError as error:
        return Missing(f"names a file that cannot be read: {path} ({error.strerror})")
    secret = text.rstrip("\r\n")
    if not secret:
        return Missing(f"names an empty file: {path}", "put the password alone into it")
    if "\n" in secret:
        return Missing(f"names a file of several lines: {path}", "put the password alone into it")
    if mode & stat.S_IROTH:
        return Found(SecretStr(secret), f"names a file that everybody on this machine can read: {path}",
                     f"chmod 600 {path}")  # fmt: skip
    return Found(SecretStr(secret))


def from_environment(name: str, environ: Mapping[str, str]) -> Found | Missing:
    """Read a variable."""
    secret = environ.get(name, "")
    if not secret:
        return Missing(f"names a variable of the environment that is not set: {name}")
    return Found(SecretStr(secret))


def from_credential(name: str, environ: Mapping[str, str]) -> Found | Missing:
    """Read a credential that systemd hands over (systemd.exec(5), LoadCredential=)."""
    folder = environ.get("CREDENTIALS_DIRECTORY", "")
    if not folder:
        return Missing(
            f"names a credential of systemd, but maild was not given any: {name}",
            "name its file as password_file as well, which is what is read outside of systemd; "
            f"in the unit: LoadCredential={name}:/etc/maild/{name}",
        )
    if "/" in name:
        return Missing(f"must be the bare name of a credential, not a path: {name}")
    if not (Path(folder) / name).exists():
        return Missing(f"names a credential that the unit does not load: {name}",
                       f"in the unit: LoadCredential={name}:/etc/maild/{name}")  # fmt: skip
    return from_file(Path(folder) / name)


def access_token(oauth: OAuth, seconds: float = 30.0) -> Found | Missing:
    """Fetch a fresh OAuth access token, from its file or from what its command prints."""
    if oauth.token_file:
        return from_file(oauth.token_file)
    command = oauth.token_command
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=seconds, check=False)
    except subprocess.TimeoutExpired:
        return Missing(f"took longer than {seconds:.0f} s: {command[0]}")
    except (OSError, UnicodeDecodeError) as error:
        return Missing(f"cannot be run: {command[0]} ({error})")
    token = done.stdout.strip()
    if done.returncode or not token:
        said = done.stderr.strip().splitlines()[-1:] or ["it printed no token"]
        return Missing(f"failed with exit code {done.returncode}: {command[0]} ({said[0]})")
    return Found(SecretStr(token))


def signing_key(path: Path) -> bytes:
    """Read the key that signs maild's tokens; make it, readable by its owner alone, where there is none.

    Two processes that start at once agree on one key: the file appears complete, and only once.
    """
    if not path.exists():
        fresh = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(handle, "w", encoding="ascii") as file:
                file.write(secrets.token_hex(SIGNING_KEY_BYTES) + "\n")
                file.flush()
                os.fsync(file.fileno())
            try:
                os.link(fresh, path)
            except FileExistsError:
                pass
        finally:
            fresh.unlink()
    return path.read_bytes().strip()
