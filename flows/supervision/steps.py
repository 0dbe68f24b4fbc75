"""The steps of a supervised item, who may take them, and what each comes to."""

from __future__ import annotations

from dataclasses import replace

from flows.cards import Style
from flows.colleagues import Colleague
from flows.context import Context
from flows.deadlines import clock
from flows.figures import Figure
from flows.flow import Flow, Outcome, Wake
from flows.forms import Choice, Field, Files, Option, Text
from flows.milestones import Milestones
from flows.percent import Percent
from flows.supervision import outcomes as to
from flows.supervision.items import due, instant_of, item_of, rules_of
from flows.supervision.states import OPEN, UNDER_WAY, Supervision
from flows.supervision.verbs import Verb
from flows.supervision.whom import (
    appointers,
    bureau,
    checkers,
    granters,
    responsible,
    still_supporting,
    supporting,
    urgers,
)
from flows.units import Unit
from flows.until import Until
from storage.records import Case

flow = Flow("supervision", Supervision, starts=Supervision.RAISED)


def _with_other_names(asks: tuple[Field, ...], _case: Case, ctx: Context) -> tuple[Field, ...]:
    """Departments by the other names that the matter's own question knows."""
    own = ctx.matter.form.get("lead")
    also = own.also if isinstance(own, Unit) else ()
    return tuple(replace(one, also=also) if isinstance(one, Unit) else one for one in asks)


def _milestone_first(asks: tuple[Field, ...], case: Case, ctx: Context) -> tuple[Field, ...]:
    """Which milestone is spoken of, where there are some to come."""
    item = item_of(case, ctx)
    coming = [Option(one.key, one.words) for one in item.milestones if one.key not in item.reached]
    return asks if coming else tuple(one for one in asks if one.key != "milestone")


def _named_milestones(asks: tuple[Field, ...], case: Case, ctx: Context) -> tuple[Field, ...]:
    item = item_of(case, ctx)
    options = tuple(Option(one.key, one.words) for one in item.milestones if one.key not in item.reached)
    fitted = _milestone_first(asks, case, ctx)
    return tuple(replace(one, options=options) if isinstance(one, Choice) else one for one in fitted)


def _of_the_kind(asks: tuple[Field, ...], case: Case, _ctx: Context) -> tuple[Field, ...]:
    """The evidence that was agreed on, and nothing else (I4)."""
    wanted = {"photo": "files", "file": "files", "number": "figure"}.get(str(case.answers.get("evidence")), "")
    return tuple(one for one in asks if one.key in ("note", wanted))


def _may_decline(case: Case, ctx: Context, _turn: int) -> bool:
    return case.state != Supervision.EXTENDING and not item_of(case, ctx).ruled


def _is_doing(case: Case, _ctx: Context, _turn: int) -> bool:
    return case.state == Supervision.DOING


def _is_waiting(case: Case, _ctx: Context, _turn: int) -> bool:
    return case.state == Supervision.EXTENDING


def _may_reopen(case: Case, ctx: Context, _turn: int) -> bool:
    return case.closed_at is not None and ctx.now - case.closed_at <= rules_of(ctx).reopen


def _is_asked(case: Case, ctx: Context, _turn: int) -> bool:
    return item_of(case, ctx).asked_again


