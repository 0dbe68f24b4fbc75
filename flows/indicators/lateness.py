"""Since when a case is past a limit of its own, as of an instant: by its trail then and its matter's clocks (F4)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from flows import deadlines
from flows.context import SYSTEM, Context, Rulebook
from flows.deadlines import calendar_of, deadline, is_urgent, limit_of, running
from flows.flow import Flow
from storage.histories import History
from storage.trail import case_subject
from storage.work import Work


@dataclass(frozen=True, slots=True)
class Lateness:
    """Reckons as of `until`, and remembers what it found: several figures ask after the same cases.

    `past` is the transaction with chains as they were then: more time that was granted later was not there yet.
    """

    rules: Rulebook
    past: Work
    until: datetime
    _any: dict[int, datetime | None] = field(default_factory=dict)

    def any_since(self, history: History) -> datetime | None:
        """Since when it is past the first of all its limits; None while it is past none."""
        id = history.case.id
        if id not in self._any:
            found = [*self._clocks(history), *self._date(history)]
            self._any[id] = min(found, default=None)
        return self._any[id]

    def date_since(self, history: History) -> datetime | None:
        """Since when it is past the date it was given, where its flow gives one; else past any limit."""
        flow = self.rules.flows.get(history.case.flow)
        if flow is None or flow.due is None:
            return self.any_since(history)
        return next(self._date(history), None)

    def _date(self, history: History) -> Iterator[datetime]:
        flow = self.rules.flows.get(history.case.flow)
        if flow is not None and flow.due is not None:
            at = flow.due(history.case, history.entries, self._context(history, flow))
            if at < self.until:
                yield at

    def _clocks(self, history: History) -> Iterator[datetime]:
        case, entries = history.case, history.entries
        flow = self.rules.flows.get(case.flow)
        if flow is None:
            return
        ctx = self._context(history, flow)
        matter, urgent = ctx.matter, is_urgent(ctx.matter, case, entries)
        ceaseless = urgent and matter.urgent is not None and matter.urgent.ceaseless
        for name, clock in flow.clocks.items():
            limit, run = limit_of(matter, name, urgent=urgent), running(clock, entries)
            if limit is not None and run is not None:
                yield from self._passed(deadline(limit, run, calendar_of(limit, self.rules.calendar, urgent=ceaseless)))
        if flow.limits_now is not None and flow.due is None:
            for own in flow.limits_now(case, ctx).values():
                yield from self._passed(own)

    def _passed(self, found: deadlines.Deadline) -> Iterator[datetime]:
        if found.at is not None and found.at < self.until:
            yield found.at

    def _context(self, history: History, flow: Flow) -> Context:
        case = history.case
        self.past.trail.take(case_subject(case.id), history.entries)
        matter = self.rules.catalogue.version(case.digest, case.matter, self.past.cases.matter_source)
        return Context(self.until, SYSTEM, matter, self.rules, self.past, flow)
