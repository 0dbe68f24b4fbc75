"""Outbox -> channels: claim, send, retry later or report."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from random import Random

import structlog

from bot.channels.channel import Channel, Final, Passing
from bot.claiming import Claiming
from bot.courier import Courier
from bot.model import Model
from bot.outage import PAUSE, Outages
from bot.parcels import Parcel, Results
from bot.pictures.studio import Studio
from bot.pump import Found
from bot.sealing.room import SealingRoom
from bot.settling import Settling
from bot.workers import Workers
from flows.cards import Card, Picture, content_from_json
from flows.digest.jobs import Compile
from flows.flow import Rulebook
from flows.puzzles import Puzzle
from flows.sealing.jobs import Job
from storage.engine import Storage
from storage.files import Shelf
from storage.records import NoticeKind

log = structlog.get_logger("delivery")

MOST_CALLS = 64
"""Calls under way at once."""
PLENTY = 64
"""So many parcels at a time mean that more are waiting."""
TRIES = 24
"""With the waits below that is about two hours of a platform that answers nothing."""
ALARM_PAUSE = timedelta(minutes=1)


class Delivery:
    """Carries what the outbox holds. A platform that refuses is left alone for a while, and nothing is dropped."""

    def __init__(
        self,
        storage: Storage,
        workers: Workers,
        channels: Mapping[str, Channel],
        rules: Callable[[], Rulebook],
        shelf: Shelf,
        now: Callable[[], datetime],
        *,
        sent: Callable[[str, int], None],
        dead: Callable[[str, str], None],
        model: Model | None = None,
        proposed: Callable[[], None] = lambda: None,
        room: SealingRoom | None = None,
    ) -> None:
        self._storage = storage
        self._workers = workers
        self._channels = channels
        self._courier = Courier(storage, workers, shelf, now)
        self._model = model
        self._proposed = proposed
        self._room = room
        self._studio = Studio(storage, workers, rules, shelf, now)
        self._now = now
        self._random = Random()  # noqa: S311  # jitter only
        self.paused: dict[str, tuple[datetime, str]] = {}
        self._outages = Outages()
        self._claim = Claiming(storage, channels, self.paused, now, dead=dead)
        self._settle = Settling(storage, rules, now, sent=sent, dead=dead)
        self._done: list[Results] = []
        self._under_way: set[asyncio.Task[None]] = set()

    async def step(self) -> int:
        """Claim, send and write down one round; returns how many calls it made."""
        parcels = await self._workers.run(self._claim)
        results = await asyncio.gather(*(self._carry(parcel) for parcel in parcels))
        if results:
            await self._workers.run(self._settle, results)
        return len(parcels)

    async def turn(self, wake: asyncio.Event) -> Found:
        """Go on without waiting for slow calls: write down what is done, claim more."""
        done = await self._write_down()
        if len(self._under_way) >= MOST_CALLS:
            return Found(done)
        parcels = await self._workers.run(self._claim)
        for parcel in parcels:
            task = asyncio.create_task(self._carry_and_keep(parcel, wake))
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)
        return Found.PLENTY if len(parcels) >= PLENTY else Found(done or bool(parcels))

    async def _carry_and_keep(self, parcel: Parcel, wake: asyncio.Event) -> None:
        results = await self._carry(parcel)
        self._done.append(results)  # not in one line: the list may have been emptied, and replaced, meanwhile
        wake.set()

    async def finish(self, within: float) -> None:
        """Let calls under way end, and write down what they did (F52)."""
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=within)
        await self._write_down()

    async def _write_down(self) -> bool:
        """Settle what is done; what cannot be written now is kept: it could not be found out again."""
        done, self._done = self._done, []
        if not done:
            return False
        try:
            await self._workers.run(self._settle, done)
        except BaseException:
            self._done = [*done, *self._done]
            raise
        if any(results.candidates is not None or results.event is not None for results in done):
            self._proposed()
        return True

    async def _carry(self, parcel: Parcel) -> Results:
        results = Results(parcel)
        channel = self._channels[parcel.channel]
        try:
            await self._call(channel, parcel, results)
        except Passing as passing:
            self._try_again(passing, results)
        except Final as final:
            self._outages.answered(parcel.channel)
            self._give_up(final, results)
        except Exception as error:  # the loop over the outbox must outlive any channel
            log.exception("delivery failed", parcel=parcel.mark, channel=parcel.channel)
            self._try_again(Passing(type(error).__name__), results)
        else:
            if results.receipt is not None or results.stored is not None:
                self._outages.answered(parcel.channel)
        return results

    async def _call(self, channel: Channel, parcel: Parcel, results: Results) -> None:
        content = content_from_json(parcel.content)
        match parcel.kind, content:
            case NoticeKind.SEND, Card():
                results.receipt = await channel.send(parcel.accounts, content, parcel.mark)
            case NoticeKind.REVISE, Card() if parcel.receipt is not None:
                if parcel.receipt.code is None and not channel.traits.revisable:
                    results.supersede = True
                else:
                    results.receipt = await channel.revise(parcel.receipt, parcel.accounts, content)
            case NoticeKind.FILE, Picture(file=file):
                await self._courier.hand_over(channel, parcel, file, results)
            case NoticeKind.FETCH, Picture(file=file):
                await self._courier.fetch(channel, file, results)
            case NoticeKind.PROPOSE, Puzzle():
                since = parcel.addresses[0].notice.created_at
                results.candidates = await self._model.propose(content, since) if self._model else ()
            case NoticeKind.JOB, Job() if self._room is not None:
                await self._room.do(content, results)
            case NoticeKind.JOB, Compile():
                await self._studio.make(content.digest)
            case _:
                raise Final("nothing that can be carried")

    def _try_again(self, passing: Passing, results: Results) -> None:
        parcel, now = results.parcel, self._now()
        attempts = max(address.notice.attempts for address in parcel.addresses)
        results.reason = passing.reason
        away = self._outages.failed(parcel.channel, parcel.mark, now)
        if passing.wait or away:
            until = now + (passing.wait or PAUSE)
            self.paused[parcel.channel] = (until, passing.reason)
            results.again_at, results.counted = until, False
        elif attempts + 1 >= TRIES:
            results.dead = True
        else:
            wait = min(600.0, 2.0**attempts) * self._random.uniform(0.5, 1.0)
            results.again_at = now + timedelta(seconds=wait)
        results.unspent = not passing.unsure

    def _give_up(self, final: Final, results: Results) -> None:
        results.reason = final.reason
        if final.alarm:  # a person must mend it; until then nothing is lost
            self.paused[results.parcel.channel] = (self._now() + ALARM_PAUSE, final.reason)
            results.again_at, results.counted = self._now() + ALARM_PAUSE, False
            results.unspent = True
            log.error("platform needs attention", channel=results.parcel.channel, reason=final.reason)
        elif results.parcel.kind is NoticeKind.REVISE:
            results.supersede = True
        else:
            results.dead = True
