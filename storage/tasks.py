"""Tasks (待办): whose turn it is."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, insert, select, update

from storage.bulk import one_of
from storage.records import Task
from storage.schema import tasks

_OPEN = select(tasks).where(tasks.c.closed_at.is_(None)).order_by(tasks.c.id)
_OPEN_ON = _OPEN.where(tasks.c.case_id == bindparam("case"))
_OPEN_FOR = _OPEN.where(tasks.c.person_id == bindparam("person"))
_CLOSED = update(tasks).where(one_of(tasks.c.id, "ids"))
_OPENED = insert(tasks).returning(tasks.c.id, sort_by_parameter_order=True)
_LOADS = (
    select(tasks.c.person_id, func.count())
    .where(tasks.c.closed_at.is_(None), one_of(tasks.c.person_id, "people"))
    .group_by(tasks.c.person_id)
)


class Tasks:
    """Turns of one transaction."""

    def __init__(self, connection: Connection, *, shared: bool) -> None:
        self._connection = connection
        self._shared = shared
        self._known: dict[int, Sequence[Task]] = {}

    def open_on(self, case_id: int) -> Sequence[Task]:
        """The open tasks of one case; not read again where nobody else can have changed them.

        That is on SQLite, and once they were settled here: the case is locked by then.
        """
        known = self._known.get(case_id)
        if known is None:
            known = [Task(*row) for row in self._connection.execute(_OPEN_ON, {"case": case_id})]
            if not self._shared:
                self._known[case_id] = known
        return known

    def forget(self) -> None:
        """Turns have gone over to somebody by other ways than these."""
        self._known.clear()

    def open_for(self, person_id: int) -> Sequence[Task]:
        """What one person has to do, oldest first."""
        return [Task(*row) for row in self._connection.execute(_OPEN_FOR, {"person": person_id})]

    def has_held(self, case_id: int, person_id: int) -> bool:
        """Whether it is or ever was this person's turn."""
        query = select(tasks.c.id).where(tasks.c.case_id == case_id, tasks.c.person_id == person_id)
        return self._connection.execute(query.limit(1)).first() is not None

    def stages_of(self, case_id: int, person_id: int) -> set[str]:
        """The stages in which it is or was this person's turn."""
        query = select(tasks.c.stage).where(tasks.c.case_id == case_id, tasks.c.person_id == person_id)
        return set(self._connection.execute(query).scalars()) - {""}

    def loads(self, people: Collection[int]) -> Mapping[int, int]:
        """How many open tasks each of these people has; who has none is left out."""
        found = self._connection.execute(_LOADS, {"people": people}).all()
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

    def nudged(self, ids: Collection[int], now: datetime) -> None:
        """These turns were just reminded of (A9)."""
        if ids:
            self._connection.execute(_CLOSED, {"ids": ids, "nudged_at": now})
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
        new = [key for key in due if key not in kept]
        opened = self._open([Task(0, case_id, who, state, due[who, stage], now, None, stage) for who, stage in new])
        self._known[case_id] = [*(task for task in before if task not in closed), *opened]
        return opened, closed

    def pass_on(self, task: Task, people: Collection[int], now: datetime) -> None:
        """Close somebody's turn and open the same one, in the same round, for those who have none in it (D10)."""
        self._close([task], now)
        holders = {other.person_id for other in self.open_on(task.case_id) if other.stage == task.stage}
        fresh = [person for person in dict.fromkeys(people) if person not in holders]
        self._open([replace(task, person_id=person, opened_at=now, closed_at=None) for person in fresh])
        self._known.pop(task.case_id, None)

    def _close(self, closed: Sequence[Task], now: datetime) -> None:
        for task in closed:
            self._known.pop(task.case_id, None)
        if closed:
            self._connection.execute(_CLOSED, {"ids": [task.id for task in closed], "closed_at": now})

    def _open(self, new: Sequence[Task]) -> Sequence[Task]:
        if not new:
            return ()
        ids = self._connection.execute(_OPENED, [_values(task) for task in new]).scalars().all()
        return [replace(task, id=id) for task, id in zip(new, ids, strict=True)]


def _values(task: Task) -> dict[str, object]:
    return {
        "case_id": task.case_id,
        "person_id": task.person_id,
        "state": task.state,
        "turn": task.turn,
        "opened_at": task.opened_at,
        "stage": task.stage,
    }
