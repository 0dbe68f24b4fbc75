"""How a request stands, read from its trail; and what one more step comes to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from flows.approval.staff import Staff
from flows.approval.states import state_of
from flows.context import Context
from flows.forms import Unfit
from flows.moves import Outcome
from flows.route.checks import Ground, Unable, check
from flows.route.folding import Standing, after, begin
from flows.route.opening import NOBODY, openings
from flows.route.stages import Route
from flows.route.steps import Left, Returned, Step, from_facts, to_facts
from flows.who import HANDED_OVER
from storage.records import Case, Entry
from storage.trail import case_subject


def route_of(ctx: Context) -> Route:
    """The stages of the matter, as it was when the case began."""
    return ctx.matter.route or Route(())


def entries_of(case: Case, ctx: Context) -> Sequence[Entry]:
    """The case's trail."""
    return ctx.work.trail.of(case_subject(case.id))


def steps_in(entry: Entry) -> list[Step]:
    """What one line of the trail did to the route."""
    heirs = entry.facts.get("heirs")
    if entry.verb == HANDED_OVER and entry.person_id is not None and isinstance(heirs, list) and heirs:
        return [Left(entry.person_id, int(heirs[0]))]
    found = entry.facts.get("steps")
    return [from_facts(facts) for facts in found] if isinstance(found, list) else []


RENEWED = "renew"
"""The line of a trail from which on a request goes by another version: `was` is the digest of the one before."""

REMEMBERED = 4096
_known: dict[tuple[str, str], Standing] = {}
"""How requests stood after a line, by the matter's digest and the line's hash, which stands for all lines before it."""


def standing(case: Case, ctx: Context) -> Standing:
    """How it stands now."""
    entries = entries_of(case, ctx)
    return _after(entries, _versions(entries, ctx), ctx)


def before_last(case: Case, ctx: Context) -> Standing:
    """How it stood before the last line of its trail."""
    entries = entries_of(case, ctx)
    return _after(entries[:-1], _versions(entries, ctx), ctx)


def _versions(entries: Sequence[Entry], ctx: Context) -> Sequence[str]:
    """By which version of its matter each line was made: a case may have been moved from one to the next (C9)."""
    digest, found = ctx.matter.digest, []
    for entry in reversed(entries):
        found.append(digest)
        digest = str(entry.facts["was"]) if entry.verb == RENEWED else digest
    return found[::-1] or [digest]


def _route(digest: str, ctx: Context) -> Route:
    """The stages of that version."""
    if digest == ctx.matter.digest:
        return route_of(ctx)
    return ctx.rules.catalogue.version(digest, ctx.matter.name, ctx.work.cases.matter_source).route or Route(())


def _after(entries: Sequence[Entry], versions: Sequence[str], ctx: Context) -> Standing:
    """How it stands after these lines; only those are folded that nobody has folded before."""
    at, now = len(entries), None
    while at and now is None:
        now = _known.get((versions[at - 1], entries[at - 1].hash))
        at -= now is None
    now = begin(_route(versions[0], ctx)) if now is None else now
    for digest, entry in zip(versions[at:], entries[at:], strict=False):
        for step in steps_in(entry):
            now = after(now, step, entry.at, _route(digest, ctx))
    if at < len(entries):
        if len(_known) >= REMEMBERED:
            _known.clear()
        _known[versions[len(entries) - 1], entries[-1].hash] = now
    return now


def returned_from(case: Case, ctx: Context) -> tuple[str, bool]:
    """The stage a request was sent back from last, and whether that was because nobody could be found."""
    for entry in reversed(entries_of(case, ctx)):
        for step in reversed(steps_in(entry)):
            if isinstance(step, Returned):
                return step.stage, step.why == NOBODY
    return "", False


def ground_of(case: Case, ctx: Context) -> Ground:
    """What a step is judged by now."""
    return Ground(route_of(ctx), standing(case, ctx), case.requester_id, ctx.now)


def begun(case: Case, ctx: Context) -> Mapping[str, object]:
    """What begins with the request itself."""
    _, found = gone_on(ground_of(case, ctx), case.answers, Staff(case, ctx))
    return {"steps": [to_facts(step) for step in found]}


def taken(step: Step, case: Case, ctx: Context, answers: Mapping[str, object] | None = None) -> Outcome:
    """What a step comes to, with all that begins by itself because of it; raises `Unfit` when it may not be taken.

    It is one line of the trail, whatever follows from it (D16).
    """
    ground = ground_of(case, ctx)
    try:
        check(step, ground)
    except Unable as unable:
        raise Unfit(unable.reason, **unable.values) from unable
    ground = replace(ground, now=after(ground.now, step, ground.at, ground.route))
    given = case.answers if answers is None else answers
    ground, found = gone_on(ground, given, Staff(case, ctx))
    facts = {"steps": [to_facts(one) for one in (step, *found)]}
    return Outcome(state_of(ground.now), facts, answers)


def concluded(case: Case, ctx: Context) -> Outcome:
    """Where a request stands of which nothing else is to be done."""
    return Outcome(state_of(standing(case, ctx)))


def gone_on(ground: Ground, answers: Mapping[str, object], staff: Staff) -> tuple[Ground, list[Step]]:
    """All that follows: stages that begin, and turns of people who have left meanwhile (D10)."""
    found: list[Step] = []
    while True:
        ground, more = openings(ground, answers, staff)
        gone = _departures(ground, staff)
        ground = _with(ground, gone)
        found += [*more, *gone]
        if not gone:
            return ground, found


def _departures(ground: Ground, staff: Staff) -> list[Step]:
    people = {seat.person for _, seat in ground.now.turns(ground.route)}
    return [Left(person, to) for person in sorted(people) if (to := staff.successor(person)) is not None]


def _with(ground: Ground, more: Sequence[Step]) -> Ground:
    now = ground.now
    for step in more:
        now = after(now, step, ground.at, ground.route)
    return replace(ground, now=now)
