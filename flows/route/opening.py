"""Who is asked when a stage begins: the people its rule names, their stand-ins, and what is done without any."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from flows.pointers import Pointer
from flows.route.checks import Ground, due
from flows.route.conditions import holds
from flows.route.deputies import stand_in
from flows.route.folding import Phase, after
from flows.route.seats import Seat
from flows.route.stages import APPLICANT, Deed, Policy, Stage
from flows.route.steps import TIME, Asked, Opened, Returned, Skipped, Step, Why

NOBODY, CONDITION, OWN, TWICE = "nobody", "condition", "own", "twice"
"""Why a stage was left out, or came back: words in the texts under `approval.skipped`."""


class Office(Protocol):
    """The people of an office, as far as a route needs to know them."""

    def named(self, pointer: Pointer) -> Sequence[int]:
        """The active people a rule names."""

    def name(self, person: int) -> str:
        """What somebody is called."""

    def superior(self, person: int) -> int | None:
        """Who stands above somebody."""

    def administrators(self) -> Sequence[int]:
        """The last resort."""

    def substitute(self, person: int) -> int | None:
        """Who stands in for somebody now; None for somebody who is there."""


@dataclass(frozen=True, slots=True)
class Seating:
    """The seats found for a stage; `lacking` says why there are none."""

    seats: tuple[Asked, ...] = ()
    lacking: str = ""


def openings(ground: Ground, answers: Mapping[str, object], office: Office) -> tuple[Ground, list[Step]]:
    """All that begins by itself now, one thing leading to the next; a request never stalls for want of people.

    Comes with how it stands then.
    """
    found: list[Step] = []
    while stages := due(ground):
        step = _opening(stages[0], ground, answers, office)
        found.append(step)
        ground = replace(ground, now=after(ground.now, step, ground.at, ground.route))
    return ground, found


def newly_needed(ground: Ground, answers: Mapping[str, object]) -> tuple[str, ...]:
    """Stages left out for a condition that holds now, after the applicant changed something."""
    skipped = {name for name, one in ground.now.rounds.items() if one.phase is Phase.SKIPPED and one.why == CONDITION}
    stages = [stage for stage in ground.route.stages if stage.name in skipped]
    return tuple(stage.name for stage in stages if stage.when is None or holds(stage.when, answers))


def _opening(name: str, ground: Ground, answers: Mapping[str, object], office: Office) -> Step:
    stage = ground.route.get(name)
    assert stage is not None
    if stage.when is not None and not holds(stage.when, answers):
        return Skipped(name, CONDITION)
    found = seating(stage, ground, office)
    if found.seats:
        return Opened(name, found.seats)
    if found.lacking == NOBODY and stage.nobody is not Policy.SKIP and stage.does is not Deed.READ:
        return Returned(name, TIME, APPLICANT, again=False, why=NOBODY)
    return Skipped(name, found.lacking)


def seating(stage: Stage, ground: Ground, office: Office) -> Seating:
    """Who is asked in a stage that begins now."""
    named = list(dict.fromkeys(one for pointer in stage.who for one in office.named(pointer)))
    if stage.does is Deed.READ:
        told = [one for one in named if one not in ground.now.copied]
        return Seating(tuple(Asked(one, one) for one in told), "" if told else TWICE if named else NOBODY)
    if not named:
        return Seating(_instead(stage.nobody, ground.applicant, ground, office), NOBODY)
    asked: list[Asked] = []
    lacking = NOBODY
    for person in named:
        seats, why = _seat(stage, person, ground, office)
        asked += seats
        lacking = why or lacking
    return Seating(_each_once(asked), lacking)


def _each_once(asked: Sequence[Asked]) -> tuple[Asked, ...]:
    """Nobody has two seats of the same rank by being named twice; a stand-in of two keeps both."""
    return tuple({(one.seat, one.person): one for one in reversed(asked)}.values())[::-1]


def _seat(stage: Stage, person: int, ground: Ground, office: Office) -> tuple[Sequence[Asked], str]:
    """One person's seat, or who has it instead; why there is none."""
    if stage.does is Deed.DECIDE and person == ground.applicant:
        return _instead(stage.own, person, ground, office), OWN
    weight = stage.weights.get(office.name(person), 1)
    if stage.does is Deed.DECIDE and _has_agreed(stage, person, ground):
        match stage.twice:
            case Policy.MERGE:
                return [Asked(person, person, weight, Why.MERGED)], ""
            case Policy.ASK:
                pass
            case policy:
                return _instead(policy, person, ground, office), TWICE
    barred = {ground.applicant} if stage.does is Deed.DECIDE else set()
    acts = stand_in(person, office.substitute, barred)
    if acts is not None:
        return [Asked(person, acts, weight, Why.NAMED if acts == person else Why.DEPUTY)], ""
    return [replace(one, seat=person, weight=weight) for one in _last_resort(ground, office)], ""


def _has_agreed(stage: Stage, person: int, ground: Ground) -> bool:
    """Whether somebody's own word in an earlier stage still stands; not where it was sent back to for a new one."""
    if ground.now.rounds[stage.name].anew:
        return False
    earlier = [ground.now.rounds[name] for name in ground.route.before(stage.name)]
    return any(_is_word(seat, person) for one in earlier if one.phase is Phase.PASSED for seat in one.seats)


def _is_word(seat: Seat, person: int) -> bool:
    answer = seat.answer
    return answer is not None and answer.agrees and not answer.by_time and seat.person == person and not seat.gone


def _instead(policy: Policy, person: int, ground: Ground, office: Office) -> tuple[Asked, ...]:
    """Who is asked in somebody's place."""
    match policy:
        case Policy.SKIP:
            return ()
        case Policy.SUPERIOR:
            seen = {person, ground.applicant}
            above = office.superior(person)
            while above is not None and above not in seen:
                acts = stand_in(above, office.substitute, {ground.applicant})
                if acts is not None:
                    return (Asked(person, acts, 1, Why.SUPERIOR),)
                seen.add(above)
                above = office.superior(above)
            return _last_resort(ground, office, person)
        case _:
            return _last_resort(ground, office, person)


def _last_resort(ground: Ground, office: Office, person: int = TIME) -> tuple[Asked, ...]:
    """One of those who run it all, never the applicant: one seat, so that it needs one word."""
    found = [one for one in office.administrators() if one != ground.applicant]
    return tuple(Asked(person or one, one, 1, Why.ADMIN) for one in found[:1])
