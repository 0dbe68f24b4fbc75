"""The inbox: what came in, once each, in order for each person."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, func, select, true, update

from storage.bulk import among, insert_new, one_of
from storage.lines import Queue
from storage.records import Admitted, Arrival, ArrivalState
from storage.schema import inbox

_COLUMNS = (
    inbox.c.id,
    inbox.c.channel,
    inbox.c.event_id,
    inbox.c.account,
    inbox.c.at,
    inbox.c.kind,
    inbox.c.body,
    inbox.c.room,
    inbox.c.taken_at,
    inbox.c.attempts,
    inbox.c.state,
    inbox.c.reason,
)

_QUEUE = Queue(inbox, (inbox.c.id,), true(), _COLUMNS[1:])
_ONE = select(*_COLUMNS).where(inbox.c.id == bindparam("wanted"), inbox.c.state == ArrivalState.PENDING)
_HANDLED = update(inbox).where(one_of(inbox.c.id, "handled"))

_PENDING, _UNREAD = int(ArrivalState.PENDING), int(ArrivalState.UNREAD)
"""Plain numbers, which the driver of SQLite need not ask how they are read."""

RECENT = 20_000
"""Arrivals that are looked through for what one person said: more than a campus sends in a day, quickly read."""


def line_of(channel: str, account: str) -> str:
    """The line an account's events stand in: they are handled in the order they came (A4)."""
    return f"{channel}:{account}"


