"""Who is told what of a request: whose turn it is, how it goes on, what silence came to."""

from __future__ import annotations

from flows.approval import silence, steps, words
from flows.approval.asking import STRAIGHT
from flows.approval.revising import change_in
from flows.approval.standing import before_last, entries_of, ground_of, returned_from, route_of, standing, steps_in
from flows.approval.states import Approval, state_of
from flows.approval.steps import flow
from flows.approval.turns import PLEA, is_new
from flows.context import Context
from flows.route.checks import turns_of
from flows.route.folding import THROUGH
from flows.route.seats import Seat
from flows.route.stages import Deed, Stage
from flows.route.steps import Decided, Moved, Opened, Why, to_facts
from flows.route.timing import Alarm
from flows.sealing.granting import WITHDRAWN as UNSEALED
from flows.sealing.granting import have_sealed, is_sealed_in, prepare, why, withdraw
from flows.veils import entry_seen_by, files_of
from flows.who import holders, requester
from storage.records import Case, Person, Task

_SEAT = {"deed": "decide", "stage": "-", "news": "-", "because": "-", "others": "-", "so_far": ["-"]}
ASKED = flow.notice("asked", also=_SEAT)
REMINDED = flow.notice("reminded", also=_SEAT, nudge=True)
URGED = flow.notice("urged", also=_SEAT, nudge=True)
COPIED = flow.notice("copied", look=True, also={"so_far": ["-"]})
COVERED = flow.notice("covered", also={"stage": "-", "deputy": "-"})
RECEIVED = flow.notice("received", look=True, also={"stands": ["-"]})
MOVED_ON = flow.notice("moved_on", look=True, also={"stands": ["-"], "passed": ["-"]})
RETURNED = flow.notice("returned", also={"stage": "-", "straight": True, "nobody": False, "items": ["-", "-"]})
NOBODY_FOUND = flow.notice("nobody_found", look=True, also={"stage": "-"})
REVISED = flow.notice("revised", look=True, also={"label": "-", "was": "-", "value": "-", "own": True})
AMENDED = flow.notice("amended", also={"label": "-", "was": "-", "value": "-"})
ENDED = flow.notice("ended", look=True, also={"stands": ["-"], "why": "-", "sealing": True})
RENEWED = flow.notice("renewed", look=True, also={"stands": ["-"], "why": "-"})
PLEA_ASKED, PLEA_REFUSED = flow.notice("plea"), flow.notice("plea_refused")
COMMENTED = flow.notice("commented")


@flow.entering(Approval.RUNNING)
def go_on(case: Case, ctx: Context) -> None:
    """Ask whose turn it has become, and tell the applicant how far it is."""
    _tell_copies(case, ctx)
    if state_of(standing(case, ctx)) is not Approval.RUNNING:  # nobody is needed, or nobody was found
        flow.perform(steps.conclude, case, {}, ctx.as_system())
        return
    _know_everybody(case, ctx)
    _ask_new(case, ctx)
    _tell_change(case, ctx)
    _tell_applicant(case, ctx)
    silence.arm(case, ctx)


def _know_everybody(case: Case, ctx: Context) -> None:
    """Read at once whoever will be spoken of or to."""
    tasks = ctx.work.tasks.open_on(case.id)
    ctx.work.people.many([case.requester_id, *standing(case, ctx).decided, *(task.person_id for task in tasks)])


def _ask_new(case: Case, ctx: Context) -> None:
    """A card with its buttons for each new turn, and the files with it."""
    for task in ctx.work.tasks.open_on(case.id):
        if is_new(task, case):
            _ask(task, case, ctx)


def _ask(task: Task, case: Case, ctx: Context) -> None:
    person = ctx.work.people.get(task.person_id)
    if task.stage == PLEA:
        flow.tell([person], PLEA_ASKED, case, ctx, turn=task.turn)
        return
    found = turns_of(task.person_id, task.stage, ground_of(case, ctx))
    stage = route_of(ctx).get(task.stage)
    if stage is None or not found:
        return
    last = entries_of(case, ctx)[-1]
    news = [words.news(entry_seen_by(person, last, case, ctx), ctx)]
    news += words.put_right(person, case, ctx) if last.verb == steps.supplement.verb else []
    facts = {**seat_facts(stage, found[0], case, ctx), "news": "\n".join(line for line in news if line)}
    flow.tell([person], ASKED, case, ctx, facts, task.turn)
    if is_sealed_in(stage.name, case, ctx) and (paper := prepare(case, ctx, person)) is not None:
        flow.show_files([person], [paper.file_id], ctx)
    if last.verb == steps.revise.verb and _had(task, case, ctx):
        return
    flow.show_files([person], files_of(person, case, ctx), ctx)
    for seat in found:
        if seat.why is Why.DEPUTY and not seat.held:
            _tell_covered(stage, seat, person, case, ctx)


