"""Puts what was set aside back in line: parked and unread arrivals, dead notices; and sets aside what waits."""

from __future__ import annotations

import re
from collections.abc import Sequence

from storage import migrate
from storage.engine import Storage

_ID = re.compile(r"(in|out)(\d{1,18})")


class BadId(ValueError):
    """Not the number of an arrival or a notice."""


def replay(url: str, ids: Sequence[str]) -> tuple[int, int]:
    """Put these back in line, or all when none is named; returns how many arrivals and notices."""
    wanted: dict[str, list[int]] = {"in": [], "out": []}
    for id in ids:
        match = _ID.fullmatch(id)
        if match is None:
            raise BadId(id)
        wanted[match[1]].append(int(match[2]))
    if not migrate.is_newest(url):
        raise migrate.Outdated(url)
    storage = Storage(url)
    with storage.work() as work:
        inbox = work.inbox.replay(wanted["in"] if ids else None)
        outbox = work.outbox.replay(wanted["out"] if ids else None)
    storage.close()
    return inbox, outbox


def hold(url: str) -> int:
    """Set aside every notice that waits, before a restored backup is started (F47); returns how many.

    Only with the service stopped: on SQLite a running one is refused, on PostgreSQL it would go on sending.
    """
    if not migrate.is_newest(url):
        raise migrate.Outdated(url)
    storage = Storage(url)
    storage.own()
    with storage.work() as work:
        count = work.outbox.hold_back("held before a start")
    storage.close()
    return count
