"""The review of a month goes to the leads, once, when the desk first opens in the next one."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from html import escape

from maild.desk.decision import Notice
from maild.flow.commit import queue_notice
from maild.flow.context import Context
from maild.mail.compose import content_id
from maild.mail.message import Attachment
from maild.report.gather import gather
from maild.report.page import Material, review_of
from maild.report.period import Period, due_review
from maild.report.pictures import Picture
from maild.report.png import missing_font, png
from maild.report.sheet import figures_csv, whys_csv
from maild.report.words import Speech
from maild.rulebook.model import Rulebook
from maild.store import Store

NOTICE = "monthly-review"
_REMEMBERED = timedelta(days=70)
"""Longer than a review can be due."""
_AGAIN = timedelta(minutes=10)
"""When a review that could not be written is tried again, by whichever process comes first."""


@dataclass(frozen=True, slots=True)
class _Mail:
    """A review as one lead gets it."""

    notice: Notice
    files: tuple[Attachment, ...]
    pictures: tuple[Attachment, ...]


def send_due_review(store: Store, context: Context, now: datetime) -> list[str]:
    """Queue the review of last month where it is due and nobody has queued it yet; a look at the store where it is not.

    Returns:
        Who is told; nobody where it is not due, was sent before, or there is no lead or nothing to tell.
    """
    rulebook: Rulebook = context.rulebook()
    month = due_review(rulebook.calendar, now)
    if month is None or not leads(rulebook):
        return []
    # Owned by this one call: whoever asks again, the same process included, finds it taken.
    name, caller = f"review {month.name}", context.nonce()
    if store.is_taken(name, now) or not store.lease(name, caller, now, _AGAIN.total_seconds()):
        return []
    mails = _written(store, rulebook, month, now)
    with store.transaction():
        told = _queued(mails, store, context, now)
        store.lease(name, caller, now, _REMEMBERED.total_seconds())
    return told


def send_review(store: Store, context: Context, period: Period, now: datetime) -> list[str]:
    """Queue the review of a period for every lead in his own language, all or none; give who is told."""
    mails = _written(store, context.rulebook(), period, now)
    with store.transaction():
        return _queued(mails, store, context, now)


def leads(rulebook: Rulebook) -> dict[str, str]:
    """Give the addresses of the queues' leads with the language of each."""
    found = [rulebook.agents[queue.lead] for queue in rulebook.queues.values() if queue.lead in rulebook.agents]
    return {lead.email: lead.language for lead in found}


def _written(store: Store, rulebook: Rulebook, period: Period, now: datetime) -> list[_Mail]:
    """Write the mails of a review, outside of any transaction, for drawing takes a while; none where nothing was."""
    material = gather(store, period, rulebook, now)
    if not (material.figures.opened or material.figures.resolved or material.figures.open):
        return []
    return [_mail(email, language, material) for email, language in leads(rulebook).items()]


def _mail(email: str, language: str, material: Material) -> _Mail:
    pictures: list[Attachment] = []
    drawable = not missing_font(language)

    def show(picture: Picture) -> str:
        if not drawable:
            return ""
        drawn = png(picture.svg)
        file = Attachment(f"{picture.name}.png", "image/png", drawn, hashlib.sha256(drawn).hexdigest(), inline=True)
        pictures.append(file)
        return inline_image(picture, file)

    review = review_of(material, Speech(language), show)
    name = f"review-{material.figures.period.name}"
    files = (
        _csv(f"{name}.csv", figures_csv(material.figures, material.before, material.problems)),
        _csv(f"{name}-five-whys.csv", whys_csv(material.problems)),
    )
    return _Mail(Notice(NOTICE, email, "lead", language, {"review": review}), files, tuple(pictures))


def _queued(mails: Iterable[_Mail], store: Store, context: Context, now: datetime) -> list[str]:
    told = []
    for mail in mails:
        notice = replace(mail.notice, withheld=store.suppressed(mail.notice.to) or "")
        queue_notice(notice, None, None, "", store, context, now, attachments=mail.files, pictures=mail.pictures)
        told.append(notice.to)
    return told


def inline_image(picture: Picture, file: Attachment) -> str:
    """Write the element that shows a picture of the same mail; Outlook goes by `width`, telephones by the style."""
    style = f"display:block;width:100%;max-width:{picture.width}px;height:auto;border:0"
    return (
        f'<img src="cid:{content_id(file)}" alt="{escape(picture.alt)}" width="{picture.width}" '
        f'height="{picture.height}" style="{style}">'
    )


def _csv(name: str, content: bytes) -> Attachment:
    return Attachment(name, "text/csv", content, hashlib.sha256(content).hexdigest())
