"""Stream mode: our own connection to DingTalk's gateway (protocol/dingtalk.md, section 3).

One connection at a time, a new one before an old one is given up; a frame is acknowledged once the inbox has what it
tells, and not at all when it cannot be taken, so that it comes again. Several processes may do this at once: the
gateway gives each message to one of them, and the order of a person's messages is the inbox's.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from typing import Any
from urllib.parse import quote

import aiohttp
import structlog

from bot.channels.channel import Passing, Unavailable
from bot.channels.dingtalk.errors import Kind, error_of
from bot.channels.dingtalk.reading import Foreign, Ours, Told, change_of, message_of, tap_of
from bot.channels.dingtalk.strictness import BadJson, read
from bot.channels.http import Http

log = structlog.get_logger("dingtalk.stream")

OPEN = "/v1.0/gateway/connections/open"
MESSAGES = "/v1.0/im/bot/messages/get"
DELEGATED = "/v1.0/im/bot/messages/delegate"
CARDS = "/v1.0/card/instances/callback"
MOST_FRAME = 1024 * 1024
PING_SECONDS = 20.0
"""A silent peer is given up after one and a half of these."""
HANDSHAKE_SECONDS = 10.0
"""A gateway that takes a connection and then says nothing is asked anew."""
LINGER_SECONDS = 15.0
"""How long a connection the gateway said goodbye to is still read: it lingers about ten (protocol 3.3)."""
GRACE_SECONDS = 1.0
YOUNG_SECONDS = 5.0
"""A connection that did not last longer, and told nothing, has failed."""
BROKEN_SECONDS = 1.0
"""Nobody comes back at the same moment as everybody else when a gateway has broken down."""
MOST_WAIT = 60.0
AT_ONCE = 256
"""Frames being taken at the same time."""

Take = Callable[[Told], Awaitable[None]]
Sleep = Callable[[float], Awaitable[None]]


@dataclass(slots=True)
class State:
    """How it stands, for whoever looks after the service."""

    connected: int = 0
    opened: int = 0
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Frame:
    """One push; `data` is JSON in a string."""

    kind: str
    topic: str
    message_id: str
    headers: Mapping[str, Any]
    data: str


class Stream:
    """Listens until it is told to stop."""

    def __init__(
        self,
        base: str,
        credentials: tuple[str, str],
        ours: Ours,
        now: Callable[[], datetime],
        take: Take,
        *,
        ping: float = PING_SECONDS,
        longest: float = MOST_WAIT,
    ) -> None:
        self._http = Http(base)
        self._client_id, self._client_secret = credentials
        self._ours = ours
        self._now = now
        self._take = take
        self._ping = ping
        self._longest = longest
        self._random = Random()  # noqa: S311  # jitter only
        self._session: aiohttp.ClientSession | None = None
        self._lines: set[asyncio.Task[None]] = set()
        self.state = State()

    async def run(self) -> None:
        """Keep a connection; ends only by being cancelled, and then leaves nothing behind."""
        self._session = aiohttp.ClientSession()
        loop, failures = asyncio.get_running_loop(), 0
        try:
            while True:
                began = loop.time()
                line = await self._open()
                if line is not None:
                    task = asyncio.create_task(self._read(line), name="dingtalk-line")
                    self._lines.add(task)
                    task.add_done_callback(self._lines.discard)
                    await line.over.wait()
                if line is not None and (line.used or loop.time() - began >= YOUNG_SECONDS):
                    failures, patience = 0, 0.0 if line.parting else BROKEN_SECONDS
                else:
                    failures, patience = failures + 1, self._patience(failures)
                await asyncio.sleep(self._random.uniform(0, patience))
        finally:
            await self._let_go()

    def _patience(self, failures: int) -> float:
        """At once after the first, then longer and longer: also where connections are made and are of no use."""
        return min(self._longest, 2.0 ** min(failures, 10) - 1)

    async def _let_go(self) -> None:
        for task in list(self._lines):
            task.cancel()
        await asyncio.gather(*self._lines, return_exceptions=True)
        if self._session is not None:
            await self._session.close()
        await self._http.close()

    async def _open(self) -> Line | None:
        """A fresh ticket and a connection with it; None when there is none to be had now."""
        assert self._session is not None
        try:
            endpoint, ticket = await self._ticket()
            async with asyncio.timeout(HANDSHAKE_SECONDS):
                socket = await self._session.ws_connect(
                    f"{endpoint}?ticket={quote(ticket, safe='')}",
                    heartbeat=self._ping,
                    max_msg_size=MOST_FRAME,
                    timeout=aiohttp.ClientWSTimeout(ws_close=2.0),
                )
        except Passing as passing:
            self._fails(passing.reason)
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            self._fails(type(error).__name__)  # the address holds the ticket: its words are not for the log
        else:
            self.state.opened += 1
            self.state.trouble = ""
            log.info("connected")
            return Line(socket)
        return None

    def _fails(self, reason: str) -> None:
        if self.state.trouble != reason:
            log.error("no connection to the gateway", reason=reason)
        self.state.trouble = reason

    async def _ticket(self) -> tuple[str, str]:
        body = {
            "clientId": self._client_id,
            "clientSecret": self._client_secret,
            "subscriptions": [
                {"type": "EVENT", "topic": "*"},
                {"type": "CALLBACK", "topic": MESSAGES},
                {"type": "CALLBACK", "topic": CARDS},
            ],
            "ua": "xiaoban/1",
            "extras": {},
        }
        headers = {"Accept": "application/json"}
        status, answer = await self._http.answer("POST", OPEN, {}, json=body, headers=headers)
        if (error := error_of(OPEN, status, answer)) is not None:
            if error.kind in {Kind.ATTENTION, Kind.BUG}:
                log.error("platform needs attention", channel="dingtalk", reason=str(error))
            raise Passing(str(error))
        try:
            return str(answer["endpoint"]), str(answer["ticket"])
        except KeyError as error:
            raise Passing(f"{OPEN}: KeyError") from error

    async def _read(self, line: Line) -> None:
        """Read a connection to its end; one that was said goodbye to is read for a while yet."""
        self.state.connected += 1
        room = asyncio.Semaphore(AT_ONCE)
        under_way: set[asyncio.Task[None]] = set()
        try:
            async for message in line.socket:
                if message.type is not aiohttp.WSMsgType.TEXT:
                    continue
                await room.acquire()
                task = asyncio.create_task(self._answer(line, message.data, room))
                under_way.add(task)
                task.add_done_callback(under_way.discard)
        finally:
            line.over.set()
            self.state.connected -= 1
            await _ended(under_way)
            with suppress(Exception):
                await line.socket.close()

    async def _answer(self, line: Line, text: str, room: asyncio.Semaphore) -> None:
        try:
            frame = frame_of(text)
            if frame is None:
                return
            answer = await self._answer_to(line, frame)
            if answer is not None:
                await line.socket.send_str(json.dumps(answer, ensure_ascii=False))
        except (ConnectionError, aiohttp.ClientError, RuntimeError):
            log.info("a frame could not be acknowledged; it comes again")
        except Exception:  # one frame must not take others with it; it comes again, and this is how we learn of it
            log.exception("a frame could not be read")
        finally:
            room.release()

    async def _answer_to(self, line: Line, frame: Frame) -> dict[str, Any] | None:
        if frame.kind == "SYSTEM":
            return self._system(line, frame)
        line.used = True
        try:
            told = self._told(frame)
            if told is None:
                return acknowledged(frame, {"response": {}}, code=404, message="no such topic")
            await self._take(told)
        except (Foreign, BadJson) as bad:
            log.warning("refused", reason=type(bad).__name__, door="stream")
            return acknowledged(frame, _done(frame))
        except Unavailable as error:
            log.error("not taken", reason=str(error))
            return acknowledged(frame, {"status": "LATER"}) if frame.kind == "EVENT" else None
        return acknowledged(frame, _done(frame))

    def _system(self, line: Line, frame: Frame) -> dict[str, Any] | None:
        if frame.topic == "ping":
            return acknowledged(frame, frame.data)
        if frame.topic == "disconnect":
            line.parting = True
            line.over.set()  # another one is opened at once, while this one is read until the gateway closes it
            asyncio.get_running_loop().call_later(LINGER_SECONDS, line.end)
        return acknowledged(frame, frame.data)

    def _told(self, frame: Frame) -> Told | None:
        now = self._now()
        if frame.kind == "EVENT":
            kind, id = str(frame.headers.get("eventType") or ""), str(frame.headers.get("eventId") or "")
            try:
                data = read(frame.data)
            except BadJson:
                data = {"raw": frame.data}
            return change_of(kind, id, data, now)
        if frame.kind != "CALLBACK":
            return None
        if frame.topic in {MESSAGES, DELEGATED}:
            return message_of(read(frame.data), self._ours, now)
        if frame.topic == CARDS:
            return tap_of(read(frame.data), _sent_at(frame, now), now)
        return None


async def _ended(tasks: Collection[asyncio.Task[None]]) -> None:
    """Let what is being taken end, for a moment: nobody can be answered here any more, and it all comes again (F52)."""
    if tasks:
        await asyncio.wait(tasks, timeout=GRACE_SECONDS)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@dataclass(slots=True)
class Line:
    """A connection; `over` once another one is wanted, `used` once it has told anything."""

    socket: aiohttp.ClientWebSocketResponse
    used: bool = False
    parting: bool = False
    over: asyncio.Event = field(default_factory=asyncio.Event)
    ending: asyncio.Task[bool] | None = None

    def end(self) -> None:
        """Close what lingered too long."""
        if not self.socket.closed:
            self.ending = asyncio.ensure_future(self.socket.close())


def frame_of(text: str) -> Frame | None:
    """A frame, read leniently: header sets vary (protocol 3.2); None for what is none."""
    try:
        found = read(text)
    except BadJson:
        log.warning("refused", reason="BadJson", door="stream")
        return None
    headers = found.get("headers")
    headers = headers if isinstance(headers, Mapping) else {}
    data = found.get("data")
    data = data if isinstance(data, str) else json.dumps(data, ensure_ascii=False)
    return Frame(
        str(found.get("type") or ""),
        str(headers.get("topic") or ""),
        str(headers.get("messageId") or ""),
        headers,
        data,
    )


def acknowledged(
    frame: Frame, data: Mapping[str, Any] | str, *, code: int = 200, message: str = "OK"
) -> dict[str, Any]:
    """The answer to a frame."""
    inner = data if isinstance(data, str) else json.dumps(data, ensure_ascii=False)
    headers = {"messageId": frame.message_id, "contentType": "application/json"}
    return {"code": code, "headers": headers, "message": message, "data": inner}


def _done(frame: Frame) -> Mapping[str, Any]:
    return {"status": "SUCCESS", "message": "OK"} if frame.kind == "EVENT" else {"response": {}}


def _sent_at(frame: Frame, now: datetime) -> datetime:
    try:
        return datetime.fromtimestamp(int(str(frame.headers.get("time"))) / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return now
