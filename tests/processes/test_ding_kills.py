"""Killed and started again, with the people on DingTalk; judged only by what the stand-in saw (issue 5)."""

from __future__ import annotations

import asyncio
import random
import shutil
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest

from bot.sandbox import Item
from bot.sandbox.dingtalk import Bubble
from tests.processes.child import Child
from tests.processes.ding import DingOutside
from tests.processes.test_kills import PICTURES, SAW, expected, heads, story

KILLS = 3


@pytest.fixture(params=["stream", "http"])
async def ding_outside(request: pytest.FixtureRequest, url: str, tmp_path: Path) -> AsyncIterator[DingOutside]:
    """DingTalk listens, and pushes either way; on each database."""
    opened = DingOutside(tmp_path, url, request.param)
    await opened.open()
    yield opened
    await opened.close()


def once(items: list[Item], kills: int) -> list[Item]:
    """The items without plain words that directly repeat: DingTalk knows no key of theirs (protocol 5.1, F33).

    The picture may repeat anywhere, since it comes beside the messages and is uploaded anew. Cards it knows again by
    their outTrackId, so none of those may be there twice.
    """
    found: list[Item] = []
    for item in items:
        again = found and item.kind == found[-1].kind != "template_card" and item.content == found[-1].content
        if not again and not (item.kind == "image" and any(one.kind == "image" for one in found)):
            found.append(item)
    assert len(items) - len(found) <= kills
    return found


async def judge(outside: DingOutside, child: Child, kills: int) -> None:
    """Nothing taken is lost, nothing is done twice, no card is there twice, no button is left, the trail holds."""
    await outside.person("wu").sees("R-0001 已确认修好")
    await outside.calms(child)
    for userid, saw in SAW.items():
        items = once(outside.person(userid).items, kills)
        saw = expected(items, saw)
        assert heads(items, saw) == saw, userid
        assert [item.kind for item in items].count("image") == PICTURES[userid], userid
        assert [label for one in outside.box.received(userid) for label, _ in outside.box.buttons(one)] == [], userid
    assert await outside.checks(child) == (0, "没有发现问题。\n")
    await outside.person("lin").says("我的")
    await outside.person("lin").sees("R-0001")
    assert not any("R-0002" in text for text in outside.person("lin").texts)
    assert outside.box.gateway.breaches == []


class Changes:
    """Counts what happens on the phones."""

    def __init__(self, outside: DingOutside) -> None:
        self.count = 0
        outside.box.corp.phones.watchers.append(self._note)

    def _note(self, _bubble: Bubble) -> None:
        self.count += 1

    def reached(self, count: int, telling: asyncio.Task[None]) -> bool:
        return self.count >= count or telling.done()


async def test_killed_at_any_moment_the_story_goes_on_with_dingtalk(ding_outside: DingOutside) -> None:
    """F32, F33, A6: after so many things seen on the phones, whatever is going on inside just then."""
    outside, changes = ding_outside, Changes(ding_outside)
    chance = random.Random(f"{outside.url.partition(':')[0]} {outside.mode}")
    child = await outside.started()
    telling = asyncio.create_task(story(outside))
    for _ in range(KILLS):
        await outside.until(partial(changes.reached, changes.count + chance.randrange(1, 30), telling), "changes")
        child.kill()
        await outside.rises(child)
    await telling
    await judge(outside, child, KILLS)


CALLS = ["/robot/sendBySession", "/v1.0/card/instances/createAndDeliver", "/v1.0/card/instances"]
"""Words, a card, a card or its change: each made once by a process that dies before it knows."""


@pytest.mark.parametrize("mode", ["stream", "http"])
@pytest.mark.parametrize("fault", ["cut", "cut_before"])
async def test_killed_between_the_platform_s_doing_and_our_knowing(
    empty_sqlite: Path, tmp_path: Path, mode: str, fault: str
) -> None:
    """F32, F33: first with a message on its way in, then with each call under way, done over there or not."""
    shutil.copy(empty_sqlite, tmp_path / "xiaoban.db")
    outside = DingOutside(tmp_path, f"sqlite:///{tmp_path / 'xiaoban.db'}", mode)
    await outside.open()
    try:
        child = await outside.started()
        telling = asyncio.create_task(story(outside))
        await outside.until(lambda: any(one.status == "pending" for one in outside.lines()), "a message")
        child.kill()
        for number, path in enumerate(CALLS, start=1):
            outside.box.faults.only = path
            setattr(outside.box.faults, fault, 1)
            await outside.rises(child)
            await outside.until(partial(_broken, outside, number, telling), f"{path} {fault}")
            child.kill()
        await outside.rises(child)
        await telling
        await judge(outside, child, len(CALLS))
    finally:
        await outside.close()


def _broken(outside: DingOutside, count: int, telling: asyncio.Task[None]) -> bool:
    return sum(one.status == -1 for one in outside.box.journal) >= count or telling.done()
