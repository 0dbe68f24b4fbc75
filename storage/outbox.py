"""The outbox: what is to be shown, committed with the change it tells of, delivered later."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, bindparam, case, delete, func, or_, select, update

from storage.bulk import among, insert_many, one_of, update_many
from storage.lines import NOW, Queue
from storage.notices import COLUMNS, notice_of
from storage.records import Lane, Notice, NoticeKind, NoticeState
from storage.schema import outbox

FETCHED = 3
ASIDE = 4
PUZZLED = 5
WORKED = 6
LINES = 8
"""A person's lines: one a lane, one for files being fetched, one for pictures that wait for another fetch, one for
words a model is asked about, one for documents being made and sealed."""
_BESIDE = {NoticeKind.FETCH: FETCHED, NoticeKind.PROPOSE: PUZZLED, NoticeKind.JOB: WORKED}


FORGOTTEN = ""
"""Stands in the place of a closing where a notice is to go once it has been delivered (`storage/forgetting.py`)."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How many messages one person may be sent (F29)."""

    per_minute: int
    per_hour: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one notice: sent, given up, or to be tried again at `again_at`.

    `aside` lets the rest of its line go on meanwhile.
    """

    id: int
    state: NoticeState
    reason: str | None = None
    again_at: datetime | None = None
    counted: bool = True
    aside: bool = False


_ON_ITS_WAY = (outbox.c.state == NoticeState.WAITING, outbox.c.kind == NoticeKind.SEND)
_CLOSED_ON_ARRIVAL = update(outbox).where(one_of(outbox.c.about, "topics"), *_ON_ITS_WAY)
_UNSENT = outbox.c.parcel.is_(None)
_OVERTAKEN = (
    update(outbox)
    .where(outbox.c.about == bindparam("topic"), *_ON_ITS_WAY)
    .values(
        state=case((_UNSENT, int(NoticeState.DROPPED)), else_=outbox.c.state),
        reason=case((_UNSENT, "overtaken"), else_=outbox.c.reason),
        afterwards=case((_UNSENT, outbox.c.afterwards), else_=bindparam("closing")),
    )
)
"""What nobody has seen is dropped, what is on its way is marked."""
_OVERTAKEN_FOR_SOME = _OVERTAKEN.where(one_of(outbox.c.person_id, "people"))

_WAITING = int(NoticeState.WAITING)
"""A plain number, like all that is written in bulk: SQLite's driver asks every other type how it is to be read."""

_ORDER = (outbox.c.lane, outbox.c.id)
_READY = outbox.c.not_before <= NOW
_ALL = Queue(outbox, _ORDER, _READY)
_PRESSING = Queue(outbox, _ORDER, _READY & (outbox.c.lane != Lane.BULK))


