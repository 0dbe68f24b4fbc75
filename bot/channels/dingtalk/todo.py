"""DingTalk's to-do list (待办), by unionId (protocol/dingtalk.md, section 8)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from bot.channels.channel import Final
from bot.channels.cutting import cut
from bot.channels.dingtalk.api import Api
from bot.channels.dingtalk.errors import ApiError, Kind
from bot.channels.todo import TodoItem

CREATE, CHANGE, DELETE, QUERY = "todo.create", "todo.update", "todo.delete", "todo.query"
"""What the calls are called, as their paths have people in them: each has a pace of its own."""
MOST_SUBJECT = 300
"""Bytes; 1,024 characters are taken, and a line of the list shows some forty."""
MOST_PAGES = 20
_SILENT = {"dingNotify": "0", "sendTodoApn": "false", "sendAssistantChat": "false"}
"""The card in the chat has told them already."""


class DingTodo:
    """Implements `TodoList`. A to-do has one executor, who is its creator too: the path wants the creator's unionId."""

    def __init__(self, api: Api, *, wanted: bool) -> None:
        self._api = api
        self.wanted = wanted

    async def enter(self, item: TodoItem) -> str:
        body: dict[str, Any] = {
            "sourceId": item.key,
            "creatorId": item.owner,
            "executorIds": [item.owner],
            "isOnlyShowExecutor": True,
            "detailUrl": {"appUrl": item.url, "pcUrl": item.url},
            "notifyConfigs": _SILENT,
            "todoType": "TODO",
            **_words(item),
        }
        try:
            answer = await self._call("POST", item, "", body, name=CREATE)
        except ApiError as error:
            if error.kind is not Kind.DONE:
                raise error.as_failure() from error
            # the code is the same for a number that was given before and for anything else amiss: look
            found = await self._find(item)
            if found is None:
                raise Final(str(error)) from error
            return found
        return str(answer.get("id") or "")

    async def change(self, remote: str, item: TodoItem) -> None:
        await self._asked("PUT", item, remote, _words(item), name=CHANGE)

    async def end(self, remote: str | None, item: TodoItem, *, done: bool) -> None:
        remote = remote or await self._find(item)
        if remote is None:
            return
        try:
            if done:
                await self._call("PUT", item, remote, {"done": True}, name=CHANGE)
            else:
                await self._call("DELETE", item, remote, {}, name=DELETE)
        except ApiError as error:
            if error.kind is not Kind.GONE:
                raise error.as_failure() from error

    async def _find(self, item: TodoItem) -> str | None:
        """The number of what was entered under this key, done or not; None when there is nothing."""
        path = f"/v1.0/todo/users/{quote(item.owner, safe='')}/org/tasks/query"
        for done in (False, True):
            token = ""
            for _ in range(MOST_PAGES):
                body: dict[str, Any] = {"isDone": done, "roleTypes": [["executor"]]}
                body |= {"nextToken": token} if token else {}
                try:
                    answer = await self._api.call("POST", path, body, name=QUERY)
                except ApiError as error:
                    raise error.as_failure() from error
                for card in answer.get("todoCards") or []:
                    if isinstance(card, Mapping) and card.get("sourceId") == item.key:
                        return str(card.get("taskId") or "") or None
                token = str(answer.get("nextToken") or "")
                if not token:
                    break
        return None

    async def _asked(self, method: str, item: TodoItem, remote: str, body: Mapping[str, Any], *, name: str) -> None:
        try:
            await self._call(method, item, remote, body, name=name)
        except ApiError as error:
            raise error.as_failure() from error

    async def _call(
        self, method: str, item: TodoItem, remote: str, body: Mapping[str, Any], *, name: str
    ) -> dict[str, Any]:
        path = f"/v1.0/todo/users/{quote(item.owner, safe='')}/tasks"
        path += f"/{quote(remote, safe='')}" if remote else ""
        return await self._api.call(method, path, body or None, name=name, operatorId=item.owner)


def _words(item: TodoItem) -> dict[str, Any]:
    due = {"dueTime": int(item.due.timestamp()) * 1000} if item.due else {}
    return {"subject": cut(item.subject, MOST_SUBJECT), **due}
