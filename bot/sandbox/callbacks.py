"""Delivers callbacks: verified address, order per person, five seconds, three re-sends. protocol/wecom.md 1.2, 1.6"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

import aiohttp
from yarl import URL

from bot.sandbox.corp import Corp
from bot.sandbox.crypto import Garbled
from bot.sandbox.forge import Forge
from bot.sandbox.journal import CallbackSent
from bot.sandbox.passive import open_reply, show_reply
from bot.sandbox.phones import Status

LONGEST_REPLY = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Parcel:
    """One inner message on its way. `item` is its line on the person's phone, `card` the card it was tapped on."""

    id: str
    userid: str
    inner: str | bytes
    msg_id: str | None = None
    event: str | None = None
    item: str | None = None
    card: str | None = None
    rewrite: Callable[[], str] | None = None
    """Writes the message anew for a second try, where that is switched on."""

    @property
    def text(self) -> str:
        """The inner message for people and journals."""
        return self.inner if isinstance(self.inner, str) else self.inner.decode("utf-8", "replace")


@dataclass(frozen=True, slots=True)
class Delivery:
    """How it went. `statuses` has one entry for each attempt, None where no answer came in time."""

    id: str
    userid: str
    msg_id: str | None
    inner: str
    attempts: int
    statuses: tuple[int | None, ...]
    accepted: bool

    @property
    def status(self) -> int | None:
        """The last answer."""
        return self.statuses[-1] if self.statuses else None


