"""What a stand-in knows, in one file, so that it can be stopped and started again."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path

from bot.sandbox.clock import write_atomically
from bot.sandbox.wire import Json

PAUSE = 0.3


class StateFile:
    """Written a moment after a change, and at the end; `snapshot` tells everything that must be the same later."""

    def __init__(self, path: Path, snapshot: Callable[[], Json]) -> None:
        self._path = path
        self._snapshot = snapshot
        self._writing: asyncio.TimerHandle | None = None

    @property
    def media(self) -> Path:
        """The folder beside it for the bytes of files."""
        return self._path.with_name(f"{self._path.stem}.media")

    def read(self) -> Json | None:
        """What was kept; None when there is nothing yet."""
        if not self._path.exists():
            return None
        kept: Json = json.loads(self._path.read_text("utf-8"))
        return kept

    def touch(self) -> None:
        """Something has changed: write soon."""
        if self._writing is None:
            try:
                loop = asyncio.get_running_loop()
            except RuntimeError:
                return
            self._writing = loop.call_later(PAUSE, self.write)

    def write(self) -> None:
        """Write now."""
        if self._writing is not None:
            self._writing.cancel()
            self._writing = None
        content = json.dumps(self._snapshot(), ensure_ascii=False)
        write_atomically(self._path, content.encode("utf-8", "surrogatepass"))
