"""A platform's own to-do list, as far as we need it: a mirror of whose turn it is, never the truth (E6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class TodoItem:
    """One to-do of one person, who is `owner` on that list; `key` is ours, and the same however often it is entered."""

    key: str
    owner: str
    subject: str
    url: str
    due: datetime | None


class TodoList(Protocol):
    """Every call ends well, or in `Passing` or `Final`, and does no harm when it is made again.

    One that is not `wanted` any more is only emptied of what we put there.
    """

    @property
    def wanted(self) -> bool: ...

    async def enter(self, item: TodoItem) -> str:
        """Put it on the owner's list; returns the platform's number of it."""

    async def change(self, remote: str, item: TodoItem) -> None:
        """Give it other words and another day."""

    async def end(self, remote: str | None, item: TodoItem, *, done: bool) -> None:
        """Have it leave the list, as done or without a trace; one that is there no more has left.

        Of one without a number it is looked up whether it is there.
        """
