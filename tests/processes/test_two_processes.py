"""Two processes share one PostgreSQL; people, and the stand-in that judges, cannot tell."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.sandbox import small_campus
from storage import migrate
from tests.postgres import Cluster
from tests.processes.child import LEASE, Child, Outside, Spread

PEOPLE = [f"p{number:02}" for number in range(40)]
EACH = 6


@pytest.fixture
async def outside(postgres: Cluster, empty_postgres: str, tmp_path: Path) -> AsyncIterator[Outside]:
    """One migrated PostgreSQL."""
    name = postgres.fresh(empty_postgres)
    opened = Outside(tmp_path, postgres.url(name))
    yield opened
    await opened.close()
    postgres.drop(name)


@pytest.fixture
async def spread() -> AsyncIterator[Spread]:
    """A door before all processes."""
    door = Spread()
    await door.start()
    yield door
    await door.close()


async def both(outside: Outside, spread: Spread) -> tuple[Child, Child]:
    """Two processes behind one door."""
    one, other = outside.child(), outside.child()
    await asyncio.gather(one.start(), other.start())
    spread.children += [one, other]
    await outside.calls_back(spread)
    return one, other


def said(person: str, number: int) -> str:
    """A number that nobody has, so that the answer tells which message it answers."""
    return f"R-{int(person[1:]) + 1:02}{number:02}"


async def types(outside: Outside, person: str) -> None:
    """A series of messages, without waiting for answers."""
    for number in range(EACH):
        await outside.person(person).says(f"接单 {said(person, number)}")


def answered(outside: Outside) -> bool:
    """Whether everybody has as many answers as they said things."""
    return all(len(outside.person(person).items) >= EACH for person in PEOPLE)


def judge(outside: Outside) -> None:
    """Each message is answered, once, in its order."""
    journal = outside.sandbox.journal
    assert all(sent.accepted for sent in journal.callbacks())
    assert len(journal.callbacks()) == len(PEOPLE) * EACH
    for person in PEOPLE:
        texts = [text.partition("R-")[2][:4] for text in outside.person(person).texts]
        assert texts == [said(person, number)[2:] for number in range(EACH)], person


async def test_what_forty_people_type_is_answered_once_and_in_order(outside: Outside, spread: Spread) -> None:
    """A4, A6, F1: callbacks of one person come in through both doors."""
    await outside.open(small_campus(*PEOPLE))
    one, other = await both(outside, spread)
    await asyncio.gather(*(types(outside, person) for person in PEOPLE))
    await outside.until(lambda: answered(outside), "every answer")
    await outside.calms(one)
    judge(outside)
    taken = [await child.metric("xiaoban_inbox_admitted_total") for child in (one, other)]
    assert sum(taken) == len(PEOPLE) * EACH
    assert min(taken) > 0
    sent = [await child.metric("xiaoban_outbox_sent_total") for child in (one, other)]
    assert sum(sent) == len(PEOPLE) * EACH


async def test_one_of_two_is_killed_while_people_type(outside: Outside, spread: Spread) -> None:
    """F33, F47: the other goes on with what the dead one had in hand, once its leases have run out."""
    await outside.open(small_campus(*PEOPLE))
    one, other = await both(outside, spread)
    typing = [asyncio.create_task(types(outside, person)) for person in PEOPLE]
    await outside.until(lambda: len(outside.sandbox.journal.sends) >= 20, "some answers")
    other.kill()
    await asyncio.gather(*typing)
    outside.clock.advance(LEASE)
    await outside.until(lambda: answered(outside), "every answer")
    await outside.calms(one)
    judge(outside)


async def reported(outside: Outside, userid: str = "lin", case: str = "R-0001") -> None:
    """A lamp in the east."""
    person = outside.person(userid)
    for words, answer in (
        ("报修", "在哪里"),
        ("东区3号楼502", "出了什么问题"),
        ("灯不亮", "请看一下"),
        ("提交", f"已收到，单号 {case}"),
    ):
        await person.says(words)
        await person.sees(answer)


def told(outside: Outside, userid: str, words: str) -> int:
    """How often somebody was told something."""
    return sum(words in text for text in outside.person(userid).texts)


@pytest.mark.parametrize("killed", [False, True], ids=["both live", "one killed"])
async def test_a_timer_fires_once(outside: Outside, spread: Spread, killed: bool) -> None:
    """F7 of the features, F46: both look for what is due; a reminder and an escalation come once each."""
    await outside.open()
    one, other = await both(outside, spread)
    await reported(outside)
    await outside.person("wu").sees("新报修 R-0001")
    await outside.calms(one)
    outside.clock.advance(timedelta(hours=1, minutes=1))
    if killed:
        other.kill()
    await outside.person("wu").sees("还没有人接单")
    outside.clock.advance(timedelta(hours=1))
    await outside.person("zhou").sees("超过 2 小时没人接单")
    await reported(outside, "chen", "R-0002")  # a later one, whose escalation shows that time went on for all
    outside.clock.advance(timedelta(hours=3))
    await outside.person("zhou").sees("R-0002 超过 2 小时没人接单")
    await outside.calms(one)
    for number in ("R-0001", "R-0002"):
        assert told(outside, "wu", f"{number} 还没有人接单") == 1
        assert told(outside, "zhou", f"{number} 超过 2 小时没人接单") == 1
    assert outside.sandbox.journal.dropped == []


async def test_both_read_the_address_book_and_nobody_is_there_twice(outside: Outside, spread: Spread) -> None:
    """F47: two processes that start at once learn the same people; a change comes once."""
    await outside.open()
    one, _ = await both(outside, spread)
    await reported(outside)
    await outside.calms(one)
    assert [told(outside, userid, "新报修 R-0001") for userid in ("wu", "zheng", "sun")] == [1, 1, 1]
    assert await outside.checks(one) == (0, "没有发现问题。\n")


async def test_two_upgrades_at_once(postgres: Cluster, tmp_path: Path) -> None:
    """F47: whoever comes second finds it done."""
    name = postgres.fresh()
    outside = Outside(tmp_path, postgres.url(name))
    await outside.open()
    children = [outside.child() for _ in range(3)]
    done = await asyncio.gather(*(outside.runs(child, "migrate") for child in children))
    await outside.close()
    assert [(status, said) for status, said in done] == [(0, done[0][1])] * 3
    assert migrate.differences(postgres.url(name)) == []
    postgres.drop(name)
