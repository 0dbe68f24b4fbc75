"""user/*, department/*, tag/*, agent/get: what the app may know of the corp. protocol/wecom.md 7"""

from __future__ import annotations

import base64
import binascii

from bot.sandbox.campus import ROOT_DEPARTMENT, Department, Person
from bot.sandbox.corp import Call, Corp
from bot.sandbox.wire import Json, Refusal, accepted, int_at, refuse_unless, text_at

NOT_MINE = (48009, "the contacts-sync secret may not read details from this ip")


def _app_only(call: Call) -> None:
    refuse_unless(call.agent_id is not None, *NOT_MINE)


def _departments_seen(corp: Corp, call: Call) -> set[int]:
    """The contacts-sync secret sees the whole corp."""
    return set(corp.directory.departments) if call.agent_id is None else corp.directory.seen_departments()


def _number(call: Call, name: str, default: int | None = None) -> int:
    text = call.query.get(name, "")
    if not text and default is not None:
        return default
    refuse_unless(text.isascii() and text.isdecimal(), 40058, f"invalid {name}")
    return int(text)


def _details(corp: Corp, person: Person) -> Json:
    """No avatar, gender, mobile or email for apps made after 2022-06-20; arrays run side by side."""
    seen = corp.directory.seen_departments()
    departments = [each for each in person.departments if each in seen]
    return {
        "userid": person.userid,
        "name": person.name,
        "department": departments,
        "order": [0] * len(departments),
        "position": person.position,
        "is_leader_in_dept": [int(each in person.leads) for each in departments],
        "direct_leader": list(person.direct_leader[:1]),
        "main_department": person.departments[0] if person.departments else ROOT_DEPARTMENT,
        "status": person.status,
        "telephone": person.telephone,
        "alias": person.alias,
        "extattr": {"attrs": []},
        "external_position": "",
    }


async def user_get(corp: Corp, call: Call) -> Json:
    """One member in the visible range."""
    _app_only(call)
    userid = call.query.get("userid", "")
    refuse_unless(bool(userid), 40003, "invalid userid")
    person = corp.directory.find(userid)
    if person is None:
        raise Refusal(60111, "userid not found")
    refuse_unless(corp.directory.sees(person), 60011, "no privilege to access this user")
    return accepted(**_details(corp, person))


def _members(corp: Corp, call: Call, *, deep: bool) -> list[Person]:
    _app_only(call)
    department = _number(call, "department_id")
    refuse_unless(department in corp.directory.seen_departments(), 60011, "no privilege to access this department")
    wanted = corp.directory.below(department) if deep else {department}
    return [person for person in corp.directory.members(wanted) if corp.directory.sees(person)]


async def user_simplelist(corp: Corp, call: Call) -> Json:
    """Direct members only."""
    people = _members(corp, call, deep=False)
    rows = [{key: _details(corp, person)[key] for key in ("userid", "name", "department")} for person in people]
    return accepted(userlist=rows)


async def user_list(corp: Corp, call: Call) -> Json:
    """The same with all fields; fetch_child=1 takes those beneath along."""
    people = _members(corp, call, deep=call.query.get("fetch_child") == "1")
    return accepted(userlist=[_details(corp, person) for person in people])


async def user_list_id(corp: Corp, call: Call) -> Json:
    """One row for each member and department, in pages; for the contacts-sync secret only."""
    refuse_unless(call.agent_id is None, 48002, "api forbidden for this secret")
    limit = int_at(call.body, "limit", default=10_000)
    refuse_unless(1 <= limit <= 10_000, 40058, "limit is 1 to 10000")
    start = _cursor(text_at(call.body, "cursor"))
    rows = [{"userid": person.userid, "department": each} for person in corp.directory for each in person.departments]
    end = start + limit
    more = base64.urlsafe_b64encode(f"from:{end}".encode()).decode() if end < len(rows) else ""
    return accepted(dept_user=rows[start:end], next_cursor=more)


