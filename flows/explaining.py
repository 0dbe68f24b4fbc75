"""Why something is due when it is: in one sentence, and day by day (F8)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import TYPE_CHECKING

from flows.calendar import Calendar, Counted, Due, Kind
from flows.calendar.days import ONE_DAY, ZERO
from flows.deadlines import Deadline, Pause, all_of
from flows.limits import Limit, Unit
from flows.texts import Texts
from storage.records import Case

if TYPE_CHECKING:
    from flows.context import Context

NEAR = timedelta(days=6)
"""So far from each other days are told apart by their weekday alone."""
LONG = 14
"""From so many days on, ordinary weeks are summed up."""
_PLAIN = {Kind.ORDINARY, Kind.REST}


def amount(span: timedelta, texts: Texts) -> str:
    """Working time in words, to the minute: 1.5 小时."""
    minutes = round(span / timedelta(minutes=1))
    hours, rest = divmod(minutes, 60)
    if hours and rest in (0, 30):
        return texts.say("due", "hours", hours=f"{hours}.5" if rest else f"{hours}")
    parts = ([texts.say("due", "hours", hours=hours)] if hours else []) + [texts.say("due", "minutes", minutes=rest)]
    return " ".join(parts)


def name_of(limit: str, texts: Texts) -> str:
    """What a limit is called."""
    return texts.say("due", "limits", limit) if texts.has("due", "limits", limit) else limit


def within(limit: Limit, texts: Texts) -> str:
    """A limit in words: 2 小时, 4 小时工作时间, 2 个工作日."""
    if limit.unit is Unit.DAYS:
        return texts.say("due", "working_days", days=limit.days)
    days, rest = divmod(limit.span, ONE_DAY)
    if limit.unit is Unit.CLOCK and not rest:
        return texts.say("due", "days", days=days)
    said = amount(limit.span, texts)
    return said if limit.unit is Unit.CLOCK else texts.say("due", "working", amount=said)


@dataclass(frozen=True, slots=True)
class Explanation:
    """`sentence` says it at a glance; `parts` are every step of the count, in order."""

    sentence: str
    parts: tuple[str, ...]

    def full(self, texts: Texts) -> str:
        """All of it as one text."""
        return texts.say("due", "full", parts=self.parts)


def explain(found: Deadline, name: str, calendar: Calendar, texts: Texts) -> Explanation:
    """A deadline in words; `name` is the limit's."""
    said = _Saying(found, name, calendar, texts)
    return Explanation(said.sentence(), tuple(said.parts()))


def of_case(case: Case, ctx: Context) -> list[tuple[str, Explanation]]:
    """Every limit of a case that runs or stands still now, by its name."""
    texts = ctx.rules.texts
    found = all_of(case, ctx)
    return [(name_of(name, texts), explain(one, name, ctx.rules.calendar, texts)) for name, one in found.items()]


