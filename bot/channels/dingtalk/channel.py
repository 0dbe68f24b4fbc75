"""DingTalk as a channel: what we can ask of it, in our words."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode, urljoin

from aiohttp import web

from bot.channels.channel import Accept, Final, MenuEntry, Passing, StaffEntry, Traits, Upload, Uploaded
from bot.channels.cutting import cut
from bot.channels.dingtalk import cards, media
from bot.channels.dingtalk.api import Api
from bot.channels.dingtalk.college import College
from bot.channels.dingtalk.doors import Doors, Secrets
from bot.channels.dingtalk.errors import ApiError, Kind
from bot.channels.dingtalk.reading import NAME, STRANGER, Foreign, Ours, Told, change_of, message_of, tap_of
from bot.channels.dingtalk.spaces import results as results_of
from bot.channels.dingtalk.spaces import spaces
from bot.channels.dingtalk.staff import everyone
from bot.channels.dingtalk.stream import Stream
from bot.channels.dingtalk.strictness import BadJson, read
from bot.channels.dingtalk.todo import DingTodo
from bot.channels.envelope import Envelope
from flows.cards import Card, Receipt
from flows.events import Event, FileRef

MEDIA_LIFE = timedelta(days=30)
"""A media_id may be used again; nothing is said of an end (protocol 9)."""
MOST_WEBHOOKS = 50_000


class Mode(StrEnum):
    """How DingTalk reaches us."""

    STREAM = "stream"
    HTTP = "http"


@dataclass(frozen=True, slots=True)
class DingTalkSettings:
    """One internal app with its robot."""

    client_id: str
    client_secret: str
    robot_code: str
    page_url: str
    corp_id: str = ""
    mode: str = Mode.STREAM
    token: str = ""
    aes_key: str = ""
    card_secret: str = ""
    card_template: str = ""
    api_base: str = "https://api.dingtalk.com"
    oapi_base: str = "https://oapi.dingtalk.com"
    login_base: str = "https://login.dingtalk.com"
    todo: bool = True
    college: bool = False


class DingTalk:
    """Implements `Channel`."""

    name = NAME

    def __init__(
        self,
        settings: DingTalkSettings,
        *,
        now: Callable[[], datetime],
        installation: int,
        refused: Callable[[str], None] = lambda _reason: None,
        spent: Callable[[str], None] = lambda _what: None,
        ping: float = 20.0,
    ) -> None:
        self._settings = settings
        self._now = now
        self._installation = installation
        self._refused = refused
        self._spent = spent
        self._ping = ping
        self._credentials = (settings.client_id, settings.client_secret)
        bases = (settings.api_base, settings.oapi_base)
        self._api = Api(bases, self._credentials, now, lambda: spent("call"))
        self._ours = Ours(settings.robot_code, settings.corp_id, proven=settings.mode == Mode.STREAM)
        self._webhooks: dict[str, tuple[str, datetime]] = {}
        self._listening: asyncio.Task[None] | None = None
        taps = settings.mode == Mode.STREAM or bool(settings.card_secret)  # else nobody could press anything
        self._template = settings.card_template if taps else ""
        self._routed = settings.mode == Mode.STREAM
        self.traits = Traits(
            batch=20, per_minute=20, per_hour=600, remembers=timedelta(days=365), revisable=bool(self._template)
        )
        self._college = College(self._api, now, wanted=settings.college)
        self.stream: Stream | None = None
        self.todo = DingTodo(self._api, wanted=settings.todo)

    def routes(self, accept: Accept) -> Sequence[web.AbstractRouteDef]:
        if self._settings.mode != Mode.HTTP:
            return []
        one = self._settings
        owners = [owner for owner in (one.client_id, one.corp_id) if owner]
        envelope = Envelope(one.token, one.aes_key, *owners) if one.token and one.aes_key else None
        secrets = Secrets(one.client_secret, one.card_secret, envelope)
        return Doors(secrets, self._ours, self._now, self._refused, self._taking(accept)).routes()

    def _taking(self, accept: Accept) -> Callable[[Told], Any]:
        async def take(told: Told) -> None:
            if told.until is not None and self._api.is_ours(told.webhook):
                self._remember(told.account, told.webhook, told.until)
            if told.is_billed:
                self._spent("push")
            for event in told.events:
                await accept(event)

        return take

    def _remember(self, account: str, webhook: str, until: datetime) -> None:
        if len(self._webhooks) >= MOST_WEBHOOKS:
            now = self._now()
            self._webhooks = {key: held for key, held in self._webhooks.items() if held[1] > now}
        self._webhooks[account] = (webhook, until)

    async def open(self, accept: Accept) -> None:
        if self._settings.mode == Mode.STREAM:
            base, ours = self._settings.api_base, self._ours
            take = self._taking(accept)
            self.stream = Stream(base, self._credentials, ours, self._now, take, ping=self._ping)
            self._listening = asyncio.create_task(self.stream.run(), name="dingtalk-stream")

    def reread(self, event: Event, raw: str) -> Event | None:
        try:
            data = read(raw)
            if "msgtype" in data:
                told = message_of(data, self._ours, event.at)
            elif "outTrackId" in data:
                told = tap_of(data, event.at, event.at)
            else:
                told = change_of(str(data.get("EventType") or ""), event.id, data, event.at)
        except (BadJson, Foreign):
            return event
        return told.events[0] if told.events else None

    async def send(self, to: Sequence[str], card: Card, mark: int) -> Receipt:
        key = f"xb-{self._installation}-{mark}"
        if len(to) == 1 and (card.is_plain or to[0].startswith(STRANGER)) and await self._replied(to[0], card):
            return Receipt(key)
        if self._template and not card.is_plain and cards.fits(card):
            return await self._deliver(to, card, key)
        msg_key, parameters = cards.message(card, self._settings.page_url)
        return await self._say(to, msg_key, parameters, key)

    async def _replied(self, account: str, card: Card) -> bool:
        """Whether the conversation's own address took it: that costs none of the month's calls."""
        webhook, until = self._webhooks.get(account, ("", self._now()))
        if until > self._now():
            try:
                await self._api.reply(webhook, cards.reply(card))
            except ApiError as error:
                self._webhooks.pop(account, None)
                if error.kind is not Kind.GONE:
                    raise error.as_failure() from error
            else:
                return True
        if account.startswith(STRANGER):
            raise Final("nobody we could write to")
        return False

    async def _deliver(self, to: Sequence[str], card: Card, key: str) -> Receipt:
        """One instance for all of them. Asked for again it is there already, and is shown to nobody twice (F33)."""
        await self._route()
        first, *more = spaces(to)
        model = {"spaceType": "IM_ROBOT", "robotCode": self._settings.robot_code}
        body: dict[str, Any] = {
            "cardTemplateId": self._template,
            "outTrackId": key,
            "callbackType": self._settings.mode.upper(),
            "cardData": {"cardParamMap": cards.variables(card, self._settings.page_url)},
            "userIdType": 1,
            "imRobotOpenSpaceModel": {
                "supportForward": False,
                "notification": {"alertContent": cut(card.title or card.body, 100), "notificationOff": False},
            },
            "openSpaceId": ";".join(first),
            "imRobotOpenDeliverModel": model,
        }
        if self._settings.mode == Mode.HTTP:
            body["callbackRouteKey"] = self._settings.client_id
        results: list[Mapping[str, Any]] = []
        try:
            results += results_of(await self._api.call("POST", "/v1.0/card/instances/createAndDeliver", body))
        except ApiError as error:
            if error.kind is not Kind.DONE:
                raise error.as_failure() from error
        for some in more:
            one = {
                "outTrackId": key,
                "userIdType": 1,
                "openSpaceId": ";".join(some),
                "imRobotOpenDeliverModel": model,
            }
            results += results_of(await self._asked("POST", "/v1.0/card/instances/deliver", one))
        refused = tuple(str(one.get("spaceId")) for one in results if one.get("success") is False)
        handle = next((str(one["carrierId"]) for one in results if one.get("carrierId")), "")
        return Receipt(key, handle, refused=refused)

    async def _route(self) -> None:
        """In HTTP mode, say once where taps are to be sent and how they are signed (protocol 6.6)."""
        if self._routed:
            return
        body = {
            "callbackRouteKey": self._settings.client_id,
            "callbackUrl": urljoin(self._settings.page_url, "/dingtalk/card"),
            "apiSecret": self._settings.card_secret,
            "forceUpdate": True,
        }
        await self._asked("POST", "/v1.0/card/callbacks/register", body)
        self._routed = True

    async def _say(self, to: Sequence[str], msg_key: str, parameters: Mapping[str, str], key: str) -> Receipt:
        body = {
            "robotCode": self._settings.robot_code,
            "userIds": list(to),
            "msgKey": msg_key,
            "msgParam": json.dumps(parameters, ensure_ascii=False),
        }
        answer = await self._asked("POST", "/v1.0/robot/oToMessages/batchSend", body)
        refused = tuple(str(one) for one in answer.get("invalidStaffIdList") or [])
        later = tuple(str(one) for one in answer.get("flowControlledStaffIdList") or [])
        return Receipt(key, str(answer.get("processQueryKey") or ""), refused=refused, later=later)

    async def _asked(self, method: str, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        try:
            return await self._api.call(method, path, body)
        except ApiError as error:
            raise error.as_failure() from error

    async def upload(self, file: Upload) -> Uploaded:
        file = media.named(file)
        try:
            media_id = await self._api.upload(media.kind_of(file), file)
        except ApiError as error:
            raise error.as_failure() from error
        return Uploaded(media.handle(media_id, file), self._now() + MEDIA_LIFE)

    async def send_file(self, to: Sequence[str], handle: str, mime: str, mark: int) -> Receipt:
        msg_key, parameters = media.message(handle, mime)
        return await self._say(to, msg_key, parameters, f"xb-{self._installation}-{mark}")

    async def revise(self, receipt: Receipt, to: Sequence[str], card: Card) -> Receipt:
        """Each of these accounts sees the new one in place of what they saw; nobody else does (protocol 6.3)."""
        if not self._template:
            raise Final("messages cannot be changed")
        values = {"cardParamMap": cards.revised(card, self._settings.page_url)}
        body = {
            "outTrackId": receipt.key,
            "privateData": dict.fromkeys(to, values),
            "cardUpdateOptions": {"updateCardDataByKey": True, "updatePrivateDataByKey": True},
            "userIdType": 1,
        }
        await self._asked("PUT", "/v1.0/card/instances", body)
        return replace(receipt, code=None, until=None, refused=())

    async def recall(self, receipt: Receipt) -> None:
        body = {"robotCode": self._settings.robot_code, "processQueryKeys": [receipt.handle]}
        answer = await self._asked("POST", "/v1.0/robot/otoMessages/batchRecall", body)
        if answer.get("failedResult"):
            raise Final("too late to take it back")

    async def fetch(self, file: FileRef) -> AsyncIterator[bytes]:
        try:
            async for part in self._api.media(file.ref, self._settings.robot_code):
                yield part
        except ApiError as error:
            raise error.as_failure() from error

    async def staff(self) -> AsyncIterator[StaffEntry]:
        try:
            entries = await everyone(self._api, self._college)
        except ApiError as error:
            raise error.as_failure() from error
        except (KeyError, TypeError, ValueError) as error:
            raise Passing(f"address book: {type(error).__name__}") from error
        for entry in entries:
            yield entry

    async def publish_menu(self, entries: Sequence[MenuEntry]) -> None:
        """There are no menus in a robot's chat (protocol 5.3): help says by which words things begin."""

    def is_own_browser(self, agent: str) -> bool:
        return "dingtalk" in agent.lower()

    def sign_in_url(self, back: str, state: str) -> str:
        query = {
            "client_id": self._settings.client_id,
            "redirect_uri": back,
            "response_type": "code",
            "scope": "openid",
            "state": state,
            "prompt": "consent",
        }
        return f"{self._settings.login_base}/oauth2/auth?{urlencode(query)}"

    async def identify(self, code: str) -> str:
        body = {
            "clientId": self._settings.client_id, "clientSecret": self._settings.client_secret, "code": code,
            "grantType": "authorization_code",
        }  # fmt: skip
        try:
            union = await self._api.whoever(body)
            found = await self._api.topapi("topapi/user/getbyunionid", {"unionid": union}, free=True)
            return str(found["result"]["userid"])
        except ApiError as error:
            raise error.as_failure() from error
        except (KeyError, TypeError) as error:
            raise Final("not a member") from error

    async def close(self) -> None:
        if self._listening is not None:
            self._listening.cancel()
            await asyncio.wait([self._listening])
            self._listening = None
        await self._api.close()
