"""A question for a department, or several: by name, by another name of it, or chosen among near ones."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from unicodedata import normalize

from rapidfuzz import fuzz, process

from flows.forms import Field, Option, Read, Reading, Unfit
from flows.vocabulary import any_of, vocabulary

_MOST = 3
_ALIKE = 55
"""So alike (of 100) to what was said, a name may have been meant."""


@dataclass(frozen=True, slots=True)
class Unit(Field):
    """A question answered with a department of the address book; `also` are other names, each with the right one."""

    several: bool = field(default=False, kw_only=True)
    also: tuple[tuple[str, str], ...] = field(default=(), kw_only=True)

    def read(self, said: str, reading: Reading, have: object = None) -> Read:
        names = split(said)
        if not names:
            raise Unfit("no_such_unit", name="", near=[])
        found = [self.named(name, reading.units()) for name in names]
        unknown = [name for name, unit in zip(names, found, strict=True) if unit is None]
        if not unknown:
            units = [unit for unit in found if unit is not None]
            if len(units) > 1 and not self.several:
                raise Unfit("one_unit", names=units)
            return Read(value_of(units))
        near = nearly(unknown[0], reading.units())
        if len(names) > 1 or not near:
            raise Unfit("no_such_unit", name=unknown[0][:20], near=near)
        return Read({"text": unknown[0], "lacks": "unit", "among": list(near)})

    def named(self, name: str, known: Sequence[str]) -> str | None:
        """The department of exactly that name, or of that other name."""
        right = dict(self.also).get(name, name)
        return right if right in known else None

    def ending(self, words: str, known: Sequence[str]) -> tuple[int, str] | None:
        """The department these words end with, and where its name begins: the longest that fits."""
        names = sorted({*known, *(name for name, _ in self.also)}, key=len, reverse=True)
        for name in names:
            unit = self.named(name, known)
            if unit is not None and words.endswith(name):
                return len(words) - len(name), unit
        return None

    def lacks(self, value: object) -> str | None:
        return str(value["lacks"]) if isinstance(value, Mapping) and value.get("lacks") else None

    def choices(self, have: object, reading: Reading) -> tuple[Option, ...]:
        among = have.get("among") if isinstance(have, Mapping) else None
        return tuple(Option(str(name), str(name)) for name in among or ())

    def pick(self, value: str, reading: Reading, have: object = None) -> Read:
        if value not in reading.units():
            raise Unfit("no_such_unit", name=value[:20], near=[])
        return Read(value_of([value]))

    def show(self, value: object) -> str:
        return str(value.get("text", "")) if isinstance(value, Mapping) else ""


def split(said: str) -> list[str]:
    """The names in these words, one after the other."""
    joints = re.compile(rf"{any_of('supervision', 'joints')}|[\s,;]+")
    return [name for part in joints.split(normalize("NFKC", said)) if (name := part.strip(" .\u3002"))]


def nearly(name: str, known: Sequence[str]) -> list[str]:
    """The departments that may have been meant, the likeliest first."""
    within = [one for one in known if name in one or one in name]
    alike = process.extract(name, known, scorer=fuzz.ratio, score_cutoff=_ALIKE, limit=_MOST)
    return list(dict.fromkeys([*within, *(one for one, _, _ in alike)]))[:_MOST]


def value_of(units: Sequence[str]) -> dict[str, object]:
    """Departments as an answer."""
    joint = str(vocabulary("supervision")["joint"])
    names = list(dict.fromkeys(units))
    return {"units": names, "text": joint.join(names)}


def units_in(answer: object) -> list[str]:
    """The departments in an answer."""
    found = answer.get("units") if isinstance(answer, Mapping) else None
    return [str(name) for name in found] if isinstance(found, list) else []
