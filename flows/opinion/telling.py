"""What else happens to an opinion: everyone who raised it hears what comes of it, and whoever has it is reminded."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from flows.colleagues import number_of
from flows.context import Context
from flows.forms import Unfit
from flows.opinion import steps
from flows.opinion.steps import Opinion, flow, in_charge, last_verb, main_named, raisers, until_of
from flows.who import desk, holders, requester, superior, whoever
from storage.records import Case, Person
from storage.trail import case_subject

BECAUSE = "because"
"""What the trail keeps of why an opinion is open again: the number of one that has joined it."""
_DATED = (steps.assign.verb, steps.plan.verb)
"""The moves that may set a date."""


def _passing_on(case: Case, ctx: Context) -> Sequence[Person]:
    """Who tells it to somebody that we cannot reach and who said where they can be."""
    reached = ctx.work.people.accounts_of([one.id for one in raisers(case, ctx)])
    return desk(case, ctx) if case.answers.get("contact") and not any(reached.values()) else ()


def how_it_stands(case: Case, ctx: Context) -> Sequence[str]:
    """The measure, what its sender was asked last, and the answer: also for who has nothing but the page."""
    say, main = ctx.rules.texts.say, _main_of(case, ctx) or case
    told, until = [], main.answers.get("deadline")
    if main.answers.get("measure"):
        day = until.get("text", "") if isinstance(until, dict) else ""
        told.append(say(flow.name, "stands", "measure", measure=main.answers["measure"], until=day))
    entries = [
        one for one in ctx.work.trail.of(case_subject(case.id)) if one.verb in (steps.ask.verb, steps.reply.verb)
    ]
    answers = entries[-1].facts.get("answers") if entries and entries[-1].verb == steps.ask.verb else None
    if isinstance(answers, dict):
        told.append(say(flow.name, "stands", "question", question=answers.get("question", "")))
    if case.state in (Opinion.ANSWERED, Opinion.CLOSED, Opinion.UNRATED, Opinion.NOTED):
        told.append(say(flow.name, "stands", "result", result=result_of(main, ctx)))
    return told


flow.stands = how_it_stands


def _named(case: Case, _ctx: Context) -> Collection[int]:
    """Whom it was entered for may see it."""
    try:
        return [number_of(case.answers.get("who"))]
    except Unfit:
        return []


flow.told = _named


@flow.entering(Opinion.RECEIVED)
def call_the_desk(case: Case, ctx: Context) -> None:
    """Also of one that stands by itself again, since the one it had joined was withdrawn."""
    ctx.tell(desk, steps.NEW, case)
    ctx.show(desk, case.answers.get("photo"), case)
    if last_verb(case, ctx) in ("open", steps.part.verb):
        ctx.tell(raisers, steps.WAITING, case)
    ctx.wake(case, steps.UNTRIAGED)


@flow.after(steps.merge)
def join_the_main_one(case: Case, ctx: Context) -> None:
    main = main_named(case, ctx.said(case), ctx)
    flow.perform(steps.join, replace(case, main_id=main.id), {}, ctx.as_system())


@flow.entering(Opinion.JOINED)
def say_what_it_is_part_of(case: Case, ctx: Context) -> None:
    """Told that others say so too; one that was answered and did not help opens the main one again."""
    main = _main_of(case, ctx)
    if main is None:
        return
    if last_verb(case, ctx) == steps.again.verb:
        if main.state in steps.reopen.sources:
            flow.perform(steps.reopen, main, {}, ctx.as_system(), facts={BECAUSE: case.number})
        return
    ctx.tell(raisers, steps.JOINED, case, main=main.number)


def _main_of(case: Case, ctx: Context) -> Case | None:
    """What an opinion has joined, and that one since, up to the one that goes its own way."""
    main = ctx.work.cases.get(case.main_id) if case.main_id else None
    return (_main_of(main, ctx) or main) if main is not None else None


def _along(case: Case, ctx: Context) -> list[Case]:
    """Those that have joined it, and those that had joined them."""
    return [one for joined in ctx.work.cases.joined(case.id) for one in (joined, *_along(joined, ctx))]


def _added(case: Case, ctx: Context) -> str:
    """What was said since in answer to questions: the department has not heard of it yet."""
    entries = [one for one in ctx.work.trail.of(case_subject(case.id)) if one.verb == steps.reply.verb]
    answers = [one.facts.get("answers") for one in entries]
    words = [str(one.get("words") or "") for one in answers if isinstance(one, Mapping)]
    return ctx.rules.texts.say("opinion", "added", words=words)


@flow.entering(Opinion.ASSIGNED)
def have_it_done(case: Case, ctx: Context) -> None:
    """A department has it, has said what it will do, or has it again."""
    verb = last_verb(case, ctx)
    if verb == steps.plan.verb:
        said = {field.key: field.show(ctx.said(case).get(field.key)) for field in steps.plan.asks}
        for one in (case, *_along(case, ctx)):
            if one is case or one.state == Opinion.JOINED:
                ctx.tell(raisers, steps.PLANNED, one, measure=said["measure"], until=said["deadline"])
        _tell_of_more_time(case, ctx)
    elif verb in (steps.again.verb, steps.reopen.verb):
        ctx.tell(_those_who_do_it, steps.AGAIN, case, why=_why_again(case, ctx))
    else:
        ctx.tell(in_charge, steps.YOURS, case, more=_added(case, ctx))
        ctx.show(in_charge, case.answers.get("photo"), case)
        ctx.tell(raisers, steps.PASSED_ON, case, unit=str(case.answers.get("unit") or ""))
    if verb != steps.plan.verb:
        ctx.wake(case, steps.HALFWAY)
        ctx.wake(case, steps.UNHANDLED)
    until = until_of(case)
    if until is not None and until > ctx.now:
        ctx.work.timers.clear(case_subject(case.id), f"{steps.PROMISED.name}@{case.version - 1}")
        ctx.wake(case, steps.PROMISED, after=until - ctx.now)


def _tell_of_more_time(case: Case, ctx: Context) -> None:
    """The department may need longer than it was given; whoever gave it the date is to know."""
    said = [entry.facts.get("answers") for entry in ctx.work.trail.of(case_subject(case.id)) if entry.verb in _DATED]
    dates = [one.get("deadline") if isinstance(one, dict) else None for one in said]
    before = next((one for one in reversed(dates[:-1]) if isinstance(one, dict)), None)
    now = dates[-1] if dates else None
    if before is None or not isinstance(now, dict):
        return
    if datetime.fromisoformat(str(now["until"])) > datetime.fromisoformat(str(before["until"])):
        ctx.tell(desk, steps.POSTPONED, case, before=before["text"], until=now["text"])


def _those_who_do_it(case: Case, ctx: Context) -> Sequence[Person]:
    return list(dict.fromkeys((*in_charge(case, ctx), *desk(case, ctx))))


def _why_again(case: Case, ctx: Context) -> str:
    """What is still wrong, in the words of whoever said so: of this one, or of one that has joined it."""
    last = ctx.work.trail.of(case_subject(case.id))[-1]
    other = ctx.work.cases.by_number(str(last.facts.get(BECAUSE) or "-"))
    return str(ctx.said(other or case).get("why") or "")


@flow.entering(Opinion.ANSWERED)
def tell_what_came_of_it(case: Case, ctx: Context) -> None:
    """Everyone who raised it hears the result and is asked whether it helped (H8)."""
    ctx.wake(case, steps.UNCONTRADICTED)
    if last_verb(case, ctx) == steps.answer_along.verb:
        _tell_along(case, ctx)
        return
    ctx.tell(raisers, steps.ANSWERED, case, asks=True)
    ctx.tell(_passing_on, steps.ANSWERED, case, asks=False)
    ctx.show(raisers, ctx.said(case).get("after"), case)
    if case.requester_id not in {one.id for one in raisers(case, ctx)}:
        ctx.tell(requester, steps.ANSWERED, case, asks=False)
    for one in _along(case, ctx):
        if one.state == Opinion.JOINED:
            flow.perform(steps.answer_along, one, {}, ctx.as_system())
        elif one.state == Opinion.ANSWERED:  # has not said yet whether what was done before had helped
            _tell_along(one, ctx)


def _tell_along(case: Case, ctx: Context) -> None:
    main = _main_of(case, ctx)
    if main is not None:
        for who, asks in ((raisers, True), (_passing_on, False)):
            ctx.tell(who, steps.ALONG, case, main=main.number, result=result_of(main, ctx), asks=asks)


def result_of(case: Case, ctx: Context) -> str:
    """What was done, why it cannot be, or to whom it was passed on, said last."""
    verbs = {steps.done.verb: "result", steps.cannot.verb: "because", steps.note.verb: "word"}
    for entry in reversed(ctx.work.trail.of(case_subject(case.id))):
        answers = entry.facts.get("answers")
        if entry.verb in verbs and isinstance(answers, dict):
            return str(answers.get(verbs[entry.verb]) or "")
    return ""


@flow.entering(Opinion.CLOSED)
def thank_who_did_it(case: Case, ctx: Context) -> None:
    ctx.tell(whoever(steps.done, steps.cannot), steps.THANKED, case)


@flow.entering(Opinion.UNRATED)
def say_it_ended(case: Case, ctx: Context) -> None:
    ctx.tell(raisers, steps.LAPSED, case)


@flow.entering(Opinion.NOTED)
def pass_praise_on(case: Case, ctx: Context) -> None:
    if last_verb(case, ctx) == steps.note_along.verb:
        _tell_along(case, ctx)
        return
    ctx.tell(raisers, steps.NOTED, case)
    ctx.tell(_passing_on, steps.NOTED, case)
    for one in _along(case, ctx):
        if one.state == Opinion.JOINED:
            flow.perform(steps.note_along, one, {}, ctx.as_system())


@flow.entering(Opinion.WITHDRAWN)
def call_it_off(case: Case, ctx: Context) -> None:
    """Only by whoever raised it: what others said stands by itself again."""
    ctx.tell(raisers, steps.WITHDRAWN, case)
    for one in ctx.work.cases.joined(case.id):
        if one.state == Opinion.JOINED:
            flow.perform(steps.part, replace(one, main_id=None), {}, ctx.as_system())


@flow.after(steps.ask)
def ask_the_sender(case: Case, ctx: Context) -> None:
    """Also one that nobody knows can be asked (H10)."""
    ctx.tell(raisers, steps.ASKED, case)
    ctx.tell(_passing_on, steps.ASKED, case)


@flow.after(steps.reply)
def pass_the_answer_on(case: Case, ctx: Context) -> None:
    main = _main_of(case, ctx)
    ctx.tell(lambda _case, _ctx: holders(main or case, ctx), steps.REPLIED, case)


@flow.on(steps.UNTRIAGED)
def say_nobody_looked(case: Case, ctx: Context) -> None:
    ctx.tell(superior, steps.LATE, case)


@flow.on(steps.HALFWAY)
def remind(case: Case, ctx: Context) -> None:
    ctx.tell(in_charge, steps.REMIND, case)


@flow.on(steps.UNHANDLED)
def say_it_is_overdue(case: Case, ctx: Context) -> None:
    """Where a later date was set, that one counts."""
    until = until_of(case)
    if until is not None and until > ctx.now:
        return
    ctx.tell(in_charge, steps.OVERDUE, case)
    ctx.tell(superior, steps.OVERDUE, case)


@flow.on(steps.PROMISED)
def say_the_date_has_come(case: Case, ctx: Context) -> None:
    """The date that was promised or set."""
    ctx.tell(in_charge, steps.OVERDUE, case)
    ctx.tell(desk, steps.OVERDUE, case)


@flow.on(steps.UNCONTRADICTED)
def close_in_silence(case: Case, ctx: Context) -> None:
    flow.perform(steps.lapse, case, {}, ctx)
