"""What the steps of a supervised item come to, and the sentence where one cannot be taken."""

from __future__ import annotations

from collections.abc import Mapping

from flows.context import Context
from flows.deadlines import calendar_of
from flows.events import FileKind
from flows.flow import Outcome
from flows.forms import Unfit
from flows.limits import Limit, Unit
from flows.milestones import milestones_in
from flows.supervision.items import counted, in_days, instant_of, item_of, rules_of
from flows.supervision.states import Supervision
from flows.supervision.verbs import Verb
from flows.supervision.whom import heads, named_asker
from flows.units import units_in, value_of
from storage.records import Case
from storage.trail import case_subject

Said = Mapping[str, object]


def passed_on(case: Case, answers: Said, ctx: Context, _turn: int) -> Outcome:
    """Not ours: on to the unit that is named, and after so many times to the office (I6)."""
    item = item_of(case, ctx)
    facts = {"unit": item.lead}
    to = _as_lead(answers.get("whose"), item.lead, ctx)
    if len(item.refusals) + 1 >= rules_of(ctx).refusals:
        return Outcome(Supervision.RULING, facts)
    return Outcome(Supervision.RAISED, facts, {**case.answers, **to})


def ruled(case: Case, answers: Said, ctx: Context, _turn: int) -> Outcome:
    """The office has said whose it is, and that is final."""
    return Outcome(Supervision.RAISED, {}, {**case.answers, **_as_lead(answers.get("lead"), "", ctx)})


def _as_lead(answer: object, now: str, ctx: Context) -> dict[str, object]:
    """A unit as the lead, with its head as the person; one without a head cannot answer for anything."""
    unit = next(iter(units_in(answer)), "")
    if unit == now:
        raise Unfit("same_unit", unit=unit)
    found = heads([unit], ctx)
    if not found:
        raise Unfit("no_head", unit=unit)
    return {"lead": value_of([unit]), "person": {"id": found[0].id, "text": found[0].name}}


def appointed(case: Case, answers: Said, _ctx: Context, _turn: int) -> Outcome:
    """Somebody else answers for it from now on; it stands where it stood."""
    who = answers.get("who")
    return Outcome(Supervision(case.state), {}, {**case.answers, "person": who})


def longer(case: Case, answers: Said, ctx: Context, _turn: int) -> Outcome:
    """More time, until a day after the present one."""
    until = instant_of(answers.get("until"), ctx)
    item = item_of(case, ctx)
    if until is None or until <= item.until:
        raise Unfit("not_later", until=item.until)
    return Outcome(Supervision.EXTENDING, {"until": until.isoformat(), **in_days(answers.get("until"))})


def planned(case: Case, answers: Said, ctx: Context, _turn: int) -> Outcome:
    """Milestones lie on the way: none of them comes after the deadline."""
    until = item_of(case, ctx).until
    late = [
        one
        for one in milestones_in(answers.get("milestones"))
        if one.until.date() > until.astimezone(one.until.tzinfo).date()
    ]
    if late:
        raise Unfit("milestone_late", words=late[0].words, until=until)
    return Outcome(Supervision(case.state))


def granted(case: Case, _answers: Said, ctx: Context, _turn: int) -> Outcome:
    """The office's yes is enough the first time; after that the leader who asked has to agree as well (I2)."""
    item = item_of(case, ctx)
    if item.extensions and not item.halfway and named_asker(case, ctx):
        return Outcome(Supervision.EXTENDING, {"halfway": True})
    asked = next(entry for entry in reversed(ctx.work.trail.of(case_subject(case.id))) if entry.verb == Verb.EXTEND)
    until = counted(asked.facts, ctx)
    return Outcome(
        Supervision.DOING, {"until": until.isoformat() if until else asked.facts["until"], **in_days(asked.facts)}
    )


def claimed(case: Case, answers: Said, ctx: Context, _turn: int) -> Outcome:
    """Done, with evidence of the kind that was agreed on; without it the claim is refused (I4)."""
    kind = str(case.answers.get("evidence"))
    files = answers.get("files")
    found = [ctx.work.files.get(int(str(number))) for number in files] if isinstance(files, (list, tuple)) else []
    kinds = {file.kind for file in found if file is not None}
    missing = {
        "photo": "need_photo" if FileKind.IMAGE not in kinds else "",
        "file": "need_file" if not kinds & {FileKind.FILE, FileKind.IMAGE} else "",
        "number": "need_number" if not answers.get("figure") else "",
    }
    if missing.get(kind):
        raise Unfit(missing[kind], number=case.number)
    return Outcome(Supervision.CLAIMED)


def urged(case: Case, _answers: Said, ctx: Context, _turn: int) -> Outcome:
    """Urging an item helps once in a while."""
    last = item_of(case, ctx).urged
    if last is not None:
        limit = rules_of(ctx).urge
        calendar = calendar_of(limit, ctx.rules.calendar, urgent=False)
        again = calendar.after(last, limit.total(last, calendar)).at
        if ctx.now < again:
            raise Unfit("urged_lately", number=case.number, at=last, again=again)
    return Outcome(Supervision(case.state))


def anew(_case: Case, _answers: Said, ctx: Context, _turn: int) -> Outcome:
    """Opened again, with time of its own."""
    limit: Limit = rules_of(ctx).again
    calendar = ctx.rules.calendar
    if limit.unit is Unit.DAYS:
        until = calendar.end_of_days(ctx.now, limit.days)
        today = ctx.now.astimezone(calendar.zone).date()
        return Outcome(
            Supervision.DOING, {"until": until.isoformat(), "workdays": limit.days, "counted_from": today.isoformat()}
        )
    until = calendar_of(limit, calendar, urgent=False).after(ctx.now, limit.span).at
    return Outcome(Supervision.DOING, {"until": until.isoformat()})
