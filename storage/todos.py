"""To-dos: the mirror of open tasks on a platform's own list, and what is still to be done there (E6).

A row is of one task and one platform, and is gone once the to-do is. It is written before the platform is called, and
a call is written down as tried before it is made: whatever a kill leaves behind can be found again.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, case, delete, exists, func, literal, or_, select, update

from storage.bulk import insert_many
from storage.columns import EPOCH, Instant
from storage.schema import accounts, cases, tasks, todos


class TodoState(IntEnum):
    """Where a to-do stands; CHANGED is there with words or a day that no longer hold, REFUSED is left alone."""

    WANTED = 0
    THERE = 1
    CHANGED = 2
    LEAVING = 3
    REFUSED = 4


@dataclass(frozen=True, slots=True)
class Todo:
    """One to-do of the case of that number: `owner` is the person's name on that list, `remote` the platform's own
    number of it once we know that.

    `done` is whether its owner did it, rather than that it came to an end otherwise.
    """

    task_id: int
    channel: str
    owner: str
    number: str
    subject: str
    state: TodoState
    remote: str | None
    due_at: datetime | None
    attempts: int
    done: bool


@dataclass(frozen=True, slots=True)
class Words:
    """What is said on the list of a turn of the case of that number."""

    number: str
    subject: str
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class Turn:
    """A task as the mirror sees it; of one that has vanished only the number is left."""

    task_id: int
    case_id: int | None
    person_id: int | None
    closed_at: datetime | None
    owner: str


@dataclass(frozen=True, slots=True)
class Told:
    """What a call to the platform came to: it is as it should be, or it is tried again at `again_at`, or left alone."""

    todo: Todo
    remote: str | None = None
    again_at: datetime | None = None
    counted: bool = True
    refused: bool = False


_ROW = tuple(todos.c[name] for name in Todo.__dataclass_fields__)
_TURN = (tasks.c.id, tasks.c.case_id, tasks.c.person_id, tasks.c.closed_at)
_IN_STEP = (TodoState.WANTED, TodoState.THERE, TodoState.CHANGED)


class Todos:
    """To-dos of one transaction."""

    def __init__(self, connection: Connection, *, shared: bool) -> None:
        self._connection = connection
        self._shared = shared

    def is_behind(self, channel: str, before: datetime, now: datetime, states: Collection[TodoState]) -> bool:
        """Whether anything of what follows is to be done; changes nothing, so it can be asked beside the writer."""
        query = select(todos.c.task_id).where(*_ready(channel, now, states)).limit(1)
        if self._connection.execute(query).first() is not None:
            return True
        return bool(self.strays(channel, 1) or self.outdated(channel, 1) or self.missing(channel, before, 1))

    def missing(self, channel: str, before: datetime, limit: int) -> Sequence[Turn]:
        """Open tasks since before then that are not on the list, of people who have one; oldest first.

        Written so that it goes by the open tasks, which are few, and not by everybody who has an account.
        """
        there = exists().where(todos.c.task_id == tasks.c.id, todos.c.channel == channel)
        theirs = (
            accounts.c.person_id == tasks.c.person_id, accounts.c.channel == channel, accounts.c.alias != "",
            ~accounts.c.gone,
        )  # fmt: skip
        owner = select(func.min(accounts.c.alias)).where(*theirs).scalar_subquery()
        query = select(*_TURN, owner).where(tasks.c.closed_at.is_(None), tasks.c.opened_at <= before)
        query = query.where(~there, exists().where(*theirs))
        return self._turns(query.order_by(tasks.c.id).limit(limit))

    def strays(self, channel: str, limit: int, *, all_of_them: bool = False) -> Sequence[Turn]:
        """What is on the list, or meant to be, and must leave: the task is over, or its owner is somebody else."""
        its_owner = exists().where(
            accounts.c.channel == channel,
            accounts.c.alias == todos.c.owner,
            accounts.c.person_id == tasks.c.person_id,
            ~accounts.c.gone,
        )
        query = select(todos.c.task_id, *_TURN[1:], todos.c.owner).outerjoin(tasks, tasks.c.id == todos.c.task_id)
        query = query.where(todos.c.channel == channel, todos.c.state != TodoState.LEAVING)
        over = or_(tasks.c.id.is_(None), tasks.c.closed_at.is_not(None), ~its_owner)
        return self._turns(query.where(or_(over, literal(all_of_them))).order_by(todos.c.task_id).limit(limit))

    def outdated(self, channel: str, limit: int) -> Sequence[tuple[Turn, Todo]]:
        """What stands for cases that have changed since it was last looked at."""
        query = select(*_TURN, todos.c.owner, *_ROW).join(tasks, tasks.c.id == todos.c.task_id)
        query = query.join(cases, cases.c.id == tasks.c.case_id)
        query = query.where(todos.c.channel == channel, todos.c.state.in_(_IN_STEP))
        query = query.where(cases.c.changed_at > todos.c.looked_at).order_by(todos.c.task_id).limit(limit)
        return [(Turn(*row[:5]), _todo(row[5:])) for row in self._connection.execute(query)]

    def _turns(self, query: Select[Any]) -> Sequence[Turn]:
        return [Turn(*row) for row in self._connection.execute(query)]

    def look_again(self, channel: str) -> None:
        """Days are to be reckoned anew, whatever has changed."""
        self._connection.execute(update(todos).where(todos.c.channel == channel).values(looked_at=EPOCH))

    def want(self, channel: str, wanted: Sequence[tuple[Turn, Words]], now: datetime) -> None:
        """Have these on the list, with words and day; what another process wants already stays as it is."""
        rows = [
            {
                "task_id": turn.task_id, "channel": channel, "owner": turn.owner, "number": said.number,
                "subject": said.subject, "due_at": said.due_at,
                "state": TodoState.WANTED, "next_at": now, "looked_at": now,
            }
            for turn, said in wanted
        ]  # fmt: skip
        insert_many(self._connection, todos, rows, anew=False)

    def reword(self, todo: Todo, said: Words, now: datetime) -> None:
        """It was looked at; where words or day are others, they are to be told."""
        values: dict[str, object] = {"subject": said.subject, "due_at": said.due_at, "looked_at": now}
        if todo.state is TodoState.THERE and (said.subject, said.due_at) != (todo.subject, todo.due_at):
            values |= {"state": TodoState.CHANGED, "next_at": now, "attempts": 0}
        self._connection.execute(update(todos).where(*_is(todo)).values(values))

    def dismiss(self, channel: str, turn: Turn, now: datetime, *, done: bool) -> None:
        """Have it leave the list; what no call was ever made for is just forgotten.

        A call that may be under way is left its time, so that nothing is put on the list after it was looked for there.
        """
        one = (todos.c.task_id == turn.task_id, todos.c.channel == channel)
        untried = or_(
            and_(todos.c.state == TodoState.WANTED, todos.c.attempts == 0),
            and_(todos.c.state == TodoState.REFUSED, todos.c.remote.is_(None)),
        )
        if self._connection.execute(delete(todos).where(*one, untried)).rowcount:
            return
        at = case((todos.c.next_at > now, todos.c.next_at), else_=literal(now, Instant()))
        values = {"state": TodoState.LEAVING, "next_at": at, "attempts": 0, "done": done}
        self._connection.execute(update(todos).where(*one).values(values))

    def claim(
        self, channel: str, now: datetime, lease: timedelta, limit: int, states: Collection[TodoState]
    ) -> Sequence[Todo]:
        """What may be told the platform now, held for us until the lease ends, and written down as tried."""
        query = select(*_ROW).where(*_ready(channel, now, states))
        query = query.order_by(todos.c.state.desc(), todos.c.task_id).limit(limit)
        rows = self._connection.execute(query.with_for_update(skip_locked=True) if self._shared else query)
        claimed = [_todo(row) for row in rows]
        for todo in claimed:
            tried = {"attempts": todo.attempts + 1, "next_at": now + lease}
            self._connection.execute(update(todos).where(*_is(todo)).values(tried))
        return claimed

    def settle(self, told: Sequence[Told], now: datetime) -> None:
        """Write down what calls came to; what is to leave, or has other words, since then is told so next."""
        for one in told:
            query = select(*_ROW).where(*_is(one.todo))
            row = self._connection.execute(query.with_for_update() if self._shared else query).first()
            if row is None:
                continue
            if one.todo.state is TodoState.LEAVING and one.again_at is None:
                self._connection.execute(delete(todos).where(*_is(one.todo)))
            else:
                changes = _after(one, _todo(row), now) | {"remote": one.remote or row.remote}
                self._connection.execute(update(todos).where(*_is(one.todo)).values(changes))

    def of(self, channel: str) -> Sequence[Todo]:
        """Everything that stands, or is to stand, or to leave; by the number of its task."""
        query = select(*_ROW).where(todos.c.channel == channel).order_by(todos.c.task_id)
        return [_todo(row) for row in self._connection.execute(query)]


def _after(one: Told, current: Todo, now: datetime) -> dict[str, object]:
    """What becomes of a row, which may be wanted otherwise than when the call was made."""
    if current.state is not one.todo.state:
        return {"next_at": now, "attempts": 0}
    if one.again_at is not None:
        return {"next_at": one.again_at, "attempts": one.todo.attempts + int(one.counted)}
    if one.refused:
        return {"state": TodoState.REFUSED, "next_at": None}
    if (current.subject, current.due_at) == (one.todo.subject, one.todo.due_at):
        return {"state": TodoState.THERE, "next_at": None, "attempts": 0}
    return {"state": TodoState.CHANGED, "next_at": now, "attempts": 0}


def _ready(channel: str, now: datetime, states: Collection[TodoState]) -> Sequence[ColumnElement[bool]]:
    return todos.c.channel == channel, todos.c.next_at <= now, todos.c.state.in_(states)


def _is(todo: Todo) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return todos.c.task_id == todo.task_id, todos.c.channel == todo.channel


def _todo(row: Sequence[Any]) -> Todo:
    values = dict(zip(Todo.__dataclass_fields__, row, strict=True))
    return Todo(**{**values, "state": TodoState(values["state"])})
