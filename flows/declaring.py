"""What a request says about itself when it is handed in: which of its times were declared too late (C11)."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from flows.ahead import is_late, marked
from flows.fields import When
from flows.forms import Answers
from flows.limits import Limit
from flows.route.conditions import LATE

if TYPE_CHECKING:
    from flows.context import Context


def declared(answers: Answers, ctx: Context, anew: Collection[str] | None = None) -> dict[str, object]:
    """Answers whose times say whether they are late, as of now; with `anew` only of those that have just been given."""
    found = dict(answers)
    for one in ctx.matter.form.fields:
        if isinstance(one, When) and one.ahead is not None and one.key in found and (anew is None or one.key in anew):
            late = is_late(found[one.key], one.ahead.of(answers), ctx.now, ctx.rules.calendar)
            found[one.key] = marked(found[one.key], late)
    return found


def late_in(answers: Answers, ctx: Context) -> Iterator[tuple[When, Limit]]:
    """The times among these answers that were declared too late, with what was asked for."""
    for one in ctx.matter.form.fields:
        value, limit = answers.get(one.key), one.ahead.of(answers) if isinstance(one, When) and one.ahead else None
        if isinstance(one, When) and limit is not None and isinstance(value, dict) and value.get(LATE):
            yield one, limit
