"""What people do on their phones, and what happens in the address book; every act is a push."""

from __future__ import annotations

import itertools
import re
import secrets
from collections.abc import Sequence

from bot.sandbox.dingtalk.corp import DingCorp
from bot.sandbox.dingtalk.messages import replied, says
from bot.sandbox.dingtalk.parcels import Parcel, Pushed, Topic
from bot.sandbox.dingtalk.phones import Bubble
from bot.sandbox.dingtalk.pushing import Pusher
from bot.sandbox.dingtalk.settings import STREAM
from bot.sandbox.dingtalk.staff import Member
from bot.sandbox.dingtalk.wire import Errcode, Refused, compact, millis
from bot.sandbox.wire import Json

SPENT = "20001"
LINK = re.compile(r"\[([^\]]+)\]\((dtmd://[^)\s]+)\)")
"""A link in a message's text that says something for whoever taps it. protocol/dingtalk.md 5.7"""
ROBOT = "$:LWCP_v1:$robot"


class Impossible(Exception):
    """A person could not do this in DingTalk: no such button there, nobody of that name."""


class DingActs:
    """People are named as in the campus file, or by their userid here. With `strict=False` also what only a forged or
    mistaken client could send; `changes` replace fields of what is pushed, None takes one out."""

    def __init__(self, corp: DingCorp, pusher: Pusher) -> None:
        self.corp = corp
        self.pusher = pusher
        self._count = itertools.count(1)

    def _member(self, who: str) -> Member:
        try:
            return self.corp.staff.member(who)
        except KeyError:
            raise Impossible(f"nobody is called {who}") from None

    # Talking to the robot

    async def say(self, who: str, text: str, *, group: str = "", strict: bool = True, **changes: object) -> Pushed:
        """A text message; in a group it mentions the robot."""
        spoken = f" {text}" if group else text
        return await self._send(who, "text", {"text": {"content": spoken}}, {"content": text}, group, changes)

    async def send_image(self, who: str, content: bytes, name: str = "photo.jpg", **changes: object) -> Pushed:
        """A photo."""
        code = self.corp.store.keep(name, content)
        inner = {"content": {"downloadCode": code, "pictureDownloadCode": code}}
        return await self._send(who, "picture", inner, {"code": code, "name": name}, "", changes)

    async def send_file(self, who: str, content: bytes, name: str, **changes: object) -> Pushed:
        """A file; in a group none would arrive."""
        code = self.corp.store.keep(name, content)
        inner = {"content": {"downloadCode": code, "fileName": name, "spaceId": "1", "fileId": "2"}}
        return await self._send(who, "file", inner, {"code": code, "name": name}, "", changes)

    async def speak(self, who: str, recognition: str, **changes: object) -> Pushed:
        """A voice message, and what the platform understood of it."""
        code = self.corp.store.keep("voice.amr", b"#!AMR\n" + bytes(64))
        inner = {"content": {"duration": 3000, "downloadCode": code, "recognition": recognition}}
        return await self._send(who, "audio", inner, {"code": code, "words": recognition}, "", changes)

    async def send_rich(self, who: str, parts: Sequence[str | bytes], **changes: object) -> Pushed:
        """Words and pictures in one message."""
        rich: list[Json] = []
        for part in parts:
            if isinstance(part, str):
                rich.append({"text": part})
            else:
                rich.append({"type": "picture", "downloadCode": self.corp.store.keep("photo.jpg", part)})
        return await self._send(who, "richText", {"content": {"richText": rich}}, {"parts": len(rich)}, "", changes)

    async def _send(
        self, who: str, kind: str, inner: Json, shown: Json, group: str, changes: dict[str, object]
    ) -> Pushed:
        member = self._member(who)
        bubble = self.corp.phones.add(member.userid, "me", kind, shown, status="pending", group=group)
        body = self._message(member, kind, inner, group)
        body = {key: value for key, value in (body | changes).items() if value is not None}
        pushed = await self.push_message(body, member.userid)
        self.corp.phones.change(bubble, status="delivered" if pushed.accepted else "failed")
        return pushed

    def _message(self, member: Member, kind: str, inner: Json, group: str) -> Json:
        """The body of a robot message. protocol/dingtalk.md 2.2"""
        one, now = self.corp.settings, self.corp.now()
        webhook, until = self.corp.session(member.userid)
        body: Json = {
            "msgtype": kind,
            "msgId": f"msg{secrets.token_urlsafe(16)}==",
            "conversationId": f"cid{group or member.userid}==",
            "conversationType": "2" if group else "1",
            "senderId": member.sender_id,
            "senderNick": self.corp.staff.directory.person(member.key).name,
            "senderCorpId": one.corp_id,
            "senderPlatform": "iOS",
            "chatbotCorpId": one.corp_id,
            "chatbotUserId": ROBOT,
            "robotCode": one.robot,
            "isAdmin": False,
            "createAt": millis(now),
            "sessionWebhook": webhook,
            "sessionWebhookExpiredTime": millis(until),
        }
        if one.robot_published:
            body["senderStaffId"] = member.userid
        if group:
            body |= {"isInAtList": True, "conversationTitle": group, "atUsers": [{"dingtalkId": ROBOT}]}
        if self.corp.limits.push(now):
            return body | inner
        return body | {"errCode": SPENT, "errorCode": SPENT, "errMsg": "quota", "errorMessage": "quota"}

    async def push_message(self, body: Json | str, userid: str = "") -> Pushed:
        """Exactly this as a robot message, well formed or not."""
        by_stream = self.corp.settings.robot_mode == STREAM
        pushed = await self.pusher.deliver(Parcel(self._next_id(), userid, Topic.MESSAGE, body, by_stream))
        if pushed.accepted and not by_stream and userid:
            self._reply(userid, pushed.answer)
        return pushed

    def _reply(self, userid: str, answer: Json) -> None:
        """What the answer of a push says into the chat; something that is no message says nothing."""
        try:
            said = replied(answer)
        except Errcode:
            return
        if said is not None:
            self.corp.phones.add(userid, "app", said[0], said[1])

    # Tapping

    async def tap(self, who: str, ref: str, action: str, *, strict: bool = True, **changes: object) -> Pushed:
        """Press a card's button; `ref` is the bubble or the card. A forged tap needs neither."""
        member = self._member(who)
        bubble = self.corp.phones.get(member.userid, ref)
        card = self.corp.cards.get(bubble.key if bubble else ref)
        there = bubble is not None and card is not None and not bubble.recalled
        shown = [one for _, one in card.actions(bubble.content)] if card and bubble else []
        if strict and (not there or action not in shown):
            raise Impossible(f"{action} is no button of {ref} for {who}")
        id = card.id if card else ref
        by_stream, route = (card.by_stream, card.route) if card else (self.corp.settings.robot_mode == STREAM, "")
        if not by_stream and not route:
            route = next(iter(self.corp.cards.routes))
        body = {key: value for key, value in (self._tapped(member, id, action) | changes).items() if value is not None}
        self.corp.limits.push(self.corp.now())
        parcel = Parcel(self._next_id(), member.userid, Topic.CARD, body, by_stream, route)
        pushed = await self.pusher.deliver(parcel)
        if pushed.accepted and card is not None and bubble is not None:
            try:
                self.corp.cards.answered(card, bubble, pushed.answer)
            except Refused:
                return Pushed(pushed.id, pushed.userid, (*pushed.statuses, 0), False, pushed.answer)
        return pushed

    def _tapped(self, member: Member, id: str, action: str) -> Json:
        """The body of a tap: the same text twice, and no number of its own. protocol/dingtalk.md 6.4"""
        content = compact({"cardPrivateData": {"actionIds": ["press"], "params": {"action": action}}})
        return {
            "type": "actionCallback", "outTrackId": id, "corpId": self.corp.settings.corp_id, "userId": member.userid,
            "userIdType": 1, "spaceType": "im", "spaceId": f"cid{member.userid}==", "extension": "{}",
            "content": content, "value": content,
        }  # fmt: skip

    def buttons(self, bubble: Bubble) -> list[tuple[str, str]]:
        """Label of each button that can be pressed, or link that says something, and its action or address."""
        if bubble.recalled:
            return []
        if bubble.kind == "action_card":
            return [(one["text"], one["url"]) for one in bubble.content["buttons"]]
        if bubble.kind == "markdown":
            return LINK.findall(str(bubble.content.get("text", "")))
        card = self.corp.cards.get(bubble.key)
        return card.actions(bubble.content) if card is not None and bubble.kind == "card" else []

    async def press(self, who: str, bubble: Bubble, label: str) -> Pushed:
        """Press a button by its label: a tap, or for a message's button the words that it says."""
        for text, target in self.buttons(bubble):
            if text == label:
                words = says(target) if bubble.kind in {"action_card", "markdown"} else None
                return await (self.tap(who, bubble.id, target) if words is None else self.say(who, words))
        raise Impossible(f"no button {label}")

    # The address book

    async def event(self, kind: str, fields: Json | None = None, *, raw: str | None = None) -> Pushed:
        """An event, with a number of its own; `raw` is exactly what it says instead."""
        now, id = self.corp.now(), secrets.token_hex(12)
        own = {"timeStamp": str(millis(now)), **(fields or {})}
        one = self.corp.settings
        by_stream = one.event_mode == STREAM
        flat = {
            "EventType": kind, "EventTime": millis(now), "CorpId": one.corp_id, "BizId": "", "eventId": id, **own,
        }  # fmt: skip
        headers = {
            "eventType": kind, "eventId": id, "eventBornTime": str(millis(now)), "eventCorpId": one.corp_id,
            "eventUnifiedAppId": "app",
        }  # fmt: skip
        data: Json | str = raw if raw is not None else (own if by_stream else flat)
        parcel = Parcel(self._next_id(), "", Topic.EVENT, data, by_stream, "", headers)
        return await self.pusher.deliver(parcel)

    async def leave(self, who: str) -> Pushed:
        """Somebody leaves the corp."""
        member = self._member(who)
        self.corp.staff.directory.remove(member.key)
        return await self.event("user_leave_org", {"userId": [member.userid]})

    async def redeliver(self) -> list[Pushed]:
        """Push what the app did not take once more."""
        return await self.pusher.redeliver()

    def _next_id(self) -> str:
        return f"d{next(self._count)}"
