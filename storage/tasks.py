"""Tasks (待办): whose turn it is."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, func, insert, select, update

from storage.bulk import among, among_given, given
from storage.records import Task
from storage.schema import tasks

_LOADS = (
    select(tasks.c.person_id, func.count())
    .where(tasks.c.closed_at.is_(None), among_given(tasks.c.person_id, "people"))
    .group_by(tasks.c.person_id)
)
"""Written once: SQLAlchemy needs longer to put a statement together than SQLite to answer it."""


class Tasks:
    """Turns of one transaction."""

    def __init__(self, connection: Connection, *, shared: bool) -> None:
        self._connection = connection
        self._shared = shared
        self._known: dict[int, Sequence[Task]] = {}

    def open_on(self, case_id: int) -> Sequence[Task]:
        """The open tasks of one case; read once until they change, where nobody else can change them."""
        if self._shared:
            return self._select(tasks.c.case_id == case_id)
        if case_id not in self._known:
            self._known[case_id] = self._select(tasks.c.case_id == case_id)
        return self._known[case_id]

    def open_for(self, person_id: int) -> Sequence[Task]:
        """What one person has to do, oldest first."""
        return self._select(tasks.c.person_id == person_id)

    def has_held(self, case_id: int, person_id: int) -> bool:
        """Whether it is or ever was this person's turn."""
        query = select(tasks.c.id).where(tasks.c.case_id == case_id, tasks.c.person_id == person_id)
        return self._connection.execute(query.limit(1)).first() is not None

    def _select(self, where: ColumnElement[bool]) -> Sequence[Task]:
        query = select(tasks).where(tasks.c.closed_at.is_(None), where).order_by(tasks.c.id)
        return [Task(*row) for row in self._connection.execute(query)]

    def loads(self, people: Collection[int]) -> Mapping[int, int]:
        """How many open tasks each of these people has; who has none is left out."""
        found = self._connection.execute(_LOADS, given("people", people)).all()
        return {row[0]: row[1] for row in found}

    def get(self, id: int) -> Task | None:
        """A task, open or not."""
        row = self._connection.execute(select(tasks).where(tasks.c.id == id)).first()
        return Task(*row) if row else None

    def see(self, case_id: int, person_id: int, now: datetime) -> None:
        """Somebody has opened the case while it is their turn; the first time counts (D8)."""
        mine = (tasks.c.case_id == case_id, tasks.c.person_id == person_id)
        unseen = update(tasks).where(*mine, tasks.c.closed_at.is_(None), tasks.c.seen_at.is_(None))
        if self._connection.execute(unseen.values(seen_at=now)).rowcount:
            self._known.clear()

    def settle(
        self, case_id: int, state: str, turn: int, people: Collection[int], now: datetime
    ) -> tuple[Sequence[Task], Sequence[Task]]:
        """Make the open tasks of a case those of `people` in `state`; returns (opened, closed).

        Those still due are kept as they are, so that no card flickers and no reminder starts again.
        """
        return self.settle_stages(case_id, state, {(person, ""): turn for person in people}, now)

    def settle_stages(
        self,
        case_id: int,
        state: str,
        due: Mapping[tuple[int, str], int],
        now: datetime,
        anew: Collection[int] = (),
    ) -> tuple[Sequence[Task], Sequence[Task]]:
        """The same where several stages are open at once: `due` are people by stage, each with a turn if it is new.

        No turn of the people `anew` is kept.
        """
        before = self.open_on(case_id)
        kept = {(task.person_id, task.stage) for task in before if task.state == state and task.person_id not in anew}
        kept &= due.keys()
        closed = [task for task in before if task.state != state or (task.person_id, task.stage) not in kept]
        self._close(closed, now)
        new = [(person, stage, turn) for (person, stage), turn in due.items() if (person, stage) not in kept]
        opened = [self._open(case_id, person, state, turn, now, stage) for person, stage, turn in new]
        return opened, closed

    def pass_on(self, task: Task, people: Collection[int], now: datetime) -> None:
        """Close somebody's turn and open the same one, in the same round, for those who have none in it (D10)."""
        self._close([task], now)
        holders = {other.person_id for other in self.open_on(task.case_id) if other.stage == task.stage}
        for person in people:
            if person not in holders:
                self._open(task.case_id, person, task.state, task.turn, now, task.stage)

    def _close(self, closed: Sequence[Task], now: datetime) -> None:
        self._known.clear()
        if closed:
            ids = [task.id for task in closed]
            self._connection.execute(update(tasks).where(among(tasks.c.id, ids)).values(closed_at=now))

    def _open(self, case_id: int, person_id: int, state: str, turn: int, now: datetime, stage: str = "") -> Task:
        self._known.clear()
        task = Task(0, case_id, person_id, state, turn, now, None, stage)
        values = {"case_id": case_id, "person_id": person_id, "state": state, "turn": turn, "stage": stage}
        new = insert(tasks).values(**values, opened_at=now).returning(tasks.c.id)
        return replace(task, id=self._connection.execute(new).scalar_one())
