"""What a monitoring system asks: figures, whether mail still comes in, and whether this process is ready."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from maild import __version__
from maild.web.site import Site

LATE = 600.0
"""Seconds without a mailbox reached after which mail counts as not coming in."""
_MAILBOX = "mailbox "


class Counted:
    """What this process counts itself, in a registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        labels = ("page", "method", "status")
        self.requests = Counter("maild_web_requests", "Requests for pages.", labels, registry=self.registry)


class _Figures:
    """Asks the store at each look, so that several processes tell the same."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def collect(self) -> Iterator[Metric]:
        store, now = self._site.store, self._site.clock()
        yield _gauge("maild_info", "Which maild this is.", "version", {__version__: 1})
        yield _gauge("maild_tickets", "Tickets by status.", "status", store.tickets.counts())
        yield _gauge("maild_inbox_mails", "Mails taken by outcome; new ones wait.", "outcome", store.inbox.counts())
        yield _gauge("maild_outbox_notices", "Notices by state.", "state", store.outbox.counts())
        ages = mailbox_ages(site=self._site, now=now)
        yield _gauge("maild_mailbox_age_seconds", "Since the mailbox was last reached.", "mailbox", ages)
        size = GaugeMetricFamily("maild_database_bytes", "What the database takes on its disk.")
        size.add_metric((), store.health().size)
        yield size


def _gauge(name: str, text: str, label: str, values: dict[str, float]) -> Metric:
    family = GaugeMetricFamily(name, text, labels=(label,))
    for key, value in sorted(values.items()):
        family.add_metric((key,), value)
    return family


def mailbox_ages(site: Site, now: datetime) -> dict[str, float]:
    """Give the seconds since each mailbox was last reached; those that never were are not named."""
    beats = site.store.beats()
    reached = {name: beats[_MAILBOX + name] for name in site.mailboxes if _MAILBOX + name in beats}
    return {name: max(0.0, (now - at).total_seconds()) for name, at in reached.items()}


def routes(site: Site, counted: Counted) -> list[Route]:
    """Give the paths a monitoring system asks."""
    counted.registry.register(_Figures(site))
    networks = [ipaddress.ip_network(network, strict=False) for network in site.monitors]

    def trusted(request: Request) -> bool:
        try:
            address = ipaddress.ip_address(request.client.host if request.client else "")
        except ValueError:
            return False
        return any(address in network for network in networks)

    def metrics(request: Request) -> Response:
        if not trusted(request):
            return PlainTextResponse("Not for you.\n", 403)
        try:
            return Response(generate_latest(counted.registry), media_type=CONTENT_TYPE_LATEST)
        except site.store.errors:
            return PlainTextResponse("The database does not answer.\n", 503)
        finally:
            site.store.hang_up()

    def healthz(request: Request) -> Response:
        """Say whether mail comes in; only a monitor learns from which mailboxes."""
        try:
            ages = mailbox_ages(site, site.clock())
        except site.store.errors:
            return JSONResponse({"status": "the database does not answer"}, 503)
        finally:
            site.store.hang_up()
        oldest = round(max(ages.values()), 1) if ages else None
        never = len(ages) < len(site.mailboxes) or oldest is None
        late = never or oldest > LATE
        status = "a mailbox was never reached" if never else "a mailbox is not reached" if late else "ok"
        told = {"status": status, "last_round_trip_age_seconds": oldest}
        if trusted(request):
            told["mailboxes"] = {name: round(age, 1) for name, age in ages.items()}
        return JSONResponse(told, 503 if late else 200)

    def readyz(_: Request) -> Response:
        try:
            site.store.health()
        except site.store.errors:
            return JSONResponse({"status": "the database does not answer"}, 503)
        finally:
            site.store.hang_up()
        if stuck := site.stuck():
            return JSONResponse({"status": "stuck", "loops": len(stuck)}, 503)
        return JSONResponse({"status": "ready"})

    return [Route("/metrics", metrics), Route("/healthz", healthz), Route("/readyz", readyz)]
