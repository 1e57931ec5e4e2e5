"""What happens, in a postmaster's words: one function per fact, the mail, notice or mailbox first."""

from __future__ import annotations

import json
import traceback
import unicodedata
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, TextIO

import structlog
from structlog.typing import EventDict

LEVELS = {"debug": 10, "info": 20, "warning": 30, "error": 40}


def open_log(
    stream: TextIO,
    form: str | None = None,
    level: str = "info",
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Log:
    """Tell the facts to a stream: as text to a person at a terminal, else as JSON lines; `form` says it outright."""
    form = form or ("text" if stream.isatty() else "json")

    def stamped(_: object, severity: str, event: EventDict) -> EventDict:
        return {"at": clock(), "level": severity, **event}

    return Log(
        structlog.wrap_logger(
            _Lines(stream),
            processors=[stamped, _as_text if form == "text" else _as_json],
            wrapper_class=structlog.make_filtering_bound_logger(LEVELS[level]),
        )
    )


class Log:
    """The facts that are worth a line; handed to whoever has one to tell."""

    def __init__(self, logger: Any) -> None:
        self._logger = logger

    # The process

    def started(self, mailboxes: Sequence[str]) -> None:
        self._info("started", f"maild reads {', '.join(mailboxes)}", mailboxes=list(mailboxes))

    def stopping(self) -> None:
        self._info("stopping", "maild finishes what it has begun")

    def stopped(self) -> None:
        self._info("stopped", "maild has stopped")

    def bug(self, where: str, error: BaseException) -> None:
        """Our own code failed: the one line that carries a traceback."""
        trace = "".join(traceback.format_exception(error))
        sentence = f"{where}: a mistake in maild itself ({type(error).__name__}: {error})"
        self._logger.error("bug", sentence=sentence, where=where, traceback=trace)

    # The outside

    def connected(self, server: str) -> None:
        self._info("connected", f"{server}: connected", server=server)

    def reconnecting(self, server: str, why: str, since: datetime | None = None) -> None:
        """Something outside is down; `since` where that was told before."""
        lasting = f", as it has since {_clock_time(since)}" if since else ""
        told = f"{server}: {why.removesuffix('.')}; maild goes on trying{lasting}"
        self._warning("reconnecting", told, server=server, reason=why, since=since)

    def back(self, server: str, since: datetime, lasted: timedelta) -> None:
        """What was down can be had again."""
        told = f"{server}: works again, after {_length(lasted)}"
        self._info("back", told, server=server, since=since, seconds=round(lasted.total_seconds()))

    def waiting(self, mailbox: str) -> None:
        """Another process takes this mailbox's mails."""
        told = f"{mailbox}: another maild reads it; this one takes over when that one stops, or 90 s after it died"
        self._info("waiting", told, mailbox=mailbox)

    def trouble(self, where: str, what: str) -> None:
        """Something a person should know, though the work goes on."""
        self._warning("trouble", f"{where}: {what}", where=where, reason=what)

    # A file an admin edits

    def file_taken(self, file: str, gone: bool = False) -> None:
        told = "it is gone, and nobody is shown it any more" if gone else "the new version is sound and in force"
        self._info("file_taken", f"{file}: {told}", file=file)

    def file_refused(self, file: str, problems: Sequence[str]) -> None:
        """A new version is not sound; the daemon goes on with the old one."""
        told = f"{file}: {_many(len(problems), 'problem')} in the new version, the old one goes on: {problems[0]}"
        self._warning("file_refused", told, file=file, problems=list(problems))

    # A mail that came

    def taken(self, mailbox: str, count: int) -> None:
        self._info("taken", f"{mailbox}: {_many(count, 'mail')} taken", mailbox=mailbox, count=count)

    def outcome(self, mail: int, outcome: str, reason: str, ticket: int | None = None) -> None:
        """Tell what became of a mail, by the name of its outcome; "retry" where it is to be tried again."""
        tell = {
            "opened": self.opened,
            "followed_up": self.followed_up,
            "commanded": self.commanded,
            "bounced": self.bounced,
            "held": self.held,
            "retry": self.retried,
        }.get(outcome)
        if tell:
            tell(mail, reason, ticket)
        else:
            self.put_aside(mail, outcome, reason, ticket)

    def opened(self, mail: int, reason: str, ticket: int | None) -> None:
        self._mail("opened", mail, f"opened ticket {ticket}", reason, ticket)

    def followed_up(self, mail: int, reason: str, ticket: int | None) -> None:
        self._mail("followed_up", mail, f"follows up ticket {ticket}", reason, ticket)

    def commanded(self, mail: int, reason: str, ticket: int | None) -> None:
        self._mail("commanded", mail, f"gives a command on ticket {ticket}", reason, ticket)

    def bounced(self, mail: int, reason: str, ticket: int | None) -> None:
        self._mail("bounced", mail, "brings a notice back", reason, ticket)

    def put_aside(self, mail: int, outcome: str, reason: str, ticket: int | None) -> None:
        """A mail that asks nothing of anybody: auto_reply, loop, duplicate, spam, ignored."""
        what = {
            "auto_reply": "is an automatic reply",
            "loop": "is our own mail coming back",
            "duplicate": "was taken before",
            "spam": "is spam",
            "ignored": "is ignored",
        }.get(outcome, f"is {outcome}")
        self._mail(outcome, mail, what, reason, ticket)

    def held(self, mail: int, reason: str, ticket: int | None = None) -> None:
        sentence = f"mail {mail} is held for a person: {reason}"
        self._warning("held", sentence, mail=mail, ticket=ticket, reason=reason)

    def retried(self, mail: int, reason: str, ticket: int | None = None) -> None:
        sentence = f"mail {mail} will be tried again: {reason}"
        self._warning("retry", sentence, mail=mail, ticket=ticket, reason=reason)

    # A notice that goes

    def sent(self, notice: int, name: str, to: str, ticket: int | None, reply: str) -> None:
        self._notice("info", "sent", notice, name, to, ticket, f"sent: {reply}", reply=reply)

    def unrecorded(self, notices: Sequence[int]) -> None:
        """Notices went out and the database could not be told, so that the next start sends them once more."""
        ids = ", ".join(map(str, notices))
        told = f"what became of {_many(len(notices), 'notice')} could not be written down, so they go out again: {ids}"
        self._warning("unrecorded", told, notices=list(notices))

    def deferred(self, notice: int, name: str, to: str, ticket: int | None, reply: str, next_at: datetime) -> None:
        told = f"not taken yet, once more at {_clock_time(next_at)}: {reply}"
        self._notice("warning", "deferred", notice, name, to, ticket, told, reply=reply, next_at=next_at)

    def failed(self, notice: int, name: str, to: str, ticket: int | None, reply: str) -> None:
        self._notice("error", "failed", notice, name, to, ticket, f"given up: {reply}", reply=reply)

    def withheld(self, notice: int, name: str, to: str, ticket: int | None, reason: str) -> None:
        self._notice("info", "withheld", notice, name, to, ticket, f"not sent: {reason}", reason=reason)

    def overdue(self, notice: int, name: str, to: str, ticket: int | None, due_at: datetime) -> None:
        """A promise is broken: the alarm."""
        told = f"still unsent, promised by {_clock_time(due_at)}"
        self._notice("error", "overdue", notice, name, to, ticket, told, due_at=due_at)

    # What time brings about

    def fired(self, ticket: int, timer: str, what: str) -> None:
        self._info("fired", f"ticket {ticket}: {what}", ticket=ticket, timer=timer)

    # How a fact becomes a line

    def _info(self, fact: str, sentence: str, **about: Any) -> None:
        self._logger.info(fact, sentence=sentence, **about)

    def _warning(self, fact: str, sentence: str, **about: Any) -> None:
        self._logger.warning(fact, sentence=sentence, **about)

    def _mail(self, fact: str, mail: int, what: str, reason: str, ticket: int | None) -> None:
        self._info(fact, f"mail {mail} {what}: {reason}", mail=mail, ticket=ticket, reason=reason)

    def _notice(
        self, level: str, fact: str, notice: int, name: str, to: str, ticket: int | None, told: str, **about: Any
    ) -> None:
        of = f" of ticket {ticket}" if ticket else ""
        sentence = f"notice {notice} ({name}{of} to {to}) {told}"
        getattr(self._logger, level)(fact, sentence=sentence, notice=notice, name=name, to=to, ticket=ticket, **about)


class _Lines:
    """Writes whole lines; a log that cannot be written (a full disk, a closed terminal) never stops the mail."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def msg(self, line: str) -> None:
        try:
            self._stream.write(line + "\n")
            self._stream.flush()
        except (OSError, ValueError):
            pass

    debug = info = warning = error = msg


def _as_text(_: object, __: str, event: EventDict) -> str:
    level = "" if event["level"] in {"info", "debug"} else f"{event['level']}: "
    line = f"{event['at'].astimezone():%Y-%m-%d %H:%M:%S} {level}{_one_line(event['sentence'])}"
    return f"{line}\n{event['traceback'].rstrip()}" if "traceback" in event else line


def _as_json(_: object, __: str, event: EventDict) -> str:
    fields = {name: _json(value) for name, value in event.items() if value is not None}
    return json.dumps(fields, ensure_ascii=False).encode("utf-8", "backslashreplace").decode()


def _json(value: Any) -> Any:
    return value.isoformat().replace("+00:00", "Z") if isinstance(value, datetime) else value


def _clock_time(moment: datetime) -> str:
    return f"{moment.astimezone():%Y-%m-%d %H:%M}"


def _length(lasted: timedelta) -> str:
    minutes = round(lasted.total_seconds() / 60)
    if minutes < 1:
        return f"{lasted.total_seconds():.0f} s"
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h"


def _many(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def _one_line(text: str) -> str:
    """Let nothing that came by mail start a line of its own or move the cursor."""
    return "".join(" " if unicodedata.category(letter) in {"Cc", "Zl", "Zp", "Cs"} else letter for letter in text)
