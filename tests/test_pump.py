"""When the loops of a running service work, and when they let arrivals go first."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from bot.pump import GATHER, LOOK, YIELD, Found, Pump
from tests.channels.hurry import imagined

WORK = 0.1


class Line:
    """A queue: what its turns find, one after another, and when each began."""

    def __init__(self, *found: Found, rushed: bool = True) -> None:
        self._found: Iterator[Found] = iter(found)
        self.rushed = rushed
        self.began: list[float] = []
        self.pump = Pump("line", self._turn, rush=lambda: self.rushed)

    async def _turn(self) -> Found:
        found = next(self._found, Found.NOTHING)
        self.began.append(asyncio.get_running_loop().time())
        if found is not Found.NOTHING:
            await asyncio.sleep(WORK)
        return found

    async def turns(self, count: int) -> list[float]:
        """Wait until it had as many; the seconds between their beginnings."""
        async with asyncio.timeout(60):
            while len(self.began) < count:  # noqa: ASYNC110  # the loop skips what nobody waits for
                await asyncio.sleep(0.01)
        return [then - before for before, then in zip(self.began, self.began[1:], strict=False)]


def test_in_a_rush_a_turn_is_followed_by_a_long_pause() -> None:
    """A platform gives up after five seconds, people wait longer: arrivals are acknowledged first."""

    async def run() -> None:
        line = Line(Found.PLENTY, Found.PLENTY)
        line.pump.start()
        (between,) = (await line.turns(2))[:1]
        assert between == pytest.approx(WORK * (1 + YIELD))
        await line.pump.stop()

    imagined(run())


def test_the_pause_ends_with_the_rush() -> None:
    async def run() -> None:
        line = Line(Found.PLENTY, Found.PLENTY)
        line.pump.start()
        await line.turns(1)
        await asyncio.sleep(WORK * YIELD / 2)
        line.rushed = False
        over = asyncio.get_running_loop().time()
        await line.turns(2)
        assert 0 < line.began[1] - over <= LOOK
        await line.pump.stop()

    imagined(run())


def test_whoever_stops_it_in_a_pause_waits_for_no_more_than_a_look() -> None:
    """A clean stop within 10 s, also in a rush."""

    async def run() -> None:
        line = Line(Found.PLENTY)
        line.pump.start()
        await line.turns(1)
        await asyncio.sleep(WORK * 2)
        asked = asyncio.get_running_loop().time()
        await line.pump.stop()
        assert asyncio.get_running_loop().time() - asked <= LOOK
        assert len(line.began) == 1

    imagined(run())


def test_having_rested_is_not_having_worked() -> None:
    """Woken by the first arrivals of a rush, it hands them on at once."""

    async def run() -> None:
        line = Line(Found.NOTHING, Found.SOME, rushed=False)
        line.pump.start()
        await line.turns(1)
        await asyncio.sleep(0.3)
        line.rushed = True
        line.pump.wake.set()
        woken = asyncio.get_running_loop().time()
        await line.turns(2)
        assert line.began[1] - woken == pytest.approx(GATHER)
        await line.pump.stop()

    imagined(run())


def test_without_a_rush_more_in_line_is_taken_at_once() -> None:
    async def run() -> None:
        line = Line(Found.PLENTY, Found.SOME, Found.SOME, rushed=False)
        line.pump.start()
        between = (await line.turns(3))[:2]
        assert between == pytest.approx([WORK, WORK + GATHER])
        await line.pump.stop()

    imagined(run())
