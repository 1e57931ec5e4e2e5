"""Ask the `holidays` library which days a country or region takes off, and which weekend days it works instead."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache

import holidays


@dataclass(frozen=True, slots=True)
class PublicDays:
    """The public holidays of one region in one year, and its make-up working days."""

    off: frozenset[date] = frozenset()
    makeup: frozenset[date] = frozenset()


@cache
def public_days(region: str, year: int) -> PublicDays:
    """List the days off and the make-up working days of a region (`CN`, `DE-BY`) in a year.

    The neighbouring years are asked too: a make-up day in December is listed with the January holiday it pays for.
    """
    country, _, subdivision = region.partition("-")
    days = holidays.country_holidays(country, subdiv=subdivision or None, years=range(year - 1, year + 2))
    makeup = frozenset(day for day in days.weekend_workdays if day.year == year)
    return PublicDays(frozenset(day for day in days if day.year == year) - makeup, makeup)


@cache
def regions() -> frozenset[str]:
    """Name every region that can be asked for: `CN`, `DE`, `DE-BY` ..."""
    found = set()
    for country, subdivisions in holidays.list_supported_countries(include_aliases=True).items():
        found.add(country)
        found.update(f"{country}-{subdivision}" for subdivision in subdivisions)
    return frozenset(found)
