"""The harness: people on the stand-in's phones say and press things and see cards; a clock that is moved.

The real service stands behind its real doors on loopback; only its loops are driven by hand, so that a test knows
when everything has come to rest.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from aiohttp import web

from bot.app import Service
from bot.config import Config, LogConfig, OfficeConfig, SealConfig, Secret, ServerConfig, StorageConfig, WeComConfig
from bot.sandbox import Delivery, Item, Running, Sandbox, SandboxClock, Settings, load_campus, serve
from bot.sealing.authority import ARCHIVE, PASSWORD, PICTURES, establish
from storage.records import Case, Entry, Person
from storage.trail import case_subject
from storage.work import Work
from tests.ports import free_port

T = TypeVar("T")
TUESDAY = datetime(2026, 11, 24, 2, 5, tzinfo=UTC)
"""A working morning, 10:05 in Shanghai, and not near the full hour."""
JPEG = b"\xff\xd8\xff\xe0" + b"lamp" * 64


@dataclass(frozen=True, slots=True)
class Seen:
    """A message as somebody sees it on the phone."""

    item: Item

    @property
    def title(self) -> str:
        return str(self.item.content.get("main_title", {}).get("title", ""))

    @property
    def text(self) -> str:
        """All the words on it."""
        return "\n".join(_words(self.item.content))

    @property
    def buttons(self) -> list[str]:
        """The words on buttons that answer."""
        if self.item.card is None or not self.item.card.live:
            return []
        return [button["text"] for button in self.item.content.get("button_list", [])]

    @property
    def closing(self) -> str:
        """The grey words in place of the buttons."""
        return (self.item.card.replaced_text or "") if self.item.card else ""


def _words(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [word for part in value.values() for word in _words(part)]
    return [word for part in value for word in _words(part)] if isinstance(value, list) else []


class Someone:
    """A person with a phone."""

    def __init__(self, office: Office, userid: str) -> None:
        self._office = office
        self.userid = userid

    def says(self, text: str) -> Delivery:
        """Type something."""
        return self._office.act(lambda box: box.say(self.userid, text, strict=False))

    def sends_a_photo(self, content: bytes = JPEG) -> Delivery:
        """Send a picture."""
        return self._office.act(lambda box: box.send_image(self.userid, content))

    def presses(self, label: str, *, on: Item | None = None) -> Delivery:
        """Press the newest live button of that name."""
        for item in [on] if on else reversed(self.cards):
            for button in item.content.get("button_list", []):
                if button["text"] == label:
                    return self._office.act(partial(self._taps, item.id, str(button["key"])))
        raise AssertionError(f"{self.userid} sees no button {label!r}: {[Seen(c).buttons for c in self.cards]}")

    async def _taps(self, item: str, key: str, box: Sandbox) -> Delivery:
        return await box.tap(self.userid, item, key)

    def forges(self, key: str, task_id: str) -> Delivery:
        """Send a tap that the phone would not let through."""
        return self._office.act(lambda box: box.tap(self.userid, task_id, key, strict=False))

    @property
    def items(self) -> list[Item]:
        """Everything the app has sent, oldest first."""
        return self._office.sandbox.phone(self.userid).received

    @property
    def cards(self) -> list[Item]:
        """The live cards."""
        return [i for i in self.items if i.card is not None and i.card.live and i.content.get("button_list")]

    @property
    def sees(self) -> Seen:
        """The newest message."""
        return Seen(self.items[-1])

    @property
    def all(self) -> list[Seen]:
        """Every message, oldest first."""
        return [Seen(item) for item in self.items]

    def saw(self, words: str) -> Seen:
        """The newest message with these words."""
        for seen in reversed(self.all):
            if words in seen.text:
                return seen
        raise AssertionError(f"{self.userid} never saw {words!r}: {[seen.text for seen in self.all]}")


class Office:
    """A school with xiaoban: the stand-in, the service, and their common clock."""

    def __init__(self, url: str, folder: Path, **settings: Any) -> None:
        self.loop = asyncio.new_event_loop()
        self.url = url
        self.folder = folder
        self.clock = SandboxClock(stopped_at=TUESDAY)
        self.own = OfficeConfig()
        self.seal: SealConfig | None = None
        self._port = free_port()
        settings.setdefault("resend_spacing", 0.0)
        settings.setdefault("verify_limit", 30.0)  # a busy machine is no fault of the service: nothing here is timed
        callback = f"http://127.0.0.1:{self._port}/wecom/callback"
        self._running: Running = self.run(
            serve("127.0.0.1", 0, Settings(callback_url=callback, **settings), load_campus(), clock=self.clock)
        )
        self.sandbox = self._running.sandbox
        self.start()

    def run(self, what: Awaitable[T]) -> T:
        """Run something on the office's loop."""
        return self.loop.run_until_complete(_await(what))

    def config(self) -> Config:
        """What this service is configured with."""
        app = self.sandbox.settings
        wecom = WeComConfig(
            app.corp_id,
            app.agent_id,
            Secret(app.secret),
            Secret(app.token),
            Secret(app.encoding_aes_key),
            api_base=self._running.url,
            authorize_base=self._running.url,
        )
        return Config(
            ServerConfig("127.0.0.1", self._port, f"http://127.0.0.1:{self._port}"),
            StorageConfig(self.url, str(self.folder / "files")),
            self.own,
            LogConfig(),
            wecom,
            seal=self.seal,
        )

    def start(self) -> None:
        """Start the service, learn the people."""
        self.service = Service(self.config(), self.clock, autonomous=False)
        self._runner = web.AppRunner(self.service.app, access_log=None, shutdown_timeout=0.5)
        self.run(self._runner.setup())
        self.run(web.TCPSite(self._runner, "127.0.0.1", self._port).start())
        self.run(self.meets())
        self.run(self.service.read_directories())

    async def meets(self) -> None:
        """The platform and the service find each other."""
        assert await self.sandbox.verify()

    def stop(self) -> None:
        """Stop the service, leaving the stand-in up."""
        self.run(self._runner.cleanup())

    def writes(self, calendar: str = "", **matters: str) -> Path:
        """Somebody writes the office's own calendar and matters; returns its folder."""
        folder = self.folder / "own"
        (folder / "matters").mkdir(parents=True, exist_ok=True)
        for name, source in matters.items():
            (folder / "matters" / f"{name}.toml").write_text(source, "utf-8")
        file = folder / "calendar.toml"
        if calendar:
            file.write_text(calendar, "utf-8")
        self.own = OfficeConfig(catalogue=folder, calendar=file if file.exists() else None)
        return folder

    def goes_by(self, calendar: str = "", **matters: str) -> None:
        """Give the office its own calendar and matters, and start again."""
        self.writes(calendar, **matters)
        self.restarts()

    def rereads(self) -> None:
        """Have the rules read again while the service runs, as SIGHUP does."""
        self.run(self.service.reread())
        self.passes(seconds=1)

    def gets_a_seal(self) -> None:
        """Give the office a certificate of its own making and pictures of its seals, and start again."""
        folder = self.folder / "sealing"
        seals = sorted({one.document.seal for one in self.service.rules.catalogue.all() if one.document})
        establish(folder, "云岭大学", seals, self.clock.now())
        password = Secret((folder / PASSWORD).read_text("utf-8"))
        self.seal = SealConfig(folder / ARCHIVE, password, folder / PICTURES, "demo")
        self.restarts()

    def restarts(self) -> None:
        """Stop and start again, as after an update."""
        self.stop()
        self.start()
        self.settles()

    def close(self) -> None:
        """Everything down."""
        self.run(self._runner.cleanup())
        self.run(self._running.cleanup())
        self.run(self.loop.shutdown_default_executor())
        self.loop.close()

    def act(self, deed: Callable[[Sandbox], Awaitable[T]]) -> T:
        """Let somebody do something, and let everything come to rest."""
        return self.does(lambda: deed(self.sandbox))

    def does(self, deed: Callable[[], Awaitable[T]]) -> T:
        """The same, wherever it is done."""
        done = self.run(deed())
        self.settles()
        return done

    def settles(self) -> None:
        """Handle and deliver until nothing is left that could go now."""
        self.run(self._settle())

    async def _settle(self) -> None:
        for _ in range(200):
            handled = await self.service.workers.run(self.service.dispatcher.step, self.clock.now())
            if not await self.service.delivery.step() and not handled:
                return
        raise AssertionError("it never comes to rest")

    def passes(self, **span: float) -> None:
        """Let time pass."""
        self.clock.advance(timedelta(**span))
        self.run(self.service.tick())
        self.settles()

    def person(self, userid: str) -> Someone:
        """Somebody of the seeded campus."""
        return Someone(self, userid)

    def account(self, userid: str) -> tuple[str, str]:
        """Channel and account of somebody of the seeded campus."""
        return "wecom", userid

    def known(self, work: Work, userid: str) -> Person:
        """Somebody of the seeded campus as stored."""
        found = work.people.by_account(*self.account(userid))
        assert found is not None
        return found

    def case(self, number: str = "R-0001") -> Case:
        """A case as stored."""
        with self.service.storage.reading() as work:
            found = work.cases.by_number(number)
        assert found is not None
        return found

    def trail(self, number: str = "R-0001") -> list[Entry]:
        """What happened to a case."""
        with self.service.storage.reading() as work:
            return list(work.trail.of(case_subject(self.case(number).id)))


async def _await(what: Awaitable[T]) -> T:
    return await what
