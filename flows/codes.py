"""Codes (二维码) on doors and devices: what one stands for, and what it answers of a form (G1).

A code is the key of a building (`t3`), a building and a room (`t3/201`), or the key of a device.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flows.catalogue import Catalogue, Matter
from flows.devices import ROOM
from flows.flow import Rulebook
from flows.forms import Choice, Form
from flows.numerals import plain
from flows.placing import ROOM as LACKS_ROOM

PLACE, KIND = "place", "kind"
"""The questions that a code answers."""
BOX = "opinion"
"""The code on the box for opinions: it stands for no place."""
REPAIR = "repair"
"""The matter that codes begin; where an office has none of that name, the first of this kind."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What a code stands for; `place` is the answer to where, `kind` to what kind of fault, empty for any."""

    code: str
    name: str
    place: Mapping[str, object]
    kind: str = ""


def find(code: str, rules: Rulebook) -> Mark | None:
    """What a code stands for, None for one that is none (any more)."""
    device = rules.devices.get(code)
    if device is not None:
        stands = _place(device.place, rules)
        if stands is None:
            return None
        name = rules.texts.say("codes", "device", place=stands.name, name=device.name)
        place = {part: value for part, value in stands.place.items() if part != "lacks"}
        return Mark(code, name, {**place, "text": name}, device.kind)
    return _place(code, rules)


def _place(code: str, rules: Rulebook) -> Mark | None:
    building, slash, room = code.partition("/")
    spot = rules.places.spot(building)
    if spot is None or (slash and not (spot.rooms and ROOM.fullmatch(room))):
        return None
    name = " ".join(part for part in (rules.places.name_of(spot), room) if part)
    place: dict[str, object] = {"key": spot.key, "area": spot.area, "room": room, "text": name}
    return Mark(code, name, place if room or not spot.rooms else {**place, "lacks": LACKS_ROOM})


def beginning(catalogue: Catalogue) -> Matter | None:
    """The matter that is begun by scanning a code."""
    fit = [matter for matter in catalogue.all() if matter.kind == REPAIR and matter.form.get(PLACE) is not None]
    return next((matter for matter in fit if matter.name == REPAIR), fit[0] if fit else None)


def answers_of(mark: Mark, form: Form, corner: str = "") -> dict[str, object]:
    """What a code answers of a form, by question; `corner` is where in the building, for a code that does not say."""
    found: dict[str, object] = {}
    if form.get(PLACE) is not None:
        place = dict(mark.place)
        if corner:
            place |= {"room": corner, "text": f"{place['text']} {corner}"}
            place.pop("lacks", None)
        found[PLACE] = place
    kind = form.get(KIND)
    if isinstance(kind, Choice) and any(option.value == mark.kind for option in kind.options):
        found[KIND] = mark.kind
    return found


def named(said: str, rules: Rulebook) -> Mark | None:
    """The code of what somebody names: a code as it is, a device by its name, or a building with or without a room."""
    words = said.strip()
    found = find(words, rules)
    if found is not None:
        return found
    device = next((device for device in rules.devices.all.values() if device.name == words), None)
    if device is not None:
        return find(device.key, rules)
    text = plain(words)
    known = rules.places.named_at(text.text, 0) if text.text else None
    if known is None or len(known[2]) != 1:
        return None
    room = text.original(known[0], len(text.text)).strip()
    return find("/".join(part for part in (known[2][0].key, room) if part), rules)
