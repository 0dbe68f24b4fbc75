"""What a place in a sentence answers, given what was known before: a building, its room, and what is still lacking."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from flows.forms import Option, Read, Unfit, Value
from flows.locating import Sight
from flows.places import Places, Spot
from flows.vocabulary import words

AREA, BUILDING, ROOM, WHICH, EITHER = "area", "building", "room", "which", "either"
"""What a place may lack: everything, a building, a room, which of several it is, or which of two that were said."""
_MOST = 3

Whereabouts = Mapping[str, object]
"""A place as an answer: `key` of the building, `area`, `room`, and `text` as people read it.

As long as it is not whole it also has `lacks`, and `among`: the buildings that may be meant, when there are several,
each with a room of its own where one was said.
"""
Candidate = tuple[Spot, str]
"""A building that may be meant, with its room."""


def whereabouts(value: object) -> Whereabouts:
    """An answer as a place; empty when it is none."""
    return value if isinstance(value, Mapping) else {}


def campus_of(place: Whereabouts, places: Places) -> Whereabouts | None:
    """Only the campus of a place, if it is known."""
    area = str(place.get("area", ""))
    return _partly(area, "", places) if area else None


def placed(sight: Sight, have: object, places: Places) -> Read:
    """The place that a sight makes of what was known; raises `Unfit` when nothing can be kept of it."""
    before = whereabouts(have)
    if sight.spots or sight.name:
        return _at_building(sight, before, places)
    room, area = sight.room, sight.area
    among = [one for one in _among(before, places) if area in ("", one[0].area)]
    if among:
        return _narrowed(among, room, sight.floor, places)
    spot = places.spot(before.get("key"))
    if spot is not None and area in ("", spot.area):
        return _in(spot, room or str(before.get("room", "")), sight.floor, places)
    kept = room or ("" if spot else str(before.get("room", "")))
    return Read(_partly(area or str(before.get("area", "")), kept, places))


def _narrowed(among: Sequence[Candidate], room: str, floor: int | None, places: Places) -> Read:
    """The ones of several that a room, or a campus, still leaves."""
    left = [one for one in among if room and one[1] == room] or among
    rooms = {known for _, known in left}
    kept = room or (rooms.pop() if len(rooms) == 1 else "")
    return _one_of(list(dict.fromkeys(spot for spot, _ in left)), kept, floor, places)


def _at_building(sight: Sight, before: Whereabouts, places: Places) -> Read:
    """A building was named, by a name that may fit several, none, or one elsewhere."""
    known = str(before.get("area", ""))
    area = sight.area or known
    said = next((room for spot, room in _among(before, places) if spot in sight.spots), "")
    room = sight.room or said or ("" if before.get("key") else str(before.get("room", "")))
    if not sight.spots:
        return _nowhere(sight.name, area, room, places)
    here = [spot for spot in sight.spots if spot.area == area] if area else list(sight.spots)
    if here:
        return _one_of(here, room, sight.floor, places, sure=not sight.guessed)
    if not sight.area and before.get("key"):  # somebody thinks better of the whole place
        return _one_of(sight.spots, room, sight.floor, places, sure=not sight.guessed)
    reason = Unfit("place_elsewhere", building=sight.name, area=_area_name(area, places))
    return Read(_unsure(sight.spots[:_MOST], room, places), reason)


def _nowhere(name: str, area: str, room: str, places: Places) -> Read:
    like = places.like(name, area) or places.like(name)
    if like:
        return Read(_unsure(like, room, places), Unfit("like_place", name=name))
    unfit = Unfit("no_such_place", name=name)
    if not area:
        raise unfit
    return Read(_partly(area, "", places), unfit)


def _one_of(spots: Sequence[Spot], room: str, floor: int | None, places: Places, *, sure: bool = True) -> Read:
    if len(spots) == 1 and sure:
        return _in(spots[0], room, floor, places)
    fitting = [spot for spot in spots if not spot.floors or floor is None or floor <= spot.floors]
    return Read(_unsure(fitting or spots, room, places))


def _in(spot: Spot, room: str, floor: int | None, places: Places) -> Read:
    """A room in a building, if there can be one."""
    if room and spot.floors and floor is not None and floor > spot.floors:
        unfit = Unfit("no_such_floor", building=places.name_of(spot), floors=spot.floors, room=room)
        return Read(_whole(spot, "", places), unfit)
    if room and not spot.rooms and room.isascii():
        return Read(_whole(spot, "", places), Unfit("no_outdoor_room", building=spot.name, room=room))
    return Read(_whole(spot, room, places))


def _whole(spot: Spot, room: str, places: Places) -> dict[str, object]:
    text = f"{places.name_of(spot)} {room}".strip()
    value: dict[str, object] = {"key": spot.key, "area": spot.area, "room": room, "text": text}
    return value if room or not spot.rooms else {**value, "lacks": ROOM}


def _partly(area: str, room: str, places: Places) -> dict[str, object]:
    text = f"{_area_name(area, places)} {room}".strip()
    return {"key": "", "area": area, "room": room, "text": text, "lacks": BUILDING if area else AREA}


def _unsure(spots: Sequence[Spot], room: str, places: Places) -> dict[str, object]:
    """Several buildings that may be meant, or one that probably is: to be asked (B10)."""
    areas = {spot.area for spot in spots}
    text = f"{spots[0].name if len({spot.name for spot in spots}) == 1 else ''} {room}".strip()
    area = areas.pop() if len(areas) == 1 else ""
    among = [spot.key for spot in spots]
    return {"key": "", "area": area, "room": room, "text": text, "lacks": WHICH, "among": among}


def either(found: Sequence[Candidate]) -> dict[str, object]:
    """Several places in one breath: which of them is to be asked."""
    among = [f"{spot.key}/{room}" for spot, room in found]
    return {"key": "", "area": "", "room": "", "text": "", "lacks": EITHER, "among": among}


def _among(before: Whereabouts, places: Places) -> list[Candidate]:
    keys = before.get("among")
    parts = [str(key).partition("/") for key in keys] if isinstance(keys, (list, tuple)) else []
    found = [(places.spot(key), room or str(before.get("room", ""))) for key, _, room in parts]
    return [(spot, room) for spot, room in found if spot is not None]


def _area_name(area: str, places: Places) -> str:
    found = places.area(area)
    return found.name if found else ""


def candidates(have: object, places: Places) -> tuple[Option, ...]:
    """What can be chosen of: the buildings that may be meant, or the campuses as long as none is known."""
    before = whereabouts(have)
    among = _among(before, places)
    if among:
        agreed = words("places", "agreed") if len(among) == 1 else ()
        return _told_apart([_option(spot, room, agreed, places) for spot, room in among[:_MOST]])
    if before.get("area") or before.get("key"):
        return ()
    return tuple(Option(area.key, area.name, area.words) for area in places.areas.values())


def known_from(answers: Iterable[object], places: Places) -> tuple[Option, ...]:
    """The whole places among somebody's answers, as far as there still are such places; each can be chosen again."""
    found = dict.fromkeys((places.spot(one.get("key")), str(one.get("room", ""))) for one in map(whereabouts, answers))
    whole = [(spot, room) for spot, room in found if spot is not None and "lacks" not in _whole(spot, room, places)]
    return tuple(option(spot, room, places) for spot, room in whole[:_MOST])


def _told_apart(options: Sequence[Option]) -> tuple[Option, ...]:
    """Each only by names that no other has."""
    names = [name for one in options for name in set(one.words)]
    return tuple(replace(one, words=tuple(n for n in one.words if names.count(n) == 1)) for one in options)


def _option(spot: Spot, room: str, agreed: tuple[str, ...], places: Places) -> Option:
    rooms = (room,) if room else ()
    return option(spot, room, places, (spot.name, places.areas[spot.area].name, *spot.words, *rooms, *agreed))


def option(spot: Spot, room: str, places: Places, names: tuple[str, ...] = ()) -> Option:
    """A building with its room as something to choose."""
    label = f"{places.name_of(spot)} {room}".strip()
    return Option(f"{spot.key}/{room}", label, names)


def picked(value: str, have: object, places: Places) -> Value:
    """The place a button stands for; raises `Unfit`."""
    key, slash, room = value.partition("/")
    spot, area = places.spot(key), places.area(value)
    if slash and spot is not None:
        return _whole(spot, room, places)
    if not slash and area is not None:
        return placed(Sight(0, area=area.key), have, places).value
    raise Unfit("no_such_option", options=[option.label for option in candidates(have, places)])
