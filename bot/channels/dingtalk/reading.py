"""What DingTalk tells -> Events (protocol/dingtalk.md 1.8, 1.9, 2.2, 2.3, 6.4); the same by Stream and by HTTP."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from bot.channels.dingtalk.strictness import BadJson, read
from flows.events import (
    Body,
    Event,
    FileKind,
    FileRef,
    Left,
    Muted,
    Outsider,
    Pressed,
    Reorganised,
    Said,
    Sent,
    Unread,
    clean,
)

NAME = "dingtalk"
AHEAD = 300
"""Seconds by which the platform's clock may be ahead of ours."""
SPENT = "20001"
"""The quota of pushes is spent: messages come without their words (protocol 0.3)."""
STRANGER = "?"
"""What the account of somebody begins with whom the platform does not name (no staffId, F14)."""
TAP_SECONDS = 20
"""A tap has no number of its own: the same one within these seconds is one sent again, or a finger that was impatient.

One that comes again after twice as long is another event, and finds that its move has been made.
"""

_PEOPLE = frozenset({"user_add_org", "user_modify_org", "user_active_org", "label_user_change"})
_PLACES = frozenset({
    "org_dept_create", "org_dept_modify", "org_dept_remove", "org_change", "org_admin_add", "org_admin_remove",
    "label_conf_add", "label_conf_del", "label_conf_modify",
})  # fmt: skip
UNIMPORTANT = (
    "bpms_", "calendar_", "todo_", "meetingroom_", "meeting_", "attend", "check_in", "robot_msg_", "chat_", "im_cool_",
    "edu_", "check_url", "check_create_suite_url", "check_update_suite_url", "suite_",
)  # fmt: skip
"""Known and answered, but nothing that anybody has to be told."""


@dataclass(frozen=True, slots=True)
class Told:
    """What one push tells; `webhook` is where its conversation can be answered until `until`."""

    events: tuple[Event, ...] = ()
    account: str = ""
    webhook: str = ""
    until: datetime | None = None

    @property
    def is_billed(self) -> bool:
        """Whether it counts against the pushes of the month: news of the address book does not (protocol 0.3)."""
        return any(not isinstance(event.body, (Left, Reorganised)) for event in self.events)


@dataclass(frozen=True, slots=True)
class Ours:
    """Whose messages are for us; an empty name is not known and not compared.

    `proven`: whether whoever is said to have spoken has; by HTTP the body of a message is not signed (protocol 2.1).
    """

    robot_code: str
    corp_id: str
    proven: bool = True


class Foreign(Exception):
    """Genuine in form, but for another robot or another corp."""


def message_of(data: Mapping[str, Any], ours: Ours, now: datetime) -> Told:
    """A robot message. Raises `Foreign`; what we do not understand becomes `Unread`."""
    _must_be_ours(data, ours)
    at = _at(data.get("createAt"), now)
    id = _text(data, "msgId") or _digest(_raw(data))
    group = str(data.get("conversationType")) == "2"
    if group and data.get("isInAtList") is False:
        return Told()
    account = _account(data, ours)
    room = (_text(data, "conversationId") or None) if group else None
    bodies = [Outsider()] if account.startswith(STRANGER) else _bodies(data)
    if not ours.proven:
        bodies = [replace(one, unproven=True) if isinstance(one, Said) else one for one in bodies]
    events = tuple(
        Event(id if number == 0 else f"{id}#{number}", NAME, account, at, body, room)
        for number, body in enumerate(bodies)
    )
    if group and not account.startswith(STRANGER):
        return Told(events, account)  # what this person is told later is not for the group
    until = data.get("sessionWebhookExpiredTime")
    return Told(events, account, str(data.get("sessionWebhook") or ""), _instant(until) if until else None)


def _must_be_ours(data: Mapping[str, Any], ours: Ours) -> None:
    robot, corp = data.get("robotCode"), data.get("chatbotCorpId")
    if (robot and robot != ours.robot_code) or (corp and ours.corp_id and corp != ours.corp_id):
        raise Foreign


def _account(data: Mapping[str, Any], ours: Ours) -> str:
    """The staff id of one of ours; a stranger's mark for everybody else, whatever id they bring along (F14)."""
    staff, corp = _text(data, "senderStaffId"), data.get("senderCorpId")
    home = ours.corp_id or data.get("chatbotCorpId")
    if staff and (not corp or not home or corp == home):
        return staff
    return STRANGER + (_text(data, "senderId") or "")[:90]


