"""Surveys: who is asked in which round, and what they answered (H1-H5)."""

from __future__ import annotations

import json
import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import IntEnum
from typing import Any

from sqlalchemy import (
    Connection,
    Row,
    bindparam,
    case,
    delete,
    func,
    insert,
    literal,
    literal_column,
    or_,
    select,
    text,
    update,
)

from storage.bulk import among, insert_many, insert_new
from storage.columns import Instant
from storage.records import Stale
from storage.survey_tables import survey_answers, survey_invitations, survey_rounds

SATISFIED = 4
"""So many stars out of five are praise."""
_ID_BITS = 52


class Asked(IntEnum):
    """Where an invitation stands. One that is ASKED when its time is over is unrated, which is never good (H5)."""

    DRAWN = 0
    ASKED = 1
    ANSWERED = 2
    WITHDRAWN = 3


@dataclass(frozen=True, slots=True)
class Round:
    """One round of a survey: a term's, or a month's ratings of one matter; `drawn` says how its people were chosen."""

    id: int
    survey: str
    digest: str
    matter: str
    period: str
    anonymous: bool
    drawn: Mapping[str, object]
    opened_at: datetime
    closes_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Invitation:
    """One person asked in one round, about a case where `case_id` is not 0; `unit` is who did the work."""

    round_id: int
    person_id: int
    case_id: int
    unit: str
    at: datetime
    until: datetime
    state: Asked


@dataclass(frozen=True, slots=True)
class Tally:
    """What came of asking: of those `invited`, `answered` have, `waiting` still may, `unrated` never did.

    `rated` gave stars, `satisfied` at least four. Of an anonymous survey there are no units, and each `round` stands
    by itself, with when nobody can answer any more: what a sum less a round comes to would tell of few (H4).
    """

    survey: str
    matter: str
    unit: str
    anonymous: bool
    invited: int = 0
    answered: int = 0
    waiting: int = 0
    rated: int = 0
    satisfied: int = 0
    round: int = 0
    period: str = ""
    closes_at: datetime | None = None

    @property
    def unrated(self) -> int:
        return self.invited - self.answered - self.waiting


