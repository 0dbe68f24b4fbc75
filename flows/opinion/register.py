"""The register of opinions as the regular meeting and the figures read it (H6, H8)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flows.opinion.steps import Opinion, flow, until_of
from storage.records import Case
from storage.work import Work

MOST = 10_000


@dataclass(frozen=True, slots=True)
class Loops:
    """How many were received, and of those how many loops are closed: done or explained, and the sender said it helped.

    Praise that was passed on is closed. `unrated` nobody contradicted; `open` ones are under way. Withdrawn ones do
    not count.
    """

    received: int
    closed: int
    unrated: int
    open: int

    @property
    def share(self) -> int | None:
        """Closed ones of a hundred; None where nothing was received."""
        return (200 * self.closed + self.received) // (2 * self.received) if self.received else None


@dataclass(frozen=True, slots=True)
class Item:
    """One on the agenda: with how many said the same, and whether its date has passed."""

    case: Case
    others: int
    overdue: bool


def loops(work: Work, since: datetime) -> Loops:
    """Of those received since an instant; each sender's counts, also of joined ones."""
    cases = [case for case in work.cases.since(flow.name, since, MOST) if case.state != Opinion.WITHDRAWN]
    closed = sum(1 for case in cases if case.state in (Opinion.CLOSED, Opinion.NOTED))
    unrated = sum(1 for case in cases if case.state == Opinion.UNRATED)
    return Loops(len(cases), closed, unrated, len(cases) - closed - unrated)


def agenda(work: Work, now: datetime, days: int = 730) -> Sequence[Item]:
    """The open ones for the regular meeting: urgent ones first, then those past their date, then the oldest."""
    found = work.cases.open_in(flow.name, now - timedelta(days=days))
    items = [_item(case, now, work) for case in found if case.state in (Opinion.RECEIVED, Opinion.ASSIGNED)]
    return sorted(items, key=lambda one: (one.case.answers.get("level") != "urgent", not one.overdue, one.case.id))


def _item(case: Case, now: datetime, work: Work) -> Item:
    until = until_of(case)
    return Item(case, len(work.cases.joined(case.id)), until is not None and until < now)
