"""Taking the buttons off cards that people were shown, once they are of no use any more (E1, E5)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flows.cards import compact
from storage.records import Lane, NoticeKind, Shown
from storage.work import Work


def close(work: Work, cards: Sequence[Shown], closing: str, now: datetime, lane: Lane = Lane.TASK) -> None:
    """Have these cards changed where they stand; `closing` is what they say in place of their buttons."""
    for card in cards:
        content = closed(card.content, closing)
        if content is not None:
            work.outbox.put(
                card.person_id, content, now=now, kind=NoticeKind.REVISE, lane=lane, about=card.about, shown_id=card.id
            )
    work.shown.close(cards)


def closed(content: str, closing: str) -> str | None:
    """A card as it is stored, without its buttons; the text that `Card.closed` makes, None when it is no card."""
    fields: dict[str, Any] = json.loads(content)
    if "body" not in fields:
        return None
    link = fields.pop("link", None)
    for gone in ("buttons", "hint", "closing"):
        fields.pop(gone, None)
    if closing:
        fields["closing"] = closing
    return compact({**fields, "link": link} if link else fields)
