"""The pages as one application: which path leads where, and what happens when something fails."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from maild.web import monitoring, rating, ticket
from maild.web.guard import Guard
from maild.web.site import RATE, TICKET, Site, Visit, enter

_STYLE_HEADERS = {"Cache-Control": "public, max-age=3600", "Cross-Origin-Resource-Policy": "cross-origin"}
"""Our one style sheet is no secret, and a mail is shown in a sandbox, which counts as another origin."""
_LOGO_HEADERS = {"Cache-Control": "public, max-age=3600"}
Show = Callable[[Visit], Response]
Store = Callable[[Visit, Mapping[str, str]], Response]


def build_app(site: Site) -> ASGIApp:
    """Make the application that a server serves."""
    counted = monitoring.Counted()

    def page(path: str, purpose: str, show: Show | None, store: Store | None = None) -> Route:
        methods = [*(["GET"] if show else []), *(["POST"] if store else [])]
        return Route(path, _endpoint(site, purpose, show, store, counted), methods=methods)

    async def unknown(request: Request, _: Exception) -> Response:
        return site.say(request, "unknown", 404)

    def stylesheet(_: Request) -> Response:
        return Response(site.style, media_type="text/css", headers=_STYLE_HEADERS)

    def logo(request: Request) -> Response:
        if site.logo is None:
            return site.say(request, "unknown", 404)
        return Response(site.logo.content, media_type=site.logo.type, headers=_LOGO_HEADERS)

    routes = [
        page("/r/{link}", RATE, rating.show, rating.store),
        page("/t/{link}", TICKET, ticket.show),
        page("/t/{link}/works", TICKET, None, ticket.works),
        page("/t/{link}/broken", TICKET, None, ticket.broken),
        page("/t/{link}/mail/{place:int}", TICKET, ticket.original),
        page("/t/{link}/file/{sha256}", TICKET, ticket.file),
        Route("/style.css", stylesheet),
        Route("/logo", logo),
        Route("/robots.txt", lambda _: PlainTextResponse("User-agent: *\nDisallow: /\n")),
        *monitoring.routes(site, counted),
    ]
    app = Starlette(routes=routes, exception_handlers={404: unknown, 405: unknown})
    return Guard(app, site.base_path, site.secure, pictures=site.logo is not None)


def read_form(body: bytes) -> Mapping[str, str]:
    """Read what a browser sends of a form; nothing where it is none."""
    try:
        return dict(parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=10, errors="replace"))
    except ValueError:
        return {}


def _endpoint(site: Site, purpose: str, show: Show | None, store: Store | None, counted: monitoring.Counted):
    """Make an endpoint: the form is read here, all that may wait for the database happens in a thread."""

    async def endpoint(request: Request) -> Response:
        fields: Mapping[str, str] = {}
        if request.method == "POST":
            fields = read_form(await request.body())
        response = await run_in_threadpool(work, request, fields)
        counted.requests.labels("rating" if purpose == RATE else "ticket", request.method, response.status_code).inc()
        return response

    def work(request: Request, fields: Mapping[str, str]) -> Response:
        try:
            visit = enter(site, request, purpose)
            if isinstance(visit, Response):
                return visit
            if request.method == "POST":
                return store(visit, fields)
            return show(visit)
        except site.store.errors:
            return site.say(request, "trouble", 503)
        except Exception as error:
            site.trouble(error)
            return site.say(request, "trouble", 500)
        finally:
            site.store.hang_up()

    return endpoint
