"""What each person sees in his chat with the app, in order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, Literal

from bot.sandbox.feed import Feed
from bot.sandbox.wire import Json

Status = Literal["delivered", "pending", "failed"]

INTERACTIVE = ("button_interaction", "vote_interaction", "multiple_interaction")


@dataclass(frozen=True, slots=True)
class CardState:
    """How a template card stands on one person's phone."""

    live: bool = True
    """Whether its buttons still answer to this person."""
    replaced_text: str | None = None
    """The grey words that stand where the buttons were."""
    chosen: str | None = None
    """The key this person pressed last."""


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a chat. For a template card `content` is the card as this person sees it now."""

    id: str
    seq: int
    at: datetime
    userid: str
    sender: Literal["me", "app"]
    kind: str
    content: Json
    status: Status = "delivered"
    recalled: bool = False
    msgid: str | None = None
    task_id: str | None = None
    card: CardState | None = None

    def as_json(self) -> Json:
        """The form the page reads."""
        whole = asdict(self) | {"at": self.at.isoformat()}
        return {key: value for key, value in whole.items() if key != "userid"}

    @classmethod
    def from_json(cls, userid: str, written: Json) -> Item:
        """The other way round."""
        card = CardState(**written["card"]) if written["card"] else None
        return cls(**written | {"userid": userid, "at": datetime.fromisoformat(written["at"]), "card": card})


def new_state(card: Json) -> CardState:
    """A card just shown: grey at once when it came with replace_text. protocol/wecom.md 3.4"""
    words = card.get("replace_text") if card.get("card_type") in INTERACTIVE else None
    return CardState(live=not words, replaced_text=words or None)


class Phone:
    """The chat of one person with the app."""

    def __init__(self, userid: str) -> None:
        self.userid = userid
        self._items: dict[str, Item] = {}

    @property
    def items(self) -> list[Item]:
        """All of it, oldest first."""
        return list(self._items.values())

    @property
    def cards(self) -> list[Item]:
        """The template cards this person still has, as they stand now, oldest first."""
        return [item for item in self.items if item.kind == "template_card" and not item.recalled]

    @property
    def received(self) -> list[Item]:
        """What came from the app."""
        return [item for item in self.items if item.sender == "app"]

    @property
    def last(self) -> Item | None:
        """The newest line that came from the app."""
        return self.received[-1] if self.received else None

    def get(self, id: str) -> Item | None:
        """The line of this id."""
        return self._items.get(id)

    def card(self, item_or_task_id: str) -> Item | None:
        """A card by the id of its line or by its task id; the newest of that task."""
        direct = self._items.get(item_or_task_id)
        if direct is not None:
            return direct if direct.kind == "template_card" else None
        found = [item for item in self.items if item.task_id == item_or_task_id and item.kind == "template_card"]
        return found[-1] if found else None

    def put(self, item: Item) -> None:
        """Take in a line, new or changed."""
        self._items[item.id] = item


class Phones:
    """The phones of everybody, by userid without case."""

    def __init__(self, feed: Feed, now: Callable[[], datetime]) -> None:
        self._feed = feed
        self._now = now
        self._phones: dict[str, Phone] = {}
        self._count = 0

    def of(self, userid: str) -> Phone:
        """This person's phone; made when first asked for."""
        return self._phones.setdefault(userid.lower(), Phone(userid))

    def all(self) -> list[Phone]:
        """Every phone with a chat."""
        return list(self._phones.values())

    def add(self, userid: str, sender: Literal["me", "app"], kind: str, content: Json, **more: Any) -> Item:
        """A new line at the end."""
        self._count += 1
        id = f"i{self._count}"
        seq = self._feed.seq + 1
        item = Item(id, seq, self._now(), userid, sender, kind, content, **more)
        self.of(userid).put(item)
        self._feed.tell("item", userid, id)
        return item

    def change(self, item: Item, **changes: Any) -> Item:
        """The same line, changed."""
        fresh = replace(self.of(item.userid).get(item.id) or item, **changes)
        self.of(item.userid).put(fresh)
        self._feed.tell("update", item.userid, item.id)
        return fresh

    def rename(self, userid: str, new: str) -> None:
        """A person's id has changed; his chat stays his."""
        old = self._phones.pop(userid.lower(), None)
        if old is None:
            return
        fresh = self.of(new)
        for item in old.items:
            fresh.put(replace(item, userid=new))

    def dump(self) -> Json:
        """Everything, for the state file."""
        return {
            "count": self._count,
            "phones": {each.userid: [item.as_json() for item in each.items] for each in self.all()},
        }

    def load(self, kept: Json) -> None:
        """Everything, from the state file; what was under way then is lost to us."""
        self._count = kept["count"]
        for userid, items in kept["phones"].items():
            for written in items:
                item = Item.from_json(userid, written)
                self.of(userid).put(replace(item, status="failed") if item.status == "pending" else item)
