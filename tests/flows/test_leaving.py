"""Whoever leaves: access ends at once, and what they had open goes to a named person (Q1, D10, F24, F26)."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.roster import read
from bot.roster_import import carry_out, plan
from flows.repair import Repair
from flows.succession import REACH, heir, successor
from storage.records import Person, Task
from tests.handlers.talk import drafts, reported, tells
from tests.office import Office


def holders(office: Office, number: str = "R-0001") -> list[str]:
    """Whose turn it is, by name."""
    with office.service.storage.reading() as work:
        return [person.name for person in work.people.many(task.person_id for task in turns(office, number))]


def turns(office: Office, number: str = "R-0001") -> list[Task]:
    with office.service.storage.reading() as work:
        return list(work.tasks.open_on(office.case(number).id))


def taken(office: Office, userid: str = "wu", count: int = 1) -> None:
    """Somebody takes what was just reported, so often."""
    for _ in range(count):
        reported(office)
        office.person(userid).presses("接单")


def imported(office: Office, *rows: str) -> None:
    """A table of people, imported beside the service."""
    path = office.folder / "people.csv"
    path.write_text("\n".join(rows), "utf-8")
    storage = office.service.storage
    wanted = plan(read(path), "wecom", storage)
    asyncio.run(carry_out(wanted, path.name, storage, office.clock.now(), 0))
    office.settles()


def leaves(office: Office, userid: str) -> None:
    """WeCom says so."""
    office.act(lambda box: box.delete_user(userid))


def vanishes(office: Office, userid: str) -> None:
    """Nobody says so; the next reading of the address book finds out."""
    office.sandbox.corp.directory.remove(userid)
    office.run(office.service.read_directories())
    office.settles()


def is_dismissed(office: Office, userid: str) -> None:
    """A table says so."""
    imported(office, "账号,姓名,状态", f"{userid},吴建国,离职")


@pytest.mark.parametrize("door", [leaves, vanishes, is_dismissed])
def test_what_a_leaver_had_goes_to_the_superior(office: Office, door: object) -> None:
    """Q1, D10: by each door; the card with its buttons, the old card closed, the requester told, the trail says so."""
    assert callable(door)
    lin, wu, sun = (office.person(userid) for userid in ("lin", "wu", "sun"))
    taken(office)
    assert wu.sees.buttons == ["修好了", "约时间", "退单", "先等等"]
    door(office, "wu")
    assert holders(office) == ["孙立新"]
    assert sun.sees.title == "R-0001 报修由您接着办"
    assert "吴建国已离开，这件事交给了孙立新。现在是「正在修」" in sun.sees.text
    assert "灯不亮" in sun.sees.text
    assert lin.sees.title == "R-0001 换人办了"
    assert "现在由孙立新接着办" in lin.sees.text
    assert wu.cards == []
    assert wu.saw("归您修").closing == "已交给孙立新 · 11月24日周二 10:05"
    assert [entry.verb for entry in office.trail()] == ["open", "offer", "take", "handed_over"]
    lin.says("R-0001")
    assert "11月24日周二 10:05 吴建国 离开，交给孙立新" in lin.sees.text
    sun.presses("修好了")
    tells(sun, "换了灯管", "跳过")
    sun.sends_a_photo()
    assert office.case().state == Repair.FIXED


def test_five_turns_one_of_them_due_in_a_minute(office: Office) -> None:
    """F24: all five are handed over; the limits go on, and who has the turn now is told when one has run out."""
    wu, sun = office.person("wu"), office.person("sun")
    taken(office)
    office.passes(days=2, minutes=-1)
    taken(office, count=4)
    leaves(office, "wu")
    assert [holders(office, f"R-000{n}") for n in range(1, 6)] == [["孙立新"]] * 5
    before = len(wu.items)
    office.passes(minutes=2)
    assert "R-0001 接单后还没有修好" in [seen.title for seen in sun.all]
    assert len(wu.items) == before
    with office.service.storage.reading() as work:
        assert work.outbox.dead() == []
        assert list(work.trail.breaks()) == []


def test_the_successor_comes_before_the_superior(office: Office) -> None:
    """D10: named in a table, by account or by name; it stays when the address book is read."""
    imported(office, "账号,姓名,接手人", "wu,吴建国,郑国强")
    office.run(office.service.read_directories())
    taken(office)
    leaves(office, "wu")
    assert holders(office) == ["郑国强"]
    assert office.person("zheng").sees.buttons == ["修好了", "约时间", "退单", "先等等"]


def test_a_successor_named_in_the_very_table_that_dismisses(office: Office) -> None:
    """D10: all of the table is learnt before anything is handed over."""
    taken(office)
    imported(office, "账号,姓名,接手人,状态", "wu,吴建国,zheng,离职")
    assert holders(office) == ["郑国强"]


def test_a_chain_of_leavers_ends_with_somebody_who_is_here(office: Office) -> None:
    """D10, F26: the successor has left too, and so has the superior; what was handed over once is handed on."""
    imported(office, "账号,姓名,接手人", "wu,吴建国,zheng", "zheng,郑国强,wu")
    taken(office)
    leaves(office, "wu")
    leaves(office, "sun")
    leaves(office, "zheng")
    [name] = holders(office)
    assert name not in {"吴建国", "郑国强", "孙立新"}
    assert [entry.verb for entry in office.trail()] == ["open", "offer", "take", "handed_over", "handed_over"]


def test_a_turn_that_colleagues_share_is_theirs(office: Office) -> None:
    """D10: nobody new is called to a repair that the rest of the crew has on their phones; the leaver's card closes."""
    wu, zheng = office.person("wu"), office.person("zheng")
    reported(office)
    leaves(office, "wu")
    assert "吴建国" not in holders(office)
    assert "郑国强" in holders(office)
    assert wu.cards == []
    assert wu.saw("新报修").closing == "吴建国 已离开 · 11月24日周二 10:05"
    assert [entry.verb for entry in office.trail()] == ["open", "offer"]
    zheng.presses("接单")
    assert holders(office) == ["郑国强"]


