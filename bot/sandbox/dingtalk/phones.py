"""What each person sees in the chat with the robot, in order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, Literal

from bot.sandbox.wire import Json


@dataclass(frozen=True, slots=True)
class Bubble:
    """One line of a chat. `key` is what the platform calls it: a processQueryKey, or an outTrackId for a card, whose
    `content` are its variables as this person sees them now."""

    id: str
    at: datetime
    userid: str
    sender: Literal["me", "app"]
    kind: str
    content: Json
    status: Literal["delivered", "pending", "failed"] = "delivered"
    key: str = ""
    recalled: bool = False
    group: str = ""


class DingPhones:
    """The phones of everybody, by userid."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._phones: dict[str, dict[str, Bubble]] = {}
        self._count = 0
        self.watchers: list[Callable[[Bubble], None]] = []

    def of(self, userid: str) -> list[Bubble]:
        """Everything this person has, oldest first."""
        return list(self._phones.get(userid, {}).values())

    def get(self, userid: str, id: str) -> Bubble | None:
        """One line by its id, or the newest of a key."""
        held = self._phones.get(userid, {})
        return held.get(id) or next((one for one in reversed(held.values()) if one.key == id), None)

    def add(self, userid: str, sender: Literal["me", "app"], kind: str, content: Json, **more: Any) -> Bubble:
        """A new line at the end."""
        self._count += 1
        bubble = Bubble(f"b{self._count}", self._now(), userid, sender, kind, content, **more)
        return self._put(bubble)

    def change(self, bubble: Bubble, **changes: Any) -> Bubble:
        """The same line, changed."""
        return self._put(replace(self._phones[bubble.userid].get(bubble.id, bubble), **changes))

    def of_key(self, key: str) -> list[Bubble]:
        """Every line that is a showing of this message or card."""
        return [one for held in self._phones.values() for one in held.values() if one.key == key]

    def dump(self) -> Json:
        """Everything, for the state file."""
        lines = [line for held in self._phones.values() for line in held.values()]
        return {"count": self._count, "lines": [asdict(line) | {"at": line.at.isoformat()} for line in lines]}

    def load(self, kept: Json) -> None:
        """The other way round; what was under way then is lost."""
        self._count = kept["count"]
        for written in kept["lines"]:
            line = Bubble(**written | {"at": datetime.fromisoformat(written["at"])})
            line = replace(line, status="failed") if line.status == "pending" else line
            self._phones.setdefault(line.userid, {})[line.id] = line

    def _put(self, bubble: Bubble) -> Bubble:
        self._phones.setdefault(bubble.userid, {})[bubble.id] = bubble
        for watcher in self.watchers:
            watcher(bubble)
        return bubble
