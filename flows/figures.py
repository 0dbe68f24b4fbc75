"""A question for a figure: so many copies, so much money."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flows.forms import Field, Read, Reading, Unfit
from flows.misfiled import Misfiled
from flows.numerals import plain

_FIGURE = re.compile(r"-?\d+(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Figure(Field):
    """A question answered with one figure, between two bounds; kept as it is written in digits.

    A figure before one of its `units` answers it wherever it is said.
    """

    least: int = 0
    most: int = 10**12
    units: tuple[str, ...] = ()

    def read(self, said: str, reading: Reading, have: object = None) -> Read:
        found = _FIGURE.findall(plain(said).text.replace(",", ""))
        if len(found) != 1:
            raise Unfit("no_figure")
        if not self.least <= Decimal(found[0]) <= self.most:
            raise Unfit("figure_between", least=self.least, most=self.most)
        return Read(found[0])

    def show(self, value: object) -> str:
        return str(value) if value else ""


def between(file: str, ask: Mapping[str, Any], where: str) -> dict[str, Any]:
    """The bounds of a figure as a matter writes them; raises `Misfiled`."""
    match ask.get("between", [0, 10**12]):
        case [int(least), int(most)] if least <= most:
            return {"least": least, "most": most}
        case other:
            raise Misfiled(file, "bad_between", key=where + "between", text=str(other))
