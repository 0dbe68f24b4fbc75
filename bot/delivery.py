"""Outbox -> channels: claim, send, retry later or report."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

import structlog

from bot.channels.channel import Channel, Final, Passing, Upload
from bot.parcels import Parcel, Results, Stored, pack
from bot.workers import Workers
from flows.cards import Card, Picture, Receipt, content_from_json, content_to_json
from flows.events import FileKind, FileRef
from flows.flow import Rulebook
from storage.engine import Storage
from storage.files import Shelf
from storage.outbox import Outcome, Pace
from storage.records import FileState, Lane, Notice, NoticeKind, NoticeState, Shown, StoredFile
from storage.work import Work

log = structlog.get_logger("delivery")

LEASE = timedelta(seconds=60)
"""Longer than any call may take: a notice is tried by one process at a time."""
TRIES = 24
"""With the waits below that is more than three hours of a platform being away."""
MOST_BYTES = 20 * 1024 * 1024
ALARM_PAUSE = timedelta(minutes=1)

_SIGNS = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF8", "image/gif"),
    (b"%PDF-", "application/pdf"),
    (b"#!AMR", "audio/amr"),
    (b"PK\x03\x04", "application/zip"),
)


def kind_of_content(content: bytes) -> str:
    """A file's type by what is in it, whatever it is called (F41)."""
    if content[4:8] == b"ftyp":
        return "video/mp4"
    return next((mime for sign, mime in _SIGNS if content.startswith(sign)), "application/octet-stream")


def is_rush(now: datetime) -> bool:
    """The minutes around the full and half hour, when everybody's robots send (protocol/wecom.md 4.4)."""
    return now.minute % 30 in {29, 0}


