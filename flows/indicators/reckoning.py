"""The figures of one period for a school, some units or one person; and how they are said (P1-P4)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flows.context import Rulebook
from flows.indicators.counting import MEASURES, Count, Period
from flows.indicators.lateness import Lateness
from flows.indicators.reading import Indicator
from flows.survey.results import wilson
from flows.texts import Texts
from storage.histories import History
from storage.work import Work

FEW = 5
"""A share of fewer cases says more about persons than about a unit, and is not set beside others (P4)."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose cases: of some units, or of one person, of some matters, at some campuses; all where nothing is said."""

    units: tuple[str, ...] = ()
    person: int = 0
    matters: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of one period: what was aimed at, and what was counted."""

    indicator: Indicator
    count: Count

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to take a share of; then there is no figure, neither 0 nor 100 %."""
        return self.indicator.is_share and not self.count.over

    @property
    def meets(self) -> bool | None:
        """Whether it is what was aimed at, reckoned in whole numbers; None where that cannot be said."""
        target, count = self.indicator.target, self.count
        if target is None or self.is_empty:
            return None
        if not self.indicator.is_share:
            return len(count.hits) >= target if self.indicator.more else len(count.hits) <= target
        have, want = 100 * len(count.hits), target * len(count.over)
        return have >= want if self.indicator.more else have <= want


def histories_of(
    since: datetime, until: datetime, rules: Rulebook, work: Work, part: tuple[int, int] | None = None
) -> Sequence[History]:
    """Every case of a period as it stood at its end; of a part only those from one number to before another."""
    final = {flow.name: frozenset(filter(flow.ends_in, flow.states)) for flow in rules.flows.values()}
    return work.histories.between(since, until, final, part)


def period_of(since: datetime, until: datetime, rules: Rulebook, work: Work) -> Period:
    """A period of this office."""
    late = Lateness(rules, work.past(), until)
    return Period(since, until, rules.calendar, late.any_since, late.date_since)


def figures(indicators: Iterable[Indicator], histories: Sequence[History], period: Period) -> list[Figure]:
    """Each indicator over these cases."""
    return [Figure(one, MEASURES[one.measure](one, histories, period)) for one in indicators]


def units_of(histories: Iterable[History], work: Work) -> Mapping[int, tuple[str, ...]]:
    """Whose each case is, by its number: the units of those whose turn it was last, without who asked for it."""
    known: dict[int, tuple[str, ...]] = {}
    found: dict[int, tuple[str, ...]] = {}
    for history in histories:
        units: dict[str, None] = {}
        for id in history.turn:
            if id not in known:
                known[id] = work.people.get(id).units
            units |= dict.fromkeys(known[id])
        found[history.case.id] = tuple(units)
    return found


def within(scope: Scope, histories: Sequence[History], units: Mapping[int, tuple[str, ...]]) -> Sequence[History]:
    """The cases of a scope."""
    if scope.matters:
        histories = [one for one in histories if one.case.matter in scope.matters]
    if scope.areas:
        histories = [one for one in histories if _area(one) in scope.areas]
    if scope.person:
        return [one for one in histories if scope.person in hands(one)]
    if scope.units:
        wanted = set(scope.units)
        return [one for one in histories if wanted & set(units[one.case.id])]
    return histories


def _area(history: History) -> object:
    """The campus it is about; nothing where it is about no place."""
    place = history.case.answers.get("place")
    return place.get("area") if isinstance(place, Mapping) else None


def hands(history: History) -> set[int]:
    """Who had a hand in it, but for who asked for it."""
    acted = {entry.person_id for entry in history.entries if entry.person_id is not None}
    return (acted | set(history.turn)) - {history.case.requester_id}


# How it is said


def value(figure: Figure, texts: Texts, none: str = "none") -> str:
    """A figure in words: 95.3%, 12 cases, or that there were none, under that label."""
    if figure.is_empty:
        return texts.say("indicators", none)
    if not figure.indicator.is_share:
        return texts.say("indicators", "number", count=len(figure.count.hits))
    return texts.say("indicators", "share", share=percent(len(figure.count.hits), len(figure.count.over)))


def percent(part: int, whole: int) -> str:
    """Hundredths with one digit, rounded half up; only all is 100, and only none is 0."""
    tenths = (2000 * part + whole) // (2 * whole)
    tenths = min(tenths, 999) if part < whole else tenths
    tenths = max(tenths, 1) if part else tenths
    return f"{tenths // 10}.{tenths % 10}"


def beside(figure: Figure, texts: Texts) -> str:
    """What a share must not be shown without: how long it took in the mean, or how sure it is (H5)."""
    count = figure.count
    if figure.indicator.measure == "satisfied" and count.over:
        low, high = wilson(len(count.hits), len(count.over))
        return texts.say("indicators", "interval", low=low, high=high)
    return texts.say("indicators", "mean", span=_mean(count, texts)) if count.timed else ""


def _mean(count: Count, texts: Texts) -> str:
    """How long it took in the mean, to the minute."""
    minutes = (2 * count.seconds + 60 * count.timed) // (120 * count.timed)
    hours, rest = divmod(minutes, 60)
    return texts.say("indicators", "span", hours=hours, minutes=rest)


def target(one: Indicator, texts: Texts) -> str:
    """What is aimed at in words; nothing where nothing is."""
    if one.target is None:
        return ""
    return texts.say("indicators", "target", more=one.more, share=one.is_share, target=one.target)
