"""Brings pushes to the app, by either way, and again when they are not taken. protocol/dingtalk.md 1.5, 3.5"""

from __future__ import annotations

import asyncio
import json

from bot.sandbox.dingtalk.corp import DingCorp
from bot.sandbox.dingtalk.gateway import Gateway
from bot.sandbox.dingtalk.parcels import Parcel, Pushed, Topic
from bot.sandbox.dingtalk.web_push import ACCEPTED, MALFORMED, WebPush, as_object
from bot.sandbox.dingtalk.wire import compact
from bot.sandbox.wire import Json

NO_SUCH = 404


class Pusher:
    """`undelivered` is what the app did not take, to be made again by hand."""

    def __init__(self, corp: DingCorp, gateway: Gateway, web: WebPush) -> None:
        self._corp = corp
        self._gateway = gateway
        self._web = web
        self.undelivered: dict[str, Parcel] = {}

    async def deliver(self, parcel: Parcel) -> Pushed:
        """Push until it is taken or given up; returns how it went."""
        faults, settings = self._corp.faults, self._corp.settings
        if faults.take("lose"):
            return Pushed(parcel.id, parcel.userid)
        statuses: list[int | None] = []
        answer: Json = {}
        for attempt in range(settings.resends + 1):
            if attempt:
                await asyncio.sleep(settings.resend_spacing)
            status, answer = await self._once(parcel, f"m{parcel.id}" if settings.resend_keeps_id else "")
            if status == ACCEPTED and faults.take("lose_acks"):
                status = None
            statuses.append(status)
            if status in {ACCEPTED, NO_SUCH}:
                break
        for _ in range(faults.duplicates):
            await self._once(parcel, "")
        accepted = statuses[-1] == ACCEPTED
        if accepted:
            self.undelivered.pop(parcel.id, None)
        else:
            self.undelivered[parcel.id] = parcel
        return Pushed(parcel.id, parcel.userid, tuple(statuses), accepted, answer)

    async def redeliver(self) -> list[Pushed]:
        """Push everything that was not taken once more."""
        return [await self.deliver(parcel) for parcel in list(self.undelivered.values())]

    def _limit(self, topic: str) -> float:
        one = self._corp.settings
        return {Topic.CARD: one.card_limit, Topic.EVENT: one.event_limit}.get(Topic(topic), one.answer_limit)

    async def _once(self, parcel: Parcel, id: str) -> tuple[int | None, Json]:
        data = parcel.data if isinstance(parcel.data, str) else compact(parcel.data)
        limit = self._limit(parcel.topic) if parcel.topic in set(Topic) else self._corp.settings.answer_limit
        if parcel.by_stream:
            answer = await self._gateway.push(str(parcel.topic), data, parcel.headers, limit, id)
            return (None, {}) if answer is None else _of_stream(parcel, answer)
        return await self._by_web(parcel, data, limit)

    async def _by_web(self, parcel: Parcel, data: str, limit: float) -> tuple[int | None, Json]:
        if parcel.topic == Topic.EVENT:
            status, body = await self._web.knock(self._web.event(data.encode("utf-8", "surrogatepass")), limit)
            return (MALFORMED if status == ACCEPTED and not self._web.is_success(body) else status), {}
        if parcel.topic == Topic.CARD:
            status, body = await self._web.knock(self._web.card(data, parcel.route), limit)
            answer = as_object(body)
            return (MALFORMED if status == ACCEPTED and answer is None else status), answer or {}
        status, body = await self._web.knock(self._web.robot(data), limit)
        return status, as_object(body) or {}


def _of_stream(parcel: Parcel, answer: Json) -> tuple[int, Json]:
    """An acknowledgement as a status; LATER asks for it again. protocol/dingtalk.md 3.2"""
    code, data = int(answer["code"]), json.loads(answer["data"])
    found = data if isinstance(data, dict) else {}
    if parcel.topic == Topic.EVENT:
        return (503 if found.get("status") == "LATER" else code), {}
    response = found.get("response")
    if parcel.topic == Topic.MESSAGE:
        return code, {}  # nothing of it is read: the official SDK's own samples say "OK" there
    if code == ACCEPTED and not isinstance(response, dict):
        return MALFORMED, {}
    return code, response if isinstance(response, dict) else {}
