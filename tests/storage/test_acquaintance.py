"""People are kept from one transaction to the next: never a moment longer than they stay as they are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from random import Random

import pytest
from sqlalchemy import Engine, event

from storage.engine import Storage
from storage.records import Duty, Listing, Membership, Person
from storage.work import Work
from tests.storage.test_people import NOW, WHERE, listing

CREW = "东区维修组"


@pytest.fixture
def other(storage: Storage) -> Iterator[Storage]:
    """Another process on the same database, but for the process."""
    second = Storage(storage.url)
    yield second
    second.close()


@contextmanager
def statements() -> Iterator[list[str]]:
    """What is asked of the database meanwhile."""
    made: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        made.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield made
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def learn(storage: Storage, *listings: Listing) -> None:
    with storage.work() as work:
        work.people.learn(WHERE, listings, NOW)


def crew(storage: Storage) -> list[str]:
    with storage.reading() as work:
        return [person.name for person in work.people.belonging(Membership.UNIT, CREW)]


def find(work: Work, account: str) -> Person:
    found = work.people.by_account(WHERE, account)
    assert found is not None
    return found


def test_whoever_was_read_is_not_read_again(storage: Storage) -> None:
    """G2: a crew of a whole campus costs one question to the database, whatever it was asked before."""
    learn(storage, listing("wu"), listing("sun", "孙立"))
    assert crew(storage) == ["吴建国", "孙立"]
    with statements() as made:
        assert crew(storage) == ["吴建国", "孙立"]
        with storage.reading() as work:
            work.people.preload([(WHERE, "wu"), (WHERE, "sun")])
    assert [statement for statement in made if "people" in statement or "memberships" in statement] == []


CHANGES: dict[str, Callable[[Work], object]] = {
    "leaves": lambda work: work.people.set_active(find(work, "wu"), False, NOW),
    "is let go": lambda work: work.people.let_go(WHERE, ["wu"], NOW),
    "changes crews": lambda work: work.people.learn(WHERE, [listing("wu", unit="西区维修组")], NOW),
    "is called something else": lambda work: work.people.learn(WHERE, [listing("wu", "吴建军")], NOW),
    "gets a colleague": lambda work: work.people.learn(WHERE, [listing("lin", "林小雨")], NOW),
    "was a double": lambda work: work.people.rename(WHERE, "wu", "sun"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_a_change_is_seen_at_once_by_everybody(
    storage: Storage, other: Storage, change: Callable[[Work], object]
) -> None:
    """Q1, F15: also in another process, and what another process has kept."""
    learn(storage, listing("wu"), listing("sun", "孙立"))
    before = crew(storage)
    assert crew(other) == before
    with other.work() as work:
        change(work)
        inside = [person.name for person in work.people.belonging(Membership.UNIT, CREW)]
    fresh = Storage(storage.url)
    assert inside == crew(fresh) != before
    assert crew(storage) == crew(other) == inside
    fresh.close()


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_what_was_undone_never_was(storage: Storage, change: Callable[[Work], object]) -> None:
    """Nothing of a transaction that failed is kept, and the next one to be numbered alike is itself."""
    learn(storage, listing("wu"), listing("sun", "孙立"))
    before = crew(storage)

    def fail() -> None:
        with storage.work() as work:
            change(work)
            work.people.belonging(Membership.UNIT, CREW)
            work.people.meet(WHERE, "zhao", NOW)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert crew(storage) == before
    with storage.work() as work:
        assert work.people.by_account(WHERE, "zhao") is None
        met = work.people.meet(WHERE, "qian", NOW)
    with storage.reading() as work:
        assert work.people.get(met.id).name == "qian"


def test_who_still_sees_how_it_was_gets_nothing_newer_and_passes_nothing_on(storage: Storage) -> None:
    """SQLite's readers keep to the moment they began, PostgreSQL's see each change; neither mixes up the others."""
    learn(storage, listing("wu"))
    crew(storage)
    with storage.reading() as early:
        assert find(early, "wu").name == "吴建国"
        learn(storage, listing("wu", "吴建军"))
        assert crew(storage) == ["吴建军"]
        early.people.belonging(Membership.UNIT, CREW)
    assert crew(storage) == ["吴建军"]


def test_what_follows_from_people_is_made_anew_when_they_change(storage: Storage) -> None:
    learn(storage, listing("wu"))
    made: list[int] = []

    def make() -> int:
        made.append(1)
        return len(made)

    def count() -> int:
        with storage.reading() as work:
            return work.people.derived("count", make)

    assert (count(), count()) == (1, 1)
    learn(storage, listing("wu", "吴建军"))
    assert (count(), count()) == (2, 2)


def test_the_roster_is_read_anew_each_time(storage: Storage) -> None:
    """G3, N4: a swapped shift counts from the next job on."""
    learn(storage, listing("wu"))
    with storage.work() as work:
        wu = find(work, "wu").id
        work.duties.replace([Duty(wu, NOW, NOW.replace(hour=6))], NOW, NOW.replace(hour=7))
    for at, found in ((NOW.replace(hour=5), {wu: True}), (NOW.replace(hour=6), {wu: False}), (NOW.replace(day=29), {})):
        with storage.reading() as work:
            assert work.duties.roster(at, NOW.replace(hour=12) - NOW.replace(hour=0)) == found


@pytest.mark.parametrize("seed", range(10))
def test_over_any_history_both_processes_see_what_is_there(storage: Storage, other: Storage, seed: int) -> None:
    """Changes, failures and readers in any order, on either side."""
    random = Random(seed)
    names = ["wu", "sun", "lin", "zhao"]
    learn(storage, *(listing(name, name) for name in names))
    for step in range(30):
        side = random.choice([storage, other])
        name = random.choice(names)
        changed = replace(listing(name, f"{name}{step}"), active=random.random() < 0.8)
        try:
            with side.work() as work:
                crew_before = work.people.belonging(Membership.UNIT, CREW)
                assert len(crew_before) <= len(names)
                work.people.learn(WHERE, [changed], NOW)
                1 / random.randint(0, 2)
        except ZeroDivisionError:
            pass
        fresh = Storage(storage.url)
        assert crew(storage) == crew(other) == crew(fresh)
        fresh.close()
