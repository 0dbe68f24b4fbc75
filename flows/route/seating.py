"""What steps do to the seats of one stage."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from flows.route import steps
from flows.route.seats import Answer, Kind, Seat
from flows.route.stages import Mode
from flows.route.steps import Asked, Place, Why

Seats = tuple[Seat, ...]


def seated(asked: Sequence[Asked], at: datetime) -> Seats:
    """The seats a stage begins with; a word given before counts at once."""
    return tuple(
        Seat(
            key,
            one.seat,
            one.person,
            one.weight,
            why=one.why,
            answer=Answer(agrees=True, at=at, merged=True) if one.why is Why.MERGED else None,
        )
        for key, one in enumerate(asked)
    )


def answered(seats: Seats, turns: Collection[int], step: steps.Decided, at: datetime) -> Seats:
    """Somebody's word, for every seat of theirs whose turn it is."""
    word = Answer(step.agrees, at, step.why, step.by_time, step.on)
    return tuple(
        replace(seat, answer=word) if seat.person == step.person and seat.key in turns else seat for seat in seats
    )


def unanswered(seats: Seats, person: int) -> Seats:
    """Somebody's word taken back."""
    return tuple(replace(seat, answer=None) if is_word_of(seat, person) else seat for seat in seats)


def is_word_of(seat: Seat, person: int) -> bool:
    """Whether somebody gave their word here themselves."""
    answer = seat.answer
    return seat.person == person and answer is not None and not (answer.merged or answer.by_time) and not seat.gone


def moved(seats: Seats, step: steps.Moved) -> Seats:
    """Somebody's seats without a word are somebody else's."""
    return tuple(
        replace(seat, person=step.to, held=(*seat.held, step.person), since=None, silent=0, still=_is_last(step))
        if seat.person == step.person and seat.answer is None and not seat.gone
        else seat
        for seat in seats
    )


def _is_last(step: steps.Moved) -> bool:
    """What went on by time does not go on by time once more."""
    return step.how is steps.How.LAPSE


def lent(seats: Seats, turns: Collection[int], step: steps.Lent) -> Seats:
    """A guest who only gives an opinion, then it is the giver's turn again."""
    giver = next(seat for seat in seats if seat.person == step.person and seat.key in turns)
    guest = Seat(len(seats), step.to, step.to, kind=Kind.ADVICE, parent=giver.key, by=step.person)
    return (*seats, guest)


def added(seats: Seats, turns: Collection[int], step: steps.Added, mode: Mode | None) -> Seats:
    """Guests before, after or alongside; alongside means one more who counts, but in turn it means a guest."""
    host = next(seat for seat in seats if seat.person == step.person and seat.key in turns)
    stands_alone = step.place is Place.BESIDE and mode is not Mode.IN_ORDER and host.parent is None
    guests = tuple(
        Seat(
            len(seats) + number,
            person,
            person,
            kind=Kind(step.place.value),
            parent=None if stands_alone else host.key,
            by=step.person,
        )
        for number, person in enumerate(step.who)
    )
    return (*seats, *guests)


def removed(seats: Seats, step: steps.Removed) -> Seats:
    """A guest who is not asked any more, with the guests it brought itself."""
    gone: set[int] = {seat.key for seat in seats if is_guest_of(seat, step.who)}
    for seat in seats:
        if seat.parent in gone:
            gone.add(seat.key)
    return tuple(replace(seat, gone=True) if seat.key in gone else seat for seat in seats)


def is_guest_of(seat: Seat, person: int) -> bool:
    """Whether somebody was brought in here and has not given their word."""
    return seat.kind is not Kind.NAMED and seat.person == person and seat.answer is None and not seat.gone


def reminded(seats: Seats, turns: Collection[int], step: steps.Reminded) -> Seats:
    """One more reminder; after the last nothing more comes of silence."""
    return tuple(
        replace(seat, silent=seat.silent + 1, still=seat.still or step.last)
        if seat.person == step.person and seat.key in turns
        else seat
        for seat in seats
    )


def stamped(seats: Seats, stage: str, turns: Collection[tuple[str, int]], at: datetime) -> Seats:
    """Since when it is each one's turn; who waits has no such time, and no reminders."""
    return tuple(_stamped(seat, (stage, seat.key) in turns, at) for seat in seats)


def _stamped(seat: Seat, is_its_turn: bool, at: datetime) -> Seat:
    if is_its_turn:
        return seat if seat.since else replace(seat, since=at)
    if seat.answer is not None or (seat.since is None and not seat.silent):
        return seat
    return replace(seat, since=None, silent=0, still=False)
