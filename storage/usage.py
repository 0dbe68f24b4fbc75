"""What was used of what a platform lets us have in a month, in rows of `counters`."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, select
from sqlalchemy.dialects import postgresql, sqlite

from storage.schema import counters

Metered = tuple[str, str]
"""A channel, and a kind of use that its platform counts."""


class Usage:
    """Counted up by every process; the months before stay as they were."""

    def __init__(self, connection: Connection, *, shared: bool) -> None:
        self._connection = connection
        self._insert = postgresql.insert if shared else sqlite.insert

    def add(self, month: str, used: Mapping[Metered, int]) -> None:
        """Add to a month, written 2026-11."""
        for (channel, kind), count in sorted(used.items()):  # in one order, so that two processes never cross
            added = self._insert(counters).values(name=f"{_series(month)}{channel}:{kind}", value=count)
            total = {"value": counters.c.value + added.excluded.value}
            self._connection.execute(added.on_conflict_do_update(index_elements=["name"], set_=total))

    def of(self, month: str) -> Mapping[Metered, int]:
        """All that was used in a month, by everybody."""
        series = _series(month)
        rows = self._connection.execute(select(counters).where(counters.c.name.startswith(series, autoescape=True)))
        found: dict[Metered, int] = {}
        for row in rows:
            channel, kind = str(row.name).removeprefix(series).split(":")
            found[channel, kind] = row.value
        return found


def _series(month: str) -> str:
    return f"used:{month}:"
