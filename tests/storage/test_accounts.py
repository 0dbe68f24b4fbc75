"""One person, two platforms: who is known again, where they are told, and what a leaver leaves (Q1, B8)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from storage.engine import Storage
from storage.records import Listing, Person

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


def listing(account: str, name: str = "李文静", **more: Any) -> Listing:
    facts: dict[str, Any] = {"units": ("文学院",), "leads": (), "roles": (), "superior": None, "position": ""}
    return Listing(account, name, **{**facts, "active": True, **more})


def learn(storage: Storage, channel: str, *listings: Listing) -> None:
    with storage.work() as work:
        work.people.learn(channel, listings, NOW)


def who(storage: Storage, channel: str, account: str) -> Person:
    with storage.reading() as work:
        found = work.people.by_account(channel, account)
    assert found is not None
    return found


def where(storage: Storage, person: Person) -> list[tuple[str, str]]:
    with storage.reading() as work:
        return list(work.people.accounts_of([person.id])[person.id])


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        (listing("t001"), listing("d1", number="T001"), True),
        (listing("li", number="T001"), listing("d1", number="t001"), True),
        (listing("li", mobile="13800000001"), listing("d1", mobile="13800000001"), True),
        (listing("t001"), listing("d1", "李静", number="t001"), False),
        (listing("li"), listing("d1"), False),
        (listing("li", number="T001"), listing("d1", number="T002"), False),
    ],
)
def test_who_is_one_person_is_known_by_number_and_name(
    storage: Storage, first: Listing, second: Listing, same: bool
) -> None:
    """Q1: equal numbers and equal names in both address books; a name alone joins nobody."""
    learn(storage, "wecom", first)
    learn(storage, "dingtalk", second)
    assert (who(storage, "wecom", first.account).id == who(storage, "dingtalk", second.account).id) is same


def test_two_of_one_number_are_nobody_s_twin(storage: Storage) -> None:
    """Q1: where it is not certain, it is not done."""
    learn(storage, "wecom", listing("t001"))
    learn(storage, "dingtalk", listing("d1", number="t001"), listing("d2", number="t001"))
    ids = {who(storage, "wecom", "t001").id, who(storage, "dingtalk", "d1").id, who(storage, "dingtalk", "d2").id}
    assert len(ids) == 3


def test_the_first_address_book_describes_them(storage: Storage) -> None:
    """Q1: two address books that name units differently do not take turns."""
    learn(storage, "wecom", listing("t001"))
    learn(storage, "dingtalk", listing("d1", number="t001", units=("School of Arts",)))
    learn(storage, "dingtalk", listing("d1", number="t001", units=("School of Arts",), roles=("x",)))
    assert who(storage, "wecom", "t001").units == ("文学院",)
    assert who(storage, "wecom", "t001").roles == ()


def test_they_are_told_where_they_were_last_active(storage: Storage) -> None:
    """B8: and an event that was late does not lead back."""
    learn(storage, "wecom", listing("t001"))
    learn(storage, "dingtalk", listing("d1", number="t001"))
    person = who(storage, "wecom", "t001")
    assert where(storage, person)[0][0] == "wecom"
    for channel, account, at in (("wecom", "t001", 2), ("dingtalk", "d1", 1)):
        with storage.work() as work:
            work.people.seen({(channel, account): NOW + timedelta(minutes=at)})
    assert where(storage, person) == [("wecom", "t001"), ("dingtalk", "d1")]


def test_who_leaves_one_platform_stays_by_the_other(storage: Storage) -> None:
    """Q1: access ends with the last account; the address book that is left describes them."""
    learn(storage, "wecom", listing("t001"))
    learn(storage, "dingtalk", listing("d1", number="t001", units=("图书馆",)))
    with storage.work() as work:
        assert work.people.let_go("wecom", ["t001"], NOW) == {}
    assert who(storage, "dingtalk", "d1").active
    learn(storage, "dingtalk", listing("d1", number="t001", units=("图书馆",)))
    person = who(storage, "dingtalk", "d1")
    assert person.units == ("图书馆",)
    assert where(storage, person)[0] == ("dingtalk", "d1")
    with storage.work() as work:
        assert work.people.let_go("dingtalk", ["d1"], NOW) == {"d1": person.id}
    assert not who(storage, "dingtalk", "d1").active


def test_a_code_counts_once_and_for_a_while(storage: Storage) -> None:
    """Q1: and only the newest of a person."""
    learn(storage, "wecom", listing("li"))
    person = who(storage, "wecom", "li")
    with storage.work() as work:
        work.people.promise(person, "11111111", NOW + timedelta(minutes=10))
        work.people.promise(person, "22222222", NOW + timedelta(minutes=10))
        assert work.people.redeem("11111111", NOW) is None
        assert work.people.redeem("22222222", NOW) == person
        assert work.people.redeem("22222222", NOW) is None
        work.people.promise(person, "33333333", NOW + timedelta(minutes=10))
        assert work.people.redeem("33333333", NOW + timedelta(minutes=11)) is None


def test_two_who_are_one_keep_what_they_had(storage: Storage) -> None:
    """Q1: the account goes over, and what the first address book says stays."""
    learn(storage, "wecom", listing("li"))
    learn(storage, "dingtalk", listing("d1", "Wenjing Li", units=("Arts",)))
    person, double = who(storage, "wecom", "li"), who(storage, "dingtalk", "d1")
    with storage.work() as work:
        work.people.unite(person, double)
    assert who(storage, "dingtalk", "d1") == who(storage, "wecom", "li") == person
    learn(storage, "dingtalk", listing("d1", "Wenjing Li", units=("Arts",)))
    assert who(storage, "dingtalk", "d1").units == ("文学院",)


def test_who_spoke_before_the_address_book_was_read_is_known_after(storage: Storage) -> None:
    """Q1: a stranger until then, and what they began is theirs."""
    learn(storage, "wecom", listing("t001"))
    with storage.work() as work:
        work.people.meet("dingtalk", "d1", NOW)
    learn(storage, "dingtalk", listing("d1", number="t001"))
    assert who(storage, "dingtalk", "d1").id == who(storage, "wecom", "t001").id
