"""How much one account may say or press in a minute (F31), or somebody without one in an hour."""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime, timedelta

ACCOUNTS = 10_000
"""So many are remembered, those heard of last."""


_Seen = OrderedDict[str, tuple[datetime, bool | None]]
"""When each event was, and what was said to it, oldest first."""


class Quota:
    """Counts an account's events of the last minute, or of `within`, an event that is handled again only once."""

    def __init__(self, most: int, within: timedelta = timedelta(minutes=1)) -> None:
        self._most = most
        self._within = within
        self._seen: OrderedDict[str, _Seen] = OrderedDict()

    def allows(self, account: str, event: str, at: datetime) -> bool | None:
        """True to answer, False to ask for patience, None to stay silent since that was asked already."""
        seen = self._seen.get(account)
        if seen is None:
            seen = self._seen[account] = OrderedDict()
        self._seen.move_to_end(account)
        if len(self._seen) > ACCOUNTS:
            self._seen.popitem(last=False)
        if event not in seen:
            self._forget(seen, at)
            count = len(seen) + 1
            verdict = None if count > self._most + 1 else count <= self._most
            seen[event] = (at, verdict)
        return seen[event][1]

    def _forget(self, seen: _Seen, at: datetime) -> None:
        """What is that old, from the oldest on; also what lies ahead of a clock that went back."""
        while seen:
            oldest = next(iter(seen))
            if abs(at - seen[oldest][0]) < self._within:
                return
            del seen[oldest]
