"""The servers that are measured, each its own process: `bare`, and the service with a platform that says yes."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from aiohttp import web

from benchmarks.traffic import AES_KEY, AGENT, APP, APP_SECRET, CORP, TOKEN
from bot.app import Service, settle_memory
from bot.channels.channel import Traits
from bot.channels.envelope import Envelope
from bot.channels.wecom.callback import Door
from bot.clock import SystemClock
from bot.config import Config, DingTalkConfig, LogConfig, OfficeConfig, Secret, ServerConfig, StorageConfig, WeComConfig
from bot.door import listen
from bot.logs import set_up
from flows.cards import Card, Receipt
from flows.events import Event
from storage import migrate
from storage.engine import Storage
from storage.records import Listing


async def bare(port: int) -> None:
    """Verifies, decrypts, parses and answers; keeps nothing."""

    async def accept(_event: Event) -> None:
        return

    app = web.Application()
    app.add_routes(Door(Envelope(TOKEN, AES_KEY, CORP), SystemClock().now, lambda _: None).routes(accept))
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port, backlog=1024).start()
    print("up", flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)


def config(url: str, folder: Path, port: int, platform: str = "wecom") -> Config:
    """A service on a database of its own."""
    wecom = WeComConfig(CORP, AGENT, Secret("s" * 20), Secret(TOKEN), Secret(AES_KEY), "http://127.0.0.1:9")
    ding = DingTalkConfig(
        APP, Secret(APP_SECRET), APP, CORP, "http", Secret(TOKEN), Secret(AES_KEY), Secret("c" * 32), "t.schema",
        api_base="http://127.0.0.1:9", calls_a_month=0, pushes_a_month=0,
    )  # fmt: skip
    return Config(
        ServerConfig("127.0.0.1", port, f"http://127.0.0.1:{port}"),
        StorageConfig(url, str(folder / "files")),
        OfficeConfig(),
        LogConfig("error", "json"),
        wecom if platform == "wecom" else None,
        ding if platform == "dingtalk" else None,
    )


def seed(url: str, people: int, platform: str = "wecom") -> None:
    """So many people that are known."""
    migrate.upgrade(url)
    storage = Storage(url)
    listings = [Listing(f"p{i}", f"p{i}", ("unit",), (), (), None, "", True) for i in range(people)]
    with storage.work() as work:
        work.people.learn(platform, listings, SystemClock().now())
    storage.close()


async def service(port: int, url: str, folder: Path, platform: str = "wecom") -> None:
    """The whole service; the platform is a stub in the process, as it was in the trial this is compared with.

    What the stub was given is written into `calls` in the folder at the end, a line for each person it went to.
    """
    set_up("error", "json")
    made = Service(config(url, folder, port, platform), SystemClock())
    calls = stub(made)
    runner = web.AppRunner(made.app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    server = await listen(runner, "127.0.0.1", port)
    settle_memory()
    print("up", flush=True)
    loop = asyncio.get_running_loop()
    await loop.run_in_executor(None, sys.stdin.readline)
    server.close()
    await runner.cleanup()
    (folder / "calls").write_text("".join(f"{json.dumps(call)}\n" for call in calls), "utf-8")


Call = tuple[str, float, str]
"""To whom, when (seconds since 1970), what."""


def stub(made: Service) -> list[Call]:
    """Make the platform say yes at once, and let everybody say as much as they like; returns its calls."""
    calls: list[Call] = []
    for quota in (made.dispatcher._words, made.dispatcher._taps):
        quota._most = 10**9
    until = datetime.now(UTC) + timedelta(hours=1)

    async def send(to: Sequence[str], card: Card, mark: int) -> Receipt:
        at = time.time()
        calls.extend((account, at, card.title or card.body) for account in to)
        return Receipt(f"k{mark}", "m", f"c{mark}", until, ())

    async def revise(receipt: Receipt, to: Sequence[str], card: Card) -> Receipt:
        return receipt

    (channel,) = list[Any](made.channels.values())
    channel.send, channel.revise = send, revise
    channel.traits = Traits(1000, 10**6, 10**7, channel.traits.remembers)
    return calls


def main() -> None:
    """bare PORT | service PORT URL FOLDER [PLATFORM]"""
    if sys.argv[1] == "bare":
        asyncio.run(bare(int(sys.argv[2])))
    else:
        asyncio.run(service(int(sys.argv[2]), sys.argv[3], Path(sys.argv[4]), *sys.argv[5:]))


if __name__ == "__main__":
    main()
