"""Which step may be taken now, and why not."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from flows.route import steps
from flows.route.folding import Phase, Round, Standing
from flows.route.seating import is_guest_of, is_word_of
from flows.route.seats import Kind, Seat
from flows.route.stages import APPLICANT, Deed, Route, Stage
from flows.route.steps import Step

DEPTH = 5
"""How often a turn may go on, and how deep guests may bring guests (F26)."""


class Unable(Exception):
    """This step may not be taken; `reason` names the sentence that says why."""

    def __init__(self, reason: str, **values: object) -> None:
        super().__init__(reason)
        self.reason = reason
        self.values = values


@dataclass(frozen=True, slots=True)
class Ground:
    """What a step is judged by."""

    route: Route
    now: Standing
    applicant: int
    at: datetime


def check(step: Step, ground: Ground) -> None:
    """Raise `Unable` unless this step may be taken; steps of time and of the office itself are judged like others."""
    if ground.now.is_over:
        raise Unable("over")
    judge = _JUDGES.get(type(step))
    if judge is not None:
        judge(step, ground)


def turns_of(person: int, stage: str, ground: Ground) -> list[Seat]:
    """Somebody's seats in a stage whose turn it is."""
    return [seat for one, seat in ground.now.turns(ground.route) if one.name == stage and seat.person == person]


def _turn(person: int, stage: str, ground: Ground) -> tuple[Stage, Seat]:
    declared = ground.route.get(stage)
    seats = turns_of(person, stage, ground)
    if declared is None or not seats:
        raise Unable("not_your_turn")
    return declared, seats[0]


def _decided(step: Step, ground: Ground) -> None:
    assert isinstance(step, steps.Decided)
    stage, seat = _turn(step.person, step.stage, ground)
    if stage.does is Deed.DECIDE and step.person == ground.applicant:
        raise Unable("own")
    if stage.does is Deed.HANDLE and not step.agrees and seat.kind is Kind.NAMED:
        raise Unable("nothing_to_refuse")
    if not step.agrees and not step.why and not step.by_time:
        raise Unable("needs_a_reason")


def _given(person: int, to: Iterable[int], stage: str, ground: Ground) -> Seat:
    """A turn that somebody shares with, or gives to, others; never to whom it is about (F21), nor in a ring (F26)."""
    declared, seat = _turn(person, stage, ground)
    for one in to:
        if one == person:
            raise Unable("to_oneself")
        if one == ground.applicant and declared.does is Deed.DECIDE:
            raise Unable("to_the_applicant")
        if one in seat.held:
            raise Unable("ring")
    return seat


def _moved(step: Step, ground: Ground) -> None:
    assert isinstance(step, steps.Moved)
    if step.how is steps.How.TRANSFER:
        seat = _given(step.person, [step.to], step.stage, ground)
        if len(seat.held) >= DEPTH:
            raise Unable("too_far")
        return
    one = _round(step.stage, ground)
    held = [seat for seat in one.seats if seat.person == step.person and seat.answer is None and not seat.gone]
    if one.phase is not Phase.OPEN or not held or step.to == step.person:
        raise Unable("not_their_turn")
    if step.to == ground.applicant:
        raise Unable("to_the_applicant")


def _lent(step: Step, ground: Ground) -> None:
    assert isinstance(step, steps.Lent)
    seat = _given(step.person, [step.to], step.stage, ground)
    _not_twice([step.to], _round(step.stage, ground), ground)
    _not_too_deep(seat, _round(step.stage, ground))
    if seat.kind is Kind.ADVICE:
        raise Unable("only_an_opinion")


def _added(step: Step, ground: Ground) -> None:
    assert isinstance(step, steps.Added)
    if not step.who or len(set(step.who)) != len(step.who):
        raise Unable("nobody_named")
    seat = _given(step.person, step.who, step.stage, ground)
    if seat.kind is Kind.ADVICE:
        raise Unable("only_an_opinion")
    _not_twice(step.who, _round(step.stage, ground), ground)
    _not_too_deep(seat, _round(step.stage, ground))


def _not_twice(who: Iterable[int], one: Round, ground: Ground) -> None:
    """Nobody is asked twice at a time in one stage."""
    asked = {seat.person for seat in one.seats if seat.answer is None and not seat.gone}
    if asked & set(who):
        raise Unable("asked_already")


def _not_too_deep(seat: Seat, one: Round) -> None:
    depth = 1
    while seat.parent is not None:
        seat, depth = one.seats[seat.parent], depth + 1
    if depth > DEPTH:
        raise Unable("too_far")


def _removed(step: Step, ground: Ground) -> None:
    assert isinstance(step, steps.Removed)
    one = _round(step.stage, ground)
    theirs = [seat for seat in one.seats if is_guest_of(seat, step.who)]
    if one.phase is not Phase.OPEN or not theirs or ground.now.with_applicant:
        raise Unable("nobody_to_remove")
    if all(seat.by != step.person for seat in theirs):
        raise Unable("not_your_guest")


def _returned(step: Step, ground: Ground) -> None:
    assert isinstance(step, steps.Returned)
    if step.person != steps.TIME:
        _, seat = _turn(step.person, step.stage, ground)
        if seat.kind is Kind.ADVICE:
            raise Unable("only_an_opinion")
        if not step.why:
            raise Unable("needs_a_reason")
    if step.to != APPLICANT and step.to not in returnable(step.stage, ground):
        raise Unable("no_way_back")


def returnable(stage: str, ground: Ground) -> list[str]:
    """The stages one can be sent back to: earlier ones that people have decided, the nearest first."""
    before = ground.route.before(stage)
    names = [one.name for one in ground.route.stages if one.name in before and one.does is not Deed.READ]
    return [name for name in reversed(names) if ground.now.rounds[name].phase is Phase.PASSED]


