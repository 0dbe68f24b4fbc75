"""The address book, on the older host. protocol/dingtalk.md 7"""

from __future__ import annotations

from collections.abc import Sequence

from bot.sandbox.campus import ROOT_DEPARTMENT
from bot.sandbox.dingtalk.corp import DingCorp
from bot.sandbox.dingtalk.wire import Call, Errcode, ok
from bot.sandbox.wire import Json

MOST_PAGE = 100
MOST_ROLES = 200


def _number(body: Json, name: str, default: int | None = None) -> int:
    value = body.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise Errcode(40035, f"invalid {name}")
    return value


def _department(corp: DingCorp, body: Json) -> int:
    id = _number(body, "dept_id", ROOT_DEPARTMENT)
    if id not in corp.staff.directory.departments:
        raise Errcode(60003, "department is not there")
    if id != ROOT_DEPARTMENT and id not in corp.staff.directory.seen_departments():
        raise Errcode(88, "department is outside of the app's scope", 50004)
    return id


def _page(body: Json, rows: Sequence[Json], cursor: str, most: int) -> tuple[list[Json], int | None]:
    """These rows, and where the next page begins."""
    start, count = _number(body, cursor, 0), _number(body, "size", most)
    if not 0 < count <= most:
        raise Errcode(40035, "invalid size")
    following = start + count
    return list(rows[start:following]), following if following < len(rows) else None


def departments(corp: DingCorp, call: Call) -> Json:
    """department/listsub: direct children, no paging."""
    id, seen = _department(corp, call.body), corp.staff.directory.seen_departments() - corp.staff.apart
    found = [
        {"dept_id": one.id, "name": one.name, "parent_id": one.parent, "create_dept_group": False,
         "auto_add_user": False}
        for one in corp.staff.directory.departments.values()
        if one.parent == id and one.id != id and one.id != ROOT_DEPARTMENT and one.id in seen
    ]  # fmt: skip
    return ok(result=found)


def users(corp: DingCorp, call: Call) -> Json:
    """user/list: direct members only, a hundred at a time."""
    id = _department(corp, call.body)
    people = [(member, person) for member, person in corp.staff if id in person.departments]
    rows: list[Json] = [
        dict(corp.staff.as_listed(member, person, id)) for member, person in people if corp.staff.directory.sees(person)
    ]
    page, following = _page(call.body, rows, "cursor", MOST_PAGE)
    more: Json = {"has_more": following is not None, "list": page}
    return ok(result=more if following is None else more | {"next_cursor": following})


def roles(corp: DingCorp, call: Call) -> Json:
    """role/list: roles in groups."""
    rows: list[Json] = [{"id": 700_000 + tag.id, "name": tag.name} for tag in corp.staff.directory.tags.values()]
    groups: list[Json] = [{"groupId": 1, "name": "default", "roles": rows}]
    page, following = _page(call.body, groups, "offset", MOST_ROLES)
    return ok(result={"hasMore": following is not None, "list": page})


def members_of_role(corp: DingCorp, call: Call) -> Json:
    """role/simplelist: who has a role."""
    tag = corp.staff.directory.tags.get(_number(call.body, "role_id") - 700_000)
    if tag is None:
        raise Errcode(60124, "role is not there")
    people = [found for name in tag.users if (found := corp.staff.find(corp.staff.member(name).userid))]
    rows: list[Json] = [{"userid": member.userid, "name": person.name} for member, person in people]
    page, following = _page(call.body, rows, "offset", MOST_PAGE)
    more: Json = {"hasMore": following is not None, "list": page}
    return ok(result=more if following is None else more | {"nextCursor": following})


def user(corp: DingCorp, call: Call) -> Json:
    """user/get."""
    found = corp.staff.find(call.body.get("userid"))
    if found is None:
        raise Errcode(60121, "user is not there")
    member, person = found
    row = dict(corp.staff.as_listed(member, person, ROOT_DEPARTMENT))
    row["leader_in_dept"] = [{"dept_id": id, "leader": id in person.leads} for id in person.departments]
    return ok(result=row)


def by_union(corp: DingCorp, call: Call) -> Json:
    """user/getbyunionid."""
    member = corp.staff.of_union(call.body.get("unionid"))
    if member is None or corp.staff.find(member.userid) is None:
        raise Errcode(60121, "user is not there")
    return ok(result={"contact_type": 0, "userid": member.userid})


def by_mobile(corp: DingCorp, call: Call) -> Json:
    """user/getbymobile."""
    found = next((member for member, _ in corp.staff if member.mobile == call.body.get("mobile")), None)
    if found is None or corp.staff.find(found.userid) is None:
        raise Errcode(60121, "user is not there")
    return ok(result={"userid": found.userid})
