"""What is to leave no trace: also what is on its way to the platform while it is forgotten (H4, H10)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import text

from storage.engine import Storage
from storage.outbox import Outcome
from storage.records import Lane, Listing, NoticeState
from storage.work import Work

NOW = datetime(2026, 11, 24, 2, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def put(storage: Storage) -> int:
    """Somebody is asked something, and told something about another form."""
    with storage.work() as work:
        work.people.learn("wecom", [Listing("a", "a", (), (), (), None, "", active=True)], NOW)
        person = work.people.by_account("wecom", "a")
        assert person is not None
        work.outbox.put(person.id, "asked", now=NOW, lane=Lane.TALK, about="draft:7")
        work.outbox.put(person.id, "other", now=NOW, lane=Lane.TALK, about="draft:8")
    return person.id


def claimed(work: Work) -> list[int]:
    found = [notice.id for notice in work.outbox.claim(NOW, MINUTE, 10)]
    work.outbox.pack({id: id for id in found}, "wecom")
    return found


def contents(storage: Storage) -> list[str]:
    with storage._engine.connect() as connection:
        return list(connection.execute(text("SELECT content FROM outbox ORDER BY id")).scalars())


def test_what_was_on_its_way_goes_as_soon_as_it_has_arrived(storage: Storage) -> None:
    """H4: it cannot be called back; its row is gone with the receipt, and no card of it is kept."""
    person = put(storage)
    with storage.work() as work:
        [id] = claimed(work)
    with storage.work() as work:
        work.forgetting.talk(person, 7, NOW)
    assert contents(storage) == ["asked", "other"]
    with storage.work() as work:
        late = work.outbox.settle([Outcome(id, NoticeState.SENT)], NOW)
        assert work.forgetting.arrived(late, []) == {id}
    assert contents(storage) == ["other"]


def test_what_was_on_its_way_and_is_lost_goes_too(storage: Storage) -> None:
    """H4: a letter that nobody can deliver is no place to read it."""
    person = put(storage)
    with storage.work() as work:
        [id] = claimed(work)
        work.forgetting.talk(person, 7, NOW)
    with storage.work() as work:
        late = work.outbox.settle([Outcome(id, NoticeState.DEAD, "x")], NOW)
        assert work.forgetting.arrived(late, [id]) == set()
    assert contents(storage) == ["other"]


def test_what_has_not_left_yet_never_does(storage: Storage) -> None:
    """H4: nor does what is about another form go."""
    person = put(storage)
    with storage.work() as work:
        work.forgetting.talk(person, 7, NOW)
    assert contents(storage) == ["other"]