class Delivery:
    """Carries what the outbox holds. A platform that refuses is left alone for a while, and nothing is dropped."""

    def __init__(
        self,
        storage: Storage,
        workers: Workers,
        channels: Mapping[str, Channel],
        rules: Rulebook,
        shelf: Shelf,
        now: Callable[[], datetime],
        *,
        sent: Callable[[str, int], None],
        dead: Callable[[str, str], None],
        limit: int = 1000,
    ) -> None:
        self._storage = storage
        self._workers = workers
        self._channels = channels
        self._rules = rules
        self._shelf = shelf
        self._now = now
        self._sent = sent
        self._dead = dead
        self._limit = limit
        self._random = Random()  # noqa: S311  # jitter only
        self.paused: dict[str, tuple[datetime, str]] = {}
        self._done: list[Results] = []
        self._under_way: set[asyncio.Task[None]] = set()

    async def step(self) -> int:
        """Claim, send and write down one round; returns how many calls it made."""
        parcels = await self._workers.run(self._claim)
        results = await asyncio.gather(*(self._carry(parcel) for parcel in parcels))
        if results:
            await self._workers.run(self._settle, results)
        return len(parcels)

    async def turn(self, wake: asyncio.Event) -> bool:
        """Go on without waiting for slow calls: write down what is done, claim more; False when idle."""
        done, self._done = self._done, []
        if done:
            await self._workers.run(self._settle, done)
        if len(self._under_way) >= 64:
            return bool(done)
        parcels = await self._workers.run(self._claim)
        for parcel in parcels:
            task = asyncio.create_task(self._carry_and_keep(parcel, wake))
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)
        return bool(done or parcels)

    async def _carry_and_keep(self, parcel: Parcel, wake: asyncio.Event) -> None:
        self._done.append(await self._carry(parcel))
        wake.set()

    async def finish(self, within: float) -> None:
        """Let calls under way end, and write down what they did (F52)."""
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=within)
        done, self._done = self._done, []
        if done:
            await self._workers.run(self._settle, done)

    # Claiming

    def _claim(self) -> list[Parcel]:
        now = self._now()
        if all(until > now for until, _ in self.paused.values()) and len(self.paused) == len(self._channels):
            return []
        with self._storage.work() as work:
            notices = work.outbox.claim(now, LEASE, self._limit, bulk=not is_rush(now))
            if not notices:
                return []
            addresses, unreachable = self._addresses(work, notices, now)
            work.outbox.settle(unreachable, now)
            ready = self._unhurried(work, [n for n in notices if n.id in addresses], addresses, now)
            shown = work.shown.many([n.shown_id for n in ready if n.shown_id is not None])
            batch = {name: channel.traits.batch for name, channel in self._channels.items()}
            parcels = pack(ready, addresses, shown, batch)
            work.outbox.pack({a.notice.id: p.mark for p in parcels for a in p.addresses if not a.notice.parcel})
            return self._with_codes(work, parcels, now)

    def _addresses(
        self, work: Work, notices: Sequence[Notice], now: datetime
    ) -> tuple[dict[int, tuple[str, str]], list[Outcome]]:
        known = work.people.accounts_of({notice.person_id for notice in notices})
        shown = work.shown.many([n.shown_id for n in notices if n.shown_id is not None])
        found: dict[int, tuple[str, str]] = {}
        lost: list[Outcome] = []
        for notice in notices:
            card = shown.get(notice.shown_id or 0)
            wanted = card.channel if card else None
            keys = [k for k in known.get(notice.person_id, ()) if k[0] in self._channels and wanted in (None, k[0])]
            if not keys:
                lost.append(Outcome(notice.id, NoticeState.DEAD, "no account to send to"))
            elif self._is_paused(keys[0][0], now):
                lost.append(Outcome(notice.id, NoticeState.WAITING, None, self.paused[keys[0][0]][0], counted=False))
            else:
                found[notice.id] = keys[0]
        return found, lost

    def _is_paused(self, channel: str, now: datetime) -> bool:
        return channel in self.paused and self.paused[channel][0] > now

    def _unhurried(
        self, work: Work, notices: Sequence[Notice], addresses: Mapping[int, tuple[str, str]], now: datetime
    ) -> list[Notice]:
        """Those that may go now; a person near the platform's silent limit waits (F29)."""
        spoken = {NoticeKind.SEND, NoticeKind.FILE}
        full: dict[int, datetime] = {}
        for name, channel in self._channels.items():
            people = {n.person_id for n in notices if n.kind in spoken and addresses[n.id][0] == name}
            if people:
                pace = Pace(channel.traits.per_minute, channel.traits.per_hour)
                full.update(work.outbox.recently_sent(people, now, pace))
        held = {n.id: full[n.person_id] for n in notices if n.kind in spoken and n.person_id in full}
        work.outbox.hold(held)
        return [notice for notice in notices if notice.id not in held]

    def _with_codes(self, work: Work, parcels: Sequence[Parcel], now: datetime) -> list[Parcel]:
        """Give each revision the right to change its message, where there is one left (E4)."""
        revisions = [(p, p.receipt) for p in parcels if p.receipt is not None]
        wanted = [(parcel.channel, receipt.key) for parcel, receipt in revisions]
        found = work.shown.spend_codes(wanted, now)
        coded = {
            parcel.mark: replace(parcel, receipt=replace(receipt, code=code[0], until=code[1]))
            for (parcel, receipt), code in zip(revisions, found, strict=True)
            if code is not None
        }
        return [coded.get(parcel.mark, parcel) for parcel in parcels]

    # Carrying

    async def _carry(self, parcel: Parcel) -> Results:
        results = Results(parcel)
        channel = self._channels[parcel.channel]
        try:
            await self._call(channel, parcel, results)
        except Passing as passing:
            self._try_again(passing, results)
        except Final as final:
            self._give_up(final, results)
        except Exception as error:  # the loop over the outbox must outlive any channel
            log.exception("delivery failed", parcel=parcel.mark, channel=parcel.channel)
            self._try_again(Passing(type(error).__name__), results)
        return results

    async def _call(self, channel: Channel, parcel: Parcel, results: Results) -> None:
        content = content_from_json(parcel.content)
        match parcel.kind, content:
            case NoticeKind.SEND, Card():
                results.receipt = await channel.send(parcel.accounts, content, parcel.mark)
            case NoticeKind.REVISE, Card() if parcel.receipt is not None:
                if parcel.receipt.code is None:
                    results.supersede = True
                else:
                    results.receipt = await channel.revise(parcel.receipt, parcel.accounts, content)
            case NoticeKind.FILE, Picture(file=file):
                await self._hand_over(channel, parcel, file, results)
            case NoticeKind.FETCH, Picture(file=file):
                await self._fetch(channel, file, results)
            case _:
                raise Final("nothing that can be carried")

    async def _hand_over(self, channel: Channel, parcel: Parcel, file: int, results: Results) -> None:
        stored = await self._workers.run(self._file, file)
        if stored is None or stored.state is FileState.LOST:
            results.dropped, results.reason = True, "the file is lost"
        elif stored.state is FileState.WANTED or stored.sha256 is None:
            results.again_at, results.counted = self._now() + timedelta(seconds=2), False
        else:
            content = await asyncio.to_thread(self._shelf.read, stored.sha256)
            upload = Upload(stored.kind, stored.name or f"{stored.id}", stored.mime or "", content)
            results.receipt = await channel.send_file(parcel.accounts, upload, parcel.mark)

    def _file(self, id: int) -> StoredFile | None:
        with self._storage.reading() as work:
            return work.files.get(id)

    async def _fetch(self, channel: Channel, id: int, results: Results) -> None:
        file = await self._workers.run(self._file, id)
        if file is None or file.state is not FileState.WANTED:
            results.dropped = True
            return
        content = bytearray()
        try:
            async for part in channel.fetch(FileRef(FileKind(file.kind), file.ref, file.name)):
                content += part
                if len(content) > MOST_BYTES:
                    raise Final("too large")
            if not content:
                raise Final("empty")
        except Final as final:
            if final.alarm:
                raise
            results.lost = final.reason
            return
        digest = await asyncio.to_thread(self._shelf.keep, bytes(content))
        results.stored = Stored(id, digest, kind_of_content(bytes(content)), len(content))

    def _try_again(self, passing: Passing, results: Results) -> None:
        attempts = max(address.notice.attempts for address in results.parcel.addresses)
        results.reason = passing.reason
        if passing.wait:
            self.paused[results.parcel.channel] = (self._now() + passing.wait, passing.reason)
            results.again_at, results.counted = self._now() + passing.wait, False
        elif attempts + 1 >= TRIES:
            results.dead = True
        else:
            wait = min(600.0, 2.0**attempts) * self._random.uniform(0.5, 1.0)
            results.again_at = self._now() + timedelta(seconds=wait)
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

    # Writing down

    def _settle(self, all_results: Sequence[Results]) -> None:
        now = self._now()
        with self._storage.work() as work:
            outcomes: list[Outcome] = []
            for results in all_results:
                outcomes += self._outcomes(results)
                self._keep(work, results, now)
            for notice in work.outbox.settle(outcomes, now):
                self._close_late(work, notice, all_results, now)
        for results in all_results:
            self._count(results)

    def _outcomes(self, results: Results) -> list[Outcome]:
        refused = set(results.receipt.refused) if results.receipt else set()
        found = []
        for address in results.parcel.addresses:
            id = address.notice.id
            if results.again_at is not None:
                found.append(Outcome(id, NoticeState.WAITING, results.reason, results.again_at, results.counted))
            elif results.dead or address.account in refused:
                reason = results.reason or "refused by the platform"
                found.append(Outcome(id, NoticeState.DEAD, reason))
            elif results.dropped or results.supersede:
                found.append(Outcome(id, NoticeState.DROPPED, results.reason or "superseded"))
            else:
                found.append(Outcome(id, NoticeState.SENT))
        return found

    def _keep(self, work: Work, results: Results, now: datetime) -> None:
        parcel, receipt = results.parcel, results.receipt
        if receipt is not None and parcel.kind is NoticeKind.SEND:
            self._record(work, parcel, receipt, now)
        if results.unspent and parcel.receipt is not None and parcel.receipt.code:
            work.shown.return_code(parcel.channel, parcel.receipt.code)
        if results.supersede:
            self._supersede(work, parcel, now)
        if results.stored is not None:
            stored = results.stored
            work.files.stored(stored.file, sha256=stored.sha256, mime=stored.mime, size=stored.size)
        if results.lost:
            self._lose(work, results, now)

    def _record(self, work: Work, parcel: Parcel, receipt: Receipt, now: datetime) -> None:
        if receipt.code and receipt.until:
            work.shown.keep_code(parcel.channel, receipt.key, receipt.code, receipt.until)
        work.shown.record(
            [
                {
                    "channel": parcel.channel,
                    "key": receipt.key,
                    "handle": receipt.handle,
                    "person_id": address.notice.person_id,
                    "about": address.notice.about,
                    "content": parcel.content,
                    "at": now,
                }
                for address in parcel.addresses
                if address.notice.about and address.account not in receipt.refused
            ]
        )

    def _supersede(self, work: Work, parcel: Parcel, now: datetime) -> None:
        """The card can no longer be changed: a new one says that it stands in its place (E4)."""
        card = content_from_json(parcel.content)
        if isinstance(card, Card):
            said = self._rules.texts.say("cards", "superseded")
            content = content_to_json(replace(card, body=f"{said}\n{card.body}".strip()))
            for address in parcel.addresses:
                work.outbox.put(address.notice.person_id, content, now=now, lane=Lane.TASK)

    def _lose(self, work: Work, results: Results, now: datetime) -> None:
        content = content_from_json(results.parcel.content)
        if isinstance(content, Picture):
            work.files.lost(content.file, results.lost)
            text = self._rules.texts.say("talk", "file_lost", reason=self._why_lost(results.lost))
            person = results.parcel.addresses[0].notice.person_id
            work.outbox.put(person, content_to_json(Card(body=text)), now=now, lane=Lane.TALK)

    def _why_lost(self, reason: str) -> str:
        key = {"empty": "empty", "too large": "too_large"}.get(reason, "expired")
        return self._rules.texts.say("talk", "lost", key)

    def _close_late(self, work: Work, notice: Notice, all_results: Sequence[Results], now: datetime) -> None:
        """A card whose matter was settled while it was on its way is closed as soon as it has arrived."""
        for results in all_results:
            mine = any(address.notice.id == notice.id for address in results.parcel.addresses)
            if not mine or results.receipt is None:
                continue
            shown = work.shown.of_key(results.parcel.channel, results.receipt.key, notice.person_id)
            if shown is not None:
                self._close(work, shown, notice.afterwards or "", now)

    def _close(self, work: Work, shown: Shown, closing: str, now: datetime) -> None:
        card = content_from_json(shown.content)
        if isinstance(card, Card):
            content = content_to_json(card.closed(closing))
            work.outbox.put(
                shown.person_id, content, now=now, kind=NoticeKind.REVISE, about=shown.about, shown_id=shown.id
            )
            work.shown.close([shown])

    def _count(self, results: Results) -> None:
        parcel = results.parcel
        if results.dead:
            self._dead(parcel.channel, results.reason)
            log.warning("given up", parcel=parcel.mark, channel=parcel.channel, reason=results.reason)
        elif results.receipt is not None:
            self._sent(parcel.channel, len(parcel.addresses) - len(results.receipt.refused))
