"""The roll-up of supervised items for a period: per unit and per who asked, from rows alone (I5).

An item is open in a period when it was open at any moment of it; so what one period leaves open stands in the next.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Spell:
    """From being raised, or opened again, until it was closed; called off when it was not done."""

    begins: datetime
    ends: datetime | None = None
    done: bool = True


@dataclass(frozen=True, slots=True)
class Row:
    """What the roll-up needs to know of an item.

    `dues` are its deadlines with when each was set, in order; `extended` when more time was granted; `refused` which
    units said that it was not theirs, and when.
    """

    number: str
    unit: str
    asker: str
    spells: tuple[Spell, ...]
    dues: tuple[tuple[datetime, datetime], ...]
    extended: tuple[datetime, ...] = ()
    refused: tuple[tuple[datetime, str], ...] = ()

    def spell_at(self, at: datetime) -> Spell | None:
        """The spell it was open in just before an instant, or closed last."""
        begun = [spell for spell in self.spells if spell.begins < at]
        return begun[-1] if begun else None

    def due_at(self, at: datetime) -> datetime:
        """The deadline as it was just before an instant."""
        return [due for since, due in self.dues if since < at or since == self.dues[0][0]][-1]


@dataclass(frozen=True, slots=True)
class Tally:
    """The figures of a group of items; `due` are those that were to be done by the end, or are done."""

    done: int = 0
    doing: int = 0
    overdue: int = 0
    carried: int = 0
    due: int = 0
    extensions: int = 0
    refusals: int = 0
    open: tuple[str, ...] = ()

    @property
    def all(self) -> int:
        """Everything that was under way in the period."""
        return self.done + self.doing + self.overdue

    @property
    def percent(self) -> str:
        """Done of those due, to one decimal, half up; empty where nothing was due."""
        if not self.due:
            return ""
        tenths = (2000 * self.done + self.due) // (2 * self.due)
        return f"{tenths // 10}.{tenths % 10}"


def tally(rows: Iterable[Row], begins: datetime, ends: datetime, now: datetime) -> Tally:
    """The figures of these items in a period, as things stood at its end; as they stand now while it lasts."""
    done = doing = overdue = carried = due = extensions = 0
    still: list[str] = []
    for row in rows:
        extensions += sum(begins <= at < ends for at in row.extended)
        spell = row.spell_at(ends)
        if spell is None or (spell.ends is not None and spell.ends < begins):
            continue
        if spell.ends is not None and spell.ends < ends:
            done, due = done + spell.done, due + spell.done
            carried += spell.done and row.spells[0].begins < begins
            continue
        late = row.due_at(ends) < min(ends, now)
        overdue, doing, due = overdue + late, doing + (not late), due + late
        carried += row.spells[0].begins < begins
        still.append(row.number)
    return Tally(done, doing, overdue, carried, due, extensions, 0, tuple(still))


def refusals(rows: Iterable[Row], begins: datetime, ends: datetime) -> Mapping[str, int]:
    """How often each unit said in the period that something was not theirs (I6)."""
    found: dict[str, int] = {}
    for row in rows:
        for at, unit in row.refused:
            if begins <= at < ends:
                found[unit] = found.get(unit, 0) + 1
    return found


def by(
    key: Callable[[Row], str], rows: Sequence[Row], begins: datetime, ends: datetime, now: datetime
) -> Mapping[str, Tally]:
    """The figures of each group that had something under way, by name."""
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    found = {name: tally(groups[name], begins, ends, now) for name in sorted(groups)}
    return {name: one for name, one in found.items() if one.all or one.extensions}
