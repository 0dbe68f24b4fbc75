"""Follow-ups (回访): who was not satisfied is called by whoever the matter goes up to, and told of it (H2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum

from flows.cards import Style
from flows.deadlines import clock
from flows.flow import Context, Flow, Outcome, Wake
from flows.forms import Text
from flows.who import desk, point, requester, superior
from storage.records import Case, Person
from storage.trail import case_subject

ATTEMPTS = 3
"""So often somebody is tried to be reached; then the call-back ends, and is counted apart."""


class FollowUp(StrEnum):
    """Where a call-back stands; UNREACHED is one that nobody could be reached for, counted apart from CALLED."""

    OPEN = "open"
    CALLED = "called"
    UNREACHED = "unreached"


def rated_case(case: Case, ctx: Context) -> Case | None:
    """The case that was rated."""
    return ctx.work.cases.by_number(str(case.answers.get("case") or "-"))


def responsible(case: Case, ctx: Context) -> Sequence[Person]:
    """Whom the rated matter goes up to, without those who worked on the case; else the desk of call-backs.

    Whoever gave the stars calls nobody, least of all themselves.
    """
    other = rated_case(case, ctx)
    office = [person for person in desk(case, ctx) if person.id != case.requester_id] or superior(case, ctx)
    if other is None:
        return office
    matter = ctx.rules.catalogue.version(other.digest, other.matter, ctx.work.cases.matter_source)
    done = {entry.person_id for entry in ctx.work.trail.of(case_subject(other.id))}
    found = [person for person in point(matter.superior, other, ctx) if person.id != case.requester_id]
    return [person for person in found if person.id not in done] or office


def _tried(case: Case, _answers: Mapping[str, object], ctx: Context, _turn: int) -> Outcome:
    """The last of several attempts ends it."""
    entries = ctx.work.trail.of(case_subject(case.id))
    before = sum(1 for entry in entries if entry.verb == missed.verb)
    return Outcome(FollowUp.OPEN if before + 1 < ATTEMPTS else FollowUp.UNREACHED, {"attempt": before + 1})


flow = Flow("followup", FollowUp, starts=FollowUp.OPEN)

call = flow.move("call", FollowUp.OPEN, to=FollowUp.CALLED, asks=(Text("note", at_most=400),), style=Style.MAIN)
missed = flow.move("missed", FollowUp.OPEN, to=FollowUp.OPEN, asks=(Text("how", optional=True),), leads=_tried)
more = flow.remark(
    "more", FollowUp.OPEN, FollowUp.UNREACHED, by=requester, asks=(Text("words", at_most=700),)
)  # fmt: skip

flow.turn(FollowUp.OPEN, of=responsible)

NEW, TRIED, TOLD, UNREACHED, LATE = map(flow.notice, ("new", "tried", "told", "unreached", "late"))
ADDED = flow.notice("added")
REMIND = flow.notice("remind", nudge=True)

clock(flow, "call", FollowUp.OPEN)
HALFWAY = Wake("halfway", limit="call", part=50, lasts=True)
OVERDUE = Wake("overdue", limit="call", lasts=True)


@flow.entering(FollowUp.OPEN)
def have_them_called(case: Case, ctx: Context) -> None:
    """Told once whose it is; after a vain attempt the person hears that somebody tried."""
    entries = ctx.work.trail.of(case_subject(case.id))
    if any(entry.verb == missed.verb for entry in entries):
        ctx.tell(requester, TRIED, case)
        return
    ctx.tell(responsible, NEW, case)
    ctx.wake(case, HALFWAY)
    ctx.wake(case, OVERDUE)


@flow.entering(FollowUp.CALLED)
def say_what_was_said(case: Case, ctx: Context) -> None:
    ctx.tell(requester, TOLD, case)


@flow.entering(FollowUp.UNREACHED)
def say_nobody_was_reached(case: Case, ctx: Context) -> None:
    ctx.tell(requester, UNREACHED, case)


@flow.after(more)
def pass_it_on(case: Case, ctx: Context) -> None:
    """Not everybody wants to be called: what they say here is read before, or instead."""
    ctx.tell(responsible, ADDED, case)


@flow.on(HALFWAY)
def remind(case: Case, ctx: Context) -> None:
    ctx.tell(responsible, REMIND, case)


@flow.on(OVERDUE)
def go_up(case: Case, ctx: Context) -> None:
    """Not called in time: who is above the call-backs hears of it."""
    ctx.tell(superior, LATE, case)