def _had(task: Task, case: Case, ctx: Context) -> bool:
    """Whether it was their turn before the last move."""
    before = before_last(case, ctx).turns(route_of(ctx))
    return (task.person_id, task.stage) in {(seat.person, stage.name) for stage, seat in before}


def _tell_change(case: Case, ctx: Context) -> None:
    """The difference somebody of a stage made, to the applicant and to those who had decided before (C4)."""
    last = entries_of(case, ctx)[-1]
    change = change_in(last) if last.verb == steps.revise.verb else None
    if change is None:
        return
    asked = {last.person_id, *(task.person_id for task in ctx.work.tasks.open_on(case.id))}
    own = requester(case, ctx)
    others = ctx.work.people.many(sorted(standing(case, ctx).decided - asked - {one.id for one in own}))
    facts = {"label": change.label, "was": change.was, "value": change.now}
    flow.tell(own, REVISED, case, ctx, {**facts, "own": True})
    able = [one for one in others if one.active and change.ask not in flow.hides(one, case, ctx)]
    flow.tell(able, REVISED, case, ctx, {**facts, "own": False})


def _tell_covered(stage: Stage, seat: Seat, deputy: Person, case: Case, ctx: Context) -> None:
    """Who is on leave hears who decides for them (GLPI 19626)."""
    absent = [ctx.work.people.get(seat.asked)]
    flow.tell(absent, COVERED, case, ctx, {"stage": stage.name, "deputy": deputy.name})


def seat_facts(stage: Stage, seat: Seat, case: Case, ctx: Context) -> dict[str, object]:
    """What a card says to who is asked."""
    return {
        "deed": words.deed_of(stage, seat),
        "stage": stage.name,
        "news": "",
        "because": words.because(seat, ctx),
        "others": words.others(stage, seat, case, ctx),
        "so_far": words.so_far(case, ctx),
    }


def _tell_copies(case: Case, ctx: Context) -> None:
    """Each once, and nobody who is asked anyway."""
    route = route_of(ctx)
    for step in steps_in(entries_of(case, ctx)[-1]):
        stage = route.get(step.stage) if isinstance(step, Opened) else None
        if isinstance(step, Opened) and stage is not None and stage.does is Deed.READ:
            people = ctx.work.people.many(seat.person for seat in step.seats)
            flow.tell(people, COPIED, case, ctx, {"so_far": words.so_far(case, ctx)})


def _tell_applicant(case: Case, ctx: Context) -> None:
    last, facts = entries_of(case, ctx)[-1], {"stands": words.stands(case, ctx)}
    if last.verb == "open":
        flow.tell(requester(case, ctx), RECEIVED, case, ctx, facts)
        return
    if last.verb == steps.object_.verb:
        flow.tell(requester(case, ctx), PLEA_REFUSED, case, ctx)
    if last.verb == steps.renew.verb:
        _tell_renewed(case, ctx)
        return
    before, now = before_last(case, ctx), standing(case, ctx)
    passed = [
        name for name, one in now.rounds.items() if one.phase in THROUGH and before.rounds[name].phase not in THROUGH
    ]
    if passed and not before.with_applicant:
        flow.tell(requester(case, ctx), MOVED_ON, case, ctx, {**facts, "passed": passed})


def _tell_renewed(case: Case, ctx: Context) -> None:
    """The applicant sees the stages there are now, and why (C9)."""
    facts = {"stands": words.stands(case, ctx), "why": words.last_reason(case, ctx)}
    flow.tell(requester(case, ctx), RENEWED, case, ctx, facts)


