"""The demonstration campus: the stand-ins of both platforms here, xiaoban as a process that can be killed."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import signal
import sys
from pathlib import Path

from bot import demo_duty
from bot.sandbox import Control, Link, SandboxClock, Settings, load_campus, serve
from bot.sandbox.campus import SEEDED
from bot.sandbox.crypto import new_aes_key, new_token
from bot.sandbox.dingtalk import DingPage, DingRunning, DingSettings, serve_ding
from bot.sealing.authority import ARCHIVE, PASSWORD, PICTURES, establish
from bot.sentences import sentence
from flows.catalogue import Catalogue

HOST = "127.0.0.1"
SECRETS = 4
OFFICE = Path("office")
"""The demonstration's own folder of rules, within its data; begun as a copy of what ships for it."""


def main(folder: Path, port: int) -> int:
    """Run until Ctrl-C; the data stay in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_run(folder.resolve(), port))
    print(sentence("demo", "bye"))
    return 0


def sandbox_alone(port: int, callback: str) -> int:
    """The stand-in for another deployment; prints what that one has to be configured with."""

    async def run() -> None:
        settings = Settings(callback_url=callback)
        running = await serve(HOST, port, settings, load_campus())
        for key in ("corp_id", "agent_id", "secret", "token", "encoding_aes_key"):
            print(f'{key} = "{getattr(settings, key)}"' if key != "agent_id" else f"{key} = {settings.agent_id}")
        print(f'api_base = "{running.url}"\nauthorize_base = "{running.url}"', flush=True)
        await _until_asked()
        await running.cleanup()

    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(run())
    return 0


async def _run(folder: Path, port: int) -> None:
    own = port + 10
    settings, ding_settings = _settings(folder, own)
    child = Child(folder, own)
    clock = SandboxClock(offset_file=folder / "clock")
    state = folder / "dingtalk.json"
    ding = await serve_ding(HOST, port + 20, ding_settings, load_campus(), clock=clock, state_file=state)
    demo_duty.write(f"sqlite:///{folder / 'xiaoban.db'}", "wecom", demo_duty.read(SEEDED), clock.now())
    running = await serve(
        HOST,
        port,
        settings,
        load_campus(),
        state_file=folder / "sandbox.json",
        clock=clock,
        controls=[Control("restart", sentence("demo", "restart"), child.kill)],
        links=[Link(sentence("demo", "workbench"), f"http://{HOST}:{own}/workbench/")],
        beside=DingPage(ding.box),
    )
    seals = {matter.document.seal for matter in Catalogue.read().all() if matter.document}
    establish(folder, sentence("demo", "office"), sorted(seals), clock.now())
    _furnish(folder)
    _write_config(folder, own, _wecom(settings, running.url) + _dingtalk(ding))
    watching = asyncio.create_task(child.keep_alive())
    await child.ready()
    text = sentence("demo", "ready", chat=running.url + "/", workbench=f"http://{HOST}:{own}/workbench/", folder=folder)
    print(text, flush=True)
    await _until_asked()
    watching.cancel()
    await child.stop()
    await running.cleanup()
    await ding.cleanup()


def _settings(folder: Path, own: int) -> tuple[Settings, DingSettings]:
    """The apps' secrets, made once for this folder."""
    path = folder / "secrets"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text("\n".join((new_token(43), new_token(), new_aes_key())), "utf-8")
    if len(path.read_text("utf-8").split()) < SECRETS:  # of a demonstration from before there was DingTalk
        with path.open("a", encoding="utf-8") as file:
            file.write(f"\n{new_token(43)}")
    secret, token, key, ding_secret = path.read_text("utf-8").split()
    callback = f"http://{HOST}:{own}/wecom/callback"
    wecom = Settings(secret=secret, token=token, encoding_aes_key=key, callback_url=callback)
    return wecom, DingSettings(client_secret=ding_secret)


def _furnish(folder: Path) -> None:
    """Give the office its own rules, once: whoever tries it may change them."""
    own = folder / OFFICE
    if not own.exists():
        shutil.copytree(Path(__file__).with_name("demo_office"), own)


def _write_config(folder: Path, own: int, platforms: str) -> None:
    (folder / "config.toml").write_text(
        f"""[server]
host = "{HOST}"
port = {own}
public_url = "http://{HOST}:{own}"
[storage]
url = "sqlite:///xiaoban.db"
[office]
name = "{sentence("demo", "office")}"
catalogue = "{OFFICE.name}"
[log]
level = "warning"
format = "console"
{platforms}[seal]
certificate = "{ARCHIVE}"
password_file = "{PASSWORD}"
pictures = "{PICTURES}"
issued_by = "demo"
""",
        "utf-8",
    )


def _wecom(settings: Settings, api: str) -> str:
    return f"""[wecom]
corp_id = "{settings.corp_id}"
agent_id = {settings.agent_id}
secret = "{settings.secret}"
token = "{settings.token}"
encoding_aes_key = "{settings.encoding_aes_key}"
api_base = "{api}"
authorize_base = "{api}"
"""


def _dingtalk(ding: DingRunning) -> str:
    settings = ding.box.settings
    return f"""[dingtalk]
client_id = "{settings.client_id}"
client_secret = "{settings.client_secret}"
corp_id = "{settings.corp_id}"
card_template = "{settings.templates[0].id}"
api_base = "{ding.url}"
oapi_base = "{ding.url}"
login_base = "{ding.url}"
"""


class Child:
    """xiaoban as a process of its own; when it ends, whatever the reason, it is started again."""

    def __init__(self, folder: Path, port: int) -> None:
        self._folder = folder
        self._port = port
        self._process: asyncio.subprocess.Process | None = None

    async def keep_alive(self) -> None:
        """Start it, and again each time it has ended."""
        while True:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "bot",
                "serve",
                "--config",
                str(self._folder / "config.toml"),
                "--clock-file",
                str(self._folder / "clock"),
                cwd=Path(__file__).parent.parent,
                start_new_session=True,  # Ctrl-C is for us; it is told to stop in its turn
            )
            status = await self._process.wait()
            print(sentence("demo", "died", status=status), flush=True)
            await asyncio.sleep(0.3)  # one that dies at once must not be started over in a tight loop

    async def ready(self) -> None:
        """Wait until it listens."""
        while True:
            with contextlib.suppress(OSError):
                _, writer = await asyncio.open_connection(HOST, self._port)
                writer.close()
                return
            await asyncio.sleep(0.05)

    async def kill(self) -> None:
        """As a power cut would; it comes back by itself."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()

    async def stop(self) -> None:
        """End it politely."""
        if self._process is not None and self._process.returncode is None:
            self._process.terminate()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._process.wait(), 10)


async def _until_asked() -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):  # Windows has no signal handlers on its loop
            loop.add_signal_handler(name, stop.set)
    await stop.wait()
