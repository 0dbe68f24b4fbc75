"""Several reports of one thing are one incident: which one a report belongs to, what plan it sets off (G11, G12)."""

from __future__ import annotations

from datetime import timedelta

from flows.context import Context
from flows.dispatch.rules import Same
from flows.repair.states import Repair
from flows.repair.whom import fault_of, kind_of, place_of, rules_of
from flows.who import point, superior
from storage.records import Case

UNDER_WAY = (Repair.REPORTED, Repair.OFFERED, Repair.TAKEN, Repair.HELD)
"""A report that comes once it is said to be repaired is no echo of the first."""
LASTING = timedelta(days=7)
"""What a plan was begun for and is still open after so long does not keep it from beginning anew."""


def main_of(case: Case, ctx: Context) -> Case | None:
    """The open case that such a report is of, the oldest; None when it stands by itself."""
    rule = rules_of(ctx).join_for(kind_of(case), fault_of(case))
    place = place_of(case)
    wanted = ("key",) if rule and rule.same is Same.BUILDING else ("key", "room")
    if rule is None or not all(place.get(part) for part in wanted):
        return None
    for other in ctx.work.cases.open_in(case.flow, ctx.now - rule.within):
        theirs = place_of(other)
        if other.id == case.id or other.matter != case.matter or kind_of(other) != rule.kind:
            continue
        if all(theirs.get(part) == place[part] for part in wanted) and any(w in fault_of(other) for w in rule.words):
            held = ctx.work.cases.hold(other.id)  # it may just be ending: then nobody would end this one with it
            if held is not None and held.state in UNDER_WAY:
                return held
    return None


def reports_of(case: Case, ctx: Context) -> int:
    """How many people reported it: the first, and those who joined and have not left again."""
    return 1 + sum(1 for one in ctx.work.cases.joined(case.id) if one.closed_at is None)


def begin_plans(case: Case, ctx: Context, reports: int) -> list[str]:
    """Set off the plans for such a case, each once at a time; returns the numbers they run under."""
    begun = []
    place, fault = place_of(case), fault_of(case)
    key = place.get("key", "")
    for plan in ctx.rules.plans:
        if not plan.is_for(kind_of(case), place.get("room", "") + fault, reports):  # the whole building, without power
            continue
        running = ctx.work.cases.open_in(plan.matter, ctx.now - LASTING)
        if not any(plan.is_running(one.answers, case.number, key) for one in running):
            leads = point(plan.lead, case, ctx) or superior(case, ctx)
            answers = plan.answers(case.number, place.get("text") or _spoken(case, ctx), key, fault)
            opened = ctx.begin(plan.matter, answers, leads[0]) if leads else None
            begun += [opened.number] if opened else []
    return begun


def _spoken(case: Case, ctx: Context) -> str:
    """The place in words, as the form shows it."""
    fields = [field for key in ("area", "spot") if (field := ctx.matter.form.get(key))]
    return " ".join(field.show(case.answers.get(field.key)) for field in fields)
