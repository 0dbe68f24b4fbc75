"""DingTalk's official Python SDK gets on with the stand-in (issue 5, 8): it is not only what we believe of it.

The SDK runs as a process of its own; everything is judged by what the stand-in and its phones saw.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.sandbox import load_campus
from bot.sandbox.dingtalk import DingBox, DingSettings, serve_ding

ROOT = Path(__file__).parents[2]
START = 30.0
"""Seconds for another Python to start on a busy machine."""


@pytest.fixture
async def box() -> AsyncIterator[DingBox]:
    """The stand-in, with an app of the official SDK connected to it."""
    running = await serve_ding("127.0.0.1", 0, DingSettings(answer_limit=START, linger=0.5), load_campus())
    one = running.box.settings
    here = {
        "PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "NO_PROXY": "*",
        "DINGTALK_OPENAPI_ENDPOINT": running.url,
    }  # fmt: skip
    words = (one.client_id, one.client_secret, one.templates[0].id)
    app = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.sandbox.official_app", *words,
        env=here, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        await running.box.gateway.until(1, limit=START)
        yield running.box
    finally:
        app.kill()
        await app.wait()
        await running.cleanup()


async def test_it_connects_hears_and_answers(box: DingBox) -> None:
    """Issue 5, 8; protocol 2.2, 2.4, 3.1, 3.2: a message, answered by the conversation's own address."""
    assert (await box.say("li", "报修")).statuses == (200,)
    assert [(bubble.kind, bubble.content["content"]) for bubble in box.received("li")] == [("text", "收到：报修")]
    assert (await box.leave("wu")).statuses == (200,)
    (line,) = box.gateway.lines
    assert await box.gateway.ping(line)
    assert box.gateway.breaches == []


async def test_its_card_is_pressed_and_changes(box: DingBox) -> None:
    """Issue 5, 8; protocol 4, 6.2, 6.4, 6.5: a token, a card, a tap, and the answer to it on the card."""
    assert (await box.say("li", "卡片")).statuses == (200,)
    (card,) = box.received("li")
    assert card.content["title"] == "请您审批"
    assert (await box.press("li", card, "同意")).statuses == (200,)
    (card,) = box.received("li")
    assert card.content["title"] == f"{box.userid('li')} agree"
    assert box.buttons(card) == []


async def test_it_comes_back_after_a_goodbye(box: DingBox) -> None:
    """Protocol 3.3: the frame that says goodbye is one the SDK knows; it hangs up at once and comes again."""
    await box.gateway.part()
    await box.gateway.until(2, limit=START)
    assert (await box.say("li", "在吗")).statuses[-1] == 200
    assert "收到：在吗" in [bubble.content["content"] for bubble in box.received("li")]
