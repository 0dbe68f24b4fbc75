"""Devices (设备) with a code of their own, from `devices.toml`: what they are, where they stand, what kind of fault."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from flows.misfiled import Misfiled, known, need
from flows.places import Places

FILE = "devices.toml"
_KEYS = {"key", "name", "place", "kind"}
_KEY = re.compile(r"[a-z][a-z0-9-]{0,39}")
ROOM = re.compile(r"[0-9A-Za-z-]{1,12}")
"""A room as it may stand in a code: it goes into an address and is printed."""


@dataclass(frozen=True, slots=True)
class Device:
    """One device. `place` is the code of where it stands, such as `t3/201`; `kind` what its faults are, if anything."""

    key: str
    name: str
    place: str
    kind: str = ""


class Devices:
    """All devices, by key."""

    def __init__(self, devices: Iterable[Device] = ()) -> None:
        self.all = {device.key: device for device in devices}

    def get(self, key: str) -> Device | None:
        """The device of that key."""
        return self.all.get(key)


def load_devices(own: Path | None, places: Places) -> Devices:
    """The office's devices, none where it has no such file; raises `Misfiled`."""
    path = own / FILE if own else None
    if path is None or not path.is_file():
        return Devices()
    return read_devices(path.read_text("utf-8"), places)


def read_devices(source: str, places: Places) -> Devices:
    """Devices from their TOML; raises `Misfiled`."""
    try:
        data = tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        raise Misfiled(FILE, "not_toml", error=str(error)) from error
    known(FILE, data, {"device"}, "")
    found: dict[str, Device] = {}
    for number, one in enumerate(data.get("device", []), start=1):
        where = f"device {number} "
        known(FILE, one, _KEYS, where)
        key, name, place = (need(FILE, one, part, str, where) for part in ("key", "name", "place"))
        building, _, room = place.partition("/")
        if not _KEY.fullmatch(key):
            raise Misfiled(FILE, "bad_place_key", key=where + "key", text=key)
        if key in found or places.spot(key) is not None:
            raise Misfiled(FILE, "place_twice", text=key)
        if places.spot(building) is None or (room and not ROOM.fullmatch(room)):
            raise Misfiled(FILE, "device_nowhere", key=where + "place", text=place)
        found[key] = Device(key, name, place, str(one.get("kind", "")))
    return Devices(found.values())
