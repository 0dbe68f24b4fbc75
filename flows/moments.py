"""Chinese times and dates as absolute spans, seen from now; several readings are several spans, never a guess (B11)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from flows.datewords import Days, Diary
from flows.numerals import Plain
from flows.spans import EVENING, LAST, WAKING, Span, Works, at, end_of_month, hour_of, whole, working_day
from flows.timewords import NUMBER, OTHER, Word, words_of

_SOON = timedelta(days=7)
_LATE = 18
_TIMELESS = frozenset({NUMBER, OTHER, "soft", "one"})  # say no time by themselves; most sentences have no others
_BEGINNING = Diary.BEGIN | {"any", "half", "both", "part", "brief"}  # times begin with these


@dataclass(frozen=True, slots=True)
class Moment:
    """A time said between `start` and `end` of a plain sentence; no `spans` when all of it is past."""

    start: int
    end: int
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class _Clock:
    """An hour as it was said; `exact` is one of a day of 24 hours."""

    hour: int
    minute: int
    exact: bool


@dataclass(frozen=True, slots=True)
class _Said:
    """What was said of one end of a span."""

    days: tuple[Days, ...] = ()
    part: tuple[int, int] | None = None
    clock: _Clock | None = None

    def __bool__(self) -> bool:
        return bool(self.days or self.part or self.clock)


def moments(said: Plain, now: datetime, zone: ZoneInfo, works: Works) -> list[Moment]:
    """All times in a sentence, in order."""
    words = words_of(said)
    if set[str]().union(*[word.kinds for word in words]) <= _TIMELESS:
        return []
    return list(_Reader(words, now.astimezone(zone), zone, works).all())


@dataclass(frozen=True, slots=True)
class _Reader:
    words: Sequence[Word]
    now: datetime
    zone: ZoneInfo
    works: Works
    diary: Diary = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "diary", Diary(self.now.date(), self.works))

    def all(self) -> Iterator[Moment]:
        i = 0
        while i < len(self.words):
            found = None if self._is_idle(i) else self._any(i) or self._elapsing(i) or self._moment(i)
            if found is None:
                i += 1
                continue
            spans, end = found
            yield Moment(self.words[i].start, self.words[end - 1].end, self._coming(spans))
            i = end

    def _is_idle(self, i: int) -> bool:
        """Whether no time begins here: words that only follow others, or a number of something else."""
        kinds = self.words[i].kinds
        of_something = kinds.keys() == {NUMBER} and (i + 1 == len(self.words) or self._is(i + 1, OTHER))
        return of_something or "soft" in kinds or _BEGINNING.isdisjoint(kinds)

    def _coming(self, spans: Sequence[Span]) -> tuple[Span, ...]:
        """Without what is past; what has begun goes on from now."""
        now = self.now.replace(second=0, microsecond=0)
        left = [span for span in spans if span.ends >= now]
        left = [
            replace(s, begins=now) if s.begins < now < s.ends and s.begins.date() == now.date() else s for s in left
        ]
        return tuple(dict.fromkeys(left))

    def _is(self, i: int, kind: str) -> bool:
        return 0 <= i < len(self.words) and kind in self.words[i].kinds

    def _number(self, i: int) -> int | None:
        return int(self.words[i].kinds[NUMBER]) if self._is(i, NUMBER) else None

    def _any(self, i: int) -> tuple[list[Span], int] | None:
        if not self._is(i, "any"):
            return None
        last = at((self.now + _SOON).date(), LAST, self.zone)
        return [Span(self.now.replace(second=0, microsecond=0), last, open=True)], i + 1

    def _elapsing(self, i: int) -> tuple[list[Span], int] | None:
        """In half an hour, within two hours, within three days."""
        length, end = self._length(i)
        now = self.now.replace(second=0, microsecond=0)
        if length is not None and self._is(end, "after"):
            return [Span(now + length, now + length)], end + 1
        if length is not None and self._is(end, "within"):
            return [Span(now, now + length)], end + 1
        count = self._number(i)
        if count is None or count > 366:
            return None
        if self._is(i + 1, "days") and self._is(i + 2, "within"):
            return [Span(now, at((now + timedelta(days=count)).date(), LAST, self.zone))], i + 3
        start = i + 1 + self._is(i + 1, "one")
        if self._is(start, "workday") and self._is(start + 1, "within") and count <= 30:
            return [Span(now, at(working_day(now.date(), count, self.works), LAST, self.zone))], start + 2
        return None

    def _length(self, i: int) -> tuple[timedelta | None, int]:
        """Hours or minutes as a length, and where its words end."""
        count, half, j = self._number(i), False, i
        if count is not None:
            j = i + 1
            if self._is(j, "one") and self._is(j + 1, "half"):
                half, j = True, j + 2
        elif self._is(i, "half"):
            half, j = True, i + 1
        if j == i or (count or 0) > 1000:
            return None, i
        for kind, unit in (("hours", 60), ("minutes", 1)):
            if self._is(j, kind):
                minutes = (count or 0) * unit + (unit // 2 if half else 0)
                return timedelta(minutes=minutes), j + 1
        return None, i

    def _moment(self, i: int) -> tuple[list[Span], int] | None:
        one, end = self._end_of_span(i)
        if not one:
            return None
        j = end
        if self._is(j, "until") or self._is(j, "or"):
            other, after = self._end_of_span(j + 1)
            if other:
                if self._is(j, "or"):
                    return [*self._spans(one), *self._spans(self._like(other, one))], after
                return self._between(one, other), after
        for kind in ("after", "before", "within"):
            if self._is(j, kind):
                return self._marked(one, kind), j + 1
        return (self._spans(one), end) if not self._is_bare(one, i) else None

    def _is_bare(self, one: _Said, i: int) -> bool:
        """One o'clock without anything beside it also means a little."""
        clock = one.clock
        alone = clock is not None and clock.hour == 1 and clock.minute == 0 and not one.days and not one.part
        return alone and self._is(i + 1, "clock") and len(self.words[i + 1].text) == 1

    def _end_of_span(self, i: int) -> tuple[_Said, int]:
        """Day, part of the day and hour in whatever order, and where their words end."""
        said, j, end = _Said(), i, i
        while j < len(self.words):
            step = self._step(said, j)
            if step is not None:
                said, j = step
                end = j
            elif said and self._is(j, "soft"):
                j += 1
            else:
                break
        return said, end

    def _step(self, said: _Said, i: int) -> tuple[_Said, int] | None:
        kinds = self.words[i].kinds
        if "both" in kinds and not said.days and not said.part:
            ahead, first, last = kinds["both"]
            day = self.now.date() + timedelta(days=ahead)
            return replace(said, days=((day, day),), part=(first, last)), i + 1
        if not said.clock and (found := self._clock(i)):
            return replace(said, clock=found[0]), found[1]
        dated = self.diary.read(self.words, i) if not said.days else None
        if dated is not None:
            return replace(said, days=dated.readings), dated.end
        if "part" in kinds and not said.part:
            return replace(said, part=tuple(kinds["part"])), i + 1
        if "brief" in kinds and not said.part and self._clock(i + 1):
            return replace(said, part=tuple(kinds["brief"])), i + 1
        return None

    def _clock(self, i: int) -> tuple[_Clock, int] | None:
        """An hour with what follows it: half, a quarter, minutes; before a dash also without its word."""
        hour = self._number(i)
        if hour is None or hour > 24 or len(self.words[i].text) > 2:
            return None
        if self._is(i + 1, "colon") and self._is(i + 2, NUMBER) and len(self.words[i + 2].text) == 2:
            minute = int(self.words[i + 2].kinds[NUMBER])
            return (_Clock(hour, minute, exact=True), i + 3) if minute < 60 else None
        if not self._is(i + 1, "clock"):
            dashed = self._is(i + 1, "until") and self._is(i + 2, NUMBER) and self._is(i + 3, "clock")
            return (_Clock(hour, 0, exact=hour > 12), i + 1) if dashed and not self._is(i - 1, "dash") else None
        minute, end = self._minutes(i + 2)
        return _Clock(hour, minute, exact=hour > 12 or hour == 0), end

    def _minutes(self, i: int) -> tuple[int, int]:
        if self._is(i, "half"):
            return 30, i + 1
        if self._is(i, "sharp"):
            return 0, i + 1
        count = self._number(i)
        if count is None:
            return 0, i
        if self._is(i + 1, "quarter") and count <= 3:
            return 15 * count, i + 2
        if count < 60 and (self._is(i + 1, "minute") or len(self.words[i].text) == 2):
            return count, i + 1 + self._is(i + 1, "minute")
        return 0, i

    def _spans(self, said: _Said) -> list[Span]:
        """What these words may mean."""
        if said.clock is not None:
            return [Span(instant, instant) for instant in self._instants(said)]
        if said.part is None:
            return [whole(first, last, self.zone) for first, last in said.days]
        today = self.now.date()
        begin, end = said.part
        if said.days:
            days = said.days
        else:
            over = hour_of(today, end, 0, self.zone) <= self.now
            days = ((today + timedelta(days=over),) * 2,)
        return [Span(hour_of(first, begin, 0, self.zone), hour_of(last, end, 0, self.zone)) for first, last in days]

    def _instants(self, said: _Said) -> list[datetime]:
        """The instants an hour may be on its day; without a day the next time it comes."""
        clock = said.clock
        if clock is None:
            return []
        hours = self._hours(clock, said.part)
        if said.days:
            found = [hour_of(first, hour, clock.minute, self.zone) for first, _ in said.days for hour in hours]
            coming = [instant for instant in found if instant >= self.now]
            return coming or found[:1]
        today = self.now.date()
        tried = [
            [Span(i, i) for hour in hours if (i := hour_of(day, hour, clock.minute, self.zone)) >= self.now]
            for day in (today, today + timedelta(days=1))
        ]
        return [span.begins for span in self._next(tried, said)]

    def _hours(self, clock: _Clock, part: tuple[int, int] | None) -> list[int]:
        """The hours of 24 that an hour said may be."""
        if clock.exact or clock.hour > 12:
            return [clock.hour]
        if part is not None:
            if part[0] >= 12 or (part[0] == 11 and clock.hour < 11):
                return [clock.hour % 12 + 12] if not (part[0] >= 18 and clock.hour == 12) else [24]
            return [clock.hour]
        both = [clock.hour, clock.hour + 12]
        return [hour for hour in both if hour in WAKING] or [clock.hour]

    def _like(self, other: _Said, one: _Said) -> _Said:
        """The other end of a span with what was said of the first and holds for both."""
        days = other.days or one.days
        part = other.part or (one.part if other.clock and not other.clock.exact else None)
        return replace(other, days=days, part=part)

    def _between(self, one: _Said, other: _Said) -> list[Span]:
        """From one time to another."""
        if not (one.clock or one.part or other.clock or other.part):
            return self._days_between(one, other)
        if one.clock and not one.days:
            today = self.now.date()
            days = (today, today + timedelta(days=1))
            tried = [self._between(replace(one, days=((day, day),)), other) for day in days]
            return self._next([[span for span in spans if span.ends > self.now] for spans in tried], one)
        spans: list[Span] = []
        for begin in self._all_ends(one) if one.clock else self._spans(one):
            day = begin.begins.date()
            last = self._like(other, _Said(one.days and ((day, day),), one.part if one.clock else None))
            if not last.days:
                last = replace(last, days=((day, day),))
            ends = [span.ends for span in self._all_ends(last, late=True) if span.ends > begin.begins]
            if not ends and other.clock and one.part:
                ends = [s.ends for s in self._all_ends(replace(last, part=None)) if s.ends > begin.begins]
            if ends:
                spans.append(Span(begin.begins, min(ends)))
        return spans

    def _next(self, tried: Sequence[Sequence[Span]], said: _Said) -> list[Span]:
        """Today's if it comes before the evening, or the evening was said; else tomorrow's may be meant as well."""
        today, tomorrow = tried
        if today and (said.part or (said.clock and said.clock.exact) or today[0].begins.hour < _LATE):
            return list(today[:1])
        return [*today[:1], *tomorrow[:1]]

    def _days_between(self, one: _Said, other: _Said) -> list[Span]:
        """From one day to another; Monday to Friday said on a Tuesday goes on from today."""
        first, last = one.days[0][0], other.days[0][1]
        if last < first and first - timedelta(days=7) <= self.now.date() <= last:
            first = self.now.date()
        while last < first:
            last += timedelta(days=7)
        return [whole(first, last, self.zone)]

    def _all_ends(self, said: _Said, *, late: bool = False) -> list[Span]:
        """As `_spans`, with hours that may lie before now: the other end decides."""
        if said.clock is None or not said.days:
            return self._spans(said)
        hours = self._hours(said.clock, said.part)
        if late and said.clock.hour + 12 == EVENING:
            hours = [*hours, EVENING]
        found = [hour_of(last, hour, said.clock.minute, self.zone) for _, last in said.days for hour in hours]
        return [Span(instant, instant) for instant in found]

    def _marked(self, said: _Said, mark: str) -> list[Span]:
        """After, before or within what was said."""
        now = self.now.replace(second=0, microsecond=0)
        spans = self._spans(said)
        if mark == "within":
            return [Span(max(now, span.begins), span.ends) for span in spans]
        if mark == "before":
            return [self._before(said, span) for span in spans]
        return [self._after(said, span) for span in spans]

    def _before(self, said: _Said, span: Span) -> Span:
        """Until then; on another day than today from its morning on."""
        now = self.now.replace(second=0, microsecond=0)
        if said.clock is None and said.part is None:
            first, last = span.begins.date(), span.ends.date()
            month_end = last == end_of_month(last) and first != last
            return Span(
                now, span.ends if first == last or month_end else at(first - timedelta(days=1), LAST, self.zone)
            )
        ends = span.begins if said.clock else span.ends
        begins = now if ends.date() == now.date() or not said.days else hour_of(ends.date(), 8, 0, self.zone)
        return Span(min(begins, ends), ends)

    def _after(self, said: _Said, span: Span) -> Span:
        """From then until the evening, or for some days."""
        if said.clock is None and said.part is None:
            return Span(span.begins, at((span.begins + _SOON).date(), LAST, self.zone))
        begins = span.begins
        evening = hour_of(begins.date(), EVENING, 0, self.zone)
        return Span(begins, evening if begins < evening else at(begins.date(), LAST, self.zone))
