"""Days as they are said: tomorrow, next Wednesday, the fifth, three days on, the first working day after a holiday."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import ClassVar

from flows.spans import Works, end_of_month, holiday, later, working_day
from flows.timewords import HOLIDAY, NUMBER, Word
from flows.vocabulary import vocabulary

Days = tuple[date, date]
"""The first and the last of some days."""
_OF_A_MONTH = frozenset({"month_end", "month_start", "month_middle", "year_end"})
_NEAR = timedelta(days=183)
"""How far ahead a date without a year may lie once this year's is over."""


@dataclass(frozen=True, slots=True)
class Dated:
    """Days that were said, each of the `readings` being one way to take them, and where the words end."""

    readings: tuple[Days, ...]
    end: int


@dataclass(frozen=True, slots=True)
class Diary:
    """Reads days out of words, as seen from `today`."""

    today: date
    works: Works

    def read(self, words: Sequence[Word], at: int) -> Dated | None:
        """The days that begin at a word."""
        kinds = words[at].kinds.keys()
        for begins, way in self._WAYS:
            if not begins.isdisjoint(kinds):
                found = way(self, words, at)
                if found is not None:
                    return found
        return None

    def _relative(self, words: Sequence[Word], at: int) -> Dated | None:
        kinds = words[at].kinds
        if "relative" in kinds:
            return self._one(self._on(kinds["relative"]), at + 1)
        if "pair" in kinds:
            first, last = kinds["pair"]
            return Dated(((self._on(first), self._on(last)),), at + 1)
        return None

    def _week(self, words: Sequence[Word], at: int) -> Dated | None:
        """A weekday, a weekend or a whole week, of this week or of another."""
        weeks, bound, start = self._which_week(words, at)
        if not (_is(words, start, "week") or _is(words, start, "weekend")):
            return None
        monday = self._on(7 * weeks - self.today.weekday())
        if _is(words, start, "weekend"):
            return Dated(((monday + timedelta(days=5), monday + timedelta(days=6)),), start + 1)
        day = _weekday(words, start + 1)
        if day is None:
            return Dated(((monday, monday + timedelta(days=6)),), start + 1) if bound else None
        named = monday + timedelta(days=day)
        if bound or named > self.today:
            return self._one(named, start + 2)
        following = named + timedelta(days=7)
        days = (named, following) if named == self.today else (following,)
        return Dated(tuple((one, one) for one in days), start + 2)

    def _which_week(self, words: Sequence[Word], at: int) -> tuple[int, bool, int]:
        """How many weeks ahead, whether that was said, and where the week itself begins."""
        weeks, start = 0, at
        while _is(words, start, "next"):
            weeks, start = weeks + 1, start + 1
        if weeks:
            return weeks, True, start
        if _is(words, at, "last"):
            return -1, True, at + 1
        return 0, _is(words, at, "this"), at + _is(words, at, "this")

    def _date(self, words: Sequence[Word], at: int) -> Dated | None:
        """A day of the month, with its month or without, with its year or without."""
        year = None
        if _is(words, at, NUMBER) and _is(words, at + 1, "year"):
            year, at = int(words[at].kinds[NUMBER]), at + 2
        if not _is(words, at, NUMBER):
            return None
        first = int(words[at].kinds[NUMBER])
        if _is(words, at + 1, "month") and _is(words, at + 2, NUMBER):
            end = at + 3 + _is(words, at + 3, "day")
            return self._of_month(year, first, int(words[at + 2].kinds[NUMBER]), end) if _no_trap(words, end) else None
        if _is(words, at + 1, "slash") and _is(words, at + 2, NUMBER) and not _is(words, at + 3, "slash"):
            return self._of_month(year, first, int(words[at + 2].kinds[NUMBER]), at + 3)
        if _is(words, at + 1, "day") and _no_trap(words, at + 2):
            return self._of_this_month(first, at + 2)
        return None

    def _of_month(self, year: int | None, month: int, day: int, end: int) -> Dated | None:
        found = _valid(year or self.today.year, month, day)
        if found is None:
            return None
        if year is None and found < self.today:
            following = _valid(self.today.year + 1, month, day)
            found = following if following is not None and following - self.today < _NEAR else found
        return self._one(found, end)

    def _of_this_month(self, day: int, end: int) -> Dated | None:
        """The next day of that number."""
        months = (later(self.today.replace(day=1), ahead) for ahead in range(4))
        days = [found for first in months if (found := _valid(first.year, first.month, day)) and found >= self.today]
        return self._one(days[0], end) if days else None

    def _counted(self, words: Sequence[Word], at: int) -> Dated | None:
        """So many days, weeks or months on."""
        if not _is(words, at, NUMBER) or not _is(words, at + 2, "after"):
            return None
        count = int(words[at].kinds[NUMBER])
        if count > 366:
            return None
        if _is(words, at + 1, "days"):
            return self._one(self._on(count), at + 3)
        if _is(words, at + 1, "weeks"):
            return self._one(self._on(7 * count), at + 3)
        return self._one(later(self.today, count), at + 3) if _is(words, at + 1, "months") else None

    def _month(self, words: Sequence[Word], at: int) -> Dated | None:
        """The end, the beginning or the middle of the month, the end of the year."""
        start, months = at, 0
        if _is(words, at, "next") and not _is(words, at + 1, "year_end"):
            start, months = at + 1, 1
        if start >= len(words) or words[start].kinds.keys().isdisjoint(_OF_A_MONTH):
            return None
        first = later(self.today.replace(day=1), months)
        last = end_of_month(first)
        if _is(words, start, "month_end"):
            return Dated(((max(first.replace(day=25), self.today), last),), start + 1)
        if _is(words, start, "year_end"):
            return Dated(((max(date(self.today.year, 12, 1), self.today), date(self.today.year, 12, 31)),), start + 1)
        for kind, (begin, end) in {"month_start": (1, 10), "month_middle": (11, 20)}.items():
            if _is(words, start, kind):
                month = first if first.replace(day=end) >= self.today else later(first, 1)
                return Dated(((month.replace(day=begin), month.replace(day=end)),), start + 1)
        return None

    def _holiday(self, words: Sequence[Word], at: int) -> Dated | None:
        """A holiday, what comes after it, or the first working day then."""
        if not _is(words, at, HOLIDAY):
            return None
        found = holiday(str(words[at].kinds[HOLIDAY]), self.today)
        if found is None:
            return None
        end = at + 1
        if not _is(words, end, "after"):
            return Dated((found,), end)
        nth = _nth_working(words, end + 1)
        if nth is None:
            return Dated(((found[1] + timedelta(days=1), found[1] + timedelta(days=7)),), end + 1)
        return self._one(working_day(found[1], nth[0], self.works), nth[1])

    def _working(self, words: Sequence[Word], at: int) -> Dated | None:
        """Working days: the next one, or those of this week."""
        if _is(words, at, "next") and _is(words, at + 1, "workday"):
            return self._one(working_day(self.today, 1, self.works), at + 2)
        nth = _nth_working(words, at)
        if nth is not None and nth[1] > at + 1:
            return self._one(working_day(self.today, nth[0], self.works), nth[1])
        if not _is(words, at, "workday"):
            return None
        first = self.today if self.works(self.today) else working_day(self.today, 1, self.works)
        last = first
        while self.works(last + timedelta(days=1)) and last - first < timedelta(days=6):
            last += timedelta(days=1)
        return Dated(((first, last),), at + 1)

    def _on(self, days: int) -> date:
        return self.today + timedelta(days=days)

    def _one(self, day: date, end: int) -> Dated:
        return Dated(((day, day),), end)

    _WAYS: ClassVar[tuple[tuple[frozenset[str], Callable[[Diary, Sequence[Word], int], Dated | None]], ...]] = (
        (frozenset({"relative", "pair"}), _relative),
        (frozenset({HOLIDAY}), _holiday),
        (frozenset({"next", "last", "this", "week", "weekend"}), _week),
        (frozenset({NUMBER}), _date),
        (frozenset({NUMBER}), _counted),
        (_OF_A_MONTH | {"next"}, _month),
        (frozenset({"next", "nth", "workday"}), _working),
    )
    """Each way to say days, with the kinds of words it begins with."""
    BEGIN: ClassVar[frozenset[str]] = frozenset(kind for begins, _ in _WAYS for kind in begins)
    """The kinds of words that days begin with."""


def _is(words: Sequence[Word], at: int, kind: str) -> bool:
    return 0 <= at < len(words) and kind in words[at].kinds


def _weekday(words: Sequence[Word], at: int) -> int | None:
    if _is(words, at, NUMBER) and 1 <= words[at].kinds[NUMBER] <= 7:
        return int(words[at].kinds[NUMBER]) - 1
    return 6 if _is(words, at, "sunday") else None


def _nth_working(words: Sequence[Word], at: int) -> tuple[int, int] | None:
    """Which of the working days, and where the words end."""
    count, start = 1, at
    if _is(words, start, "nth") and _is(words, start + 1, NUMBER):
        count, start = int(words[start + 1].kinds[NUMBER]), start + 2
        start += _is(words, start, "one")
    return (count, start + 1) if _is(words, start, "workday") and 1 <= count <= 30 else None


def _no_trap(words: Sequence[Word], at: int) -> bool:
    """Whether no building, door or window follows: number 12 house is no twelfth."""
    rest = "".join(_texts(words, at))
    return not any(rest.startswith(word) for word in vocabulary("moments")["traps"]["not_a_day"])


def _texts(words: Sequence[Word], at: int) -> Iterator[str]:
    yield from (word.text for word in words[at : at + 3])


def _valid(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
