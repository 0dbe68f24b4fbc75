"""Whose turn it is in which stage, and what a button of that turn may do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flows.approval.standing import ground_of, route_of, standing
from flows.approval.states import Approval
from flows.context import Context
from flows.forms import Unfit
from flows.route.checks import turns_of
from flows.route.seats import Kind, Seat
from flows.route.stages import Deed, Stage
from flows.who import requester
from storage.records import Case, Task

PLEA = "~plea"
"""In the place of a stage's name: whether it may be called off."""
ROUNDS = 100
"""A turn is the version of the case with the number of the stage behind it: several stages may begin with one move."""


@dataclass(frozen=True, slots=True)
class Turn:
    """Somebody's turn: the stage and their seat; without either when the applicant is asked, or about a plea."""

    task: Task
    stage: Stage | None = None
    seat: Seat | None = None


Fits = Callable[[Turn], bool]


def seating(case: Case, ctx: Context) -> Mapping[tuple[int, str], int]:
    """Whose turn it is, by person and stage."""
    now, route = standing(case, ctx), route_of(ctx)
    due: dict[tuple[int, str], int] = {}
    for stage, seat in now.turns(route):
        due[seat.person, stage.name] = case.version * ROUNDS + route.index(stage.name)
    if now.plea is not None and not now.is_over:
        for person in sorted(now.plea.of - now.plea.consents):
            due[person, PLEA] = case.version * ROUNDS + ROUNDS - 1
    if case.state == Approval.RETURNED:
        for applicant in requester(case, ctx):
            due[applicant.id, ""] = case.version * ROUNDS
    return due


def is_new(task: Task, case: Case) -> bool:
    """Whether a turn began with the last move."""
    return task.turn // ROUNDS == case.version


def turns(case: Case, ctx: Context, turn: int = 0) -> list[Turn]:
    """The turns of who acts, or the one a button is of."""
    tasks = [task for task in ctx.work.tasks.open_on(case.id) if task.person_id == ctx.person.id]
    ground = ground_of(case, ctx)
    found = []
    for task in tasks:
        if turn in (0, task.turn) and task.state == case.state:
            seats = turns_of(ctx.person.id, task.stage, ground)
            found.append(Turn(task, ground.route.get(task.stage), seats[0] if seats else None))
    return found


def the_turn(fits: Fits, case: Case, ctx: Context, turn: int) -> Turn:
    """The turn meant by a button, or by its typed word; raises `Unfit` when there is none."""
    found = next((one for one in turns(case, ctx, turn) if fits(one)), None)
    if found is None:
        raise Unfit("not_your_turn")
    return found


def when(fits: Fits) -> Callable[[Case, Context, int], bool]:
    """Whether a move means anything for who acts."""

    def timely(case: Case, ctx: Context, turn: int) -> bool:
        return any(fits(one) for one in turns(case, ctx, turn))

    return timely


def decides(one: Turn) -> bool:
    """Whether a yes or a no is asked: of everybody in such a stage, and of whoever was brought in elsewhere."""
    if one.stage is None or one.seat is None or one.seat.kind is Kind.ADVICE:
        return False
    return one.stage.does is Deed.DECIDE or one.seat.kind is not Kind.NAMED


def handles(one: Turn) -> bool:
    """Whether something is to be done."""
    return one.seat is not None and one.seat.kind is Kind.NAMED and not decides(one)


def advises(one: Turn) -> bool:
    """Whether an opinion is asked, and no more."""
    return one.seat is not None and one.seat.kind is Kind.ADVICE


def acts(one: Turn) -> bool:
    """Whether it is a turn in a stage, with a say of one's own."""
    return one.seat is not None and not advises(one)


def holds_a_seat(one: Turn) -> bool:
    """Whether it is a turn in a stage."""
    return one.seat is not None


def pleads(one: Turn) -> bool:
    """Whether it is asked if the request may be called off."""
    return one.task.stage == PLEA


def supplements(one: Turn) -> bool:
    """Whether it is the applicant's turn."""
    return one.task.stage == "" and one.stage is None
