"""The table `[supervise]` of a matter: who begins and urges, the colours, rhythms, extensions and re-checks (I1-I6)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from flows.limits import Limit, read_limits, read_span
from flows.misfiled import Misfiled, known, need

if TYPE_CHECKING:
    from flows.pointers import Named

KIND = "supervision"
"""The flow whose matters need it."""


class Colour(StrEnum):
    """How near the deadline is."""

    GREEN = "green"
    YELLOW = "yellow"
    ORANGE = "orange"
    RED = "red"


class Near(StrEnum):
    """People whom an item itself names: who does it, who heads the unit, who is above that, who asked for it."""

    RESPONSIBLE = "responsible"
    HEAD = "head"
    LEADER = "leader"
    ASKER = "asker"


@dataclass(frozen=True, slots=True)
class Shade:
    """From so many hundredths of the working time left on it is of this colour, and calls these people."""

    colour: Colour
    left: int
    tell: tuple[Near | Named, ...]


@dataclass(frozen=True, slots=True)
class Supervise:
    """What an office decided about supervising.

    `again` is the time for what is opened anew, which can be done for `reopen` after closing. After so many `refusals`
    the office rules. `share` hundredths of what was closed are asked about once more `recheck` later. `shades` are in
    the order they come.
    """

    by: Named
    urged_by: Named
    urge: Limit
    again: Limit
    reopen: timedelta
    refusals: int
    recheck: timedelta
    share: int
    shades: tuple[Shade, ...]


_KEYS = {"by", "urged_by", "urge", "again", "reopen", "refusals", "recheck", "colours"}
Naming = Callable[[str, str, object], "Named"]


def read_supervise(file: str, data: Mapping[str, Any], named: Naming) -> Supervise | None:
    """The table of a matter that is supervised; raises `Misfiled`."""
    written = data.get("supervise")
    if written is None and data.get("kind") != KIND:
        return None
    if not isinstance(written, dict):
        raise Misfiled(file, "missing_key", key="supervise")
    known(file, written, _KEYS, "supervise.")
    limits = read_limits(
        file, "supervise", {key: need(file, written, key, str, "supervise.") for key in ("urge", "again")}
    )
    recheck = need(file, written, "recheck", dict, "supervise.")
    known(file, recheck, {"after", "share"}, "supervise.recheck.")
    return Supervise(
        by=named(file, "supervise.by", written.get("by")),
        urged_by=named(file, "supervise.urged_by", written.get("urged_by")),
        urge=limits["urge"],
        again=limits["again"],
        reopen=_span(file, "supervise.reopen", written.get("reopen")),
        refusals=_count(file, "supervise.refusals", written.get("refusals"), 1, 9),
        recheck=_span(file, "supervise.recheck.after", recheck.get("after")),
        share=_count(file, "supervise.recheck.share", recheck.get("share"), 0, 100),
        shades=_shades(file, written.get("colours"), named),
    )


def named_in(found: Supervise | None) -> Iterator[tuple[str, Named]]:
    """Everybody the table names by the address book, with the key that does."""
    if found is None:
        return
    yield "supervise.by", found.by
    yield "supervise.urged_by", found.urged_by
    for shade in found.shades:
        yield from (("supervise.colours tell", one) for one in shade.tell if not isinstance(one, Near))


def _shades(file: str, rows: object, named: Naming) -> tuple[Shade, ...]:
    """Each colour once, and less time left from one to the next."""
    found: list[Shade] = []
    for row in rows if isinstance(rows, list) and rows else [None]:
        table: dict[str, Any] = row if isinstance(row, dict) else {}
        known(file, table, {"colour", "left", "tell"}, "supervise.colours ")
        colours = [one.value for one in Colour if one is not Colour.GREEN]
        if table.get("colour") not in colours or any(one.colour == table["colour"] for one in found):
            text = str(table.get("colour", ""))
            raise Misfiled(file, "not_one_of", key="supervise.colours colour", text=text, options=colours)
        most = found[-1].left - 1 if found else 99
        left = _count(file, "supervise.colours left", table.get("left"), 0, most)
        told = need(file, table, "tell", list, "supervise.colours ")
        tell = tuple(_whom(file, "supervise.colours tell", one, named) for one in told)
        found.append(Shade(Colour(table["colour"]), left, tell))
    return tuple(found)


def _whom(file: str, key: str, text: object, named: Naming) -> Near | Named:
    return Near(str(text)) if text in set(Near) else named(file, key, text)


def _span(file: str, key: str, text: object) -> timedelta:
    try:
        return read_span(str(text))
    except ValueError as error:
        raise Misfiled(file, "bad_limit", key=key, text=str(text)) from error


def _count(file: str, key: str, count: object, least: int, most: int) -> int:
    if type(count) is not int or not least <= count <= most:
        raise Misfiled(file, "bad_count", key=key, text=str(count), least=least, most=most)
    return count
