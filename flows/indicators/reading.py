"""The catalogue of figures, from `indicators.toml`: what each counts, in words and in names, and what is aimed at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows.indicators.counting import MEASURES, SHARES
from flows.limits import Limit, read_limit
from flows.misfiled import Misfiled, known, need
from flows.tables import tables

if TYPE_CHECKING:
    from flows.flow import Flow

SHIPPED = Path(__file__).with_name("indicators.toml")
_WORDS = ("formula", "numerator", "denominator", "exclusions", "owner")
_LISTS = ("words", "flows", "start", "reach", "leave_out", "back")
_KEYS = ("name", "title", "kind", "measure", "within", "target", "better", "compare", *_WORDS, *_LISTS)


class Kind(StrEnum):
    """What came of it, or how it went; results come first (P3)."""

    RESULT = "result"
    PROCESS = "process"


@dataclass(frozen=True, slots=True)
class Indicator:
    """One figure. `target` is in hundredths for a share, else a number of cases; None where nothing is aimed at.

    `more` is whether more is better; `compare` is whether units are set beside each other by it.
    """

    name: str
    title: str
    kind: Kind
    measure: str
    formula: str
    numerator: str
    denominator: str
    exclusions: str
    owner: str
    file: str
    words: tuple[str, ...] = ()
    flows: tuple[str, ...] = ()
    start: tuple[str, ...] = ()
    reach: tuple[str, ...] = ()
    leave_out: tuple[str, ...] = ()
    back: tuple[str, ...] = ()
    within: Limit | None = None
    within_said: str = ""
    target: int | None = None
    more: bool = True
    compare: bool = False

    @property
    def is_share(self) -> bool:
        """Whether it is so many of so many."""
        return self.measure in SHARES


@dataclass(frozen=True, slots=True)
class Sheet:
    """What one unit, or everybody where it names none, is to reach in one year (年度指标)."""

    unit: str
    year: int
    targets: Mapping[str, int]


class Judgement(StrEnum):
    """What was found of an aim that no count can tell (定性指标)."""

    OPEN = "open"
    MET = "met"
    PARTLY = "partly"
    MISSED = "missed"


@dataclass(frozen=True, slots=True)
class Quality:
    """An aim of one year in words, of one unit or of everybody: its standard, the judgement, and its grounds (P3)."""

    title: str
    unit: str
    year: int
    standard: str
    judged: Judgement
    grounds: str


@dataclass(frozen=True, slots=True)
class Improvement:
    """Something that was changed on a day, and the figures it was meant for, so many days before and after (P5)."""

    title: str
    day: date
    days: int
    figures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All figures by name, in the order they are shown."""

    all: Mapping[str, Indicator] = field(default_factory=dict)
    sheets: tuple[Sheet, ...] = ()
    improvements: tuple[Improvement, ...] = ()
    qualities: tuple[Quality, ...] = ()

    def judged(self, unit: str, year: int) -> Sequence[Quality]:
        """What cannot be counted of a unit's year: everybody's aims and its own."""
        return [one for one in self.qualities if one.year == year and one.unit in ("", unit)]

    def aimed(self, unit: str, year: int) -> Sequence[Indicator]:
        """The figures with what a unit is to reach that year: its own, else everybody's, else the catalogue's."""
        found = dict(self.all)
        for whose in ("", unit):
            for sheet in self.sheets:
                if (sheet.unit, sheet.year) == (whose, year):
                    found |= {name: replace(found[name], target=aim) for name, aim in sheet.targets.items()}
        return list(found.values())


def read_all(own: Path | None = None) -> Catalogue:
    """The office's own file replaces what ships as a whole; raises `Misfiled`."""
    theirs = own / SHIPPED.name if own else None
    found = tables(
        theirs if theirs and theirs.is_file() else SHIPPED, ["indicator", "target", "improvement", "quality"]
    )
    all_of: dict[str, Indicator] = {}
    for file, row in found["indicator"]:
        one = _indicator(file, row)
        if one.name in all_of:
            raise Misfiled(file, "indicator_twice", text=one.name)
        all_of[one.name] = one
    results_first = sorted(all_of.values(), key=lambda one: one.kind is Kind.PROCESS)
    return Catalogue(
        {one.name: one for one in results_first},
        tuple(_sheet(file, row, all_of) for file, row in found["target"]),
        tuple(_improvement(file, row, all_of) for file, row in found["improvement"]),
        tuple(_quality(file, row) for file, row in found["quality"]),
    )


