"""Cases (办件), the matters they began under, and the numbers they bear."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from storage.bulk import among, one_of
from storage.records import Case, Stale
from storage.schema import cases, counters, matters

_COUNT_IN = (
    select(func.count())
    .select_from(cases)
    .where(cases.c.closed_at.is_(None), cases.c.flow == bindparam("flow"), one_of(cases.c.state, "states"))
)
_ONE = select(cases).where(cases.c.id == bindparam("wanted"))
_SAVED = update(cases).where(cases.c.id == bindparam("saved"), cases.c.version == bindparam("was"))
_OPENED = insert(cases).returning(cases.c.id)
_OPEN_OF = (
    select(cases)
    .where(cases.c.closed_at.is_(None), cases.c.flow == bindparam("kind"), one_of(cases.c.requester_id, "people"))
    .order_by(cases.c.id)
)
_SOURCE = select(matters.c.source).where(matters.c.digest == bindparam("version"))


class Cases:
    """Cases; a change names the version that was read, so that two people cannot both win."""

    def __init__(self, connection: Connection, *, shared: bool) -> None:
        self._connection = connection
        self._shared = shared
        self._insert = postgresql.insert if shared else sqlite.insert
        self._open_of: dict[tuple[str, int], Case | None] = {}
        self._last: dict[int, dict[str, Case]] = {}
        self._expected: set[int] = set()
        self._ended: list[Case] = []
        self._sources: dict[str, str | None] = {}

    def next_number(self, series: str) -> int:
        """The next number of a series, without gaps: undone with the transaction that took it."""
        statement = self._insert(counters).values(name=series, value=1)
        statement = statement.on_conflict_do_update(index_elements=["name"], set_={"value": counters.c.value + 1})
        number: int = self._connection.execute(statement.returning(counters.c.value)).scalar_one()
        return number

    def remember_once(self, name: str, value: int) -> int:
        """A number chosen once for this database and kept for good."""
        statement = self._insert(counters).values(name=name, value=value)
        self._connection.execute(statement.on_conflict_do_nothing())
        kept: int = self._connection.execute(select(counters.c.value).where(counters.c.name == name)).scalar_one()
        return kept

    def remembered(self, name: str) -> int | None:
        """A number of this database, or None."""
        query = select(counters.c.value).where(counters.c.name == name)
        return self._connection.execute(query).scalar_one_or_none()

    def remember(self, name: str, value: int) -> None:
        """Put a number in place of what was remembered under this name."""
        statement = self._insert(counters).values(name=name, value=value)
        self._connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"value": value}))

    def remember_next(self, name: str, before: int, value: int) -> bool:
        """The same, only in place of what was read before; False when somebody was first."""
        statement = update(counters).where(counters.c.name == name, counters.c.value == before)
        return self._connection.execute(statement.values(value=value)).rowcount == 1

    def counted(self) -> dict[str, int]:
        """The last number given out in each series."""
        return {row.name: row.value for row in self._connection.execute(select(counters))}

    def open(self, case: Case) -> Case:
        """Write a new case; returns it with its id."""
        id = self._connection.execute(_OPENED, _values(case)).scalar_one()
        self._open_of.pop((case.flow, case.requester_id), None)
        self._last.pop(case.requester_id, None)
        return replace(case, id=id)

    def get(self, id: int) -> Case | None:
        """The case of that id."""
        row = self._connection.execute(_ONE, {"wanted": id}).first()
        return case_of(row) if row else None

    def hold(self, id: int) -> Case | None:
        """The same, kept from others until the transaction ends: for what changes its tasks without a move."""
        query = _ONE.with_for_update() if self._shared else _ONE
        row = self._connection.execute(query, {"wanted": id}).first()
        return case_of(row) if row else None

    def many(self, ids: Iterable[int]) -> Sequence[Case]:
        """The cases of those ids, oldest first."""
        query = select(cases).where(among(cases.c.id, list(ids))).order_by(cases.c.id)
        return [case_of(row) for row in self._connection.execute(query)]

    def by_number(self, number: str) -> Case | None:
        """The case of that number, in either case of letters."""
        row = self._connection.execute(select(cases).where(cases.c.number == number.upper())).first()
        return case_of(row) if row else None

    def save(self, case: Case) -> Case:
        """Write where id and version match; raises `Stale` when somebody was first."""
        changed = replace(case, version=case.version + 1)
        done = self._connection.execute(_SAVED, {**_values(changed), "saved": case.id, "was": case.version})
        if done.rowcount != 1:
            raise Stale(case.number)
        self._open_of.pop((case.flow, case.requester_id), None)
        self._last.pop(case.requester_id, None)
        if changed.closed_at is not None:
            self._ended.append(changed)
        return changed

    def preload_open(self, flow: str, people: Collection[int]) -> None:
        """Read at once which of these people have an open case of a flow."""
        unknown = [id for id in dict.fromkeys(people) if (flow, id) not in self._open_of]
        if not unknown:
            return
        rows = self._connection.execute(_OPEN_OF, {"kind": flow, "people": unknown})
        found = {row.requester_id: case_of(row) for row in rows}
        self._open_of.update({(flow, id): found.get(id) for id in unknown})

    def open_of(self, flow: str, requester_id: int) -> Case | None:
        """The newest open case of a flow that somebody asked for."""
        if (flow, requester_id) not in self._open_of:
            self.preload_open(flow, [requester_id])
        return self._open_of[flow, requester_id]

    def ended(self, flow: str) -> Sequence[Case]:
        """The cases of a flow that ended in this transaction; each is told of once."""
        if not self._ended:
            return ()
        found = [case for case in self._ended if case.flow == flow]
        self._ended = [case for case in self._ended if case.flow != flow]
        return found

    def of(self, requester_id: int, limit: int) -> Sequence[Case]:
        """A person's own cases, newest first."""
        query = select(cases).where(cases.c.requester_id == requester_id)
        return [case_of(row) for row in self._connection.execute(query.order_by(cases.c.id.desc()).limit(limit))]

    def expect(self, people: Collection[int]) -> None:
        """Whose last cases may be asked for: the first of them that is asked for has all of them read at once."""
        self._expected.update(people)

    def last_of(self, requester_id: int, matter: str) -> Case | None:
        """The newest case of a matter that somebody asked for."""
        return self.last_ones(requester_id).get(matter)

    def last_ones(self, requester_id: int) -> Mapping[str, Case]:
        """The newest case of each matter that somebody asked for."""
        if requester_id not in self._last:
            wanted = [id for id in {requester_id, *self._expected} if id not in self._last]
            self._last.update({id: {} for id in wanted})
            newest = select(func.max(cases.c.id)).where(among(cases.c.requester_id, wanted))
            newest = newest.group_by(cases.c.requester_id, cases.c.matter)
            for row in self._connection.execute(select(cases).where(cases.c.id.in_(newest))):
                self._last[row.requester_id][row.matter] = case_of(row)
        return self._last[requester_id]

    def since(self, flow: str, opened: datetime, limit: int) -> Sequence[Case]:
        """The cases of a flow that were opened since an instant, newest first."""
        query = select(cases).where(cases.c.flow == flow, cases.c.opened_at >= opened)
        return [case_of(row) for row in self._connection.execute(query.order_by(cases.c.id.desc()).limit(limit))]

    def between(self, flow: str, begins: datetime, ends: datetime) -> Sequence[Case]:
        """The cases of a flow that were open at any moment of a period, oldest first."""
        touched = or_(cases.c.closed_at.is_(None), cases.c.closed_at >= begins)
        query = select(cases).where(cases.c.flow == flow, cases.c.opened_at < ends, touched).order_by(cases.c.id)
        return [case_of(row) for row in self._connection.execute(query)]

    def joined(self, main_id: int) -> Sequence[Case]:
        """The cases that have joined one, oldest first (G11)."""
        query = select(cases).where(cases.c.main_id == main_id).order_by(cases.c.id)
        return [case_of(row) for row in self._connection.execute(query)]

    def open_in(self, flow: str, since: datetime) -> Sequence[Case]:
        """The open cases of a flow that were opened since then and have joined no other, oldest first (G11)."""
        query = select(cases).where(cases.c.closed_at.is_(None), cases.c.flow == flow, cases.c.opened_at >= since)
        query = query.where(cases.c.main_id.is_(None)).order_by(cases.c.id)
        return [case_of(row) for row in self._connection.execute(query)]

    def count_in(self, flow: str, *states: str) -> int:
        """How many open cases of a flow stand in these states."""
        told = {"flow": flow, "states": states}
        return self._connection.execute(_COUNT_IN, told).scalar_one()

    def recent(self, limit: int, *, only_open: bool = False, before: int | None = None) -> Sequence[Case]:
        """Cases for the workbench, newest first, `before` an id to page on."""
        query = select(cases)
        if only_open:
            query = query.where(cases.c.closed_at.is_(None))
        if before is not None:
            query = query.where(cases.c.id < before)
        return [case_of(row) for row in self._connection.execute(query.order_by(cases.c.id.desc()).limit(limit))]

    def numbers(self) -> Sequence[str]:
        """Every number in use, for the check of the trail."""
        return self._connection.execute(select(cases.c.number)).scalars().all()

    def keep_matter(self, digest: str, name: str, source: str, now: datetime) -> None:
        """Keep the version a case begins under for good (C9)."""
        self._sources[digest] = source
        statement = self._insert(matters).values(digest=digest, name=name, source=source, first_seen=now)
        self._connection.execute(statement.on_conflict_do_nothing())

    def matter_source(self, digest: str) -> str | None:
        """A kept version."""
        if digest not in self._sources:
            found = self._connection.execute(_SOURCE, {"version": digest})
            self._sources[digest] = found.scalar_one_or_none()
        return self._sources[digest]

    def last_source(self, name: str) -> str | None:
        """The version of a matter that its newest case goes by."""
        query = select(matters.c.source).join(cases, cases.c.digest == matters.c.digest).where(cases.c.matter == name)
        return self._connection.execute(query.order_by(cases.c.id.desc()).limit(1)).scalar_one_or_none()

    def versions(self, name: str) -> Sequence[tuple[str, datetime]]:
        """The kept versions of a matter, newest first: digest, and when the first case began under it."""
        query = select(matters.c.digest, matters.c.first_seen).where(matters.c.name == name)
        return [(row[0], row[1]) for row in self._connection.execute(query.order_by(matters.c.first_seen.desc()))]

    def running(self) -> Mapping[tuple[str, str], int]:
        """How many cases are open, by matter and version."""
        query = select(cases.c.matter, cases.c.digest, func.count()).where(cases.c.closed_at.is_(None))
        rows = self._connection.execute(query.group_by(cases.c.matter, cases.c.digest))
        return {(row[0], row[1]): row[2] for row in rows}

    def open_under(self, matter: str, beyond: int, limit: int) -> Sequence[Case]:
        """The open cases of a matter, oldest first, so many after that id."""
        query = select(cases).where(cases.c.closed_at.is_(None), cases.c.matter == matter, cases.c.id > beyond)
        return [case_of(row) for row in self._connection.execute(query.order_by(cases.c.id).limit(limit))]


def _values(case: Case) -> dict[str, Any]:
    return {
        "number": case.number,
        "flow": case.flow,
        "matter": case.matter,
        "digest": case.digest,
        "state": case.state,
        "version": case.version,
        "requester_id": case.requester_id,
        "answers": json.dumps(dict(case.answers), ensure_ascii=False),
        "opened_at": case.opened_at,
        "changed_at": case.changed_at,
        "closed_at": case.closed_at,
        "main_id": case.main_id,
    }


def case_of(row: Row[Any]) -> Case:
    """A row of `cases` as a record."""
    fields = row._asdict()
    fields["answers"] = json.loads(fields["answers"])
    return Case(**fields)
