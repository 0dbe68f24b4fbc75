"""The duty roster from a table: on which day, from when until when, who, as what; and what is wrong with a row."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.roster_files import Illegible, Row, rows
from bot.roster_header import BETWEEN, HEADER_WITHIN, Problem, find, wrong
from bot.sentences import catalogue, sentence
from flows.events import clean

_DATE = re.compile(
    r"(\d{4})[-/.\u5e74](\d{1,2})[-/.\u6708](\d{1,2})\u65e5?(?:\s*00:00:00)?(?:\s*\(?(?:\u5468|\u661f\u671f).\)?)?"
)
"""2026-11-24, 2026/11/24 or the same in Chinese, as office software writes it, with the day of the week or without."""
_HOURS = re.compile(
    r"\D*(\d{1,2}):(\d\d)(?::00)?\s*[-~\u2013\u2014\u2015\u81f3\u5230]+\D*?(\d{1,2}):(\d\d)(?::00)?[^\d:]*"
)
"""08:00-17:00, with the name of the shift or without."""


class Column(StrEnum):
    """What a column can say."""

    DATE = "date"
    HOURS = "hours"
    NAME = "name"
    ACCOUNT = "account"
    POST = "post"


@dataclass(frozen=True, slots=True)
class Shift:
    """A row: who, by account or by name, is on duty from when until when."""

    number: int
    day: date
    starts: datetime
    ends: datetime
    accounts: tuple[str, ...]
    names: tuple[str, ...]
    post: str


@dataclass(frozen=True, slots=True)
class Table:
    """A duty roster; with `problems` nothing of it may be used."""

    path: Path
    headers: Mapping[Column, str]
    shifts: Sequence[Shift] = ()
    problems: Sequence[Problem] = ()

    def wrong(self, number: int, column: Column, value: str, reason: str, **words: object) -> Problem:
        """What is wrong with a cell."""
        return wrong(self.path, number, self.headers[column], value, sentence("duty", reason, **words))


def read(path: Path, zone: ZoneInfo) -> Table:
    """Read a table; raises `Illegible` for what is none."""
    found = rows(path)
    none = sentence("duty", "no_header", file=path, rows=HEADER_WITHIN)
    must = [[Column.DATE], [Column.HOURS], [Column.NAME, Column.ACCOUNT]]
    start, named = find(path, found, catalogue()["duty"]["headers"], must, none)
    places = {Column(name): place for name, place in named.items()}
    body = found[start + 1 :]
    if not body:
        raise Illegible(sentence("roster", "nobody", file=path))
    cells = found[start][1]
    empty = Table(path, {column: cells[place] for column, place in places.items()})
    reader = _Reader(empty, places, zone)
    shifts = [shift for row in body if (shift := reader.shift(row)) is not None]
    return replace(empty, shifts=shifts, problems=reader.problems)


class _Reader:
    """Reads rows and keeps what is wrong with them."""

    def __init__(self, table: Table, places: Mapping[Column, int], zone: ZoneInfo) -> None:
        self._table = table
        self._places = places
        self._zone = zone
        self.problems: list[Problem] = []

    def shift(self, row: Row) -> Shift | None:
        """One row; None when something is wrong with it."""
        number, cells = row
        said = {
            column: clean(cells[place]).strip() if place < len(cells) else "" for column, place in self._places.items()
        }
        day = self._day(number, said[Column.DATE])
        hours = self._hours(number, said[Column.HOURS])
        accounts = _several(said.get(Column.ACCOUNT, "").lower())
        names = _several(said.get(Column.NAME, ""))
        if not accounts and not names:
            column = Column.NAME if Column.NAME in said else Column.ACCOUNT
            self.problems.append(self._table.wrong(number, column, "", "somebody"))
        if day is None or hours is None or not (accounts or names):
            return None
        starts, ends = (self._moment(day, hour) for hour in hours)
        if ends <= starts:
            ends = self._moment(day, hours[1] + timedelta(days=1))
        return Shift(number, day, starts, ends, accounts, names, said.get(Column.POST, ""))

    def _day(self, number: int, said: str) -> date | None:
        match = _DATE.fullmatch(unicodedata.normalize("NFKC", said))
        try:
            if match is not None:
                return date(int(match[1]), int(match[2]), int(match[3]))
        except ValueError:
            pass  # there is no such day: told below like what is no date at all
        self.problems.append(self._table.wrong(number, Column.DATE, said, "date"))
        return None

    def _hours(self, number: int, said: str) -> tuple[timedelta, timedelta] | None:
        """From when until when, counted from midnight."""
        match = _HOURS.fullmatch(unicodedata.normalize("NFKC", said))
        if match is not None:
            starts, ends = (timedelta(hours=int(match[n]), minutes=int(match[n + 1])) for n in (1, 3))
            whole = timedelta(days=1)
            if starts < whole and ends <= whole and max(int(match[2]), int(match[4])) < 60:
                return starts, ends
        self.problems.append(self._table.wrong(number, Column.HOURS, said, "hours"))
        return None

    def _moment(self, day: date, hour: timedelta) -> datetime:
        """So many hours by the clock on the wall."""
        wall = time(hour.seconds // 3600, hour.seconds // 60 % 60)
        return datetime.combine(day + timedelta(days=hour.days), wall, self._zone)


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """When a day begins."""
    return datetime.combine(day, time(), zone)


def _several(said: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for part in BETWEEN.split(said) if (name := part.strip())))
