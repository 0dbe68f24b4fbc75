"""Which requests can be agreed to together, and how a preview lists one of them (D15)."""

from __future__ import annotations

from collections.abc import Iterator

from flows.approval.standing import route_of
from flows.approval.steps import agree, flow
from flows.cards import Line
from flows.context import Context
from flows.veils import seen_by
from storage.records import Case

SHORT = 16
"""Characters shown of one answer: with three of them nothing is cut off the card."""


def is_asked(case: Case, turn: int, ctx: Context) -> bool:
    """Whether somebody is asked for a yes or a no in this turn."""
    return ctx.flow is flow and flow.may(agree, case, ctx, turn)


def may_join(case: Case, turn: int, ctx: Context) -> bool:
    """Whether this yes can be given together with others: where the matter says so, and only while it is asked."""
    return bool(route_of(ctx).batch) and is_asked(case, turn, ctx)


def listed(case: Case, ctx: Context) -> Line:
    """One request in the preview: number, title, applicant, and the answers the matter names."""
    name = flow.name_of(ctx.work.people.get(case.requester_id), ctx)
    return Line(case.number, " ".join((ctx.matter.title, name, *_figures(case, ctx))))


def _figures(case: Case, ctx: Context) -> Iterator[str]:
    case = seen_by(ctx.person, case, ctx)
    for key in route_of(ctx).batch:
        field = ctx.matter.form.get(key)
        shown = field.show(case.answers.get(key)) if field else ""
        if field and shown:
            value = shown if len(shown) <= SHORT else shown[: SHORT - 1] + "\u2026"
            yield ctx.rules.texts.say("batch", "figure", label=field.label, value=value)
