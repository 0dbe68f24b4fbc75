"""Warnings before a limit and levels after it, as a matter lists them (F5)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flows.misfiled import Misfiled, known

if TYPE_CHECKING:
    from flows.catalogue import Named


@dataclass(frozen=True, slots=True)
class Level:
    """At so many hundredths of a limit somebody is told; without `tell` who has the turn, or past it the superior."""

    part: int
    tell: Named | None = None


def read_levels(
    file: str, written: object, limits: Mapping[str, object], named: Callable[[str, str, object], Named]
) -> Mapping[str, tuple[Level, ...]]:
    """The levels of each limit; raises `Misfiled`."""
    if not isinstance(written, dict):
        raise Misfiled(file, "missing_key", key="levels")
    known(file, written, limits, "levels.")
    return {name: _read(file, f"levels.{name}", rows, named) for name, rows in written.items()}


def _read(file: str, key: str, rows: object, named: Callable[[str, str, object], Named]) -> tuple[Level, ...]:
    found: list[Level] = []
    for row in rows if isinstance(rows, list) else [None]:
        table: dict[str, Any] = row if isinstance(row, dict) else {}
        known(file, table, {"part", "tell"}, f"{key} ")
        part = table.get("part")
        if type(part) is not int or not 1 <= part <= 1000 or any(level.part == part for level in found):
            raise Misfiled(file, "bad_part", key=key, text=str(part))
        found.append(Level(part, named(file, f"{key} tell", table["tell"]) if "tell" in table else None))
    return tuple(found)
