"""Emergency plans (应急预案) from `plans/*.toml`: what sets one off, whom it calls, what is to be done (G12)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flows.catalogue import Named, named
from flows.misfiled import Misfiled, known, need

SHIPPED = Path(__file__).parent
_KEYS = {"title", "kinds", "words", "reports", "call", "lead", "matter", "steps", "parts", "phones"}


@dataclass(frozen=True, slots=True)
class Plan:
    """One plan. `words` of a report of one of `kinds` set it off, or `reports` of one thing; 0 for no such count.

    `call` and `lead` name people as a matter does; `parts` and `phones` are lines to be shown.
    """

    name: str
    title: str
    words: tuple[str, ...]
    kinds: tuple[str, ...]
    reports: int
    call: tuple[Named, ...]
    lead: Named
    steps: tuple[str, ...]
    parts: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    matter: str = "emergency"

    def is_for(self, kind: str, fault: str, reports: int) -> bool:
        """Whether a report, one of so many, sets it off."""
        if self.kinds and kind not in self.kinds:
            return False
        return any(word in fault for word in self.words) or 0 < self.reports <= reports

    def answers(self, source: str, place: str, key: str, fault: str) -> dict[str, object]:
        """What a case of it begins with: all of the plan, so that it ends by what it began with (C9)."""
        return {
            "plan": self.name,
            "title": self.title,
            "source": source,
            "place": place,
            "key": key,
            "fault": fault,
            "steps": list(self.steps),
            "call": [f"{one.pointing}:{one.name}" for one in self.call],
            "parts": "; ".join(self.parts),
            "phones": "; ".join(self.phones),
        }

    def is_running(self, answers: Mapping[str, object], source: str, key: str) -> bool:
        """Whether a case with these answers is this plan's, for the same report or the same building."""
        same = answers.get("source") == source or (bool(key) and answers.get("key") == key)
        return answers.get("plan") == self.name and same


def plan_files(own: Path | None) -> list[Path]:
    """The files to read; an office's own folder replaces what ships as a whole."""
    theirs = own / "plans" if own else None
    return sorted((theirs if theirs and theirs.is_dir() else SHIPPED).glob("*.toml"))


def read_all(own: Path | None = None) -> tuple[Plan, ...]:
    """Every plan there is; raises `Misfiled`."""
    return tuple(load(path) for path in plan_files(own))


def load(path: Path) -> Plan:
    """One file; raises `Misfiled`."""
    return read(f"plans/{path.name}", path.read_text("utf-8"))


def read(file: str, source: str) -> Plan:
    """A plan from TOML; raises `Misfiled`."""
    try:
        data = tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        raise Misfiled(file, "not_toml", error=str(error)) from error
    known(file, data, _KEYS, "")
    reports = data.get("reports", 0)
    if not isinstance(reports, int) or isinstance(reports, bool) or reports < 0:
        raise Misfiled(file, "missing_key", key="reports")
    steps = _lines(file, data, "steps")
    if not steps:
        raise Misfiled(file, "missing_key", key="steps")
    return Plan(
        name=Path(file).stem,
        title=need(file, data, "title", str),
        words=_lines(file, data, "words"),
        kinds=_lines(file, data, "kinds"),
        reports=reports,
        call=tuple(named(file, "call", one) for one in _lines(file, data, "call")),
        lead=named(file, "lead", need(file, data, "lead", str)),
        steps=steps,
        parts=_lines(file, data, "parts"),
        phones=_lines(file, data, "phones"),
        matter=str(data.get("matter", "emergency")),
    )


def _lines(file: str, data: dict[str, Any], key: str) -> tuple[str, ...]:
    found = data.get(key, [])
    if not isinstance(found, list) or not all(isinstance(one, str) and one for one in found):
        raise Misfiled(file, "missing_key", key=key)
    return tuple(found)
