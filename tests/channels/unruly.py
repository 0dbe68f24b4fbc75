"""Many messages over a gateway that drops, repeats, reorders, says goodbye and breaks at random; seeded."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from random import Random

from bot.channels.dingtalk import DingTalk, DingTalkSettings
from bot.reception import Reception
from bot.sandbox import SandboxClock, load_campus
from bot.sandbox.dingtalk import DingRunning, DingSettings, Mischief, Pushed, serve_ding
from bot.workers import Workers
from storage.engine import Storage

AT_ONCE = 100
PEOPLE = ("li", "wu", "zheng", "lin", "zhou")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it; `kept` is how many arrivals the inbox has, `repeated` how many pushes were made again."""

    taken: int
    kept: int
    repeated: int
    connections: int


async def unruly(storage: Storage, seed: int, messages: int) -> Outcome:
    """Run it, with everything between the gateway and the inbox as it is in the service."""
    settings = DingSettings(
        answer_limit=1.5, resends=30, linger=0.3, month_pushes=10**6, month_calls=10**6, per_second=10**6
    )
    clock = SandboxClock()
    running = await serve_ding("127.0.0.1", 0, settings, load_campus(), clock=clock)
    workers = Workers(storage)
    reception = Reception(storage, workers, clock.now, arrived=lambda _channel, _count: None)
    channel = _channel(running, clock)
    try:
        await channel.open(reception.accept)
        await running.box.gateway.until(1)
        running.box.gateway.mischief = Mischief(
            Random(seed), drop=0.03, deaf=0.03, repeat=0.05, reorder=0.2, cut=0.006, part=0.012
        )
        pushed = await _say(running, messages)
    finally:
        await channel.close()
        await running.cleanup()
        workers.close(within=1)
    with storage.reading() as work:
        kept, _ = work.inbox.pending()
    taken, repeated = sum(one.accepted for one in pushed), sum(one.attempts > 1 for one in pushed)
    return Outcome(taken, kept, repeated, running.box.gateway.opened)


def _channel(running: DingRunning, clock: SandboxClock) -> DingTalk:
    app = running.box.settings
    one = DingTalkSettings(
        app.client_id, app.client_secret, app.robot, "http://127.0.0.1/", app.corp_id, api_base=running.url,
        oapi_base=running.url,
    )  # fmt: skip
    return DingTalk(one, now=clock.now, installation=7, ping=5.0)


async def _say(running: DingRunning, messages: int) -> list[Pushed]:
    """So many at once as a crowd keeps under way."""
    room = asyncio.Semaphore(AT_ONCE)

    async def say(number: int) -> Pushed:
        async with room:
            return await running.box.say(PEOPLE[number % len(PEOPLE)], f"{number}")

    return await asyncio.gather(*(say(number) for number in range(messages)))
