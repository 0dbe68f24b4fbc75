"""The trail (留痕): what happened, append-only, each line chained by hash to the one before (Q3)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from storage.records import Entry
from storage.schema import chains, trail

START = "0" * 64
"""What the first line of a chain stands on."""

OFFICE = "office"
"""The chain of what concerns no case."""


def case_subject(case_id: int) -> str:
    """The chain, and the timers, of one case."""
    return f"case:{case_id}"


class Trail:
    """Chains of entries, one for each case and one for the office."""

    def __init__(self, connection: Connection, *, shared: bool) -> None:
        self._connection = connection
        self._insert = postgresql.insert if shared else sqlite.insert
        self._shared = shared
        self._known: dict[str, list[Entry]] = {}

    def append(
        self, subject: str, verb: str, *, at: datetime, person_id: int | None, facts: Mapping[str, object]
    ) -> Entry:
        """Write the next line of a chain; the line before is locked until the transaction ends."""
        query = select(chains).where(chains.c.subject == subject)
        last = self._connection.execute(query.with_for_update() if self._shared else query).first()
        seq, prev = (last.length + 1, last.head) if last else (1, START)
        entry = Entry(subject, seq, at, person_id, verb, facts, prev, "")
        digest = fingerprint(entry)
        self._connection.execute(
            insert(trail).values(
                subject=subject,
                seq=seq,
                at=at,
                person_id=person_id,
                verb=verb,
                facts=_json(facts),
                prev=prev,
                hash=digest,
            )
        )
        head = self._insert(chains).values(subject=subject, length=seq, head=digest)
        self._connection.execute(
            head.on_conflict_do_update(index_elements=["subject"], set_={"length": seq, "head": digest})
        )
        written = Entry(subject, seq, at, person_id, verb, json.loads(_json(facts)), prev, digest)
        known = self._known.pop(subject, None)
        if known is not None and len(known) == seq - 1:  # else somebody else has written meanwhile
            self._known[subject] = [*known, written]
        return written

    def of(self, subject: str) -> Sequence[Entry]:
        """A chain from its beginning; read once, and written on as this transaction writes."""
        if subject not in self._known:
            query = select(trail).where(trail.c.subject == subject).order_by(trail.c.seq)
            self._known[subject] = [_entry(row) for row in self._connection.execute(query)]
        return self._known[subject]

    def breaks(self) -> Iterator[tuple[str, int, str]]:
        """Every place where a chain does not hold: (subject, line, what is wrong).

        What is wrong is one of `altered`, `missing`, `unlinked`, `shortened`.
        """
        heads = {row.subject: row for row in self._connection.execute(select(chains))}
        lengths: dict[str, tuple[int, str]] = {}
        query = select(trail).order_by(trail.c.subject, trail.c.seq).execution_options(yield_per=1000)
        for row in self._connection.execute(query):
            entry = _entry(row)
            length, head = lengths.get(entry.subject, (0, START))
            fault = _fault(entry, length, head)
            if fault:
                yield entry.subject, length + 1, fault
            lengths[entry.subject] = (entry.seq, entry.hash)
        for subject in heads.keys() | lengths.keys():
            kept, head = lengths.get(subject, (0, START))
            if subject not in heads or (heads[subject].length, heads[subject].head) != (kept, head):
                yield subject, kept + 1, "shortened"


def _fault(entry: Entry, length: int, head: str) -> str | None:
    if entry.seq != length + 1:
        return "missing"
    if entry.prev != head:
        return "unlinked"
    return None if fingerprint(entry) == entry.hash else "altered"


def fingerprint(entry: Entry) -> str:
    """The hash a line must bear: over the line before and every fact of this one."""
    at = entry.at.astimezone(UTC).isoformat(timespec="microseconds")
    whole = [entry.prev, entry.subject, entry.seq, at, entry.person_id, entry.verb, _json(entry.facts)]
    return hashlib.sha256(json.dumps(whole, ensure_ascii=False).encode()).hexdigest()


def _json(facts: Mapping[str, object]) -> str:
    return json.dumps(dict(facts), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _entry(row: Row[Any]) -> Entry:
    return Entry(row.subject, row.seq, row.at, row.person_id, row.verb, json.loads(row.facts), row.prev, row.hash)
