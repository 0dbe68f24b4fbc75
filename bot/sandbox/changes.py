"""What the administrator does: people come, change and leave, departments and tags too. protocol/wecom.md 2.4"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, replace
from typing import Any

from bot.sandbox.acts import Acts
from bot.sandbox.callbacks import Deliverer, Delivery, Parcel
from bot.sandbox.campus import Department, Person
from bot.sandbox.corp import Corp
from bot.sandbox.inner import Fields

REDUCED = {"departments", "leads", "userid"}


class Changes(Acts):
    """Each change is made, told to the contacts callback if there is one, and as subscribe or unsubscribe to the app
    when somebody comes into its visible range or leaves it. Returns the deliveries."""

    def __init__(self, corp: Corp, deliverer: Deliverer, contacts: Deliverer | None) -> None:
        super().__init__(corp, deliverer)
        self.contacts = contacts

    async def create_user(self, person: Person) -> list[Delivery]:
        """Somebody joins."""
        self.corp.directory.put(person)
        told = await self._tell("create_user", _user_fields(person, full=self._full))
        return told + await self._visibility(person.userid, before=False)

    async def update_user(self, userid: str, /, **changes: Any) -> list[Delivery]:
        """Any fields of Person; `userid=` renames, and chats and cards stay with the person."""
        directory = self.corp.directory
        old = directory.person(userid)
        before = directory.sees(old)
        renamed = changes.get("userid")
        if renamed is not None:
            self._rename(old.userid, renamed)
        current = replace(directory.person(renamed or userid), **changes)
        directory.put(current)
        told = []
        if self._full or REDUCED & set(changes):
            new = {"NewUserID": renamed} if renamed else {}
            told = await self._tell("update_user", self._changed(current, changes) | {"UserID": old.userid} | new)
        return told + await self._visibility(current.userid, before=before)

    async def delete_user(self, userid: str) -> list[Delivery]:
        """Somebody leaves."""
        person = self.corp.directory.person(userid)
        before = self.corp.directory.sees(person)
        self.corp.directory.remove(userid)
        told = await self._tell("delete_user", {"UserID": person.userid})
        return told + (await self._leave(person.userid) if before else [])

    async def create_party(self, department: Department) -> list[Delivery]:
        """A new department."""
        self.corp.directory.departments[department.id] = department
        whole = {"Id": department.id, "Name": department.name, "ParentId": department.parent, "Order": department.order}
        return await self._tell("create_party", whole)

    async def update_party(self, id: int, *, name: str | None = None, parent: int | None = None) -> list[Delivery]:
        """A department gets another name or place; who is visible may change with it."""
        directory = self.corp.directory
        before = {person.userid for person in directory.visible()}
        old = directory.departments[id]
        directory.departments[id] = replace(old, name=name or old.name, parent=parent or old.parent)
        changed = {"Name": name, "ParentId": parent}
        told = await self._tell("update_party", {"Id": id} | {key: value for key, value in changed.items() if value})
        return told + await self._compare(before)

    async def delete_party(self, id: int) -> list[Delivery]:
        """An empty department goes."""
        del self.corp.directory.departments[id]
        return await self._tell("delete_party", {"Id": id})

    async def update_tag(self, id: int, *, add: Iterable[str] = (), remove: Iterable[str] = ()) -> list[Delivery]:
        """Members come into a tag and leave it."""
        directory = self.corp.directory
        before = {person.userid for person in directory.visible()}
        added, gone = list(add), {user.lower() for user in remove}
        tag = directory.tags[id]
        users = dict.fromkeys([*(user for user in tag.users if user.lower() not in gone), *added])
        directory.tags[id] = replace(tag, users=tuple(users))
        changed = {"AddUserItems": ",".join(added), "DelUserItems": ",".join(remove)}
        told = await self._tell("update_tag", {"TagId": id} | {key: value for key, value in changed.items() if value})
        return told + await self._compare(before)

    @property
    def _full(self) -> bool:
        return self.corp.settings.contacts.full_events

    def _changed(self, person: Person, changes: Iterable[str]) -> dict[str, Any]:
        """Of the full form only what changed; the reduced form is the same each time."""
        whole = _user_fields(person, full=self._full)
        wanted = _named(changes) if self._full else {"Department"}
        return {name: value for name, value in whole.items() if name in wanted}

    async def _tell(self, change: str, fields: Fields) -> list[Delivery]:
        """To the contacts callback; an ordinary app does not hear of it."""
        self.corp.feed.tell("state")
        if self.contacts is None:
            return []
        xml = self.inner.contact(self.corp.now(), change, fields)
        return [await self.contacts.deliver(Parcel(self._next_id(), "sys", xml, event="change_contact"))]

    async def _visibility(self, userid: str, *, before: bool) -> list[Delivery]:
        after = self.corp.directory.sees(self.corp.directory.person(userid))
        if after == before:
            return []
        return [await self.event(userid, "subscribe")] if after else await self._leave(userid)

    async def _leave(self, userid: str) -> list[Delivery]:
        return [await self.event(userid, "unsubscribe")]

    async def _compare(self, before: set[str]) -> list[Delivery]:
        """subscribe and unsubscribe for everybody who came in sight or went out of it."""
        after = {person.userid for person in self.corp.directory.visible()}
        came = [await self.event(userid, "subscribe") for userid in sorted(after - before)]
        return came + [await self.event(userid, "unsubscribe") for userid in sorted(before - after)]

    def _rename(self, old: str, new: str) -> None:
        self.corp.directory.rename(old, new)
        self.corp.phones.rename(old, new)
        self.corp.ledger.rename(old, new)


NAMES = {
    "name": "Name",
    "departments": "Department",
    "leads": "IsLeaderInDept",
    "direct_leader": "DirectLeader",
    "position": "Position",
    "mobile": "Mobile",
    "email": "Email",
    "status": "Status",
    "alias": "Alias",
    "telephone": "Telephone",
    "gender": "Gender",
}


def _named(changes: Iterable[str]) -> set[str]:
    return {NAMES[name] for name in changes if name in NAMES}


def _user_fields(person: Person, *, full: bool) -> dict[str, Any]:
    """The whole form, or the reduced one: only who and where. protocol/wecom.md 2.4"""
    departments = ",".join(map(str, person.departments))
    if not full:
        return {"UserID": person.userid, "Department": departments}
    plain = {NAMES[each.name]: getattr(person, each.name) for each in fields(person) if each.name in NAMES}
    lists = {
        "Department": departments,
        "IsLeaderInDept": ",".join(str(int(each in person.leads)) for each in person.departments),
        "DirectLeader": ",".join(person.direct_leader),
        "MainDepartment": person.departments[0] if person.departments else 1,
    }
    return {"UserID": person.userid} | plain | lists
