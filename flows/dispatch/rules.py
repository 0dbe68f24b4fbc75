"""What an office decided about dispatching, from `dispatch/<matter>.toml`, read strictly (G2-G7, G11)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import time, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

from flows.limits import read_span
from flows.misfiled import Misfiled, known

SHIPPED = Path(__file__).parent
_SPAN = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])-([01][0-9]|2[0-3]):([0-5][0-9])")


class Same(StrEnum):
    """How near two reports must be to be of one thing."""

    BUILDING = "building"
    ROOM = "room"


@dataclass(frozen=True, slots=True)
class Kind:
    """What one kind of fault wants: a skill if there is anybody with it, a licence in any case (G4)."""

    skill: str = ""
    licence: str = ""
    complex: bool = False


@dataclass(frozen=True, slots=True)
class Licence:
    """A licence that certain words about a fault ask for, of those kinds or of any."""

    name: str
    words: tuple[str, ...]
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Join:
    """Reports of one kind that speak of these words, at the same place, are one incident for a while (G11)."""

    kind: str
    words: tuple[str, ...]
    within: timedelta
    same: Same = Same.BUILDING


@dataclass(frozen=True, slots=True)
class Peak:
    """When everybody is busy (G7): at these hours of the day, or while so many wait for somebody, 0 for no count."""

    hours: tuple[tuple[time, time], ...] = ()
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class Rules:
    """One matter's rules. `neighbours` are areas by their key; `grown` are the counts of reports worth a word."""

    kinds: Mapping[str, Kind] = field(default_factory=dict)
    licences: tuple[Licence, ...] = ()
    complex_words: tuple[str, ...] = ()
    neighbours: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    pass_on: timedelta = timedelta(minutes=10)
    offers: int = 3
    peak: Peak = Peak()
    nearby: int = 3
    joins: tuple[Join, ...] = ()
    grown: tuple[int, ...] = (3, 10, 30)

    def kind(self, name: str) -> Kind:
        """What a kind of fault wants; nothing when the office said nothing."""
        return self.kinds.get(name, Kind())

    def licence_for(self, kind: str, fault: str) -> str:
        """The licence without which nobody may touch it, or nothing."""
        asked = [one.name for one in self.licences if (not one.kinds or kind in one.kinds) and _says(fault, one.words)]
        return asked[0] if asked else self.kind(kind).licence

    def is_complex(self, kind: str, fault: str) -> bool:
        """Whether it goes by skill before it goes by area (G4)."""
        return self.kind(kind).complex or _says(fault, self.complex_words)

    def join_for(self, kind: str, fault: str) -> Join | None:
        """The rule by which such a report may join another."""
        return next((join for join in self.joins if join.kind == kind and _says(fault, join.words)), None)

    def is_peak(self, clock: time, waiting: int) -> bool:
        """Whether everybody is busy now; `clock` is the campus's time of day."""
        busy = any(start <= clock < end for start, end in self.peak.hours)
        return busy or 0 < self.peak.waiting <= waiting


def _says(fault: str, words: Sequence[str]) -> bool:
    return any(word in fault for word in words)


def read_all(own: Path | None = None) -> dict[str, Rules]:
    """The rules of every matter that has some; an office's own folder replaces what ships as a whole."""
    return {path.stem: load(path) for path in rule_files(own)}


def rule_files(own: Path | None) -> list[Path]:
    """The files to read."""
    theirs = own / "dispatch" if own else None
    return sorted((theirs if theirs and theirs.is_dir() else SHIPPED).glob("*.toml"))


def load(path: Path) -> Rules:
    """One file; raises `Misfiled`."""
    return read(f"dispatch/{path.name}", path.read_text("utf-8"))


_KEYS = {"kinds", "licences", "complex", "neighbours", "urgent", "peak", "nearby", "joins", "grown"}


