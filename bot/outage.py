"""A platform that is away altogether, told from a call that fails by itself."""

from __future__ import annotations

from datetime import datetime, timedelta

PAUSE = timedelta(seconds=30)
AFTER = timedelta(minutes=2)
PARCELS = 2


class Outages:
    """Whether a platform has failed several parcels for a while without carrying one.

    Then it is left alone and tries are not counted: a night without WeCom must not turn a night's notices into dead
    letters. A single parcel that never goes is another matter, and is given up in the end (F28, F30).
    """

    def __init__(self) -> None:
        self._failing: dict[str, tuple[datetime, set[int]]] = {}

    def failed(self, channel: str, mark: int, now: datetime) -> bool:
        """Note a failure; returns whether the platform is away."""
        since, marks = self._failing.setdefault(channel, (now, set()))
        if len(marks) < PARCELS:
            marks.add(mark)
        return len(marks) >= PARCELS and now - since >= AFTER

    def answered(self, channel: str) -> None:
        """The platform did what it was asked, or said why not."""
        self._failing.pop(channel, None)
