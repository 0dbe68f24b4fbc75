"""Urging (催办): somebody with the right to has those who have a case asked to get on with it, once an hour at most."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from flows.moves import Notice
from flows.who import holders, superior
from storage.records import Case
from storage.trail import case_subject

if TYPE_CHECKING:
    from flows.context import Context

URGED = "urged"
"""The line of a trail that says who urged."""
NUDGED = Notice("digest", "urged", look=True, also={"who": "-"})
NOTICES = (NUDGED,)
"""Told in every procedure."""
AT_MOST = timedelta(hours=1)


def urge(case: Case, ctx: Context) -> str:
    """Have those told whose turn it is, or whom it goes up to; what came of it: `done`, `over` or `already`."""
    if case.closed_at is not None:
        return "over"
    before = [entry for entry in ctx.work.trail.of(case_subject(case.id)) if entry.verb == URGED]
    if before and ctx.now - before[-1].at < AT_MOST:
        return "already"
    theirs = [one for one in holders(case, ctx) if one.id != case.requester_id]
    people = theirs or [one for one in superior(case, ctx) if one.id != ctx.person.id]
    if not people:
        return "nobody"
    who = ctx.flow.name_of(ctx.person, ctx)
    ctx.work.trail.append(case_subject(case.id), URGED, at=ctx.now, person_id=ctx.person.id, facts={})
    ctx.flow.tell(people, NUDGED, case, ctx, {"who": who})
    return "done"
