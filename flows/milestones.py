"""A question for milestones with their own dates: one a clause, such as 12 月 1 日前完成设计."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flows.forms import Field, Read, Reading, Unfit
from flows.numerals import plain
from flows.until import term_in

MOST = 9
_STOPS = re.compile("[,;\uff0c\uff1b\u3002\n]+")
_EDGES = " :\uff1a,\u3001"


@dataclass(frozen=True, slots=True)
class Milestone:
    """A part of the way; `until` is the last moment of its day."""

    key: str
    words: str
    until: datetime
    day: str


@dataclass(frozen=True, slots=True)
class Milestones(Field):
    """A question answered with parts of the work, each with its date."""

    def read(self, said: str, reading: Reading, have: object = None) -> Read:
        """The parts in these words, beside those that are there already where there are any."""
        found: list[object] = list(_rows(have))
        for clause in filter(str.strip, _STOPS.split(said)):
            words = plain(clause)
            term = term_in(words, reading)
            if term is None or term.value is None or term.value.get("lacks"):
                raise Unfit("no_milestone_date", words=clause.strip()[:20])
            rest = (words.original(0, term.start) + words.original(term.end, len(words.text))).strip(_EDGES)
            if len(rest) < 2:
                raise Unfit("no_milestone", words=clause.strip()[:20])
            found.append({"words": rest, "until": term.value["until"], "text": term.value["text"]})
        if not 1 <= len(found) <= MOST:
            raise Unfit("milestones_between", most=MOST)
        rows = sorted(_rows({"list": found}), key=lambda one: str(one["until"]))
        return Read({"list": rows, "text": "\uff1b".join(f"{one['text']} {one['words']}" for one in rows)})

    def show(self, value: object) -> str:
        return str(value.get("text", "")) if isinstance(value, Mapping) else ""


def milestones_in(answer: object) -> list[Milestone]:
    """The milestones in an answer, by their place in it."""
    return [
        Milestone(str(at), str(row["words"]), datetime.fromisoformat(str(row["until"])), str(row["text"]))
        for at, row in enumerate(_rows(answer))
    ]


def _rows(answer: object) -> Sequence[Mapping[str, object]]:
    rows: object = answer.get("list") if isinstance(answer, Mapping) else None
    return [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else []
