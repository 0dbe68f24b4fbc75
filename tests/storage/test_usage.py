"""What was used of a month: counted by several at once, month by month."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from storage.engine import Storage

CALL, PUSH = ("dingtalk", "call"), ("dingtalk", "push")


def test_months_and_kinds_are_apart(storage: Storage) -> None:
    for month, used in (("2026-11", {CALL: 3, PUSH: 1}), ("2026-12", {CALL: 5}), ("2026-11", {CALL: 4})):
        with storage.work() as work:
            work.usage.add(month, used)
    with storage.reading() as work:
        assert work.usage.of("2026-11") == {CALL: 7, PUSH: 1}
        assert work.usage.of("2026-12") == {CALL: 5}
        assert work.usage.of("2026-1") == {}


def test_several_count_without_losing_one(storage: Storage) -> None:
    """Several processes count one month; on SQLite one writer at a time."""

    def count(number: int) -> None:
        for _ in range(20):
            with storage.work() as work:
                work.usage.add("2026-11", {PUSH: 1, CALL: 2} if number % 2 else {CALL: 2, PUSH: 1})

    with ThreadPoolExecutor(storage.writers) as several:
        list(several.map(count, range(storage.writers)))
    with storage.reading() as work:
        assert work.usage.of("2026-11") == {CALL: 40 * storage.writers, PUSH: 20 * storage.writers}


def test_what_is_undone_was_not_counted(storage: Storage) -> None:
    with storage.rehearsal() as work:
        work.usage.add("2026-11", {CALL: 3})
    with storage.reading() as work:
        assert work.usage.of("2026-11") == {}
