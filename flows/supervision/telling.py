"""Who is told what on each step of a supervised item, with the first date beside the present one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flows.context import Context
from flows.flow import Notice, about_case
from flows.supervising import Colour
from flows.supervision import steps
from flows.supervision import whom as their
from flows.supervision.items import answers_in, item_of, rules_of
from flows.supervision.states import Supervision
from flows.supervision.steps import flow
from flows.supervision.verbs import Verb
from flows.supervision.watching import arm
from flows.supervision.words import ALSO, also
from flows.who import Who, requester, superior
from storage.records import Case, Entry, Person
from storage.trail import case_subject


def _notice(name: str, *, look: bool = False, nudge: bool = False) -> Notice:
    return flow.notice(name, look=look, also=ALSO, nudge=nudge)


YOURS, SUPPORT, WRITTEN, ASKED = map(_notice, ("yours", "support", "written", "asked"))
BEGUN, ACKED, PASSED, RULING, RULED = map(_notice, ("begun", "acked", "passed", "ruling", "ruled"))
PROGRESS, MILESTONE, URGED, TURNED = map(_notice, ("progress", "milestone", "urged", "turned"))
REMIND, NUDGE = (_notice(name, nudge=True) for name in ("remind", "nudge"))
LONGER, LONGER_TOO, EXTENDED, KEPT = map(_notice, ("longer", "longer_too", "extended", "kept"))
CLAIMED, BACK, CLOSED, ASK_AGAIN, REOPENED = map(_notice, ("claimed", "back", "closed", "ask_again", "reopened"))
SHARED, WITHDRAWN, REDATED = map(_notice, ("shared", "withdrawn", "redated"))
UNACKED, MISSED, UNCHECKED = (_notice(name, look=True, nudge=True) for name in ("unacked", "missed", "unchecked"))


def tell(who: Who, notice: Notice, case: Case, ctx: Context) -> None:
    """Put a notice in line, with the dates and names of the item."""
    flow.tell(who(case, ctx), notice, case, ctx, also(case, ctx))


def _each(case: Case, ctx: Context, *whos: Who) -> list[Person]:
    """All of these people, each once."""
    return list({person.id: person for who in whos for person in who(case, ctx)}.values())


def _as_may(who: Who, people: Sequence[Person], notice: Notice, case: Case, ctx: Context) -> None:
    """Tell people what they can do next: those who may press the button it speaks of, and the others."""
    may = {person.id for person in who(case, ctx)}
    words = also(case, ctx)
    for yes in (True, False):
        flow.tell([one for one in people if (one.id in may) is yes], notice, case, ctx, {**words, "may": yes})


def _last(case: Case, ctx: Context) -> Entry:
    return ctx.work.trail.of(case_subject(case.id))[-1]


@flow.entering(Supervision.RAISED)
def offer(case: Case, ctx: Context) -> None:
    """The lead unit is asked to acknowledge; who wrote it down, and the others, hear that it has begun."""
    verb = _last(case, ctx).verb
    who = their.person_of if verb == Verb.APPOINT else their.responsible
    tell(who, RULED if verb == Verb.RULE else YOURS, case, ctx)
    if verb == "open":
        tell(requester, WRITTEN, case, ctx)
        tell(their.named_asker, ASKED, case, ctx)
    elif verb == Verb.DECLINE:
        tell(their.bureau, PASSED, case, ctx)
    if verb != Verb.APPOINT:
        ctx.work.timers.clear(case_subject(case.id))  # what was set for the unit before
        ctx.wake(case, steps.HALFWAY)
        ctx.wake(case, steps.UNANSWERED)
    arm(case, ctx)


@flow.entering(Supervision.RULING)
def ask_for_a_ruling(case: Case, ctx: Context) -> None:
    tell(their.bureau, RULING, case, ctx)
    ctx.wake(case, steps.UNCHECKED)
    arm(case, ctx)


@flow.entering(Supervision.DOING)
def go_on(case: Case, ctx: Context) -> None:
    """It is being done: from the beginning, with more time, without it, after a claim, or once more."""
    told: Mapping[str, tuple[tuple[Who, Notice], ...]] = {
        Verb.ACK: ((their.responsible, BEGUN), (requester, ACKED), (their.still_supporting, SUPPORT)),
        Verb.APPOINT: ((their.person_of, BEGUN),),
        Verb.GRANT: ((their.responsible, EXTENDED), (their.supporting, EXTENDED), (their.asker, EXTENDED)),
        Verb.KEEP: ((their.responsible, KEPT),),
        Verb.SEND_BACK: ((their.responsible, BACK), (their.still_supporting, SUPPORT)),
        Verb.SHARE_DONE: ((their.responsible, SHARED), (their.bureau, SHARED)),
    }
    verb = _last(case, ctx).verb
    if verb in (Verb.GRANT, Verb.KEEP):
        _close_granting(case, ctx)
    for who, notice in told.get(verb, ()):
        tell(who, notice, case, ctx)
    if verb == Verb.REOPEN:
        people = _each(case, ctx, their.responsible, their.supporting, their.bureau, their.named_asker)
        flow.tell(people, REOPENED, case, ctx, also(case, ctx))
    arm(case, ctx)


def _close_granting(case: Case, ctx: Context) -> None:
    """What was asked of those who grant is answered."""
    people = [person.id for who in (their.bureau, their.named_asker) for person in who(case, ctx)]
    flow.close_cards(about_case(case), people, flow.closing(_last(case, ctx).verb, ctx), ctx)


@flow.entering(Supervision.EXTENDING)
def ask_for_time(case: Case, ctx: Context) -> None:
    """The office decides; from the second time on the leader who asked as well (I2)."""
    verb = _last(case, ctx).verb
    if verb == Verb.EXTEND:
        tell(their.granters, LONGER, case, ctx)
    elif verb == Verb.GRANT:
        _close_granting(case, ctx)
        tell(their.granters, LONGER_TOO, case, ctx)
    elif verb == Verb.SHARE_DONE:
        tell(their.responsible, SHARED, case, ctx)
        tell(their.bureau, SHARED, case, ctx)
    elif verb == Verb.APPOINT:
        tell(their.person_of, BEGUN, case, ctx)
    if verb == Verb.EXTEND:
        ctx.wake(case, steps.UNCHECKED)
    arm(case, ctx)


@flow.entering(Supervision.CLAIMED)
def ask_for_a_check(case: Case, ctx: Context) -> None:
    tell(their.bureau, CLAIMED, case, ctx)
    files = answers_in(_last(case, ctx)).get("files")
    ctx.show(their.bureau, files, case)
    ctx.wake(case, steps.UNCHECKED)


@flow.entering(Supervision.CLOSED)
def tell_the_result(case: Case, ctx: Context) -> None:
    """Whoever asked gets the result; the units hear that it is over (I5)."""
    people = _each(case, ctx, their.asker, requester, their.responsible, their.supporting)
    _as_may(their.checkers, people, CLOSED, case, ctx)
    arm(case, ctx)


@flow.entering(Supervision.WITHDRAWN)
def tell_it_is_off(case: Case, ctx: Context) -> None:
    people = _each(case, ctx, their.asker, their.responsible, their.supporting)
    flow.tell(people, WITHDRAWN, case, ctx, also(case, ctx))


@flow.after(steps.report)
def pass_it_on(case: Case, ctx: Context) -> None:
    tell(their.bureau, PROGRESS, case, ctx)
    tell(their.named_asker, PROGRESS, case, ctx)
    ctx.show(their.bureau, answers_in(_last(case, ctx)).get("photo"), case)
    arm(case, ctx)


@flow.after(steps.plan)
def watch_milestones(case: Case, ctx: Context) -> None:
    arm(case, ctx)


@flow.after(steps.share)
def pass_on_a_share(case: Case, ctx: Context) -> None:
    tell(their.responsible, SHARED, case, ctx)
    tell(their.bureau, SHARED, case, ctx)


@flow.after(steps.urge)
def urge_at_once(case: Case, ctx: Context) -> None:
    tell(their.responsible, URGED, case, ctx)


@flow.after(steps.nudge)
def ask_for_a_report(case: Case, ctx: Context) -> None:
    """From the second silence in a row on the office hears of it too."""
    tell(their.responsible, NUDGE, case, ctx)
    if item_of(case, ctx).missed > 1:
        tell(their.bureau, MISSED, case, ctx)


@flow.after(steps.mark)
def say_a_milestone_is_due(case: Case, ctx: Context) -> None:
    key = str(_last(case, ctx).facts.get("milestone"))
    words = [one.words for one in item_of(case, ctx).milestones if one.key == key]
    told = {one.id for one in their.responsible(case, ctx)}
    for person in _each(case, ctx, their.responsible, their.bureau):
        flow.tell([person], MILESTONE, case, ctx, {**also(case, ctx), "milestones": words, "may": person.id in told})


@flow.after(steps.turn)
def call_the_next_level(case: Case, ctx: Context) -> None:
    """Each colour calls whom the matter names, once for each deadline (I3)."""
    colour = Colour(str(_last(case, ctx).facts["colour"]))
    shade = next(one for one in rules_of(ctx).shades if one.colour is colour)
    words = {**also(case, ctx), "colour": ctx.rules.texts.say(flow.name, "colours", colour)}
    flow.tell(their.called(shade, case, ctx), TURNED, case, ctx, words)


@flow.after(steps.redate)
def say_it_is_due_elsewhere(case: Case, ctx: Context) -> None:
    """A late notice has moved the working days that were counted (F9)."""
    people = _each(case, ctx, their.responsible, their.supporting, their.bureau, their.named_asker)
    flow.tell(people, REDATED, case, ctx, also(case, ctx))


@flow.after(steps.ask_again)
def ask_whether_it_holds(case: Case, ctx: Context) -> None:
    tell(their.asker, ASK_AGAIN, case, ctx)


@flow.on(steps.HALFWAY)
def remind_the_unit(case: Case, ctx: Context) -> None:
    tell(their.responsible, REMIND, case, ctx)


@flow.on(steps.UNANSWERED)
def tell_the_office(case: Case, ctx: Context) -> None:
    tell(their.bureau, UNACKED, case, ctx)


@flow.on(steps.UNCHECKED)
def remind_the_office(case: Case, ctx: Context) -> None:
    tell(superior if case.state == Supervision.CLAIMED else their.granters, UNCHECKED, case, ctx)


@flow.explaining
def explain(entry: Entry, ctx: Context) -> list[tuple[str, str]]:
    """Which colour, which milestone, whose refusal, until when."""
    texts, lines = ctx.rules.texts, []
    if entry.verb == Verb.TURN:
        lines.append(
            (texts.say(flow.name, "explain", "colour"), texts.say(flow.name, "colours", str(entry.facts["colour"])))
        )
    if entry.facts.get("unit"):
        lines.append((texts.say(flow.name, "explain", "unit"), str(entry.facts["unit"])))
    return lines
