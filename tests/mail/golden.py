"""Read golden mails: what was written and what must be left of it, in files a person can read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent.parent / "corpus" / "reply"
PAIRS = ("chinese", "western", "closings")


@dataclass(frozen=True)
class Golden:
    """One mail of a golden file; `reply` is None where the whole mail must be shown."""

    file: str
    title: str
    subject: str
    mail: str
    reply: str | None

    def __str__(self) -> str:
        return f"{self.file}: {self.title}"


def golden_mails() -> list[Golden]:
    """Read the pairs: "%% title" opens a mail, "%% reply" what is left of it."""
    return [mail for name in PAIRS for mail in _pairs(name)]


def named_lines(name: str) -> list[tuple[str, str]]:
    """Read "## name" and the lines below it."""
    found: list[tuple[str, list[str]]] = []
    for line in _text(name).split("\n"):
        if line.startswith("## "):
            found.append((line.removeprefix("## "), []))
        elif found:
            found[-1][1].append(line)
    return [(name, "\n".join(lines).strip("\n")) for name, lines in found]


def single_lines(name: str) -> list[str]:
    return [line for line in _text(name).split("\n") if line]


def kept_mails() -> list[str]:
    """Read the mails of which nothing may go."""
    return [mail.strip("\n") for mail in _text("kept").split("\n%%\n")[1:]]


def _text(name: str) -> str:
    return (FOLDER / f"{name}.txt").read_text(encoding="utf-8").replace("␣", "\u00a0")


def _pairs(name: str) -> Iterator[Golden]:
    title = subject = ""
    mail: list[str] = []
    reply: list[str] | None = None
    into: list[str] = []

    def done() -> Iterator[Golden]:
        if title:
            left = None if reply is None else "\n".join(reply).strip()
            yield Golden(name, title, subject, "\n".join(mail).strip("\n") + "\n", left)

    for line in _text(name).split("\n"):
        if line == "%% reply":
            into = reply = []
        elif line == "%% whole":
            into = []
        elif line.startswith("%% subject: "):
            subject = line.removeprefix("%% subject: ")
        elif line.startswith("%% "):
            yield from done()
            title, subject, mail, reply = line.removeprefix("%% "), "", [], None
            into = mail
        else:
            into.append(line)
    yield from done()
