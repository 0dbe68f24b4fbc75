"""Since when a case is past a limit of its own, as of an instant: by its trail then and its matter's clocks (F4)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flows import deadlines
from flows.context import SYSTEM, Context, Rulebook
from flows.deadlines import calendar_of, deadline, is_urgent, limit_of, running
from storage.histories import History
from storage.trail import case_subject
from storage.work import Work


def lateness(rules: Rulebook, work: Work, until: datetime) -> Callable[[History], datetime | None]:
    """A reckoning that remembers what it found: several figures ask after the same cases."""
    found: dict[int, datetime | None] = {}
    past = work.past()

    def late_since(history: History) -> datetime | None:
        id = history.case.id
        if id not in found:
            past.trail.take(case_subject(id), history.entries)  # more time that was granted later was not there yet
            found[id] = _late_since(history, rules, past, until)
        return found[id]

    return late_since


def _late_since(history: History, rules: Rulebook, work: Work, until: datetime) -> datetime | None:
    case, entries = history.case, history.entries
    flow = rules.flows.get(case.flow)
    if flow is None:
        return None
    matter = rules.catalogue.version(case.digest, case.matter, work.cases.matter_source)
    passed: list[datetime] = []
    urgent = is_urgent(matter, case, entries)
    for name, clock in flow.clocks.items():
        limit, run = limit_of(matter, name, urgent=urgent), running(clock, entries)
        if limit is None or run is None:
            continue
        ceaseless = urgent and matter.urgent is not None and matter.urgent.ceaseless
        passed += _passed(deadline(limit, run, calendar_of(limit, rules.calendar, urgent=ceaseless)), until)
    ctx = Context(until, SYSTEM, matter, rules, work, flow)
    if flow.limits_now is not None and flow.due is None:
        for own in flow.limits_now(case, ctx).values():
            passed += _passed(own, until)
    own_date = flow.due(case, entries, ctx) if flow.due is not None else None
    passed += [own_date] if own_date is not None and own_date < until else []
    return min(passed, default=None)


def _passed(found: deadlines.Deadline, until: datetime) -> list[datetime]:
    return [found.at] if found.at is not None and found.at < until else []