def _indicator(file: str, row: Mapping[str, Any]) -> Indicator:
    known(file, row, _KEYS, "")
    name, title = need(file, row, "name", str), need(file, row, "title", str)
    kind, measure, better = row.get("kind"), row.get("measure"), row.get("better", "more")
    _among(file, "kind", kind, [*Kind])
    _among(file, "measure", measure, [*MEASURES])
    _among(file, "better", better, ["more", "less"])
    said = {key: need(file, row, key, str) for key in _WORDS if key != "exclusions" and _asked(key, str(measure))}
    lists = {key: _list(file, row, key) for key in _LISTS}
    limit = _within(file, row, str(measure))
    return Indicator(
        name,
        title,
        Kind(str(kind)),
        str(measure),
        said["formula"],
        said["numerator"],
        said.get("denominator", ""),
        str(row.get("exclusions", "")),
        said["owner"],
        file,
        **lists,
        within=limit,
        within_said=str(row.get("within", "")),
        target=_target(file, row.get("target"), str(measure)),
        more=better == "more",
        compare=bool(row.get("compare", False)),
    )


def _asked(key: str, measure: str) -> bool:
    return key != "denominator" or measure in SHARES


def _among(file: str, key: str, value: object, allowed: Sequence[str]) -> None:
    if value not in allowed:
        raise Misfiled(file, "not_among", key=key, text=str(value), options=list(map(str, allowed)))


def _list(file: str, row: Mapping[str, Any], key: str) -> tuple[str, ...]:
    value = row.get(key, [])
    if not isinstance(value, list) or not all(isinstance(one, str) and one for one in value):
        raise Misfiled(file, "missing_key", key=key)
    return tuple(value)


def _within(file: str, row: Mapping[str, Any], measure: str) -> Limit | None:
    if (measure == "within") != ("within" in row):
        raise Misfiled(file, "missing_key", key="within")
    try:
        return read_limit(str(row["within"])) if "within" in row else None
    except ValueError as error:
        raise Misfiled(file, "bad_limit", key="within", text=str(row["within"])) from error


def _target(file: str, value: object, measure: str) -> int | None:
    most = 100 if measure in SHARES else 10**9
    if value is not None and (type(value) is not int or not 0 <= value <= most):
        raise Misfiled(file, "bad_target", text=str(value))
    return value


def _sheet(file: str, row: Mapping[str, Any], all_of: Mapping[str, Indicator]) -> Sheet:
    known(file, row, {"unit", "year", "figures"}, "")
    figures = need(file, row, "figures", dict)
    known(file, figures, all_of, "figures.")
    aims = {name: _target(file, aim, all_of[name].measure) for name, aim in figures.items()}
    year = need(file, row, "year", int)
    return Sheet(str(row.get("unit", "")), year, {name: aim for name, aim in aims.items() if aim is not None})


def _quality(file: str, row: Mapping[str, Any]) -> Quality:
    """A judgement without grounds is an opinion: it has to say what it was seen by."""
    known(file, row, {"title", "unit", "year", "standard", "judged", "grounds"}, "")
    title, standard, year = (
        need(file, row, "title", str),
        need(file, row, "standard", str),
        need(file, row, "year", int),
    )
    judged = row.get("judged", Judgement.OPEN)
    _among(file, "judged", judged, [*Judgement])
    grounds = need(file, row, "grounds", str) if judged != Judgement.OPEN else str(row.get("grounds", ""))
    return Quality(title, str(row.get("unit", "")), year, standard, Judgement(judged), grounds)


def _improvement(file: str, row: Mapping[str, Any], all_of: Mapping[str, Indicator]) -> Improvement:
    known(file, row, {"title", "day", "days", "figures"}, "")
    title, day = need(file, row, "title", str), row.get("day")
    if type(day) is not date:
        raise Misfiled(file, "bad_date", key="day", text=str(day))
    names = _list(file, row, "figures")
    known(file, dict.fromkeys(names), all_of, "figures.")
    days = row.get("days", 30)
    if type(days) is not int or not 1 <= days <= 366:
        raise Misfiled(file, "missing_key", key="days")
    return Improvement(title, day, days, names)


def faults(catalogue: Catalogue, flows: Mapping[str, Flow]) -> Iterator[Misfiled]:
    """Names of flows, states and moves that there are not: such a figure would only ever be empty."""
    for one in catalogue.all.values():
        chosen = [flows[name] for name in one.flows or flows if name in flows]
        states = {str(state) for flow in chosen for state in flow.states}
        verbs = {verb for flow in chosen for verb in flow.moves}
        for key, given, there in (
            ("flows", one.flows, set(flows)),
            ("start", one.start, states),
            ("reach", one.reach, states),
            ("leave_out", one.leave_out, states),
            ("back", one.back, verbs),
        ):
            for name in given:
                if name not in there:
                    yield Misfiled(one.file, "not_among", key=key, text=name, options=sorted(there))
