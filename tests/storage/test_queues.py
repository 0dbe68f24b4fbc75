"""Inbox, outbox and timers: once, in order, and nothing lost."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from bot.workers import Workers
from flows.cards import Card, content_from_json, content_to_json
from handlers.scene import close_arrived
from storage.engine import Storage
from storage.outbox import Outcome, Pace
from storage.records import Admitted, ArrivalState, Lane, Listing, NoticeKind, NoticeState
from storage.work import Work

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
LEASE = timedelta(seconds=60)


def event(id: str, account: str = "li") -> Admitted:
    return Admitted("wecom", id, account, NOW, "said", '{"text":"x"}')


def people(work: Work, *accounts: str) -> list[int]:
    work.people.learn("wecom", [Listing(a, a, (), (), (), None, "", True) for a in accounts], NOW)
    found = [work.people.by_account("wecom", account) for account in accounts]
    return [person.id for person in found if person is not None]


def test_a_repeated_event_is_admitted_once(storage: Storage) -> None:
    """A4, F1, F2: within one batch and across batches."""
    with storage.work() as work:
        assert work.inbox.admit([event("1"), event("1"), event("2")], NOW) == {("wecom", "1"), ("wecom", "2")}
    with storage.work() as work:
        assert work.inbox.admit([event("2"), event("3")], NOW) == {("wecom", "3")}
        assert [arrival.event_id for arrival in work.inbox.take(NOW, 10)] == ["1", "2", "3"]


def test_many_events_at_once_are_admitted_once_each(storage: Storage) -> None:
    """A4: however many a statement takes, in order, one of them repeated far behind."""
    many = [event(f"{number}") for number in range(201)]
    with storage.work() as work:
        new = work.inbox.admit([*many, event("3")], NOW)
        assert new == {("wecom", f"{number}") for number in range(201)}
    with storage.work() as work:
        assert [arrival.event_id for arrival in work.inbox.take(NOW, 500)] == [one.event_id for one in many]


def test_an_event_whose_twin_is_there_is_left_out(storage: Storage) -> None:
    """A5: across batches and within one; a twin of another channel is none."""

    def tap(id: int, channel: str = "dingtalk") -> Admitted:
        return Admitted(channel, f"tap{id}", "li", NOW, "pressed", "{}", twin=f"tap{id - 1}")

    with storage.work() as work:
        assert work.inbox.admit([tap(1), tap(2)], NOW) == {("dingtalk", "tap1")}
    with storage.work() as work:
        assert work.inbox.admit([tap(1), tap(2), tap(2, "wecom")], NOW) == {("wecom", "tap2")}
        assert work.inbox.admit([tap(3)], NOW) == {("dingtalk", "tap3")}


def test_a_failing_event_holds_back_its_own_line_only(storage: Storage) -> None:
    """A4, F35: the order of one person is kept, others go on."""
    with storage.work() as work:
        work.inbox.admit([event("1"), event("2"), event("3", "wu")], NOW)
    with storage.work() as work:
        first = work.inbox.take(NOW, 10)[0]
        work.inbox.failed(first, "boom", again_at=NOW + timedelta(seconds=2))
    with storage.work() as work:
        assert [a.event_id for a in work.inbox.take(NOW, 10)] == ["3"]
        later = NOW + timedelta(seconds=3)
        assert [a.event_id for a in work.inbox.take(later, 10)] == ["1", "2", "3"]


def test_a_parked_event_lets_the_line_go_on_and_can_be_replayed(storage: Storage) -> None:
    """F35: set aside with its reason, back in line on request."""
    with storage.work() as work:
        work.inbox.admit([event("1"), event("2")], NOW)
    with storage.work() as work:
        work.inbox.failed(work.inbox.take(NOW, 1)[0], "boom", again_at=None)
    with storage.work() as work:
        assert [a.event_id for a in work.inbox.take(NOW, 10)] == ["2"]
        assert [(a.event_id, a.reason, a.state) for a in work.inbox.odd()] == [("1", "boom", ArrivalState.PARKED)]
        assert work.inbox.replay(None) == 1
        assert [a.event_id for a in work.inbox.take(NOW, 10)] == ["1", "2"]


def test_what_a_failed_transaction_did_is_undone(storage: Storage) -> None:
    """The mistake that the design warns of: an event must not be lost with its handler's crash."""
    with storage.work() as work:
        work.inbox.admit([event("1")], NOW)
    with pytest.raises(ZeroDivisionError):
        _crash_after(storage, lambda work: work.inbox.done(work.inbox.take(NOW, 1)[0], NOW))
    with storage.work() as work:
        assert len(work.inbox.take(NOW, 1)) == 1


