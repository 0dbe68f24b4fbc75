"""What was shown to whom, and the one-use rights to change it (E4, E8)."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, or_, select, update

from storage.bulk import among, insert_many, one_of
from storage.records import NoticeKind, NoticeState
from storage.records import Shown as ShownCard
from storage.schema import codes, outbox, shown

_COLUMNS = [shown.c[one.name] for one in fields(ShownCard)]
_ON_THE_WAY = select(outbox.c.about).where(
    one_of(outbox.c.about, "topics"), outbox.c.state == NoticeState.WAITING, outbox.c.kind == NoticeKind.SEND
)
_LIVE = select(*_COLUMNS).where(one_of(shown.c.about, "topics"), shown.c.live).order_by(shown.c.id)
_KEPT = update(shown).where(one_of(shown.c.id, "seen"))
_CLOSED = update(shown).where(one_of(shown.c.id, "gone")).values(live=False)
_CLOSED_AND_KEPT = _CLOSED.values(kept=or_(shown.c.kept, one_of(shown.c.id, "seen")))


class Shown:
    """The ledger of cards with buttons."""

    def __init__(self, connection: Connection, *, shared: bool) -> None:
        self._connection = connection
        self._shared = shared
        self._by_about: dict[str, list[ShownCard]] = {}
        self._coming: dict[str, bool] = {}
        self._closed: set[int] = set()
        self._kept: set[int] = set()
        self._codes: list[dict[str, Any]] = []

    def record(self, cards: Sequence[Mapping[str, Any]]) -> None:
        """Write down cards as they were shown: channel, key, handle, person_id, about, content, at."""
        rows = [{**card, "hash": hashlib.sha256(card["content"].encode()).hexdigest(), "live": True} for card in cards]
        insert_many(self._connection, shown, rows)

    def preload(self, abouts: Collection[str]) -> None:
        """Read at once what is on its way about many things, and their live cards."""
        unknown = [about for about in abouts if about not in self._coming]
        if not unknown:
            return
        coming = set(self._connection.execute(_ON_THE_WAY, {"topics": unknown}).scalars())
        self._coming.update({about: about in coming for about in unknown})
        self._read(unknown)  # after that: what arrives now is among these

    def _read(self, abouts: Collection[str]) -> None:
        found: dict[str, list[ShownCard]] = defaultdict(list)
        for row in self._connection.execute(_LIVE, {"topics": abouts}).all():
            card = ShownCard(*row)
            if card.id not in self._closed:
                found[card.about].append(card)
        self._by_about.update({about: found.get(about, []) for about in abouts})

    def nothing_yet(self, about: str) -> None:
        """Nobody can have been shown anything about what has only just begun."""
        self._by_about[about], self._coming[about] = [], False

    def is_coming(self, about: str) -> bool:
        """Whether a card about something was on its way to somebody when this was first asked."""
        if about not in self._coming:
            self.preload([about])
        return self._coming[about]

    def arrived(self, abouts: Collection[str]) -> Sequence[ShownCard]:
        """The live cards about things which another process has shown since they were read here."""
        if not self._shared or not abouts:
            return ()
        self._read(abouts)
        return [card for about in abouts for card in self._by_about[about]]

    def live(self, about: str) -> Sequence[ShownCard]:
        """The cards about something that still have buttons."""
        if about not in self._by_about:
            self._read([about])
        return self._by_about[about]

    def close(self, cards: Sequence[ShownCard]) -> None:
        """These cards have no live buttons from now on."""
        gone = {card.id for card in cards}
        self._closed |= gone
        for about in {card.about for card in cards}:
            self._by_about[about] = [card for card in self._by_about.get(about, ()) if card.id not in gone]

    def keep(self, card: ShownCard) -> str:
        """Keep for good what somebody saw as they decided; returns its hash (E8)."""
        self._kept.add(card.id)
        return hashlib.sha256(card.content.encode()).hexdigest()

    def flush(self) -> None:
        """Write which cards were closed, which are kept for good, and the codes that came."""
        insert_many(self._connection, codes, self._codes, anew=False)
        self._codes = []
        if self._closed:
            self._connection.execute(_CLOSED_AND_KEPT, {"gone": self._closed, "seen": self._kept})
        if not self._kept <= self._closed:
            self._connection.execute(_KEPT, {"seen": self._kept, "kept": True})
        self._closed, self._kept = set(), set()

    def many(self, ids: Collection[int]) -> Mapping[int, ShownCard]:
        """Shown cards by id."""
        query = select(*_COLUMNS).where(among(shown.c.id, ids))
        return {row[0]: ShownCard(*row) for row in self._connection.execute(query).all()}

    def of_key(self, channel: str, key: str, person_id: int) -> ShownCard | None:
        """What one person was shown under a key."""
        query = select(*_COLUMNS).where(shown.c.channel == channel, shown.c.key == key, shown.c.person_id == person_id)
        row = self._connection.execute(query).first()
        return ShownCard(*row) if row else None

    def of_keys(self, keys: Collection[tuple[str, str, int]]) -> Sequence[ShownCard]:
        """What people were shown under (channel, key, person id), each of them."""
        which = [(channel, key) for channel, key, _ in keys]
        mine = (
            among(shown.c.channel, {channel for channel, _ in which}),
            among(shown.c.key, {key for _, key in which}),
        )
        query = select(*_COLUMNS).where(*mine).order_by(shown.c.id)
        cards = [ShownCard(*row) for row in self._connection.execute(query)]
        return [card for card in cards if (card.channel, card.key, card.person_id) in keys]

    def of(self, about_prefix: str) -> Sequence[ShownCard]:
        """Everything ever shown about something, oldest first."""
        query = select(*_COLUMNS).where(shown.c.about == about_prefix).order_by(shown.c.id)
        return [ShownCard(*row) for row in self._connection.execute(query)]

    def keep_code(self, channel: str, key: str, code: str, until: datetime) -> None:
        """Keep a one-use right to change the message of that key."""
        self._codes.append({"channel": channel, "key": key, "code": code, "until": until})

    def spend_codes(self, channel: str, keys: Sequence[str], now: datetime) -> Sequence[tuple[str, datetime] | None]:
        """For each key its newest unspent code, None where there is none; they count as spent now."""
        if not keys:
            return []
        query = select(codes.c.key, codes.c.code, codes.c.until).where(
            codes.c.channel == channel, among(codes.c.key, set(keys)), codes.c.used_at.is_(None), codes.c.until > now
        )
        query = query.order_by(codes.c.until)
        unspent: dict[str, list[tuple[str, datetime]]] = defaultdict(list)
        for key, code, until in self._connection.execute(query.with_for_update() if self._shared else query):
            unspent[key].append((code, until))
        taken = [unspent[key].pop() if unspent[key] else None for key in keys]
        spent = [found[0] for found in taken if found is not None]
        if spent:
            which = (codes.c.channel == channel, among(codes.c.code, spent))
            self._connection.execute(update(codes).where(*which).values(used_at=now))
        return taken

    def prune(self, before: datetime, now: datetime) -> None:
        """Forget cards closed that were shown before that instant, and codes that have run out."""
        self._connection.execute(delete(shown).where(~shown.c.live, ~shown.c.kept, shown.c.at < before))
        self._connection.execute(delete(codes).where(codes.c.until <= now))

    def return_code(self, channel: str, code: str) -> None:
        """The platform certainly did not take this code; it may be used after all."""
        self._connection.execute(
            update(codes).where(codes.c.channel == channel, codes.c.code == code).values(used_at=None)
        )