ack = flow.move(Verb.ACK, Supervision.RAISED, to=Supervision.DOING, by=responsible, style=Style.MAIN)
report = flow.remark(
    Verb.REPORT,
    *UNDER_WAY,
    by=responsible,
    asks=(
        Choice("milestone", optional=True),
        Text("note", at_most=500),
        Percent("percent", optional=True),
        Files("photo", optional=True),
    ),
)
flow.moves[Verb.REPORT] = report = replace(report, fits=_named_milestones)
claim = flow.move(
    Verb.CLAIM,
    *UNDER_WAY,
    to=Supervision.CLAIMED,
    by=responsible,
    asks=(Text("note", at_most=500), Files("files", optional=True, at_most=9), Figure("figure", optional=True)),
    style=Style.MAIN,
    fits=_of_the_kind,
    leads=to.claimed,
)
# Asking for time leaves the same moves open as before, so that nobody's cards change for it; `when` says which mean
# anything.
extend = flow.move(
    Verb.EXTEND,
    *UNDER_WAY,
    to=Supervision.EXTENDING,
    by=responsible,
    asks=(Until("until"), Text("why")),
    leads=to.longer,
    when=_is_doing,
)
decline = flow.move(
    Verb.DECLINE,
    Supervision.RAISED,
    *UNDER_WAY,
    to=Supervision.RAISED,
    by=responsible,
    asks=(Unit("whose"), Text("why")),
    fits=_with_other_names,
    leads=to.passed_on,
    when=_may_decline,
)
appoint = flow.move(
    Verb.APPOINT,
    Supervision.RAISED,
    *UNDER_WAY,
    to=Supervision.DOING,
    by=appointers,
    asks=(Colleague("who"),),
    leads=to.appointed,
    rest=True,
)
plan = flow.remark(Verb.PLAN, *UNDER_WAY, by=responsible, asks=(Milestones("milestones"),), leads=to.planned, rest=True)
share = flow.remark(
    Verb.SHARE, *UNDER_WAY, by=supporting, asks=(Text("note", at_most=500), Files("photo", optional=True))
)
share_done = flow.move(
    Verb.SHARE_DONE,
    *UNDER_WAY,
    to=Supervision.DOING,
    by=still_supporting,
    asks=(Text("note", at_most=500),),
    leads=lambda case, _answers, _ctx, _turn: Outcome(Supervision(case.state)),
)
grant = flow.move(
    Verb.GRANT,
    *UNDER_WAY,
    to=Supervision.DOING,
    by=granters,
    style=Style.MAIN,
    leads=to.granted,
    when=_is_waiting,
)
keep = flow.move(Verb.KEEP, *UNDER_WAY, to=Supervision.DOING, by=granters, asks=(Text("why"),), when=_is_waiting)
accept = flow.move(Verb.ACCEPT, Supervision.CLAIMED, to=Supervision.CLOSED, by=bureau, style=Style.MAIN)
send_back = flow.move(Verb.SEND_BACK, Supervision.CLAIMED, to=Supervision.DOING, by=bureau, asks=(Text("why"),))
rule = flow.move(
    Verb.RULE,
    Supervision.RULING,
    to=Supervision.RAISED,
    by=bureau,
    asks=(Unit("lead"), Text("why", optional=True)),
    style=Style.MAIN,
    fits=_with_other_names,
    leads=to.ruled,
)
urge = flow.remark(Verb.URGE, Supervision.RAISED, *UNDER_WAY, by=urgers, leads=to.urged)
holds = flow.remark(Verb.HOLDS, Supervision.CLOSED, by=checkers, when=_is_asked)
reopen = flow.move(
    Verb.REOPEN,
    Supervision.CLOSED,
    to=Supervision.DOING,
    by=checkers,
    asks=(Text("why"),),
    leads=to.anew,
    when=_may_reopen,
    reopens=True,
)
withdraw = flow.move(Verb.WITHDRAW, *OPEN, to=Supervision.WITHDRAWN, by=bureau, asks=(Text("why"),), rest=True)

# What time does: each is a line of the trail, so that nothing is told twice (F7).
nudge = flow.remark(Verb.NUDGE, *UNDER_WAY, by_time=True)
turn = flow.remark(Verb.TURN, *(state for state in OPEN if state != Supervision.CLAIMED), by_time=True)
mark = flow.remark(Verb.MARK, *UNDER_WAY, by_time=True)
ask_again = flow.remark(Verb.ASK_AGAIN, Supervision.CLOSED, by_time=True)
redate = flow.remark(Verb.REDATE, *OPEN, by_time=True)

flow.due = due
flow.begins = lambda case, ctx: {"due": (instant_of(case.answers.get("until"), ctx) or case.opened_at).isoformat()}
clock(flow, "respond", Supervision.RAISED, anew=(decline, rule))
clock(flow, "check", Supervision.CLAIMED, Supervision.EXTENDING, Supervision.RULING, anew=(claim, extend, decline))

HALFWAY = Wake("halfway", limit="respond", part=50, lasts=True)
UNANSWERED = Wake("unanswered", limit="respond", lasts=True)
UNCHECKED = Wake("unchecked", limit="check", lasts=True)
WATCH = Wake("watch")