class Deliverer:
    """The way to one callback address. What was not accepted stays in `undelivered`."""

    def __init__(self, corp: Corp, url: str | None, forge: Forge) -> None:
        self.url = url
        self.verified = False
        self.last_status: int | None = None
        self.last_error: str | None = None
        self.under_way: dict[str, Parcel] = {}
        self.undelivered: dict[str, Parcel] = {}
        self._corp = corp
        self._forge = forge
        self._session: aiohttp.ClientSession | None = None
        self._lanes: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._held: dict[str, asyncio.Event] = {}
        self._verifying = asyncio.Lock()
        self._closing = asyncio.Event()

    async def verify(self) -> bool:
        """Ask the address to decrypt a challenge; exact body, within a second."""
        challenge = self._forge.challenge()
        try:
            status, body = await self._request(
                "GET", challenge.url(self.url or ""), b"", self._corp.settings.verify_limit
            )
        except _NoAnswer as error:
            self._heard(None, f"verification: {error}")
            return False
        fine = status == 200 and body == challenge.echo
        self._heard(status, None if fine else "verification: the answer is not the plaintext of echostr")
        self.verified = self.verified or fine
        return fine

    async def ready(self) -> bool:
        """Whether the address has been verified; tries it now when it has not."""
        if self.url is None:
            return False
        async with self._verifying:
            return self.verified or await self.verify()

    async def deliver(self, parcel: Parcel) -> Delivery:
        """Bring it there, after everything the same person sent before. Returns when it was answered or given up."""
        self.under_way[parcel.id] = parcel
        try:
            return await self._delivered(parcel)
        finally:
            del self.under_way[parcel.id]

    async def _delivered(self, parcel: Parcel) -> Delivery:
        faults = self._corp.faults
        self._show(parcel, "pending")
        if faults.take("lose"):
            self._show(parcel, "failed")
            return _result(parcel, self._begun(parcel))
        lane = parcel.userid.lower()
        released = self._held.pop(lane, None)
        if released is None and faults.take("reorder"):
            await self._hold_back(lane)
        try:
            async with self._lanes[lane]:
                return await self._in_turn(parcel)
        finally:
            if released is not None:
                released.set()

    async def redeliver(self, id: str | None = None) -> list[Delivery]:
        """Send what was given up once more, oldest first: one of them or all."""
        chosen = [parcel for parcel in self.undelivered.values() if id in (None, parcel.id)]
        return [await self.deliver(parcel) for parcel in chosen]

    async def close(self) -> None:
        """Give up everything under way, at once."""
        self._closing.set()
        for event in self._held.values():
            event.set()
        if self._session is not None:
            await self._session.close()

    async def _hold_back(self, lane: str) -> None:
        """Wait until this person's next message has gone out."""
        overtaken = self._held[lane] = asyncio.Event()
        try:
            async with asyncio.timeout(self._corp.settings.reorder_wait):
                await overtaken.wait()
        except TimeoutError:
            self._held.pop(lane, None)

    async def _in_turn(self, parcel: Parcel) -> Delivery:
        entry = self._begun(parcel)
        if await self.ready():
            entry = await self._tries(parcel, entry)
        if entry.accepted:
            self.undelivered.pop(parcel.id, None)
        else:
            self.undelivered[parcel.id] = parcel
        self._show(parcel, "delivered" if entry.accepted else "failed")
        return _result(parcel, entry)

    def _begun(self, parcel: Parcel) -> CallbackSent:
        journal = self._corp.journal
        entry = CallbackSent(journal.next_seq(), self._corp.now(), parcel.userid, parcel.text)
        journal.put(entry)
        return entry

    async def _tries(self, parcel: Parcel, entry: CallbackSent) -> CallbackSent:
        """The first attempt and the re-sends, then copies where that fault is on."""
        faults, settings = self._corp.faults, self._corp.settings
        copies, together = faults.duplicates, faults.duplicates_together
        for attempt in range(1 + settings.resends):
            if attempt and await self._closed_within(settings.resend_spacing):
                break
            inner = parcel.inner if not attempt or parcel.rewrite is None else parcel.rewrite()
            posts = [self._post(parcel, inner) for _ in range(1 + copies if together else 1)]
            for status in await asyncio.gather(*posts):
                entry = self._corp.journal.tried(entry, status)
            answered = any(status is not None for status in entry.statuses[-len(posts) :])
            if entry.accepted or (answered and not settings.resend_on_status):
                break
        for _ in range(0 if together or not entry.accepted else copies):
            entry = self._corp.journal.tried(entry, await self._post(parcel, parcel.inner))
        return entry

    async def _closed_within(self, seconds: float) -> bool:
        """Wait between two tries; True when there is to be no further one."""
        if seconds > 0 and not self._closing.is_set():
            try:
                async with asyncio.timeout(seconds):
                    await self._closing.wait()
            except TimeoutError:
                pass
        return self._closing.is_set()

    async def _post(self, parcel: Parcel, inner: str | bytes) -> int | None:
        """One attempt in an envelope of its own: fresh random bytes, timestamp and nonce."""
        forged = self._forge.envelope(inner)
        try:
            status, body = await self._request(
                "POST", forged.url(self.url or ""), forged.body, self._corp.settings.answer_limit
            )
        except _NoAnswer as error:
            self._heard(None, str(error))
            return None
        self._heard(status, None if status == 200 else f"HTTP {status}")
        if status == 200:
            self._take_reply(parcel, body)
        return status

    async def _request(self, method: str, url: str, body: bytes, limit: float) -> tuple[int, bytes]:
        """Status and body. Raises _NoAnswer with the reason."""
        if self._closing.is_set():
            raise _NoAnswer("the sandbox is closing")
        if self._session is None:
            self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0, force_close=True))
        headers = {"Content-Type": "text/xml"} if method == "POST" else {}
        within = aiohttp.ClientTimeout(total=limit)
        try:
            address = URL(url, encoded=True)
            async with self._session.request(
                method, address, data=body or None, headers=headers, timeout=within, allow_redirects=False
            ) as answer:
                return answer.status, await answer.content.read(LONGEST_REPLY)
        except TimeoutError:
            raise _NoAnswer(f"no answer within {limit:g} s") from None
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise _NoAnswer(f"{type(error).__name__}: {error}") from None

    def _take_reply(self, parcel: Parcel, body: bytes) -> None:
        try:
            reply = open_reply(self._forge, body)
            if reply is not None:
                card = self._corp.phones.of(parcel.userid).get(parcel.card or "")
                show_reply(self._corp, parcel.userid, reply, parcel.event, card)
        except Garbled as error:
            self._heard(200, f"passive reply: {error}")

    def _heard(self, status: int | None, error: str | None) -> None:
        self.last_status, self.last_error = status, error
        self._corp.feed.tell("state")

    def _show(self, parcel: Parcel, status: Status) -> None:
        item = self._corp.phones.of(parcel.userid).get(parcel.item) if parcel.item else None
        if item is not None and item.status != status:
            self._corp.phones.change(item, status=status)


class _NoAnswer(Exception):
    """No connection, no answer in time, or half of one."""


def _result(parcel: Parcel, entry: CallbackSent) -> Delivery:
    return Delivery(
        parcel.id, parcel.userid, parcel.msg_id, parcel.text, entry.attempts, entry.statuses, entry.accepted
    )
