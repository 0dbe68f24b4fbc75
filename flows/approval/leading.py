"""What each move comes to: the step it takes on the route, from what was answered."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from flows.approval.asking import AGAIN, guests_of, stage_of
from flows.approval.revising import kept, put_right
from flows.approval.standing import entries_of, ground_of, route_of, standing, taken
from flows.approval.turns import Fits, Turn, handles, the_turn
from flows.colleagues import number_of
from flows.context import Context
from flows.forms import Answers, Unfit
from flows.moves import Leading, Outcome
from flows.route import steps
from flows.route.checks import takeable
from flows.route.opening import newly_needed
from flows.route.steps import How, Place, Step
from flows.sealing.granting import granted, is_sealed_in
from flows.veils import files_in
from flows.wording import about_turn
from storage.records import Case, Task

Making = Callable[[str, int, Answers], Step]
"""A step of somebody in a stage, from their answers."""


def words(answers: Answers, key: str = "why") -> str:
    """What somebody said; nothing when they skipped it."""
    return str(answers.get(key) or "")


def in_turn(fits: Fits, making: Making, *, sees: bool = False) -> Leading:
    """A step of whose turn it is; with `sees` what they were shown is kept with it (E8)."""

    def leading(case: Case, answers: Answers, ctx: Context, turn: int) -> Outcome:
        mine = the_turn(fits, case, ctx, turn)
        stage = mine.stage.name if mine.stage else ""
        not_away(answers, ctx)
        outcome = taken(making(stage, ctx.person.id, answers), case, ctx)
        saw = _seen(mine, case, ctx) if sees else {}
        return Outcome(outcome.to, {**outcome.facts, **saw})

    return leading


def sealing(leads: Leading) -> Leading:
    """The same; in the stage of a seal, that is granted for the document as it was shown (K5)."""

    def leading(case: Case, answers: Answers, ctx: Context, turn: int) -> Outcome:
        mine = the_turn(handles, case, ctx, turn)
        if mine.stage is None or not is_sealed_in(mine.stage.name, case, ctx):
            return leads(case, answers, ctx, turn)
        seal = granted(case, ctx)
        outcome = leads(case, answers, ctx, turn)
        return replace(outcome, facts={**outcome.facts, **seal})

    return leading


def not_away(answers: Answers, ctx: Context) -> None:
    """Nothing is given to somebody on leave: who stands in for them is named instead (F26)."""
    if "who" not in answers:
        return
    people = ctx.work.people
    deputy = ctx.work.deputies.at(number_of(answers["who"]), ctx.now)
    if deputy is not None:
        away, acts = (people.get(one).name for one in (deputy.person_id, deputy.deputy_id))
        raise Unfit("away", name=away, deputy=acts)


def _seen(mine: Turn, case: Case, ctx: Context) -> Mapping[str, object]:
    """The newest card somebody had about their turn, kept with its hash."""
    cards = [one for one in ctx.work.shown.live(about_turn(case, mine.task.turn)) if one.person_id == ctx.person.id]
    if not cards:
        return {}
    return {"saw": {"card": cards[-1].id, "hash": ctx.work.shown.keep(cards[-1])}}


def agree(stage: str, person: int, _answers: Answers) -> Step:
    return steps.Decided(stage, person, agrees=True)


def advise(stage: str, person: int, answers: Answers) -> Step:
    return steps.Decided(stage, person, agrees=True, why=words(answers, "opinion"))


def refuse(stage: str, person: int, answers: Answers) -> Step:
    return steps.Decided(stage, person, agrees=False, why=words(answers))


def transfer(stage: str, person: int, answers: Answers) -> Step:
    return steps.Moved(stage, person, number_of(answers.get("who")), why=words(answers, "note"))


def lend(stage: str, person: int, answers: Answers) -> Step:
    return steps.Lent(stage, person, number_of(answers.get("who")), words(answers, "note"))


def add(stage: str, person: int, answers: Answers) -> Step:
    place = Place(str(answers.get("place")))
    return steps.Added(stage, person, (number_of(answers.get("who")),), place, words(answers, "note"))


def send_back(case: Case, answers: Answers, ctx: Context, turn: int) -> Outcome:
    """Back to the applicant or a stage."""
    from_here = the_turn(lambda one: one.stage is not None, case, ctx, turn)
    stage = from_here.stage.name if from_here.stage else ""
    to, again = stage_of(answers.get("back"), ctx), answers.get("how") == AGAIN
    return taken(steps.Returned(stage, ctx.person.id, to, again, words(answers)), case, ctx)


def remove(case: Case, answers: Answers, ctx: Context, _turn: int) -> Outcome:
    """One of those brought in is not asked any more."""
    who = int(str(answers.get("guest") or 0))
    stage = next((stage for stage, seat in guests_of(case, ctx) if seat.person == who), "")
    return taken(steps.Removed(stage, ctx.person.id, who), case, ctx)


def take_back(case: Case, _answers: Answers, ctx: Context, _turn: int) -> Outcome:
    """The last word of who acts."""
    stages = takeable(ctx.person.id, ground_of(case, ctx))
    stage = stages[-1] if stages else ""
    seen = [task.person_id for task in following(stage, case, ctx) if task.seen_at is not None]
    outcome = taken(steps.TakenBack(stage, ctx.person.id), case, ctx)
    return replace(outcome, facts={**outcome.facts, "seen": seen})


def following(stage: str, case: Case, ctx: Context) -> Sequence[Task]:
    """The turns that began behind a stage, and end when somebody takes their word in it back."""
    behind = route_of(ctx).behind(stage)
    return [task for task in ctx.work.tasks.open_on(case.id) if task.stage in behind]


def withdraw(case: Case, _answers: Answers, ctx: Context, _turn: int) -> Outcome:
    """Called off, or those who have decided are asked whether it may be (D7)."""
    now = standing(case, ctx)
    if not now.decided:
        return taken(steps.Withdrawn(case.requester_id), case, ctx)
    here = [one.id for one in ctx.work.people.many(sorted(now.decided)) if one.active]
    return taken(steps.Pleaded(case.requester_id, tuple(here)), case, ctx)


def consent(agrees: bool) -> Leading:
    """An answer to a plea."""

    def leading(case: Case, _answers: Answers, ctx: Context, _turn: int) -> Outcome:
        return taken(steps.Consented(ctx.person.id, agrees), case, ctx)

    return leading


def urge(case: Case, _answers: Answers, ctx: Context, _turn: int) -> Outcome:
    """Those whose turn it is hear of it."""
    return taken(steps.Urged(case.requester_id), case, ctx)


def supplement(case: Case, answers: Answers, ctx: Context, _turn: int) -> Outcome:
    """What was missing is put with the rest, and it goes on."""
    field, given = ctx.matter.form.files_field(), dict(case.answers)
    more = [*_sent_meanwhile(case, ctx), *files_in(answers.get("files"))]
    if field is not None and more:
        given[field.key] = list(dict.fromkeys([*files_in(given.get(field.key)), *more]))
    needed = newly_needed(ground_of(case, ctx), given)
    return taken(steps.Resubmitted(case.requester_id, needed), case, ctx, given)


def _sent_meanwhile(case: Case, ctx: Context) -> list[int]:
    """Files that the applicant sent one by one, outside of any form, since it was sent back (C5)."""
    entries = [one for one in entries_of(case, ctx) if one.facts.get("from") != one.facts.get("to") == case.state]
    returned = entries[-1].at if entries else case.opened_at
    files = ctx.work.files.of_case(case.id)
    return [file.id for file in files if file.person_id == ctx.person.id and file.at >= returned]


def amend(case: Case, answers: Answers, ctx: Context, _turn: int) -> Outcome:
    """One answer put right; the trail keeps what it was."""
    field = ctx.matter.form.get(str(answers.get("line")))
    given, change = put_right(field, words(answers, "value"), case, ctx)
    return Outcome(ctx.flow.moves["amend"].to, kept(change), given)


def stop(case: Case, answers: Answers, ctx: Context, _turn: int) -> Outcome:
    """Ended by an administrator."""
    return taken(steps.Stopped(ctx.person.id, words(answers)), case, ctx)


def jump(case: Case, answers: Answers, ctx: Context, _turn: int) -> Outcome:
    """Gone on with elsewhere."""
    return taken(steps.Jumped(ctx.person.id, stage_of(answers.get("stage"), ctx), words(answers)), case, ctx)


def follow(case: Case, answers: Answers, ctx: Context, _turn: int) -> Outcome:
    """Somebody belongs elsewhere now, and their turn is whoever's the rule names instead (D10)."""
    stage, person = _seat(answers, ctx)
    return taken(steps.Moved(stage, person, number_of(answers.get("who")), How.OFFICE), case, ctx)


