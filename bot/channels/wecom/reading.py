"""An opened message -> an Event (protocol/wecom.md, section 2)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from bot.channels.wecom.wechat import model
from bot.channels.wecom.xml import BadXml, read
from flows.events import (
    Body,
    Event,
    FileKind,
    FileRef,
    Joined,
    Left,
    Located,
    Opened,
    Pressed,
    Renamed,
    Reorganised,
    Said,
    Sent,
    Unread,
    clean,
)

NAME = "wecom"
AHEAD = 300
"""Seconds by which the platform's clock may be ahead of ours."""

UNIMPORTANT = frozenset(
    {
        "location",  # where the phone is, at every opening of the app: nobody asked for it
        "view",  # a link in the menu was followed
        "view_miniprogram",
        "scancode_push",  # the scanned page opens by itself
        "pic_sysphoto",  # the pictures follow as messages of their own
        "pic_photo_or_album",
        "pic_weixin",
        "location_select",  # the position follows as a message of its own
        "batch_job_result",
        "upload_media_job_finish",
        "switch_workbench_mode",
        "inactive_alert",
        "close_inactive_agent",
        "reopen_inactive_agent",
        "low_active_alert",
        "low_active",
        "active_restored",
        "share_agent_change",
        "share_chain_change",
    }
)
"""Known and answered, but nothing that anybody has to be told."""


class Unimportant(Exception):
    """Answered 200 and forgotten."""


def event_of(opened: bytes, now: datetime) -> Event:
    """The event in an opened message; what we do not understand becomes `Unread`. Raises `Unimportant`."""
    digest = hashlib.sha256(opened).hexdigest()
    try:
        fields = _read(opened)
        account = _text(fields, "FromUserName").lower()
        at = _at(int(_text(fields, "CreateTime")), now)
        body = _body(fields)
        id = _text(fields, "MsgId") if fields.get("MsgId") else _tap_id(fields) or digest
    except (BadXml, KeyError, ValueError, TypeError, AttributeError, OverflowError, OSError) as error:
        raw = clean(opened.decode("utf-8", "replace"))
        return Event(digest, NAME, "?", now, Unread(type(error).__name__, raw))
    if isinstance(body, Unread):
        body = Unread(body.kind, clean(opened.decode("utf-8", "replace")))
    return Event(id, NAME, _subject(fields, account), at, body)


def _read(opened: bytes) -> dict[str, Any]:
    """XML knows no control characters, people's keyboards do: what is not XML may be once it is cleaned (F36)."""
    try:
        return read(opened)
    except BadXml:
        return read(clean(opened.decode("utf-8", "replace")).encode())


def _at(seconds: int, now: datetime) -> datetime:
    """When it happened; a time before 1970 or ahead of us by more than clocks differ is none, and it happened now."""
    return datetime.fromtimestamp(seconds, UTC) if 0 <= seconds <= now.timestamp() + AHEAD else now


def _tap_id(fields: Mapping[str, Any]) -> str | None:
    """A tap sent again may bear a new ResponseCode (the protocol does not say); it is the same tap all the same."""
    if "ResponseCode" not in fields:
        return None
    rest = {key: value for key, value in fields.items() if key != "ResponseCode"}
    return hashlib.sha256(json.dumps(rest, sort_keys=True).encode()).hexdigest()


def _subject(fields: Mapping[str, Any], account: str) -> str:
    """Whom it is about: directory events all come from `sys` and speak of somebody else."""
    if str(fields.get("Event", "")) == "change_contact" and fields.get("UserID"):
        return str(fields["UserID"]).lower()
    return account


def _text(fields: Mapping[str, Any], key: str) -> str:
    value = fields[key]
    if not isinstance(value, str) or not value.strip():
        raise KeyError(key)
    return clean(value.strip())


def _body(fields: Mapping[str, Any]) -> Body:
    kind = _text(fields, "MsgType").lower()
    if kind == "event":
        return _event(_text(fields, "Event").lower(), fields)
    message = model(fields)
    match kind:
        case "text":
            return Said(clean(message.content or ""))
        case "image" | "voice" | "video":
            name = f"{kind}.{message.format}" if kind == "voice" and message.format else ""
            return Sent(FileRef(FileKind(kind), _text(fields, "MediaId"), clean(name)))
        case "location":
            label = clean(str(fields.get("Label") or ""))
            return Located(_text(fields, "Location_X"), _text(fields, "Location_Y"), label)
        case "link":
            return Said("\n".join(clean(part) for part in (message.title, message.url) if part))
    return Unread(kind, "")


def _event(name: str, fields: Mapping[str, Any]) -> Body:
    if name in UNIMPORTANT:
        raise Unimportant(name)
    match name:
        case "enter_agent":
            return Opened()
        case "subscribe":
            return Joined()
        case "unsubscribe":
            return Left()
        case "click":
            return Pressed(_text(fields, "EventKey"))
        case "scancode_waitmsg":
            return Said(clean(str(fields["ScanCodeInfo"]["ScanResult"])))
        case "template_card_event" | "template_card_menu_event":
            return _tap(fields)
        case "change_contact":
            return _contact(fields)
    return Unread(name, "")


def _tap(fields: Mapping[str, Any]) -> Pressed:
    code = fields.get("ResponseCode")
    return Pressed(_text(fields, "EventKey"), _text(fields, "TaskId"), str(code) if code else None)


def _contact(fields: Mapping[str, Any]) -> Body:
    change = _text(fields, "ChangeType")
    match change:
        case "delete_user":
            _text(fields, "UserID")  # without it nobody has left
            return Left()
        case "update_user" if fields.get("NewUserID"):
            old, new = _text(fields, "UserID").lower(), _text(fields, "NewUserID").lower()
            return Renamed(new) if new != old else Reorganised(change)
    return Reorganised(change)
