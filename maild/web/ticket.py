"""The ticket page: status, correspondence and never a comment, files as downloads, and two buttons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from starlette.responses import RedirectResponse, Response

from maild.desk.ticket import Entry, Ticket
from maild.flow.visit import rateable, reopenable, say_still_broken, say_works
from maild.mail.parse import parse
from maild.web.clean import clean
from maild.web.site import RATE, Visit

_SANDBOX = "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'; sandbox"


@dataclass(frozen=True, slots=True)
class Line:
    """One mail of the correspondence, as the page shows it."""

    who: str
    ours: bool
    at: str
    machine_at: str
    text: str
    files: tuple[tuple[str, int, str], ...]
    """Name, size, path."""
    original: str
    """The path of the mail as it was written, or ""."""


def show(visit: Visit, mistake: str = "", words: str = "", status: int = 200) -> Response:
    """Show the ticket as it is now."""
    site, ticket = visit.site, visit.ticket
    done = visit.request.query_params.get("done", "")
    return site.show(
        "ticket",
        visit.language,
        status,
        ticket=ticket,
        opened=site.moment(ticket.opened_at, visit.language),
        answer_by=_promise(visit, ticket.first_response_due, not ticket.first_responded_at),
        solved_by=_promise(visit, ticket.resolution_due, not ticket.resolved_at),
        lines=_lines(visit),
        can_reopen=reopenable(ticket, site.context, visit.now),
        can_rate=rateable(ticket, site.store.ratings.get(ticket.number), visit.now),
        done=done if _true(done, ticket) else "",
        mistake=mistake,
        words=words,
        here=visit.here,
        form=visit.form,
        rate_path=visit.path(RATE),
    )


def _true(done: str, ticket: Ticket) -> bool:
    """A page says that something was done only where it is so, whatever its address says."""
    return ticket.status in {"works": ("resolved", "closed"), "broken": ("open",)}.get(done, ())


def _promise(visit: Visit, due: datetime | None, running: bool) -> str:
    """Say by when, where it is still ahead: a time that has passed only makes people angry."""
    if due is None or not running or due <= visit.now or visit.ticket.status not in ("new", "open"):
        return ""
    return visit.site.moment(due, visit.language)


def _lines(visit: Visit) -> list[Line]:
    found = []
    shown = visit.site.store.tickets.correspondence(visit.ticket.number)
    for place, (entry, inbox) in enumerate(shown):
        files = tuple(
            (file.name, file.size, f"{visit.here}/file/{file.sha256}")
            for file in (entry.attachments if inbox is not None else ())
        )
        mine = entry.direction == "in"
        found.append(
            Line(
                who=_who(entry, visit.ticket),
                ours=not mine,
                at=visit.site.moment(entry.at, visit.language),
                machine_at=entry.at.isoformat(),
                text=entry.text.strip(),
                files=files,
                original=f"{visit.here}/mail/{place}" if mine and inbox is not None else "",
            )
        )
    return found


def _who(entry: Entry, ticket: Ticket) -> str:
    """Name a writer; "" is the requester."""
    return "" if entry.author == ticket.requester else entry.author


def works(visit: Visit, fields: Mapping[str, str]) -> Response:
    """Take "it works"."""
    if not visit.comes_from_our_page(fields.get("form", "")):
        return show(visit, "stale", status=409)
    say_works(visit.ticket.number, visit.site.store, visit.site.context, visit.now)
    return RedirectResponse(f"{visit.here}?done=works", 303)


def broken(visit: Visit, fields: Mapping[str, str]) -> Response:
    """Take "still broken"."""
    words = fields.get("words", "")
    if not visit.comes_from_our_page(fields.get("form", "")):
        return show(visit, "stale", words, 409)
    say_still_broken(visit.ticket.number, words, visit.site.store, visit.site.context, visit.now)
    return RedirectResponse(f"{visit.here}?done=broken", 303)


def original(visit: Visit) -> Response:
    """Show a mail that came in as it was written, cleaned; never one of ours, which holds what agents order."""
    shown = visit.site.store.tickets.correspondence(visit.ticket.number)
    place = int(visit.request.path_params["place"])
    entry, inbox = shown[place] if place < len(shown) else (None, None)
    if entry is None or inbox is None or entry.direction != "in":
        return visit.site.say(visit.request, "unknown", 404, visit.language)
    message = parse(visit.site.store.inbox.raw(inbox))
    page = visit.site.show(
        "mail", visit.language, html=clean(message.html), text=message.text, subject=message.subject, back=visit.here
    )
    page.headers["Content-Security-Policy"] = _SANDBOX
    return page


def file(visit: Visit) -> Response:
    """Give a file to be kept, never to be shown: whatever it says it is, a browser is told that it is bytes."""
    wanted = visit.request.path_params["sha256"]
    for entry, inbox in visit.site.store.tickets.correspondence(visit.ticket.number):
        named = next((a for a in entry.attachments if a.sha256 == wanted), None)
        if named is not None and inbox is not None:
            message = parse(visit.site.store.inbox.raw(inbox))
            content = next((a.content for a in message.attachments if a.sha256 == wanted), None)
            if content is not None:
                return Response(
                    content,
                    media_type="application/octet-stream",
                    headers={"Content-Disposition": _disposition(named.name), "Content-Security-Policy": _SANDBOX},
                )
    return visit.site.say(visit.request, "unknown", 404, visit.language)


def _disposition(name: str) -> str:
    """Name a download (RFC 6266): an ASCII name for old programs, the true one in UTF-8."""
    safe = "".join(c for c in name if c.isprintable() and c not in '/\\:*?"<>|').strip(" .")[:150] or "file"
    plain = "".join(c if c.isascii() and (c.isalnum() or c in " ._-") else "_" for c in safe)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(safe, safe='')}"
