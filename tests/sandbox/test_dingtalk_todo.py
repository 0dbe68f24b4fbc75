"""The stand-in's to-do list is as strict as protocol/dingtalk.md, section 8, says; and its college's address book."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.sandbox.wire import Json
from tests.sandbox.test_dingtalk import Ding, ding
from tests.sandbox.test_page_beside import Pages, pages

__all__ = ["ding", "pages"]

CREATE = "todo.taskCreate.paramError"


def union(ding: Ding, who: str = "xu") -> str:
    return ding.box.corp.staff.member(who).unionid


def wanted(ding: Ding, who: str = "xu", **changes: object) -> Json:
    """A to-do as an app would enter it; None takes something out."""
    url = {"appUrl": "https://x.example/1", "pcUrl": "https://x.example/1"}
    whole: Json = {"sourceId": "s1", "subject": "R-0001", "executorIds": [union(ding, who)], "detailUrl": url} | changes
    return {key: value for key, value in whole.items() if value is not None}


async def entered(ding: Ding, who: str = "xu", **changes: object) -> tuple[int, Json]:
    return await ding.call("POST", f"/v1.0/todo/users/{union(ding, who)}/tasks", wanted(ding, who, **changes))


async def test_it_is_entered_changed_done_and_deleted(ding: Ding) -> None:
    """8: by unionId; the phone shows what is open, with its day."""
    day = int((ding.box.corp.now() + timedelta(days=1)).timestamp() * 1000)
    status, answer = await entered(ding, dueTime=day)
    assert (status, answer["sourceId"]) == (200, "s1")
    path = f"/v1.0/todo/users/{union(ding)}/tasks/{answer['id']}"
    assert (await ding.call("PUT", path, {"subject": "R-0001!"}))[1] == {"result": True}
    [shown] = ding.box.todos("xu", done=False)
    assert (shown["subject"], shown["due"][:10]) == ("R-0001!", "2026-03-10")
    await ding.call("PUT", path, {"done": True})
    assert ding.box.todos("xu", done=False) == []
    assert len(ding.box.todos("xu", done=True)) == 1
    assert (await ding.call("DELETE", path))[1]["result"] is True
    assert ding.box.todos("xu") == []
    for method in ("PUT", "DELETE"):
        status, answer = await ding.call(method, path, {"done": False} if method == "PUT" else None)
        assert status == 400
        assert answer["message"] == "task not exist"


@pytest.mark.parametrize("changes", [
    {"sourceId": None}, {"subject": ""}, {"subject": "x" * 1025}, {"detailUrl": None},
    {"detailUrl": {"appUrl": "https://x"}}, {"detailUrl": {"appUrl": "x" * 1025, "pcUrl": "x"}}, {"executorIds": []},
    {"executorIds": ["nobody"]}, {"creatorId": "nobody"}, {"dueTime": "tomorrow"}, {"dueTime": 1},
])  # fmt: skip
async def test_one_code_for_whatever_is_amiss(ding: Ding, changes: Json) -> None:
    """8: `detailUrl` is mandatory since 2024; the code does not tell one from the other."""
    status, answer = await entered(ding, **changes)
    assert (status, answer["code"]) == (400, CREATE)


async def test_a_number_once_used_stays_used(ding: Ding) -> None:
    """8: also when what it was for has been deleted; the list tells which it was for."""
    answer = (await entered(ding))[1]
    assert (await entered(ding))[1]["code"] == CREATE
    found = (await ding.call("POST", f"/v1.0/todo/users/{union(ding)}/org/tasks/query", {"isDone": False}))[1]
    assert [(one["taskId"], one["sourceId"]) for one in found["todoCards"]] == [(answer["id"], "s1")]
    await ding.call("DELETE", f"/v1.0/todo/users/{union(ding)}/tasks/{answer['id']}")
    assert (await entered(ding))[1]["code"] == CREATE


async def test_a_missing_scope_is_named(ding: Ding) -> None:
    """0.3: 403, with what is required."""
    ding.box.faults.forbidden, ding.box.faults.only = True, "/v1.0/todo"
    status, answer = await entered(ding)
    assert (status, answer["accessdenieddetail"]) == (403, {"requiredScopes": ["Todo.Todo.Write"]})


async def test_each_call_is_billed_and_paced_by_its_api(ding: Ding) -> None:
    """0.3: whoever stands in the path; a refusal is billed as well, save those of a limit."""
    before = ding.box.corp.limits.spent(ding.box.corp.now())[0]
    told = [
        (await entered(ding, who, sourceId=f"{who}{n}"))[1].get("code", "") for n in range(11) for who in ("xu", "li")
    ]
    assert [code for code in told if code] == ["Forbidden.AccessDenied.QpsLimitForAppkeyAndApi"] * 2
    assert ding.box.corp.limits.spent(ding.box.corp.now())[0] == before + 20


async def test_the_page_shows_somebodys_list(pages: Pages) -> None:
    """E6: open ones first, with the way to the case."""
    box = pages.ding.box
    one = box.corp.staff.member("lin").unionid
    url = {"appUrl": "https://x.example/1", "pcUrl": "https://x.example/1"}
    body = {"sourceId": "s1", "subject": "R-0001", "executorIds": [one], "detailUrl": url}
    await pages.call(f"todo/users/{one}/tasks", body)
    shown = (await pages.ask("dingtalk/phones/lin/todos"))[1]["todos"]
    assert [(todo["subject"], todo["url"], todo["done"]) for todo in shown] == [
        ("R-0001", "https://x.example/1", False)
    ]
    assert (await pages.ask("dingtalk/phones/wu/todos"))[1]["todos"] == []
    assert (await pages.ask("dingtalk/phones/nobody/todos"))[0] == 409
