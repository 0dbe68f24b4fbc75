"""The only module that reads the time; everybody else is handed a `Clock`, or an instant."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

FARTHEST = timedelta(days=36500)
"""No demonstration moves time by more than a century; a larger number is not an offset."""


class Clock(Protocol):
    """Where the time comes from."""

    def now(self) -> datetime:
        """The present instant, aware and in UTC; may step in either direction (F46)."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class MovableClock:
    """A clock that stands until it is moved, for tests and rehearsals."""

    def __init__(self, start: datetime) -> None:
        self.set(start)

    def now(self) -> datetime:
        return self._now

    def set(self, now: datetime) -> None:
        """Put the hands to an instant, as an operator or NTP does: no time has passed."""
        if now.tzinfo is None:
            raise ValueError("an instant without a zone")
        self._now = now.astimezone(UTC)

    def advance(self, span: timedelta) -> None:
        """Let time pass; a negative span turns the hands back (F46)."""
        self._now += span


class FollowingClock:
    """The machine's clock plus the offset in seconds that another process writes into a file (`make demo`).

    The file is read again when it looks changed. While it is missing, empty or not a number, the last offset
    that could be read holds.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: tuple[int, int, int] | None = None
        self._offset = timedelta()

    def now(self) -> datetime:
        self._follow()
        return datetime.now(UTC) + self._offset

    def _follow(self) -> None:
        """Two writes may share a time stamp, so size and inode count too."""
        try:
            found = self._path.stat()
            looks = (found.st_mtime_ns, found.st_size, found.st_ino)
            if looks == self._seen:
                return
            offset = timedelta(seconds=float(self._path.read_bytes()))
        except (OSError, ValueError, OverflowError):
            return
        if abs(offset) <= FARTHEST:
            self._offset = offset
        self._seen = looks
