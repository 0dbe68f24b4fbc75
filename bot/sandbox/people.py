"""Who is in the corp now, whom the app sees, and whom a list of recipients means."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from bot.sandbox.campus import ACTIVE, INACTIVE, ROOT_DEPARTMENT, Campus, Department, Person, Tag, VisibleRange


@dataclass(frozen=True, slots=True)
class Reached:
    """What a list of recipients came to."""

    userids: tuple[str, ...]
    invalid_users: tuple[str, ...] = ()
    invalid_parties: tuple[str, ...] = ()
    invalid_tags: tuple[str, ...] = ()


class Directory:
    """Persons, departments and tags as they are now. userids are matched without case. protocol/wecom.md 2"""

    def __init__(self, campus: Campus) -> None:
        self.name = campus.name
        self.app_name = campus.app_name
        self.range = campus.visible
        self.departments: dict[int, Department] = {each.id: each for each in campus.departments}
        self.tags: dict[int, Tag] = {each.id: each for each in campus.tags}
        self._people: dict[str, Person] = {each.userid.lower(): each for each in campus.people}

    def __iter__(self) -> Iterator[Person]:
        return iter(self._people.values())

    def find(self, userid: str) -> Person | None:
        """The member of this id in any case of letters."""
        return self._people.get(userid.lower())

    def person(self, userid: str) -> Person:
        """The same, for callers that know he exists. Raises KeyError."""
        return self._people[userid.lower()]

    def put(self, person: Person) -> None:
        """Take in a member, new or changed."""
        self._people[person.userid.lower()] = person

    def fill(self, people: Iterable[Person]) -> None:
        """These members and no others."""
        self._people = {each.userid.lower(): each for each in people}

    def remove(self, userid: str) -> Person:
        """He leaves the corp, and every tag with him."""
        gone = self._people.pop(userid.lower())
        for tag in list(self.tags.values()):
            left = tuple(user for user in tag.users if user.lower() != userid.lower())
            self.tags[tag.id] = replace(tag, users=left)
        return gone

    def rename(self, userid: str, new: str) -> Person:
        """A new userid for the same member; tags follow."""
        person = replace(self._people.pop(userid.lower()), userid=new)
        self.put(person)
        for tag in list(self.tags.values()):
            users = tuple(new if user.lower() == userid.lower() else user for user in tag.users)
            self.tags[tag.id] = replace(tag, users=users)
        return person

    def below(self, department: int) -> set[int]:
        """This department and all beneath it."""
        found = {department}
        grew = True
        while grew:
            more = {
                each.id for each in self.departments.values() if each.parent in found and each.id != ROOT_DEPARTMENT
            }
            grew = not more <= found
            found |= more
        return found

    def leaders(self, department: int) -> list[str]:
        """department_leader of the API."""
        return [person.userid for person in self if department in person.leads]

    def whole_corp(self) -> bool:
        """Whether the app's visible range is the root department."""
        return self.range == VisibleRange() or ROOT_DEPARTMENT in self.range.parties

    def seen_departments(self) -> set[int]:
        """The departments inside the app's visible range."""
        if self.whole_corp():
            return set(self.departments)
        tagged = [party for tag in self.range.tags for party in self.tags[tag].parties]
        return set().union(*(self.below(party) for party in (*self.range.parties, *tagged)))

    def sees(self, person: Person) -> bool:
        """Whether this member is in the visible range and has not left or been disabled."""
        if person.status not in (ACTIVE, INACTIVE):
            return False
        if self.whole_corp() or self.seen_departments() & set(person.departments):
            return True
        tagged = [user for tag in self.range.tags for user in self.tags[tag].users]
        return person.userid.lower() in {user.lower() for user in (*self.range.users, *tagged)}

    def visible(self) -> list[Person]:
        """Everybody the app sees."""
        return [person for person in self if self.sees(person)]

    def members(self, departments: Iterable[int]) -> list[Person]:
        """Members of exactly these departments."""
        wanted = set(departments)
        return [person for person in self if wanted & set(person.departments)]

    def tagged(self, tag: Tag) -> list[Person]:
        """Members a tag means: its own, and those of its departments."""
        users = {user.lower() for user in tag.users}
        parties = set().union(*(self.below(party) for party in tag.parties)) if tag.parties else set()
        return [person for person in self if person.userid.lower() in users or parties & set(person.departments)]

    def reach(self, users: Iterable[str], parties: Iterable[str], tags: Iterable[str]) -> Reached:
        """Whom these recipients mean, once each, and which of them mean nobody. protocol/wecom.md 4.3"""
        found: dict[str, None] = {}
        bad_users = []
        for user in users:
            person = self.find(user)
            if person is not None and self.sees(person):
                found[person.userid] = None
            else:
                bad_users.append(user)
        bad_parties = [party for party in parties if not self._add(found, self._party(party))]
        bad_tags = [tag for tag in tags if not self._add(found, self._tag(tag))]
        return Reached(tuple(found), tuple(bad_users), tuple(bad_parties), tuple(bad_tags))

    def everyone(self) -> Reached:
        """The whole visible range, as touser `@all`."""
        return Reached(tuple(person.userid for person in self.visible()))

    def _add(self, found: dict[str, None], people: list[Person] | None) -> bool:
        if people is None:
            return False
        found.update(dict.fromkeys(person.userid for person in people if self.sees(person)))
        return True

    def _party(self, id: str) -> list[Person] | None:
        if not id.isdecimal() or int(id) not in self.seen_departments():
            return None
        return self.members(self.below(int(id)))

    def _tag(self, id: str) -> list[Person] | None:
        if not id.isdecimal() or int(id) not in self.tags:
            return None
        return self.tagged(self.tags[int(id)])
