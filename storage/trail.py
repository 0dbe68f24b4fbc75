"""The trail (留痕): what happened, append-only, each line chained by hash to the one before (Q3)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from storage.bulk import among
from storage.records import Entry
from storage.schema import chains, trail

START = "0" * 64
"""What the first line of a chain stands on."""

OFFICE = "office"
"""The chain of what concerns no case."""


def case_subject(case_id: int) -> str:
    """The chain, and the timers, of one case."""
    return f"case:{case_id}"


_CHAIN = select(chains).where(chains.c.subject == bindparam("of"))
_LOCKED_CHAIN = _CHAIN.with_for_update()
_WRITTEN = insert(trail)
_LENGTHENED = update(chains).where(chains.c.subject == bindparam("of"), chains.c.head == bindparam("was"))
_AT_ONCE = 500
_SEVERAL = select(trail).order_by(trail.c.subject, trail.c.seq)
_LINES = select(trail).where(trail.c.subject == bindparam("of")).order_by(trail.c.seq)


class Trail:
    """Chains of entries, one for each case and one for the office."""

    def __init__(self, connection: Connection, *, shared: bool) -> None:
        self._connection = connection
        self._begin = _BEGIN[shared]
        self._shared = shared
        self._known: dict[str, list[Entry]] = {}

    def append(
        self, subject: str, verb: str, *, at: datetime, person_id: int | None, facts: Mapping[str, object]
    ) -> Entry:
        """Write the next line of a chain; the line before is locked until the transaction ends."""
        known = self._known.get(subject)
        line = Entry(subject, 0, at, person_id, verb, facts, START, "")
        entry = self._after(known[-1], line) if known else None
        if entry is None:  # the chain was not read, or somebody else has written meanwhile
            query = _LOCKED_CHAIN if self._shared else _CHAIN
            last = self._connection.execute(query, {"of": subject}).first()
            entry = _hashed(line, last.length, last.head) if last else _hashed(line, 0, START)
            self._connection.execute(self._begin, {"subject": subject, "length": entry.seq, "head": entry.hash})
        written = _json(facts)
        row = {"subject": subject, "seq": entry.seq, "at": at, "person_id": person_id, "verb": verb, "facts": written}
        self._connection.execute(_WRITTEN, {**row, "prev": entry.prev, "hash": entry.hash})
        entry = replace(entry, facts=json.loads(written))
        if known is not None and len(known) == entry.seq - 1:
            self._known[subject] = [*known, entry]
        else:
            self._known.pop(subject, None)
        return entry

    def _after(self, last: Entry, line: Entry) -> Entry | None:
        """The line that follows one we have read, if that is still the last; the chain is ours then."""
        entry = _hashed(line, last.seq, last.hash)
        moved = {"of": line.subject, "was": last.hash, "length": entry.seq, "head": entry.hash}
        return entry if self._connection.execute(_LENGTHENED, moved).rowcount == 1 else None

    def of(self, subject: str) -> Sequence[Entry]:
        """A chain from its beginning; read once, and written on as this transaction writes."""
        if subject not in self._known:
            self._known[subject] = [_entry(row) for row in self._connection.execute(_LINES, {"of": subject})]
        return self._known[subject]

    def take(self, subject: str, entries: Sequence[Entry]) -> None:
        """Have a chain as it was read elsewhere, up to some instant; only for reading, nothing follows such a chain."""
        self._known[subject] = list(entries)

    def preload(self, subjects: Sequence[str]) -> None:
        """Read several chains at once."""
        wanted = [one for one in subjects if one not in self._known]
        for at in range(0, len(wanted), _AT_ONCE):
            some = wanted[at : at + _AT_ONCE]
            self._known.update({subject: [] for subject in some})
            for row in self._connection.execute(_SEVERAL.where(among(trail.c.subject, some))):
                entry = _entry(row)
                self._known[entry.subject].append(entry)

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


def _beginning(insert: Any) -> Any:
    made = insert(chains)
    changed = {"length": made.excluded.length, "head": made.excluded.head}
    return made.on_conflict_do_update(index_elements=["subject"], set_=changed)


_BEGIN = {True: _beginning(postgresql.insert), False: _beginning(sqlite.insert)}


def _hashed(line: Entry, length: int, head: str) -> Entry:
    """A line as it follows on a chain so long that ends so."""
    placed = replace(line, seq=length + 1, prev=head)
    return replace(placed, hash=fingerprint(placed))


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


def _entry(row: Sequence[Any]) -> Entry:
    _, subject, seq, at, person_id, verb, facts, prev, hash = row
    return Entry(subject, seq, at, person_id, verb, json.loads(facts), prev, hash)