def test_two_processes_do_not_overtake_each_other_within_a_line(url: str) -> None:
    """A4: what one process holds, and all that stands behind it, is left alone by the other."""
    if url.startswith("sqlite"):
        return  # one process owns a SQLite file: see test_a_second_owner_is_refused
    one, two = Storage(url), Storage(url)
    with one.work() as work:
        work.inbox.admit([event("1"), event("2", "wu")], NOW)
    with one.work() as first:
        assert [a.event_id for a in first.inbox.take(NOW, 1)] == ["1"]
        with two.work() as second:
            second.inbox.admit([event("3")], NOW)
        with two.work() as second:
            assert [a.event_id for a in second.inbox.take(NOW, 10)] == ["2"]
    one.close()
    two.close()


def test_of_two_that_wait_for_each_other_both_end_well(url: str) -> None:
    """A4, F34: the database ends one of two deadlocked transactions; it is run again, and nothing is lost."""
    if url.startswith("sqlite"):
        return  # one writer: nobody waits for anybody
    one = Storage(url)
    with one.work() as work:
        first, second = (person for person in people(work, "li", "wu"))
    workers = Workers(one)
    meeting = threading.Barrier(2, timeout=10)
    tries: list[int] = []

    def rename(mine: int, theirs: int) -> None:
        with one.work() as work:
            tries.append(mine)
            for id in (mine, theirs):
                work.people.set_active(work.people.get(id), False, NOW)
                if len(tries) <= 2 and id == mine:
                    meeting.wait()

    async def both() -> None:
        await asyncio.gather(workers.run(rename, first, second), workers.run(rename, second, first))

    asyncio.run(both())
    workers.close()
    assert len(tries) >= 3  # and once more where the one who was let through is still at it
    with one.reading() as work:
        assert not any(person.active for person in work.people.many([first, second]))
    one.close()


def test_of_two_that_meet_the_same_person_at_once_both_end_well(url: str) -> None:
    """A4: somebody writes for the first time while the address book is being read: one person, and no failure."""
    if url.startswith("sqlite"):
        return  # one writer: nobody is met in between
    one = Storage(url)
    workers = Workers(one)
    meeting = threading.Barrier(2, timeout=10)
    tries: list[str] = []

    def greet(name: str) -> int:
        with one.work() as work:
            tries.append(name)
            assert work.people.by_account("wecom", "li") is None or len(tries) > 2
            if len(tries) <= 2:
                meeting.wait()
            return work.people.meet("wecom", "li", NOW).id

    async def both() -> tuple[int, int]:
        return await asyncio.gather(workers.run(greet, "a"), workers.run(greet, "b"))

    first, second = asyncio.run(both())
    workers.close()
    assert first == second
    assert len(tries) == 3
    one.close()


def test_one_notice_a_line_is_claimed_and_leased(storage: Storage) -> None:
    """A6: a person's notices stay in order; another claim finds nothing until the lease ends."""
    with storage.work() as work:
        li, wu = people(work, "li", "wu")
        for content in ("a", "b"):
            work.outbox.put(li, content, now=NOW)
        work.outbox.put(wu, "a", now=NOW)
    with storage.work() as work:
        claimed = work.outbox.claim(NOW, LEASE, 10)
        assert [(notice.person_id, notice.content) for notice in claimed] == [(li, "a"), (wu, "a")]
    with storage.work() as work:
        assert not work.outbox.claim(NOW, LEASE, 10)
        assert len(work.outbox.claim(NOW + LEASE, LEASE, 10)) == 2


def test_a_sent_notice_makes_way_for_the_next(storage: Storage) -> None:
    with storage.work() as work:
        (li,) = people(work, "li")
        work.outbox.put(li, "a", now=NOW)
        work.outbox.put(li, "b", now=NOW)
    for content in ("a", "b"):
        with storage.work() as work:
            (notice,) = work.outbox.claim(NOW, LEASE, 10)
            assert notice.content == content
            work.outbox.settle([Outcome(notice.id, NoticeState.SENT)], NOW)
    with storage.work() as work:
        assert work.outbox.sent_to(li) == ["a", "b"]


def test_talk_does_not_wait_behind_bulk(storage: Storage) -> None:
    with storage.work() as work:
        (li,) = people(work, "li")
        work.outbox.put(li, "circular", now=NOW, lane=Lane.BULK)
        work.outbox.put(li, "answer", now=NOW, lane=Lane.TALK)
    with storage.work() as work:
        assert [n.content for n in work.outbox.claim(NOW, LEASE, 10, bulk=False)] == ["answer"]


def test_the_thirtieth_message_of_a_minute_is_held(storage: Storage) -> None:
    """F29: the platform drops it without a word, so it is never sent."""
    pace = Pace(per_minute=2, per_hour=100)
    with storage.work() as work:
        (li,) = people(work, "li")
        for content in ("a", "b"):
            work.outbox.put(li, content, now=NOW)
            (notice,) = work.outbox.claim(_flushed(work), LEASE, 10)
            work.outbox.settle([Outcome(notice.id, NoticeState.SENT)], NOW)
        full = work.outbox.recently_sent([li], NOW + timedelta(seconds=30), pace)
        assert full == {li: NOW + timedelta(minutes=1)}
        assert not work.outbox.recently_sent([li], NOW + timedelta(seconds=61), pace)


