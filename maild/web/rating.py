"""The rating page: GET and HEAD show it and never write, POST stores."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.responses import RedirectResponse, Response

from maild.desk.rating import CHANGEABLE, LONGEST_COMMENT, Rating, changeable
from maild.flow.visit import give_rating, rateable
from maild.web.site import TICKET, Visit

SCORES = ("5", "4", "3", "2", "1")


def show(visit: Visit, mistake: str = "", score: str = "", comment: str | None = None, status: int = 200) -> Response:
    """Show the form, with what was chosen in the mail or given before."""
    site = visit.site
    rating = site.store.ratings.get(visit.ticket.number)
    chosen = score or visit.request.query_params.get("score", "")
    if chosen not in SCORES:
        chosen = str(rating.score) if rating else ""
    until = rating.at + CHANGEABLE if rating else None
    return site.show(
        "rate",
        visit.language,
        status,
        ticket=visit.ticket,
        rating=rating,
        open=rateable(visit.ticket, rating, visit.now),
        over=not changeable(rating, visit.now),
        until=site.moment(until, visit.language) if until else "",
        low=rating is not None and rating.score <= site.context.rulebook().low_rating,
        scores=SCORES,
        chosen=chosen,
        comment=comment if comment is not None else rating.comment if rating else "",
        longest=LONGEST_COMMENT,
        mistake=mistake,
        here=visit.here,
        form=visit.form,
        ticket_path=visit.path(TICKET),
    )


def store(visit: Visit, fields: Mapping[str, str]) -> Response:
    """Store what was sent, or say what is missing and keep what was written."""
    score, comment = fields.get("score", ""), fields.get("comment", "")
    if score not in SCORES:
        return show(visit, "rate_missing", comment=comment, status=422)
    if len(comment.replace("\r\n", "\n")) > LONGEST_COMMENT:
        return show(visit, "too_long", score, comment, 422)
    if not visit.comes_from_our_page(fields.get("form", "")):
        return show(visit, "stale", score, comment, 409)
    site, number = visit.site, visit.ticket.number
    before: Rating | None = site.store.ratings.get(number)
    if rateable(visit.ticket, before, visit.now):
        give_rating(number, int(score), comment, site.store, site.context, visit.now)
    return RedirectResponse(visit.here, 303)