class Surveys:
    """Rounds, invitations and answers of one transaction."""

    def __init__(self, connection: Connection, *, shared: bool) -> None:
        self._connection = connection
        self._shared = shared

    def open_round(self, wanted: Round) -> tuple[Round, bool]:
        """The round of that survey, matter, period and version, and whether it is new with this."""
        row = {**_values(wanted), "drawn": json.dumps(dict(wanted.drawn), ensure_ascii=False)}
        new = insert_new(self._connection, survey_rounds, [row], survey_rounds.c.id)
        columns = survey_rounds.c
        query = select(survey_rounds).where(
            columns.survey == wanted.survey, columns.matter == wanted.matter,
            columns.period == wanted.period, columns.digest == wanted.digest,
        )  # fmt: skip
        return _round(self._connection.execute(query).one()), bool(new)

    def round(self, id: int) -> Round | None:
        """The round of that number."""
        row = self._connection.execute(select(survey_rounds).where(survey_rounds.c.id == id)).first()
        return _round(row) if row else None

    def rounds(self, since: datetime) -> Sequence[Round]:
        """Those opened since an instant, newest first."""
        query = select(survey_rounds).where(survey_rounds.c.opened_at >= since).order_by(survey_rounds.c.id.desc())
        return [_round(row) for row in self._connection.execute(query)]

    def has_round(self, survey: str, period: str) -> bool:
        """Whether people were asked in that period already, by whatever version."""
        columns = survey_rounds.c
        query = select(columns.id).where(columns.survey == survey, columns.period == period).limit(1)
        return self._connection.execute(query).first() is not None

    def invite(self, invitations: Sequence[Invitation]) -> None:
        """Write down who is asked; who is asked already stays as they are."""
        insert_many(self._connection, survey_invitations, [_row(one) for one in invitations], anew=False)

    def renew(self, found: Invitation) -> None:
        """Ask once more what was withdrawn."""
        columns = survey_invitations.c
        mine = (columns.round_id == found.round_id, columns.person_id == found.person_id)
        query = update(survey_invitations).where(*mine, columns.case_id == found.case_id)
        self._connection.execute(query.values(at=found.at, until=found.until, state=Asked.ASKED))

    def drawn(self, round_id: int, limit: int) -> Sequence[int]:
        """People who were drawn and are not asked yet; on PostgreSQL passed over by other processes."""
        columns = survey_invitations.c
        query = select(columns.person_id).where(columns.round_id == round_id, columns.state == Asked.DRAWN)
        query = query.order_by(columns.person_id).limit(limit)
        if self._shared:
            query = query.with_for_update(skip_locked=True)
        return self._connection.execute(query).scalars().all()

    def unasked_rounds(self) -> Sequence[int]:
        """Rounds of which somebody was drawn and not asked yet: what a process that ended early left."""
        query = select(survey_invitations.c.round_id).where(survey_invitations.c.state == Asked.DRAWN).distinct()
        return self._connection.execute(query).scalars().all()

    def asked(self, round_id: int, people: Collection[int]) -> None:
        """These were asked now."""
        columns = survey_invitations.c
        query = update(survey_invitations).where(columns.round_id == round_id, among(columns.person_id, people))
        self._connection.execute(query.values(state=Asked.ASKED))

    def invitation(self, round_id: int, person_id: int, case_id: int) -> Invitation | None:
        """Somebody's own invitation, locked until the transaction ends: two answers at once are one."""
        columns = survey_invitations.c
        query = select(survey_invitations).where(
            columns.round_id == round_id, columns.person_id == person_id, columns.case_id == case_id
        )
        row = self._connection.execute(query.with_for_update() if self._shared else query).first()
        return _invitation(row) if row else None

    def open_for(self, person_id: int, now: datetime) -> Sequence[Invitation]:
        """What somebody was asked and can still answer, newest first."""
        columns = survey_invitations.c
        query = select(survey_invitations).where(
            columns.person_id == person_id, columns.state == Asked.ASKED, columns.until > now
        )
        return [_invitation(row) for row in self._connection.execute(query.order_by(columns.at.desc()))]

    def of_case(self, case_id: int) -> Sequence[Invitation]:
        """Everybody who was asked about a case."""
        query = select(survey_invitations).where(survey_invitations.c.case_id == case_id)
        return [_invitation(row) for row in self._connection.execute(query)]

    def times_asked(self, person_id: int, since: datetime) -> Sequence[datetime]:
        """When somebody was asked since an instant, about anything."""
        columns = survey_invitations.c
        query = select(columns.at).where(columns.person_id == person_id, columns.at >= since)
        return self._connection.execute(query.where(columns.state != Asked.WITHDRAWN)).scalars().all()

    def asked_often(self, since: datetime, most: int) -> set[int]:
        """Who was asked so many times in term surveys since then, so that nobody is asked too often (H3)."""
        columns = survey_invitations.c
        query = select(columns.person_id).where(columns.at >= since, columns.case_id == 0)
        query = query.group_by(columns.person_id).having(func.count() >= most)
        return set(self._connection.execute(query).scalars())

    def withdraw(self, case_id: int) -> Sequence[Invitation]:
        """The case goes on: what was asked about it and not answered is asked no more (H1)."""
        columns = survey_invitations.c
        open_ones = [one for one in self.of_case(case_id) if one.state is Asked.ASKED]
        query = update(survey_invitations).where(columns.case_id == case_id, columns.state == Asked.ASKED)
        self._connection.execute(query.values(state=Asked.WITHDRAWN))
        return open_ones

    def answer(
        self,
        found: Invitation,
        stars: int | None,
        answers: Mapping[str, object],
        now: datetime,
        *,
        anonymous: bool,
        whole: bool,
    ) -> None:
        """Keep an answer; one that is not whole yet can be added to. Raises `Stale` when it was given meanwhile."""
        columns = survey_invitations.c
        mine = (columns.round_id == found.round_id, columns.person_id == found.person_id)
        given = update(survey_invitations).where(*mine, columns.case_id == found.case_id, columns.state == found.state)
        if self._connection.execute(given.values(state=Asked.ANSWERED)).rowcount != 1:
            raise Stale("survey")
        if not anonymous and found.state is Asked.ANSWERED:
            self._connection.execute(delete(survey_answers).where(*_whose(found)))
        row = {
            "id": secrets.randbits(_ID_BITS),
            "round_id": found.round_id,
            "person_id": None if anonymous else found.person_id,
            "case_id": None if anonymous else found.case_id,
            "stars": stars,
            "answers": json.dumps(dict(answers), ensure_ascii=False),
            "at": None if anonymous else now,
            "whole": whole,
        }
        self._connection.execute(insert(survey_answers).values(row))

    def answered(self, found: Invitation) -> tuple[Mapping[str, object], bool] | None:
        """What somebody answered under their name, and whether that is all of it."""
        query = select(survey_answers.c.answers, survey_answers.c.whole).where(*_whose(found))
        row = self._connection.execute(query).first()
        return (json.loads(row[0]), bool(row[1])) if row else None

    def answers_in(self, round_id: int) -> Sequence[Mapping[str, object]]:
        """All that was answered in a round, in no order."""
        query = select(survey_answers.c.answers).where(survey_answers.c.round_id == round_id)
        return [json.loads(one) for one in self._connection.execute(query.order_by(survey_answers.c.id)).scalars()]

    def tallies(self, since: datetime, until: datetime, now: datetime) -> Sequence[Tally]:
        """What came of asking, by survey, matter and unit, of those asked since one instant and before another.

        Anonymous rounds are counted whole, each by itself, by when they began: their answers bear no time.
        """
        found: dict[tuple[str, str, str, bool, int], Tally] = {}
        for row in self._connection.execute(_INVITED, {"since": since, "until": until, "now": now}):
            found[tuple(row[:5])] = Tally(**row._asdict())
        for query in (_NAMED, _NAMELESS):
            for row in self._connection.execute(query, {"since": since, "until": until}):
                known = found.get(tuple(row[:5]))
                if known is not None:
                    found[tuple(row[:5])] = replace(known, rated=row[5], satisfied=row[6])
        return [found[key] for key in sorted(found)]

    def mix(self, since: datetime) -> None:
        """Store answers and who gave some in the order of their numbers, so that not even that says who gave which.

        On SQLite they always lie so. PostgreSQL adds at the end, and keeps with each row which transaction wrote it
        (`xmin`): rows of anonymous rounds opened since then are all written anew by this one.
        """
        columns = survey_rounds.c
        query = select(columns.id).where(columns.anonymous, columns.opened_at >= since)
        rounds = self._connection.execute(query).scalars().all() if self._shared else ()
        if not rounds:
            return
        for table in (survey_answers, survey_invitations):
            mine = update(table).where(among(table.c.round_id, rounds))
            self._connection.execute(mine.values(round_id=table.c.round_id))
            self._connection.execute(text(f"CLUSTER {table.name} USING pk_{table.name}"))


