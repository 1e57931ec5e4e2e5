"""A private Dovecot on loopback: its own configuration, directories and certificate, and never the system's service."""

from __future__ import annotations

import contextlib
import grp
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
import trustme

from tests.live.ear import Ear
from tests.live.programs import free_port, needs

CONFIGURATION = """
base_dir = {base}/run
state_dir = {base}/run
log_path = /dev/stderr
protocols = imap
listen = 127.0.0.1
default_internal_user = {internal}
default_internal_group = {internal_group}
default_login_user = {login}
first_valid_uid = 1
last_valid_uid = 0
ssl = yes
ssl_cert = <{base}/server.pem
ssl_key = <{base}/server.key
auth_mechanisms = plain login
auth_failure_delay = 0
mail_location = maildir:~/Maildir
mail_max_userip_connections = 50
mailbox_idle_check_interval = 2 secs
imap_id_retain = no

passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {base}/users/%u
}}
userdb {{
  driver = passwd-file
  args = username_format=%u {base}/users/%u
  default_fields = uid={uid} gid={gid} home={mail}/%u
}}
namespace inbox {{
  inbox = yes
  separator = /
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service imap-login {{
  chroot =
  service_count = 0
  process_min_avail = 1
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
  }}
}}
service stats {{
  chroot =
}}
"""


UP = "starting up for imap"
"""What it says once it listens."""


