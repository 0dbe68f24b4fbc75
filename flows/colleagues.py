"""A question for a colleague, answered by name; of namesakes one is chosen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flows.forms import Field, Option, Read, Reading, Unfit, Value
from flows.texts import Texts
from storage.records import Person


@dataclass(frozen=True, slots=True)
class Colleague(Field):
    """A question for a person: `likely` are shown as buttons, anybody in the address book can be typed."""

    likely: tuple[Option, ...] = ()

    def read(self, said: str, reading: Reading, have: object = None) -> Read:
        name = "".join(said.split())
        shown = [one for one in self.choices(have, reading) if one.is_called(name)]
        found = shown or list(reading.colleagues(name))
        if not found:
            raise Unfit("no_such_person", name=name[:20])
        if len(found) == 1:
            return Read(_value(found[0]))
        return Read({"text": name, "lacks": "namesake", "among": [_value(one) for one in found]})

    def lacks(self, value: object) -> str | None:
        return str(value["lacks"]) if isinstance(value, Mapping) and value.get("lacks") else None

    def choices(self, have: object, reading: Reading) -> tuple[Option, ...]:
        among = have.get("among") if isinstance(have, Mapping) else None
        return tuple(Option(str(one["id"]), str(one["text"])) for one in among) if among else self.likely

    def pick(self, value: str, reading: Reading, have: object = None) -> Read:
        found = [one for one in self.choices(have, reading) if one.value == value]
        if not found:
            raise Unfit("no_such_option", options=[one.label for one in self.choices(have, reading)])
        return Read(_value(found[0]))

    def show(self, value: object) -> str:
        return str(value.get("text", "")) if isinstance(value, Mapping) else ""


def _value(one: Option) -> dict[str, object]:
    return {"id": int(one.value), "text": one.label}


def number_of(answer: Value | object) -> int:
    """The number of the person in an answer; raises `Unfit` when there is none."""
    if isinstance(answer, Mapping) and answer.get("id"):
        return int(str(answer["id"]))
    raise Unfit("no_such_person", name="")


def as_options(people: Iterable[Person], texts: Texts) -> tuple[Option, ...]:
    """People to choose from, by name; namesakes with their department."""
    found = list(people)
    names = [one.name for one in found]
    return tuple(
        Option(str(one.id), one.name if names.count(one.name) == 1 else _told_apart(one, texts)) for one in found
    )


def _told_apart(one: Person, texts: Texts) -> str:
    return texts.say("colleagues", "namesake", name=one.name, unit=next(iter(one.units), ""))
