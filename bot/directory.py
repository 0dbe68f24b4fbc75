"""Brings people up to date from the platforms' address books."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import structlog

from bot.channels.channel import Channel, StaffEntry
from bot.workers import Workers
from storage.engine import Storage
from storage.records import Listing
from storage.trail import OFFICE

log = structlog.get_logger("directory")

MOST_GONE = 0.05
"""More people missing than this share is taken for a broken listing, and nobody is let go (F50)."""


class Implausible(Exception):
    """The address book suddenly lacks so many people that it is more likely broken than true."""


async def sync(channel: Channel, storage: Storage, workers: Workers, now: datetime) -> int:
    """Read one platform's people and learn them, all or nothing; returns how many there are."""
    entries = [entry async for entry in channel.staff()]
    return await workers.run(learn, channel.name, entries, storage, now)


def learn(channel: str, entries: Sequence[StaffEntry], storage: Storage, now: datetime) -> int:
    """Bring people in line with a whole listing; who is no longer on it loses access (Q1)."""
    with storage.work() as work:
        before = work.people.listed_accounts(channel)
        gone = before - {entry.account for entry in entries if entry.active}
        if len(gone) > max(3, MOST_GONE * len(before)):
            raise Implausible(f"{len(gone)} of {len(before)}")
        work.people.learn(channel, [_listing(entry) for entry in entries], now)
        for account in sorted(gone):
            person = work.people.by_account(channel, account)
            if person is not None:
                work.people.set_active(person, False, now)
                facts = {"channel": channel, "account": account}
                work.trail.append(OFFICE, "left", at=now, person_id=person.id, facts=facts)
    log.info("directory read", channel=channel, people=len(entries), gone=len(gone))
    return len(entries)


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
