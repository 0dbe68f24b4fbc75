"""Everyone the app may see, each once, as DingTalk's address book has them (protocol/dingtalk.md, section 7)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from bot.channels.channel import StaffEntry
from bot.channels.dingtalk.api import Api
from bot.channels.dingtalk.college import College
from flows.events import clean

ROOT = 1
PAGE = 100
MOST_UNITS = 20_000


async def everyone(api: Api, college: College) -> list[StaffEntry]:
    """Read departments, members and roles, and a college's students; any failure ends the whole reading (F50). None of
    these calls is billed, save those about a college.

    Who has not opened DingTalk yet is not `active` there, and yet belongs to the school.
    """
    names = {**await college.units(), **await _departments(api)}
    people: dict[str, dict[str, Any]] = {}
    for id in names:
        async for user in _members(api, id):
            account = str(user["userid"])
            held = people.setdefault(account, {**user, "leads": []})
            if user.get("leader") is True:
                held["leads"].append(id)
    roles = await _roles(api)
    return [_entry(account, user, names, roles.get(account, ())) for account, user in sorted(people.items())]


async def _departments(api: Api) -> dict[int, str]:
    found: dict[int, str] = {}
    waiting = [ROOT]
    while waiting and len(found) < MOST_UNITS:
        parent = waiting.pop(0)
        answer = await api.topapi("topapi/v2/department/listsub", {"dept_id": parent}, free=True)
        for one in answer["result"]:
            id = int(one["dept_id"])
            if id not in found:
                found[id] = clean(str(one["name"]))
                waiting.append(id)
    return {ROOT: "", **found}


async def _members(api: Api, id: int) -> Any:
    cursor = 0
    while True:
        body = {"dept_id": id, "cursor": cursor, "size": PAGE}
        result = (await api.topapi("topapi/v2/user/list", body, free=True))["result"]
        for user in result["list"]:
            yield user
        if not result.get("has_more"):
            return
        cursor = int(result["next_cursor"])


async def _roles(api: Api) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    groups = (await api.topapi("topapi/role/list", {"offset": 0, "size": 200}, free=True))["result"]["list"]
    for role in (role for group in groups for role in group.get("roles", [])):
        offset = 0
        while True:
            body = {"role_id": role["id"], "offset": offset, "size": PAGE}
            result = (await api.topapi("topapi/role/simplelist", body, free=True))["result"]
            for user in result["list"]:
                found[str(user["userid"])].append(clean(str(role["name"])))
            if not result.get("hasMore"):
                break
            offset = int(result["nextCursor"])
    return found


def _entry(account: str, user: Mapping[str, Any], names: Mapping[int, str], roles: Sequence[str]) -> StaffEntry:
    units = [int(id) for id in user.get("dept_id_list", [])]
    manager = user.get("manager_userid")
    return StaffEntry(
        account=account,
        name=clean(str(user.get("name") or account)),
        units=tuple(names[id] for id in units if names.get(id)),
        leads=tuple(names[id] for id in user["leads"] if names.get(id)),
        roles=tuple(roles),
        superior=str(manager) if manager else None,
        position=clean(str(user.get("title") or "")),
        number=clean(str(user.get("job_number") or "")),
        mobile=clean(str(user.get("mobile") or "")),
        alias=clean(str(user.get("unionid") or "")),
    )
