"""xiaoban as a process of its own; the stand-in, running in the test, is the only witness of what it does."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp

from bot.sandbox import Campus, Delivery, Item, Running, Sandbox, SandboxClock, Settings, load_campus, serve
from tests.office import Seen
from tests.ports import HOST, free_port

ROOT = Path(__file__).parents[2]
PATIENCE = 25.0
LEASE = timedelta(seconds=61)
"""What a killed process had claimed is free again after a minute of the clock."""


def environ() -> dict[str, str]:
    """Our own environment without what would configure xiaoban."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("XIAOBAN_")}
    return {**own, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}


async def xiaoban(folder: Path, *words: str) -> tuple[int, str, str]:
    """Run a command to its end: status, output, complaints."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", *words,
        cwd=folder, env=environ(), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    async with asyncio.timeout(PATIENCE):
        out, err = await process.communicate()
    return process.returncode or 0, out.decode(), err.decode()


class Child:
    """`xiaoban serve`, started, asked, signalled."""

    def __init__(self, folder: Path, config: str, clock_file: Path) -> None:
        self.port = free_port()
        self.url = f"http://{HOST}:{self.port}"
        self.folder = folder
        self._clock_file = clock_file
        self._process: asyncio.subprocess.Process | None = None
        folder.mkdir(exist_ok=True)
        (folder / "config.toml").write_text(config.replace("{port}", str(self.port)), "utf-8")

    async def start(self) -> None:
        """Start it and wait until it is ready."""
        await self.launch()
        await self.ready()

    async def launch(self) -> None:
        """Start it, and do not wait."""
        with (self.folder / "log").open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", "serve", "--clock-file", str(self._clock_file),
                cwd=self.folder, env=environ(), stdout=log, stderr=log,
            )  # fmt: skip

    async def ready(self) -> None:
        """Wait for /readyz."""
        async with asyncio.timeout(PATIENCE):
            while (await self.figures())[0] != 200:
                assert self.process.returncode is None, self.log()
                await asyncio.sleep(0.02)

    @property
    def process(self) -> asyncio.subprocess.Process:
        """The running process."""
        assert self._process is not None
        return self._process

    def log(self) -> str:
        """The end of what it wrote."""
        return (self.folder / "log").read_text("utf-8")[-6000:]

    async def figures(self) -> tuple[int, dict[str, Any]]:
        """/readyz: its status (0 without an answer) and what it says."""
        try:
            async with aiohttp.ClientSession() as http, http.get(f"{self.url}/readyz") as answer:
                return answer.status, json.loads(await answer.read())
        except (aiohttp.ClientError, OSError):
            return 0, {}

    async def metric(self, name: str) -> float:
        """A counter of /metrics."""
        async with aiohttp.ClientSession() as http, http.get(f"{self.url}/metrics") as answer:
            lines = (await answer.text()).splitlines()
        return sum(float(line.rsplit(" ", 1)[1]) for line in lines if line.startswith(f"{name}{{"))

    def kill(self) -> None:
        """As a power cut would."""
        self.process.kill()

    async def killed(self) -> None:
        """Wait until it is gone."""
        assert await self.ended() == -signal.SIGKILL

    async def ended(self) -> int:
        """Its exit status."""
        async with asyncio.timeout(PATIENCE):
            return await self.process.wait()

    async def close(self) -> None:
        """Leave nothing behind."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()


class Spread:
    """A door before several doors: each connection goes to the next process that listens."""

    def __init__(self) -> None:
        self.children: list[Child] = []
        self._next = 0
        self.port = free_port()

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._carry, HOST, self.port)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for _ in self.children:
            self._next += 1
            child = self.children[self._next % len(self.children)]
            with contextlib.suppress(OSError):
                there, back = await asyncio.open_connection(HOST, child.port)
                await asyncio.gather(_pour(reader, back), _pour(there, writer))
                return
        writer.close()

    async def close(self) -> None:
        self._server.close()
        await self._server.wait_closed()


async def _pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while part := await reader.read(65536):
            writer.write(part)
            await writer.drain()
    with contextlib.suppress(OSError):
        writer.close()


def _taken(delivery: Delivery) -> Delivery:
    assert delivery.accepted, delivery
    return delivery


class Someone:
    """A person with a phone, who waits for what is to come."""

    def __init__(self, outside: Outside, userid: str) -> None:
        self._outside = outside
        self.userid = userid

    async def says(self, text: str) -> Delivery:
        """Type something."""
        return _taken(await self._outside.sandbox.say(self.userid, text))

    async def sends_a_photo(self, content: bytes) -> Delivery:
        """Send a picture."""
        return _taken(await self._outside.sandbox.send_image(self.userid, content))

    async def presses(self, label: str) -> Delivery:
        """Press the newest live button of that name, as soon as there is one."""
        await self._outside.until(lambda: self._button(label) is not None, f"{self.userid}: {label}")
        found = self._button(label)
        assert found is not None
        return _taken(await self._outside.sandbox.tap(self.userid, *found))

    def _button(self, label: str) -> tuple[str, str] | None:
        for item in reversed(self.items):
            if item.card is not None and item.card.live:
                for button in item.content.get("button_list", []):
                    if button["text"] == label:
                        return item.id, str(button["key"])
        return None

    async def sees(self, words: str) -> None:
        """Wait for a message with these words."""
        await self._outside.until(lambda: any(words in text for text in self.texts), f"{self.userid}: {words}")

    @property
    def items(self) -> list[Item]:
        """What came from the app."""
        return self._outside.sandbox.phone(self.userid).received

    @property
    def texts(self) -> list[str]:
        """All words of each message."""
        return [Seen(item).text for item in self.items]

    @property
    def titles(self) -> list[str]:
        """Each message by its title, else its kind."""
        return [Seen(item).title or item.kind for item in self.items]


