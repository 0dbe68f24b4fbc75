"""Whole cases as they stood at one instant, many at once: what figures are counted from (P1)."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Text, and_, cast, func, literal, or_, select

from storage.cases import case_of
from storage.records import ArrivalState, Case, Entry
from storage.schema import cases, inbox, tasks, trail
from storage.survey_tables import survey_answers, survey_invitations, survey_rounds
from storage.surveys import Asked
from storage.trail import case_subject


@dataclass(frozen=True, slots=True)
class Rating:
    """Who asked for a case was asked how it was, until then; `stars` were given at `at`, or nothing was said (H5).

    Never of an anonymous survey: nobody knows what was said of which case.
    """

    until: datetime
    at: datetime | None = None
    stars: int | None = None


@dataclass(frozen=True, slots=True)
class History:
    """A case as it stood then, its trail until then, and whose turn it was last of those who did not ask for it."""

    case: Case
    entries: tuple[Entry, ...]
    turn: tuple[int, ...] = ()
    rating: Rating | None = None


class Histories:
    """Read in three queries whatever the number of cases; nothing is read that came later."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def newest(self) -> int:
        """The highest number of a case; 0 while there is none."""
        found: int | None = self._connection.execute(select(func.max(cases.c.id))).scalar_one()
        return found or 0

    def between(
        self,
        since: datetime,
        until: datetime,
        final: Mapping[str, Collection[str]],
        part: tuple[int, int] | None = None,
    ) -> Sequence[History]:
        """Every case that was open, or rated, at some time of this period; as it stood at its end, oldest first.

        `final` are the states in which a case of each flow is over: what was opened again later was over all the same.
        Of a `part` only the cases from one number to before another.
        """
        touched = or_(cases.c.closed_at.is_(None), cases.c.closed_at >= since, cases.c.id.in_(_rated(since, until)))
        wanted = and_(cases.c.opened_at < until, touched)
        if part is not None:
            wanted = and_(cases.c.id >= part[0], cases.c.id < part[1], wanted)
        ratings = self._ratings(wanted, until)
        lines = self._lines(wanted, until)
        turns = self._turns(wanted, until)
        rows = self._connection.execute(select(cases).where(wanted).order_by(cases.c.id))
        found = (History(case_of(row), tuple(lines.get(row.id, ())), turns.get(row.id, ())) for row in rows)
        then = (replace(_as_of(one, final), rating=ratings.get(one.case.id)) for one in found)
        return [one for one in then if _touched(one, since)]

    def _ratings(self, wanted: ColumnElement[bool], until: datetime) -> Mapping[int, Rating]:
        invitations, answers = survey_invitations.c, survey_answers.c
        query = select(invitations.case_id, invitations.until).join(cases, cases.c.id == invitations.case_id)
        query = query.join(survey_rounds, survey_rounds.c.id == invitations.round_id).where(~survey_rounds.c.anonymous)
        query = query.where(wanted, invitations.case_id > 0, invitations.at < until)
        query = query.where(invitations.state.in_((Asked.ASKED, Asked.ANSWERED))).order_by(invitations.at)
        found = {id: Rating(ends) for id, ends in self._connection.execute(query)}
        given = select(answers.case_id, answers.at, answers.stars).join(cases, cases.c.id == answers.case_id)
        given = given.where(wanted, answers.at < until, answers.stars.is_not(None)).order_by(answers.at, answers.id)
        for id, at, stars in self._connection.execute(given):
            found[id] = Rating(found[id].until if id in found else at, at, stars)
        return found

    def unhandled(self, since: datetime, until: datetime) -> int:
        """How much of what happened in this period is still in line, or was set aside: no case knows of it yet."""
        query = select(func.count()).select_from(inbox).where(inbox.c.at >= since, inbox.c.at < until)
        states = (ArrivalState.PENDING, ArrivalState.PARKED, ArrivalState.UNREAD)
        return self._connection.execute(query.where(inbox.c.state.in_(states))).scalar_one()

    def _lines(self, wanted: ColumnElement[bool], until: datetime) -> Mapping[int, list[Entry]]:
        chain = literal("case:").concat(cast(cases.c.id, Text))
        query = select(
            cases.c.id, trail.c.at, trail.c.person_id, trail.c.verb, trail.c.facts, trail.c.seq, trail.c.hash
        )
        query = query.join(trail, trail.c.subject == chain).where(wanted, trail.c.at < until)
        found: dict[int, list[Entry]] = {}
        for id, at, person, verb, facts, seq, hash in self._connection.execute(query.order_by(cases.c.id, trail.c.seq)):
            entry = Entry(
                case_subject(id), seq, at, person, verb, json.loads(facts), "", hash
            )  # what was read of a chain is known by its hash
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


def _rated(since: datetime, until: datetime) -> Select[Any]:
    """The cases that were rated in a period, or whose time for it ended then."""
    answers, invitations = survey_answers.c, survey_invitations.c
    given = select(answers.case_id).where(answers.case_id > 0, answers.at >= since, answers.at < until)
    over = select(invitations.case_id).where(
        invitations.case_id > 0, invitations.until >= since, invitations.until < until
    )
    return select(given.union(over).subquery().c.case_id)


def _as_of(history: History, final: Mapping[str, Collection[str]]) -> History:
    """What came later is taken back: where it stood, and since when it was over if it was."""
    case = history.case
    state, over = case.state, None
    for entry in history.entries:
        if "to" in entry.facts:
            before, state = state, str(entry.facts["to"])
            over = None if state not in final.get(case.flow, ()) else over if before == state and over else entry.at
    return replace(history, case=replace(case, state=state, closed_at=over))


def _touched(history: History, since: datetime) -> bool:
    """Whether it was not over before the period, or something of its rating falls into it."""
    closed, rating = history.case.closed_at, history.rating
    return closed is None or closed >= since or (rating is not None and max(rating.at or since, rating.until) >= since)
