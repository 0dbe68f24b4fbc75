"""When a stage or a question is needed: few ways to look at one answer; the rest is a flow (design, section 7)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

_FIGURE = re.compile(r"-?\d+(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Over:
    """The answer is a figure above this."""

    ask: str
    bound: Decimal


@dataclass(frozen=True, slots=True)
class Under:
    """The answer is a figure below this."""

    ask: str
    bound: Decimal


@dataclass(frozen=True, slots=True)
class Is:
    """The answer is this very one: an option's value, a campus, or words."""

    ask: str
    value: str


@dataclass(frozen=True, slots=True)
class Among:
    """The answer is one of these."""

    ask: str
    values: frozenset[str]


@dataclass(frozen=True, slots=True)
class Late:
    """The answer is a time that was declared later than the matter asks for (`flows.ahead`)."""

    ask: str


@dataclass(frozen=True, slots=True)
class Both:
    """One condition about an answer that is itself only asked for under another."""

    asked: Condition
    then: Condition

    @property
    def ask(self) -> str:
        return self.then.ask


Condition = Over | Under | Is | Among | Late | Both
LATE = "late"
"""What is kept in a time that was declared too late."""


def holds(condition: Condition, answers: Mapping[str, object]) -> bool:
    """Whether it is so; of a figure that was not given, or cannot be read, the stage is rather asked than left out."""
    answer = answers.get(condition.ask)
    match condition:
        case Over(bound=bound):
            figure = figure_of(answer)
            return figure is None or figure > bound
        case Under(bound=bound):
            figure = figure_of(answer)
            return figure is None or figure < bound
        case Is(value=value):
            return value in _names(answer)
        case Among(values=values):
            return not values.isdisjoint(_names(answer))
        case Late():
            return isinstance(answer, Mapping) and answer.get(LATE) is True
        case Both(asked=asked, then=then):
            return holds(asked, answers) and holds(then, answers)


def figure_of(answer: object) -> Decimal | None:
    """The figure in an answer; amounts may be written with commas between thousands."""
    if isinstance(answer, bool) or answer is None:
        return None
    found = _FIGURE.search(str(answer).replace(",", ""))
    try:
        return Decimal(found[0]) if found else None
    except InvalidOperation:
        return None


def _names(answer: object) -> frozenset[str]:
    """What an answer may be called; a place is its campus and its building."""
    if isinstance(answer, Mapping):
        return frozenset(str(answer[key]) for key in ("area", "key") if answer.get(key))
    return frozenset() if answer is None else frozenset([str(answer)])
