"""Brings people up to date from the platforms' address books."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import structlog

from bot.channels.channel import Channel, StaffEntry
from bot.workers import Workers
from storage.engine import Storage
from storage.records import Listing
from storage.trail import OFFICE

log = structlog.get_logger("directory")

MOST_GONE = 0.05
"""More people missing than this share is taken for a broken listing, and nothing of it is learnt (F50).

People do leave in such numbers once a year: `xiaoban people --let-go NUMBER` says that it is so.
"""


class Implausible(Exception):
    """The address book suddenly lacks so many people that it is more likely broken than true."""

    def __init__(self, gone: int, before: int) -> None:
        super().__init__(f"{gone} of {before} are missing; if they left: xiaoban people --let-go {gone}")
        self.gone = gone
        self.before = before


async def sync(channel: Channel, storage: Storage, workers: Workers, now: datetime) -> int:
    """Read one platform's people and learn them, all or nothing; returns how many there are."""
    entries = [entry async for entry in channel.staff()]
    return await workers.run(learn, channel.name, entries, storage, now)


def learn(channel: str, entries: Sequence[StaffEntry], storage: Storage, now: datetime, let_go: int = 0) -> int:
    """Bring people in line with a whole listing; who is no longer on it loses access (Q1).

    `let_go` is how many an administrator says have left; more than that are guarded as ever.
    """
    with storage.work() as work:
        before = work.people.listed_accounts(channel)
        gone = before - {entry.account for entry in entries if entry.active}
        if len(gone) > max(3, MOST_GONE * len(before), let_go):
            raise Implausible(len(gone), len(before))
        work.people.learn(channel, [_listing(entry) for entry in entries], now)
        for account in sorted(gone):
            person = work.people.by_account(channel, account)
            if person is not None:
                work.people.set_active(person, False, now)
                facts = {"channel": channel, "account": account}
                work.trail.append(OFFICE, "left", at=now, person_id=person.id, facts=facts)
    log.info("directory read", channel=channel, people=len(entries), gone=len(gone))
    return len(entries)


async def read_now(channels: Mapping[str, Channel], storage: Storage, now: datetime, let_go: int) -> int:
    """One reading at an administrator's word, beside a running service; returns how many people there are."""
    try:
        read = {name: [entry async for entry in channel.staff()] for name, channel in channels.items()}
        return sum(learn(name, entries, storage, now, let_go) for name, entries in read.items())
    finally:
        for channel in channels.values():
            await channel.close()


def _listing(entry: StaffEntry) -> Listing:
    return Listing(
        account=entry.account,
        name=entry.name,
        units=entry.units,
        leads=entry.leads,
        roles=entry.roles,
        superior=entry.superior,
        position=entry.position,
        active=entry.active,
    )
