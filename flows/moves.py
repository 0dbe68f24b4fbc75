"""What a flow declares: its moves, the texts it tells people, and its timers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from flows.cards import Style
from flows.forms import Field
from flows.who import Who
from storage.records import Case

if TYPE_CHECKING:
    from flows.catalogue import Matter
    from flows.flow import Context


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a move comes to in one case: where it leads, what the trail keeps of it, and answers that changed.

    With a `matter` the case goes by that version of it from now on (C9). The turns of the people `anew` begin anew, so
    that what they had before them is of no use any more.
    """

    to: StrEnum
    facts: Mapping[str, object] = field(default_factory=dict)
    answers: Mapping[str, object] | None = None
    matter: Matter | None = None
    anew: frozenset[int] = frozenset()


Fitting = Callable[[tuple[Field, ...], Case, "Context"], tuple[Field, ...]]
"""Makes a move's questions those of one case: other answers to choose from, or one that may be left out."""
Leading = Callable[[Case, Mapping[str, object], "Context", int], Outcome]
"""What a move with these answers, in this turn, comes to; raises `Unfit` with the reason why it cannot be made."""
Timely = Callable[[Case, "Context", int], bool]
"""Whether a move means anything in a case, for one person and turn."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A text that must exist in every language; with `look`, a button shows how it stands.

    `also` is what it speaks of besides the case (`flows/facts.py`), with an example of each for `xiaoban check`.
    One of a `talk` is plain words, in order with what else is said in the conversation; a `nudge` reminds of what is
    known already, and makes no noise (A9).
    """

    flow: str
    name: str
    look: bool = False
    talk: bool = False
    also: Mapping[str, object] = field(default_factory=dict)
    nudge: bool = False


@dataclass(frozen=True, slots=True)
class Wake:
    """A timer's name; `limit` names the matter's limit it runs for, `part` how much of it in hundredths.

    Any move clears it, and with `lasts` only one into another state. Without a limit its span is given with it.
    """

    name: str
    limit: str = ""
    part: int = 100
    lasts: bool = False


@dataclass(frozen=True, slots=True)
class Move:
    """A step from some states to another; without `by` it belongs to whoever holds an open task.

    One `by_time` is made by nobody: a timer, or the flow itself. One that `stays` is a line of the trail and leaves
    the case as it is; one that is not `offered` has no button, and one of the `rest` is behind the last button.
    One that `binds` is a decision that somebody answers for; words whose speaker is not proven make none (F17).
    One that `reopens` leads on from an end, which stays one. `leads` says what it comes to where that depends on the
    case, `when` whether it means anything now.
    """

    verb: str
    sources: frozenset[str]
    to: StrEnum
    by: Who | None = None
    asks: tuple[Field, ...] = ()
    style: Style = Style.PLAIN
    by_time: bool = False
    stays: bool = False
    offered: bool = True
    fits: Fitting | None = None
    leads: Leading | None = None
    when: Timely | None = None
    rest: bool = False
    reopens: bool = False
    binds: bool = False
