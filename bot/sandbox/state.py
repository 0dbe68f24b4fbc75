"""The whole of the stand-in in one file, so that it can be stopped and started again."""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict, replace
from datetime import timedelta
from pathlib import Path

from bot.sandbox.acts import Acts
from bot.sandbox.callbacks import Parcel
from bot.sandbox.campus import Department, Person, Tag, VisibleRange
from bot.sandbox.clock import write_atomically
from bot.sandbox.corp import Chat, Corp
from bot.sandbox.people import Directory
from bot.sandbox.wire import Json

FORM = 1
PAUSE = 0.3


class StateFile:
    """Written a moment after a change, and at the end; media bytes lie in a folder beside it."""

    def __init__(self, path: Path, corp: Corp, acts: Acts) -> None:
        self._path = path
        self._corp = corp
        self._acts = acts
        self._writing: asyncio.TimerHandle | None = None
        corp.media.keep_in(path.with_name(f"{path.stem}.media"))

    def read(self) -> bool:
        """Take over what was kept; False when there is nothing yet."""
        if not self._path.exists():
            return False
        restore(json.loads(self._path.read_text("utf-8")), self._corp, self._acts)
        return True

    def touch(self) -> None:
        """Something has changed: write soon."""
        if self._writing is None:
            try:
                loop = asyncio.get_running_loop()
            except RuntimeError:
                return
            self._writing = loop.call_later(PAUSE, self.write)

    def write(self) -> None:
        """Write now."""
        if self._writing is not None:
            self._writing.cancel()
            self._writing = None
        content = json.dumps(snapshot(self._corp, self._acts), ensure_ascii=False)
        write_atomically(self._path, content.encode("utf-8", "surrogatepass"))


def snapshot(corp: Corp, acts: Acts) -> Json:
    """Everything that must be the same after a restart."""
    deliverer = acts.deliverer
    parcels = (deliverer.undelivered | deliverer.under_way).values()
    waiting = [asdict(replace(parcel, rewrite=None)) | {"inner": parcel.text} for parcel in parcels]
    return {
        "form": FORM,
        "seq": corp.feed.seq,
        "count": acts.count,
        "clock": corp.clock.offset.total_seconds(),
        "verified": deliverer.url if deliverer.verified else None,
        "directory": _directory(corp.directory),
        "phones": corp.phones.dump(),
        "tokens": corp.tokens.dump(),
        "codes": corp.codes.dump(),
        "quotas": corp.quotas.dump(),
        "media": corp.media.dump(),
        "ledger": corp.ledger.dump(),
        "menu": corp.menu,
        "chats": [asdict(chat) for chat in corp.chats.values()],
        "faults": corp.faults.as_json(),
        "undelivered": waiting,
    }


def restore(kept: Json, corp: Corp, acts: Acts) -> None:
    """The other way round. The address counts as verified only if it is still the same one."""
    corp.feed.seq = kept["seq"]
    acts.count = kept["count"]
    corp.clock.set_offset(timedelta(seconds=kept["clock"]))
    acts.deliverer.verified = kept["verified"] is not None and kept["verified"] == acts.deliverer.url
    _restore_directory(kept["directory"], corp.directory)
    corp.phones.load(kept["phones"])
    corp.tokens.load(kept["tokens"])
    corp.codes.load(kept["codes"])
    corp.quotas.load(kept["quotas"])
    corp.media.load(kept["media"])
    corp.ledger.load(kept["ledger"])
    corp.menu = kept["menu"]
    corp.chats = {each["id"]: Chat(**each | {"users": tuple(each["users"])}) for each in kept["chats"]}
    corp.faults.set(kept["faults"])
    acts.deliverer.undelivered = {each["id"]: Parcel(**each) for each in kept["undelivered"]}


def _directory(directory: Directory) -> Json:
    return {
        "departments": [asdict(each) for each in directory.departments.values()],
        "people": [asdict(each) for each in directory],
        "tags": [asdict(each) for each in directory.tags.values()],
        "range": asdict(directory.range),
    }


def _tuples(written: Json) -> Json:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in written.items()}


def _restore_directory(kept: Json, directory: Directory) -> None:
    directory.departments = {each["id"]: Department(**each) for each in kept["departments"]}
    directory.tags = {each["id"]: Tag(**_tuples(each)) for each in kept["tags"]}
    directory.range = VisibleRange(**_tuples(kept["range"]))
    directory.fill(Person(**_tuples(each)) for each in kept["people"])
