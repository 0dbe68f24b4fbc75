"""A small app on the other side of the stand-in: it takes callbacks as told, and calls the API."""

from __future__ import annotations

import asyncio
import io
import json
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.sandbox import Sandbox, Settings
from bot.sandbox.crypto import Cipher, sign

Json = dict[str, Any]


@dataclass
class Receiver:
    """Takes callbacks. `script` holds what to answer next: a status, or seconds to sleep before 200."""

    settings: Settings
    script: list[int | float] = field(default_factory=list)
    inners: list[str] = field(default_factory=list)
    envelopes: list[dict[str, str]] = field(default_factory=list)
    sealed: list[str] = field(default_factory=list)
    challenges: int = 0
    thinking: float = 0.0
    echo: Callable[[bytes], bytes] = bytes
    reply: bytes = b""
    gate: asyncio.Event | None = None
    came: asyncio.Queue[str] = field(default_factory=asyncio.Queue)

    def application(self) -> web.Application:
        app = web.Application()
        app.router.add_get("/callback", self.challenge)
        app.router.add_post("/callback", self.take)
        return app

    def opened(self, encrypt: str, query: dict[str, str]) -> bytes:
        at, nonce = query["timestamp"], query["nonce"]
        assert query["msg_signature"] == sign(self.settings.token, at, nonce, encrypt)
        return Cipher(self.settings.encoding_aes_key).open(encrypt, self.settings.corp_id)

    async def challenge(self, request: web.Request) -> web.Response:
        self.challenges += 1
        await asyncio.sleep(self.thinking)
        plain = self.opened(request.query["echostr"], dict(request.query))
        return web.Response(body=self.echo(plain))

    async def take(self, request: web.Request) -> web.Response:
        outer = ElementTree.fromstring(await request.read())
        encrypt = outer.findtext("Encrypt") or ""
        inner = self.opened(encrypt, dict(request.query)).decode("utf-8", "replace")
        self.inners.append(inner)
        self.came.put_nowait(inner)
        self.sealed.append(encrypt)
        self.envelopes.append(dict(request.query))
        if self.gate is not None:
            await self.gate.wait()
        answer = self.script.pop(0) if self.script else 200
        if isinstance(answer, float):
            await asyncio.sleep(answer)
            return web.Response()
        return web.Response(status=answer, body=self.reply if answer == 200 else b"")

    @property
    def texts(self) -> list[str]:
        return [field_of(inner, "Content") for inner in self.inners]


def field_of(inner: str, path: str) -> str:
    return ElementTree.fromstring(inner).findtext(path) or ""


@dataclass
class World:
    """The stand-in, listening, with an app on the other side."""

    sandbox: Sandbox
    server: TestServer
    receiver: Receiver
    http: aiohttp.ClientSession
    token: str = ""

    def url(self, path: str) -> str:
        return str(self.server.make_url(path))

    async def answer(self, method: str, path: str, **options: Any) -> Json:
        """One call with exactly these options."""
        async with self.http.request(method, self.url(f"/cgi-bin/{path}"), **options) as response:
            found: Json = json.loads(await response.read())
            return found

    async def login(self, secret: str | None = None) -> str:
        query = {"corpid": self.sandbox.settings.corp_id, "corpsecret": secret or self.sandbox.settings.secret}
        self.token = str((await self.answer("GET", "gettoken", params=query)).get("access_token", ""))
        return self.token

    async def get(self, path: str, **query: Any) -> Json:
        if not self.token:
            await self.login()
        wanted = {"access_token": self.token} | {name: str(value) for name, value in query.items()}
        return await self.answer("GET", path, params=wanted)

    async def post(self, path: str, body: Json, **query: str) -> Json:
        if not self.token:
            await self.login()
        raw = json.dumps(body, ensure_ascii=False).encode()
        return await self.answer("POST", path, params={"access_token": self.token, **query}, data=raw)

    async def send(self, touser: str, msgtype: str = "text", content: Json | None = None, **more: Any) -> Json:
        inside = {"content": "hello"} if content is None else content
        head = {"touser": touser, "msgtype": msgtype, "agentid": self.sandbox.settings.agent_id}
        return await self.post("message/send", head | {msgtype: inside} | more)

    async def send_card(self, touser: str, card: Json | None = None, **more: Any) -> Json:
        return await self.send(touser, "template_card", card or button_card(), **more)

    async def update(self, code: str, **body: Any) -> Json:
        head = {"agentid": self.sandbox.settings.agent_id, "response_code": code}
        return await self.post("message/update_template_card", head | body)

    async def upload(self, kind: str, content: bytes, name: str = "file.jpg", field: str = "media") -> Json:
        if not self.token:
            await self.login()
        form = aiohttp.FormData(quote_fields=False)
        form.add_field(field, io.BytesIO(content), filename=name)
        return await self.answer("POST", "media/upload", params={"access_token": self.token, "type": kind}, data=form)


def button_card(task_id: str = "task-1", **changes: Any) -> Json:
    card: Json = {
        "card_type": "button_interaction",
        "task_id": task_id,
        "main_title": {"title": "R-0001"},
        "button_list": [{"text": "take", "key": "take"}, {"text": "pass", "key": "pass"}],
    }
    return card | changes


def vote_card(task_id: str = "vote-1", **changes: Any) -> Json:
    options = [{"id": id, "text": id, "is_checked": False} for id in ("am", "pm")]
    card: Json = {
        "card_type": "vote_interaction",
        "task_id": task_id,
        "main_title": {"title": "when"},
        "checkbox": {"question_key": "slot", "mode": 1, "option_list": options},
        "submit_button": {"text": "ok", "key": "ok"},
    }
    return card | changes


def multiple_card(task_id: str = "multi-1", **changes: Any) -> Json:
    options = [{"id": id, "text": id} for id in ("a", "b")]
    selects = [{"question_key": key, "title": key, "option_list": options} for key in ("one", "two")]
    card: Json = {
        "card_type": "multiple_interaction",
        "task_id": task_id,
        "main_title": {"title": "which"},
        "select_list": selects,
        "submit_button": {"text": "ok", "key": "ok"},
    }
    return card | changes


def text_notice(**changes: Any) -> Json:
    action = {"type": 1, "url": "https://xiaoban.example/1"}
    return {"card_type": "text_notice", "main_title": {"title": "news"}, "card_action": action} | changes


def news_notice(**changes: Any) -> Json:
    picture = {"url": "https://xiaoban.example/p.png"}
    return text_notice(card_image=picture) | {"card_type": "news_notice"} | changes
