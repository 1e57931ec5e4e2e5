"""Figures as JSON has them: lengths in seconds of business time, days and moments in RFC 3339."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date, datetime, timedelta
from typing import Any

from maild.report.compare import Difference
from maild.report.figures import Share
from maild.report.page import Material
from maild.report.period import Period

_LEFT_OUT = frozenset({"times"})
"""Every single length, which only the tests of chance need."""


def review_fields(material: Material) -> dict[str, Any]:
    """Give a review as a JSON object."""
    return {
        "period": material.figures.period.name,
        **_fields(material.figures),
        "open": material.figures.open,
        "rating": material.figures.rating,
        "problems": plain(material.problems),
        "before": {**_fields(material.before), "open": material.before.open, "rating": material.before.rating},
    }


def trial_fields(before: Period, after: Period, differences: Sequence[Difference]) -> dict[str, Any]:
    """Give a before-and-after trial as a JSON object."""
    return {"before": before.name, "after": after.name, "differences": plain(differences)}


def plain(value: Any) -> Any:
    """Turn any figure into what JSON knows."""
    if isinstance(value, Period):
        return value.name
    if isinstance(value, Share):
        return {"part": value.part, "whole": value.whole, "value": value.value}
    if isinstance(value, timedelta):
        return round(value.total_seconds())
    if isinstance(value, datetime | date):
        return value.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        return _fields(value)
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return value


def _fields(value: Any) -> dict[str, Any]:
    return {one.name: plain(getattr(value, one.name)) for one in fields(value) if one.name not in _LEFT_OUT}
