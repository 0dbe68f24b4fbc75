"""People: one person behind an account, whatever the platform calls it, and an address book of any size."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event

from storage.doubles import FOLLOWS, STAYS
from storage.engine import Storage
from storage.outbox import Outcome
from storage.records import Case, Draft, Listing, NoticeKind, NoticeState, Person
from storage.schema import metadata, people
from storage.trail import OFFICE
from storage.work import Work

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
WHERE = "wecom"


def listing(account: str, name: str = "吴建国", unit: str = "东区维修组", **more: Any) -> Listing:
    values: dict[str, Any] = {"leads": (), "roles": (), "superior": None, "position": "", "active": True, **more}
    return Listing(account, name, (unit,), **values)


def learn(storage: Storage, *listings: Listing) -> None:
    with storage.work() as work:
        work.people.learn(WHERE, listings, NOW)


def find(storage: Storage, account: str) -> Person:
    with storage.reading() as work:
        found = work.people.by_account(WHERE, account)
    assert found is not None
    return found


def rename(storage: Storage, old: str, new: str) -> None:
    with storage.work() as work:
        work.people.rename(WHERE, old, new)


def leave(storage: Storage, account: str) -> None:
    with storage.work() as work:
        work.people.set_active(work.people.get(find(storage, account).id), False, NOW)


def case(work: Work, number: str, requester: int) -> Case:
    fresh = Case(0, number, "repair", "repair", "d", "reported", 1, requester, {}, NOW, NOW)
    return work.cases.open(fresh)


def test_every_thing_of_a_person_s_either_follows_or_stays() -> None:
    """A new table with people in it has to say what becomes of it when two turn out to be one."""
    columns = {column for table in metadata.tables.values() for column in table.c if column.references(people.c.id)}
    assert columns == {*FOLLOWS, *STAYS}


def test_a_rename_of_capitals_only_changes_nothing(storage: Storage) -> None:
    """F15: accounts are known in small letters, so old and new are the same."""
    learn(storage, listing("wu"))
    before = find(storage, "wu")
    rename(storage, "wu", "wu")
    assert find(storage, "wu") == before


def test_a_rename_takes_the_account_of_who_left(storage: Storage) -> None:
    """Somebody else had it once: what was theirs stays theirs."""
    learn(storage, listing("wu"), listing("zhang", "张三", "教务处"))
    wu, zhang = find(storage, "wu"), find(storage, "zhang")
    with storage.work() as work:
        opened = case(work, "R-0001", zhang.id)
    leave(storage, "zhang")
    rename(storage, "wu", "zhang")
    assert find(storage, "zhang") == wu
    with storage.reading() as work:
        assert work.people.by_account(WHERE, "wu") is None
        assert [mine.id for mine in work.cases.of(zhang.id, 5)] == [opened.id]
        assert not work.people.get(zhang.id).active


def test_a_rename_told_twice_is_done_once(storage: Storage) -> None:
    """The second time the old account is a stranger's, met only because of the event itself."""
    learn(storage, listing("wu"))
    rename(storage, "wu", "wujianguo")
    before = find(storage, "wujianguo")
    with storage.work() as work:
        stranger = work.people.meet(WHERE, "wu", NOW)
        work.people.rename(WHERE, "wu", "wujianguo")
    assert find(storage, "wujianguo") == before
    with storage.reading() as work:
        assert work.people.by_account(WHERE, "wu") is None
        assert not work.people.get(stranger.id).active


def read_before_told(storage: Storage) -> tuple[Person, Person]:
    """The address book has the new account already: the old one is gone, the new one seems to be somebody new."""
    learn(storage, listing("wu", superior="sun", roles=("夜班",)), listing("sun", "孙组长"), listing("lin", "林小雨"))
    leave(storage, "wu")
    anew = listing("wujianguo", unit="西区维修组", leads=("西区维修组",), superior="lin", position="组长")
    learn(storage, anew, listing("sun", "孙组长", superior="wujianguo"), listing("lin", "林小雨"))
    return find(storage, "wu"), find(storage, "wujianguo")


def test_who_was_read_before_the_rename_was_told_is_one_person(storage: Storage) -> None:
    """F15: the old person, as the address book has them now; the double is nobody any more."""
    old, double = read_before_told(storage)
    rename(storage, "wu", "wujianguo")
    now = find(storage, "wujianguo")
    assert (now.id, now.active, now.listed, now.position) == (old.id, True, True, "组长")
    assert (now.units, now.leads, now.roles) == (("西区维修组",), ("西区维修组",), ())
    assert now.superior_id == find(storage, "lin").id
    assert find(storage, "sun").superior_id == old.id
    with storage.reading() as work:
        gone = work.people.get(double.id)
        assert (gone.active, gone.units, gone.leads) == (False, (), ())
        assert work.people.by_account(WHERE, "wu") is None
        assert work.people.accounts_of([double.id]) == {}
        assert work.people.named("吴建国") == [now]


def fill(work: Work, person: int, number: str) -> Case:
    """One of everything that can hang on a person."""
    mine = case(work, number, person)
    work.tasks.settle(mine.id, "reported", 1, [person], NOW)
    work.drafts.add(Draft(work.drafts.new_id(), person, "repair", {}, NOW, NOW))
    work.files.expect(WHERE, number, "image", "", person_id=person, draft_id=None, now=NOW)
    work.outbox.put(person, f'"{number}"', now=NOW)
    work.outbox.put(person, f'"{number} file"', now=NOW, kind=NoticeKind.FETCH)
    card = {"channel": WHERE, "key": number, "handle": "h", "person_id": person, "about": number, "content": "{}"}
    work.shown.record([{**card, "at": NOW}])
    work.sessions.begin(number, person, "csrf", "", NOW + timedelta(hours=1))
    return mine


