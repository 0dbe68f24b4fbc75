"""Whom a job is offered to, and why: rules and facts in, a choice with its reasons out; pure (G2-G5, G7).

The same rules and the same facts give the same choice; ties go to whoever has been known longest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from heapq import nsmallest

from flows.dispatch.rules import Rules


class Why(StrEnum):
    """What speaks for or against somebody; the words are in the texts under `dispatch.why`."""

    OWN_AREA = "own_area"
    NEXT_AREA = "next_area"
    OTHER_AREA = "other_area"
    SKILLED = "skilled"
    LICENSED = "licensed"
    ON_DUTY = "on_duty"
    LEAST = "least"
    LOAD = "load"
    UNSKILLED = "unskilled"
    UNLICENSED = "unlicensed"
    OFF_DUTY = "off_duty"
    REFUSED = "refused"
    SILENT = "silent"
    GAVE_BACK = "gave_back"


KEPT = 20
"""So many candidates are kept with a choice, the best first; nobody reads further."""
AGAINST = {Why.UNSKILLED, Why.UNLICENSED, Why.OFF_DUTY, Why.REFUSED, Why.SILENT, Why.GAVE_BACK}


class Mode(StrEnum):
    """How it is offered: to all at once, to the one best, or to nobody, so that the dispatcher is called."""

    QUEUE = "queue"
    ONE = "one"
    CALL = "call"


@dataclass(frozen=True, slots=True)
class Worker:
    """Somebody who repairs; `areas` are keys of areas, none for somebody at home everywhere; `load` open tasks."""

    id: int
    areas: frozenset[str] = frozenset()
    skills: frozenset[str] = frozenset()
    licences: frozenset[str] = frozenset()
    on_duty: bool = True
    load: int = 0


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be done. `out` are those who had their chance at it, and how it went."""

    kind: str
    fault: str
    area: str
    urgent: bool = False
    peak: bool = False
    out: Mapping[int, Why] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason with what it is about: a skill, a licence, a count."""

    why: Why
    about: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody considered; `fits` is whether the rules would let the job go to them now."""

    person_id: int
    fits: bool
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """Whom it is offered to, and the best of all who were considered, with their reasons."""

    mode: Mode
    people: tuple[int, ...]
    candidates: tuple[Candidate, ...]
    considered: int


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What a job asks for, and how far from home everybody is: 0 there, 1 next to it, 2 further."""

    job: Job
    skill: str
    licence: str
    is_complex: bool
    near: frozenset[str]

    def distance(self, worker: Worker) -> int:
        if not worker.areas or not self.job.area or self.job.area in worker.areas:
            return 0
        return 1 if worker.areas & self.near else 2

    def is_allowed(self, worker: Worker) -> bool:
        """The hard limits: a licence, and not twice to the same person."""
        return (not self.licence or self.licence in worker.licences) and worker.id not in self.job.out

    def is_skilled(self, worker: Worker) -> bool:
        return not self.skill or self.skill in worker.skills

    def rank(self, worker: Worker) -> tuple[int, int, int]:
        return self.distance(worker), worker.load, worker.id


def choose(rules: Rules, job: Job, workers: Sequence[Worker]) -> Choice:
    """Whom to offer a job to."""
    wanted = _Wanted(
        job,
        rules.kind(job.kind).skill,
        rules.licence_for(job.kind, job.fault),
        rules.is_complex(job.kind, job.fault),
        frozenset(rules.neighbours.get(job.area, ())),
    )
    allowed = [worker for worker in workers if wanted.is_allowed(worker)]
    single = bool(job.urgent or wanted.licence or wanted.is_complex)
    pool = sorted(_best(wanted, allowed) if single else _queue(wanted, allowed), key=wanted.rank)
    candidates = _considered(wanted, pool, workers)
    if not pool or (len(job.out) >= rules.offers if single else _is_refused(wanted, allowed, workers)):
        return Choice(Mode.CALL, (), candidates, len(workers))
    if single:
        return Choice(Mode.ONE, (pool[0].id,), candidates, len(workers))
    return Choice(Mode.QUEUE, tuple(worker.id for worker in pool), candidates, len(workers))


def _best(wanted: _Wanted, allowed: Sequence[Worker]) -> Sequence[Worker]:
    """For one who is to come: on duty, an urgent one in any case; skilled, if anybody is; from any area."""
    on_duty = [worker for worker in allowed if worker.on_duty]
    return _prefer(on_duty if wanted.job.urgent or on_duty else allowed, wanted.is_skilled)


def _queue(wanted: _Wanted, allowed: Sequence[Worker]) -> Sequence[Worker]:
    """For whoever comes first: the crew of the area, at peak its neighbours too; others when there is nobody (G7)."""
    nearest = min((wanted.distance(worker) for worker in allowed), default=0)
    reach = max(nearest, 1 if wanted.job.peak else 0)
    at_hand = [worker for worker in allowed if wanted.distance(worker) <= reach]
    skilled = [worker for worker in at_hand if wanted.is_skilled(worker)]
    return _prefer(skilled or at_hand, lambda worker: worker.on_duty)


def _is_refused(wanted: _Wanted, allowed: Sequence[Worker], workers: Sequence[Worker]) -> bool:
    """Whether the whole crew of the area had its chance: that is for the dispatcher, not for the next area."""
    crew = {worker.id for worker in workers if wanted.distance(worker) == 0}
    return bool(crew & wanted.job.out.keys()) and not crew & {worker.id for worker in allowed}


def _prefer(workers: Sequence[Worker], good: Callable[[Worker], bool]) -> Sequence[Worker]:
    return [worker for worker in workers if good(worker)] or workers


def _considered(wanted: _Wanted, pool: Sequence[Worker], workers: Iterable[Worker]) -> tuple[Candidate, ...]:
    """The best with what speaks for and against them: those the job may go to first, in their order."""
    fitting = {worker.id for worker in pool}
    least = min((worker.load for worker in pool), default=-1)
    others = nsmallest(KEPT - len(pool), (one for one in workers if one.id not in fitting), key=wanted.rank)
    return tuple(
        Candidate(worker.id, worker.id in fitting, tuple(_reasons(wanted, worker, least if alone else -1)))
        for alone, group in ((len(pool) > 1, pool[:KEPT]), (False, others))
        for worker in group
    )


_NEARNESS = (Why.OWN_AREA, Why.NEXT_AREA, Why.OTHER_AREA)


def _reasons(wanted: _Wanted, worker: Worker, least: int) -> Iterable[Reason]:
    if worker.areas and wanted.job.area:
        yield Reason(_NEARNESS[wanted.distance(worker)])
    if wanted.skill:
        yield Reason(Why.SKILLED if wanted.is_skilled(worker) else Why.UNSKILLED, wanted.skill)
    if wanted.licence:
        yield Reason(Why.LICENSED if wanted.licence in worker.licences else Why.UNLICENSED, wanted.licence)
    yield Reason(Why.ON_DUTY if worker.on_duty else Why.OFF_DUTY)
    yield Reason(Why.LEAST if worker.load == least else Why.LOAD, str(worker.load))
    if worker.id in wanted.job.out:
        yield Reason(wanted.job.out[worker.id])
