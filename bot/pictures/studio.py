"""The studio where digests are counted, drawn and put in line: what the outbox asks for, outside of its transactions.

Counted twice after a crash, a digest is kept and sent once: by whoever finishes it first, in the transaction that also
puts its cards in line.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

import structlog

from bot.apart import apart
from bot.pictures.charts import draw
from bot.workers import Workers
from flows.cards import Card, Picture, content_to_json
from flows.digest import showing
from flows.digest.making import Made, make
from flows.flow import Rulebook
from handlers.counting import ASKED
from storage.digests import Digest
from storage.engine import Storage
from storage.files import Shelf
from storage.records import Lane, NoticeKind
from storage.work import Work

log = structlog.get_logger("digest")


class Studio:
    """Makes one digest at a time for whoever carries the outbox."""

    def __init__(
        self,
        storage: Storage,
        workers: Workers,
        rules: Callable[[], Rulebook],
        shelf: Shelf,
        now: Callable[[], datetime],
    ) -> None:
        self._storage = storage
        self._workers = workers
        self._rules = rules
        self._shelf = shelf
        self._now = now

    async def make(self, number: int) -> None:
        """Count it, draw it, send it; nothing when that was done before."""
        rules = self._rules()
        digest, made = await asyncio.to_thread(self._count, number, rules)
        if digest is None or made is None:
            return
        if digest.name.startswith(ASKED):
            await self._workers.run(self._answer, digest, made, rules)
            return
        picture = await drawn(draw(made.content))
        hash = await asyncio.to_thread(self._shelf.keep, picture)
        await self._workers.run(self._send, digest, made, rules, hash, len(picture))

    def _count(self, number: int, rules: Rulebook) -> tuple[Digest | None, Made | None]:
        with self._storage.reading() as work:
            digest = work.digests.get(number)
            if digest is None or digest.made_at is not None:
                return digest, None
            return digest, make(digest, rules, work)

    def _answer(self, digest: Digest, made: Made, rules: Rulebook) -> None:
        with self._storage.work() as work:
            now = self._now()
            if work.digests.finish(digest.id, made.content.to_json(), made.behind, None, now):
                self._put(showing.answer(made.content, digest, rules.texts), digest, Lane.TALK, now, work)

    def _send(self, digest: Digest, made: Made, rules: Rulebook, hash: str, size: int) -> None:
        name = f"{made.content.scope}{made.content.title}.png"
        with self._storage.work() as work:
            now, first = self._now(), digest.people[0]
            file = work.files.expect("", "", "image", name, person_id=first, draft_id=None, now=now)
            if not work.digests.finish(digest.id, made.content.to_json(), made.behind, file, now):
                return
            work.files.stored(file, sha256=hash, mime="image/png", size=size)
            self._put(showing.card(made.content, digest.id, rules.texts), digest, Lane.TASK, now, work)
            shown = content_to_json(Picture(file))
            for person in digest.people:
                work.outbox.put(person, shown, now=now, kind=NoticeKind.FILE, lane=Lane.TASK)
        log.info("digest sent", name=digest.name, people=len(digest.people), cases=len(made.behind))

    def _put(self, card: Card, digest: Digest, lane: Lane, now: datetime, work: Work) -> None:
        content = content_to_json(card)
        for person in digest.people:
            work.outbox.put(person, content, now=now, lane=lane)


async def drawn(svg: str) -> bytes:
    """A drawing as PNG, in bounded time; raises `Undone`, and is tried again like anything not delivered."""
    return await apart("bot.pictures", content=svg.encode())