def test_who_comes_back_may_use_it_and_has_no_old_turns(office: Office) -> None:
    """D10: access comes back; what was handed over stays where it is, in later rounds too."""
    person = office.sandbox.corp.directory.person("wu")
    lin, wu, sun = (office.person(userid) for userid in ("lin", "wu", "sun"))
    taken(office)
    leaves(office, "wu")
    office.act(lambda box: box.create_user(person))
    assert wu.says("帮助").accepted
    assert wu.sees.title == "我能帮您"
    assert holders(office) == ["孙立新"]
    sun.presses("修好了")
    tells(sun, "换了灯管", "跳过")
    sun.sends_a_photo()
    lin.presses("没修好")
    lin.says("还是不亮")
    assert holders(office) == ["孙立新"]


def test_a_case_whose_requester_left_does_not_stall(office: Office) -> None:
    """D10: whom the office named confirms in their place, also when they left before it was their turn."""
    wu, zhou = office.person("wu"), office.person("zhou")
    taken(office)
    leaves(office, "lin")
    assert holders(office) == ["吴建国"]
    wu.presses("修好了")
    tells(wu, "换了灯管", "跳过")
    wu.sends_a_photo()
    assert holders(office) == ["周敏"]
    zhou.presses("确认修好")
    assert office.case().state == Repair.CLOSED


def test_a_requester_who_leaves_when_it_is_their_turn(office: Office) -> None:
    """D10: the open question goes to whom the office named."""
    wu, zhou = office.person("wu"), office.person("zhou")
    taken(office)
    wu.presses("修好了")
    tells(wu, "换了灯管", "跳过")
    wu.sends_a_photo()
    leaves(office, "lin")
    assert holders(office) == ["周敏"]
    assert zhou.sees.buttons == ["确认修好", "没修好"]


def test_forms_of_a_leaver_end(office: Office) -> None:
    """Q1: nothing half-filled waits for somebody who cannot go on."""
    tells(office.person("lin"), "报修", "东区3号楼502")
    assert len(drafts(office, "lin")) == 1
    vanishes(office, "lin")
    assert drafts(office, "lin") == []


