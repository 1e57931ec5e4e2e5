"""A private Postfix on loopback: its own configuration, queue and certificate, and never the system's service."""

from __future__ import annotations

import grp
import os
import pwd
import shutil
import signal
import socket
import socketserver
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

from tests.live.ear import Ear
from tests.live.programs import free_port, needs

MAIN = """
compatibility_level = 3.6
queue_directory = {base}/queue
data_directory = {base}/data
maillog_file = /dev/stdout
mail_owner = postfix
setgid_group = postdrop
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mx.test.example
mynetworks = 127.0.0.0/8
mydestination =
alias_maps =
alias_database =
local_recipient_maps =
disable_dns_lookups = yes
smtpd_peername_lookup = no
smtpd_reject_unlisted_recipient = no
smtpd_client_connection_count_limit = 0
smtpd_recipient_restrictions = check_recipient_access regexp:{base}/recipients, permit_mynetworks, reject
smtpd_restriction_classes = greylist
greylist = check_policy_service inet:127.0.0.1:{policy_port}
smtpd_tls_security_level = may
smtpd_tls_chain_files = {base}/server.pem
message_size_limit = 1000000
virtual_mailbox_domains = static:all
virtual_mailbox_maps = static:all/
virtual_mailbox_base = {base}/mail
virtual_mailbox_limit = 0
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
virtual_transport = {transport}
transport_maps = regexp:{base}/transports
minimal_backoff_time = 5s
queue_run_delay = 5s
"""

RECIPIENTS = """
/^unknown@/     550 5.1.1 User unknown
/^refused@/     550 5.7.1 Not today
/^busy@/        450 4.2.1 Mailbox busy
/^shutdown@/    421 4.3.2 Service shutting down
/@abroad\\./     554 5.7.1 Relay access denied
/^greylisted@/  greylist
"""
"""What the server answers to RCPT; every other address is taken."""

TRANSPORTS = """
/^bounced@/     error:5.1.1 this mailbox has been taken away
/^full@/        error:5.2.2 this mailbox is full
"""
"""What is taken at first and comes back to its sender as a real delivery report."""

