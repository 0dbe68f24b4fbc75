"""The questions of a move as they are put about one case: whom one can turn to, where it can go back to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from flows.approval.revising import lines_to_edit
from flows.approval.standing import ground_of, route_of
from flows.approval.states import Approval
from flows.approval.turns import turns
from flows.colleagues import Colleague, as_options
from flows.context import Context
from flows.forms import Choice, Field, Files, Option, Read, Reading, Reason, Unfit
from flows.route.checks import returnable
from flows.route.folding import Phase
from flows.route.seating import is_guest_of
from flows.route.seats import Seat
from flows.route.stages import APPLICANT, Stage
from flows.route.steps import Place
from flows.words import fold
from storage.records import Case, Membership

APPLICANT_OPTION = "applicant"
STRAIGHT, AGAIN = "straight", "again"
LIKELY = 4


@dataclass(frozen=True, slots=True)
class Whole(Reason):
    """What is missing, all of it at once: that something is, is no answer (C5, told once and completely)."""

    vague: tuple[str, ...] = ()

    def read(self, said: str, reading: Reading, have: object = None) -> Read:
        if fold(said) in map(fold, self.vague):
            raise Unfit("say_all_that_is_missing")
        return Reason.read(self, said, reading, have)


Fitting = Callable[[tuple[Field, ...], Case, Context], tuple[Field, ...]]


def fitted(asks: tuple[Field, ...], case: Case, ctx: Context) -> tuple[Field, ...]:
    """A move's questions with the answers there are in this case."""
    return tuple(_fitted(one, case, ctx) for one in asks)


def _fitted(one: Field, case: Case, ctx: Context) -> Field:
    match one:
        case Colleague():
            return replace(one, likely=_likely(case, ctx))
        case Whole(key=key):
            vague = ctx.rules.texts.words("approval", "reasons", "vague")
            clear = [words for words in ctx.rules.texts.words("approval", "reasons", key) if words not in vague]
            return replace(one, vague=tuple(vague), options=tuple(Option(words, words) for words in clear))
        case Reason(key=key):
            reasons = ctx.rules.texts.words("approval", "reasons", key)
            return replace(one, options=tuple(Option(words, words) for words in reasons))
        case Choice(key="line") if case.state == Approval.RUNNING:
            return replace(one, options=tuple(lines_to_edit(case, ctx)))
        case Choice(key=key) if key in _OPTIONS:
            return replace(one, options=tuple(_OPTIONS[key](case, ctx)))
        case _:
            return one


def _likely(case: Case, ctx: Context) -> tuple[Option, ...]:
    """Colleagues of the same department, without who asked and who is asked already."""
    people = ctx.work.people
    near = [one for unit in ctx.person.units for one in people.belonging(Membership.UNIT, unit)]
    barred = {ctx.person.id, case.requester_id}
    return as_options([one for one in dict.fromkeys(near) if one.id not in barred][:LIKELY], ctx.rules.texts)


def _back(case: Case, ctx: Context) -> Sequence[Option]:
    """The applicant first, then the stages before, the nearest first."""
    texts, ground = ctx.rules.texts, ground_of(case, ctx)
    mine = [one.stage.name for one in turns(case, ctx) if one.stage]
    names = returnable(mine[0], ground) if mine else []
    stages = [Option(str(ground.route.index(name)), name) for name in names]
    return [Option(APPLICANT_OPTION, texts.say("approval", "applicant")), *stages]


def _labelled(key: str, values: Sequence[str]) -> Callable[[Case, Context], Sequence[Option]]:
    def options(_case: Case, ctx: Context) -> Sequence[Option]:
        return [Option(value, ctx.rules.texts.say("approval", key, value)) for value in values]

    return options


def _guests(case: Case, ctx: Context) -> Sequence[Option]:
    """Those whom one brought in and who have not given their word."""
    people = ctx.work.people.many(seat.person for _, seat in guests_of(case, ctx))
    return as_options(people, ctx.rules.texts)


def guests_of(case: Case, ctx: Context) -> list[tuple[str, Seat]]:
    """The seats that somebody added, by stage."""
    rounds = ground_of(case, ctx).now.rounds.values()
    return [
        (one.stage, seat)
        for one in rounds
        if one.phase is Phase.OPEN
        for seat in one.seats
        if seat.by == ctx.person.id and is_guest_of(seat, seat.person)
    ]


def _stages(case: Case, ctx: Context) -> Sequence[Option]:
    """Where an administrator can go on."""
    now, route = ground_of(case, ctx).now, route_of(ctx)
    ways = [one for one in route.stages if now.rounds[one.name].phase not in (Phase.OPEN, Phase.ASIDE)]
    return [Option(str(route.index(one.name)), one.name) for one in ways]


def _seats(case: Case, ctx: Context) -> Sequence[Option]:
    """Every turn there is, by stage and person."""
    ground = ground_of(case, ctx)
    found = ground.now.turns(ground.route)
    return [Option(seat_value(stage, seat, ctx), _seat_label(stage, seat, ctx)) for stage, seat in found]


def seat_value(stage: Stage, seat: Seat, ctx: Context) -> str:
    """A turn as an answer."""
    return f"{route_of(ctx).index(stage.name)}.{seat.person}"


def _seat_label(stage: Stage, seat: Seat, ctx: Context) -> str:
    name = ctx.work.people.get(seat.person).name
    return ctx.rules.texts.say("approval", "seat", stage=stage.name, name=name)


def _lines(case: Case, ctx: Context) -> Sequence[Option]:
    """The answers that the applicant can put right."""
    return [Option(one.key, one.label) for one in ctx.matter.form.put(case.answers) if not isinstance(one, Files)]


_OPTIONS: dict[str, Callable[[Case, Context], Sequence[Option]]] = {
    "back": _back,
    "how": _labelled("how", (STRAIGHT, AGAIN)),
    "place": _labelled("place", [str(place) for place in Place]),
    "guest": _guests,
    "stage": _stages,
    "seat": _seats,
    "line": _lines,
}


def stage_of(answer: object, ctx: Context) -> str:
    """The stage an option stands for; the applicant for theirs."""
    number = int(str(answer)) if str(answer).isdecimal() else 0
    stages = route_of(ctx).stages
    return stages[number - 1].name if 0 < number <= len(stages) else APPLICANT
