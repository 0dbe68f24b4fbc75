"""How a request stands after what has happened: every step folded into the state of each stage and each seat."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum, StrEnum

from flows.route import steps
from flows.route.seating import added, answered, lent, moved, reminded, removed, seated, stamped, unanswered
from flows.route.seats import Seat, Value, is_open, tally
from flows.route.stages import APPLICANT, Deed, Route, Stage
from flows.route.steps import Step


class Phase(StrEnum):
    """Where a stage stands; ASIDE waits for something it was sent back to."""

    AHEAD = "ahead"
    OPEN = "open"
    ASIDE = "aside"
    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"


class Verdict(Enum):
    """What has become of the request."""

    PENDING = "pending"
    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    STOPPED = "stopped"


THROUGH = frozenset({Phase.PASSED, Phase.SKIPPED})


@dataclass(frozen=True, slots=True)
class Round:
    """One stage as it stands; `count` tells how often it was put to people, `awaits` what it was sent back to.

    One `anew` was sent back to: no word given elsewhere counts in it.
    """

    stage: str
    phase: Phase = Phase.AHEAD
    count: int = 0
    seats: tuple[Seat, ...] = ()
    since: datetime | None = None
    awaits: frozenset[str] = frozenset()
    anew: bool = False
    why: str = ""


@dataclass(frozen=True, slots=True)
class Plea:
    """The applicant asks those who decided to let it be called off."""

    of: frozenset[int]
    consents: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Standing:
    """How a request stands. `decided` are all who ever gave their word, `copied` who was told of it."""

    rounds: Mapping[str, Round]
    verdict: Verdict = Verdict.PENDING
    with_applicant: bool = False
    decided: frozenset[int] = frozenset()
    copied: frozenset[int] = frozenset()
    plea: Plea | None = None
    urged: datetime | None = None
    history: tuple[tuple[datetime, Step], ...] = field(default=(), repr=False)

    @property
    def is_over(self) -> bool:
        return self.verdict is not Verdict.PENDING

    def turns(self, route: Route) -> Iterator[tuple[Stage, Seat]]:
        """Every seat whose turn it is."""
        if self.is_over or self.with_applicant:
            return
        for stage in route.stages:
            one = self.rounds[stage.name]
            if one.phase is Phase.OPEN:
                yield from ((stage, seat) for seat in one.seats if is_open(seat, one.seats, stage.mode))


def begin(route: Route) -> Standing:
    """A request of which nothing has happened yet."""
    return Standing({stage.name: Round(stage.name) for stage in route.stages})


def fold(route: Route, happened: Iterable[tuple[datetime, Step]]) -> Standing:
    """How it stands after all this, of one version of the stages; the same steps always give the same."""
    now = begin(route)
    for at, step in happened:
        now = after(now, step, at, route)
    return now


def after(now: Standing, step: Step, at: datetime, route: Route) -> Standing:
    """How it stands after one more step; what comes after the end changes nothing."""
    if now.is_over:
        return now
    now = replace(_apply(now, step, at, route), history=(*now.history, (at, step)))
    return _concluded(now, at, route)


def _apply(now: Standing, step: Step, at: datetime, route: Route) -> Standing:
    match step:
        case steps.Opened(stage=stage, seats=asked):
            return _opened(now, route, stage, seated(asked, at), at)
        case steps.Skipped(stage=stage, why=why):
            return _with(now, Round(stage, Phase.SKIPPED, now.rounds[stage].count, since=at, why=why))
        case steps.Decided(stage=stage, person=person, by_time=by_time):
            now = _reseat(now, stage, lambda seats, open_ones: answered(seats, open_ones, step, at), route)
            return now if by_time else replace(now, decided=now.decided | {person})
        case steps.Returned(to=to, again=again, stage=stage):
            return _returned(now, stage, to, again, route)
        case steps.Resubmitted(needed=needed) | steps.Revised(needed=needed):
            return _resubmitted(now, needed, route)
        case steps.TakenBack(stage=stage, person=person):
            return _taken_back(now, stage, person, route)
        case steps.Jumped(to=to):
            return _jumped(now, to, route)
        case steps.Rebased(carried=carried):
            return _rebased(now, carried, route)
        case steps.Left(person=person, to=to):
            return _left(now, person, to)
        case steps.Moved() | steps.Lent() | steps.Added() | steps.Removed() | steps.Reminded():
            return _seating(now, step, route)
        case _:
            return _beside(now, step, at)


def _beside(now: Standing, step: Step, at: datetime) -> Standing:
    """What moves no stage."""
    match step:
        case steps.Withdrawn():
            return replace(now, verdict=Verdict.WITHDRAWN)
        case steps.Stopped():
            return replace(now, verdict=Verdict.STOPPED)
        case steps.Pleaded(of=of):
            return replace(now, plea=Plea(frozenset(of)))
        case steps.Consented(person=person, agrees=agrees) if now.plea:
            consents = now.plea.consents | {person}
            if agrees and consents >= now.plea.of:
                return replace(now, plea=None, verdict=Verdict.WITHDRAWN)
            return replace(now, plea=replace(now.plea, consents=consents) if agrees else None)
        case steps.Urged():
            return replace(now, urged=at)
        case steps.Copied(who=who):
            return replace(now, copied=now.copied | set(who))
        case _:
            return now


Reseating = Callable[[tuple[Seat, ...], frozenset[int]], tuple[Seat, ...]]


def _reseat(now: Standing, stage: str, change: Reseating, route: Route) -> Standing:
    """The seats of a stage changed; `change` gets them and the keys of those whose turn it is."""
    one = now.rounds[stage]
    declared = route.get(stage)
    keys = {seat.key for seat in one.seats if declared and is_open(seat, one.seats, declared.mode)}
    return _with(now, replace(one, seats=change(one.seats, frozenset(keys))))


def _seating(now: Standing, step: Step, route: Route) -> Standing:
    match step:
        case steps.Moved():
            return _reseat(now, step.stage, lambda seats, _: moved(seats, step), route)
        case steps.Lent():
            return _reseat(now, step.stage, lambda seats, turns: lent(seats, turns, step), route)
        case steps.Added():
            stage = route.get(step.stage)
            mode = stage.mode if stage else None
            return _reseat(now, step.stage, lambda seats, turns: added(seats, turns, step, mode), route)
        case steps.Removed():
            return _reseat(now, step.stage, lambda seats, _: removed(seats, step), route)
        case steps.Reminded():
            return _reseat(now, step.stage, lambda seats, turns: reminded(seats, turns, step), route)
        case _:
            return now


def _with(now: Standing, *rounds: Round) -> Standing:
    return replace(now, rounds={**now.rounds, **{one.stage: one for one in rounds}})


def _opened(now: Standing, route: Route, stage: str, seats: tuple[Seat, ...], at: datetime) -> Standing:
    """What people are only to know of is through at once, and each is told once."""
    declared = route.get(stage)
    reading = declared is not None and declared.does is Deed.READ
    phase = Phase.PASSED if reading else Phase.OPEN
    now = _with(now, Round(stage, phase, now.rounds[stage].count + 1, seats, at))
    return replace(now, copied=now.copied | {seat.person for seat in seats}) if reading else now


def _returned(now: Standing, stage: str, to: str, again: bool, route: Route) -> Standing:
    """Everything from there on is run anew, or waits until it is through there and then goes on as it stood (D5)."""
    behind = frozenset(now.rounds) if to == APPLICANT else route.behind(to)
    if again:
        now = _with(now, *(_reset(one) for name, one in now.rounds.items() if name in behind))
    else:
        held = [one for name, one in now.rounds.items() if name in behind and one.phase in (Phase.OPEN, Phase.ASIDE)]
        aside = [one for one in held if one.phase is Phase.OPEN or one.stage == stage]
        now = _with(now, *(replace(one, phase=Phase.ASIDE, awaits=one.awaits | {to}) for one in aside))
    if to == APPLICANT:
        return replace(now, with_applicant=True)
    return _with(now, _reset(now.rounds[to], anew=True))


def _reset(one: Round, *, anew: bool = False) -> Round:
    return Round(one.stage, count=one.count, anew=anew)


def _resubmitted(now: Standing, needed: Iterable[str], route: Route) -> Standing:
    """Back to where it was; what is needed only now comes first (its people have not been asked)."""
    now = replace(now, with_applicant=False)
    for name in needed:
        held = [one for one in now.rounds.values() if one.stage in route.behind(name)]
        held = [one for one in held if one.phase in (Phase.OPEN, Phase.ASIDE)]
        now = _with(now, *(replace(one, phase=Phase.ASIDE, awaits=one.awaits | {name}) for one in held))
        now = _with(now, _reset(now.rounds[name]))
    return _went_on(now, APPLICANT)


def _went_on(now: Standing, through: str) -> Standing:
    """What waited for this goes on, unless it waits for something else besides."""
    waiting = [one for one in now.rounds.values() if through in one.awaits]
    changed = [replace(one, awaits=one.awaits - {through}) for one in waiting]
    opened = [one if one.awaits else replace(one, phase=Phase.OPEN) for one in changed]
    return _with(now, *opened)


def _taken_back(now: Standing, stage: str, person: int, route: Route) -> Standing:
    behind = route.behind(stage)
    undone = [one for one in now.rounds.values() if one.stage in behind and not _is_told(one, route)]
    one = now.rounds[stage]
    seats = unanswered(one.seats, person)
    return _with(now, *(_reset(other) for other in undone), replace(one, phase=Phase.OPEN, seats=seats))


def _is_told(one: Round, route: Route) -> bool:
    """What people were told cannot be taken back."""
    stage = route.get(one.stage)
    return one.phase is Phase.PASSED and stage is not None and stage.does is Deed.READ


def _jumped(now: Standing, to: str, route: Route) -> Standing:
    before = route.before(to)
    left_out = [
        Round(one.stage, Phase.SKIPPED, one.count, why="jumped")
        for one in now.rounds.values()
        if one.stage in before and one.phase not in THROUGH
    ]
    anew = [_reset(one) for one in now.rounds.values() if one.stage in route.behind(to)]
    now = _with(now, *left_out, *anew, _reset(now.rounds[to], anew=True))
    gone = {one.stage for one in (*left_out, *anew)} | {to, APPLICANT}
    others = [one for one in now.rounds.values() if one.awaits & gone]
    freed = [replace(one, awaits=frozenset(), phase=Phase.OPEN) for one in others]
    return replace(_with(now, *freed), with_applicant=False)


def _rebased(now: Standing, carried: Iterable[tuple[str, str]], route: Route) -> Standing:
    """By another version of the stages; whoever is being asked waits for what comes before in it (C9)."""
    kept = {name: replace(now.rounds[was], stage=name) for name, was in carried}
    fresh = {s.name: _reset(now.rounds[s.name]) if s.name in now.rounds else Round(s.name) for s in route.stages}
    now = replace(now, rounds={**fresh, **kept})
    through = {name for name, one in now.rounds.items() if one.phase in THROUGH}
    first = {APPLICANT} if now.with_applicant else set()
    asked = [one for one in now.rounds.values() if one.phase in (Phase.OPEN, Phase.ASIDE)]
    waits = [(one, frozenset(route.before(one.stage) - through | first)) for one in asked]
    return _with(now, *(replace(one, awaits=w, phase=Phase.ASIDE if w else Phase.OPEN) for one, w in waits))


def _left(now: Standing, person: int, to: int) -> Standing:
    changed = [
        replace(one, seats=moved(one.seats, steps.Moved(one.stage, person, to)))
        for one in now.rounds.values()
        if one.phase in (Phase.OPEN, Phase.ASIDE)
    ]
    now = _with(now, *changed)
    if now.plea is None or person not in now.plea.of or person in now.plea.consents:
        return now
    return replace(now, plea=replace(now.plea, of=now.plea.of - {person} | {to}))


def _concluded(now: Standing, at: datetime, route: Route) -> Standing:
    """Stages that have come to something; then the request itself."""
    for stage in route.stages:
        one = now.rounds[stage.name]
        if one.phase is Phase.OPEN:
            result = tally(one.seats, stage.mode, stage.share)
            phase = {Value.YES: Phase.PASSED, Value.NO: Phase.FAILED}.get(result, Phase.OPEN)
            now = now if phase is Phase.OPEN else _with(now, replace(one, phase=phase, since=at))
    if any(one.phase is Phase.FAILED for one in now.rounds.values()):
        return replace(now, verdict=Verdict.REFUSED) if not now.is_over else now
    through = {name for name, one in now.rounds.items() if one.phase in THROUGH}
    for name in sorted(through & {name for one in now.rounds.values() for name in one.awaits}):
        now = _went_on(now, name)
    if len(through) == len(now.rounds) and not (now.is_over or now.with_applicant):
        return replace(now, verdict=Verdict.GRANTED)
    return _stamped(now, at, route)


def _stamped(now: Standing, at: datetime, route: Route) -> Standing:
    """Since when it is whose turn: clocks begin with a turn, and anew after a return (YD 1018)."""
    turns = {(stage.name, seat.key) for stage, seat in now.turns(route)}
    rounds = [(one, stamped(one.seats, one.stage, turns, at)) for one in now.rounds.values() if one.seats]
    changed = [replace(one, seats=seats) for one, seats in rounds if seats != one.seats]
    return _with(now, *changed) if changed else now