@flow.entering(Approval.RETURNED)
def ask_the_applicant(case: Case, ctx: Context) -> None:
    """What is missing is told once, with what to do (C5)."""
    _tell_copies(case, ctx)
    last = entries_of(case, ctx)[-1]
    answers = last.facts.get("answers")
    how = answers.get("how", STRAIGHT) if isinstance(answers, dict) else STRAIGHT
    change = change_in(last)
    if last.verb == steps.amend.verb and change is not None:
        facts = {"label": change.label, "was": change.was, "value": change.now}
        flow.tell(requester(case, ctx), AMENDED, case, ctx, facts)
        return
    if last.verb == steps.renew.verb and before_last(case, ctx).with_applicant:
        _tell_renewed(case, ctx)
        return
    _tell_change(case, ctx)
    for task in ctx.work.tasks.open_on(case.id):
        if is_new(task, case) and task.stage == PLEA:
            _ask(task, case, ctx)
    if last.verb not in (steps.withdraw.verb, steps.object_.verb, steps.consent.verb):
        stage, nobody = returned_from(case, ctx)
        items = words.items(str(answers.get("why") or "") if isinstance(answers, dict) else "")
        told = {"stage": stage, "straight": how == STRAIGHT, "nobody": nobody, "items": items}
        flow.tell(requester(case, ctx), RETURNED, case, ctx, told)
        if nobody:
            flow.tell(steps.owners(case, ctx), NOBODY_FOUND, case, ctx, {"stage": stage})


def _tell_the_end(case: Case, ctx: Context) -> None:
    """The applicant; and those who are told of it in the end."""
    _tell_copies(case, ctx)
    sealing = case.state == Approval.GRANTED and have_sealed(case, ctx)
    facts = {"stands": words.stands(case, ctx), "why": words.last_reason(case, ctx), "sealing": sealing}
    flow.tell(requester(case, ctx), ENDED, case, ctx, facts)


for _end in (Approval.GRANTED, Approval.REFUSED, Approval.WITHDRAWN, Approval.STOPPED):
    flow.entering(_end)(_tell_the_end)


@flow.after(steps.urge)
def pass_the_urge_on(case: Case, ctx: Context) -> None:
    """To each whose turn it is, with their card once more."""
    ground = ground_of(case, ctx)
    for task in ctx.work.tasks.open_on(case.id):
        found, stage = turns_of(task.person_id, task.stage, ground), ground.route.get(task.stage)
        if found and stage is not None:
            person = ctx.work.people.get(task.person_id)
            flow.tell([person], URGED, case, ctx, seat_facts(stage, found[0], case, ctx), task.turn)


@flow.after(steps.comment)
def pass_the_comment_on(case: Case, ctx: Context) -> None:
    """To everybody it concerns now, but for who said it; nothing moves (D14)."""
    people = dict.fromkeys([*requester(case, ctx), *holders(case, ctx)])
    flow.tell([one for one in people if one.id != ctx.person.id], COMMENTED, case, ctx)


@flow.after(steps.unseal)
def tell_that_the_seal_is_void(case: Case, ctx: Context) -> None:
    """Whoever has the document hears that it counts no more, or that it will not come (K5)."""
    paper = withdraw(case, ctx)
    if paper is not None:
        facts = {"used": paper.used_at is not None, "seal": paper.seal, "why": why(case, ctx)}
        flow.tell(requester(case, ctx), UNSEALED, case, ctx, facts)


@flow.on(silence.ALARM)
def time_is_up(case: Case, ctx: Context) -> None:
    """Every reminder that is due, then what silence comes to, which arms the next alarm itself (YD 1018)."""
    while (alarm := silence.due(case, ctx)) is not None:
        match silence.step_of(alarm, case, ctx):
            case Decided(agrees=True):
                flow.perform(steps.lapse_agree, case, {}, ctx)
                return
            case Decided():
                flow.perform(steps.lapse_refuse, case, {}, ctx)
                return
            case Moved():
                flow.perform(steps.lapse_move, case, {}, ctx)
                return
            case step:
                flow.perform(steps.remind, case, {}, ctx, facts={"steps": [to_facts(step)]})
                _remind(alarm, case, ctx)
    silence.arm(case, ctx)


def _remind(alarm: Alarm, case: Case, ctx: Context) -> None:
    stage, seat = alarm.stage, alarm.seat
    tasks = [task for task in ctx.work.tasks.open_on(case.id) if task.person_id == seat.person]
    turn = next((task.turn for task in tasks if task.stage == stage.name), 0)
    person = ctx.work.people.get(seat.person)
    flow.tell([person], REMINDED, case, ctx, seat_facts(stage, seat, case, ctx), turn)
