"""What else happens on each step of a repair: who is told what, who is asked next, which timers run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from flows.context import Context
from flows.dispatch import Mode
from flows.repair import steps
from flows.repair.joining import begin_plans, main_of, reports_of
from flows.repair.states import Repair
from flows.repair.steps import flow, offered, standing, take
from flows.repair.whom import as_facts, because, candidates, choice_for, in_words, place_of, rules_of
from flows.who import holders, requester, superior, whoever
from storage.records import Case, Entry, Person
from storage.trail import case_subject


@flow.entering(Repair.REPORTED)
def place(case: Case, ctx: Context) -> None:
    """Find out whether it is a thing of its own, and offer it; or the dispatcher has just been called."""
    now = standing(case, ctx)
    if now.verb == steps.call.verb:
        ctx.tell(superior, steps.CALLED, case, candidates=in_words(candidates(case, ctx)[:6], ctx))
        _wake_for_an_answer(case, ctx)
        return
    main = main_of(case, ctx) if now.verb == "open" else None
    if main is not None:
        flow.perform(steps.join, replace(case, main_id=main.id), {}, ctx.as_system())
        return
    is_new = now.verb in ("open", steps.split.verb)
    plans = begin_plans(case, ctx, reports=1) if is_new else []
    placed = _offer(replace(case, main_id=None), ctx, plans)
    if is_new:
        ctx.tell(requester, steps.WAITING, placed)
    elif now.verb == steps.give_back.verb:
        ctx.tell(requester, steps.AGAIN, placed)
        _tell_along(placed, ctx, "again")
    elif now.verb == steps.lead.verb:
        _tell_along(placed, ctx, "joined")


def _offer(case: Case, ctx: Context, plans: Sequence[str] = ()) -> Case:
    """Offer it to whom the rules choose, or call the dispatcher; the trail keeps why (G10)."""
    choice = choice_for(case, ctx, standing(case, ctx).out)
    facts = {**as_facts(choice), **({"plans": list(plans)} if plans else {})}
    move = steps.call if choice.mode is Mode.CALL else steps.offer
    return flow.perform(move, case, {}, ctx.as_system(), facts=facts)


@flow.entering(Repair.OFFERED)
def show_the_offer(case: Case, ctx: Context) -> None:
    """A card to whom it is offered; when the last of them will not have it, on to the next."""
    now = standing(case, ctx)
    if now.verb in (steps.decline.verb, steps.pass_on.verb):
        if not now.offered:
            _next(case, ctx)
        return
    for person in offered(case, ctx):
        flow.tell([person], steps.NEW, case, ctx, _for(person, case, ctx))
    ctx.show(offered, case.answers.get("photo"), case)
    if now.source in (Repair.TAKEN, Repair.HELD):
        ctx.tell(whoever(take), steps.MOVED, case)
    if now.source != Repair.OFFERED:
        _wake_for_an_answer(case, ctx)
    if now.single:
        ctx.wake(case, steps.SILENT, after=rules_of(ctx).pass_on)


def _next(case: Case, ctx: Context) -> None:
    """To the next one; what the dispatcher gave to somebody comes back to the dispatcher."""
    if standing(case, ctx).by_hand:
        facts = as_facts(choice_for(case, ctx, standing(case, ctx).out))
        flow.perform(steps.call, case, {}, ctx.as_system(), facts=facts)
    else:
        _offer(case, ctx)


def _for(person: Person, case: Case, ctx: Context) -> dict[str, object]:
    return {"because": because(case, person, ctx), "reports": reports_of(case, ctx), "passed": _passed(case, ctx)}


def _passed(case: Case, ctx: Context) -> str:
    """Why whoever had it last would not have it: their reason, which is no word of the reporter's."""
    entries = [e for e in ctx.work.trail.of(case_subject(case.id)) if e.person_id and "answers" in e.facts]
    refused = entries and entries[-1].verb in (steps.decline.verb, steps.give_back.verb)
    return str(ctx.said(case).get("why") or "") if refused else ""


def _wake_for_an_answer(case: Case, ctx: Context) -> None:
    ctx.wake(case, steps.HALFWAY)
    ctx.wake(case, steps.UNANSWERED)


@flow.entering(Repair.TAKEN)
def say_who_is_coming(case: Case, ctx: Context) -> None:
    """Who comes, when, or again; to everybody who reported it."""
    now = standing(case, ctx)
    if now.verb == steps.arrange.verb:
        ctx.tell(requester, steps.ARRANGED, case)
        _tell_along(case, ctx, "arranged")
        return
    ctx.tell(requester, steps.RESUMED if now.verb == steps.go_on.verb else steps.TAKEN, case)
    ctx.tell(whoever(take), steps.YOURS, case)
    ctx.wake(case, steps.UNFINISHED)
    _tell_along(case, ctx, _NEWS.get(now.verb, "reopened"))
    if now.verb == take.verb:
        _offer_nearby(case, ctx)


_NEWS = {take.verb: "taken", steps.go_on.verb: "resumed"}


@flow.entering(Repair.HELD)
def say_what_it_waits_for(case: Case, ctx: Context) -> None:
    """The clock stands still: everybody hears why, also who would have called for it (F4)."""
    for who in (requester, whoever(take), superior):
        ctx.tell(who, steps.HELD, case)
    _tell_along(case, ctx, "held")


