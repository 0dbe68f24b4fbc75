"""What a digest says, in words and numbers: shown on the card, the picture, the page and the sheet alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Told:
    """One figure as it was said. `meets` is None where nothing is aimed at, or there was nothing to count."""

    name: str
    title: str
    kind: str
    value: str
    beside: str
    target: str
    before: str
    hits: int
    over: int
    is_share: bool
    meets: bool | None
    formula: str
    numerator: str
    denominator: str
    exclusions: str
    owner: str

    @property
    def is_empty(self) -> bool:
        """Whether there was nothing to take a share of."""
        return self.is_share and not self.over


@dataclass(frozen=True, slots=True)
class Need:
    """Something that needs the reader: a case, what it is, why it is here, who has it."""

    case: int
    number: str
    title: str
    why: str
    who: str
    is_open: bool = True


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit beside others: its cases, and a figure in each column, as said and in thousandths (-1 for none)."""

    name: str
    cases: int
    said: tuple[str, ...]
    tenths: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """An improvement (改进), and each figure it was meant for: its title, before and after, as said (P5)."""

    title: str
    spans: str
    figures: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """An aim in words, what was found, and by what (P3)."""

    title: str
    standard: str
    found: str
    grounds: str


@dataclass(frozen=True, slots=True)
class Content:
    """A whole digest. `days` are (day, opened, ended), `sorts` are (matter, opened)."""

    title: str
    office: str
    scope: str
    period: str
    figures: tuple[Told, ...]
    columns: tuple[str, ...]
    units: tuple[Unit, ...]
    needs: tuple[Need, ...]
    days: tuple[tuple[str, int, int], ...]
    sorts: tuple[tuple[str, int], ...]
    notes: tuple[str, ...]
    changes: tuple[Change, ...]
    words: Mapping[str, str]
    """What the picture says besides."""
    judged: tuple[Judged, ...] = ()
    persons: str = ""
    """Why persons and not units are set beside each other, where the office has decided so (P4)."""
    earlier: str = ""
    """The period it is held against."""

    def to_json(self) -> dict[str, Any]:
        """For keeping."""
        return asdict(self)

    @staticmethod
    def from_json(kept: Mapping[str, Any]) -> Content:
        """What `to_json` gave, read from JSON."""
        return Content(
            kept["title"],
            kept["office"],
            kept["scope"],
            kept["period"],
            tuple(Told(**one) for one in kept["figures"]),
            tuple(kept["columns"]),
            tuple(Unit(u["name"], u["cases"], tuple(u["said"]), tuple(u["tenths"])) for u in kept["units"]),
            tuple(Need(**one) for one in kept["needs"]),
            tuple((day, opened, ended) for day, opened, ended in kept["days"]),
            tuple((name, count) for name, count in kept["sorts"]),
            tuple(kept["notes"]),
            tuple(Change(c["title"], c["spans"], tuple(map(tuple, c["figures"]))) for c in kept["changes"]),
            kept["words"],
            tuple(Judged(**one) for one in kept.get("judged", ())),
            kept.get("persons", ""),
            kept.get("earlier", ""),
        )