def test_a_department_that_is_removed_leaves_nothing_lying(office: Office) -> None:
    """F24: its people move elsewhere and keep what they took; what comes new goes to the areas next to it (G4)."""
    directory = office.sandbox.corp.directory
    east = next(one.id for one in directory.departments.values() if one.name == "东区维修组")
    west = next(one.id for one in directory.departments.values() if one.name == "西区维修组")
    taken(office)
    for person in directory.members([east]):
        moved = tuple(west if id == east else id for id in person.departments)
        office.act(lambda box, who=person.userid, to=moved: box.update_user(who, departments=to, leads=()))  # type: ignore[misc]  # mypy cannot infer a lambda with defaults
    office.act(lambda box: box.delete_party(east))
    office.run(office.service.read_directories())
    assert holders(office) == ["吴建国"]
    reported(office)
    assert {"吴建国", "钱卫东"} <= set(holders(office, "R-0002"))
    assert "罗永胜" not in holders(office, "R-0002")


def test_it_is_handed_over_once_however_often_it_is_found(office: Office) -> None:
    """Q1: told by WeCom, and missing from each reading after it."""
    taken(office)
    leaves(office, "wu")
    for _ in range(2):
        office.run(office.service.read_directories())
        office.settles()
    assert [entry.verb for entry in office.trail()].count("handed_over") == 1


def sets_active(school: Office, active: bool, *userids: str) -> None:
    """As if WeCom had said so."""
    with school.service.storage.work() as work:
        for userid in userids:
            found = work.people.by_account("wecom", userid)
            assert found is not None
            work.people.set_active(found, active, school.clock.now())


def test_without_anybody_to_take_over_an_operator_sees_it(school: Office) -> None:
    """D10, F35: access ends all the same; the rest is set aside, and done when there is somebody."""
    taken(school)
    with school.service.storage.reading() as work:
        others = work.people.listed_accounts("wecom") - {"lin", "wu"}
    sets_active(school, False, *others)
    leaves(school, "wu")
    for _ in range(3):
        school.passes(seconds=30)
    with school.service.storage.reading() as work:
        assert [(odd.kind, odd.reason) for odd in work.inbox.odd()] == [("departed", "Nobody: R-0001: 吴建国")]
        gone = work.people.by_account("wecom", "wu")
        assert gone is not None
        assert not gone.active
    sets_active(school, True, "zhao")
    with school.service.storage.work() as work:
        work.inbox.replay(None)
    school.settles()
    assert holders(school) == ["赵国栋"]


@st.composite
def schools(draw: st.DrawFn) -> dict[int, Person]:
    """People with any superiors and successors, themselves and circles among them."""
    numbers = range(1, draw(st.integers(2, 30)) + 1)
    somebody = st.one_of(st.none(), st.sampled_from(list(numbers)))
    return {
        n: Person(n, f"p{n}", superior_id=draw(somebody), successor_id=draw(somebody), active=draw(st.booleans()))
        for n in numbers
    }


@given(schools(), st.integers(1, 2))
def test_any_chain_ends_with_somebody_active_or_nobody(people: dict[int, Person], who: int) -> None:
    """F26: whatever the address book says, circles included; a successor who is here comes first."""
    person = people[who]
    looked_up: list[int] = []

    def find(id: int) -> Person:
        looked_up.append(id)
        return people[id]

    found, named = heir(person, find), successor(person, find)
    assert found is None or found.active
    assert named is None or found == named
    assert len(looked_up) <= (REACH + 2) * (REACH + 2)
    direct = people.get(person.successor_id or 0)
    if direct is not None and direct.active and direct.id != person.id:
        assert found == direct


def test_a_chain_of_twenty_is_followed_and_no_further() -> None:
    """F26: a longer one is a mistake of the address book."""
    for length, reached in ((REACH, True), (REACH + 1, False)):
        people = {n: Person(n, "", successor_id=n + 1, active=n == length) for n in range(length + 1)}
        assert (successor(people[0], people.__getitem__) is not None) is reached
