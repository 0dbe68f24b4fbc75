"""What went over the wire in both directions, in order: the witness that tests ask."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from bot.sandbox.wire import Json


@dataclass(frozen=True, slots=True)
class ApiCall:
    """A call of the app. `query` is without the token; `warnings` are breaches the platform lets pass."""

    seq: int
    at: datetime
    path: str
    query: dict[str, str]
    body: Json | None
    status: int
    answer: Json | None
    agent_id: int | None = None
    warnings: tuple[str, ...] = ()
    fault: str = ""
    """The fault that spoilt the answer on its way, if one did."""
    dropped: tuple[str, ...] = ()
    """Members for whom a sent message was silently dropped. protocol/wecom.md 4.4"""

    @property
    def errcode(self) -> int | None:
        """None when the answer was not the platform's JSON."""
        return None if self.answer is None else self.answer.get("errcode")


@dataclass(frozen=True, slots=True)
class CallbackSent:
    """A delivery to the app: one entry however often it had to be tried."""

    seq: int
    at: datetime
    userid: str
    inner: str
    attempts: int = 0
    statuses: tuple[int | None, ...] = ()
    accepted: bool = False


Entry = ApiCall | CallbackSent


class Journal:
    """Entries in the order in which they began; the oldest go when there are more than `limit`."""

    def __init__(self, limit: int | None = None) -> None:
        self._limit = limit
        self._entries: OrderedDict[int, Entry] = OrderedDict()
        self._count = 0

    def __iter__(self) -> Iterator[Entry]:
        return iter(sorted(self._entries.values(), key=lambda entry: entry.seq))

    def next_seq(self) -> int:
        """The number of the entry that is begun now."""
        self._count += 1
        return self._count

    def put(self, entry: Entry) -> None:
        """Add an entry, or write it anew under its number."""
        self._entries[entry.seq] = entry
        if self._limit is not None and len(self._entries) > self._limit:
            self._entries.popitem(last=False)

    def tried(self, entry: CallbackSent, status: int | None) -> CallbackSent:
        """One more attempt of a delivery."""
        statuses = (*entry.statuses, status)
        fresh = replace(entry, attempts=entry.attempts + 1, statuses=statuses, accepted=entry.accepted or status == 200)
        self.put(fresh)
        return fresh

    def calls(self, path: str | None = None) -> list[ApiCall]:
        """The app's calls, of one path (for example "message/send") or all."""
        return [each for each in self if isinstance(each, ApiCall) and path in (None, each.path)]

    def callbacks(self, userid: str | None = None) -> list[CallbackSent]:
        """The deliveries to the app."""
        return [each for each in self if isinstance(each, CallbackSent) and userid in (None, each.userid)]

    @property
    def sends(self) -> list[ApiCall]:
        """Calls of message/send that were answered with errcode 0."""
        return [call for call in self.calls("message/send") if call.errcode == 0]

    @property
    def warnings(self) -> list[str]:
        """Every warning, with the path it was noted at."""
        return [f"{call.path}: {warning}" for call in self.calls() for warning in call.warnings]

    @property
    def dropped(self) -> list[tuple[str, str]]:
        """(userid, path) of every message dropped in silence; a well-paced app has none."""
        return [(userid, call.path) for call in self.calls() for userid in call.dropped]

    def clear(self) -> None:
        """Forget everything so far."""
        self._entries.clear()
