"""The people of the campus as DingTalk knows them: ids of its own, job numbers, mobiles. protocol/dingtalk.md 0.2, 7"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from bot.sandbox.campus import ACTIVE, Campus, Person
from bot.sandbox.people import Directory


@dataclass(frozen=True, slots=True)
class Member:
    """One person's names here; `key` is the campus file's, which says nothing over the wire."""

    key: str
    userid: str
    unionid: str
    sender_id: str
    number: str
    mobile: str


class Staff:
    """Everybody, by every name."""

    def __init__(self, campus: Campus, college: str = "") -> None:
        self.directory = Directory(campus)
        places = [one.id for one in campus.departments if one.name == college]
        self.student_root = places[0] if places else None
        self.members: dict[str, Member] = {}
        self._by_userid: dict[str, Member] = {}
        for place, person in enumerate(campus.people):
            self._enrol(_member(person, place))

    def _enrol(self, member: Member) -> None:
        self.members[member.key.lower()] = member
        self._by_userid[member.userid] = member

    @property
    def apart(self) -> set[int]:
        """The departments of the college's students, which only its own calls list."""
        return self.directory.below(self.student_root) if self.student_root is not None else set()

    def __iter__(self) -> Iterator[tuple[Member, Person]]:
        for person in self.directory:
            yield self.members[person.userid.lower()], person

    def member(self, key: str) -> Member:
        """Somebody by the campus file's name or by the userid here. Raises KeyError."""
        return self._by_userid[key] if key in self._by_userid else self.members[key.lower()]

    def find(self, userid: object) -> tuple[Member, Person] | None:
        """A member of the corp whom the app sees, by userid."""
        member = self._by_userid.get(userid) if isinstance(userid, str) else None
        person = self.directory.find(member.key) if member else None
        if member is None or person is None or not self.directory.sees(person):
            return None
        return member, person

    def of_union(self, unionid: object) -> Member | None:
        """A member by unionId."""
        return next((member for member, _ in self if member.unionid == unionid), None)

    def as_listed(self, member: Member, person: Person, department: int) -> dict[str, object]:
        """A row of user/list: real numbers and arrays, as live answers have them."""
        row: dict[str, object] = {
            "userid": member.userid,
            "unionid": member.unionid,
            "name": person.name,
            "title": person.position,
            "job_number": member.number,
            "mobile": member.mobile,
            "dept_id_list": list(person.departments),
            "leader": department in person.leads,
            "boss": False,
            "admin": False,
            "active": person.status == ACTIVE,
        }
        superior = self.members.get(person.direct_leader[0].lower()) if person.direct_leader else None
        return row | ({"manager_userid": superior.userid} if superior else {})


def _member(person: Person, place: int) -> Member:
    """Ids that are nobody's on the other platform, the same at every start."""
    digest = hashlib.sha256(person.userid.encode()).hexdigest()
    return Member(
        key=person.userid,
        userid=f"d-{2036 + place * 7}{digest[:4]}",
        unionid=f"{digest[4:24]}iEiE",
        sender_id=f"$:LWCP_v1:${digest[24:48]}==",
        number=person.userid,
        mobile=person.mobile or f"1380000{1000 + place}",
    )
