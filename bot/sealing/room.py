"""The room where documents are made and sealed: what the outbox asks for, done outside of any transaction.

Made twice after a crash, a document is entered once: a file that is there already is left alone, and the ledger takes
one use of a grant (`handlers.sealing`). What was signed and not entered never leaves the shelf.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from bot.config import SealConfig
from bot.parcels import Results, Stored
from bot.sealing import child
from bot.sealing.refusal import Unsealable
from bot.sealing.seal import LocalSeal, Order, Seal
from bot.workers import Workers
from flows.events import CLOCK, Sealed, body_to_json, kind_of
from flows.flow import Rulebook
from flows.sealing.jobs import Deed, Job
from flows.sealing.verdicts import in_groups
from handlers.sealing import PAGE
from storage.engine import Storage
from storage.files import Shelf
from storage.papers import Paper
from storage.records import Admitted, FileState, StoredFile
from storage.trail import case_subject

log = structlog.get_logger("sealing")

AGAIN = timedelta(minutes=1)
"""Until what could not be done is tried again; it is tried for as long as it takes, and said in /readyz."""


class SealingRoom:
    """Does one job at a time for whoever carries the outbox."""

    def __init__(
        self,
        seal: Seal,
        issued: str,
        storage: Storage,
        workers: Workers,
        rules: Callable[[], Rulebook],
        shelf: Shelf,
        now: Callable[[], datetime],
    ) -> None:
        self.seal = seal
        self.issued = issued
        self._storage = storage
        self._workers = workers
        self._rules = rules
        self._shelf = shelf
        self._now = now
        self._trouble: dict[int, str] = {}

    @classmethod
    def of(
        cls,
        config: SealConfig | None,
        storage: Storage,
        workers: Workers,
        rules: Callable[[], Rulebook],
        shelf: Shelf,
        now: Callable[[], datetime],
    ) -> SealingRoom | None:
        """The room of an office that has a certificate; none for others."""
        if config is None:
            return None
        return cls(LocalSeal(config), config.issued_by, storage, workers, rules, shelf, now)

    async def do(self, job: Job, results: Results) -> None:
        """Do it, and say in `results` what came of it."""
        paper, file = await self._workers.run(self._read, job.paper)
        if paper is None or file is None:
            results.dropped = True
            return
        try:
            if job.does is Deed.MAKE:
                await self._make(job, paper, file, results)
            else:
                await self._put_on(paper, file, results)
        except Unsealable as error:
            log.error("not done", deed=job.does, paper=paper.id, reason=str(error))
            self._trouble[paper.id] = str(error)
            results.again_at, results.counted = self._now() + AGAIN, False
            results.reason = str(error)
        else:
            self._trouble.pop(paper.id, None)

    def trouble(self) -> str | None:
        """What somebody has to mend before documents go out; None when all is well."""
        if not self._trouble:
            return None
        return f"{len(self._trouble)} not done: {next(iter(self._trouble.values()))}"

    def _read(self, id: int) -> tuple[Paper | None, StoredFile | None]:
        with self._storage.reading() as work:
            paper = work.papers.get(id)
            return paper, work.files.get(paper.file_id) if paper is not None else None

    async def _make(self, job: Job, paper: Paper, file: StoredFile, results: Results) -> None:
        if file.state is not FileState.WANTED:
            results.dropped = True
            return
        address = f"{self._rules().address}{PAGE}"
        texts = self._rules().texts
        mark = texts.say("sealing", "drawn", "demo") if self.issued == "demo" else ""
        foot = texts.say("sealing", "drawn", "foot", code=in_groups(paper.code), address=address)
        place = {"page": job.page, "x": job.x, "y": job.y}
        told = {"at": paper.at.isoformat(), "title": paper.title, "foot": foot, "mark": mark, **place}
        made = await child.work("make", {**told, "html": job.html, "address": f"{address}/{paper.code}"})
        digest = await asyncio.to_thread(self._shelf.keep, made)
        results.stored = Stored(paper.file_id, digest, "application/pdf", len(made))

    async def _put_on(self, paper: Paper, file: StoredFile, results: Results) -> None:
        if paper.granted_at is None or paper.used_at is not None or paper.withdrawn_at is not None:
            results.dropped = True
            return
        try:
            content = await asyncio.to_thread(self._shelf.read, file.sha256 or "")
        except FileNotFoundError as error:
            raise Unsealable("the document is lost") from error
        if hashlib.sha256(content).hexdigest() != paper.hash:  # the grant is for other bytes (K5)
            raise Unsealable("the document is not the one the seal was granted for")
        reason = f"{paper.seal} {in_groups(paper.code)}"
        sealed = await self.seal.sign(Order(content, paper.seal, paper.code, reason))
        digest = await asyncio.to_thread(self._shelf.keep, sealed)
        body = Sealed(paper.id, digest, len(sealed), self.seal.signer)
        line = case_subject(paper.case_id)
        results.event = Admitted(CLOCK, f"sealed:{paper.id}", line, self._now(), kind_of(body), body_to_json(body))
