"""A small IMAP server in a thread, for what real servers seldom do: falling silent, lying, forgetting, taking leave."""

from __future__ import annotations

import base64
import re
import socket
import ssl
import threading
from collections.abc import Callable

USUAL = "IMAP4rev1 IDLE UIDPLUS MOVE NAMESPACE ID AUTH=PLAIN"

Odd = Callable[["Session", str, str], None]
"""Answers one command in its own way: session, tag, arguments."""


class FakeImap:
    """Serves `mails` as UIDs 1, 2 ...; `odd` replaces the answer to a command, named as on the wire ("UID FETCH")."""

    def __init__(self, *mails: bytes, offers: str = USUAL, trust: ssl.SSLContext | None = None, implicit: bool = False):
        self.folders: dict[str, dict[int, bytes]] = {"INBOX": dict(enumerate(mails, 1))}
        self.flags: dict[int, set[str]] = {}
        self.offers = offers
        self.uidvalidity = 7
        self.permanent = r"\Deleted \Seen \*"
        self.greeting = "* OK ready"
        self.namespace = '(("" "/")) NIL NIL'
        self.said: list[str] = []
        """Every line that clients sent."""
        self.odd: dict[str, Odd] = {}
        self.sessions: list[Session] = []
        self.over = threading.Event()
        self.trust, self.implicit = trust, implicit
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]

    def __enter__(self) -> FakeImap:
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self._listener.close()
        for session in self.sessions:
            session.hang_up()

    def commands(self, name: str) -> list[str]:
        """Give the arguments of every command of this name."""
        found = (re.match(rf"\S+ {name}(?: (.*))?$", line, re.I) for line in self.said)
        return [match[1] or "" for match in found if match]

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            session = Session(self, connection)
            self.sessions.append(session)
            threading.Thread(target=session.run, daemon=True).start()