def _bodies(data: Mapping[str, Any]) -> list[Body]:
    if SPENT in {str(data.get(key)) for key in ("errCode", "errorCode")}:
        return [Muted()]
    kind = _text(data, "msgtype")
    content = data.get("content")
    if kind == "text":
        inner = data.get("text")
        words = inner.get("content") if isinstance(inner, Mapping) else content
        return [Said(clean(words).strip())] if isinstance(words, str) else [Unread("text", _raw(data))]
    if not isinstance(content, Mapping):
        return [Unread(kind or "no kind", _raw(data))]
    found = list(_rich(content)) if kind == "richText" else list(_single(kind, content))
    return found or [Unread(kind or "no kind", _raw(data))]


def _rich(content: Mapping[str, Any]) -> Sequence[Body]:
    """Words and pictures in one: the words first, all pictures after."""
    parts = content.get("richText")
    parts = [part for part in parts if isinstance(part, Mapping)] if isinstance(parts, list) else []
    words = "".join(clean(part["text"]) for part in parts if isinstance(part.get("text"), str)).strip()
    codes = [part["downloadCode"] for part in parts if isinstance(part.get("downloadCode"), str)]
    said: list[Body] = [Said(words)] if words else []
    return [*said, *(Sent(FileRef(FileKind.IMAGE, clean(code))) for code in codes)]


def _single(kind: str, content: Mapping[str, Any]) -> Sequence[Body]:
    code = content.get("downloadCode") or content.get("pictureDownloadCode")
    if kind == "audio" and isinstance(content.get("recognition"), str) and content["recognition"].strip():
        return [Said(clean(content["recognition"]).strip())]  # what was spoken, as the platform understood it
    kinds = {"picture": FileKind.IMAGE, "audio": FileKind.VOICE, "video": FileKind.VIDEO, "file": FileKind.FILE}
    if kind not in kinds or not isinstance(code, str):
        return []
    return [Sent(FileRef(kinds[kind], clean(code), clean(str(content.get("fileName") or ""))))]


def tap_of(data: Mapping[str, Any], at: datetime, now: datetime) -> Told:
    """A tap on a card; its params are what the card was given, and prove nothing (protocol 6.4)."""
    raw = _raw(data)
    account, shown = _text(data, "userId"), _text(data, "outTrackId")
    action = _params(data).get("action")
    if not account or not shown or not isinstance(action, str):
        return Told((Event(_digest(raw), NAME, account or "?", now, Unread("card", raw)),))
    when = min(at, now)
    span = int(when.timestamp()) // TAP_SECONDS
    id, twin = (_digest(f"{shown}\0{account}\0{action}\0{one}") for one in (span, span - 1))
    return Told((Event(id, NAME, account, when, Pressed(clean(action), clean(shown)), twin=twin),), account)


def _params(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """Under `content` or `value`, as text or not, within cardPrivateData or beside it."""
    for key in ("content", "value"):
        found = data.get(key)
        try:
            inner = read(found) if isinstance(found, str) else found
        except BadJson:
            continue
        if isinstance(inner, Mapping):
            private = inner.get("cardPrivateData")
            for holder in (private, inner):
                params = holder.get("params") if isinstance(holder, Mapping) else None
                if isinstance(params, Mapping):
                    return params
    return {}


def change_of(kind: str, id: str, data: Mapping[str, Any], now: datetime) -> Told:
    """An event of the address book or of something else; one about several people is one for each."""
    raw = _raw({**data, "EventType": kind})
    id = id or _digest(raw)
    if kind.startswith(UNIMPORTANT):
        return Told()
    if kind == "user_leave_org":
        people = _listed(data, "userid")
        if people:
            return Told(tuple(Event(f"{id}#{one}", NAME, one, now, Left()) for one in people))
    if kind in _PEOPLE | _PLACES:
        return Told((Event(id, NAME, "?", now, Reorganised(kind)),))
    return Told((Event(id, NAME, "?", now, Unread(kind or "no kind", raw)),))


def _listed(data: Mapping[str, Any], name: str) -> Sequence[str]:
    """A list under a key that is spelt in several ways between modes and generations (protocol 1.8)."""
    for key, value in data.items():
        if key.replace("_", "").lower() in {name, name + "list"}:
            found = value if isinstance(value, list) else [value]
            return [clean(str(one)) for one in found if isinstance(one, (str, int)) and str(one)]
    return []


def _text(data: Mapping[str, Any], key: str) -> str:
    value = data.get(key)
    return clean(value.strip()) if isinstance(value, str) else ""


def _instant(value: object) -> datetime | None:
    try:
        return datetime.fromtimestamp(int(str(value)) / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _at(value: object, now: datetime) -> datetime:
    """When it happened; a time before 1970 or ahead of us by more than clocks differ is none, and it happened now."""
    found = _instant(value)
    return found if found is not None and 0 <= found.timestamp() <= now.timestamp() + AHEAD else now


def _raw(data: Mapping[str, Any]) -> str:
    return clean(json.dumps(data, ensure_ascii=False, sort_keys=True))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
