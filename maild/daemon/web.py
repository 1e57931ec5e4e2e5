"""The pages as the settings want them: whether there are any, and the server that gives them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import maild.web
from maild.daemon.look import read_look
from maild.edge.pages import Pages
from maild.flow.context import Context
from maild.log import Log
from maild.problem import errors
from maild.settings import Settings
from maild.store import Store
from maild.web.app import build_app
from maild.web.serve import Server
from maild.web.site import Site

PAGES = Path(maild.web.__file__).parent / "pages"


def wants_pages(settings: Settings) -> bool:
    """Tell whether the settings say anything of pages."""
    return bool({"listen", "base_url"} & settings.web.model_fields_set)


def build_site(
    settings: Settings,
    store: Store,
    context: Context,
    log: Log,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    stuck: Callable[[], list[str]] = list,
) -> Site:
    """Make what every page is given."""
    look = read_look(settings)
    for problem in errors(look.problems):
        log.trouble(problem.place, f"{problem.what}; the pages go on as they came with maild")
    return Site(
        store,
        context,
        Pages(PAGES).render,
        look.words,
        look.style,
        clock,
        monitors=settings.web.monitors,
        mailboxes=tuple(box.address for box in settings.mailboxes),
        stuck=stuck,
        trouble=lambda error: log.bug("web", error),
        logo=look.logo,
    )


def build_server(settings: Settings, site: Site) -> Server:
    """Make the server of the pages; it listens once it runs."""
    return Server(build_app(site), settings.web.listen)
