"""Everything about the stand-in that is the same after it was stopped and started again."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import timedelta

from bot.sandbox.acts import Acts
from bot.sandbox.callbacks import Parcel
from bot.sandbox.campus import Department, Person, Tag, VisibleRange
from bot.sandbox.corp import Chat, Corp
from bot.sandbox.people import Directory
from bot.sandbox.wire import Json

FORM = 1


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
