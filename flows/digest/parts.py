"""Figures of periods that may be long, counted a part of the cases at a time: a year of them fits no memory (P2)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flows.context import Rulebook
from flows.indicators import reckoning
from flows.indicators.counting import Count
from flows.indicators.reading import Indicator
from flows.indicators.reckoning import Figure, Scope, figures, histories_of, period_of, units_of
from storage.work import Work

PART = 40_000
"""So many cases are held at once."""


def counted(
    indicators: Sequence[Indicator], scope: Scope, span: tuple[datetime, datetime], rules: Rulebook, work: Work
) -> list[Figure]:
    """Each figure of the cases of a scope in a span: what is counted of parts adds up."""
    totals = [Count((), ())] * len(indicators)
    for first in range(1, work.histories.newest() + 1, PART):
        histories = histories_of(*span, rules, work, (first, first + PART))
        own = reckoning.within(scope, histories, units_of(histories, work))
        found = figures(indicators, own, period_of(*span, rules, work))
        totals = [_both(total, one.count) for total, one in zip(totals, found, strict=True)]
    return [Figure(one, total) for one, total in zip(indicators, totals, strict=True)]


def _both(one: Count, other: Count) -> Count:
    return Count(one.over + other.over, one.hits + other.hits, one.seconds + other.seconds, one.timed + other.timed)
