"""`xiaoban qr`: labels for places and devices as files, one each, and a sheet to print."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from bot.config import Config
from bot.rulebook import rulebook
from bot.sentences import sentence
from flows.codes import Mark, find, named
from flows.flow import Rulebook
from handlers.workbench.labels import Labels, NoRooms, rooms_in

MOST = 2000
SHEET = "labels.html"


class Unknown(Exception):
    """What was named is no place; a sentence."""


def write_labels(config: Config, places: Sequence[str], rooms: str, out: Path) -> int:
    """Run the command; returns the exit status."""
    rules = rulebook(config)
    try:
        marks = list(_marks(places, rooms, rules))
    except Unknown as error:
        sys.stderr.write(f"{error}\n")
        return 2
    labels = Labels(rules.texts, config.server.public_url)
    out.mkdir(parents=True, exist_ok=True)
    for mark in marks:
        name = mark.code.replace("/", "-")
        (out / f"{name}.svg").write_text(labels.svg(mark), "utf-8")
        (out / f"{name}.png").write_bytes(labels.png(mark))
    (out / SHEET).write_text(labels.sheet(marks), "utf-8")
    sys.stdout.write(sentence("qr", "written", count=len(marks), folder=out, sheet=out / SHEET) + "\n")
    if "//127.0.0.1" in config.server.public_url or "//localhost" in config.server.public_url:
        sys.stderr.write(sentence("qr", "local", url=config.server.public_url) + "\n")
    return 0


def _marks(places: Sequence[str], rooms: str, rules: Rulebook) -> Iterator[Mark]:
    try:
        wanted = list(rooms_in(rooms, MOST))
    except NoRooms as error:
        raise Unknown(sentence("qr", "rooms", rooms=rooms, most=MOST)) from error
    for said in places:
        whole = named(said, rules)
        found = [find(f"{whole.code}/{room}", rules) for room in wanted] if whole and wanted else [whole]
        if None in found:
            raise Unknown(sentence("qr", "room" if whole else "unknown", place=said, rooms=rooms))
        yield from (mark for mark in found if mark is not None)
