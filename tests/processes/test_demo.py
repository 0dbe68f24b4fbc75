"""`make demo`: both platforms on one page, a clean end, and everything there the next time."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

from tests.ports import HOST, free_port
from tests.processes.child import PATIENCE, ROOT, environ

Json = dict[str, Any]


@asynccontextmanager
async def demo(folder: Path, port: int) -> AsyncIterator[aiohttp.ClientSession]:
    """The demonstration from its first line to Ctrl-C, which it must answer by ending well."""
    words = ("-m", "bot", "demo", "--folder", str(folder), "--port", str(port))
    process = await asyncio.create_subprocess_exec(
        sys.executable, *words, cwd=ROOT, env=environ(), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(PATIENCE * 2):
            while b"Ctrl-C" not in await process.stdout.readline():
                assert process.returncode is None
        async with aiohttp.ClientSession(f"http://{HOST}:{port}/sandbox/") as http:
            yield http
        process.send_signal(signal.SIGINT)
        async with asyncio.timeout(PATIENCE):
            assert await process.wait() == 0
    finally:
        if process.returncode is None:
            process.kill()


async def says(http: aiohttp.ClientSession, phone: str, text: str) -> None:
    async with http.post(f"{phone}/say", json={"text": text}) as answer:
        assert (await answer.json())["accepted"]


async def chat(http: aiohttp.ClientSession, phone: str, *, holds: str) -> str:
    """The whole chat of a phone once these words are in it."""
    async with asyncio.timeout(PATIENCE):
        while True:
            async with http.get(phone) as answer:
                if holds in (whole := json.dumps(await answer.json(), ensure_ascii=False)):
                    return whole
            await asyncio.sleep(0.05)  # two other processes have to speak to each other


async def test_both_platforms_answer_and_both_chats_are_there_after_a_restart(tmp_path: Path) -> None:
    """A1: each phone by its own platform, each with what was said before."""
    wecom, dingtalk, port = "phones/lin", "dingtalk/phones/chen", free_port()
    async with demo(tmp_path, port) as http:
        for phone in (wecom, dingtalk):
            await says(http, phone, "报修")
            await chat(http, phone, holds="在哪里")
    async with demo(tmp_path, port) as http:
        for phone in (wecom, dingtalk):
            await chat(http, phone, holds="在哪里")
            await says(http, phone, "东区3号楼502")
            await chat(http, phone, holds="出了什么问题")