def reassign(case: Case, answers: Answers, ctx: Context, _turn: int) -> Outcome:
    """Somebody's turn given to somebody else."""
    stage, person = _seat(answers, ctx)
    not_away(answers, ctx)
    to = number_of(answers.get("who"))
    return taken(steps.Moved(stage, person, to, How.ADMIN, words(answers)), case, ctx)


def record(case: Case, answers: Answers, ctx: Context, _turn: int) -> Outcome:
    """A word given on paper before, entered by an administrator and marked as such (D17)."""
    stage, person = _seat(answers, ctx)
    day = _day(words(answers, "on"), ctx)
    step = steps.Decided(stage, person, agrees=True, why=words(answers), on=day.isoformat())
    return taken(step, case, ctx)


def _day(said: str, ctx: Context) -> date:
    try:
        day = date.fromisoformat(said.strip().replace("/", "-").replace(".", "-"))
    except ValueError as error:
        raise Unfit("no_day") from error
    if day > ctx.now.astimezone(ctx.rules.zone).date():
        raise Unfit("day_to_come")
    return day


def _seat(answers: Answers, ctx: Context) -> tuple[str, int]:
    number, _, person = str(answers.get("seat")).partition(".")
    return stage_of(number, ctx), int(person) if person.isdecimal() else 0
