"""The same school with its people on DingTalk: their phones have the same face, so that stories run unchanged (A1)."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from bot.config import Config, DingTalkConfig, Secret
from bot.sandbox import CardState, Delivery, Item, load_campus
from bot.sandbox.crypto import new_token
from bot.sandbox.dingtalk import Bubble, DingBox, DingRunning, DingSettings, Pushed, serve_ding
from bot.sandbox.wire import Json
from tests.office import JPEG, Office, Someone

KINDS = {"card": "template_card", "action_card": "template_card", "picture": "image"}


def item_of(bubble: Bubble, box: DingBox) -> Item:
    """A line of the chat with the face that stories look at."""
    kind = KINDS.get(bubble.kind, bubble.kind)
    content, card = bubble.content, None
    if kind == "template_card" or (kind == "markdown" and box.buttons(bubble)):
        content, card = _drawn(bubble, box)
    return Item(bubble.id, 0, bubble.at, bubble.userid, bubble.sender, kind, content, card=card)


def _drawn(bubble: Bubble, box: DingBox) -> tuple[Json, CardState]:
    """What the template draws of its variables, or what an action card says."""
    shown = bubble.content
    lines = [{"keyname": one["label"], "value": one["value"]} for one in json.loads(shown.get("lines") or "[]")]
    drawn = {
        "main_title": {"title": shown["title"]},
        "sub_title_text": "\n".join(shown[name] for name in ("body", "more", "text", "hint") if shown.get(name)),
        "horizontal_content_list": lines,
        "button_list": [{"text": text, "key": key} for text, key in box.buttons(bubble)],
    }
    closing = str(shown.get("closing") or "")
    return drawn, CardState(live=not closing, replaced_text=closing or None)


def delivery(pushed: Pushed) -> Delivery:
    """How a push went, as the harness tells it."""
    return Delivery(pushed.id, pushed.userid, None, "", pushed.attempts, pushed.statuses, pushed.accepted)


class Dinger(Someone):
    """A person with DingTalk on the phone."""

    _office: DingOffice

    def _does(self, deed: Callable[[DingBox], Awaitable[Pushed]]) -> Delivery:
        return delivery(self._office.does(lambda: deed(self._office.ding)))

    def says(self, text: str) -> Delivery:
        return self._does(lambda box: box.say(self.userid, text))

    def sends_a_photo(self, content: bytes = JPEG) -> Delivery:
        return self._does(lambda box: box.send_image(self.userid, content))

    def presses(self, label: str, *, on: Item | None = None) -> Delivery:
        for item in [on] if on else reversed(self.cards):
            if any(button["text"] == label for button in item.content["button_list"]):
                return self._does(partial(self._presses, item.id, label))
        raise AssertionError(f"{self.userid} sees no button {label!r}")

    async def _presses(self, id: str, label: str, box: DingBox) -> Pushed:
        return await box.press(self.userid, next(one for one in self.bubbles if one.id == id), label)

    def forges(self, key: str, task_id: str) -> Delivery:
        return self._does(lambda box: box.tap(self.userid, task_id, key, strict=False))

    @property
    def bubbles(self) -> list[Bubble]:
        """What came from the app, as the stand-in has it."""
        return self._office.ding.received(self.userid)

    @property
    def items(self) -> list[Item]:
        return [item_of(bubble, self._office.ding) for bubble in self.bubbles]


class DingOffice(Office):
    """A school whose people are on DingTalk, by Stream or by HTTP."""

    def __init__(self, url: str, folder: Path, mode: str = "stream", *, template: bool = True, **ding: Any) -> None:
        self.mode = mode
        self.template = template
        self.card_secret = new_token(32)
        self._given: dict[str, Any] = {
            "answer_limit": 30.0,
            "card_limit": 30.0,
            "event_limit": 30.0,
            "linger": 0.2,
            "per_second": 10
            ** 6,  # those seconds are real ones: a quick machine would have calls put off by the office's
            **ding,
        }
        self.a_month = (5000, 3000)
        self._ding: DingRunning | None = None
        super().__init__(url, folder)

    @property
    def ding(self) -> DingBox:
        """The stand-in."""
        assert self._ding is not None
        return self._ding.box

    def start(self) -> None:
        if self._ding is None:
            doors = f"http://127.0.0.1:{self._port}/dingtalk"
            ways = {"robot_mode": self.mode, "event_mode": self.mode, **self._given}
            settings = DingSettings(robot_url=f"{doors}/robot", event_url=f"{doors}/events", **ways)
            campus = load_campus()
            self._ding = self.run(serve_ding("127.0.0.1", 0, settings, campus, clock=self.clock))
        super().start()

    def config(self) -> Config:
        assert self._ding is not None
        app, url = self.ding.settings, self._ding.url
        section = DingTalkConfig(
            app.client_id,
            Secret(app.client_secret),
            corp_id=app.corp_id,
            mode=self.mode,
            token=Secret(app.token),
            aes_key=Secret(app.aes_key),
            card_secret=Secret(self.card_secret),
            card_template=app.templates[0].id if self.template else "",
            api_base=url,
            oapi_base=url,
            login_base=url,
            calls_a_month=self.a_month[0],
            pushes_a_month=self.a_month[1],
        )
        return replace(super().config(), wecom=None, dingtalk=section)

    async def meets(self) -> None:
        if self.mode == "http":
            assert await self.ding.verify()
        else:
            await self.ding.gateway.until(self.ding.gateway.opened + (not self.ding.gateway.lines))

    def account(self, userid: str) -> tuple[str, str]:
        return "dingtalk", self.ding.userid(userid)

    def person(self, userid: str) -> Dinger:
        return Dinger(self, userid)

    def close(self) -> None:
        self.run(self._runner.cleanup())
        assert self._ding is not None
        self.run(self._ding.cleanup())
        super().close()
