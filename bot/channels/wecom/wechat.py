"""The one place that knows wechatpy: its message models on top of our own strict reading."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wechatpy.enterprise.events import EVENT_TYPES
from wechatpy.enterprise.parser import MESSAGE_TYPES


def model(fields: Mapping[str, Any]) -> Any:
    """wechatpy's model of a message or event, None for kinds it does not know (template cards, for one).

    Its own parser reads XML twice as slowly and less strictly than `xml.read`; its models are what we want of it.
    """
    kind = str(fields.get("MsgType") or "").lower()
    if kind == "event":
        found = EVENT_TYPES.get(str(fields.get("Event") or "").lower())
    else:
        found = MESSAGE_TYPES.get(kind)
    return found(dict(fields)) if found is not None else None