def _whose(found: Invitation) -> tuple[Any, ...]:
    columns = survey_answers.c
    return (
        columns.round_id == found.round_id, columns.person_id == found.person_id, columns.case_id == found.case_id,
    )  # fmt: skip


def _within(at: Any) -> Any:
    return (at >= bindparam("since", type_=Instant())) & (at < bindparam("until", type_=Instant()))


def _counting() -> tuple[Any, Any, Any]:
    rounds, asked, given = survey_rounds.c, survey_invitations.c, survey_answers.c
    head, some = (rounds.survey, rounds.matter), func.coalesce
    alone = case((rounds.anonymous, rounds.id), else_=literal_column("0"))
    period = func.max(case((rounds.anonymous, rounds.period), else_=literal_column("''")))
    in_time = or_(rounds.anonymous & _within(rounds.opened_at), ~rounds.anonymous & _within(asked.at))
    waiting = asked.state.in_([Asked.DRAWN, Asked.ASKED]) & (asked.until > bindparam("now", type_=Instant()))
    invited = (
        select(
            *head, asked.unit, rounds.anonymous, alone.label("round"), func.count().label("invited"),
            some(func.sum(case((asked.state == Asked.ANSWERED, 1), else_=0)), 0).label("answered"),
            some(func.sum(case((waiting, 1), else_=0)), 0).label("waiting"),
            period.label("period"), func.max(rounds.closes_at).label("closes_at"),
        )
        .join_from(survey_invitations, survey_rounds)
        .where(asked.state != Asked.WITHDRAWN, in_time)
        .group_by(*head, asked.unit, rounds.anonymous, alone)
    )  # fmt: skip
    rated = (func.count(given.stars), some(func.sum(case((given.stars >= SATISFIED, 1), else_=0)), 0))
    mine = (asked.round_id == given.round_id) & (asked.person_id == given.person_id) & (asked.case_id == given.case_id)
    named = (
        select(*head, asked.unit, rounds.anonymous, alone, *rated)
        .join_from(survey_answers, survey_rounds)
        .join(survey_invitations, mine)
        .where(~rounds.anonymous, _within(asked.at))
        .group_by(*head, asked.unit, rounds.anonymous, alone)
    )
    nameless = (
        select(*head, literal(""), rounds.anonymous, alone, *rated)
        .join_from(survey_answers, survey_rounds)
        .where(rounds.anonymous, _within(rounds.opened_at))
        .group_by(*head, rounds.anonymous, alone)
    )
    return invited, named, nameless


_INVITED, _NAMED, _NAMELESS = _counting()


def _values(one: Round) -> dict[str, Any]:
    names = ("survey", "digest", "matter", "period", "anonymous", "opened_at", "closes_at")
    return {name: getattr(one, name) for name in names}


def _row(one: Invitation) -> dict[str, Any]:
    names = ("round_id", "person_id", "case_id", "unit", "at", "until", "state")
    return {name: getattr(one, name) for name in names}


def _round(row: Row[Any]) -> Round:
    fields = row._asdict()
    return Round(**{**fields, "drawn": json.loads(fields["drawn"])})


def _invitation(row: Row[Any]) -> Invitation:
    fields = row._asdict()
    return Invitation(**{**fields, "state": Asked(fields["state"])})
