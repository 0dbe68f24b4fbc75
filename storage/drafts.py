"""Drafts (草稿): forms being filled, the only dialogue state there is."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import fields, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, select, update

from storage.bulk import among, insert_many, one_of, update_many
from storage.records import Draft, Stale
from storage.schema import drafts

_LEAST = timedelta(microseconds=1)
_COLUMNS = [drafts.c[one.name] for one in fields(Draft)]
_OPEN = (
    select(*_COLUMNS)
    .where(one_of(drafts.c.person_id, "people"), drafts.c.ended_at.is_(None))
    .order_by(drafts.c.changed_at)
)


class Drafts:
    """Open forms; read in bulk, changed in memory, written in bulk when the transaction ends."""

    def __init__(self, connection: Connection, new_id: Callable[[], int], *, shared: bool) -> None:
        self._connection = connection
        self._shared = shared
        self._new_id = new_id
        self._open: dict[int, dict[int, Draft]] = {}
        self._added: set[int] = set()
        self._changed: dict[int, Draft] = {}

    def preload(self, people: Collection[int]) -> None:
        """Read the open drafts of many people at once."""
        unknown = [id for id in dict.fromkeys(people) if id not in self._open]
        if not unknown:
            return
        found: dict[int, dict[int, Draft]] = defaultdict(dict)
        for row in self._connection.execute(_OPEN, {"people": unknown}).all():
            draft = _draft(row)
            found[draft.person_id][draft.id] = draft
        self._open.update({id: found.get(id, {}) for id in unknown})

    def open_for(self, person_id: int) -> Sequence[Draft]:
        """A person's open drafts, the one in hand last: last in, first out (B5)."""
        if person_id not in self._open:
            self.preload([person_id])
        return list(self._open[person_id].values())

    def about(self, case_id: int) -> Sequence[Draft]:
        """Everybody's open forms about one case."""
        query = select(*_COLUMNS).where(drafts.c.case_id == case_id, drafts.c.ended_at.is_(None)).order_by(drafts.c.id)
        return [_draft(row) for row in self._connection.execute(query)]

    def current(self, person_id: int) -> Draft | None:
        """The form in hand."""
        if person_id not in self._open:
            self.preload([person_id])
        return next(reversed(self._open[person_id].values()), None)

    def new_id(self) -> int:
        """An id for a new draft."""
        return self._new_id()

    def add(self, draft: Draft) -> None:
        """Begin a form; it is in hand now."""
        self._added.add(draft.id)
        self.save(draft)

    def save(self, draft: Draft) -> None:
        """Write a form as it is now; the one saved last is in hand, also among those changed in the same instant."""
        if draft.person_id not in self._open:
            self.preload([draft.person_id])
        mine = self._open[draft.person_id]
        mine.pop(draft.id, None)
        latest = max((other.changed_at for other in mine.values()), default=None) if mine else None
        if draft.nudged or (latest is not None and draft.changed_at <= latest):
            changed_at = draft.changed_at if latest is None else max(draft.changed_at, latest + _LEAST)
            draft = replace(draft, changed_at=changed_at, nudged=False)
        if draft.ended_at is None:
            mine[draft.id] = draft
        self._changed[draft.id] = draft

    def forget(self, draft: Draft) -> None:
        """A form is no longer open, and what was changed of it in this transaction is not written."""
        self._open.get(draft.person_id, {}).pop(draft.id, None)
        self._changed.pop(draft.id, None)
        self._added.discard(draft.id)

    def silent(self, since: datetime, limit: int) -> Sequence[int]:
        """Forms nobody has said anything about since then, the oldest first; each is told of once (B7)."""
        query = select(drafts.c.id).where(drafts.c.ended_at.is_(None), ~drafts.c.nudged, drafts.c.changed_at <= since)
        if self._shared:
            query = query.with_for_update(skip_locked=True)
        ids = self._connection.execute(query.order_by(drafts.c.changed_at).limit(limit)).scalars().all()
        if ids:
            self._connection.execute(update(drafts).where(among(drafts.c.id, ids)).values(nudged=True))
        return ids

    def get(self, id: int) -> Draft | None:
        """A form that is still open."""
        query = select(*_COLUMNS).where(drafts.c.id == id, drafts.c.ended_at.is_(None))
        row = self._connection.execute(query).first()
        return _draft(row) if row else None

    def prune(self, before: datetime) -> None:
        """Forget forms that ended before that instant, or that nobody has touched since."""
        self._connection.execute(delete(drafts).where((drafts.c.ended_at < before) | (drafts.c.changed_at < before)))

    def flush(self) -> None:
        """Write what changed."""
        added = [draft for draft in self._changed.values() if draft.id in self._added]
        changed = [draft for draft in self._changed.values() if draft.id not in self._added]
        insert_many(self._connection, drafts, [{**_lasting(draft), **_changing(draft)} for draft in added])
        rows = [{"key": draft.id, **_changing(draft)} for draft in changed]
        if update_many(self._connection, drafts, rows) not in (len(rows), -1):
            raise Stale("draft")
        self._added.clear()
        self._changed.clear()


_ANSWERS, _PREFILLED = ([one.name for one in fields(Draft)].index(name) for name in ("answers", "prefilled"))
_encode = json.JSONEncoder(ensure_ascii=False, check_circular=False).encode


def _lasting(draft: Draft) -> dict[str, Any]:
    """What a form is from its beginning to its end."""
    return {
        "id": draft.id,
        "person_id": draft.person_id,
        "matter": draft.matter,
        "case_id": draft.case_id,
        "move": draft.move,
        "turn": draft.turn,
        "opened_at": draft.opened_at,
        "whole": draft.whole,
    }


def _changing(draft: Draft) -> dict[str, Any]:
    """What becomes of it on the way."""
    return {
        "answers": _encode(dict(draft.answers)),
        "asking": draft.asking,
        "editing": draft.editing,
        "failures": draft.failures,
        "changed_at": draft.changed_at,
        "ended_at": draft.ended_at,
        "prefilled": _encode(draft.prefilled) if draft.prefilled else "[]",
        "nudged": draft.nudged,
    }


def _draft(row: Row[Any]) -> Draft:
    values = list(row)
    values[_ANSWERS] = json.loads(values[_ANSWERS])
    values[_PREFILLED] = tuple(json.loads(values[_PREFILLED])) if values[_PREFILLED] != "[]" else ()
    return Draft(*values)
