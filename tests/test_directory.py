"""The address book of a large school, while people go on using xiaoban."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime
from typing import Any, cast

import pytest

from bot.channels.channel import Channel, StaffEntry
from bot.directory import SLICE, Directory, Implausible
from bot.workers import Workers
from storage.engine import Storage
from storage.records import Person
from storage.trail import OFFICE

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
MANY = 3 * SLICE + 10


class Book:
    """An address book in the place of a platform; `meanwhile` happens while it is being read."""

    name = "wecom"

    def __init__(self, entries: list[StaffEntry], meanwhile: Callable[[], object] = lambda: None) -> None:
        self.entries = entries
        self.meanwhile = meanwhile

    async def staff(self) -> AsyncIterator[StaffEntry]:
        """Everybody."""
        for entry in self.entries:
            yield entry
        self.meanwhile()


@pytest.fixture
def workers(storage: Storage) -> Iterator[Workers]:
    opened = Workers(storage)
    yield opened
    opened.close()


@pytest.fixture
def directory(storage: Storage, workers: Workers) -> Directory:
    return Directory(storage, workers)


def everybody(count: int = MANY) -> list[StaffEntry]:
    """The last one is everybody's superior."""
    boss = f"p{count - 1}"
    return [StaffEntry(f"p{n}", f"p{n}", ("学校",), superior=None if f"p{n}" == boss else boss) for n in range(count)]


async def read(directory: Directory, book: Book, **more: Any) -> int:
    return await directory.read(cast(Channel, book), NOW, **more)


def find(storage: Storage, account: str) -> Person | None:
    with storage.reading() as work:
        return work.people.by_account("wecom", account)


async def test_others_go_on_while_a_large_school_is_learnt(
    storage: Storage, workers: Workers, directory: Directory
) -> None:
    """F50: on SQLite there is one writer, and a platform waits five seconds for its answer."""
    seen: set[int] = set()

    def callback() -> None:
        with storage.work() as work:
            seen.add(work.people.count())

    reading = asyncio.create_task(read(directory, Book(everybody())))
    while not reading.done():
        await workers.run_first(callback)
        await asyncio.sleep(0.001)
    assert await reading == MANY
    assert len(seen - {0, MANY}) >= 2
    first, boss = find(storage, "p0"), find(storage, f"p{MANY - 1}")
    assert first is not None
    assert boss is not None
    assert first.superior_id == boss.id


async def test_what_is_told_meanwhile_is_newer_than_the_listing(storage: Storage, directory: Directory) -> None:
    """F15, Q1: somebody left, somebody got a new id, and the listing that is being read does not know it yet."""
    await read(directory, Book(everybody(10)))
    before = find(storage, "p2")

    def meanwhile() -> None:
        with storage.work() as work:
            work.people.let_go("wecom", ["p1"], NOW)
            work.people.rename("wecom", "p2", "p2.new")

    await read(directory, Book(everybody(10), meanwhile))
    left, renamed = find(storage, "p1"), find(storage, "p2.new")
    assert left is not None
    assert not left.active
    assert renamed == before
    assert find(storage, "p2") is None


async def test_who_is_listed_no_longer_has_left(storage: Storage, directory: Directory) -> None:
    """Q1: absent, or switched off by the platform's administrator."""
    await read(directory, Book(everybody(10)))
    off = StaffEntry("p4", "p4", ("学校",), active=False)
    await read(directory, Book([*everybody(10)[:4], off, *everybody(10)[6:]]))
    with storage.reading() as work:
        assert work.people.listed_accounts("wecom") == {f"p{n}" for n in (0, 1, 2, 3, 6, 7, 8, 9)}
        assert [(e.verb, e.facts["account"]) for e in work.trail.of(OFFICE)] == [("left", "p4"), ("left", "p5")]


async def test_an_address_book_that_is_not_believed_is_remembered(storage: Storage, directory: Directory) -> None:
    """F50: until it is right again, or somebody says that they left."""
    await read(directory, Book(everybody(40)))
    assert directory.blocked is None
    for _ in range(2):
        with pytest.raises(Implausible):
            await read(directory, Book(everybody(20)))
        assert directory.blocked == "wecom: 20 of 40 are missing; if they left: xiaoban people --let-go 20"
    await read(directory, Book(everybody(40)))
    assert directory.blocked is None
    assert await read(directory, Book(everybody(20)), let_go=20) == 20
    with storage.reading() as work:
        assert work.people.count() == 20
