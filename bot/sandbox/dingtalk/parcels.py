"""One push on its way to the app, and how it went."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from bot.sandbox.wire import Json


class Topic(StrEnum):
    """What a push is about, as a Stream connection subscribes to it. protocol/dingtalk.md 3.6"""

    MESSAGE = "/v1.0/im/bot/messages/get"
    CARD = "/v1.0/card/instances/callback"
    EVENT = "*"


@dataclass(frozen=True, slots=True)
class Parcel:
    """A push. `data` is the object, or exactly this text; `headers` are those of an event's frame."""

    id: str
    userid: str
    topic: Topic | str
    data: Json | str
    by_stream: bool
    route: str = ""
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Pushed:
    """How it went. `statuses` has one entry for each attempt, None where no answer came in time."""

    id: str
    userid: str
    statuses: tuple[int | None, ...] = ()
    accepted: bool = False
    answer: Json = field(default_factory=dict)

    @property
    def status(self) -> int | None:
        """The last answer."""
        return self.statuses[-1] if self.statuses else None

    @property
    def attempts(self) -> int:
        """How often it was made."""
        return len(self.statuses)
