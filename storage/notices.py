"""Rows of the outbox as notices."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from sqlalchemy import Row

from storage.records import Lane, Notice, NoticeKind
from storage.schema import outbox

COLUMNS = [outbox.c[one.name] for one in fields(Notice)]
_PARCEL = [one.name for one in fields(Notice)].index("parcel") - 4
_KINDS, _LANES = tuple(NoticeKind), tuple(Lane)


def notice_of(row: Row[Any], parcel: int) -> Notice:
    """The notice in a row that begins with `COLUMNS`, in the parcel it goes in; 0 while it is in none."""
    id, person_id, kind, lane, *others = row[: len(COLUMNS)]
    others[_PARCEL] = parcel
    return Notice(id, person_id, _KINDS[kind], _LANES[lane], *others)
