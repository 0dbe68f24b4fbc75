"""Questions with an understanding of their own: where, and when (B11)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flows.forms import Field, Option, Read, Reading, Unfit, Value
from flows.locating import sights
from flows.numerals import plain
from flows.placing import campus_of, candidates, picked, placed, whereabouts


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
        lacking = whereabouts(value).get("lacks")
        return str(lacking) if lacking else None

    def stepped_back(self, value: object, reading: Reading) -> Value:
        before = whereabouts(value)
        return campus_of(before, reading.places) if before.get("key") or before.get("room") else None

    def choices(self, have: object, reading: Reading) -> tuple[Option, ...]:
        return candidates(have, reading.places) if have is None or self.lacks(have) else ()

    def pick(self, value: str, reading: Reading, have: object = None) -> Read:
        return Read(picked(value, have, reading.places))

    def show(self, value: object) -> str:
        return str(whereabouts(value).get("text", ""))


@dataclass(frozen=True, slots=True)
class When(Field):
    """A question for a time, answered with an instant or a span."""

    def read(self, said: str, reading: Reading, have: object = None) -> Read:
        raise Unfit("no_time")

    def show(self, value: object) -> str:
        return str(value.get("text", "")) if isinstance(value, Mapping) else ""
