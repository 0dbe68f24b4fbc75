"""WeCom as a channel: what we can ask of it, in our words."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from bot.channels.channel import Accept, Expired, Final, MenuEntry, Passing, StaffEntry, Traits, Upload, Uploaded
from bot.channels.cutting import cut
from bot.channels.envelope import Envelope
from bot.channels.wecom import cards
from bot.channels.wecom.api import Api
from bot.channels.wecom.callback import Door
from bot.channels.wecom.errors import ApiError, Kind
from bot.channels.wecom.reading import NAME, Unimportant, event_of
from bot.channels.wecom.staff import everyone
from flows.cards import Card, Receipt
from flows.events import Event, FileRef

CODE_LIFE = timedelta(hours=71)
"""A code lives 72 h (protocol 3.4); an hour is kept in hand."""
MEDIA_LIFE = timedelta(days=2, hours=20)
"""A media_id lives three days (protocol 9.3)."""
LONGEST = 14400
"""Seconds over which WeCom can be asked to know a request again (protocol 4.1)."""
SPREAD = 4500
REMEMBERS = timedelta(seconds=LONGEST - SPREAD)
"""The shortest of the intervals we ask for: longer than a notice is tried for."""

_MEDIA = {"image/jpeg": "image", "image/png": "image", "audio/amr": "voice", "video/mp4": "video"}


@dataclass(frozen=True, slots=True)
class WeComSettings:
    """One app of one corp."""

    corp_id: str
    agent_id: int
    secret: str
    token: str
    encoding_aes_key: str
    page_url: str
    api_base: str = "https://qyapi.weixin.qq.com"
    authorize_base: str = "https://open.weixin.qq.com"


class WeCom:
    """Implements `Channel`."""

    todo = None
    name = NAME
    traits = Traits(batch=1000, per_minute=25, per_hour=900, remembers=REMEMBERS)

    def __init__(
        self,
        settings: WeComSettings,
        *,
        now: Callable[[], datetime],
        installation: int,
        refused: Callable[[str], None] = lambda _reason: None,
    ) -> None:
        self._settings = settings
        self._now = now
        self._installation = installation
        self._api = Api(settings.api_base, settings.corp_id, settings.secret, now)
        envelope = Envelope(settings.token, settings.encoding_aes_key, settings.corp_id)
        self._door = Door(envelope, now, refused)

    def routes(self, accept: Accept) -> Sequence[web.AbstractRouteDef]:
        return self._door.routes(accept)

    async def open(self, accept: Accept) -> None:
        """WeCom knocks; there is nothing to listen to."""

    def reread(self, event: Event, raw: str) -> Event | None:
        try:
            return event_of(raw.encode(), event.at)
        except Unimportant:
            return None

    async def send(self, to: Sequence[str], card: Card, mark: int) -> Receipt:
        task_id = f"xb-{self._installation}-{mark}"
        return await self._send(to, cards.message(card, task_id, self._settings.page_url), task_id, mark)

    async def upload(self, file: Upload) -> Uploaded:
        try:
            media_id = await self._api.upload(_kind(file.mime), file)
        except ApiError as error:
            raise error.as_failure() from error
        return Uploaded(media_id, self._now() + MEDIA_LIFE)

    async def send_file(self, to: Sequence[str], handle: str, mime: str, mark: int) -> Receipt:
        kind = _kind(mime)
        try:
            return await self._send(to, {"msgtype": kind, kind: {"media_id": handle}}, "", mark)
        except ApiError as error:
            if error.kind is Kind.MEDIA:
                raise Expired(str(error)) from error
            raise error.as_failure() from error

    async def _send(self, to: Sequence[str], content: dict[str, Any], key: str, mark: int) -> Receipt:
        """The mark makes the interval, and so the body, this parcel's own: equal words sent twice both arrive, one

        parcel sent twice arrives once (docs/decisions/0001-duplicate-check.md).
        """
        body = {
            "touser": "|".join(to),
            "agentid": self._settings.agent_id,
            **content,
            "enable_duplicate_check": 1,
            "duplicate_check_interval": LONGEST - mark % SPREAD,
        }
        answer = await self._asked("message/send", body)
        refused = f"{answer.get('invaliduser') or ''}|{answer.get('unlicenseduser') or ''}".lower()
        code = answer.get("response_code")
        return Receipt(
            key=key,
            handle=str(answer.get("msgid") or ""),
            code=str(code) if code else None,
            until=self._now() + CODE_LIFE if code else None,
            refused=tuple(account for account in refused.split("|") if account),
        )

    async def _asked(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        try:
            return await self._api.post(path, body)
        except ApiError as error:
            if path == "message/send" and error.kind is Kind.MEDIA:
                raise
            raise error.as_failure() from error

    async def revise(self, receipt: Receipt, to: Sequence[str], card: Card) -> Receipt:
        body = {
            "userids": list(to),
            "agentid": self._settings.agent_id,
            "response_code": receipt.code,
            "template_card": cards.closed(card, self._settings.page_url),
        }
        answer = await self._asked("message/update_template_card", body)
        refused = answer.get("invaliduser") or []
        return replace(receipt, code=None, until=None, refused=tuple(str(user).lower() for user in refused))

    async def recall(self, receipt: Receipt) -> None:
        await self._asked("message/recall", {"msgid": receipt.handle})

    async def fetch(self, file: FileRef) -> AsyncIterator[bytes]:
        try:
            async for part in self._api.media(file.ref):
                yield part
        except ApiError as error:
            raise error.as_failure() from error

    async def staff(self) -> AsyncIterator[StaffEntry]:
        try:
            entries = await everyone(self._api)
        except ApiError as error:
            raise error.as_failure() from error
        except (KeyError, TypeError, ValueError) as error:
            raise Passing(f"address book: {type(error).__name__}") from error
        for entry in entries:
            yield entry

    async def publish_menu(self, entries: Sequence[MenuEntry]) -> None:
        body = {"button": [_menu_entry(entry) for entry in entries]}
        try:
            await self._api.post("menu/create", body, agentid=str(self._settings.agent_id))
        except ApiError as error:
            raise error.as_failure() from error

    def is_own_browser(self, agent: str) -> bool:
        return "wxwork" in agent.lower()  # WeChat itself says MicroMessenger without it

    def sign_in_url(self, back: str, state: str) -> str:
        query = {
            "appid": self._settings.corp_id,
            "redirect_uri": back,
            "response_type": "code",
            "scope": "snsapi_base",
            "state": state,
            "agentid": str(self._settings.agent_id),
        }
        return f"{self._settings.authorize_base}/connect/oauth2/authorize?{urlencode(query)}#wechat_redirect"

    async def identify(self, code: str) -> str:
        try:
            answer = await self._api.get("auth/getuserinfo", code=code)
        except ApiError as error:
            raise error.as_failure() from error
        if not answer.get("userid"):
            raise Final("not a member")
        return str(answer["userid"]).lower()

    async def close(self) -> None:
        await self._api.close()


def _kind(mime: str) -> str:
    """How WeCom shows a file of that type."""
    return _MEDIA.get(mime, "file")


def _menu_entry(entry: MenuEntry) -> dict[str, Any]:
    if entry.below:
        return {"name": cut(entry.label, 16), "sub_button": [_menu_entry(below) for below in entry.below]}
    return {"type": "click", "name": cut(entry.label, 16), "key": entry.action}
