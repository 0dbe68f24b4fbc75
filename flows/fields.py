"""Questions with an understanding of their own: where, and when (B11)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from flows.ahead import Ahead
from flows.forms import Field, Option, Read, Reading, Unfit, Value
from flows.locating import sights
from flows.moments import Moment, moments
from flows.numerals import plain
from flows.placing import campus_of, candidates, known_from, picked, placed, whereabouts
from flows.spans import Span

_MOST = 3


@dataclass(frozen=True, slots=True)
class Place(Field):
    """A question for a place, answered all at once or bit by bit: the campus, the building, the room."""

    def read(self, said: str, reading: Reading, have: object = None) -> Read:
        found = sights(plain(said), reading.places, asked=True)
        if not found:
            raise Unfit("no_place")
        if len(found) > 1:
            raise Unfit("two_places")
        return placed(found[0], have, reading.places)

    def lacks(self, value: object) -> str | None:
        return _lacking(value)

    def stepped_back(self, value: object, reading: Reading) -> Value:
        before = whereabouts(value)
        return campus_of(before, reading.places) if before.get("key") or before.get("room") else None

    def choices(self, have: object, reading: Reading) -> tuple[Option, ...]:
        """Where this person reported from before; then the buildings that may be meant."""
        if have is None:
            return known_from(reading.before(), reading.places)
        return candidates(have, reading.places) if self.lacks(have) else ()

    def campuses(self, reading: Reading) -> tuple[Option, ...]:
        """Something to press for somebody whose words were not understood; it takes a message more (B1)."""
        return candidates(None, reading.places)

    def pick(self, value: str, reading: Reading, have: object = None) -> Read:
        return Read(picked(value, have, reading.places))

    def show(self, value: object) -> str:
        return _text(value)


@dataclass(frozen=True, slots=True)
class When(Field):
    """A question for a time, answered with an instant or a span; what can be read in two ways is asked again.

    `ahead` is how long beforehand it should be declared.
    """

    ahead: Ahead | None = field(default=None, kw_only=True)

    def read(self, said: str, reading: Reading, have: object = None) -> Read:
        found = moments(plain(said), reading.now, reading.zone, reading.works)
        if not found:
            raise Unfit("no_time")
        return Read(timed(found))

    def lacks(self, value: object) -> str | None:
        return _lacking(value)

    def choices(self, have: object, reading: Reading) -> tuple[Option, ...]:
        among = have.get("among") if isinstance(have, Mapping) else None
        return tuple(Option(f"{one['from']}/{one['until']}", str(one["text"])) for one in among or ())

    def pick(self, value: str, reading: Reading, have: object = None) -> Read:
        try:
            begins, ends = (datetime.fromisoformat(end) for end in value.split("/"))
        except ValueError as error:
            raise Unfit("no_such_option", options=[o.label for o in self.choices(have, reading)]) from error
        return Read(Span(begins.astimezone(reading.zone), ends.astimezone(reading.zone)).value())

    def show(self, value: object) -> str:
        return _text(value)


def timed(found: Sequence[Moment]) -> Value:
    """The one time that was said, or the readings to choose from; raises `Unfit` when all of it is past."""
    spans = list(dict.fromkeys(span for moment in found for span in moment.spans))
    spans = [one for one in spans if not any(other != one and _within(other, one) for other in spans)]
    if not spans:
        raise Unfit("past_time")
    if len(spans) == 1:
        return spans[0].value()
    return {"text": "", "lacks": "reading", "among": [span.value() for span in spans[:_MOST]]}


def _within(one: Span, other: Span) -> bool:
    """Whether a span lies within another that was said less exactly."""
    return other.begins <= one.begins and one.ends <= other.ends


def _lacking(value: object) -> str | None:
    lacking = value.get("lacks") if isinstance(value, Mapping) else None
    return str(lacking) if lacking else None


def _text(value: object) -> str:
    return str(value.get("text", "")) if isinstance(value, Mapping) else ""
