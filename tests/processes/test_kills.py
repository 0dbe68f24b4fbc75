"""Killed at the worst moments and started again without help: judged only by what the stand-in saw."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable
from dataclasses import dataclass
from functools import partial

import pytest

from bot.sandbox import Item
from bot.sandbox.feed import Feed
from tests.office import JPEG, Seen
from tests.processes.child import LEASE, Child, Outside

RECEIPT = "已收到，单号 R-0001"
"""Not sent any more when the case has gone on before it could be: the next card says more, and the number too (E1)."""

SAW = {
    "lin": [
        "在哪里？比如「东区3号楼502」。",
        "具体在哪？",
        "出了什么问题？",
        "请看一下，对吗？",
        RECEIPT,
        "R-0001 有人来修了",
        "R-0001 修好了吗？",
        "好的，R-0001 确认修好。",
    ],
    "wu": [
        "新报修 R-0001",
        "R-0001 归您修",
        "怎么修的？",
        "换了什么、几个？",
        "发一张修好的照片，",
        "好的，R-0001 修好了。",
        "R-0001 已确认修好",
    ],
    "zheng": ["新报修 R-0001"],
    "sun": ["新报修 R-0001"],
}
"""Every message of the story, once, in this order."""
PICTURES = {"lin": 1, "wu": 1, "zheng": 1, "sun": 1}
"""The lamp's photo comes when it can be had: it holds up no message, so it has no place among them."""


async def story(outside: Outside) -> None:
    """A lamp is reported, taken, repaired and confirmed by people who wait for each answer."""
    lin, wu = outside.person("lin"), outside.person("wu")
    await lin.says("报修")
    await lin.says("东区")
    await lin.sees("具体在哪")
    await lin.says("3号楼502")
    await lin.sees("出了什么问题")
    await lin.says("灯不亮")
    await lin.sees("还可以发照片")
    await lin.sends_a_photo(JPEG)
    await wu.presses("接单")
    await lin.sees("R-0001 有人来修了")
    await wu.presses("修好了")
    await wu.sees("怎么修的")
    await wu.says("换了灯管")
    await wu.presses("跳过")
    await wu.sends_a_photo(JPEG)
    await wu.sees("好的，R-0001 修好了。")
    await lin.presses("确认修好")


SUPERSEDING = "这条消息代替之前的卡片"
"""A card whose closing was in doubt when the process died is replaced by a message that says so (E4)."""


def expected(items: list[Item], saw: list[str]) -> list[str]:
    """What is to be seen when the receipt was overtaken, or was not."""
    received = any(Seen(item).title == RECEIPT for item in items)
    return saw if received else [words for words in saw if words != RECEIPT]


def heads(items: list[Item], saw: list[str]) -> list[str]:
    """Each message by the words expected in its place, else by what it is."""
    found: list[str] = []
    for item in items:
        if item.kind == "image":
            continue
        words = Seen(item).title or str(item.content.get("content") or item.kind)
        want = saw[len(found)] if len(found) < len(saw) else "nothing"
        if SUPERSEDING not in Seen(item).text:
            found.append(want if words.startswith(want) else words)
    return found


async def judge(outside: Outside, child: Child) -> None:
    """Nothing taken is lost, nothing is shown twice, no button is left, the case is there once, the trail holds."""
    await outside.person("wu").sees("R-0001 已确认修好")
    await outside.calms(child)
    assert all(sent.accepted for sent in outside.sandbox.journal.callbacks())
    for userid, saw in SAW.items():
        items = outside.person(userid).items
        saw = expected(items, saw)
        assert heads(items, saw) == saw, userid
        assert [item.kind for item in items].count("image") == PICTURES[userid], userid
    assert await outside.checks(child) == (0, "没有发现问题。\n")
    await outside.person("lin").says("我的")
    await outside.person("lin").sees("R-0001")
    assert not any("R-0002" in text for text in outside.person("lin").texts)


@dataclass(frozen=True, slots=True)
class Moment:
    """What the stand-in sees just before the kill: a call whose answer it spoils, or a message on its way to us."""

    fault: str = ""
    path: str = ""
    status: str = "pending"

    def arm(self, outside: Outside) -> Awaitable[None]:
        """From now on; await what is returned until it has come."""
        sandbox = outside.sandbox
        if self.fault:
            sandbox.faults.set({"only": self.path, self.fault: 1, "hang_seconds": 60.0})
        calls, lines = len(sandbox.journal.calls()), len(outside.said())
        return outside.until(lambda: self._is_here(outside, calls, lines), str(self))

    def _is_here(self, outside: Outside, calls: int, lines: int) -> bool:
        if self.fault:
            return any(call.fault == self.fault for call in outside.sandbox.journal.calls()[calls:])
        return any(item.status == self.status for item in outside.said()[lines:])


MOMENTS = {
    "receiving": [Moment(), Moment(status="delivered"), Moment(status="delivered")],
    "sending": [Moment("hang", "message/send"), Moment("cut", "message/send"), Moment("cut_before", "message/send")],
    "fetching a file and closing cards": [
        Moment("hang", "media/get"),
        Moment("cut_before", "message/update_template_card"),
    ],
    "handing over a file": [Moment("hang", "media/upload")],
    "asking for a token": [Moment(), Moment("hang", "gettoken"), Moment("cut", "gettoken")],
}


@pytest.mark.parametrize("moments", MOMENTS.values(), ids=MOMENTS.keys())
async def test_killed_at_a_named_moment_the_story_goes_on(outside: Outside, moments: list[Moment]) -> None:
    """F32, F33, A6: each answer is seen once, though the process dies between the platform's 200 and our commit."""
    child = await outside.started()
    telling = asyncio.create_task(story(outside))
    coming = moments[0].arm(outside)
    for following in [*moments[1:], None]:
        await coming
        child.kill()
        outside.sandbox.faults.clear()
        await child.killed()
        if following is not None:
            coming = following.arm(outside)
        outside.clock.advance(LEASE)
        await child.launch()
    await child.ready()
    await telling
    await judge(outside, child)


def _reached(feed: Feed, seq: int, telling: asyncio.Task[None]) -> bool:
    return feed.seq >= seq or telling.done()


async def test_killed_at_any_moment_the_story_goes_on(outside: Outside) -> None:
    """F32, F33: after so many things seen on the phones, whatever is going on inside just then."""
    chance = random.Random(outside.url.partition(":")[0])
    child = await outside.started()
    telling = asyncio.create_task(story(outside))
    feed = outside.sandbox.corp.feed
    for _ in range(3):
        await outside.until(partial(_reached, feed, feed.seq + chance.randrange(2, 40), telling), "so many changes")
        child.kill()
        await outside.rises(child)
    await telling
    await judge(outside, child)