class Outbox:
    """Outgoing notices; `put` is written in bulk when the transaction ends."""

    def __init__(self, connection: Connection, *, shared: bool) -> None:
        self._connection = connection
        self._shared = shared
        self._put: list[dict[str, Any]] = []
        self._cards: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self._closings: dict[str, str] = {}
        self._marked: dict[str, str] = {}

    def put(
        self,
        person_id: int,
        content: str,
        *,
        now: datetime,
        kind: NoticeKind = NoticeKind.SEND,
        lane: Lane = Lane.TASK,
        about: str | None = None,
        shown_id: int | None = None,
        not_before: datetime | None = None,
        channel: str | None = None,
        nudge: str | None = None,
    ) -> None:
        """Put a notice in line for one person; equal content goes out in as few calls as possible.

        It goes by `channel`, or by the one on which they were last active when it is their turn."""
        row = {
            "person_id": person_id,
            "line": _line(person_id, lane, kind),
            "lane": int(lane),
            "kind": int(kind),
            "content": content,
            "about": about,
            "shown_id": shown_id,
            "created_at": now,
            "not_before": not_before or now,
            "state": _WAITING,
            "channel": channel,
            "afterwards": None,
            "nudge": nudge,
        }
        self._put.append(row)
        if about is not None and kind is NoticeKind.SEND:
            self._cards[about].append(row)

    def is_told(self, person_id: int) -> bool:
        """Whether this transaction has something new to show that person."""
        return any(row["person_id"] == person_id and row["kind"] == NoticeKind.SEND for row in self._put)

    def secretly(self, person_id: int, *about: str) -> None:
        """Of what this transaction replies to somebody nothing stays once it has arrived (H4)."""
        for row in self._put:
            if row["person_id"] == person_id and row["lane"] == Lane.TALK and row["about"] in {None, *about}:
                row["afterwards"] = FORGOTTEN

    def flush(self) -> None:
        """Write what was put, and how what was on its way before is to be closed."""
        together: dict[str, list[str]] = defaultdict(list)
        for about, closing in self._closings.items():
            together[closing].append(about)
        for closing, abouts in together.items():
            self._connection.execute(_CLOSED_ON_ARRIVAL, {"topics": abouts, "afterwards": closing})
        self._closings.clear()
        insert_many(self._connection, outbox, self._put)
        self._put = []
        self._cards.clear()

    def claim(self, now: datetime, lease: timedelta, limit: int, *, bulk: bool = True) -> Sequence[Notice]:
        """Notices that may go out now, at most one a line, held for us until the lease ends.

        A notice claimed before keeps its parcel, and comes with all its companions or not at all, so that what is
        repeated is repeated exactly (F33).
        """
        taken = (_ALL if bulk else _PRESSING).take(self._connection, now, limit=limit, shared=self._shared)
        heads: dict[int | str, int] = {}
        for id, line in taken:
            heads.setdefault(line, id)
        if not heads:
            return ()
        ids = list(heads.values())
        notices = self._whole(self._read(among(outbox.c.id, ids)))
        ids = [notice.id for notice in notices]
        self._connection.execute(update(outbox).where(among(outbox.c.id, ids)).values(held_until=now + lease))
        return notices

    def _read(self, which: ColumnElement[bool]) -> list[Notice]:
        query = select(*COLUMNS).where(which).order_by(*_ORDER)
        return [notice_of(row) for row in self._connection.execute(query).all()]

    def _whole(self, notices: Sequence[Notice]) -> Sequence[Notice]:
        """The same with every parcel that was packed before whole; without those another process has a part of."""
        parcels = {notice.parcel for notice in notices if notice.parcel}
        if not parcels:
            return notices
        of_these = and_(outbox.c.state == NoticeState.WAITING, among(outbox.c.parcel, parcels))
        packed = self._read(of_these)
        if self._shared:
            ours = select(outbox.c.id).where(of_these).order_by(*_ORDER).with_for_update(skip_locked=True)
            locked = set(self._connection.execute(ours).scalars())
            torn = {notice.parcel for notice in packed if notice.id not in locked}
            packed = [notice for notice in packed if notice.parcel not in torn]
        return [*packed, *(notice for notice in notices if not notice.parcel)]

    def pack(self, parcels: Mapping[int, int], channel: str) -> None:
        """Write down which notice goes in which parcel, and by which channel, before it is sent."""
        alone = [id for id, parcel in parcels.items() if id == parcel]
        if alone:
            packed = update(outbox).where(among(outbox.c.id, alone))
            self._connection.execute(packed.values(parcel=outbox.c.id, channel=channel))
        together: dict[int, list[int]] = defaultdict(list)
        for id, parcel in parcels.items():
            if id != parcel:
                together[parcel].append(id)
        for parcel, ids in together.items():
            packed = update(outbox).where(among(outbox.c.id, ids))
            self._connection.execute(packed.values(parcel=parcel, channel=channel))

    def hold(self, until: Mapping[int, datetime]) -> None:
        """Let notices wait, and everything behind them in their lines."""
        rows = [{"key": id, "held_until": at} for id, at in until.items()]
        update_many(self._connection, outbox, rows)

    def settle(self, outcomes: Sequence[Outcome], now: datetime) -> Sequence[Notice]:
        """Write what became of notices; returns those sent whose card was overtaken on the way."""
        rows = [
            {
                "key": outcome.id,
                "state": outcome.state,
                "reason": outcome.reason,
                "held_until": outcome.again_at,
                "more": int(outcome.counted),
            }
            for outcome in outcomes
            if outcome.state is not NoticeState.SENT
        ]
        if rows:
            self._connection.execute(
                update(outbox)
                .where(outbox.c.id == bindparam("key"))
                .values(attempts=outbox.c.attempts + bindparam("more")),
                rows,
            )
        aside = [outcome.id for outcome in outcomes if outcome.aside]
        if aside:
            line = outbox.c.person_id * LINES + ASIDE
            self._connection.execute(update(outbox).where(among(outbox.c.id, aside)).values(line=line))
        sent = [outcome.id for outcome in outcomes if outcome.state is NoticeState.SENT]
        if not sent:
            return ()
        done = {"state": NoticeState.SENT, "reason": None, "held_until": None, "sent_at": now}
        self._connection.execute(
            update(outbox).where(among(outbox.c.id, sent)).values(attempts=outbox.c.attempts + 1, **done)
        )
        query = select(*COLUMNS).where(among(outbox.c.id, sent), outbox.c.afterwards.is_not(None))
        return [notice_of(row) for row in self._connection.execute(query)]

    def recently_sent(self, people: Collection[int], now: datetime, pace: Pace) -> Mapping[int, datetime]:
        """Of these people, those who must not be sent more, and until when (F29)."""
        hour, minute = timedelta(hours=1), timedelta(minutes=1)
        at = outbox.c.sent_at
        within = (at > now - minute) & (at < now + minute)
        sent, just_now = func.count(), func.count().filter(within)
        query = (
            select(outbox.c.person_id, sent, func.min(at), just_now, func.min(at).filter(within))
            .where(among(outbox.c.person_id, people), at > now - hour)
            .where(at < now + hour)  # after a clock that jumped back nobody is mute for long (F46)
            .where(outbox.c.kind.in_([NoticeKind.SEND, NoticeKind.FILE]))
            .group_by(outbox.c.person_id)
            .having(or_(sent >= pace.per_hour, just_now >= pace.per_minute))
        )
        full: dict[int, datetime] = {}
        for person, *windows in self._connection.execute(query).all():
            for count, oldest, window, most in (
                (*windows[:2], hour, pace.per_hour),
                (*windows[2:], minute, pace.per_minute),
            ):
                if count >= most:
                    full[person] = max(full.get(person, now), oldest + window)
        return full

    def overtake(self, about: str, people: Collection[int] | None, closing: str) -> None:
        """The matter of a card is settled: drop what nobody has seen, mark what is on its way.

        `closing` is what such a card is to say in place of its buttons once it has arrived.
        """
        self.flush()
        given = {"topic": about, "closing": closing}
        if people is None:
            self._connection.execute(_OVERTAKEN, given)
        else:
            self._connection.execute(_OVERTAKEN_FOR_SOME, {**given, "people": people})

    def close_on_arrival(self, about: str, closing: str) -> None:
        """What is on its way about something is still shown, and closed as soon as it has arrived."""
        for row in self._cards.pop(about, ()):
            row["afterwards"] = closing
        self._closings[about] = self._marked[about] = closing

    def is_putting(self, about: str) -> bool:
        """Whether this transaction has a card about it that is not written yet, and is to stay open."""
        return about in self._cards

    def marked(self) -> Mapping[str, str]:
        """What is to be closed on arrival, with the closing; written now, so that whatever arrives later is closed."""
        self.flush()
        return self._marked

    def dead(self, limit: int = 200) -> Sequence[tuple[Notice, str]]:
        """Dead letters, newest first, with the reason."""
        query: Select[Any] = select(outbox.c.reason, *COLUMNS).where(outbox.c.state == NoticeState.DEAD)
        found = self._connection.execute(query.order_by(outbox.c.id.desc()).limit(limit))
        return [(notice_of(row), reason or "") for reason, *row in found]

    def hold_back(self, reason: str) -> int:
        """Let nothing that waits go out before somebody says so with `replay` (F47); returns how many."""
        waiting = update(outbox).where(outbox.c.state == NoticeState.WAITING)
        return self._connection.execute(waiting.values(state=NoticeState.DEAD, reason=reason)).rowcount

    def replay(self, ids: Iterable[int] | None) -> int:
        """Put dead notices back in line, all of them when `ids` is None; returns how many."""
        statement = update(outbox).where(outbox.c.state == NoticeState.DEAD)
        if ids is not None:
            statement = statement.where(among(outbox.c.id, list(ids)))
        fresh = {"state": NoticeState.WAITING, "attempts": 0, "held_until": None, "parcel": None, "channel": None}
        return self._connection.execute(statement.values(fresh)).rowcount

    def waiting(self, now: datetime) -> tuple[int, datetime | None]:
        """How many notices wait, and since when the oldest that nobody holds back on purpose.

        Held back are mass notices, which have all day, and who was sent as much as may be for now (F28, F29); what
        waits because a call failed is not.
        """
        waiting = (outbox.c.state == NoticeState.WAITING, outbox.c.not_before <= now)
        count = self._connection.execute(select(func.count()).where(*waiting)).scalar_one()
        paced = select(outbox.c.line).where(
            outbox.c.state == NoticeState.WAITING,
            outbox.c.held_until > now,
            outbox.c.attempts == 0,
            outbox.c.reason.is_(None),
        )
        query = select(func.min(outbox.c.not_before)).where(*waiting, outbox.c.lane != Lane.BULK)
        oldest = self._connection.execute(query.where(outbox.c.line.not_in(paced))).scalar_one()
        return count, oldest

    def sent_to(self, person_id: int) -> Sequence[str]:
        """The contents one person was sent, oldest first."""
        query = select(outbox.c.content).where(outbox.c.person_id == person_id, outbox.c.state == NoticeState.SENT)
        return self._connection.execute(query.order_by(outbox.c.id)).scalars().all()

    def talk_with(self, person_id: int, since: datetime) -> Sequence[tuple[datetime, str]]:
        """What we said to somebody in conversation since then, oldest first, each with when."""
        query = select(outbox.c.sent_at, outbox.c.content).where(
            outbox.c.person_id == person_id,
            outbox.c.sent_at >= since,
            outbox.c.kind == NoticeKind.SEND,
            outbox.c.lane == Lane.TALK,
        )
        return [(at, content) for at, content in self._connection.execute(query.order_by(outbox.c.id))]

    def prune(self, before: datetime) -> int:
        """Forget notices sent, or dropped, before that instant."""
        over = outbox.c.state.in_([NoticeState.SENT, NoticeState.DROPPED])
        return self._connection.execute(delete(outbox).where(over, outbox.c.created_at < before)).rowcount


def _line(person_id: int, lane: Lane, kind: NoticeKind) -> int:
    """What must stay in order: a person's notices of one lane; what is not shown to anybody goes beside."""
    return person_id * LINES + _BESIDE.get(kind, int(lane))
