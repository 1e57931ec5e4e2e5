"""One connection with its folder open: what maild asks of an IMAP server, and the servers' ways of answering."""

from __future__ import annotations

import imaplib
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress

from imapclient.response_parser import parse_response

from maild.edge.imap_account import MEGABYTE, ImapAccount, MailboxDown
from maild.edge.imap_reason import explain, refused
from maild.edge.imap_sign_in import sign_in
from maild.edge.imap_wire import Wire

TAKEN = "$MaildTaken"
"""The keyword on mails that are taken but cannot be moved away."""
HEADER_LIMIT = 256 * 1024
"""Octets of a header that are fetched of a mail over the size limit."""
TICK = 0.2
"""Seconds until a stop is noticed while idling."""
SET_LENGTH = 4000
"""Octets of a UID set: RFC 7162 section 4 lets servers refuse lines over 8192, and old ones bear less."""


class Connection:
    """Made by signing in and opening the folder; every method raises MailboxDown when the server cannot be had."""

    def __init__(self, account: ImapAccount):
        self.account = account
        self.uidvalidity = 0
        self.news = False
        """Something arrived since the last search began."""
        self._exists: bytes | None = None
        self._idles = True
        self._keywords = False
        self._client = sign_in(account)
        try:
            self._namespaces = self._ask_namespaces()
            self._open()
        except BaseException:
            self._wire.shutdown()
            raise

    @property
    def _wire(self) -> Wire:
        return self._client.wire

    def close(self) -> None:
        """Take leave if the server listens, and close in any case."""
        with suppress(Exception):
            self._wire.begin(hurry=True)
            self._client.logout()
        self._wire.shutdown()

    def interrupt(self) -> None:
        """Make whatever another thread does on this connection fail at once."""
        self._wire.interrupt()

    def can(self, capability: str) -> bool:
        return capability not in self.account.avoid and self._client.has_capability(capability)

    @property
    def idles(self) -> bool:
        return self._idles and self.can("IDLE")

    @property
    def moves(self) -> bool:
        """Mails can be brought to another folder, in one way or the other."""
        return self.can("MOVE") or self.can("UIDPLUS")

    def search(self) -> list[int]:
        """Give the UIDs of the mails that are neither taken nor deleted, oldest first."""
        with self._asking("looking for new mails"):
            self._client.noop()
        self.news = False
        with self._asking("looking for new mails"):
            lines = self._search("UNDELETED", "UNKEYWORD", TAKEN) if self._keywords else self._search("UNDELETED")
            if lines is None:
                lines = self._search("ALL") or []
            # The answer may come in several lines, and end with (MODSEQ n), RFC 7162 section 3.1.5.
            found = (line.partition(b"(")[0].split() for line in lines if line)
            return sorted({int(uid) for uids in found for uid in uids})

    def sizes(self, uids: Sequence[int]) -> dict[int, int]:
        """Give the octets of each mail that still exists."""
        found: dict[int, int] = {}
        for part in uid_sets(uids):
            with self._asking(f"looking at {len(uids)} mails"):
                for uid, answer in self._fetch(part, "(UID RFC822.SIZE)"):
                    size = answer.get(b"RFC822.SIZE")
                    if isinstance(size, int):
                        found[uid] = size
        return found

    def bodies(self, uids: Sequence[int], octets: int) -> dict[int, bytes]:
        """Fetch whole mails without marking them as read; `octets` is what they have together.

        A mail that vanished, or that the server does not give, is missing in the answer.
        """
        return self._sections(uids, "BODY.PEEK[]", octets)

    def headers(self, uids: Sequence[int]) -> dict[int, bytes]:
        """Fetch the headers alone, each up to HEADER_LIMIT."""
        return self._sections(uids, f"BODY.PEEK[HEADER]<0.{HEADER_LIMIT}>", len(uids) * HEADER_LIMIT)

    def put_away(self, uids: Iterable[int], folder: str) -> str:
        """Move mails to a folder, made where it is missing; give a complaint where they had to stay, else ""."""
        folder = place(folder, self._namespaces)
        complaint = ""
        for part in uid_sets(uids):
            with self._asking(f'moving mails to "{folder}"'):
                complaint = self._put_away(part, folder) or complaint
        return complaint

    def wait(self, seconds: float, stop: threading.Event) -> bool:
        """Idle until something arrives, `stop` is set or the time is over; False at once where the server refuses."""
        end = time.monotonic() + seconds
        with self._asking("beginning to wait for mails"):
            tag = self._wire.start_idle()
        if tag is None:
            self._idles = False
            return self.news
        with self._asking("waiting for mails", begin=False):
            while not (self.news or stop.is_set() or self._wire.answered(tag)):
                left = end - time.monotonic()
                if left <= 0:
                    break
                if self._wire.hear(min(TICK, left)):
                    self._notice()
        # A server that ends IDLE of its own accord would have us begin again and again.
        self._idles = not self._wire.answered(tag)
        with self._asking("ending to wait for mails", hurry=stop.is_set()):
            self._wire.end_idle(tag)
        return self.news

    def folders(self) -> list[str]:
        with self._asking("listing the folders"):
            return sorted(name for _, _, name in self._client.list_folders())

    @contextmanager
    def _asking(self, doing: str, octets: int = 0, *, begin: bool = True, hurry: bool = False) -> Iterator[None]:
        """Bound an exchange with the server, and turn whatever breaks it into MailboxDown."""
        try:
            self._notice()
            if begin:
                self._wire.begin(octets, hurry=hurry)
            yield
            self._notice()
        except Exception as error:
            self._wire.shutdown()
            if isinstance(error, MailboxDown):
                raise
            raise explain(error, self.account, doing) from error

    def _notice(self) -> None:
        """Read what the server said beside its answers."""
        said = self._wire.untagged_responses
        if said.pop("EXPUNGE", None):
            self._exists = None
        if exists := said.pop("EXISTS", None):
            # A server that repeats its number has no news, unless something went away in between.
            self.news = self.news or exists[-1] != self._exists
            self._exists = exists[-1]
        validity = said.pop("UIDVALIDITY", None)
        if validity and int(validity[-1]) != self.uidvalidity:
            raise MailboxDown(f'The folder "{self.account.folder}" was replaced by another of that name.')

    def _ask_namespaces(self) -> list[tuple[str, str]]:
        """Give the server's (prefix, separator) pairs, the personal one first."""
        found: list[tuple[str, str]] = []

        def ask() -> None:
            if self.can("NAMESPACE"):
                for kind in self._client.namespace():
                    found.extend((prefix, separator or "") for prefix, separator in kind or ())
            else:
                found.extend(("", (separator or b"").decode()) for _, separator, _ in self._client.list_folders("", ""))

        with self._asking("asking how folders are named"):
            refused(ask)
        return found

    def _open(self) -> None:
        folder = place(self.account.folder, self._namespaces)
        opened: dict[bytes, object] = {}
        with self._asking(f'opening the folder "{folder}"'):
            try:
                said = refused(lambda: opened.update(self._client.select_folder(folder)))
            except imaplib.IMAP4.readonly:
                raise MailboxDown(
                    f'In the folder "{folder}" {self.account.username} may only read; mails must be moved out of it.',
                    temporary=False,
                ) from None
            if not said:
                validity, unsticky = opened.get(b"UIDVALIDITY"), b"UIDNOTSTICKY" in opened
                if not isinstance(validity, int) or unsticky:
                    raise MailboxDown(
                        f"{self.account.where} gives mails no lasting numbers (UIDVALIDITY), so none could be told "
                        "from one already taken.",
                        temporary=False,
                    )
                self.uidvalidity = validity
                flags = opened.get(b"PERMANENTFLAGS", ())
                self._keywords = isinstance(flags, tuple) and bool({rb"\*", TAKEN.encode()} & set(flags))
        if said:
            existing = ", ".join(self.folders()[:30])
            raise MailboxDown(
                f'The folder "{folder}" cannot be opened ({said}). These exist: {existing}.', temporary=False
            )

    def _search(self, *criteria: str) -> list[bytes] | None:
        lines: list[bytes] = []

        def ask() -> None:
            typ, data = self._wire.uid("SEARCH", *criteria)
            if typ != "OK":
                raise imaplib.IMAP4.error(data[-1])
            lines.extend(data)

        return None if refused(ask) else lines

    def _sections(self, uids: Sequence[int], section: str, octets: int) -> dict[int, bytes]:
        """Give what each mail has; one that is given twice, and differently, is not believed either time."""
        found: dict[int, bytes] = {}
        doubtful: set[int] = set()
        for part in uid_sets(uids):
            with self._asking(f"fetching {len(uids)} mails", octets + MEGABYTE):
                for uid, answer in self._fetch(part, f"(UID {section})"):
                    for name, content in answer.items():
                        is_body = name.startswith(b"BODY[") and isinstance(content, bytes)
                        if is_body and found.setdefault(uid, content) != content:
                            doubtful.add(uid)
        return {uid: content for uid, content in found.items() if uid not in doubtful}

    def _fetch(self, uids: str, items: str) -> Iterator[tuple[int, dict[bytes, object]]]:
        """Give what the server says of each mail, by the UID it says itself.

        imapclient goes by the sequence number where the UID is missing, which may be another mail's UID.
        """
        typ, data = self._wire.uid("FETCH", uids, items)
        if typ != "OK":
            # RFC 2180 section 4.1.2: NO when some of the mails are gone, with the others given all the same.
            data = self._wire.untagged_responses.pop("FETCH", [None])
        flat = parse_response(data)
        for answer in flat[1::2]:
            # What stands alone at the end of an answer is the rest of a literal whose size was wrong.
            if isinstance(answer, tuple) and len(answer) % 2 == 0:
                named = {name.upper(): value for name, value in zip(answer[::2], answer[1::2], strict=False)}
                if isinstance(uid := named.get(b"UID"), int):
                    yield uid, named

    def _put_away(self, uids: str, folder: str) -> str:
        client = self._client
        if self.can("MOVE"):
            said = self._into(folder, client.move, uids)
        elif self.can("UIDPLUS"):
            said = self._into(folder, client.copy, uids)
            if not said:
                said = refused(client.add_flags, uids, rb"\Deleted", True) or refused(client.uid_expunge, uids)
                return said and f"Copied mails could not be removed from {self.account.folder}: {said}"
        elif not self._keywords:
            # Without UIDPLUS an EXPUNGE would also remove what other people have marked: it is left to them.
            said = self._into(folder, client.copy, uids) or refused(client.add_flags, uids, rb"\Deleted", True)
        else:
            return refused(client.add_flags, uids, TAKEN, True)
        if said and self._keywords:
            refused(client.add_flags, uids, TAKEN, True)
        return said and f'Mails stay in "{self.account.folder}", because "{folder}" does not take them: {said}'

    def _into(self, folder: str, bring: Callable[[str, str], object], uids: str) -> str:
        if said := refused(bring, uids, folder):
            # [TRYCREATE] is not said by all; if the folder exists, [ALREADYEXISTS] is all that comes of it.
            if not refused(self._client.create_folder, folder):
                refused(self._client.subscribe_folder, folder)
            said = refused(bring, uids, folder)
        return said


def place(folder: str, namespaces: Sequence[tuple[str, str]]) -> str:
    """Put a folder's name, "/" between its levels, into a server's own form.

    Courier and Cyrus want everything below "INBOX." and separate by "." (RFC 2342).
    """
    if folder.upper() == "INBOX" or any(prefix and folder.startswith(prefix) for prefix, _ in namespaces):
        return folder
    prefix, separator = namespaces[0] if namespaces else ("", "")
    return prefix + (folder.replace("/", separator) if separator else folder)


def uid_sets(uids: Iterable[int], longest: int = SET_LENGTH) -> Iterator[str]:
    """Write UIDs as sequence sets (RFC 9051 section 9), runs as ranges, none longer than `longest`."""
    line = ""
    for first, last in _runs(sorted(set(uids))):
        item = str(first) if first == last else f"{first}:{last}"
        if line and len(line) + 1 + len(item) > longest:
            yield line
            line = ""
        line = f"{line},{item}" if line else item
    if line:
        yield line


def _runs(numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
    start = 0
    for i, number in enumerate(numbers):
        if i + 1 == len(numbers) or numbers[i + 1] != number + 1:
            yield numbers[start], number
            start = i + 1