def test_what_hangs_on_both_is_the_old_person_s(storage: Storage) -> None:
    """F15: cases, turns, forms, files, cards, notices in line and sign-ins of the double, beside their own."""
    old, double = read_before_told(storage)
    with storage.work() as work:
        cases = [fill(work, old.id, "R-0001").id, fill(work, double.id, "R-0002").id]
        work.trail.append(OFFICE, "left", at=NOW, person_id=double.id, facts={})
    rename(storage, "wu", "wujianguo")
    with storage.work() as work:
        assert sorted(mine.id for mine in work.cases.of(old.id, 9)) == cases
        assert [task.case_id for task in work.tasks.open_for(old.id)] == cases
        assert len(work.drafts.open_for(old.id)) == 2
        assert [file.person_id for id in (1, 2) if (file := work.files.get(id))] == [old.id, old.id]
        assert work.shown.of_key(WHERE, "R-0002", old.id) is not None
        signed_in = work.sessions.get("R-0002", NOW)
        assert signed_in is not None
        assert signed_in.person_id == old.id
        for number in ("R-0001", "R-0002"):  # one line again: what waited longest goes first, beside it one file
            claimed = work.outbox.claim(NOW, timedelta(seconds=60), 10)
            assert [(n.person_id, n.content) for n in claimed] == [
                (old.id, f'"{number}"'),
                (old.id, f'"{number} file"'),
            ]
            work.outbox.settle([Outcome(n.id, NoticeState.SENT) for n in claimed], NOW)
        assert list(work.trail.breaks()) == []
        assert work.trail.of(OFFICE)[-1].person_id == double.id


def test_one_turn_given_to_both_is_one_turn(storage: Storage) -> None:
    """A case called the crew before the address book was read, and settled again after it."""
    old, double = read_before_told(storage)
    with storage.work() as work:
        mine = case(work, "R-0001", find(storage, "lin").id)
        work.tasks.settle(mine.id, "reported", 1, [old.id, double.id], NOW)
    rename(storage, "wu", "wujianguo")
    with storage.reading() as work:
        assert [(task.person_id, task.state) for task in work.tasks.open_on(mine.id)] == [(old.id, "reported")]


@pytest.mark.parametrize("known", [["wu"], []])
def test_a_rename_of_whom_nobody_knows_harms_nobody(storage: Storage, known: Sequence[str]) -> None:
    learn(storage, *map(listing, known))
    rename(storage, "li", "wu")
    with storage.reading() as work:
        assert [account for account in ("li", "wu") if work.people.by_account(WHERE, account)] == list(known)


def writes(storage: Storage, act: Callable[[], object]) -> list[str]:
    """The statements of an act that change something."""
    made: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith(("INSERT", "UPDATE", "DELETE", "ANALYZE")):
            made.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        act()
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    return made


def school(count: int) -> list[Listing]:
    """Everybody below the one before, whose department they are in, too."""
    return [
        listing(f"p{n}", f"p{n}", f"d{n}", leads=(f"d{n}", "Z", "a"), superior=f"p{n - 1}" if n else None)
        for n in range(count)
    ]


def test_who_has_not_changed_costs_nothing(storage: Storage) -> None:
    """F50: every half hour all of them are read."""
    learn(storage, *school(50))
    assert writes(storage, lambda: learn(storage, *school(50))) == []
    changed = replace(school(50)[7], position="科长")
    assert (
        len(writes(storage, lambda: learn(storage, *school(50)[:7], changed))) == 2
    )  # them, and that there was a change
    assert find(storage, "p7").position == "科长"


def test_many_are_learnt_in_few_statements(storage: Storage) -> None:
    """F50: one by one a school of 40,000 would hold the one writer for a quarter of a minute."""
    learn(storage, *school(2))  # some are known
    made = writes(storage, lambda: learn(storage, *school(400)))
    one_by_one = [statement for statement in made if "INTO people" in statement]  # SQLite returns ids in order only so
    assert len(made) - len(one_by_one) <= 6
    assert find(storage, "p399").superior_id == find(storage, "p398").id
    assert find(storage, "p399").units == ("d399",)


def test_a_superior_who_is_learnt_later_is_asked_for(storage: Storage) -> None:
    """A school is learnt in several transactions, and nobody sorts its address book by rank."""
    below, above = listing("lin", superior="sun"), listing("sun")
    with storage.work() as work:
        waiting = work.people.learn(WHERE, [below], NOW)
        assert waiting == [below]
        assert work.people.learn(WHERE, [above], NOW) == []
        assert work.people.learn(WHERE, waiting, NOW) == []
    assert find(storage, "lin").superior_id == find(storage, "sun").id


def test_who_is_said_by_somebody_else_is_not_held_to_the_address_book(storage: Storage) -> None:
    with storage.work() as work:
        work.people.learn(WHERE, [listing("wu")], NOW, listed=False)
        assert work.people.listed_accounts(WHERE) == set()
        work.people.learn(WHERE, [listing("wu")], NOW)
        work.people.learn(WHERE, [listing("wu", position="组长")], NOW, listed=False)
        assert work.people.listed_accounts(WHERE) == {"wu"}
        assert work.people.let_go(WHERE, ["wu", "nobody"], NOW).keys() == {"wu"}
        assert work.people.listed_accounts(WHERE) == set()
