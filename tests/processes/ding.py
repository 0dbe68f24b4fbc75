"""The stand-in of DingTalk with processes of xiaoban around it, by Stream or by HTTP."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

from bot.sandbox import Campus, Delivery, Item, load_campus
from bot.sandbox.crypto import new_token
from bot.sandbox.dingtalk import Bubble, DingBox, DingRunning, DingSettings, Pushed, serve_ding
from tests.dingtalk import delivery, item_of
from tests.ports import HOST
from tests.processes.child import Child, Outside, Someone, Spread

CARD_SECRET = new_token(32)


def taken(pushed: Pushed) -> Delivery:
    """How a push went that has to go well."""
    assert pushed.accepted, pushed
    return delivery(pushed)


class Dinger(Someone):
    """A person with DingTalk on the phone."""

    _outside: DingOutside

    @property
    def box(self) -> DingBox:
        return self._outside.box

    async def says(self, text: str) -> Delivery:
        return taken(await self.box.say(self.userid, text))

    async def sends_a_photo(self, content: bytes) -> Delivery:
        return taken(await self.box.send_image(self.userid, content))

    async def presses(self, label: str) -> Delivery:
        await self._outside.until(lambda: self._bubble(label) is not None, f"{self.userid}: {label}")
        found = self._bubble(label)
        assert found is not None
        return taken(await self.box.press(self.userid, found, label))

    def _bubble(self, label: str) -> Bubble | None:
        """The newest message with a button of that name."""
        shown = reversed(self.box.received(self.userid))
        return next((one for one in shown if label in [text for text, _ in self.box.buttons(one)]), None)

    @property
    def items(self) -> list[Item]:
        return [item_of(bubble, self.box) for bubble in self.box.received(self.userid)]


class DingOutside(Outside):
    """DingTalk in this process; all children stand behind one door, for those who are called by HTTP."""

    def __init__(self, folder: Path, url: str, mode: str = "stream", **settings: Any) -> None:
        super().__init__(folder, url)
        self.mode = mode
        self.spread = Spread()
        self._settings = {"resends": 400, "resend_spacing": 0.05, "per_second": 10**6, "linger": 1.0, **settings}
        self.under_way = 0

    async def open(self, campus: Campus | None = None) -> None:
        await self.spread.start()
        door = f"http://{HOST}:{self.spread.port}/dingtalk"
        ways: dict[str, Any] = {"robot_mode": self.mode, "event_mode": self.mode, **self._settings}
        settings = DingSettings(robot_url=f"{door}/robot", event_url=f"{door}/events", **ways)
        self._ding: DingRunning = await serve_ding(HOST, 0, settings, campus or load_campus(), clock=self.clock)

    @property
    def box(self) -> DingBox:
        """The stand-in."""
        return self._ding.box

    def child(self) -> Child:
        child = super().child()
        self.spread.children.append(child)
        return child

    async def started(self) -> Child:
        """A process of xiaoban, ready, that knows who the people are: twenty calls a second take it some time."""
        child = self.child()
        await child.start()
        await self.until(lambda: "directory read" in child.log(), "the address book")
        return child

    def person(self, userid: str) -> Dinger:
        return Dinger(self, userid)

    def _config(self) -> str:
        app, api = self.box.settings, self._ding.url
        return (
            f'[server]\nport = {{port}}\npublic_url = "http://{HOST}:{self.spread.port}"\n'
            f'[storage]\nurl = "{self.url}"\nfiles = "{self.folder / "files"}"\n[log]\nlevel = "info"\n'
            f'[dingtalk]\nclient_id = "{app.client_id}"\nclient_secret = "{app.client_secret}"\n'
            f'corp_id = "{app.corp_id}"\nmode = "{self.mode}"\ntoken = "{app.token}"\naes_key = "{app.aes_key}"\n'
            f'card_secret = "{CARD_SECRET}"\ncard_template = "{app.templates[0].id}"\n'
            f'api_base = "{api}"\noapi_base = "{api}"\nlogin_base = "{api}"\n'
        )

    @contextlib.contextmanager
    def listening(self) -> Iterator[Callable[[], Awaitable[object]]]:
        changed, watchers = asyncio.Event(), self.box.corp.phones.watchers

        def notice(_bubble: Bubble) -> None:
            changed.set()

        async def change() -> None:
            await changed.wait()
            changed.clear()

        watchers.append(notice)
        try:
            yield change
        finally:
            watchers.remove(notice)

    def has_brought_everything(self) -> bool:
        return not self.box.pusher.undelivered and not any(one.status == "pending" for one in self.lines())

    def lines(self) -> list[Bubble]:
        """What people have said to the app."""
        everybody = self.box.corp.staff.directory
        return [one for person in everybody for one in self.box.phone(person.userid) if one.sender == "me"]

    async def close(self) -> None:
        for child in self.children:
            await child.close()
        await self.spread.close()
        await self._ding.cleanup()