class Inbox:
    """Arrivals of one transaction; `done` is written in bulk when it ends."""

    def __init__(self, connection: Connection, *, shared: bool) -> None:
        self._connection = connection
        self._shared = shared
        self._done: list[int] = []
        self._done_at: datetime | None = None

    def admit(self, events: Sequence[Admitted], now: datetime) -> set[tuple[str, str]]:
        """Take events; those seen before, or their twins, are left out. Returns the (channel, id) of the new ones."""
        if twins := [event for event in events if event.twin]:
            seen = self._seen(twins) | {(event.channel, event.event_id) for event in events}
            events = [event for event in events if (event.channel, event.twin) not in seen]
        rows = insert_new(
            self._connection, inbox, [_row(event, now) for event in events], inbox.c.channel, inbox.c.event_id
        )
        return {(row[0], row[1]) for row in rows}

    def _seen(self, events: Sequence[Admitted]) -> set[tuple[str, str]]:
        """The twins that came before."""
        query = select(inbox.c.channel, inbox.c.event_id).where(
            among(inbox.c.channel, {event.channel for event in events}),
            among(inbox.c.event_id, [event.twin for event in events]),
        )
        return {(row[0], row[1]) for row in self._connection.execute(query)}

    def take(self, now: datetime, limit: int) -> Sequence[Arrival]:
        """The oldest arrivals that may be handled now, in order."""
        taken = _QUEUE.take(self._connection, now, limit=limit, shared=self._shared)
        return sorted((Arrival(row[0], *row[2:]) for row in taken), key=lambda one: one.id)

    def take_one(self, id: int) -> Arrival | None:
        """One arrival, if it is still to be handled; on PostgreSQL it is locked."""
        query = _ONE.with_for_update(skip_locked=True) if self._shared else _ONE
        row = self._connection.execute(query, {"wanted": id}).first()
        return Arrival(*row) if row else None

    def of_person(self, keys: Collection[tuple[str, str]], kinds: Sequence[str], since: datetime) -> Sequence[Arrival]:
        """What came of these kinds from accounts (channel, account) since then, oldest first.

        Looked for among the newest `RECENT` arrivals only: there is no index to find a person's by.
        """
        newest = select(*_COLUMNS, inbox.c.line).order_by(inbox.c.id.desc()).limit(RECENT).subquery()
        lines = [line_of(*key) for key in keys]
        query = select(*(newest.c[c.name] for c in _COLUMNS)).where(
            among(newest.c.line, lines), among(newest.c.kind, kinds), newest.c.at >= since
        )
        return [Arrival(*row) for row in self._connection.execute(query.order_by(newest.c.id))]

    def came_after(self, channel: str, event_id: str, account: str, kinds: Sequence[str]) -> bool:
        """Whether anything of these kinds came from an account after one of its events."""
        event = select(inbox.c.id).where(inbox.c.channel == channel, inbox.c.event_id == event_id).scalar_subquery()
        later = select(inbox.c.id).where(
            inbox.c.id > event, inbox.c.line == line_of(channel, account), among(inbox.c.kind, kinds)
        )
        return self._connection.execute(later.limit(1)).first() is not None

    def done(self, arrival: Arrival, now: datetime) -> None:
        """Mark as handled, in the same transaction as its effects."""
        self._done.append(arrival.id)
        self._done_at = now

    def flush(self) -> None:
        """Write what was marked."""
        if self._done:
            done = {"state": ArrivalState.DONE, "done_at": self._done_at, "held_until": None}
            self._connection.execute(_HANDLED, {"handled": self._done, **done})
            self._done = []

    def failed(self, arrival: Arrival, reason: str, *, again_at: datetime | None) -> None:
        """A handler failed: try again at `again_at`, or set aside for a person when None (F35)."""
        self._connection.execute(
            update(inbox)
            .where(inbox.c.id == arrival.id)
            .values(
                attempts=arrival.attempts + 1,
                reason=reason[:500],
                held_until=again_at,
                state=ArrivalState.PENDING if again_at else ArrivalState.PARKED,
            )
        )

    def keep_unread(self, arrival: Arrival, reason: str) -> None:
        """Set aside what this version cannot read; a later one may (F13)."""
        self._connection.execute(
            update(inbox).where(inbox.c.id == arrival.id).values(state=ArrivalState.UNREAD, reason=reason)
        )

    def understand(self, arrival: Arrival, account: str, at: datetime, kind: str, body: str) -> None:
        """What was kept raw is understood by now: the same arrival, in its place, but of whom it is about (F13)."""
        line = line_of(arrival.channel, account)
        self._connection.execute(
            update(inbox)
            .where(inbox.c.id == arrival.id)
            .values(account=account, line=line, at=at, kind=kind, body=body, reason=None)
        )

    def odd(self, limit: int = 200) -> Sequence[Arrival]:
        """What was set aside, newest first."""
        query = select(*_COLUMNS).where(inbox.c.state > ArrivalState.DONE)
        return [Arrival(*row) for row in self._connection.execute(query.order_by(inbox.c.id.desc()).limit(limit))]

    def replay(self, ids: Iterable[int] | None) -> int:
        """Put set-aside arrivals back in line, all of them when `ids` is None; returns how many."""
        statement = update(inbox).where(inbox.c.state > ArrivalState.DONE)
        if ids is not None:
            statement = statement.where(among(inbox.c.id, list(ids)))
        return self._connection.execute(
            statement.values(state=ArrivalState.PENDING, attempts=0, held_until=None)
        ).rowcount

    def pending(self) -> tuple[int, datetime | None]:
        """How many arrivals wait, and since when the oldest does."""
        query = select(func.count(), func.min(inbox.c.taken_at)).where(inbox.c.state == ArrivalState.PENDING)
        count, oldest = self._connection.execute(query).one()
        return count, oldest

    def prune(self, before: datetime) -> int:
        """Forget handled arrivals from before that instant."""
        return self._connection.execute(
            delete(inbox).where(inbox.c.state == ArrivalState.DONE, inbox.c.done_at < before)
        ).rowcount


def _row(event: Admitted, now: datetime) -> dict[str, object]:
    return {
        "channel": event.channel,
        "event_id": event.event_id,
        "line": line_of(event.channel, event.account),
        "account": event.account,
        "room": event.room,
        "at": event.at,
        "kind": event.kind,
        "body": event.body,
        "taken_at": now,
        "state": _UNREAD if event.unread else _PENDING,
    }
