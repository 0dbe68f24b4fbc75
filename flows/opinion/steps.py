"""Where an opinion can stand, whose turn it is there, and the steps between."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum

from flows.cards import Style
from flows.colleagues import number_of
from flows.context import Context
from flows.deadlines import clock
from flows.flow import Flow, Outcome, Wake
from flows.forms import Choice, Field, Files, Text, Unfit
from flows.units import Unit, units_in
from flows.until import Until
from flows.who import desk, requester, would_be
from storage.records import Case, Membership, Person
from storage.trail import case_subject


class Opinion(StrEnum):
    """Where an opinion stands.

    ANSWERED says what was done, or why it cannot be; CLOSED is one whose sender said that it helped, UNRATED one
    nobody contradicted, counted apart. JOINED goes the way of the main one. NOTED is praise that was passed on.
    """

    RECEIVED = "received"
    ASSIGNED = "assigned"
    ANSWERED = "answered"
    CLOSED = "closed"
    UNRATED = "unrated"
    NOTED = "noted"
    JOINED = "joined"
    WITHDRAWN = "withdrawn"


OPEN = (Opinion.RECEIVED, Opinion.ASSIGNED, Opinion.JOINED)
flow = Flow("opinion", Opinion, starts=Opinion.RECEIVED)


def raisers(case: Case, ctx: Context) -> Sequence[Person]:
    """Who raised it: whom somebody entered it for, else who sent it."""
    try:
        named = ctx.work.people.get(number_of(case.answers.get("who")))
    except (Unfit, KeyError):
        return requester(case, ctx)
    return [named] if named.active else requester(case, ctx)


def admit(ctx: Context) -> str:
    """What came by other channels is entered by those who sort it; anybody's own opinion is welcome (H6)."""
    if ctx.matter.form.get("source") is None:
        return ""
    allowed = desk(would_be({}, ctx), ctx)
    if any(one.id == ctx.person.id for one in allowed):
        return ""
    return ctx.rules.texts.say(flow.name, "not_allowed", names=[one.name for one in allowed[:3]])


flow.admits = admit
flow.requesters = (requester, raisers)


def is_anonymous(answers: Mapping[str, object]) -> bool:
    """Whether the sender is to be known to nobody (H10)."""
    return answers.get("name") == "anonymous"


def in_charge(case: Case, ctx: Context) -> Sequence[Person]:
    """Who leads the department it was given to; those in it where nobody does."""
    unit, people = str(case.answers.get("unit") or ""), ctx.work.people
    return people.belonging(Membership.LEAD, unit) or people.belonging(Membership.UNIT, unit) or desk(case, ctx)


def last_verb(case: Case, ctx: Context) -> str:
    """The move made last."""
    entries = ctx.work.trail.of(case_subject(case.id))
    return next((e.verb for e in reversed(entries) if e.verb in flow.moves and not flow.moves[e.verb].stays), "open")


def until_of(case: Case) -> datetime | None:
    """The date that was promised or set."""
    found = case.answers.get("deadline")
    text = found.get("until") if isinstance(found, Mapping) else None
    return datetime.fromisoformat(str(text)) if text else None


def _known_here(asks: tuple[Field, ...], _case: Case, ctx: Context) -> tuple[Field, ...]:
    """The levels are those of the matter's form; departments go by the other names that any matter knows."""
    known = ctx.matter.form.get("level")
    options = known.options if isinstance(known, Choice) else ()
    fields = (field for matter in ctx.rules.catalogue.every() for field in matter.form.fields)
    also = tuple(dict(pair for field in fields if isinstance(field, Unit) for pair in field.also).items())
    found = {"level": Choice("level", options=options), "unit": Unit("unit", also=also)}
    return tuple(found.get(one.key, one) for one in asks)


def _given(case: Case, answers: Mapping[str, object], ctx: Context, _turn: int) -> Outcome:
    """To a department there is; its level and date stand with the opinion from now on."""
    unit = next(iter(units_in(answers.get("unit"))), "")
    people = ctx.work.people
    if not (people.belonging(Membership.LEAD, unit) or people.belonging(Membership.UNIT, unit)):
        raise Unfit("opinion_no_unit", unit=unit)
    more = {key: answers[key] for key in ("level", "deadline") if answers.get(key)}
    return Outcome(Opinion.ASSIGNED, answers={**case.answers, "unit": unit, **more})


def _planned(case: Case, answers: Mapping[str, object], _ctx: Context, _turn: int) -> Outcome:
    more = {key: answers[key] for key in ("measure", "deadline") if answers.get(key)}
    return Outcome(Opinion.ASSIGNED, answers={**case.answers, **more})


def main_named(case: Case, answers: Mapping[str, object], ctx: Context) -> Case:
    """The open opinion that another is to join; raises `Unfit`."""
    number = str(answers.get("main") or "").strip().upper()
    main = ctx.work.cases.by_number(number)
    is_open = main is not None and main.flow == flow.name and main.state in (Opinion.RECEIVED, Opinion.ASSIGNED)
    if main is None or not is_open or main.id == case.id:
        raise Unfit("opinion_no_main", number=number)
    return main


def _joinable(case: Case, answers: Mapping[str, object], ctx: Context, _turn: int) -> Outcome:
    return Outcome(Opinion.RECEIVED, {"main": main_named(case, answers, ctx).number})


