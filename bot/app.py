"""Puts everything together; the order of start and stop is on this page."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import signal
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import structlog
from aiohttp import web

from bot import address_key, ticker
from bot import channels as kinds
from bot.canvassing import Canvassing
from bot.channels.channel import Channel, Final, Passing, Unavailable
from bot.clock import Clock
from bot.config import Config
from bot.delivery import Delivery
from bot.directory import Directory, Implausible
from bot.door import in_time, listen
from bot.health import Health, Metrics
from bot.in_force import InForce
from bot.menu import menu_of
from bot.meter import Meter
from bot.mirror import EVERY, Mirror
from bot.model import Model
from bot.pump import Found, Pump
from bot.reception import Reception
from bot.school_year import SchoolYear
from bot.sealing.room import SealingRoom
from bot.workers import Workers
from flows import FLOWS
from flows.events import Event
from flows.flow import Rulebook
from handlers.dispatcher import GROUP, Dispatcher
from handlers.verifying import Verifying
from handlers.visitors import Seal, Visitors
from handlers.workbench import Workbench
from storage import migrate
from storage.engine import Storage, Unreachable, random_id
from storage.files import Shelf
from storage.records import Arrival

log = structlog.get_logger("app")


class Service:
    """One process of xiaoban. `app` is its web application; `steps` of it can be driven by hand in tests."""

    def __init__(self, config: Config, clock: Clock, *, autonomous: bool = True) -> None:
        self.config = config
        self.clock = clock
        self.metrics = Metrics()
        self.storage = Storage(config.storage.url)
        self.workers = Workers(self.storage)
        self._installation, self._seal = self._prepare()
        self.in_force = InForce(config, self.storage, self.workers, self.metrics)
        self.directory = Directory(self.storage, self.workers)
        self.year = SchoolYear(self.storage, self.workers, self.in_force, FLOWS)
        self.canvassing = Canvassing(self.storage, self.workers, self.in_force)
        self.meter = Meter(config, self.storage, self.workers, clock.now, self.metrics)
        self.shelf = Shelf(Path(config.storage.files))
        self.channels: dict[str, Channel] = {}
        several = len(config.channels()) > 1
        self.dispatcher = Dispatcher(self.storage, self.in_force, FLOWS, self._failed, self._reread, several=several)
        self.reception = Reception(self.storage, self.workers, clock.now, arrived=self._arrived)
        self._autonomous = autonomous
        self._with_menu: set[str] = set()
        self._rereading: set[asyncio.Task[None]] = set()
        self.app = web.Application(middlewares=[in_time], client_max_size=1024**2)
        self.app.cleanup_ctx.extend([self._open_storage, self._open_channels, self._run])
        self._build()

    def _build(self) -> None:
        sections = self.config.channels()
        kind = kinds.build(sections, self.clock.now, self._installation, self._refused, self.meter.spent)
        self.channels.update(kind)
        count = self.metrics.model
        found = self.config.model
        self.model = Model(found, self.in_force, self.clock.now, lambda end: count.labels(end).inc()) if found else None
        self.room = SealingRoom.of(
            self.config.seal, self.storage, self.workers, self.in_force, self.shelf, self.clock.now
        )
        self.delivery = Delivery(
            self.storage,
            self.workers,
            self.channels,
            self.in_force,
            self.shelf,
            self.clock.now,
            sent=lambda channel, count: self.metrics.sent.labels(channel).inc(count),
            dead=lambda channel, _reason: self.metrics.dead.labels(channel).inc(),
            model=self.model,
            proposed=self._wake,
            room=self.room,
        )
        self.mirror = self._mirroring()
        self.health = Health(self.storage, self.workers, self.metrics, self.delivery.paused, self._warnings)
        rushed = self.reception.is_rushed
        self.handling = Pump("handling", self._handle, rush=rushed)
        self.delivering = Pump("delivering", lambda: self.delivery.turn(self.delivering.wake), rush=rushed)
        for channel in self.channels.values():
            self.app.add_routes(channel.routes(self.reception.accept))
        own = (("/healthz", self._healthz), ("/readyz", self._readyz), ("/metrics", self._metrics))
        self.app.add_routes([web.get(path, page) for path, page in own])
        workbench = Workbench(
            self.storage, self.workers.run, self.in_force, FLOWS, self.shelf, self.clock.now, self.channels,
            self.config.server.public_url, replayed=self._wake,
            usage=self.meter.allowances,
            warnings=lambda: [
                *self.in_force.faults, *self.directory.warnings(), *self.year.sentences(self.clock.now()),
                *self.meter.sentences(self.rules.texts), *self.mirror.sentences(self.rules.texts),
            ],
        )  # fmt: skip
        workbench.add_to(self.app)
        if self.room is not None:
            Verifying(workbench, self.room.seal, self.room.issued).add_to(self.app)
        Visitors(workbench, self._seal, self._taken).add_to(self.app)

    def _mirroring(self) -> Mirror:
        return Mirror(
            self.storage, self.workers, self.channels, self.in_force, self.clock.now, meter=self.meter,
            paused=self.delivery.paused, installation=self._installation, url=self.config.server.public_url,
        )  # fmt: skip

    def _prepare(self) -> tuple[int, Seal]:
        """Own the file, bring it to the newest schema, and read what tells this installation from others."""
        self.storage.own()
        self.storage.address_key = address_key.read(Path(self.config.storage.files).parent)
        if self.storage.is_sqlite:
            migrate.upgrade(self.config.storage.url)
        elif not migrate.is_newest(self.config.storage.url):
            raise migrate.Outdated(self.config.storage.url)
        with self.storage.work() as work:
            return work.cases.remember_once("installation", random_id() % 36**6), Seal.of(work)

    @property
    def rules(self) -> Rulebook:
        """What is in force now."""
        return self.in_force()

    # Start and stop, from the inside out

    async def _open_storage(self, _app: web.Application) -> AsyncIterator[None]:
        yield
        self.workers.close(within=1)
        self.storage.close()

    async def _open_channels(self, _app: web.Application) -> AsyncIterator[None]:
        for channel in self.channels.values():
            await channel.open(self.reception.accept)
        yield
        for channel in self.channels.values():
            await channel.close()
        if self.model is not None:
            await self.model.close()
        await self.meter.close()

    async def _run(self, _app: web.Application) -> AsyncIterator[None]:
        if not self._autonomous:
            yield
            return
        self.health.ticked_at = self.clock.now()
        self.handling.start()
        self.delivering.start()
        minutes = self.config.sync_minutes()
        scheduler = ticker.metronome(
            (timedelta(seconds=1), self.tick),
            (EVERY, self.mirror.keep),
            (timedelta(minutes=minutes), self.introduce),
            (timedelta(hours=6), self._prune),
        )
        scheduler.start()
        yield
        scheduler.shutdown(wait=False)
        with contextlib.suppress(TimeoutError):  # a hung database: what it holds is undone there, and done again later
            async with asyncio.timeout(2):
                await asyncio.gather(self.handling.stop(), self.delivering.stop())
        with contextlib.suppress(TimeoutError, Unreachable):
            async with asyncio.timeout(3):
                await self.delivery.finish(within=2.5)

    async def introduce(self) -> None:
        """Learn the people and set the menu, at the start and every `sync_minutes`."""
        await self.read_directories()
        await self._publish_menus()

    async def reread(self) -> None:
        """Read the rules again, as SIGHUP asks; all of them are in force afterwards, or those before (C9)."""
        before = self.rules
        if not await self.in_force.reread():
            return
        self.year.look_again(changed=self.rules.calendar.digest != before.calendar.digest)
        if menu_of(before) != menu_of(self.rules):
            self._with_menu.clear()
            await self._publish_menus()

    def reread_soon(self) -> None:
        """The same, from where nothing can be waited for."""
        task = asyncio.get_running_loop().create_task(self.reread())
        self._rereading.add(task)
        task.add_done_callback(self._rereading.discard)
        task.add_done_callback(lambda _: settle_memory())

    async def _publish_menus(self) -> None:
        """Set the menu where it is not set; a platform that was away is asked again the next time."""
        for channel in self.channels.values():
            if channel.name in self._with_menu:
                continue
            try:
                await channel.publish_menu(menu_of(self.rules))
            except (Passing, Final) as error:
                log.warning("menu not set", channel=channel.name, reason=str(error))
            else:
                self._with_menu.add(channel.name)

    # What the loops do

    async def _handle(self) -> Found:
        taken = await self.workers.run(self.dispatcher.step, self.clock.now())
        if taken:
            self.delivering.wake.set()
        return Found.PLENTY if taken >= GROUP else Found(taken > 0)

    async def tick(self) -> None:
        """Fire what has fallen due."""
        now = self.clock.now()
        await self.in_force.catch_up(now)
        await self.year.catch_up(now)
        await self.canvassing.catch_up(now)
        await self.meter.catch_up()
        with contextlib.suppress(Unreachable):
            while await self.workers.run(ticker.fire, self.storage, now):
                self.handling.wake.set()
            self.health.ticked_at = now
        self._wake()

    async def read_directories(self) -> None:
        """Bring people up to date from every platform."""
        for channel in self.channels.values():
            try:
                await self.directory.read(channel, self.clock.now())
            except (Passing, Final, Implausible, Unreachable) as error:
                log.warning("directory not read", channel=channel.name, reason=str(error))

    async def _prune(self) -> None:
        now, stored = self.clock.now(), self.config.storage
        keep, keep_files = timedelta(days=stored.keep_days), timedelta(days=stored.keep_files_days)
        with contextlib.suppress(Unreachable):
            await self.workers.run(ticker.prune, self.storage, now, keep)
            await self.workers.run(ticker.clear_shelf, self.storage, self.shelf, now, keep_files)
            await ticker.sweep_shelf(self.storage, self.workers, self.shelf, now)

    async def _taken(self, event: Event) -> bool:
        """Take what somebody did on a page of ours; False when it cannot be committed now."""
        try:
            await self.reception.accept(event)
        except Unavailable:
            return False
        return True

    def _arrived(self, channel: str, count: int) -> None:
        self.metrics.admitted.labels(channel).inc(count)
        self.handling.wake.set()

    def _refused(self, reason: str) -> None:
        self.metrics.refused.labels(reason).inc()

    def _failed(self, arrival: Arrival, error: Exception, last: bool) -> None:
        self.metrics.failed.labels("parked" if last else "again").inc()
        log.error("arrival failed", arrival=arrival.id, event_id=arrival.event_id, parked=last, exc_info=error)

    def _reread(self, event: Event, raw: str) -> Event | None:
        channel = self.channels.get(event.channel)
        return channel.reread(event, raw) if channel else event

    def _warnings(self, now: datetime) -> list[str]:
        """What somebody should look at while the work goes on."""
        told = (
            ("people", self.directory.blocked),
            ("model", self.model.trouble() if self.model else None),
            ("seal", self.room.trouble() if self.room else None),
        )
        said = [f"{what}: {why}" for what, why in told if why]
        return [
            *said,
            *self.in_force.warnings(),
            *self.year.warnings(now),
            *self.meter.warnings(),
            *self.mirror.warnings(),
        ]

    def _wake(self) -> None:
        self.handling.wake.set()
        self.delivering.wake.set()

    # Pages of the service itself

    async def _healthz(self, _request: web.Request) -> web.Response:
        return web.Response(text="ok\n")

    async def _readyz(self, _request: web.Request) -> web.Response:
        state = await self.health.state(self.clock.now())
        body = {"ready": state.ready, "reasons": list(state.reasons), "warnings": list(state.warnings), **state.figures}
        return web.json_response(body, status=200 if state.ready else 503)

    async def _metrics(self, _request: web.Request) -> web.Response:
        await self.health.state(self.clock.now())
        return web.Response(body=self.metrics.text(), content_type="text/plain", charset="utf-8")


def settle_memory() -> None:
    """Let the collector leave alone what was read and lasts, and look through what is new less often."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 10)


async def serve(config: Config, clock: Clock) -> None:
    """Run until asked to stop; then end within ten seconds, whatever is open."""
    service = Service(config, clock)
    runner = web.AppRunner(service.app, access_log=None, shutdown_timeout=3, keepalive_timeout=75)
    await runner.setup()
    try:
        await _until_asked_to_stop(service, runner)
    finally:
        await runner.cleanup()


async def _until_asked_to_stop(service: Service, runner: web.AppRunner) -> None:
    config = service.config
    server = await listen(runner, config.server.host, config.server.port)
    settle_memory()
    log.info("serving", host=config.server.host, port=config.server.port, channels=sorted(service.channels))
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        with contextlib.suppress(NotImplementedError):  # Windows has no signal handlers on its loop
            loop.add_signal_handler(name, stop.set)
    with contextlib.suppress(NotImplementedError, AttributeError):  # nor has it SIGHUP
        loop.add_signal_handler(signal.SIGHUP, service.reread_soon)
    await stop.wait()
    log.info("stopping")
    service.health.stopping = True
    server.close()