def _cursor(text: str) -> int:
    if not text:
        return 0
    try:
        return int(base64.urlsafe_b64decode(text).decode().removeprefix("from:"))
    except (binascii.Error, ValueError):
        raise Refusal(40058, "invalid cursor") from None


def _department(corp: Corp, each: Department) -> Json:
    leaders = corp.directory.leaders(each.id)
    names = {"name": each.name, "name_en": "", "department_leader": leaders}
    return {"id": each.id} | names | {"parentid": _parent(each), "order": each.order}


def _parent(department: Department) -> int:
    return 0 if department.id == ROOT_DEPARTMENT else department.parent


def _chosen(corp: Corp, call: Call) -> list[Department]:
    """The department asked for and all beneath it, or all; a larger order comes first."""
    seen = _departments_seen(corp, call)
    if call.query.get("id"):
        wanted = _number(call, "id")
        refuse_unless(wanted in seen, 60011, "no privilege to access this department")
        seen &= corp.directory.below(wanted)
    return sorted((corp.directory.departments[id] for id in seen), key=lambda each: (-each.order, each.id))


async def department_list(corp: Corp, call: Call) -> Json:
    """Recursive, with names."""
    _app_only(call)
    return accepted(department=[_department(corp, each) for each in _chosen(corp, call)])


async def department_simplelist(corp: Corp, call: Call) -> Json:
    """Recursive, ids only."""
    rows = [{"id": each.id, "parentid": _parent(each), "order": each.order} for each in _chosen(corp, call)]
    return accepted(department_id=rows)


async def department_get(corp: Corp, call: Call) -> Json:
    """One department."""
    _app_only(call)
    wanted = _number(call, "id")
    refuse_unless(wanted in corp.directory.seen_departments(), 60011, "no privilege to access this department")
    return accepted(department=_department(corp, corp.directory.departments[wanted]))


async def tag_list(corp: Corp, call: Call) -> Json:
    """All tags."""
    _app_only(call)
    return accepted(taglist=[{"tagid": tag.id, "tagname": tag.name} for tag in corp.directory.tags.values()])


async def tag_get(corp: Corp, call: Call) -> Json:
    """Its own members that are visible, and its departments."""
    _app_only(call)
    tag = corp.directory.tags.get(_number(call, "tagid"))
    if tag is None:
        raise Refusal(40068, "invalid tagid")
    found = [corp.directory.find(user) for user in tag.users]
    users = [{"userid": each.userid, "name": each.name} for each in found if each and corp.directory.sees(each)]
    return accepted(tagname=tag.name, userlist=users, partylist=list(tag.parties))


async def agent_get(corp: Corp, call: Call) -> Json:
    """The app itself and its visible range."""
    _app_only(call)
    refuse_unless(_number(call, "agentid") == call.agent_id, 301002, "not allowed to read this agent")
    visible = corp.directory.range
    parties = list(visible.parties) or ([] if visible.users or visible.tags else [ROOT_DEPARTMENT])
    return accepted(
        agentid=call.agent_id,
        name=corp.directory.app_name,
        square_logo_url="",
        description="",
        allow_userinfos={"user": [{"userid": user} for user in visible.users]},
        allow_partys={"partyid": parties},
        allow_tags={"tagid": list(visible.tags)},
        close=0,
        redirect_domain=(corp.settings.trusted_domains or ("",))[0],
        report_location_flag=0,
        isreportenter=1,
        home_url="",
    )


async def user_getuserid(corp: Corp, call: Call) -> Json:
    """By mobile number."""
    _app_only(call)
    mobile = text_at(call.body, "mobile")
    refuse_unless(bool(mobile), 40058, "missing mobile")
    person = next((each for each in corp.directory if each.mobile == mobile and corp.directory.sees(each)), None)
    if person is None:
        raise Refusal(46004, "no such user")
    return accepted(userid=person.userid)
