"""People from a spreadsheet: whoever a row describes, and what is wrong with it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from bot.roster_files import Illegible, Row, rows
from bot.roster_header import BETWEEN, HEADER_WITHIN, Problem, find, plain, wrong
from bot.sentences import catalogue, sentence
from flows.events import clean

LONGEST = 64
_ACCOUNT = re.compile(r"[0-9a-z][0-9a-z_.@-]{0,63}")


class Column(StrEnum):
    """What a column can say."""

    ACCOUNT = "account"
    NAME = "name"
    UNITS = "units"
    LEADS = "leads"
    ROLES = "roles"
    SKILLS = "skills"
    LICENCES = "licences"
    AREAS = "areas"
    SUPERIOR = "superior"
    SUCCESSOR = "successor"
    POSITION = "position"
    STATUS = "status"

    @property
    def label(self) -> str:
        """What people call it."""
        label: str = catalogue()["roster"]["columns"][self]
        return label


def and_(words: Iterable[str]) -> str:
    """Words in a row."""
    return sentence("config", "and").join(words)


@dataclass(frozen=True, slots=True)
class Line:
    """A row: who it is about, and what it says of them; what it has no column for is None."""

    number: int
    account: str
    name: str
    units: tuple[str, ...] | None
    leads: tuple[str, ...] | None
    roles: tuple[str, ...] | None
    skills: tuple[str, ...] | None
    licences: tuple[str, ...] | None
    areas: tuple[str, ...] | None
    superior: str | None
    successor: str | None
    position: str | None
    active: bool | None


@dataclass(frozen=True, slots=True)
class Roster:
    """A table of people; `headers` are the columns by their words in it, `unused` what else it has.

    With `problems` nothing of it may be used.
    """

    path: Path
    headers: Mapping[Column, str]
    unused: Sequence[str]
    lines: Sequence[Line] = ()
    problems: Sequence[Problem] = ()

    def wrong(self, number: int, column: Column, value: str, right: str) -> Problem:
        """What is wrong with a cell, and how it should be."""
        return wrong(self.path, number, self.headers.get(column, column.label), value, right)


def read(path: Path) -> Roster:
    """Read a table; raises `Illegible` for what is none."""
    found = rows(path)
    known = and_(column.label for column in Column if column not in {Column.ACCOUNT, Column.NAME})
    none = sentence("roster", "no_header", file=path, rows=HEADER_WITHIN, known=known)
    start, named = find(path, found, catalogue()["roster"]["headers"], [[Column.ACCOUNT], [Column.NAME]], none)
    places = {Column(name): place for name, place in named.items()}
    _, cells = found[start]
    headers = {column: cells[place] for column, place in places.items()}
    unused = [cell for place, cell in enumerate(cells) if cell and place not in places.values()]
    body = found[start + 1 :]
    if not body:
        raise Illegible(sentence("roster", "nobody", file=path))
    empty = Roster(path, headers, unused)
    reader = _Reader(empty, places)
    lines = [reader.line(row) for row in body]
    return replace(empty, lines=lines, problems=reader.problems)


class _Reader:
    """Reads rows and keeps what is wrong with them."""

    def __init__(self, roster: Roster, places: Mapping[Column, int]) -> None:
        self._roster = roster
        self._places = places
        self._seen: dict[str, int] = {}
        self.problems: list[Problem] = []

    def line(self, row: Row) -> Line:
        """One row as far as it can be read."""
        number, cells = row
        said = {
            column: clean(cells[place]).strip() if place < len(cells) else "" for column, place in self._places.items()
        }
        return Line(
            number,
            self._account(number, said[Column.ACCOUNT]),
            self._name(number, said[Column.NAME]),
            self._names(number, Column.UNITS, said),
            self._names(number, Column.LEADS, said),
            self._names(number, Column.ROLES, said),
            self._names(number, Column.SKILLS, said),
            self._names(number, Column.LICENCES, said),
            self._names(number, Column.AREAS, said),
            said.get(Column.SUPERIOR),
            said.get(Column.SUCCESSOR),
            said.get(Column.POSITION),
            self._status(number, said.get(Column.STATUS, "")),
        )

    def _wrong(self, number: int, column: Column, value: str, reason: str, **words: object) -> None:
        self.problems.append(self._roster.wrong(number, column, value, sentence("roster", reason, **words)))

    def _account(self, number: int, said: str) -> str:
        account = unicodedata.normalize("NFKC", said).lower()
        if not _ACCOUNT.fullmatch(account):
            self._wrong(number, Column.ACCOUNT, said, "account")
        elif account in self._seen:
            self._wrong(number, Column.ACCOUNT, said, "account_twice", other=self._seen[account])
        else:
            self._seen[account] = number
        return account

    def _name(self, number: int, said: str) -> str:
        if not 0 < len(said) <= LONGEST:
            self._wrong(number, Column.NAME, said, "name")
        return said

    def _names(self, number: int, column: Column, said: Mapping[Column, str]) -> tuple[str, ...] | None:
        if column not in said:
            return None
        names = tuple(dict.fromkeys(name for part in BETWEEN.split(said[column]) if (name := part.strip())))
        if any(len(name) > LONGEST for name in names):
            self._wrong(number, column, said[column], "names")
        return names

    def _status(self, number: int, said: str) -> bool | None:
        words = catalogue()["roster"]["states"]
        word = plain(said)
        if not word:
            return None
        if word not in {*words["active"], *words["gone"]}:
            shown = {kind: and_(words[kind][:3]) for kind in ("active", "gone")}
            self._wrong(number, Column.STATUS, said, "status", **shown)
        return word in words["active"]
