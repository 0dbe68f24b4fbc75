"""The to-do lists of everybody, and what the platform takes onto them. protocol/dingtalk.md 8"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime

from bot.sandbox.dingtalk.staff import Member, Staff
from bot.sandbox.dingtalk.wire import millis, need, size
from bot.sandbox.wire import Json

MOST_SUBJECT = 1024
MOST_URL = 1024
MOST_PEOPLE = 100
CREATE, UPDATE, DELETE = "todo.taskCreate.paramError", "todo.taskUpdate.paramError", "todo.taskDelete.paramError"


@dataclass(frozen=True, slots=True)
class Todo:
    """One to-do with a page of its own: who has it can open that page, and not tick it off in the list."""

    id: str
    source: str
    creator: str
    executors: tuple[str, ...]
    subject: str
    url: Mapping[str, str]
    due: int | None
    created: int
    modified: int
    priority: int = 20
    done: bool = False
    deleted: bool = field(default=False)

    def shown(self) -> Json:
        """As a phone shows it."""
        due = datetime.fromtimestamp(self.due / 1000, UTC).isoformat() if self.due is not None else None
        return {"id": self.id, "subject": self.subject, "url": self.url["appUrl"], "due": due, "done": self.done}


class Todos:
    """All of them. A sourceId once used stays used, also when what it was for has been deleted."""

    def __init__(self, staff: Staff) -> None:
        self._staff = staff
        self._todos: dict[str, Todo] = {}

    def of(self, member: Member) -> list[Todo]:
        """What stands on somebody's list."""
        found = [todo for todo in self._todos.values() if member.unionid in todo.executors and not todo.deleted]
        return sorted(found, key=lambda todo: (todo.done, todo.due is None, todo.due or 0, todo.created))

    def __iter__(self) -> Iterator[Todo]:
        return iter(self._todos.values())

    def __len__(self) -> int:
        return len(self._todos)

    def create(self, owner: str, body: Json, now: datetime) -> Todo:
        """A new one. Raises Refused: one code for whatever is amiss, a sourceId that was used before among it."""
        source, url = body.get("sourceId"), body.get("detailUrl")
        need(isinstance(source, str) and bool(source), CREATE, "sourceId")
        need(all(source != one.source for one in self._todos.values()), CREATE, f"task existed sourceId is {source}")
        need(body.get("creatorId") in (None, owner), CREATE, "creatorId is not the owner of the path")
        self._must_be_known(owner, CREATE)
        executors = _names(body.get("executorIds"), CREATE)
        for one in executors:
            self._must_be_known(one, CREATE)
        urls = [url.get(name) for name in ("appUrl", "pcUrl")] if isinstance(url, Mapping) else []
        fine = bool(urls) and all(isinstance(one, str) and 0 < size(one) <= MOST_URL for one in urls)
        need(fine, CREATE, "detailUrl")
        assert isinstance(url, Mapping)
        need(isinstance(body.get("subject"), str) and bool(body["subject"]), CREATE, "subject")
        at = millis(now)
        made = Todo(f"task{secrets.token_hex(8)}", str(source), owner, executors, "", dict(url), None, at, at)
        return self._put(self._worded(made, body, CREATE))

    def update(self, owner: str, id: str, body: Json, now: datetime) -> None:
        """Other words, another day, done or not. Raises Refused."""
        todo = self._get(owner, id, UPDATE)
        done = body.get("done", todo.done)
        need(isinstance(done, bool), UPDATE, "done")
        self._put(replace(self._worded(todo, body, UPDATE), done=done, modified=millis(now)))

    def delete(self, owner: str, id: str) -> None:
        """Off the list, whoever asks. Raises Refused."""
        self._put(replace(self._get(owner, id, DELETE), deleted=True))

    def remove(self, member: Member, id: str) -> None:
        """Its owner takes it off the list by hand. Raises KeyError."""
        todo = self._todos[id]
        if member.unionid not in todo.executors:
            raise KeyError(id)
        self._put(replace(todo, deleted=True))

    def _get(self, owner: str, id: str, code: str) -> Todo:
        todo = self._todos.get(id)
        need(todo is not None and not todo.deleted, code, "task not exist")
        assert todo is not None
        need(owner == todo.creator or owner in todo.executors, code, "task not exist")
        return todo

    def _worded(self, todo: Todo, body: Json, code: str) -> Todo:
        subject, due = body.get("subject", todo.subject), body.get("dueTime", todo.due)
        need(isinstance(subject, str) and 0 < len(subject) <= MOST_SUBJECT, code, "subject is oversize")
        need(due is None or (type(due) is int and due > todo.created), code, "dueTime is invalid")
        return replace(todo, subject=subject, due=due)

    def _must_be_known(self, unionid: str, code: str) -> None:
        member = self._staff.of_union(unionid)
        need(member is not None and self._staff.find(member.userid) is not None, code, "unionId")

    def _put(self, todo: Todo) -> Todo:
        self._todos[todo.id] = todo
        return todo

    def dump(self) -> list[Json]:
        """Everything, for the state file."""
        return [asdict(todo) for todo in self._todos.values()]

    def load(self, kept: list[Json]) -> None:
        """The other way round."""
        for one in kept:
            self._put(Todo(**{**one, "executors": tuple(one["executors"])}))


def _names(given: object, code: str) -> tuple[str, ...]:
    fine = isinstance(given, list) and 0 < len(given) <= MOST_PEOPLE and all(isinstance(one, str) for one in given)
    need(fine, code, "executors is oversize")
    assert isinstance(given, list)
    return tuple(given)
