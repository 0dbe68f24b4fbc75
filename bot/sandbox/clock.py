"""The sandbox's own time: the real one, or a stopped one, moved on by hand."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path


class SandboxClock:
    """Aware UTC time plus an offset. `offset_file` holds the offset in seconds as text, so that another process can
    follow; an existing file is read at the start. With `stopped_at` time stands still but for `advance`."""

    def __init__(self, *, stopped_at: datetime | None = None, offset_file: Path | None = None) -> None:
        self._stopped_at = stopped_at
        self._file = offset_file
        self._offset = timedelta()
        self._listeners: list[Callable[[], None]] = []
        if offset_file is not None and offset_file.exists():
            self._offset = timedelta(seconds=float(offset_file.read_text("utf-8") or 0))

    def now(self) -> datetime:
        """The sandbox's moment, aware and in UTC."""
        return (self._stopped_at or datetime.now(UTC)) + self._offset

    @property
    def offset(self) -> timedelta:
        """How far the sandbox is ahead of the real (or stopped) time."""
        return self._offset

    def advance(self, by: timedelta) -> datetime:
        """Move time on (or back, to try a clock that jumps) and tell everyone who listens."""
        return self.set_offset(self._offset + by)

    def set_offset(self, offset: timedelta) -> datetime:
        """Put the offset to this and write the file before anybody is told."""
        self._offset = offset
        if self._file is not None:
            write_atomically(self._file, str(offset.total_seconds()).encode())
        for listener in self._listeners:
            listener()
        return self.now()

    def on_move(self, listener: Callable[[], None]) -> None:
        """Call this after every move."""
        self._listeners.append(listener)


def write_atomically(path: Path, content: bytes) -> None:
    """Readers see the old file or the new one, never a part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_bytes(content)
    draft.replace(path)