def _resubmitted(step: Step, ground: Ground) -> None:
    assert isinstance(step, steps.Resubmitted)
    if not ground.now.with_applicant or step.person != ground.applicant:
        raise Unable("not_with_you")


def _revised(step: Step, ground: Ground) -> None:
    assert isinstance(step, steps.Revised)
    stage, seat = _turn(step.person, step.stage, ground)
    if seat.kind is Kind.ADVICE:
        raise Unable("only_an_opinion")
    if step.ask not in stage.edits:
        raise Unable("not_to_change")


def _withdrawn(step: Step, ground: Ground) -> None:
    assert isinstance(step, steps.Withdrawn)
    _applicant(step.person, ground)
    if ground.now.decided:
        raise Unable("decided_already")


def _pleaded(step: Step, ground: Ground) -> None:
    assert isinstance(step, steps.Pleaded)
    _applicant(step.person, ground)
    if not ground.now.decided or not step.of:
        raise Unable("nobody_has_decided")
    if ground.now.plea is not None:
        raise Unable("asked_already")
    if ground.at - ground.now.history[0][0] > ground.route.withdraw:
        raise Unable("too_late")


def _consented(step: Step, ground: Ground) -> None:
    assert isinstance(step, steps.Consented)
    plea = ground.now.plea
    if plea is None or step.person not in plea.of - plea.consents:
        raise Unable("not_your_turn")


def _urged(step: Step, ground: Ground) -> None:
    assert isinstance(step, steps.Urged)
    _applicant(step.person, ground)
    if ground.now.with_applicant:
        raise Unable("with_you")
    if ground.now.urged is not None and ground.at - ground.now.urged < ground.route.urge:
        raise Unable("urged_already", until=ground.now.urged + ground.route.urge)


def _applicant(person: int, ground: Ground) -> None:
    if person != ground.applicant:
        raise Unable("not_yours")


def _taken_back(step: Step, ground: Ground) -> None:
    assert isinstance(step, steps.TakenBack)
    if step.stage not in takeable(step.person, ground):
        raise Unable("gone_on")


def takeable(person: int, ground: Ground) -> list[str]:
    """The stages in which somebody can take their word back: nobody after them has acted (D8)."""
    if ground.now.with_applicant or ground.now.is_over:
        return []
    return [stage.name for stage in ground.route.stages if _is_takeable(stage, person, ground)]


def _is_takeable(stage: Stage, person: int, ground: Ground) -> bool:
    one = ground.now.rounds[stage.name]
    if one.phase not in (Phase.OPEN, Phase.PASSED) or not any(is_word_of(seat, person) for seat in one.seats):
        return False
    rounds = ground.now.rounds.values()
    behind = [other for other in rounds if other.stage in ground.route.behind(stage.name)]
    acted = any(_has_acted(other, ground) for other in behind)
    last = max((seat.answer.at for seat in one.seats if seat.answer), default=ground.at)
    own = max(seat.answer.at for seat in one.seats if seat.answer and is_word_of(seat, person))
    guests = any(seat.parent is not None and seat.answer is None and not seat.gone for seat in one.seats)
    return not acted and own == last and not guests and stage.name not in {n for o in rounds for n in o.awaits}


def _has_acted(one: Round, ground: Ground) -> bool:
    stage = ground.route.get(one.stage)
    if stage is None or stage.does is Deed.READ:
        return False
    if one.phase in (Phase.ASIDE, Phase.FAILED):
        return True
    return any((seat.answer and not seat.answer.merged) or seat.held or seat.parent is not None for seat in one.seats)


def _stopped(step: Step, _ground: Ground) -> None:
    assert isinstance(step, steps.Stopped)
    if not step.why:
        raise Unable("needs_a_reason")


def _jumped(step: Step, ground: Ground) -> None:
    assert isinstance(step, steps.Jumped)
    if not step.why:
        raise Unable("needs_a_reason")
    if _round(step.to, ground).phase in (Phase.OPEN, Phase.ASIDE):
        raise Unable("there_already")


def _reminded(step: Step, ground: Ground) -> None:
    assert isinstance(step, steps.Reminded)
    _turn(step.person, step.stage, ground)


def _opens(step: Step, ground: Ground) -> None:
    assert isinstance(step, (steps.Opened, steps.Skipped))
    if step.stage not in due(ground):
        raise Unable("not_due")


def due(ground: Ground) -> list[str]:
    """The stages that begin now: what comes before them is through."""
    from_here = ground.now
    if from_here.is_over or from_here.with_applicant:
        return []
    through = {name for name, one in from_here.rounds.items() if one.phase in (Phase.PASSED, Phase.SKIPPED)}
    return [
        stage.name
        for stage in ground.route.stages
        if from_here.rounds[stage.name].phase is Phase.AHEAD and stage.after <= through
    ]


def _round(stage: str, ground: Ground) -> Round:
    if stage not in ground.now.rounds:
        raise Unable("no_such_stage")
    return ground.now.rounds[stage]


_JUDGES: dict[type[Step], Callable[[Step, Ground], None]] = {
    steps.Opened: _opens,
    steps.Skipped: _opens,
    steps.Decided: _decided,
    steps.Moved: _moved,
    steps.Lent: _lent,
    steps.Added: _added,
    steps.Removed: _removed,
    steps.Returned: _returned,
    steps.Resubmitted: _resubmitted,
    steps.Revised: _revised,
    steps.Withdrawn: _withdrawn,
    steps.Pleaded: _pleaded,
    steps.Consented: _consented,
    steps.TakenBack: _taken_back,
    steps.Stopped: _stopped,
    steps.Jumped: _jumped,
    steps.Reminded: _reminded,
    steps.Urged: _urged,
}