def read(file: str, source: str) -> Rules:
    """Rules from TOML; raises `Misfiled`."""
    try:
        data = tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        raise Misfiled(file, "not_toml", error=str(error)) from error
    known(file, data, _KEYS, "")
    paper = _Paper(file)
    urgent = paper.table(data, "urgent", {"pass_on", "offers"})
    return Rules(
        kinds={name: _kind(paper, name, one) for name, one in paper.table(data, "kinds").items()},
        licences=tuple(_licence(paper, one) for one in paper.tables(data, "licences", {"name", "words", "kinds"})),
        complex_words=paper.words(paper.table(data, "complex", {"words"}), "words", "complex."),
        neighbours={area: tuple(near) for area, near in paper.table(data, "neighbours").items()},
        pass_on=paper.limit(urgent, "pass_on", "10m", "urgent."),
        offers=paper.count(urgent, "offers", 3, "urgent."),
        peak=_peak(paper, paper.table(data, "peak", {"hours", "waiting"})),
        nearby=paper.count(data, "nearby", 3, ""),
        joins=tuple(_join(paper, one) for one in paper.tables(data, "joins", {"kind", "words", "within", "same"})),
        grown=tuple(paper.counts(data, "grown", (3, 10, 30))),
    )


@dataclass(frozen=True, slots=True)
class _Paper:
    """A file being read: every value is of its kind, or the file and the key are named."""

    file: str

    def wrong(self, key: str) -> Misfiled:
        return Misfiled(self.file, "missing_key", key=key)

    def table(self, data: Mapping[str, Any], key: str, keys: set[str] | None = None) -> Mapping[str, Any]:
        found = data.get(key, {})
        if not isinstance(found, dict):
            raise self.wrong(key)
        if keys is not None:
            known(self.file, found, keys, f"{key}.")
        return found

    def tables(self, data: Mapping[str, Any], key: str, keys: set[str]) -> Sequence[Mapping[str, Any]]:
        found = data.get(key, [])
        if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
            raise self.wrong(key)
        for one in found:
            known(self.file, one, keys, f"{key}.")
        return found

    def text(self, data: Mapping[str, Any], key: str, where: str, default: str | None = None) -> str:
        found = data.get(key, default)
        if not isinstance(found, str):
            raise self.wrong(where + key)
        return found

    def words(self, data: Mapping[str, Any], key: str, where: str) -> tuple[str, ...]:
        found = data.get(key, [])
        if not isinstance(found, list) or not all(isinstance(one, str) and one for one in found):
            raise self.wrong(where + key)
        return tuple(found)

    def count(self, data: Mapping[str, Any], key: str, default: int, where: str) -> int:
        found = data.get(key, default)
        if not isinstance(found, int) or isinstance(found, bool) or found < 0:
            raise self.wrong(where + key)
        return found

    def counts(self, data: Mapping[str, Any], key: str, default: Sequence[int]) -> list[int]:
        found = data.get(key, list(default))
        if not isinstance(found, list) or not all(isinstance(one, int) and one > 1 for one in found):
            raise self.wrong(key)
        return found

    def limit(self, data: Mapping[str, Any], key: str, default: str, where: str) -> timedelta:
        text = str(data.get(key, default))
        try:
            return read_span(text)
        except ValueError as error:
            raise Misfiled(self.file, "bad_limit", key=where + key, text=text) from error


def _kind(paper: _Paper, name: str, one: object) -> Kind:
    where = f"kinds.{name}."
    if not isinstance(one, dict):
        raise paper.wrong(f"kinds.{name}")
    known(paper.file, one, {"skill", "licence", "complex"}, where)
    skill, licence = (paper.text(one, key, where, "") for key in ("skill", "licence"))
    return Kind(skill, licence, bool(one.get("complex", False)))


def _licence(paper: _Paper, one: Mapping[str, Any]) -> Licence:
    words = paper.words(one, "words", "licences.")
    if not words:
        raise paper.wrong("licences.words")
    return Licence(paper.text(one, "name", "licences."), words, paper.words(one, "kinds", "licences."))


def _peak(paper: _Paper, one: Mapping[str, Any]) -> Peak:
    spans = []
    for text in paper.words(one, "hours", "peak."):
        match = _SPAN.fullmatch(text)
        if match is None:
            raise Misfiled(paper.file, "bad_hours", key="peak.hours", text=text)
        start, end = time(int(match[1]), int(match[2])), time(int(match[3]), int(match[4]))
        spans.append((start, end))
    return Peak(tuple(spans), paper.count(one, "waiting", 0, "peak."))


def _join(paper: _Paper, one: Mapping[str, Any]) -> Join:
    same = paper.text(one, "same", "joins.", Same.BUILDING)
    if same not in set(Same):
        raise Misfiled(paper.file, "bad_same", key="joins.same", text=same)
    words = paper.words(one, "words", "joins.")
    if not words:
        raise paper.wrong("joins.words")
    return Join(paper.text(one, "kind", "joins."), words, paper.limit(one, "within", "6h", "joins."), Same(same))
