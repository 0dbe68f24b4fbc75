"""What a flow declares: its moves, the texts it tells people, and its timers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from flows.cards import Style
from flows.forms import Field
from flows.who import Who


@dataclass(frozen=True, slots=True)
class Notice:
    """A text that must exist in every language; with `look`, who has no move to make may look at the case.

    One of a `talk` is plain words, in order with what else is said in the conversation.
    """

    flow: str
    name: str
    look: bool = False
    talk: bool = False


@dataclass(frozen=True, slots=True)
class Wake:
    """A timer's name; `limit` names the matter's limit it runs for, `part` how much of it in hundredths."""

    name: str
    limit: str
    part: int = 100


@dataclass(frozen=True, slots=True)
class Move:
    """A step from some states to another; without `by` it belongs to whoever holds an open task.

    One that `stays` is a line of the trail and leaves the case as it is; one that is not `offered` has no button.
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