class Session:
    """One client's connection."""

    def __init__(self, server: FakeImap, connection: socket.socket):
        self.server = server
        self.connection = connection
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.selected = "INBOX"
        self.idle_tag = ""
        self.idling = threading.Event()
        self._file = connection.makefile("rb")

    @property
    def mails(self) -> dict[int, bytes]:
        return self.server.folders[self.selected]

    def run(self) -> None:
        try:
            if self.server.implicit:
                self.encrypt()
            self.say(self.server.greeting)
            while line := self._file.readline():
                self.obey(line.decode("utf-8", "replace").rstrip("\r\n"))
        except OSError:
            pass
        finally:
            self.hang_up()

    def obey(self, line: str) -> None:
        self.server.said.append(line)
        if line == "DONE":
            self.idling.clear()
            return self.say(f"{self.idle_tag} OK done")
        tag, _, rest = line.partition(" ")
        name, _, rest = rest.partition(" ")
        if name.upper() == "UID":
            second, _, rest = rest.partition(" ")
            name = f"UID {second}"
        name = name.upper()
        ordinary = getattr(self, "do_" + name.lower().replace(" ", "_"), None)
        if odd := self.server.odd.get(name):
            return odd(self, tag, rest)
        return ordinary(tag, rest) if ordinary else self.say(f"{tag} BAD unknown command")

    def say(self, *lines: str | bytes) -> None:
        """Send whole lines in one packet."""
        self.send(b"".join((line.encode() if isinstance(line, str) else line) + b"\r\n" for line in lines))

    def send(self, data: bytes) -> None:
        self.connection.sendall(data)

    def ask(self, prompt: str = "") -> str:
        """Send a continuation request and give the client's line."""
        self.say(f"+ {prompt}")
        line = self._file.readline().decode().rstrip("\r\n")
        self.server.said.append(line)
        return line

    def hang_up(self) -> None:
        try:
            socket.socket.shutdown(self.connection, socket.SHUT_RDWR)
        except OSError:
            pass
        self.connection.close()

    def encrypt(self) -> None:
        assert self.server.trust is not None
        self.connection = self.server.trust.wrap_socket(self.connection, server_side=True)
        self._file = self.connection.makefile("rb")

    def uids(self, numbers: str) -> list[int]:
        """Give the UIDs of a sequence set that exist."""
        wanted: set[int] = set()
        for item in numbers.split(","):
            first, _, last = item.partition(":")
            wanted.update(range(int(first), int(last or first) + 1))
        return [uid for uid in self.mails if uid in wanted]

    def do_capability(self, tag: str, _: str) -> None:
        self.say(f"* CAPABILITY {self.server.offers}", f"{tag} OK done")

    def do_starttls(self, tag: str, _: str) -> None:
        self.say(f"{tag} OK go ahead")
        self.encrypt()

    def do_login(self, tag: str, _: str) -> None:
        self.say(f"{tag} OK welcome")

    def do_authenticate(self, tag: str, _: str) -> None:
        base64.b64decode(self.ask(), validate=True)
        self.say(f"{tag} OK welcome")

    def do_id(self, tag: str, _: str) -> None:
        self.say('* ID ("name" "fake")', f"{tag} OK done")

    def do_namespace(self, tag: str, _: str) -> None:
        self.say(f"* NAMESPACE {self.server.namespace}", f"{tag} OK done")

    def do_list(self, tag: str, _: str) -> None:
        self.say(*[f'* LIST () "/" "{name}"' for name in self.server.folders], f"{tag} OK done")

    def do_select(self, tag: str, name: str) -> None:
        name = name.strip('"')
        if name not in self.server.folders:
            return self.say(f"{tag} NO [NONEXISTENT] no such folder")
        self.selected = name
        return self.say(
            f"* {len(self.mails)} EXISTS",
            f"* OK [UIDVALIDITY {self.server.uidvalidity}]",
            f"* OK [PERMANENTFLAGS ({self.server.permanent})]",
            f"{tag} OK [READ-WRITE]",
        )

    def do_noop(self, tag: str, _: str) -> None:
        self.say(f"{tag} OK done")

    def do_uid_search(self, tag: str, criteria: str) -> None:
        without = {
            name for word, name in {"UNDELETED": r"\Deleted", "UNKEYWORD": "$MaildTaken"}.items() if word in criteria
        }
        found = [uid for uid in self.mails if not self.server.flags.get(uid, set()) & without]
        self.say("* SEARCH" + "".join(f" {uid}" for uid in found), f"{tag} OK done")

    def do_uid_fetch(self, tag: str, rest: str) -> None:
        numbers, _, items = rest.partition(" ")
        for seq, uid in enumerate(self.mails, 1):
            if uid in self.uids(numbers):
                self.give(seq, uid, items)
        self.say(f"{tag} OK done")

    def give(self, seq: int, uid: int, items: str) -> None:
        raw = self.mails[uid]
        if "RFC822.SIZE" in items:
            self.say(f"* {seq} FETCH (UID {uid} RFC822.SIZE {len(raw)})")
        elif "HEADER" in items:
            self.literal(f"* {seq} FETCH (UID {uid} BODY[HEADER]<0>", raw.partition(b"\r\n\r\n")[0] + b"\r\n\r\n")
        else:
            self.literal(f"* {seq} FETCH (UID {uid} BODY[]", raw)

    def literal(self, start: str, content: bytes) -> None:
        self.send(f"{start} {{{len(content)}}}\r\n".encode() + content + b")\r\n")

    def do_uid_store(self, tag: str, rest: str) -> None:
        numbers, _, flags = rest.split(" ", 2)
        for uid in self.uids(numbers):
            self.server.flags.setdefault(uid, set()).update(flags.strip("()").split())
        self.say(f"{tag} OK done")

    def do_uid_move(self, tag: str, rest: str) -> None:
        if self._copy(tag, rest):
            self._expunge(self.uids(rest.split()[0]))
            self.say("* 3 FETCH (FLAGS (\\Seen))", f"{tag} OK [COPYUID 9 1 1] moved")

    def do_uid_copy(self, tag: str, rest: str) -> None:
        if self._copy(tag, rest):
            self.say(f"{tag} OK copied")

    def do_uid_expunge(self, tag: str, numbers: str) -> None:
        self._expunge([uid for uid in self.uids(numbers) if r"\Deleted" in self.server.flags.get(uid, ())])
        self.say(f"{tag} OK done")

    def do_create(self, tag: str, name: str) -> None:
        if name.strip('"') in self.server.folders:
            return self.say(f"{tag} NO [ALREADYEXISTS] it is there")
        self.server.folders[name.strip('"')] = {}
        return self.say(f"{tag} OK done")

    def do_subscribe(self, tag: str, _: str) -> None:
        self.say(f"{tag} OK done")

    def do_idle(self, tag: str, _: str) -> None:
        self.idle_tag = tag
        self.say("+ idling")
        self.idling.set()

    def do_logout(self, tag: str, _: str) -> None:
        self.say("* BYE", f"{tag} OK done")
        self.hang_up()

    def _copy(self, tag: str, rest: str) -> bool:
        numbers, _, name = rest.partition(" ")
        folder = self.server.folders.get(name.strip('"'))
        if folder is None:
            self.say(f"{tag} NO [TRYCREATE] no such folder")
            return False
        for uid in self.uids(numbers):
            folder[len(folder) + 1] = self.mails[uid]
        return True

    def _expunge(self, uids: list[int]) -> None:
        for uid in uids:
            self.say(f"* {list(self.mails).index(uid) + 1} EXPUNGE")
            del self.mails[uid]
