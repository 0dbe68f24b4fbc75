"""The header of a table: which row it is, which column says what, and how a wrong cell is told of."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from operator import itemgetter
from pathlib import Path

from bot.roster_files import Illegible, Row
from bot.sentences import sentence

HEADER_WITHIN = 10
"""The header is among the first rows: above it there may be a title and a remark."""
BETWEEN = re.compile(r"[、，,；;\n]+")
"""What stands between several names in one cell."""
_REMARK = re.compile(r"\(.*?\)|\s|\*")

Problem = tuple[int, str]
"""The number of a row, and a sentence about it."""


class Unfit(Exception):
    """A sentence for each thing that is wrong with a table, from top to bottom."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        super().__init__("\n".join(told for _, told in sorted(problems, key=itemgetter(0))))


def plain(cell: str) -> str:
    """A header without its remarks: a star, something in brackets, a space for the looks of it."""
    return _REMARK.sub("", unicodedata.normalize("NFKC", cell)).lower()


def find(
    path: Path, rows: Sequence[Row], words: Mapping[str, Sequence[str]], must: Collection[Collection[str]], none: str
) -> tuple[int, Mapping[str, int]]:
    """Which row names the columns, and where each of them is; of each group in `must` one has to be there.

    Raises `Illegible`, with `none` when no row will do.
    """
    for index, (number, cells) in enumerate(rows[:HEADER_WITHIN]):
        titles = [plain(cell) for cell in cells]
        places = {name: place for name, known in words.items() if (place := _place(known, titles)) is not None}
        if all(not places.keys().isdisjoint(group) for group in must):
            for place in places.values():
                if titles.count(titles[place]) > 1:
                    at = {"row": number, "column": cells[place]}
                    raise Illegible(sentence("roster", "header_twice", file=path, **at))
            return index, places
    raise Illegible(none)


def _place(known: Sequence[str], titles: Sequence[str]) -> int | None:
    return next((titles.index(word) for word in known if word in titles), None)


def wrong(path: Path, row: int, column: str, value: str, right: str) -> Problem:
    """What is wrong with a cell, and how it should be."""
    name = "wrong" if value else "blank"
    return row, sentence("roster", name, file=path, row=row, column=column, value=value, right=right)