class _Saying:
    """One deadline being put into words."""

    def __init__(self, found: Deadline, name: str, calendar: Calendar, texts: Texts) -> None:
        self._found, self._calendar, self._texts = found, calendar, texts
        self._begun = texts.say("due", "begun", name if texts.has("due", "begun", name) else "default")
        last = found.stretches[-1].at if found.stretches else found.running.since
        self._far = last - found.running.since > NEAR
        self._days = [one.day for stretch in found.stretches for one in stretch.days]

    def sentence(self) -> str:
        found = self._found
        special = dict.fromkeys(self._special())
        since, span = self._moment(found.running.since), within(found.limit, self._texts)
        known = {"since": since, "span": span, "special": list(special), "begun": self._begun}
        if found.at is None:
            return self._texts.say("due", "paused", left=amount(found.left, self._texts), **known)
        return self._texts.say("due", "sentence", at=self._moment(found.at), **known)

    def _special(self) -> Iterator[str]:
        """What is out of the ordinary between start and end."""
        plain = [day for day in self._days if day.kind is Kind.REST]
        if plain and not self._found.running.pauses:
            yield self._texts.say("due", "special", "rest")
        for day in self._days:
            if day.kind not in _PLAIN:
                yield self._texts.say("due", "special", day.kind, name=day.name)
        if self._found.running.pauses:
            yield self._texts.say("due", "special", "pauses", count=len(self._found.running.pauses))
        for year in self._unannounced():
            yield self._texts.say("due", "special", "unknown", year=year)

    def _unannounced(self) -> list[int]:
        return sorted({day.on.year for day in self._days if not day.known})

    def parts(self) -> Iterator[str]:
        pauses = self._found.running.pauses
        for number, stretch in enumerate(self._found.stretches):
            if number:
                yield self._pause(pauses[number - 1])
            if stretch.working > ZERO or not number:
                yield from self._stretch(stretch, first=number == 0)
        if self._found.at is None:
            yield self._pause(pauses[-1])
            yield self._texts.say("due", "part", "left", left=amount(self._found.left, self._texts))
        else:
            yield self._texts.say("due", "part", "end", at=self._moment(self._found.at))
        for year in self._unannounced():
            yield self._texts.say("due", "part", "unknown", year=year)

    def _pause(self, pause: Pause) -> str:
        until = self._moment(pause.ends) if pause.ends else ""
        why = pause.verb if self._texts.has("due", "pause", pause.verb) else "default"
        reason = self._texts.say("due", "pause", why)
        return self._texts.say("due", "part", "pause", since=self._moment(pause.begins), until=until, why=reason)

    def _stretch(self, stretch: Due, *, first: bool) -> Iterator[str]:
        if not stretch.days:
            verb = "clock" if first else "clock_on"
            yield self._part(verb, at=self._moment(stretch.start), counted=amount(stretch.working, self._texts))
            return
        head, rest = stretch.days[0], stretch.days[1:]
        by_days = self._found.limit.unit is Unit.DAYS and not self._found.running.pauses
        counted = "" if by_days or not head.working else amount(head.working, self._texts)
        kind = "" if head.day.spans else self._texts.say("due", "kind", head.day.kind, name=head.day.name)
        name = "start" if first else "start_on"
        yield self._part(name, at=self._moment(stretch.start), counted=counted, kind=kind, by_days=by_days)
        long = len(stretch.days) > LONG
        for (kind_of, label, _), group in groupby(rest, key=lambda one: _alike(one, long=long)):
            yield self._group(kind_of, label, list(group), by_days=by_days)

    def _group(self, kind: str, label: str, group: Sequence[Counted], *, by_days: bool) -> str:
        working = [one for one in group if one.working]
        each = {one.working for one in working}
        return self._part(
            kind,
            days=self._between([one.day.on for one in group]),
            name=label,
            count=len(group),
            works=len(working),
            rests=len(working) < len(group),
            each=amount(working[0].working, self._texts) if len(each) == 1 else "",
            counted="" if by_days else amount(sum((one.working for one in group), ZERO), self._texts),
        )

    def _part(self, part: str, **values: object) -> str:
        return self._texts.say("due", "part", part, begun=self._begun, **values)

    def _between(self, days: Sequence[date]) -> str:
        if len(days) <= 2:
            return self._texts.say("due", "listed", days=[self._day(day) for day in days])
        return self._texts.say("due", "range", first=self._day(days[0]), last=self._day(days[-1]))

    def _day(self, day: date) -> str:
        weekday = self._texts.words("time", "weekdays")[day.weekday()]
        return self._texts.say("due", "day", month=day.month, day=day.day, weekday=weekday) if self._far else weekday

    def _moment(self, at: datetime) -> str:
        here = at.astimezone(self._calendar.zone)
        return self._texts.say("due", "moment", day=self._day(here.date()), clock=f"{here:%H:%M}")


def _alike(one: Counted, *, long: bool) -> tuple[str, str, timedelta]:
    """Days in a row that are said in one breath; in a long count, ordinary weeks are."""
    if one.day.kind in _PLAIN and long:
        return "weeks", "", ZERO
    return str(one.day.kind), one.day.name, one.working
