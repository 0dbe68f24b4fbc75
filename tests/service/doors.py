"""The service's other doors: its own pages, a browser at the workbench, the commands, and many notices at once."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import aiohttp
from yarl import URL

from bot.config import Config, OfficeConfig
from flows.cards import Card, content_to_json
from storage.records import Lane
from tests.office import Office, Someone

ROOT = Path(__file__).parents[2]


class OwnWords(Office):
    """A school with a folder of words of its own."""

    def config(self) -> Config:
        self.words = self.folder / "school" / "zh_CN" / "labels.toml"
        self.words.parent.mkdir(parents=True, exist_ok=True)
        return replace(super().config(), office=OfficeConfig(catalogue=self.folder / "school"))


@dataclass(frozen=True, slots=True)
class Page:
    """What a door answered."""

    status: int
    text: str
    headers: dict[str, str]


def opened(office: Office, path: str, *, of: str | None = None) -> Page:
    """A page of the service; `of` is whose browser it is, signed in through the platform."""
    return office.run(_opened(office.config().server.public_url, path, of))


async def _opened(base: str, path: str, userid: str | None) -> Page:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as browser:
        if userid is not None:
            async with browser.get(f"{base}/workbench/sign-in/wecom", allow_redirects=False) as answer:
                asking = URL(answer.headers["Location"]).update_query({"as": userid})
            async with browser.get(asking) as answer:
                assert answer.status == 200
        async with browser.get(base + path, allow_redirects=False) as answer:
            return Page(answer.status, await answer.text("utf-8", "replace"), dict(answer.headers))


def ready(office: Office) -> Page:
    """What an operator's monitor asks."""
    return opened(office, "/readyz")


def metric(office: Office, name: str, *labels: str) -> float:
    """A figure on /metrics, the sum where several series fit."""
    lines = [line for line in opened(office, "/metrics").text.splitlines() if line.startswith(f"xiaoban_{name}")]
    return sum(float(line.rsplit(" ", 1)[1]) for line in lines if all(f'"{label}"' in line for label in labels))


def announce(office: Office, words: Sequence[str], people: Sequence[str], lane: Lane = Lane.TASK) -> None:
    """Put notices in the outbox, each of these words for each of these people, as a handler would."""
    with office.service.storage.work() as work:
        for said in words:
            content = content_to_json(Card(body=said))
            for userid in people:
                person = work.people.by_account("wecom", userid.lower())
                assert person is not None
                work.outbox.put(person.id, content, now=office.clock.now(), lane=lane)


def heard(person: Someone) -> list[str]:
    """The words of every text a person got, oldest first."""
    return [str(item.content.get("content", "")) for item in person.items if item.kind == "text"]


def asked(office: Office, path: str) -> int:
    """How often the platform was asked this."""
    return len(office.sandbox.journal.calls(path))


def xiaoban(office: Office, *words: str) -> subprocess.CompletedProcess[str]:
    """A command, as the administrator types it beside the running service."""
    file = office.folder / "config.toml"
    folder = f'[office]\ncatalogue = "{office.own.catalogue}"\n' if office.own.catalogue else ""
    file.write_text(f'[storage]\nurl = "{office.url}"\nfiles = "{office.folder / "files"}"\n{folder}', "utf-8")
    own = {name: value for name, value in os.environ.items() if not name.startswith("XIAOBAN_")}
    return subprocess.run(
        [sys.executable, "-m", "bot", words[0], "--config", str(file), *words[1:]],
        cwd=office.folder,
        env={**own, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


def everyone(office: Office) -> list[Someone]:
    """All the people the app is for."""
    directory = office.sandbox.corp.directory
    return [office.person(person.userid) for person in directory.visible()]


def switch(office: Office, **faults: Any) -> None:
    """Switch faults of the platform."""
    office.sandbox.faults.set(faults)
