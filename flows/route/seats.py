"""Who is asked in a stage, whose turn it is among them, and what their words come to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, StrEnum
from fractions import Fraction

from flows.route.stages import Mode
from flows.route.steps import Why


class Kind(StrEnum):
    """By what somebody sits there: named by the rules, or brought in; ADVICE gives an opinion that decides nothing."""

    NAMED = "named"
    BEFORE = "before"
    AFTER = "after"
    BESIDE = "beside"
    ADVICE = "advice"


class Value(Enum):
    """What something comes to."""

    OPEN = "open"
    YES = "yes"
    NO = "no"


@dataclass(frozen=True, slots=True)
class Answer:
    """A word given; one `merged` was given in an earlier stage, one `by_time` by nobody (D11, D13)."""

    agrees: bool
    at: datetime
    why: str = ""
    by_time: bool = False
    on: str = ""
    merged: bool = False


@dataclass(frozen=True, slots=True)
class Seat:
    """One place in a stage: whose it is (`asked`), who acts now (`person`), and who did before (`held`).

    A guest has a `parent`: the key of the seat it was brought in by. `since` is when its turn came, `silent` how many
    reminders there were since; with `still` nothing more comes of silence.
    """

    key: int
    asked: int
    person: int
    weight: int = 1
    kind: Kind = Kind.NAMED
    parent: int | None = None
    by: int = 0
    why: Why = Why.NAMED
    held: tuple[int, ...] = ()
    answer: Answer | None = None
    gone: bool = False
    since: datetime | None = None
    silent: int = 0
    still: bool = False


Seats = Sequence[Seat]


def roots(seats: Seats) -> list[Seat]:
    """The seats that count by the stage's mode."""
    return [seat for seat in seats if seat.parent is None and not seat.gone]


def guests(seat: Seat, seats: Seats, *kinds: Kind) -> Iterator[Seat]:
    """Those brought in by one seat."""
    return (one for one in seats if one.parent == seat.key and not one.gone and (not kinds or one.kind in kinds))


def value(seat: Seat, seats: Seats) -> Value:
    """What a seat with all its guests comes to: an added signer's refusal is the refusal of both (YD PR 566)."""
    if seat.answer is not None and not seat.answer.agrees:
        return Value.NO
    found = {value(one, seats) for one in guests(seat, seats) if one.kind is not Kind.ADVICE}
    if Value.NO in found:
        return Value.NO
    return Value.YES if seat.answer is not None and Value.OPEN not in found else Value.OPEN


def root_of(seat: Seat, seats: Seats) -> Seat:
    """The seat that a guest, or a guest's guest, came in by."""
    while seat.parent is not None:
        seat = seats[seat.parent]
    return seat


def is_open(seat: Seat, seats: Seats, mode: Mode) -> bool:
    """Whether it is this seat's turn, in a stage that is not decided."""
    if seat.gone or seat.answer is not None or value(root_of(seat, seats), seats) is not Value.OPEN:
        return False
    if any(value(one, seats) is not Value.YES for one in guests(seat, seats, Kind.BEFORE)):
        return False
    if any(one.answer is None for one in guests(seat, seats, Kind.ADVICE)):
        return False
    return _is_reached(seat, seats, mode)


def _is_reached(seat: Seat, seats: Seats, mode: Mode) -> bool:
    if seat.parent is None:
        earlier = [one for one in roots(seats) if one.key < seat.key]
        return mode is not Mode.IN_ORDER or all(value(one, seats) is Value.YES for one in earlier)
    parent = seats[seat.parent]
    if parent.gone:
        return False
    if seat.kind is Kind.AFTER:
        return parent.answer is not None and parent.answer.agrees
    return _is_reached(parent, seats, mode)


def tally(seats: Seats, mode: Mode, share: Fraction) -> Value:
    """What a stage comes to.

    By share it is passed once the share has agreed, and failed as soon as it is out of reach: one refusal does not
    end it (YD 1069).
    """
    counted = [(value(seat, seats), seat.weight) for seat in roots(seats)]
    found = {one for one, _ in counted}
    if mode is Mode.ANY:
        return Value.YES if Value.YES in found else Value.NO if Value.NO in found else Value.OPEN
    if mode is Mode.SHARE:
        needed = share * sum(weight for _, weight in counted)
        agreed = sum(weight for one, weight in counted if one is Value.YES)
        possible = sum(weight for one, weight in counted if one is not Value.NO)
        return Value.YES if agreed >= needed else Value.NO if possible < needed else Value.OPEN
    if Value.NO in found:
        return Value.NO
    return Value.OPEN if Value.OPEN in found else Value.YES
