"""Judges what the hearing makes of an utterance: right, asked though it need not have been, or wrong in silence."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from flows.catalogue import Catalogue
from flows.forms import Form, Reading, Value
from flows.hearing import hear
from flows.places import load_places
from flows.placing import picked
from flows.understanding import Understood, correct, understand

HERE = Path(__file__).parent
ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 24, 10, 5, tzinfo=ZONE)
"""A Tuesday morning: all times in the files are seen from then."""
SLOTS = ("place", "fault", "kind", "urgency", "when")


class Verdict(StrEnum):
    """What became of an utterance."""

    RIGHT = "right"
    ASKED = "asked"  # asked, or left open, where it was clear
    WRONG = "wrong"  # believed what was not meant


@dataclass(frozen=True, slots=True)
class Judged:
    """An utterance with its verdict, and what was found instead; `asks` where asking was the right thing."""

    file: str
    said: str
    verdict: Verdict
    found: str
    asks: bool


class Court:
    """The school of the examples, with the matters that ship."""

    def __init__(self) -> None:
        self.places = load_places()
        self.catalogue = Catalogue.read(None, self.places)
        self.reading = Reading(NOW, self.places, ZONE)
        matter = self.catalogue.get("repair")
        assert matter is not None
        self.form: Form = matter.form

    def judge(self, file: str, row: Mapping[str, Any]) -> Judged:
        """One row of a file."""
        faults = list(self._faults(row))
        verdict = Verdict.RIGHT
        if faults:
            verdict = Verdict.WRONG if any(wrong for wrong, _ in faults) else Verdict.ASKED
        asks = "?" in row.values()
        return Judged(file, row["said"], verdict, "; ".join(words for _, words in faults), asks)

    def _faults(self, row: Mapping[str, Any]) -> list[tuple[bool, str]]:
        """What is not as it should be, and whether it was believed without asking."""
        said, kind = row["said"], row.get("is", "")
        known = {key: self._answer(key, value) for key, value in row.get("known", {}).items()}
        if kind or not ("asked" in row or "correct" in row):
            heard = hear(said, self.catalogue, self.reading)
            if kind:
                right = heard.question if kind == "question" else not heard.matters and not heard.question
                begun = heard.matter is not None and not heard.question
                return [] if right else [(begun, f"question={heard.question} {[m.name for m in heard.matters]}")]
            if heard.question or not heard.matters:
                return [(False, f"nothing understood, question={heard.question}")]
            return self._compared(row, heard.understood)
        if "correct" in row:
            found = correct(self.form, said, known, self.reading)
            if row.get("none"):
                return [] if found is None else [(True, f"{dict(found.answers)}")]
            return [(False, "no correction")] if found is None else self._compared(row, found)
        asked = self.form.get(row["asked"])
        return self._compared(row, understand(self.form, said, self.reading, known, asked))

    def _compared(self, row: Mapping[str, Any], found: Understood) -> list[tuple[bool, str]]:
        faults = []
        asking = {*found.unclear, *(one.field.key for one in found.misread)}
        for slot in SLOTS:
            value = found.answers.get(slot)
            if slot in {"kind", "urgency"}:
                if slot == "kind" and slot not in row:
                    continue
                value = value or ("other" if slot == "kind" else "ordinary")
            wanted = row.get(slot, "ordinary" if slot == "urgency" else "")
            got = self._written(slot, value)
            if wanted == "?":
                if slot not in asking:
                    faults.append((bool(got), f"{slot}: {got!r} instead of asking"))
            elif slot == "fault" and wanted and wanted in got and len(got) <= len(wanted) * 2 + 12:
                continue
            elif got != wanted:
                faults.append((bool(got) and slot not in asking, f"{slot}: {got!r} for {wanted!r}"))
        return faults

    def _answer(self, key: str, value: str) -> Value:
        if key != "place":
            return value
        return picked(value.removeprefix("@"), None, self.places) if value.startswith("@") else self._place(value)

    def _place(self, value: str) -> Value:
        key, _, room = value.partition("/")
        if not room:
            field = self.form.get("place")
            spot = self.places.spot(key)
            assert field is not None
            assert spot is not None
            return field.read(f"{self.places.areas[spot.area].name}{spot.name}", self.reading).value
        return picked(f"{key}/{room}", None, self.places)

    def _written(self, slot: str, value: object) -> str:
        """An answer as the files write it."""
        if not isinstance(value, Mapping):
            return str(value) if value else ""
        if value.get("among"):
            return "?"
        if slot == "place":
            if value["key"]:
                return f"{value['key']}/{value['room']}"
            return f"@{value['area']}/{value['room']}".rstrip("/") if value["area"] else f"/{value['room']}"
        return _span(value)


def _span(value: Mapping[str, object]) -> str:
    if "随时" in str(value["text"]):
        return "any"
    ends = [datetime.fromisoformat(str(value[end])) for end in ("from", "until")]
    return "/".join(f"{end:%m-%dT%H:%M}" if end.year == NOW.year else f"{end:%Y-%m-%dT%H:%M}" for end in ends)


def rows() -> Sequence[tuple[str, Mapping[str, Any]]]:
    """Every utterance, with its file."""
    files = sorted(HERE.glob("*.toml"))
    return [(path.stem, row) for path in files for row in tomllib.loads(path.read_text("utf-8"))["say"]]


def judged() -> list[Judged]:
    """All of them, judged."""
    court = Court()
    return [court.judge(file, row) for file, row in rows()]
