"""What the app asked of the platform, in order: the witness that tests ask."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.sandbox.wire import Json


@dataclass(frozen=True, slots=True)
class Asked:
    """One call. `status` is -1 where there was no answer at all."""

    at: datetime
    method: str
    path: str
    body: Json
    status: int
    answer: Json
    notes: tuple[str, ...] = ()

    @property
    def went_well(self) -> bool:
        """Whether it was done."""
        return self.status == 200 and self.answer.get("errcode", 0) == 0 and "code" not in self.answer


class DingJournal:
    """Calls in the order in which they were answered; the oldest go when there are more than `limit`."""

    def __init__(self, limit: int = 20_000) -> None:
        self._limit = limit
        self._calls: list[Asked] = []

    def __iter__(self) -> Iterator[Asked]:
        return iter(self._calls)

    def put(self, asked: Asked) -> None:
        """Write one down."""
        self._calls.append(asked)
        if len(self._calls) > self._limit:
            del self._calls[: self._limit // 10]

    def calls(self, path: str) -> list[Asked]:
        """The calls of one path, or of those it is the end of."""
        return [one for one in self._calls if one.path.endswith(path)]

    @property
    def notes(self) -> list[str]:
        """Breaches that the platform lets pass."""
        return [f"{one.path}: {note}" for one in self._calls for note in one.notes]

    def clear(self) -> None:
        """Forget everything so far."""
        self._calls.clear()
