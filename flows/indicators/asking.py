"""A question for a figure in words: which, of when, of whose cases; or that we have no such figure (P2)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from unicodedata import normalize

from flows.calendar import Calendar
from flows.catalogue import Matter
from flows.indicators.periods import Spoken, spoken, today_only, year_before
from flows.indicators.reading import Catalogue, Indicator
from flows.places import Places
from flows.vocabulary import vocabulary

_AT_THE_END = ("waiting", "late", "overdue")
"""Measures that say how things stand: who names no time means now."""


class Why(StrEnum):
    """Why there is no figure: no such thing is counted, no person ranked, no such term known, no time was said."""

    UNKNOWN = "unknown"
    PERSONS = "persons"
    TERM = "term"
    WHEN = "when"
    NEGATED = "negated"


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked. Without `indicators` there is no figure of ours in it, and `why` says what is the matter.

    `before` is what it is held against; `besides` are words that limit the question and that we cannot count by;
    `rest` is whether it was asked how many are not so; `by_unit` whether units are to be set beside each other.
    """

    since: datetime
    until: datetime
    before: tuple[datetime, datetime] | None = None
    indicators: tuple[Indicator, ...] = ()
    why: Why = Why.UNKNOWN
    units: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    matters: tuple[str, ...] = ()
    besides: str = ""
    rest: bool = False
    by_unit: bool = False
    own: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """What a question may name: figures, departments, matters, campuses; and the calendar it is read by."""

    catalogue: Catalogue
    calendar: Calendar
    units: Iterable[str] = ()
    matters: Sequence[Matter] = ()
    places: Places = field(default_factory=Places)


def read(words: str, known: Known, now: datetime) -> Asked | None:
    """The question in these words; None when they do not ask for a number."""
    said = "".join(normalize("NFKC", words).split())
    grammar = vocabulary("indicators")["asking"]
    if any(word in said for word in grammar["not"]):
        return None
    today = now.astimezone(known.calendar.zone).date()
    time = spoken(said, today, known.calendar)
    asking = _asks_for_a_number(said, time)
    if not asking or (time is None and not _names_one(said, known)):
        return None
    found = _what(time.rest if time else said, known, now)
    if not found.indicators and found.why is Why.UNKNOWN and not any(word in said for word in grammar["count"]):
        return None  # how something is may be asked of anything
    if time is None:
        if any(one.measure not in _AT_THE_END for one in found.indicators) and not _is_now(said):
            return replace(found, indicators=(), why=Why.WHEN)
        time = today_only(said, today)
    if time.days is None:
        return replace(found, indicators=(), why=Why.TERM)
    if grammar["same"] in said:
        time = replace(time, against=year_before(time.days))
    instants = time.instants(now, known.calendar)
    if instants is None:
        return None
    since, until, before, after = instants
    return replace(found, since=since, until=until, before=(before, after))


def _asks_for_a_number(said: str, time: Spoken | None) -> bool:
    grammar = vocabulary("indicators")["asking"]
    compared = time is not None and time.against is not None
    return compared or any(word in said for word in (*grammar["count"], *grammar["words"], *grammar["persons"]))


def _is_now(said: str) -> bool:
    return any(word in said for word in vocabulary("indicators")["shapes"]["now"])


def _names_one(said: str, known: Known) -> bool:
    """Whether cases are counted, or a rate is named: only then is a sentence without a time a question for a figure."""
    named = any(word in said for one in known.catalogue.all.values() for word in (one.title, *one.words))
    grammar = vocabulary("indicators")["asking"]
    return named and (bool(re.search(grammar["cases"], said)) or grammar["words"][0] in said)


def _what(said: str, known: Known, now: datetime) -> Asked:
    """Everything but the time."""
    grammar = vocabulary("indicators")["asking"]
    own = any(word in said for word in grammar["own"])
    units, rest = _units(said, known.units)
    areas = tuple(
        key for key, one in known.places.areas.items() if any(name in rest for name in (one.name, *one.words))
    )
    names = [name for key in areas for name in (known.places.areas[key].name, *known.places.areas[key].words)]
    rest = _without(rest, names)
    indicators, left, negated = _indicators(rest, known.catalogue)
    chosen, left = _matters(left, known.matters)
    received = known.catalogue.all.get(grammar["received"])
    if received and received not in indicators and _how_many(said, chosen, alone=not indicators):
        indicators = (*indicators, received)
    flows = {one.kind for one in chosen}
    found = Asked(
        now, now, indicators=indicators, units=units, areas=areas, own=own, rest=negated,
        by_unit=any(f"{by}{unit}" in said for by in grammar["by"] for unit in grammar["units"]),
        besides=_besides(left),
    )  # fmt: skip
    if any(word in said for word in grammar["persons"]):
        return replace(found, indicators=(), why=Why.PERSONS) if indicators else replace(found, indicators=())
    if negated and any(not one.is_share for one in indicators):
        return replace(found, indicators=(), why=Why.NEGATED)
    if any(one.flows and flows - set(one.flows) for one in indicators):
        return replace(found, indicators=())  # a figure of other matters
    over_all = any(not one.flows for one in indicators)
    return replace(found, matters=tuple(sorted(one.name for one in chosen)) if over_all else ())


def _units(said: str, units: Iterable[str]) -> tuple[tuple[str, ...], str]:
    """Departments that were named, the longest name first, so that none is found inside another's."""
    found = []
    for unit in sorted(units, key=len, reverse=True):
        if unit in said:
            found.append(unit)
            said = said.replace(unit, " ")
    return tuple(sorted(found)), said


def _indicators(said: str, catalogue: Catalogue) -> tuple[tuple[Indicator, ...], str, bool]:
    """The figures by their names or words for them, the longest first; the other words; and whether one is negated."""
    words = [(word, one) for one in catalogue.all.values() for word in (one.title, *one.words)]
    found: dict[str, Indicator] = {}
    negated = False
    for word, one in sorted(words, key=lambda pair: len(pair[0]), reverse=True):
        at = said.find(word)
        if at >= 0:
            found.setdefault(one.name, one)
            negated |= bool(re.search(vocabulary("indicators")["asking"]["negation"], said[:at]))
            said = said.replace(word, " ")
    return tuple(one for name, one in catalogue.all.items() if name in found), said, negated


def _matters(said: str, matters: Sequence[Matter]) -> tuple[list[Matter], str]:
    aliases = vocabulary("indicators")["matters"]
    found = {one.name: [word for word in (one.title, *aliases.get(one.kind, ())) if word in said] for one in matters}
    named = [one for one in matters if found[one.name]]
    return named, _without(said, [word for words in found.values() for word in words])


def _how_many(said: str, chosen: Sequence[Matter], *, alone: bool) -> bool:
    """Whether cases of a matter are counted themselves; beside other figures only where that is said right of it."""
    grammar = vocabulary("indicators")
    if alone:
        return bool(chosen) and bool(re.search(grammar["asking"]["cases"], said))
    names = {name for one in chosen for name in (one.title, *grammar["matters"].get(one.kind, ()))}
    return any(re.search(re.escape(name) + grammar["asking"]["cases"], said) for name in names)


def _besides(left: str) -> str:
    """What is left that limits the question: words that stand for nothing else we know."""
    filler = vocabulary("indicators")["filler"]
    left = _without(left, filler["words"])
    left = re.sub(f"[{filler['letters']}]", " ", left)
    found = re.findall(filler["run"], left)
    return max(found, key=len, default="")


def _without(said: str, words: Iterable[str]) -> str:
    for word in sorted(words, key=len, reverse=True):
        said = said.replace(word, " ")
    return said
