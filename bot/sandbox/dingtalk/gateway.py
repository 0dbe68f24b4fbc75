"""The Stream gateway: tickets, connections, frames; each push goes to one of them. protocol/dingtalk.md 3"""

from __future__ import annotations

import asyncio
import itertools
import json
import secrets
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta

from aiohttp import WSMsgType, web

from bot.sandbox.dingtalk.corp import DingCorp
from bot.sandbox.dingtalk.faults import Mischief
from bot.sandbox.dingtalk.lines import Line, breach_of, frame
from bot.sandbox.dingtalk.wire import Refused, compact
from bot.sandbox.wire import Json

MOST_HELD = 0.02
"""Seconds at most that a frame is held back out of order."""
KNOWN = 100_000


class Gateway:
    """Several connections of one app share the pushes. `breaches` are what a client sent that it should not have."""

    def __init__(self, corp: DingCorp) -> None:
        self._corp = corp
        self._tickets: dict[str, tuple[datetime, frozenset[str]]] = {}
        self._ids = (f"{secrets.token_hex(4)}_{n:x}" for n in itertools.count(1))
        self._waiting: dict[str, tuple[Line, asyncio.Future[Json]]] = {}
        self._known: dict[str, None] = {}
        self._changed = asyncio.Event()
        self._closing = asyncio.Event()
        self._partings: set[asyncio.Task[None]] = set()
        self._turn = itertools.count()
        self.lines: list[Line] = []
        self.opened = 0
        self.breaches: list[str] = []
        self.mischief = Mischief()

    # Connections

    async def open(self, request: web.Request) -> web.StreamResponse:
        """connections/open: a ticket that is good once, and soon."""
        try:
            topics = self._subscribed(await request.json())
        except ValueError:
            return _refused(Refused(400, "invalidParameter.body"))
        except Refused as refused:
            return _refused(refused)
        if "application/json" not in request.headers.get("Accept", ""):
            return web.Response(text="<xml/>", content_type="application/xml")
        ticket = secrets.token_hex(18)
        self._tickets[ticket] = (self._corp.now() + timedelta(seconds=self._corp.settings.ticket_life), topics)
        return web.json_response({"endpoint": f"ws://{request.host}/connect", "ticket": ticket})

    def _subscribed(self, body: object) -> frozenset[str]:
        if self._corp.faults.gateway_closed:
            raise Refused(503, "ServiceUnavailable")
        if not isinstance(body, dict):
            raise Refused(400, "invalidParameter.body")
        if not self._corp.tokens.fits(body.get("clientId"), body.get("clientSecret")) or self._corp.faults.wrong_secret:
            raise Refused(400, "invalidClientIdOrSecret")
        wanted = body.get("subscriptions")
        if not isinstance(wanted, list) or not wanted:
            raise Refused(400, "invalidParameter.subscriptions")
        for one in wanted:
            if not isinstance(one, dict) or one.get("type") not in {"EVENT", "CALLBACK"} or not one.get("topic"):
                raise Refused(400, "invalidParameter.subscriptions")
        return frozenset(str(one["topic"]) for one in wanted)

    async def connect(self, request: web.Request) -> web.StreamResponse:
        """A connection, until either side ends it."""
        until, topics = self._tickets.pop(request.query.get("ticket", ""), (self._corp.now(), frozenset()))
        if self._corp.now() >= until:
            return web.Response(status=401)
        if self._corp.faults.take("gateway_hangs"):
            await self._closing.wait()
        socket = web.WebSocketResponse(autoping=False, timeout=0.5)
        await socket.prepare(request)
        line = Line(secrets.token_hex(6), socket, topics)
        self.lines.append(line)
        self.opened += 1
        self._changed.set()
        try:
            async for message in socket:
                if line.silent:
                    continue
                if message.type is WSMsgType.PING:
                    await socket.pong(message.data)
                elif message.type is WSMsgType.TEXT:
                    self._heard(message.data)
        finally:
            self._gone(line)
        return socket

    def _gone(self, line: Line) -> None:
        self.lines.remove(line)
        for held, future in list(self._waiting.values()):
            if held is line and not future.done():
                future.set_exception(ConnectionError())

    def _heard(self, text: str) -> None:
        wrong = breach_of(text)
        if wrong:
            self.breaches.append(wrong)
            return
        answer = json.loads(text)
        id = str(answer["headers"]["messageId"])
        if id not in self._known:
            self.breaches.append(f"nobody asked: {id}")
        _, future = self._waiting.get(id, (None, None))
        if future is not None and not future.done() and not self.mischief.does("deaf"):
            future.set_result(answer)

    # Pushes

    async def push(self, topic: str, data: str, headers: Mapping[str, str], limit: float, id: str = "") -> Json | None:
        """One attempt: the app's answer, or None when none came in time."""
        kind = "EVENT" if topic == "*" else "CALLBACK"
        try:
            async with asyncio.timeout(limit):
                line = await self._any(topic)
                written = self._frame(kind, topic, line, data, headers, id)
                return await self._exchange(line, written)
        except (TimeoutError, ConnectionError):
            return None

    async def _any(self, topic: str) -> Line:
        """One of the connections that want it, in turn; waits until there is one."""
        while True:
            able = [line for line in self.lines if line.takes(topic)]
            if able:
                return able[next(self._turn) % len(able)]
            self._changed.clear()
            await self._changed.wait()

    def _frame(self, kind: str, topic: str, line: Line, data: str, headers: Mapping[str, str], id: str) -> Json:
        own = {"appId": self._corp.settings.client_id, "connectionId": line.id, **headers}
        return frame(kind, topic, id or next(self._ids), self._corp.now(), data, own)

    async def _exchange(self, line: Line, written: Json) -> Json:
        id, odd = written["headers"]["messageId"], self.mischief
        future: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        self._waiting[id] = (line, future)
        self._known[id] = None
        if len(self._known) > KNOWN:
            del self._known[next(iter(self._known))]
        try:
            if odd.does("reorder"):
                await asyncio.sleep(odd.random.uniform(0, MOST_HELD))
            if not odd.does("drop"):
                await line.send(written)
            if odd.does("repeat"):
                await line.send(written)
            if odd.does("cut"):
                line.cut()
            if odd.does("part"):
                await self.part(line)
            return await future
        finally:
            self._waiting.pop(id, None)
            future.cancel()

    async def system(self, line: Line, topic: str, data: Json, limit: float = 3.0) -> Json | None:
        """A frame of the gateway's own; its answer's data, if one comes."""
        written = self._frame("SYSTEM", topic, line, compact(data), {}, "")
        try:
            async with asyncio.timeout(limit):
                answer = await self._exchange(line, written)
        except (TimeoutError, ConnectionError):
            return None
        found: Json = json.loads(answer["data"])
        return found

    async def ping(self, line: Line) -> bool:
        """Whether the app echoes what the gateway asks."""
        data = {"opaque": secrets.token_hex(8)}
        return await self.system(line, "ping", data) == data

    async def part(self, line: Line | None = None) -> None:
        """Say goodbye: nothing more is routed there, and the connection lingers a while."""
        for one in [line] if line else list(self.lines):
            one.parting = True
            data = {"reason": "persistent connection is timeout"}
            own = {"appId": self._corp.settings.client_id}
            id = next(self._ids)
            self._known[id] = None
            await one.send(frame("SYSTEM", "disconnect", id, self._corp.now(), compact(data), own))
            task = asyncio.create_task(self._linger(one))
            self._partings.add(task)
            task.add_done_callback(self._partings.discard)

    async def _linger(self, line: Line) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(self._corp.settings.linger):
                await self._closing.wait()
        with suppress(ConnectionError):
            await line.socket.close()

    def fall_silent(self, lines: Iterable[Line] | None = None) -> None:
        """Say nothing more and hear nothing, without closing."""
        for line in self.lines if lines is None else lines:
            line.silent = True

    async def until(self, count: int, limit: float = 10.0) -> None:
        """Wait until so many connections have been made since the start. Raises TimeoutError."""
        async with asyncio.timeout(limit):
            while self.opened < count:
                self._changed.clear()
                await self._changed.wait()

    async def close(self) -> None:
        """End every connection."""
        self._closing.set()
        await asyncio.gather(*(line.socket.close() for line in list(self.lines)), return_exceptions=True)
        await asyncio.gather(*self._partings, return_exceptions=True)


def _refused(refused: Refused) -> web.Response:
    return web.json_response(refused.answer(secrets.token_hex(16)), status=refused.status)