def _not_so(case: Case, _answers: Mapping[str, object], _ctx: Context, _turn: int) -> Outcome:
    """Of several that were joined, one that is not done opens all of it again."""
    return Outcome(Opinion.JOINED if case.main_id else Opinion.ASSIGNED)


def _is_assigned(case: Case, ctx: Context, _turn: int) -> bool:
    return bool(case.answers.get("unit")) or case.main_id is not None


def _is_praise(case: Case, _ctx: Context, _turn: int) -> bool:
    """Of praise nothing has to be done; all else gets a measure, or hears why not."""
    return case.answers.get("class") == "praise"


EVERYWHERE = (Opinion.RECEIVED, Opinion.ASSIGNED)

assign = flow.move(
    "assign", Opinion.RECEIVED, to=Opinion.ASSIGNED, style=Style.MAIN, fits=_known_here, leads=_given,
    asks=(Unit("unit"), Choice("level"), Until("deadline", optional=True)),
)  # fmt: skip
note = flow.move("note", Opinion.RECEIVED, to=Opinion.NOTED, asks=(Text("word"),), when=_is_praise)
merge = flow.remark("merge", Opinion.RECEIVED, asks=(Text("main", at_least=3, at_most=14),), leads=_joinable)
plan = flow.move(
    "plan", Opinion.ASSIGNED, to=Opinion.ASSIGNED, leads=_planned,
    asks=(Text("measure", at_most=300), Until("deadline", optional=True)),
)  # fmt: skip
done = flow.move(
    "done", Opinion.ASSIGNED, to=Opinion.ANSWERED, style=Style.MAIN,
    asks=(Text("result", at_most=500), Files("after", optional=True)),
)  # fmt: skip
cannot = flow.move("cannot", Opinion.ASSIGNED, to=Opinion.ANSWERED, asks=(Text("because", at_least=10, at_most=500),))
give_back = flow.move("give_back", Opinion.ASSIGNED, to=Opinion.RECEIVED, asks=(Text("why"),))
helped = flow.move("helped", Opinion.ANSWERED, to=Opinion.CLOSED, style=Style.MAIN)
again = flow.move("again", Opinion.ANSWERED, to=Opinion.ASSIGNED, asks=(Text("why"),), leads=_not_so, when=_is_assigned)
ask = flow.remark("ask", *EVERYWHERE, asks=(Text("question", at_most=300),))
reply = flow.remark("reply", *EVERYWHERE, Opinion.JOINED, by=raisers, asks=(Text("words", at_most=500),))
withdraw = flow.move("withdraw", Opinion.RECEIVED, to=Opinion.WITHDRAWN, by=raisers)

# What nobody presses: the flow's own steps, and those of time.
join = flow.move("join", Opinion.RECEIVED, to=Opinion.JOINED, by_time=True)
part = flow.move("part", Opinion.JOINED, to=Opinion.RECEIVED, by_time=True)
answer_along = flow.move("answer_along", Opinion.JOINED, to=Opinion.ANSWERED, by_time=True)
note_along = flow.move("note_along", Opinion.JOINED, to=Opinion.NOTED, by_time=True)
reopen = flow.move(
    "reopen", Opinion.ANSWERED, Opinion.CLOSED, Opinion.UNRATED, to=Opinion.ASSIGNED, by_time=True, reopens=True
)
lapse = flow.move("lapse", Opinion.ANSWERED, to=Opinion.UNRATED, by_time=True)

flow.turn(Opinion.RECEIVED, of=desk)
flow.turn(Opinion.ASSIGNED, of=in_charge)
flow.turn(Opinion.ANSWERED, of=raisers)

NEW, THANKED, NOTED = map(flow.notice, ("new", "thanked", "noted"))
YOURS = flow.notice("yours", also={"more": "-"})
PASSED_ON = flow.notice("passed_on", also={"unit": "-"})
ANSWERED = flow.notice("answered", also={"asks": True})
PLANNED = flow.notice("planned", also={"measure": "-", "until": "-"})
AGAIN = flow.notice("again", also={"why": "-"})
POSTPONED = flow.notice("postponed", also={"before": "-", "until": "-"})
WAITING = flow.notice("waiting")
ASKED, REPLIED, WITHDRAWN, LAPSED = map(flow.notice, ("asked", "replied", "withdrawn", "lapsed"))
ALONG = flow.notice("along", also={"main": "YJ-0002", "result": "-", "asks": True})
JOINED = flow.notice("joined", also={"main": "YJ-0002"})
REMIND = flow.notice("remind", nudge=True)
LATE, OVERDUE = flow.notice("late", look=True, nudge=True), flow.notice("overdue", look=True, nudge=True)

clock(flow, "triage", Opinion.RECEIVED)
clock(flow, "handle", Opinion.ASSIGNED)
clock(flow, "confirm", Opinion.ANSWERED)
UNTRIAGED = Wake("untriaged", limit="triage")
HALFWAY = Wake("halfway", limit="handle", part=50, lasts=True)
UNHANDLED = Wake("unhandled", limit="handle", lasts=True)
PROMISED = Wake("promised", lasts=True)
UNCONTRADICTED = Wake("uncontradicted", limit="confirm")
