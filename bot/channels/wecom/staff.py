"""Everyone the app may see, each once, as WeCom's address book has them (protocol/wecom.md, section 7)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from bot.channels.channel import StaffEntry
from bot.channels.wecom.api import Api
from flows.events import clean

ACTIVE = 1
NOT_YET = 4
"""Not activated: has not opened WeCom yet, yet belongs to the school."""


async def everyone(api: Api) -> list[StaffEntry]:
    """Read departments, members and tags; any failure ends the whole reading (F50)."""
    departments = (await api.get("department/list"))["department"]
    names = {int(d["id"]): clean(str(d["name"])) for d in departments}
    people: dict[str, Mapping[str, Any]] = {}
    for id in names:
        for user in (await api.get("user/list", department_id=str(id)))["userlist"]:
            people[str(user["userid"]).lower()] = user
    roles = await _roles(api)
    return [_entry(account, user, names, roles.get(account, ())) for account, user in sorted(people.items())]


async def _roles(api: Api) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for tag in (await api.get("tag/list"))["taglist"]:
        members = await api.get("tag/get", tagid=str(tag["tagid"]))
        for user in members["userlist"]:
            found[str(user["userid"]).lower()].append(clean(str(tag["tagname"])))
    return found


def _entry(account: str, user: Mapping[str, Any], names: Mapping[int, str], roles: object) -> StaffEntry:
    departments = [int(id) for id in user.get("department", [])]
    heads = [bool(int(head)) for head in user.get("is_leader_in_dept", [])]  # parallel to department
    leaders = user.get("direct_leader") or []
    return StaffEntry(
        account=account,
        name=clean(str(user.get("name") or account)),
        units=tuple(names[id] for id in departments if id in names),
        leads=tuple(names[id] for id, head in zip(departments, heads, strict=False) if head and id in names),
        roles=tuple(roles) if isinstance(roles, (list, tuple)) else (),
        superior=str(leaders[0]).lower() if leaders else None,
        position=clean(str(user.get("position") or "")),
        active=int(user.get("status", ACTIVE)) in {ACTIVE, NOT_YET},
        mobile=clean(str(user.get("mobile") or "")),
    )
