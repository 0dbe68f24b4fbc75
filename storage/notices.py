"""Rows of the outbox as notices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from storage.records import Lane, Notice, NoticeKind
from storage.schema import outbox

COLUMNS = [outbox.c[one.name] for one in fields(Notice)]
_PARCEL = [one.name for one in fields(Notice)].index("parcel") - 4
_KINDS, _LANES = tuple(NoticeKind), tuple(Lane)


def notice_of(row: Sequence[Any]) -> Notice:
    """The notice in a row of `COLUMNS`; its parcel is 0 while it is in none."""
    id, person_id, kind, lane, *others = row
    others[_PARCEL] = others[_PARCEL] or 0
    return Notice(id, person_id, _KINDS[kind], _LANES[lane], *others)
