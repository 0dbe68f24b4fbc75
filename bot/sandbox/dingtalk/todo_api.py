"""The to-do calls; whose list it is stands in the path, by unionId. protocol/dingtalk.md 8"""

from __future__ import annotations

from bot.sandbox.dingtalk.corp import DingCorp
from bot.sandbox.dingtalk.todos import CREATE, Todo
from bot.sandbox.dingtalk.wire import Call, need
from bot.sandbox.wire import Json

PAGE = 50
QUERY = "todo.orgTaskQuery.paramError"


def _owner(call: Call) -> str:
    return call.path.split("/")[4]


def create(corp: DingCorp, call: Call) -> Json:
    """todo/users/{unionId}/tasks."""
    need(call.query.get("operatorId", _owner(call)) == _owner(call), CREATE, "operatorId")
    todo = corp.todos.create(_owner(call), call.body, call.now)
    return _card(todo) | {"id": todo.id, "requestId": "sandbox"}


def update(corp: DingCorp, call: Call) -> Json:
    """PUT todo/users/{unionId}/tasks/{taskId}."""
    corp.todos.update(_owner(call), call.path.rsplit("/", 1)[1], call.body, call.now)
    return {"result": True}


def delete(corp: DingCorp, call: Call) -> Json:
    """DELETE todo/users/{unionId}/tasks/{taskId}."""
    corp.todos.delete(_owner(call), call.path.rsplit("/", 1)[1])
    return {"result": True, "requestId": "sandbox"}


def query(corp: DingCorp, call: Call) -> Json:
    """todo/users/{unionId}/org/tasks/query: those done, or those not, by pages."""
    member = corp.staff.of_union(_owner(call))
    need(member is not None, QUERY)
    assert member is not None
    token, done = str(call.body.get("nextToken") or "0"), call.body.get("isDone")
    need(token.isdecimal(), QUERY, "nextToken is invalid")
    found = [todo for todo in corp.todos.of(member) if done is None or todo.done is done]
    start, rest = int(token), len(found) > int(token) + PAGE
    page = [_card(one) for one in found[start : start + PAGE]]
    return {"nextToken": str(start + PAGE) if rest else None, "todoCards": page}


def _card(todo: Todo) -> Json:
    return {
        "taskId": todo.id, "subject": todo.subject, "dueTime": todo.due, "detailUrl": dict(todo.url),
        "priority": todo.priority, "createdTime": todo.created, "modifiedTime": todo.modified,
        "creatorId": todo.creator, "sourceId": todo.source, "bizTag": "sandbox", "isDone": todo.done,
        "todoType": "TODO",
    }  # fmt: skip
