"""The XML inside a callback: messages, events, card taps, changes of the directory. protocol/wecom.md 2"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

Fields = Mapping[str, Any]
"""Element names and what they hold: text, numbers, further fields, tuples of these, or None for no element at all."""


def cdata(text: str) -> str:
    """Text as CDATA; its end mark is split so that any text goes in."""
    return "<![CDATA[" + text.replace("]]>", "]]]]><![CDATA[>") + "]]>"


def element(name: str, value: object) -> str:
    """A tuple becomes repeated siblings, a mapping nested elements, text CDATA, a number itself."""
    if value is None:
        return ""
    if isinstance(value, tuple):
        return "".join(element(name, each) for each in value)
    if isinstance(value, Mapping):
        return f"<{name}>{elements(value)}</{name}>"
    return f"<{name}>{cdata(value) if isinstance(value, str) else value}</{name}>"


def elements(fields: Fields) -> str:
    """All of them, in order."""
    return "".join(element(name, value) for name, value in fields.items())


def document(fields: Fields) -> str:
    """A whole inner message."""
    return f"<xml>{elements(fields)}</xml>"


@dataclass(frozen=True, slots=True)
class Inner:
    """Writes inner messages to one app of one corp."""

    corp_id: str
    agent_id: int

    def _head(self, sender: str, at: datetime, msgtype: str) -> dict[str, Any]:
        names = {"ToUserName": self.corp_id, "FromUserName": sender}
        return names | {"CreateTime": int(at.timestamp()), "MsgType": msgtype}

    def message(self, sender: str, at: datetime, msgtype: str, msg_id: int, fields: Fields) -> str:
        """One of the six kinds a person can send. protocol/wecom.md 2.1"""
        return document({**self._head(sender, at, msgtype), **fields, "MsgId": msg_id, "AgentID": self.agent_id})

    def event(self, sender: str, at: datetime, event: str, fields: Fields) -> str:
        """An event of the app. protocol/wecom.md 2.2"""
        return document({**self._head(sender, at, "event"), "Event": event, **fields, "AgentID": self.agent_id})

    def contact(self, at: datetime, change: str, fields: Fields) -> str:
        """A change of the directory; from `sys`, and without AgentID. protocol/wecom.md 2.4"""
        head = self._head("sys", at, "event")
        return document({**head, "Event": "change_contact", "ChangeType": change, **fields})


@dataclass(frozen=True, slots=True)
class Tap:
    """A press on a card's button or its action menu. protocol/wecom.md 2.3"""

    key: str
    task_id: str
    card_type: str
    response_code: str
    selected: Mapping[str, Iterable[str]] | None = None
    """question_key -> option ids; None: the event has no SelectedItems at all."""

    def fields(self) -> Fields:
        """The event's own fields."""
        plain = {"EventKey": self.key, "TaskId": self.task_id, "CardType": self.card_type}
        coded = plain | {"ResponseCode": self.response_code}
        if self.selected is None:
            return coded
        items = tuple(
            {"QuestionKey": question, "OptionIds": {"OptionId": tuple(ids)}} for question, ids in self.selected.items()
        )
        return {**coded, "SelectedItems": {"SelectedItem": items}}
