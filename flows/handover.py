"""Hand-over to a person (转人工): somebody of the office talks in the bot's place until one of both ends it (B12)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from enum import StrEnum

from flows.cards import Style
from flows.deadlines import Running, calendar_of, deadline
from flows.flow import Context, Flow, Wake
from flows.forms import Files, Text
from flows.transcript import WORDS, said
from flows.who import administrators, desk, superior, whoever
from storage.records import Case, Entry, Person
from storage.trail import case_subject


class Handover(StrEnum):
    """Where a hand-over stands; FORGOTTEN is one that nobody on either side went on with."""

    WAITING = "waiting"
    TAKEN = "taken"
    ENDED = "ended"
    FORGOTTEN = "forgotten"


flow = Flow("handover", Handover, starts=Handover.WAITING)


def colleagues(case: Case, ctx: Context) -> Sequence[Person]:
    """Who answers at the desk, without the one who asks: nobody talks to themselves through us (F31)."""
    for who in (desk, superior, administrators):
        found = [person for person in who(case, ctx) if person.id != case.requester_id]
        if found:
            return found
    return []


def holder(case: Case, ctx: Context) -> Sequence[Person]:
    """Who has taken it."""
    if case.state != Handover.TAKEN:
        return []
    return ctx.work.people.many(task.person_id for task in ctx.work.tasks.open_on(case.id))


def either(case: Case, ctx: Context) -> Sequence[Person]:
    """Both who talk."""
    return [ctx.work.people.get(case.requester_id), *holder(case, ctx)]


def speaker(case: Case, ctx: Context) -> Sequence[Person]:
    """Who asked, as the very person."""
    return [ctx.work.people.get(case.requester_id)]


take = flow.move("take", Handover.WAITING, to=Handover.TAKEN, style=Style.MAIN)
reply = flow.remark("reply", Handover.TAKEN, asks=(Text(WORDS, at_least=1, at_most=2000),))
show = flow.remark("show", Handover.TAKEN, asks=(Files("files"),), offered=False)
say = flow.remark(
    "say",
    Handover.WAITING,
    Handover.TAKEN,
    by=speaker,
    asks=(Text(WORDS, optional=True), Files("files", optional=True)),
    offered=False,
)
hand_back = flow.move("hand_back", Handover.WAITING, Handover.TAKEN, to=Handover.ENDED, by=either)
lapse = flow.move("lapse", Handover.WAITING, Handover.TAKEN, to=Handover.FORGOTTEN, by_time=True)

flow.turn(Handover.WAITING, of=colleagues)
flow.turn(Handover.TAKEN, of=whoever(take))

NEW, WAITING, AWAY, TAKEN, YOURS, CLOSED, LEFT_LYING = map(
    flow.notice, ("new", "waiting", "away", "taken", "yours", "closed", "left_lying")
)
REMIND, LATE = flow.notice("remind", nudge=True), flow.notice("late", look=True, nudge=True)
NOTED = flow.notice("noted", talk=True)
SAID = flow.notice("said", talk=True)
ANSWER = flow.notice("answer", talk=True)
PASSED_ON = flow.notice("passed_on", talk=True)
ENDED = flow.notice("ended", talk=True)
FORGOTTEN = flow.notice("forgotten", talk=True)

HALFWAY = Wake("halfway", limit="respond", part=50)
UNANSWERED = Wake("unanswered", limit="respond")
SILENT = Wake("silent", limit="silence")

ECHOES, ECHO = 3, timedelta(minutes=1)
"""The same words so often within this time are a machine's, and go no further (F31)."""


def wake(case: Case, timer: Wake, ctx: Context) -> None:
    """Set a timer that runs from now, or from when somebody is there."""
    limit = ctx.matter.limits.get(timer.limit)
    if limit is not None:
        hours = ctx.rules.calendar
        there = Running(hours.next_working(ctx.now))
        due = deadline(limit, there, calendar_of(limit, hours, urgent=False), timer.part).stretches[-1].at
        ctx.work.timers.set(case_subject(case.id), f"{timer.name}@{case.version}", due)


