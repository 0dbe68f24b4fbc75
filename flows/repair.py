"""Repairs (报修): someone reports a fault, a crew takes it, the reporter has the last word."""

from __future__ import annotations

from enum import StrEnum

from flows.cards import Style
from flows.flow import Context, Flow, Wake
from flows.forms import Files, Text
from flows.who import desk, requester, superior, whoever
from storage.records import Case


class Repair(StrEnum):
    """Where a repair stands; UNCONFIRMED is a repair nobody contradicted, counted apart from CLOSED (G9)."""

    REPORTED = "reported"
    TAKEN = "taken"
    FIXED = "fixed"
    CLOSED = "closed"
    UNCONFIRMED = "unconfirmed"
    WITHDRAWN = "withdrawn"


flow = Flow("repair", Repair, starts=Repair.REPORTED)

take = flow.move("take", Repair.REPORTED, to=Repair.TAKEN, style=Style.MAIN)
fix = flow.move(
    "fix",
    Repair.TAKEN,
    to=Repair.FIXED,
    asks=(Text("note"), Files("after", optional=True)),
    style=Style.MAIN,
)
give_back = flow.move("give_back", Repair.TAKEN, to=Repair.REPORTED, asks=(Text("why"),))
confirm = flow.move("confirm", Repair.FIXED, to=Repair.CLOSED, style=Style.MAIN)
reopen = flow.move("reopen", Repair.FIXED, to=Repair.TAKEN, asks=(Text("why"),))
withdraw = flow.move("withdraw", Repair.REPORTED, to=Repair.WITHDRAWN, by=requester)
lapse = flow.move("lapse", Repair.FIXED, to=Repair.UNCONFIRMED, by_time=True)

flow.turn(Repair.REPORTED, of=desk)
flow.turn(Repair.TAKEN, of=whoever(take))
flow.turn(Repair.FIXED, of=requester)

NEW, WAITING, TAKEN, YOURS, FIXED, CLOSED, LAPSED, WITHDRAWN = map(
    flow.notice, ("new", "waiting", "taken", "yours", "fixed", "closed", "lapsed", "withdrawn")
)
REMIND, SLOW = map(flow.notice, ("remind", "slow"))
LATE, OVERDUE = flow.notice("late", look=True), flow.notice("overdue", look=True)

HALFWAY = Wake("halfway", limit="respond", part=50)
UNANSWERED = Wake("unanswered", limit="respond")
UNFINISHED = Wake("unfinished", limit="finish")
UNCONTRADICTED = Wake("uncontradicted", limit="confirm")


@flow.entering(Repair.REPORTED)
def call_the_desk(case: Case, ctx: Context) -> None:
    ctx.tell(desk, NEW, case)
    ctx.show(desk, case.answers.get("photo"), case)
    ctx.tell(requester, WAITING, case)
    ctx.wake(case, HALFWAY)
    ctx.wake(case, UNANSWERED)


@flow.entering(Repair.TAKEN)
def say_who_is_coming(case: Case, ctx: Context) -> None:
    ctx.tell(requester, TAKEN, case)
    ctx.tell(whoever(take), YOURS, case)
    ctx.wake(case, UNFINISHED)


@flow.entering(Repair.FIXED)
def ask_whether_it_works(case: Case, ctx: Context) -> None:
    ctx.tell(requester, FIXED, case)
    ctx.show(requester, ctx.said(case).get("after"), case)
    ctx.wake(case, UNCONTRADICTED)


@flow.entering(Repair.CLOSED)
def thank_the_crew(case: Case, ctx: Context) -> None:
    ctx.tell(whoever(take), CLOSED, case)


@flow.entering(Repair.UNCONFIRMED)
def say_it_is_closed(case: Case, ctx: Context) -> None:
    ctx.tell(requester, LAPSED, case)


@flow.entering(Repair.WITHDRAWN)
def call_it_off(case: Case, ctx: Context) -> None:
    ctx.tell(requester, WITHDRAWN, case)


@flow.on(HALFWAY)
def remind_the_desk(case: Case, ctx: Context) -> None:
    ctx.tell(desk, REMIND, case)


@flow.on(UNANSWERED)
def call_the_superior(case: Case, ctx: Context) -> None:
    ctx.tell(superior, LATE, case)


@flow.on(UNFINISHED)
def say_it_drags_on(case: Case, ctx: Context) -> None:
    ctx.tell(whoever(take), SLOW, case)
    ctx.tell(superior, OVERDUE, case)


@flow.on(UNCONTRADICTED)
def close_in_silence(case: Case, ctx: Context) -> None:
    flow.perform(lapse, case, {}, ctx)