class Dovecot:
    """Start it, give it users and mails, look into its folders, kill it; `stop` removes everything again."""

    host = "127.0.0.1"

    def __init__(self, more: str = "") -> None:
        """Make one that is not started yet; `more` are further lines of its configuration."""
        self._more = more
        self.port = 0
        """Plain text and STARTTLS."""
        self.tls_port = 0
        self.base = Path()
        self.mail = Path()
        self._server: subprocess.Popen[str] | None = None
        self._ear = Ear()
        self._numbers = count(1)
        self._delivery = threading.Lock()

    @property
    def ca_file(self) -> str:
        """The authority that signed the server's certificate, which is for localhost and 127.0.0.1."""
        return str(self.base / "ca.pem")

    def start(self, directory: Path | None = None) -> Dovecot:
        """Start the server, or start it again on the same ports and mails; `directory` must be open to other users."""
        if self.base.name:
            self._launch()
            return self
        self._settle(directory)
        for attempt in range(3):
            self._configure()
            try:
                self._launch()
                break
            except RuntimeError:  # another process took a port in between
                if attempt == 2:
                    raise
        return self

    def stop(self) -> None:
        self.kill(signal.SIGTERM)
        if self.base.name:
            shutil.rmtree(self.base, ignore_errors=True)
            self.base = Path()

    def kill(self, sign: signal.Signals = signal.SIGKILL) -> None:
        """End the server and everything it forked, at once and without a farewell."""
        server, self._server = self._server, None
        if server is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(server.pid, sign)
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait(10)

    def new_user(self, password: str = "secret", *, prefix: str = "", separator: str = "/") -> tuple[str, str]:
        """Make a user with an empty mailbox; `prefix` and `separator` are those of its namespace ("INBOX." and ".")."""
        name = f"user{next(self._numbers)}@example.com"
        extra = f"userdb_namespace/inbox/separator={separator}"
        if prefix:
            extra += f" userdb_namespace/inbox/prefix={prefix}"
        # A file for each: Dovecot looks for changes in a file only once a second.
        (self.base / "users" / name).write_text(f"{name}:{password}::::::{extra}\n", encoding="utf-8")
        home = self.mail / name
        for part in ("", "Maildir", "Maildir/tmp", "Maildir/new", "Maildir/cur"):
            (home / part).mkdir()
            self._give_away(home / part)
        return name, password

    def deliver(self, user: str, raw: bytes, folder: str = "INBOX") -> None:
        """Put a mail into a folder as a delivery agent does: written aside, then renamed into place."""
        place = self._maildir(user, folder)
        with self._delivery:
            name = f"{time.time_ns()}.{next(self._numbers)}.test"
        (place / "tmp" / name).write_bytes(raw)
        self._give_away(place / "tmp" / name)
        (place / "tmp" / name).rename(place / "new" / name)

    def forget(self, user: str, uidvalidity: int = 0) -> None:
        """Let the server, while it is down, forget all it noted of a mailbox: it numbers mails from 1 once more.

        Args:
            uidvalidity: as after a restore of an older copy, where it is the old one; 0 gives another one.
        """
        home = self.mail / user / "Maildir"
        for file in home.rglob("dovecot*"):
            file.unlink()
        # Left to itself it takes the time in seconds, which may still be the same.
        validity = uidvalidity or int(time.time()) + 1000
        (home / "dovecot-uidlist").write_text(f"3 V{validity} N1 G{'0' * 31}1\n")
        self._give_away(home / "dovecot-uidlist")

    def folder(self, user: str, name: str = "INBOX") -> list[bytes]:
        """Read every mail of a folder (named as on the wire, with "." between levels), oldest first."""
        return [path.read_bytes() for path in self._files(user, name)]

    def flags(self, user: str, name: str = "INBOX") -> list[str]:
        """Give each mail's Maildir flags: "S" is seen, "T" is deleted, "a" to "z" are keywords."""
        return [path.name.partition(":2,")[2] for path in self._files(user, name)]

    def log(self) -> str:
        return self._ear.text

    def _files(self, user: str, name: str) -> list[Path]:
        """Sort by UID; what Dovecot has not seen yet comes last, by its time of delivery."""
        place = self._maildir(user, name)
        order: dict[str, int] = {}
        if (place / "dovecot-uidlist").exists():
            for line in (place / "dovecot-uidlist").read_text().splitlines()[1:]:
                uid, _, file = line.partition(" :")
                order[file.partition(":2,")[0]] = int(uid.split()[0])
        files = [*(place / "new").glob("*"), *(place / "cur").glob("*")]
        return sorted(files, key=lambda path: (order.get(path.name.partition(":2,")[0], 2**32), path.name))

    def _maildir(self, user: str, folder: str) -> Path:
        home = self.mail / user / "Maildir"
        return home if folder == "INBOX" else home / f".{folder}"

    def _settle(self, directory: Path | None) -> None:
        # Unix sockets bear about 100 characters of path, and Dovecot's users must reach it: pytest's own do not do.
        self.base = Path(tempfile.mkdtemp(prefix="dovecot-", dir=directory))
        self.base.chmod(0o755)
        self.mail = self.base / "mail"
        self.mail.mkdir()
        self._give_away(self.mail)
        (self.base / "users").mkdir()
        authority = trustme.CA()
        certificate = authority.issue_cert("localhost", "127.0.0.1")
        authority.cert_pem.write_to_path(self.ca_file)
        certificate.private_key_pem.write_to_path(self.base / "server.key")
        for number, pem in enumerate(certificate.cert_chain_pems):
            pem.write_to_path(self.base / "server.pem", append=number > 0)

    def _give_away(self, path: Path) -> None:
        if os.geteuid() == 0:
            os.chown(path, *self._owner())

    @staticmethod
    def _owner() -> tuple[int, int]:
        """Name who reads the mails: Dovecot never lets root."""
        if os.geteuid() == 0:
            return pwd.getpwnam("nobody").pw_uid, grp.getgrnam("nogroup").gr_gid
        return os.geteuid(), os.getegid()

    def _configure(self) -> None:
        self.port, self.tls_port = free_port(), free_port()
        uid, gid = self._owner()
        root = os.geteuid() == 0
        me, mine = pwd.getpwuid(os.geteuid()).pw_name, grp.getgrgid(os.getegid()).gr_name
        (self.base / "dovecot.conf").write_text(
            CONFIGURATION.format(
                base=self.base,
                mail=self.mail,
                internal="dovecot" if root else me,
                internal_group="dovecot" if root else mine,
                login="dovenull" if root else me,
                uid=uid,
                gid=gid,
                port=self.port,
                tls_port=self.tls_port,
            )
            + self._more
        )

    def _launch(self) -> None:
        starts = self.log().count(UP)
        self._server = subprocess.Popen(
            [needs("dovecot", "dovecot-imapd"), "-F", "-c", str(self.base / "dovecot.conf")],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            start_new_session=True,
        )
        self._ear.listen(self._server.stderr)
        if not (self._ear.hears(UP, 20, times=starts + 1) and greets(self.port)):
            self.kill()
            raise RuntimeError(f"Dovecot does not start: {self.log()[-2000:]}")


def greets(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), 20) as connection:
            return connection.recv(4) == b"* OK"
    except OSError:
        return False


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Dovecot]:
    """A running Dovecot; every test makes itself a fresh user."""
    server = Dovecot()
    try:
        yield server.start()
    finally:
        server.stop()
