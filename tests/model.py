"""A stand-in for a language model: a small server on loopback that answers what a test tells it to."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.config import Config, ModelConfig, Secret
from tests.office import Office

KEY = "planted-key"
Answering = Callable[[web.Request], Awaitable[web.StreamResponse]]


def means(*matters: str, **answers: str) -> str:
    """What a model says that takes a sentence for one of these matters, the first of them with these answers."""
    named = [{"name": matter, "answers": {} if at else answers} for at, matter in enumerate(matters)]
    return json.dumps({"matters": named}, ensure_ascii=False)


def completion(said: str) -> dict[str, Any]:
    """An answer as the interface wraps it (platform.openai.com/docs/api-reference/chat/object)."""
    message = {"role": "assistant", "content": said}
    choice = {"index": 0, "message": message, "finish_reason": "stop"}
    return {"id": "chatcmpl-1", "object": "chat.completion", "model": "small", "choices": [choice]}


@dataclass
class Model:
    """`says` is its next answers' content, `does` what it does instead; `asked` is all that it was told."""

    says: str = means()
    does: Answering | None = None
    asked: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    url: str = ""

    async def start(self) -> None:
        """Listen on a free port."""
        app = web.Application()
        app.router.add_post("/v1/chat/completions", self._answer)
        app.router.add_route("*", "/{path:.*}", self._elsewhere)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/v1"

    async def stop(self) -> None:
        """Listen no more."""
        await self._runner.cleanup()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(await request.json())
        self.keys.append(request.headers.get("Authorization", ""))
        return await self.does(request) if self.does else web.json_response(completion(self.says))

    async def _elsewhere(self, request: web.Request) -> web.Response:
        raise AssertionError(f"asked at {request.path}")

    @property
    def told(self) -> str:
        """All it was told, in one piece."""
        return json.dumps(self.asked, ensure_ascii=False)

    @property
    def words(self) -> list[str]:
        """The words it was asked about."""
        return [str(body["messages"][-1]["content"]) for body in self.asked]


class Connected(Office):
    """A school with a model, and with matters of its own, each `name="TOML"`."""

    def __init__(self, url: str, folder: Path, **matters: str) -> None:
        self.model = Model()
        own = folder / "school" / "matters"
        own.mkdir(parents=True)
        for name, source in matters.items():
            (own / f"{name}.toml").write_text(source, "utf-8")
        super().__init__(url, folder)

    def config(self) -> Config:
        found = super().config()
        office = replace(found.office, catalogue=self.folder / "school")
        return replace(found, office=office, model=ModelConfig(self.model.url, "small", Secret(KEY), timeout=1))

    def start(self) -> None:
        if not self.model.url:
            self.run(self.model.start())
        super().start()

    def close(self) -> None:
        self.run(self.model.stop())
        super().close()

    async def hears(self) -> None:
        """Handle what came, and deliver nothing yet."""
        await self.service.workers.run(self.service.dispatcher.step, self.clock.now())


class Disconnected(Connected):
    """The same school without its model."""

    def config(self) -> Config:
        return replace(super().config(), model=None)


async def hangs(_request: web.Request) -> web.StreamResponse:
    """Never answer."""
    await asyncio.Event().wait()
    raise AssertionError
