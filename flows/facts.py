"""What a text about a case may speak of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from flows.forms import Field
from storage.records import Case

if TYPE_CHECKING:
    from flows.flow import Context


def facts(case: Case, ctx: Context) -> dict[str, object]:
    """Names and values for a notice; answers are as people read them."""
    flow, people = ctx.flow, ctx.work.people
    tasks = ctx.work.tasks.open_on(case.id)
    asks = [field for move in flow.moves.values() for field in move.asks]
    return {
        "number": case.number,
        "title": ctx.matter.title,
        "state": flow.state_label(case.state, ctx),
        "requester": flow.name_of(people.get(case.requester_id), ctx),
        "actor": flow.name_of(ctx.person, ctx),
        "holders": [flow.name_of(p, ctx) for p in people.many(task.person_id for task in tasks)],
        "answer": _shown(ctx.matter.form.fields, case.answers),
        "said": _shown(asks, ctx.said(case)),
        "limit": {name: _span(limit) for name, limit in ctx.matter.limits.items()},
        "since": case.changed_at,
        "now": ctx.now,
    }


def _shown(fields: Sequence[Field], answers: Mapping[str, object]) -> dict[str, str]:
    return {field.key: field.show(answers.get(field.key)) for field in fields}


def _span(limit: timedelta) -> int:
    """A limit in whole minutes; the texts say it in words."""
    return int(limit.total_seconds() // 60)
