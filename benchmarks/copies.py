"""Many open requests: a few made through the whole path, the others copied row by row, to the letter what it writes."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Table, select

from storage.bulk import insert_many
from storage.records import Case, Entry
from storage.schema import cases, chains, outbox, shown, tasks, timers, trail
from storage.trail import case_subject, fingerprint
from storage.work import Work

TABLES = (cases, tasks, trail, chains, timers, outbox, shown)
OWN = {"id", "sent_at", "parcel", "key", "handle", "at", "held_until"}
"""What is each row's own: of two requests made in the same way in the same instant nothing else differs."""

Rows = dict[Table, list[dict[str, Any]]]
"""All that is kept of requests."""


@dataclass(frozen=True, slots=True)
class Named:
    """What tells one request from another in what is kept of it."""

    id: int
    number: str
    document: str

    @classmethod
    def of(cls, case: Case) -> Named:
        """A request's own."""
        return cls(case.id, case.number, str(case.answers["document"]))


def rows_of(id: int, work: Work) -> Rows:
    """Everything the path wrote about a request."""
    return {
        table: [row._asdict() for row in work._connection.execute(select(table).where(_about(table, id)))]
        for table in TABLES
    }


def _about(table: Table, id: int) -> ColumnElement[bool]:
    if "about" in table.c:
        return (table.c.about == case_subject(id)) | table.c.about.like(f"turn:{id}:%")
    if "subject" in table.c:
        return table.c.subject == case_subject(id)
    return table.c.case_id == id if "case_id" in table.c else table.c.id == id


def copied(rows: Rows, before: Named, after: Named) -> Rows:
    """The same of another request."""
    changed = {table: [_renamed(row, before, after) for row in found] for table, found in rows.items()}
    for line in changed[trail]:
        line["hash"] = _hash(line)
    for chain in changed[chains]:
        chain["head"] = changed[trail][-1]["hash"]
    for card in changed[shown]:
        card["key"] = f"{card['key']}.{after.id}"
        card["hash"] = hashlib.sha256(card["content"].encode()).hexdigest()
    return changed


def _renamed(row: Mapping[str, Any], before: Named, after: Named) -> dict[str, Any]:
    fresh = {name: _said(value, before, after) for name, value in row.items() if name != "id"}
    if "case_id" in row:
        fresh["case_id"] = after.id
    return {"id": after.id, **fresh} if "requester_id" in row else fresh


def _said(value: object, before: Named, after: Named) -> object:
    """Words of one request as the other has them: its name, its document, and what buttons and subjects carry."""
    if not isinstance(value, str):
        return value
    words = value.replace(before.number, after.number).replace(before.document, after.document)
    return re.sub(rf"\b(case|turn|[mlo]):{before.id}\b", rf"\g<1>:{after.id}", words)


def _hash(line: Mapping[str, Any]) -> str:
    known = {name: line[name] for name in ("subject", "seq", "at", "person_id", "verb", "prev")}
    return fingerprint(Entry(**known, facts=json.loads(line["facts"]), hash=""))


def write(copies: Iterable[Rows], work: Work) -> None:
    """Add them all."""
    found: Rows = {table: [] for table in TABLES}
    for rows in copies:
        for table in TABLES:
            found[table] += rows[table]
    for table in TABLES:
        insert_many(work._connection, table, found[table])


def differing(some: Rows, others: Rows) -> Sequence[str]:
    """In which tables two requests differ, but for what is each row's own."""
    return [table.name for table in TABLES if _plain(some[table]) != _plain(others[table])]


def _plain(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [{name: value for name, value in row.items() if name not in OWN} for row in rows]