class Outside:
    """The stand-in of the platform in this process, with a clock that children follow."""

    def __init__(self, folder: Path, url: str, **settings: Any) -> None:
        self.folder = folder
        self.url = url
        self.clock_file = folder / "clock"
        self.clock = SandboxClock(offset_file=self.clock_file)
        self.clock.advance(timedelta())
        self._given = {"resends": 400, "resend_spacing": 0.05, **settings}
        self.children: list[Child] = []

    async def open(self, campus: Campus | None = None) -> None:
        """Let the stand-in listen; nobody is called back yet."""
        self._running: Running = await serve(
            HOST, 0, Settings(**self._given), campus or load_campus(), clock=self.clock
        )

    @property
    def sandbox(self) -> Sandbox:
        """The stand-in."""
        return self._running.sandbox

    def child(self) -> Child:
        """A process of xiaoban, configured for the stand-in."""
        child = Child(self.folder / f"child{len(self.children)}", self._config(), self.clock_file)
        self.children.append(child)
        return child

    async def started(self) -> Child:
        """A process of xiaoban, ready; the platform calls it back."""
        child = self.child()
        await child.start()
        await self.calls_back(child)
        return child

    async def calls_back(self, door: Child | Spread) -> None:
        """The administrator enters the callback address, and the platform verifies it."""
        self.sandbox.call_back_to(f"http://{HOST}:{door.port}/wecom/callback")
        assert await self.sandbox.verify()

    def _config(self) -> str:
        app, api = self.sandbox.settings, self._running.url
        return (
            f'[server]\nport = {{port}}\npublic_url = "http://{HOST}:{{port}}"\n[storage]\nurl = "{self.url}"\n'
            f'files = "{self.folder / "files"}"\n[log]\nlevel = "warning"\n'
            f'[wecom]\ncorp_id = "{app.corp_id}"\nagent_id = {app.agent_id}\nsecret = "{app.secret}"\n'
            f'token = "{app.token}"\nencoding_aes_key = "{app.encoding_aes_key}"\n'
            f'api_base = "{api}"\nauthorize_base = "{api}"\n'
        )

    def person(self, userid: str) -> Someone:
        """Somebody with a phone."""
        return Someone(self, userid)

    def has_brought_everything(self) -> bool:
        """Whether no callback is under way, or was given up."""
        way = self.sandbox.deliverer
        return not way.under_way and not way.undelivered

    def said(self) -> list[Item]:
        """What people have sent to the app."""
        return [item for phone in self.sandbox.corp.phones.all() for item in phone.items if item.sender == "me"]

    @contextlib.contextmanager
    def listening(self) -> Iterator[Callable[[], Awaitable[object]]]:
        """What to await for the next thing that happens on the phones."""
        feed = self.sandbox.corp.feed
        changes = feed.listen(feed.seq)
        try:
            yield changes.get
        finally:
            feed.leave(changes)

    async def until(self, condition: Callable[[], bool], what: str) -> None:
        """Wait for something the stand-in can see."""
        with self.listening() as change:
            try:
                async with asyncio.timeout(PATIENCE):
                    while not condition():
                        with contextlib.suppress(TimeoutError):
                            await asyncio.wait_for(change(), 0.05)
            except TimeoutError:
                logs = "\n".join(child.log() for child in self.children)
                raise AssertionError(f"it never came to be: {what}\n{logs}") from None

    async def rises(self, child: Child) -> None:
        """Start a killed one again; its claims end when their minute is over."""
        await child.killed()
        self.clock.advance(LEASE)
        await child.start()

    async def calms(self, child: Child) -> None:
        """Wait until nothing is on its way in either direction."""
        await self.until(self.has_brought_everything, "every callback taken")
        async with asyncio.timeout(PATIENCE):
            while True:
                _, told = await child.figures()
                if told.get("inbox") == 0 and told.get("outbox") == 0:
                    return
                await asyncio.sleep(0.05)

    async def runs(self, child: Child, *words: str) -> tuple[int, str]:
        """A command with the child's configuration: status and words."""
        status, out, err = await xiaoban(child.folder, *words)
        return status, out + err

    async def checks(self, child: Child) -> tuple[int, str]:
        """`xiaoban check`: status, last line and complaints; years that are not announced may stand before."""
        status, out, err = await xiaoban(child.folder, "check")
        return status, "".join(out.splitlines(keepends=True)[-1:]) + err

    async def close(self) -> None:
        """Everything down."""
        for child in self.children:
            await child.close()
        await self._running.cleanup()