MASTER = """
127.0.0.1:{port} inet n - n - - smtpd
127.0.0.1:{tls_port} inet n - n - - smtpd -o smtpd_tls_wrappermode=yes
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""

DIRECTORIES = {
    "active": 0o700, "bounce": 0o700, "corrupt": 0o700, "defer": 0o700, "deferred": 0o700, "flush": 0o700,
    "hold": 0o700, "incoming": 0o700, "private": 0o700, "saved": 0o700, "trace": 0o700, "maildrop": 0o730,
    "public": 0o710,
}  # fmt: skip
"""Of its queue."""

Received = tuple[str, list[str], bytes]


UP = "daemon started"
"""What it says once it listens."""


class Postfix:
    """Start it, look at what it has taken, kill it; `stop` removes everything again.

    Every address exists but those of RECIPIENTS; those of TRANSPORTS bounce after they were taken; `greylisted@` is
    taken at the second attempt. With `keep=False` what was taken is thrown away, which is faster.
    """

    host = "127.0.0.1"

    def __init__(self, keep: bool = True) -> None:
        self.port = 0
        """Plain text and STARTTLS."""
        self.tls_port = 0
        self.base = Path()
        self._keep = keep
        self._server: subprocess.Popen[str] | None = None
        self._ear = Ear()
        self._greylist: _Greylist | None = None

    @property
    def ca_file(self) -> str:
        """The authority that signed the server's certificate, which is for localhost and 127.0.0.1."""
        return str(self.base / "ca.pem")

    def start(self, directory: Path | None = None) -> Postfix:
        """Start the server, or start it again on the same ports and queue; `directory` must be open to other users."""
        if self.base.name:
            self._launch()
            return self
        self._settle(directory)
        for attempt in range(3):
            self.port, self.tls_port = free_port(), free_port()
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
        if self._greylist:
            self._greylist.stop()
            self._greylist = None
        if self.base.name:
            shutil.rmtree(self.base, ignore_errors=True)
            self.base = Path()

    def kill(self, sign: signal.Signals = signal.SIGKILL) -> None:
        """End the server and everything it forked."""
        server, self._server = self._server, None
        if server is None:
            return
        os.killpg(server.pid, sign)
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait(10)

    def received(self, at_least: int = 0, seconds: float = 20) -> list[Received]:
        """Give (envelope sender, recipients, octets) of all mails in their order, after waiting for so many."""
        if not self._ear.wait_for(lambda: len(self._files()) >= at_least, seconds):
            raise TimeoutError(f"{len(self._files())} mails of {at_least} arrived:\n{self.log()[-3000:]}")
        return [_as_received(path.read_bytes()) for path in self._files()]

    def clear(self) -> None:
        """Forget what was received, and who was put off once; what is on its way, such as a bounce, comes first."""
        self._ear.wait_for(lambda: not self._on_its_way(), 10)
        self._greylist.seen.clear()
        for path in (self.base / "mail" / "all" / "new").glob("*"):
            path.unlink()

    def log(self) -> str:
        return self._ear.text

    def _on_its_way(self) -> list[Path]:
        queues = (self.base / "queue" / name for name in ("maildrop", "incoming", "active"))
        return [path for queue in queues for path in queue.rglob("*") if path.is_file()]

    def _files(self) -> list[Path]:
        return sorted((self.base / "mail" / "all" / "new").glob("*"), key=lambda path: path.stat().st_mtime_ns)

    def _settle(self, directory: Path | None) -> None:
        self.base = Path(tempfile.mkdtemp(prefix="postfix-", dir=directory))
        self.base.chmod(0o755)
        owner, drop = pwd.getpwnam("postfix"), grp.getgrnam("postdrop").gr_gid
        for name in ("queue", "data", "mail", "queue/pid"):
            (self.base / name).mkdir()
        for name, mode in DIRECTORIES.items():
            place = self.base / "queue" / name
            place.mkdir()
            os.chown(place, owner.pw_uid, drop if name in ("maildrop", "public") else 0)
            place.chmod(mode)
        os.chown(self.base / "data", owner.pw_uid, owner.pw_gid)
        os.chown(self.base / "mail", *_mail_owner())
        (self.base / "recipients").write_text(RECIPIENTS)
        (self.base / "transports").write_text(TRANSPORTS)
        authority = trustme.CA()
        authority.cert_pem.write_to_path(self.ca_file)
        authority.issue_cert("localhost", "127.0.0.1").private_key_and_cert_chain_pem.write_to_path(
            str(self.base / "server.pem")
        )
        self._greylist = _Greylist()

    def _configure(self) -> None:
        uid, gid = _mail_owner()
        (self.base / "main.cf").write_text(
            MAIN.format(
                base=self.base,
                policy_port=self._greylist.port,
                uid=uid,
                gid=gid,
                transport="virtual" if self._keep else "discard",
            )
        )
        (self.base / "master.cf").write_text(MASTER.format(port=self.port, tls_port=self.tls_port))

    def _launch(self) -> None:
        postconf = needs("postconf", "postfix")
        daemons = subprocess.check_output([postconf, "-d", "-h", "daemon_directory"], text=True).strip()
        starts = self.log().count(UP)
        self._server = subprocess.Popen(
            [f"{daemons}/master", "-c", str(self.base), "-s"],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        )
        self._ear.listen(self._server.stdout)
        if not (self._ear.hears(UP, 20, times=starts + 1) and greets(self.port)):
            self.kill()
            raise RuntimeError(f"Postfix does not start: {self.log()[-2000:]}")


class _Greylist:
    """A policy service (Postfix's SMTPD_POLICY_README) that puts everybody off once."""

    def __init__(self) -> None:
        self.seen: set[tuple[str, str]] = set()
        seen = self.seen

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                asked: dict[str, str] = {}
                for line in self.rfile:
                    name, _, value = line.decode().strip().partition("=")
                    if name:
                        asked[name] = value
                        continue
                    who = (asked["sender"], asked["recipient"])
                    action = "dunno" if who in seen else "450 4.2.0 Greylisted, come back later"
                    seen.add(who)
                    self.wfile.write(f"action={action}\n\n".encode())

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = True

        self._server = Server(("127.0.0.1", 0), Handler)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def _as_received(raw: bytes) -> Received:
    """Take the envelope from what virtual(8) put on top: Return-Path, X-Original-To, Delivered-To."""
    envelope: dict[str, str] = {}
    while raw.startswith((b"Return-Path:", b"X-Original-To:", b"Delivered-To:")):
        line, _, raw = raw.partition(b"\n")
        name, _, value = line.decode().partition(": ")
        envelope.setdefault(name, value.strip("<>"))
    return envelope["Return-Path"], [envelope["Delivered-To"]], raw.replace(b"\n", b"\r\n")


def _mail_owner() -> tuple[int, int]:
    return pwd.getpwnam("nobody").pw_uid, grp.getgrnam("nogroup").gr_gid


def greets(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), 20) as connection:
            return connection.recv(4) == b"220 "
    except OSError:
        return False


@pytest.fixture(scope="session")
def postfix() -> Iterator[Postfix]:
    """A running Postfix that keeps what it takes."""
    needs("postconf", "postfix")
    if os.geteuid() != 0:
        say = pytest.fail if os.environ.get("CI") else pytest.skip
        say("Postfix runs only where root starts it")
    server = Postfix()
    try:
        yield server.start()
    finally:
        server.stop()
