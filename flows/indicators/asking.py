"""A question for a figure in words: which one, of when, of whose cases; or that we have no such figure (P2)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from flows.indicators.reading import Catalogue, Indicator
from flows.spans import later
from flows.vocabulary import vocabulary

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked; without an indicator there is a time and a count in it, and no figure of ours."""

    indicator: Indicator | None
    since: datetime
    until: datetime
    units: tuple[str, ...] = ()
    matters: tuple[str, ...] = ()
    own: bool = False


def read(
    words: str, catalogue: Catalogue, now: datetime, zone: ZoneInfo, units: Iterable[str], matters: Mapping[str, str]
) -> Asked | None:
    """The question in these words; None when they do not ask for a number of some time.

    `matters` are the names of matters by their titles.
    """
    said = "".join(words.split())
    grammar = vocabulary("indicators")
    period = next((word for word in _longest_first() if word in said), None)
    asking = any(word in said for word in grammar["asking"]["words"])
    if period is None or not asking or any(word in said for word in grammar["asking"]["not"]):
        return None
    since, until = _span(grammar["periods"][period], now, zone)
    rest = said.replace(period, "", 1)
    indicator = _indicator(rest, catalogue)
    named = tuple(sorted(unit for unit in units if unit in rest))
    own = any(word in rest for word in grammar["asking"]["own"])
    return Asked(indicator, since, until, named, _matters(rest, indicator, matters), own)


@cache
def _longest_first() -> tuple[str, ...]:
    return tuple(sorted(vocabulary("indicators")["periods"], key=len, reverse=True))


def _indicator(said: str, catalogue: Catalogue) -> Indicator | None:
    """The one whose name or word for it is the longest in the sentence."""
    found = [(len(word), one) for one in catalogue.all.values() for word in (one.title, *one.words) if word in said]
    return max(found, key=lambda pair: pair[0])[1] if found else None


def _matters(said: str, indicator: Indicator | None, titles: Mapping[str, str]) -> tuple[str, ...]:
    """The matters a figure over all of them is asked of; one that names its flows is of those anyway."""
    if indicator is None or indicator.flows:
        return ()
    aliases = vocabulary("indicators")["matters"]
    named = {name for name, words in aliases.items() if any(word in said for word in words)}
    return tuple(sorted(named | {name for title, name in titles.items() if title in said}))


def _span(kind: str, now: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """From the first minute of the first day; what is not over yet ends now."""
    today = now.astimezone(zone).date()
    first, last = _days(kind, today)
    since = datetime.combine(first, time(0), zone)
    return since, min(datetime.combine(last, time(0), zone), now)


def _days(kind: str, today: date) -> tuple[date, date]:
    """The first day, and the one after the last."""
    monday, month = today - today.weekday() * _DAY, today.replace(day=1)
    year = date(today.year, 1, 1)
    if kind.startswith("days_"):
        return today - int(kind.removeprefix("days_")) * _DAY, today + _DAY
    return {
        "today": (today, today + _DAY),
        "yesterday": (today - _DAY, today),
        "this_week": (monday, monday + 7 * _DAY),
        "last_week": (monday - 7 * _DAY, monday),
        "this_month": (month, later(month, 1)),
        "last_month": (later(month, -1), month),
        "this_year": (year, date(today.year + 1, 1, 1)),
        "last_year": (date(today.year - 1, 1, 1), year),
    }[kind]