def _offer_nearby(case: Case, ctx: Context) -> None:
    """Off peak, whoever takes a job hears of others that wait for them in the same building (G7)."""
    rules, building = rules_of(ctx), place_of(case).get("key")
    if not building or rules.is_peak(ctx.now.astimezone(ctx.rules.zone).time(), 0):
        return
    mine = [task.case_id for task in ctx.work.tasks.open_for(ctx.person.id) if task.state == Repair.OFFERED]
    near = [one for one in ctx.work.cases.many(mine) if one.flow == case.flow and place_of(one).get("key") == building]
    for one in near[: rules.nearby]:
        flow.tell([ctx.person], steps.NEARBY, one, ctx, {"taken": case.number})


@flow.entering(Repair.FIXED)
def ask_whether_it_works(case: Case, ctx: Context) -> None:
    ctx.tell(requester, steps.FIXED, case)
    ctx.show(requester, ctx.said(case).get("after"), case)
    ctx.wake(case, steps.UNCONTRADICTED)
    _tell_along(case, ctx, "fixed")


@flow.entering(Repair.CLOSED)
def thank_the_crew(case: Case, ctx: Context) -> None:
    """A main one takes those that joined it with it (G11)."""
    if standing(case, ctx).verb == steps.close_along.verb:
        _tell_of_main(case, ctx, "closed")
        return
    ctx.tell(whoever(take), steps.CLOSED, case)
    for one in _along(case, ctx):
        flow.perform(steps.close_along, one, {}, ctx.as_system())


@flow.entering(Repair.UNCONFIRMED)
def say_it_is_closed(case: Case, ctx: Context) -> None:
    """The same in silence; counted apart (G9)."""
    if standing(case, ctx).verb == steps.lapse_along.verb:
        _tell_of_main(case, ctx, "closed")
        return
    ctx.tell(requester, steps.LAPSED, case)
    for one in _along(case, ctx):
        flow.perform(steps.lapse_along, one, {}, ctx.as_system())


@flow.entering(Repair.WITHDRAWN)
def call_it_off(case: Case, ctx: Context) -> None:
    """It is off for this reporter; of those who joined, the first carries on for all."""
    ctx.tell(requester, steps.WITHDRAWN, case)
    along = _along(case, ctx)
    if not along:
        return
    for one in along[1:]:
        flow.perform(steps.join, replace(one, main_id=along[0].id), {}, ctx.as_system())
    flow.perform(steps.lead, replace(along[0], main_id=None), {}, ctx.as_system())


@flow.entering(Repair.JOINED)
def say_what_it_is_part_of(case: Case, ctx: Context) -> None:
    """Told at once that others reported it too; those who work on it hear when it grows."""
    main = ctx.work.cases.get(case.main_id) if case.main_id else None
    if main is None or main.state == Repair.JOINED:  # the one that is about to lead
        return
    _tell_of(main, case, ctx, "joined")
    count = reports_of(main, ctx)
    begin_plans(main, ctx, count)
    if count in rules_of(ctx).grown:
        ctx.tell(holders, steps.GROWN, main, reports=count)


def _along(case: Case, ctx: Context) -> Sequence[Case]:
    """Those that have joined it."""
    return [one for one in ctx.work.cases.joined(case.id) if one.state == Repair.JOINED]


def _tell_along(case: Case, ctx: Context, news: str) -> None:
    for one in _along(case, ctx):
        _tell_of(case, one, ctx, news)


def _tell_of_main(case: Case, ctx: Context, news: str) -> None:
    main = ctx.work.cases.get(case.main_id) if case.main_id else None
    if main is not None:
        _tell_of(main, case, ctx, news)


def _tell_of(main: Case, case: Case, ctx: Context, news: str) -> None:
    """How the main one stands, to who reported the same."""
    facts = flow.facts(main, ctx)
    words = ctx.rules.texts.say(flow.name, "news", news, **facts)
    ctx.tell(requester, steps.ALONG, case, main=main.number, news=words)


@flow.on(steps.HALFWAY)
def remind_the_desk(case: Case, ctx: Context) -> None:
    ctx.tell(holders, steps.REMIND, case)


@flow.on(steps.UNANSWERED)
def call_the_superior(case: Case, ctx: Context) -> None:
    ctx.tell(superior, steps.LATE, case)


@flow.on(steps.SILENT)
def ask_the_next(case: Case, ctx: Context) -> None:
    """No answer in time: it passes on (G5)."""
    flow.perform(steps.pass_on, case, {}, ctx)


@flow.on(steps.UNFINISHED)
def say_it_drags_on(case: Case, ctx: Context) -> None:
    ctx.tell(whoever(take), steps.SLOW, case)
    ctx.tell(superior, steps.OVERDUE, case)


@flow.on(steps.UNCONTRADICTED)
def close_in_silence(case: Case, ctx: Context) -> None:
    flow.perform(steps.lapse, case, {}, ctx)


@flow.explaining
def explain(entry: Entry, ctx: Context) -> list[tuple[str, str]]:
    """Whom it was offered to, out of whom, and why; what plans it set off (G10)."""
    texts, lines = ctx.rules.texts, []
    people = entry.facts.get("people")
    who = entry.facts.get("answers")
    if entry.verb == steps.assign.verb and isinstance(who, dict):
        people = [int(str(who["who"]))]
    if isinstance(people, list) and people:
        names = [person.name for person in ctx.work.people.many(people)]
        lines.append((texts.say("dispatch", "to"), texts.say("dispatch", "joined", reasons=names)))
    found = entry.facts.get("candidates")
    label = texts.say("dispatch", "considered", count=entry.facts.get("considered", 0))
    lines += [(label, words) for words in in_words(found if isinstance(found, list) else [], ctx)]
    plans = entry.facts.get("plans")
    if isinstance(plans, list):
        lines += [(texts.say("dispatch", "plan"), str(number)) for number in plans]
    return lines
