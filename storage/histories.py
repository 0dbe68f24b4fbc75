"""Whole cases as they stood at one instant, many at once: what figures are counted from (P1)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Text, and_, cast, func, literal, or_, select

from storage.cases import case_of
from storage.records import ArrivalState, Case, Entry
from storage.schema import cases, inbox, tasks, trail
from storage.trail import case_subject


@dataclass(frozen=True, slots=True)
class History:
    """A case as it stood then, its trail until then, and whose turn it was last of those who did not ask for it."""

    case: Case
    entries: tuple[Entry, ...]
    turn: tuple[int, ...] = ()


class Histories:
    """Read in three queries whatever the number of cases; nothing is read that came later."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def between(self, since: datetime, until: datetime) -> Sequence[History]:
        """Every case that was open at some time of this period, as of its end, oldest first."""
        wanted = and_(cases.c.opened_at < until, or_(cases.c.closed_at.is_(None), cases.c.closed_at >= since))
        lines = self._lines(wanted, until)
        turns = self._turns(wanted, until)
        rows = self._connection.execute(select(cases).where(wanted).order_by(cases.c.id))
        return [_history(case_of(row), lines.get(row.id, []), turns.get(row.id, ()), until) for row in rows]

    def unhandled(self, since: datetime, until: datetime) -> int:
        """How much of what happened in this period is still in line, or was set aside: no case knows of it yet."""
        query = select(func.count()).select_from(inbox).where(inbox.c.at >= since, inbox.c.at < until)
        states = (ArrivalState.PENDING, ArrivalState.PARKED, ArrivalState.UNREAD)
        return self._connection.execute(query.where(inbox.c.state.in_(states))).scalar_one()

    def _lines(self, wanted: ColumnElement[bool], until: datetime) -> Mapping[int, list[Entry]]:
        chain = literal("case:").concat(cast(cases.c.id, Text))
        query = select(cases.c.id, trail.c.at, trail.c.person_id, trail.c.verb, trail.c.facts, trail.c.seq)
        query = query.join(trail, trail.c.subject == chain).where(wanted, trail.c.at < until)
        found: dict[int, list[Entry]] = {}
        for id, at, person, verb, facts, seq in self._connection.execute(query.order_by(cases.c.id, trail.c.seq)):
            entry = Entry(case_subject(id), seq, at, person, verb, json.loads(facts), "", "")
            found.setdefault(id, []).append(entry)
        return found

    def _turns(self, wanted: ColumnElement[bool], until: datetime) -> Mapping[int, tuple[int, ...]]:
        query = select(tasks.c.case_id, tasks.c.turn, tasks.c.person_id).join(cases, cases.c.id == tasks.c.case_id)
        query = query.where(wanted, tasks.c.opened_at < until, tasks.c.person_id != cases.c.requester_id)
        last: dict[int, tuple[int, list[int]]] = {}
        for id, turn, person in self._connection.execute(query.order_by(tasks.c.case_id, tasks.c.turn, tasks.c.id)):
            if id not in last or last[id][0] != turn:
                last[id] = (turn, [])
            last[id][1].append(person)
        return {id: tuple(people) for id, (_, people) in last.items()}


def _history(case: Case, entries: Sequence[Entry], turn: tuple[int, ...], until: datetime) -> History:
    """What came later is taken back: where it stood, and whether it was over."""
    state = next((str(e.facts["to"]) for e in reversed(entries) if "to" in e.facts), case.state)
    over = case.closed_at if case.closed_at is not None and case.closed_at < until else None
    return History(replace(case, state=state, closed_at=over), tuple(entries), turn)
