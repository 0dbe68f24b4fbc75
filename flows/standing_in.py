"""Standing in (代理): somebody on leave names who decides for them, from one day to another (D9)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from enum import StrEnum

from flows.cards import Style
from flows.flow import Context, Flow, Wake
from flows.who import requester
from storage.records import Case, Deputy, Person


class StandingIn(StrEnum):
    """ACTIVE also before the first day."""

    ACTIVE = "active"
    ENDED = "ended"


flow = Flow("deputy", StandingIn, starts=StandingIn.ACTIVE)

back = flow.move("back", StandingIn.ACTIVE, to=StandingIn.ENDED, by=requester, style=Style.MAIN)
lapse = flow.move("lapse", StandingIn.ACTIVE, to=StandingIn.ENDED, by_time=True)

BEGUN, YOURS, ENDED = map(flow.notice, ("begun", "yours", "ended"))
OVER = Wake("over")


def deputy(case: Case, ctx: Context) -> Sequence[Person]:
    """Who stands in."""
    who = case.answers.get("who")
    return ctx.work.people.many([int(str(who["id"]))]) if isinstance(who, Mapping) and who.get("id") else []


def span_of(case: Case) -> tuple[datetime, datetime]:
    """From when until when; a day that is said alone is the last one."""
    when = case.answers.get("when")
    if not isinstance(when, Mapping):
        return case.opened_at, case.opened_at
    begins, ends = (datetime.fromisoformat(str(when[key])).astimezone(UTC) for key in ("from", "until"))
    return (case.opened_at if begins.date() == ends.date() else begins), ends


@flow.entering(StandingIn.ACTIVE)
def begin(case: Case, ctx: Context) -> None:
    """From here on it is theirs; they are told, for it is no use otherwise (GLPI 19626)."""
    starts, ends = span_of(case)
    for person in deputy(case, ctx):
        ctx.work.deputies.name(Deputy(case.requester_id, person.id, starts, ends))
    ctx.tell(requester, BEGUN, case)
    ctx.tell(deputy, YOURS, case)
    if ends > ctx.now:
        ctx.wake(case, OVER, after=ends - ctx.now)


@flow.entering(StandingIn.ENDED)
def end(case: Case, ctx: Context) -> None:
    """What they have in hand stays theirs; what is new is not."""
    for person in deputy(case, ctx):
        ctx.work.deputies.end(case.requester_id, person.id, ctx.now)
    ctx.tell(requester, ENDED, case)
    ctx.tell(deputy, ENDED, case)


@flow.on(OVER)
def run_out(case: Case, ctx: Context) -> None:
    flow.perform(lapse, case, {}, ctx)
