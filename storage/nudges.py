"""Reminders that wait to go out, and where somebody can be reached (A9)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, update

from storage.outbox import Outbox
from storage.records import NoticeState
from storage.schema import accounts, outbox

_WAITING = (
    outbox.c.state == NoticeState.WAITING,
    outbox.c.parcel.is_(None),
    outbox.c.held_until.is_(None),
    outbox.c.nudge.is_not(None),
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A reminder that nobody has begun to send; `nudge` is what it reminds of, as it was put."""

    id: int
    nudge: str


class Nudges:
    """What reminders need to know of each other."""

    def __init__(self, connection: Connection, outbox_: Outbox) -> None:
        self._connection = connection
        self._outbox = outbox_

    def put(
        self, person_id: int, content: str, now: datetime, about: str | None, channel: str | None, *, nudge: str | None
    ) -> None:
        """Put a reminder in line; others may join it as long as it waits, where `nudge` says what it reminds of."""
        self._outbox.put(person_id, content, now=now, about=about, channel=channel, nudge=nudge)

    def waiting(self, person_id: int, channel: str | None) -> Waiting | None:
        """The reminder that waits for somebody, to go by that channel."""
        self._outbox.flush()
        query = select(outbox.c.id, outbox.c.nudge).where(outbox.c.person_id == person_id, *_WAITING)
        query = query.where(outbox.c.channel.is_not_distinct_from(channel)).order_by(outbox.c.id.desc()).limit(1)
        row = self._connection.execute(query).first()
        return Waiting(*row) if row else None

    def grow(self, id: int, content: str, nudge: str, about: str | None) -> bool:
        """Put a fuller reminder in its place, and what that is about; False when it has left meanwhile."""
        fuller = update(outbox).where(outbox.c.id == id, *_WAITING)
        return self._connection.execute(fuller.values(content=content, nudge=nudge, about=about)).rowcount == 1

    def whereabouts(self, person_id: int) -> Sequence[tuple[str, datetime | None]]:
        """The platforms somebody is on, that of their last activity first, each with when they were last active."""
        query = select(accounts.c.channel, accounts.c.seen_at, accounts.c.leads).where(
            accounts.c.person_id == person_id, ~accounts.c.gone
        )
        found = sorted(
            self._connection.execute(query),
            key=lambda row: (-(row.seen_at.timestamp() if row.seen_at else 0.0), not row.leads, row.channel),
        )
        return list({row.channel: row.seen_at for row in found}.items())
