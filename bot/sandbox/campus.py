"""The people of the stand-in's corp as they are written down: departments, persons, tags, visible range."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT_DEPARTMENT = 1
SEEDED = Path(__file__).with_name("campus.toml")

ACTIVE, DISABLED, INACTIVE, LEFT = 1, 2, 4, 5


@dataclass(frozen=True, slots=True)
class Department:
    """A department; a larger order sorts first. protocol/wecom.md 7"""

    id: int
    name: str
    parent: int = ROOT_DEPARTMENT
    order: int = 0


@dataclass(frozen=True, slots=True)
class Person:
    """A member. `leads` names the departments he is a leader in; the first department is the main one."""

    userid: str
    name: str
    departments: tuple[int, ...] = (ROOT_DEPARTMENT,)
    position: str = ""
    leads: tuple[int, ...] = ()
    direct_leader: tuple[str, ...] = ()
    mobile: str = ""
    email: str = ""
    gender: str = "0"
    alias: str = ""
    telephone: str = ""
    status: int = ACTIVE
    pinned: bool = False
    """His phone is shown on the page from the start."""


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag holds members and whole departments."""

    id: int
    name: str
    users: tuple[str, ...] = ()
    parties: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class VisibleRange:
    """Whom the app sees and reaches; empty throughout means the whole corp. protocol/wecom.md 7"""

    users: tuple[str, ...] = ()
    parties: tuple[int, ...] = ()
    tags: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Campus:
    """Everything the corp starts with."""

    name: str
    app_name: str
    departments: tuple[Department, ...] = ()
    people: tuple[Person, ...] = ()
    tags: tuple[Tag, ...] = ()
    visible: VisibleRange = VisibleRange()


def small_campus(*userids: str, app_name: str = "app") -> Campus:
    """A corp of one department with these people, for tests."""
    people = tuple(Person(userid, userid.title()) for userid in userids)
    return Campus("corp", app_name, (Department(ROOT_DEPARTMENT, "corp", 0),), people)


def load_campus(path: Path = SEEDED) -> Campus:
    """Read a campus file; departments, leaders and tags are named there by name, ids are given in order."""
    written = tomllib.loads(path.read_text("utf-8"))
    departments = _departments(written["departments"], written["name"])
    ids = {department.name: department.id for department in departments}
    tags = [row["name"] for row in written.get("tags", [])]
    people = tuple(_person(row, ids) for row in written["people"])
    return Campus(
        name=written["name"],
        app_name=written["app_name"],
        departments=departments,
        people=people,
        tags=tuple(_tag(number, row, ids) for number, row in enumerate(written.get("tags", []), 1)),
        visible=_visible(written.get("visible", {}), ids, tags),
    )


def _departments(rows: list[dict[str, Any]], root: str) -> tuple[Department, ...]:
    found = [Department(ROOT_DEPARTMENT, root, 0, 1000)]
    ids = {root: ROOT_DEPARTMENT}
    for number, row in enumerate(rows, ROOT_DEPARTMENT + 1):
        ids[row["name"]] = number
        found.append(Department(number, row["name"], ids[row.get("under", root)], 1000 - number))
    return tuple(found)


def _person(row: dict[str, Any], ids: dict[str, int]) -> Person:
    """One [[people]] table."""
    plain = {
        key: row[key] for key in ("position", "mobile", "email", "gender", "alias", "status", "pinned") if key in row
    }
    return Person(
        userid=row["userid"],
        name=row["name"],
        departments=tuple(ids[name] for name in row["departments"]),
        leads=tuple(ids[name] for name in row.get("leads", [])),
        direct_leader=tuple(row.get("direct_leader", [])),
        **plain,
    )


def _tag(number: int, row: dict[str, Any], ids: dict[str, int]) -> Tag:
    parties = tuple(ids[name] for name in row.get("departments", []))
    return Tag(number, row["name"], tuple(row.get("people", [])), parties)


def _visible(row: dict[str, Any], ids: dict[str, int], tags: list[str]) -> VisibleRange:
    return VisibleRange(
        tuple(row.get("people", [])),
        tuple(ids[name] for name in row.get("departments", [])),
        tuple(tags.index(name) + 1 for name in row.get("tags", [])),
    )
