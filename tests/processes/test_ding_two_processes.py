"""Two processes of one DingTalk app share what it pushes, by Stream and by HTTP; nobody can tell (issue 5, 1)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.sandbox import small_campus
from tests.postgres import Cluster
from tests.processes.child import LEASE, Child
from tests.processes.ding import DingOutside
from tests.processes.test_two_processes import reported, said, told

PEOPLE = [f"p{number:02}" for number in range(30)]
EACH = 5


@pytest.fixture(params=["stream", "http"])
async def outside(
    request: pytest.FixtureRequest, postgres: Cluster, empty_postgres: str, tmp_path: Path
) -> AsyncIterator[DingOutside]:
    """One migrated PostgreSQL, and DingTalk either way."""
    name = postgres.fresh(empty_postgres)
    opened = DingOutside(tmp_path, postgres.url(name), request.param)
    yield opened
    await opened.close()
    postgres.drop(name)


async def both(outside: DingOutside) -> tuple[Child, Child]:
    """Two processes; by Stream each with a connection of its own."""
    one, other = outside.child(), outside.child()
    await asyncio.gather(one.start(), other.start())
    if outside.mode == "stream":
        await outside.box.gateway.until(2)
    return one, other


async def types(outside: DingOutside, person: str) -> None:
    """A series of messages, without waiting for answers."""
    for number in range(EACH):
        await outside.person(person).says(f"接单 {said(person, number)}")


def heard(outside: DingOutside, person: str) -> list[str]:
    """The numbers of the messages that somebody was answered, in order."""
    return [text.partition("R-")[2][:4] for text in outside.person(person).texts]


def answered(outside: DingOutside) -> bool:
    """Whether everybody has as many answers as they said things."""
    return all(len(set(heard(outside, person))) >= EACH for person in PEOPLE)


async def test_what_thirty_people_type_is_answered_once_and_in_order(outside: DingOutside) -> None:
    """A4, A6, F1, F47: the gateway gives each message to one of them; each person's order is kept."""
    await outside.open(small_campus(*PEOPLE))
    one, other = await both(outside)
    await asyncio.gather(*(types(outside, person) for person in PEOPLE))
    await outside.until(lambda: answered(outside), "every answer")
    await outside.calms(one)
    for person in PEOPLE:
        assert heard(outside, person) == [said(person, number)[2:] for number in range(EACH)], person
    shares = [await child.metric("xiaoban_inbox_admitted_total") for child in (one, other)]
    assert sum(shares) == len(PEOPLE) * EACH
    assert min(shares) > 0
    assert outside.box.gateway.breaches == []


async def test_one_of_two_is_killed_while_people_type(outside: DingOutside) -> None:
    """F33, F47: the other takes what was pushed to the dead one, and goes on with what that one had in hand."""
    await outside.open(small_campus(*PEOPLE))
    one, other = await both(outside)
    typing = [asyncio.create_task(types(outside, person)) for person in PEOPLE]
    await outside.until(lambda: sum(len(heard(outside, person)) for person in PEOPLE) >= 20, "some answers")
    other.kill()
    await asyncio.gather(*typing)
    outside.clock.advance(LEASE)
    await outside.until(lambda: answered(outside), "every answer")
    await outside.calms(one)
    for person in PEOPLE:
        assert once_each(heard(outside, person)) == [said(person, number)[2:] for number in range(EACH)], person
    assert sum(len(heard(outside, person)) - EACH for person in PEOPLE) <= IN_HAND


IN_HAND = 64
"""Plain words have no key by which DingTalk would know them again: those whose call was under way may be seen twice."""


def once_each(numbers: list[str]) -> list[str]:
    """The same without what directly repeats."""
    return [number for at, number in enumerate(numbers) if at == 0 or numbers[at - 1] != number]


async def test_a_timer_fires_once(outside: DingOutside) -> None:
    """F7 of the features, F46: both look for what is due; a reminder and an escalation come once each."""
    await outside.open()
    if outside.mode != "stream":
        return  # how messages come in has no part in it
    one, other = await both(outside)
    await outside.until(lambda: all("directory read" in child.log() for child in (one, other)), "the address book")
    await reported(outside)
    await outside.person("wu").sees("新报修 R-0001")
    await outside.calms(one)
    outside.clock.advance(timedelta(hours=1, minutes=1))
    await outside.person("wu").sees("还没有人接单")
    outside.clock.advance(timedelta(hours=1))
    await outside.person("zhou").sees("超过 2 小时没人接单")
    await outside.calms(one)
    assert told(outside, "wu", "R-0001 还没有人接单") == 1
    assert told(outside, "zhou", "R-0001 超过 2 小时没人接单") == 1