def expect_an_answer(case: Case, ctx: Context) -> None:
    """Somebody waits: from the first of their words on that were not answered."""
    pending = {timer.name for timer in ctx.work.timers.of(case_subject(case.id))}
    for timer in (HALFWAY, UNANSWERED):
        if f"{UNANSWERED.name}@{case.version}" not in pending:
            wake(case, timer, ctx)


@flow.entering(Handover.WAITING)
def call_the_desk(case: Case, ctx: Context) -> None:
    ctx.tell(speaker, WAITING if ctx.rules.calendar.is_working(ctx.now) else AWAY, case)
    ctx.tell(colleagues, NEW, case)
    expect_an_answer(case, ctx)
    wake(case, SILENT, ctx)


@flow.entering(Handover.TAKEN)
def bring_together(case: Case, ctx: Context) -> None:
    ctx.tell(speaker, TAKEN, case)
    ctx.tell(holder, YOURS, case)
    ctx.show(holder, [file.id for file in ctx.work.files.of_case(case.id)], case)
    expect_an_answer(case, ctx)
    wake(case, SILENT, ctx)


@flow.entering(Handover.ENDED)
def part(case: Case, ctx: Context) -> None:
    ctx.tell(speaker, ENDED, case)
    ctx.tell(whoever(take), CLOSED, case)


@flow.entering(Handover.FORGOTTEN)
def let_it_go(case: Case, ctx: Context) -> None:
    ctx.tell(speaker, FORGOTTEN, case)
    ctx.tell(lambda case, ctx: whoever(take)(case, ctx) or colleagues(case, ctx), LEFT_LYING, case)


@flow.after(say)
def carry_over(case: Case, ctx: Context) -> None:
    spoken = [entry for entry in ctx.work.trail.of(case_subject(case.id)) if entry.verb == say.verb]
    if is_echo(spoken, ctx):
        return
    wake(case, SILENT, ctx)
    if case.state == Handover.TAKEN:
        ctx.tell(holder, SAID, case)
        ctx.show(holder, ctx.said(case).get("files"), case)
        expect_an_answer(case, ctx)
    elif len(spoken) == 1:
        ctx.tell(speaker, NOTED, case)


@flow.after(reply)
def carry_back(case: Case, ctx: Context) -> None:
    ctx.tell(speaker, ANSWER, case)
    answered(case, ctx)


@flow.after(show)
def show_back(case: Case, ctx: Context) -> None:
    ctx.show(speaker, ctx.said(case).get("files"), case)
    answered(case, ctx)


def answered(case: Case, ctx: Context) -> None:
    """Nobody waits any more."""
    ctx.tell(holder, PASSED_ON, case)
    for timer in (HALFWAY, UNANSWERED):
        ctx.work.timers.clear(case_subject(case.id), f"{timer.name}@{case.version}")
    wake(case, SILENT, ctx)


def is_echo(spoken: Sequence[Entry], ctx: Context) -> bool:
    """Whether the last words were said over and over: nobody talks so, but two machines answer each other so."""
    last = spoken[-ECHOES:]
    words = {said(entry) for entry in last}
    return len(last) == ECHOES and len(words) == 1 and words != {""} and ctx.now - last[0].at < ECHO


@flow.on(HALFWAY)
def remind(case: Case, ctx: Context) -> None:
    ctx.tell(lambda case, ctx: holder(case, ctx) or colleagues(case, ctx), REMIND, case)


@flow.on(UNANSWERED)
def call_the_superior(case: Case, ctx: Context) -> None:
    ctx.tell(superior, LATE, case)


@flow.on(SILENT)
def end_in_silence(case: Case, ctx: Context) -> None:
    """Not while nobody is there who could have answered."""
    if ctx.rules.calendar.is_working(ctx.now):
        flow.perform(lapse, case, {}, ctx)
    else:
        wake(case, SILENT, ctx)
