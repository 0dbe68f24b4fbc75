"""Questions (提问) nobody wrote a page for: somebody of the office answers, the asker says whether it helped (O2)."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from flows.cards import Style
from flows.deadlines import clock
from flows.flow import Context, Flow, Wake
from flows.forms import Text
from flows.who import desk, requester, superior, whoever
from storage.records import Case, Person
from storage.trail import case_subject


class Asking(StrEnum):
    """Where a question stands; UNRATED is an answer nobody said anything to, counted apart from HELPED."""

    ASKED = "asked"
    ANSWERED = "answered"
    HELPED = "helped"
    UNRATED = "unrated"
    WITHDRAWN = "withdrawn"


def requester_once(case: Case, ctx: Context) -> Sequence[Person]:
    """Who asked, as long as the question has not been back to the desk."""
    before = any(entry.verb == again.verb for entry in ctx.work.trail.of(case_subject(case.id)))
    return [] if before else requester(case, ctx)


flow = Flow("question", Asking, starts=Asking.ASKED)

answer = flow.move("answer", Asking.ASKED, to=Asking.ANSWERED, asks=(Text("reply", at_most=600),), style=Style.MAIN)
helped = flow.move("helped", Asking.ANSWERED, to=Asking.HELPED, style=Style.MAIN)
again = flow.move("again", Asking.ANSWERED, to=Asking.ASKED, by=requester_once, asks=(Text("why"),))
withdraw = flow.move("withdraw", Asking.ASKED, to=Asking.WITHDRAWN, by=requester)
lapse = flow.move("lapse", Asking.ANSWERED, to=Asking.UNRATED, by_time=True)

flow.turn(Asking.ASKED, of=desk)
flow.turn(Asking.ANSWERED, of=requester)

NEW, WAITING, ANSWERED, HELPED, WITHDRAWN = map(flow.notice, ("new", "waiting", "answered", "helped", "withdrawn"))
REMIND, LATE = flow.notice("remind", nudge=True), flow.notice("late", look=True, nudge=True)

clock(flow, "respond", Asking.ASKED)
clock(flow, "confirm", Asking.ANSWERED)

HALFWAY = Wake("halfway", limit="respond", part=50)
UNANSWERED = Wake("unanswered", limit="respond")
UNCONTRADICTED = Wake("uncontradicted", limit="confirm")


@flow.entering(Asking.ASKED)
def ask_the_desk(case: Case, ctx: Context) -> None:
    ctx.tell(desk, NEW, case)
    ctx.tell(requester, WAITING, case)
    ctx.wake(case, HALFWAY)
    ctx.wake(case, UNANSWERED)


@flow.entering(Asking.ANSWERED)
def tell_the_answer(case: Case, ctx: Context) -> None:
    ctx.tell(requester, ANSWERED, case)
    ctx.wake(case, UNCONTRADICTED)


@flow.entering(Asking.HELPED)
def thank_who_answered(case: Case, ctx: Context) -> None:
    ctx.tell(whoever(answer), HELPED, case)


@flow.entering(Asking.WITHDRAWN)
def call_it_off(case: Case, ctx: Context) -> None:
    ctx.tell(requester, WITHDRAWN, case)


@flow.on(HALFWAY)
def remind_the_desk(case: Case, ctx: Context) -> None:
    ctx.tell(desk, REMIND, case)


@flow.on(UNANSWERED)
def call_the_superior(case: Case, ctx: Context) -> None:
    ctx.tell(superior, LATE, case)


@flow.on(UNCONTRADICTED)
def close_in_silence(case: Case, ctx: Context) -> None:
    flow.perform(lapse, case, {}, ctx)
