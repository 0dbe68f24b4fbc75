"""What was shown to whom, and the one-use rights to change it (E4, E8)."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite

from storage.records import Shown as ShownCard
from storage.schema import codes, shown


class Shown:
    """The ledger of cards with buttons."""

    def __init__(self, connection: Connection, *, shared: bool) -> None:
        self._connection = connection
        self._insert = postgresql.insert if shared else sqlite.insert
        self._shared = shared
        self._by_about: dict[str, list[ShownCard]] = {}
        self._closed: list[int] = []
        self._codes: list[dict[str, Any]] = []

    def record(self, cards: Sequence[Mapping[str, Any]]) -> None:
        """Write down cards as they were shown: channel, key, handle, person_id, about, content, at."""
        rows = [{**card, "hash": hashlib.sha256(card["content"].encode()).hexdigest(), "live": True} for card in cards]
        if rows:
            self._connection.execute(insert(shown), rows)

    def preload(self, abouts: Collection[str]) -> None:
        """Read the live cards about many things at once."""
        unknown = [about for about in abouts if about not in self._by_about]
        if not unknown:
            return
        found: dict[str, list[ShownCard]] = defaultdict(list)
        query = select(shown).where(shown.c.about.in_(unknown), shown.c.live).order_by(shown.c.id)
        for row in self._connection.execute(query):
            found[row.about].append(_shown(row))
        self._by_about.update({about: found.get(about, []) for about in unknown})

    def nothing_yet(self, about: str) -> None:
        """Nobody can have been shown anything about what has only just begun."""
        self._by_about[about] = []

    def live(self, about: str) -> Sequence[ShownCard]:
        """The cards about something that still have buttons."""
        if about not in self._by_about:
            self.preload([about])
        return self._by_about[about]

    def close(self, cards: Sequence[ShownCard]) -> None:
        """These cards have no live buttons from now on."""
        gone = {card.id for card in cards}
        self._closed += gone
        for about in {card.about for card in cards}:
            self._by_about[about] = [card for card in self._by_about.get(about, ()) if card.id not in gone]

    def flush(self) -> None:
        """Write which cards were closed, and the codes that came."""
        if self._codes:
            self._connection.execute(self._insert(codes).on_conflict_do_nothing(), self._codes)
            self._codes = []
        if self._closed:
            self._connection.execute(update(shown).where(shown.c.id.in_(self._closed)).values(live=False))
            self._closed = []

    def many(self, ids: Collection[int]) -> Mapping[int, ShownCard]:
        """Shown cards by id."""
        query = select(shown).where(shown.c.id.in_(ids))
        return {row.id: _shown(row) for row in self._connection.execute(query)}

    def of_key(self, channel: str, key: str, person_id: int) -> ShownCard | None:
        """What one person was shown under a key."""
        query = select(shown).where(shown.c.channel == channel, shown.c.key == key, shown.c.person_id == person_id)
        row = self._connection.execute(query).first()
        return _shown(row) if row else None

    def of(self, about_prefix: str) -> Sequence[ShownCard]:
        """Everything ever shown about something, oldest first."""
        query = select(shown).where(shown.c.about == about_prefix).order_by(shown.c.id)
        return [_shown(row) for row in self._connection.execute(query)]

    def keep_code(self, channel: str, key: str, code: str, until: datetime) -> None:
        """Keep a one-use right to change the message of that key."""
        self._codes.append({"channel": channel, "key": key, "code": code, "until": until})

    def spend_codes(self, wanted: Sequence[tuple[str, str]], now: datetime) -> Sequence[tuple[str, datetime] | None]:
        """For each (channel, key) its newest unspent code, None where there is none; they count as spent now."""
        if not wanted:
            return []
        query = select(codes).where(
            tuple_(codes.c.channel, codes.c.key).in_(set(wanted)), codes.c.used_at.is_(None), codes.c.until > now
        )
        query = query.order_by(codes.c.until)
        unspent: dict[tuple[str, str], list[Any]] = defaultdict(list)
        for row in self._connection.execute(query.with_for_update() if self._shared else query):
            unspent[row.channel, row.key].append(row)
        taken = [unspent[key].pop() if unspent[key] else None for key in wanted]
        spent = [(row.channel, row.code) for row in taken if row is not None]
        if spent:
            which = tuple_(codes.c.channel, codes.c.code).in_(spent)
            self._connection.execute(update(codes).where(which).values(used_at=now))
        return [(row.code, row.until) if row is not None else None for row in taken]

    def return_code(self, channel: str, code: str) -> None:
        """The platform certainly did not take this code; it may be used after all."""
        self._connection.execute(
            update(codes).where(codes.c.channel == channel, codes.c.code == code).values(used_at=None)
        )


def _shown(row: Row[Any]) -> ShownCard:
    return ShownCard(row.id, row.channel, row.key, row.handle, row.person_id, row.about, row.content, row.at, row.live)
