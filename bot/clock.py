"""The only module that reads the time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol


class Clock(Protocol):
    """Where the time comes from; instants are aware and in UTC."""

    def now(self) -> datetime: ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class MovableClock:
    """A clock that stands until it is moved, for tests and rehearsals."""

    def __init__(self, start: datetime) -> None:
        self._now = start.astimezone(UTC)

    def now(self) -> datetime:
        return self._now

    def advance(self, span: timedelta) -> None:
        """Move on (or back, F46)."""
        self._now += span


class FollowingClock:
    """The machine's clock plus the offset in seconds that another process writes into a file (`make demo`)."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: int | None = None
        self._offset = timedelta()

    def now(self) -> datetime:
        try:
            changed = self._path.stat().st_mtime_ns
            if changed != self._seen:
                self._offset = timedelta(seconds=float(self._path.read_text() or "0"))
                self._seen = changed
        except (OSError, ValueError):
            pass  # not there yet, or being written: the former offset holds
        return datetime.now(UTC) + self._offset