def _crash_after(storage: Storage, deed: Callable[[Work], object]) -> None:
    with storage.work() as work:
        deed(work)
        work.flush()
        raise ZeroDivisionError


def _flushed(work: Work) -> datetime:
    work.flush()
    return NOW


def test_an_overtaken_card_is_dropped_or_closed_on_arrival(storage: Storage) -> None:
    """E1: a card whose matter is settled before it was sent is never seen with live buttons."""
    with storage.work() as work:
        li, wu = people(work, "li", "wu")
        work.outbox.put(li, "card", now=NOW, about="turn:1:1")
    with storage.work() as work:
        (notice,) = work.outbox.claim(NOW, LEASE, 10)
        work.outbox.pack({notice.id: notice.id}, "wecom")
        work.outbox.put(wu, "card", now=NOW, about="turn:1:1")
    with storage.work() as work:
        work.outbox.overtake("turn:1:1", None, "closed by wu")
    with storage.work() as work:
        assert not work.outbox.claim(NOW, LEASE, 10)
        late = work.outbox.settle([Outcome(notice.id, NoticeState.SENT)], NOW)
        assert [(n.person_id, n.afterwards) for n in late] == [(li, "closed by wu")]


def test_a_card_that_another_process_delivers_between_our_looking_and_our_marking_is_closed(url: str) -> None:
    """E1, F18: it was on its way when we looked, and among the shown when we marked what was on its way."""
    if url.startswith("sqlite"):
        return  # one process owns a SQLite file
    ours, theirs = Storage(url), Storage(url)
    with ours.work() as work:
        (li,) = people(work, "li")
        work.outbox.put(li, content_to_json(Card("which room?")), now=NOW, about="draft:1")
    with theirs.work() as work:
        (notice,) = work.outbox.claim(NOW, LEASE, 10)
        work.outbox.pack({notice.id: notice.id}, "wecom")
    with ours.work() as work:
        assert work.shown.is_coming("draft:1")
        with theirs.work() as other:
            other.outbox.settle([Outcome(notice.id, NoticeState.SENT)], NOW)
            card = {"channel": "wecom", "key": "k", "handle": "m", "person_id": li, "about": "draft:1"}
            other.shown.record([{**card, "content": notice.content, "at": NOW}])
        work.outbox.close_on_arrival("draft:1", "answered")
        close_arrived(work, NOW)
    with ours.work() as work:
        (revision,) = work.outbox.claim(NOW, LEASE, 10)
        assert revision.kind is NoticeKind.REVISE
        assert content_from_json(revision.content) == Card("which room?").closed("answered")
        assert not work.shown.live("draft:1")
    ours.close()
    theirs.close()


def test_a_dead_notice_keeps_its_reason_and_comes_back(storage: Storage) -> None:
    with storage.work() as work:
        (li,) = people(work, "li")
        work.outbox.put(li, "a", now=NOW, kind=NoticeKind.SEND)
    with storage.work() as work:
        (notice,) = work.outbox.claim(NOW, LEASE, 10)
        work.outbox.settle([Outcome(notice.id, NoticeState.DEAD, "gone")], NOW)
        assert [(n.content, reason) for n, reason in work.outbox.dead()] == [("a", "gone")]
        assert work.outbox.replay([notice.id]) == 1
        assert len(work.outbox.claim(NOW, LEASE, 10)) == 1


def test_timers_come_due_in_order_and_can_be_cleared(storage: Storage) -> None:
    """F7: the one that ran out first fires first, whichever was set first."""
    with storage.work() as work:
        work.timers.set("case:1", "late", NOW + timedelta(hours=2))
        work.timers.set("case:1", "remind", NOW + timedelta(hours=1))
        work.timers.set("case:2", "remind", NOW + timedelta(hours=1, minutes=1))
        work.timers.clear("case:2")
    with storage.work() as work:
        due = work.timers.due(NOW + timedelta(hours=3), 10)
        assert [(timer.subject, timer.name) for timer in due] == [("case:1", "remind"), ("case:1", "late")]
        assert not work.timers.due(NOW, 10)


def test_numbers_have_no_gap_when_a_transaction_fails(storage: Storage) -> None:
    with storage.work() as work:
        assert work.cases.next_number("R") == 1
    with pytest.raises(ZeroDivisionError):
        _crash_after(storage, lambda work: work.cases.next_number("R"))
    with storage.work() as work:
        assert work.cases.next_number("R") == 2
