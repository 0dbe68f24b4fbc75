"""What goes out next: claimed from the outbox, addressed, unhurried, packed into as few calls as possible."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.channels.channel import Channel
from bot.parcels import Parcel, pack
from storage.engine import Storage
from storage.outbox import Outcome, Pace
from storage.records import Notice, NoticeKind, NoticeState, Shown
from storage.work import Work

LEASE = timedelta(seconds=60)
"""Longer than any call may take: a notice is tried by one process at a time."""


def is_rush(now: datetime) -> bool:
    """The minutes around the full and half hour, when everybody's robots send (protocol/wecom.md 4.4)."""
    return now.minute % 30 in {29, 0}


class Claiming:
    """Claims one round of parcels; `paused` are the platforms to be left alone, until when and why."""

    def __init__(
        self,
        storage: Storage,
        channels: Mapping[str, Channel],
        paused: Mapping[str, tuple[datetime, str]],
        now: Callable[[], datetime],
        *,
        dead: Callable[[str, str], None],
        limit: int = 1000,
    ) -> None:
        self._storage = storage
        self._channels = channels
        self.paused = paused
        self._now = now
        self._dead = dead
        self._limit = limit

    def __call__(self) -> list[Parcel]:
        now = self._now()
        if all(until > now for until, _ in self.paused.values()) and len(self.paused) == len(self._channels):
            return []
        with self._storage.work() as work:
            notices = work.outbox.claim(now, LEASE, self._limit, bulk=not is_rush(now))
            if not notices:
                return []
            shown = work.shown.many([n.shown_id for n in notices if n.shown_id is not None])
            addresses, unreachable = self._addresses(work, notices, shown, now)
            work.outbox.settle(unreachable, now)
            ready = self._unhurried(work, [n for n in notices if n.id in addresses], addresses, now)
            batch = {name: channel.traits.batch for name, channel in self._channels.items()}
            parcels = pack(ready, addresses, shown, batch)
            for name in self._channels:
                mine = [parcel for parcel in parcels if parcel.channel == name]
                fresh = {a.notice.id: p.mark for p in mine for a in p.addresses if not a.notice.parcel}
                work.outbox.pack(fresh, name)
            ready_to_go = self._with_codes(work, parcels, now)
        for outcome in unreachable:
            if outcome.state is NoticeState.DEAD:
                self._dead("none", outcome.reason or "")
        return ready_to_go

    def _addresses(
        self, work: Work, notices: Sequence[Notice], shown: Mapping[int, Shown], now: datetime
    ) -> tuple[dict[int, tuple[str, str]], list[Outcome]]:
        known = dict(work.people.accounts_of({notice.person_id for notice in notices}))
        known |= work.addresses.of({notice.person_id for notice in notices if not known.get(notice.person_id)})
        found: dict[int, tuple[str, str]] = {}
        lost: list[Outcome] = []
        for notice in notices:
            card = shown.get(notice.shown_id or 0)
            wanted = card.channel if card else notice.channel  # what was tried by one is not tried by another
            keys = [k for k in known.get(notice.person_id, ()) if k[0] in self._channels and wanted in (None, k[0])]
            if not known.get(notice.person_id):  # a visitor, who reads on a page how it stands (G1)
                lost.append(Outcome(notice.id, NoticeState.DROPPED, "a visitor"))
            elif not keys:
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
        """Those that may go now; a person near the platform's silent limit waits (F29).

        What was tried before goes whatever the limit says: a parcel less one person would be another message to the
        platform's check for repeated ones, and all the others would see it twice (F33).
        """
        spoken = {NoticeKind.SEND, NoticeKind.FILE}
        fresh = [notice for notice in notices if notice.kind in spoken and not notice.parcel]
        full: dict[int, datetime] = {}
        for name, channel in self._channels.items():
            people = {notice.person_id for notice in fresh if addresses[notice.id][0] == name}
            if people:
                pace = Pace(channel.traits.per_minute, channel.traits.per_hour)
                full.update(work.outbox.recently_sent(people, now, pace))
        held = {notice.id: full[notice.person_id] for notice in fresh if notice.person_id in full}
        work.outbox.hold(held)
        return [notice for notice in notices if notice.id not in held]

    def _with_codes(self, work: Work, parcels: Sequence[Parcel], now: datetime) -> list[Parcel]:
        """Give each revision the right to change its message, where there is one left (E4)."""
        coded: dict[int, Parcel] = {}
        for name in self._channels:
            mine = [(p, p.receipt) for p in parcels if p.receipt is not None and p.channel == name]
            found = work.shown.spend_codes(name, [receipt.key for _, receipt in mine], now)
            for (parcel, receipt), code in zip(mine, found, strict=True):
                if code is not None:
                    coded[parcel.mark] = replace(parcel, receipt=replace(receipt, code=code[0], until=code[1]))
        return [coded.get(parcel.mark, parcel) for parcel in parcels]
