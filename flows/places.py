"""The places there are: campuses, buildings and outdoor spots, with all their names, from `places.toml`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from flows.misfiled import Misfiled, known, need
from flows.numerals import is_whole, plain

SHIPPED = Path(__file__).parent / "places.toml"
_AREA_KEYS = {"key", "name", "words"}
_SPOT_KEYS = {"key", "area", "name", "words", "floors", "rooms", "numbers"}
_KEY = re.compile(r"[a-z][a-z0-9-]{0,30}")
_NUMBER = "{n}"
_MOST = 3
_COMMON = 400


@dataclass(frozen=True, slots=True)
class Area:
    """A campus."""

    key: str
    name: str
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Spot:
    """A building, or with `rooms` false a spot outdoors; `floors` is 0 when nobody wrote how many there are."""

    key: str
    area: str
    name: str
    words: tuple[str, ...] = ()
    floors: int = 0
    rooms: bool = True


class Places:
    """A dictionary of places; names are looked up as `plain` writes them."""

    def __init__(self, areas: Iterable[Area] = (), spots: Iterable[Spot] = ()) -> None:
        self.areas = {area.key: area for area in areas}
        self.spots = {spot.key: spot for spot in spots}
        self._areas: dict[str, list[Area]] = {}
        self._spots: dict[str, list[Spot]] = {}
        for area in self.areas.values():
            _put(self._areas, area, (area.name, *area.words))
        for spot in self.spots.values():
            _put(self._spots, spot, (spot.name, *spot.words))
        self._lengths = _lengths((*self._areas, *self._spots))
        self._near = _deletions(self._spots)
        self._pairs = {pair for name in self._spots for pair in _pairs(name)}
        self._short = {char for name in self._spots if len(name) == 2 for char in name}
        self._rare = _rare(self._spots)
        self._first = {*self._lengths, *self._short, *(pair[:1] for pair in self._pairs)}

    def area(self, key: object) -> Area | None:
        """A campus by its key."""
        return self.areas.get(str(key))

    def spot(self, key: object) -> Spot | None:
        """A building by its key."""
        return self.spots.get(str(key))

    def named_at(self, text: str, at: int) -> tuple[int, Sequence[Area], Sequence[Spot]] | None:
        """The longest name that begins here in a plain text: where it ends, and what it may mean."""
        for length in self._lengths.get(text[at], ()):
            end = at + length
            name = text[at:end]
            if len(name) == length and (name in self._spots or name in self._areas) and is_whole(text, at, end):
                return end, self._areas.get(name, ()), self._spots.get(name, ())
        return None

    def begins(self, text: str) -> set[int]:
        """Where in a plain text a name may begin, well written or with a slip."""
        near = {at - slip for at, char in enumerate(text) if char in self._first for slip in (0, 1)}
        return {at for at in near if at >= 0 and (text[at] in self._lengths or self._reach(text, at))}

    def near_at(self, text: str, at: int) -> Iterator[tuple[int, Sequence[Spot]]]:
        """Names that begin here but for one wrong, missing, added or exchanged character, the longest first."""
        for length in range(min(self._reach(text, at), len(text) - at), 1, -1):
            window = text[at : at + length]
            found = [
                name for name in sorted(self._candidates(window)) if OSA.distance(window, name, score_cutoff=1) == 1
            ]
            found = [name for name in found if _same_figures(name, window) and name not in (window[1:], window[:-1])]
            if found and is_whole(text, at, at + length):
                yield at + length, list(dict.fromkeys(spot for name in found for spot in self._spots[name]))

    def _reach(self, text: str, at: int) -> int:
        """How long a misspelt name may be that begins here; most characters begin none, and cost nothing further.

        Whatever the one slip, two of the first three characters stand as in the name.
        """
        one, two, three = text[at], text[at + 1 : at + 2], text[at + 2 : at + 3]
        if one + two in self._pairs or one + three in self._pairs or two + three in self._pairs:
            return 8
        return 3 if one in self._short or two in self._short else 0

    def _candidates(self, window: str) -> set[str]:
        found = set(self._near.get(window, ()))
        for n in range(len(window)):
            found.update(self._near.get(window[:n] + window[n + 1 :], ()))
        return found

    def like(self, name: str, area: str = "") -> Sequence[Spot]:
        """The buildings whose names are most like this one, at most three (B10)."""
        said = plain(name).text
        names = {alias for char in set(said) for alias in self._rare.get(char, ())}
        found = process.extract(said, names, scorer=fuzz.ratio, score_cutoff=66, limit=12)
        found = sorted(found, key=lambda one: (-one[1], one[0]))
        likely = [spot for alias, _, _ in found if _same_figures(alias, said) for spot in self._spots[alias]]
        return list(dict.fromkeys(spot for spot in likely if not area or spot.area == area))[:_MOST]

    def name_of(self, spot: Spot) -> str:
        """A building's name, with its campus where another one bears the same."""
        twins = {other.area for other in self._spots.get(plain(spot.name).text, ())}
        return self.areas[spot.area].name + spot.name if len(twins) > 1 and spot.area in self.areas else spot.name


def _put(index: dict[str, list[Any]], what: Area | Spot, names: Iterable[str]) -> None:
    for name in dict.fromkeys(plain(name).text for name in names):
        if name:
            index.setdefault(name, []).append(what)


def _lengths(names: Iterable[str]) -> Mapping[str, Sequence[int]]:
    """How long names are that begin with a character, the longest first."""
    found: dict[str, set[int]] = {}
    for name in names:
        found.setdefault(name[0], set()).add(len(name))
    return {char: sorted(lengths, reverse=True) for char, lengths in found.items()}


def _deletions(names: Iterable[str]) -> Mapping[str, Sequence[str]]:
    """Names by themselves and by what is left of them without one character."""
    found: dict[str, list[str]] = {}
    for name in names:
        if 2 <= len(name) <= 8:
            for key in {name, *(name[:n] + name[n + 1 :] for n in range(len(name)))}:
                found.setdefault(key, []).append(name)
    return found


def _pairs(name: str) -> Iterator[str]:
    """Two of the first three characters of a name, as they stand and exchanged."""
    one, two, three = name[:1], name[1:2], name[2:3]
    yield from (one + two, one + three, two + three, two + one)


def _rare(names: Iterable[str]) -> Mapping[str, Sequence[str]]:
    """Names by those of their characters that tell something: what most names have in common does not."""
    found: dict[str, list[str]] = {}
    for name in names:
        for char in set(name):
            if not char.isascii():
                found.setdefault(char, []).append(name)
    return {char: held for char, held in found.items() if len(held) <= _COMMON or len(held) < len(found) // 4}


def _same_figures(one: str, other: str) -> bool:
    """A wrong figure is another building, no slip of the pen."""
    return [char for char in one if char.isdecimal()] == [char for char in other if char.isdecimal()]


def load_places(own: Path | None = None) -> Places:
    """The office's own places, or those that ship; raises `Misfiled`."""
    path = own / "places.toml" if own else SHIPPED
    if not path.is_file():
        path = SHIPPED
    return read_places(path.name, path.read_text("utf-8"))


def read_places(file: str, source: str) -> Places:
    """Places from their TOML; raises `Misfiled`."""
    try:
        data = tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        raise Misfiled(file, "not_toml", error=str(error)) from error
    known(file, data, {"area", "place"}, "")
    areas = [_area(file, number, one) for number, one in enumerate(need(file, data, "area", list), start=1)]
    spots = [spot for number, one in enumerate(data.get("place", []), start=1) for spot in _read(file, number, one)]
    for keys in ([area.key for area in areas], [spot.key for spot in spots]):
        twice = next((key for key in keys if keys.count(key) > 1), None) if len(set(keys)) < len(keys) else None
        if twice is not None:
            raise Misfiled(file, "place_twice", text=twice)
    for spot in spots:
        if spot.area not in {area.key for area in areas}:
            raise Misfiled(file, "place_nowhere", key=f"{spot.key}.area", text=spot.area)
    return Places(areas, spots)


def _area(file: str, number: int, data: Mapping[str, Any]) -> Area:
    where = f"area {number} "
    known(file, data, _AREA_KEYS, where)
    return Area(_key(file, data, where), need(file, data, "name", str, where), _words(file, data, where))


def _read(file: str, number: int, data: Mapping[str, Any]) -> Iterator[Spot]:
    """A place; with `numbers` one for each of them."""
    where = f"place {number} "
    known(file, data, _SPOT_KEYS, where)
    key, name = need(file, data, "key", str, where), need(file, data, "name", str, where)
    area, words = need(file, data, "area", str, where), _words(file, data, where)
    floors, rooms = data.get("floors", 0), data.get("rooms", True)
    if not isinstance(floors, int) or isinstance(floors, bool) or not 0 <= floors <= 200:
        raise Misfiled(file, "bad_floors", key=where + "floors", text=str(floors))
    if not isinstance(rooms, bool):
        raise Misfiled(file, "bad_rooms", key=where + "rooms", text=str(rooms))
    for count in _numbers(file, data, where):
        filled = [text.replace(_NUMBER, count) for text in (key, name, *words)]
        if not _KEY.fullmatch(filled[0]):
            raise Misfiled(file, "bad_place_key", key=where + "key", text=key)
        yield Spot(filled[0], area, filled[1], tuple(filled[2:]), floors, rooms)


def _numbers(file: str, data: Mapping[str, Any], where: str) -> Sequence[str]:
    span = data.get("numbers")
    if span is None:
        return [""]
    match span:
        case [int(first), int(last)] if 0 <= first <= last <= first + 999 and _NUMBER in str(data.get("key")):
            return [str(number) for number in range(first, last + 1)]
    raise Misfiled(file, "bad_numbers", key=where + "numbers", text=str(span))


def _key(file: str, data: Mapping[str, Any], where: str) -> str:
    key: str = need(file, data, "key", str, where)
    if not _KEY.fullmatch(key):
        raise Misfiled(file, "bad_place_key", key=where + "key", text=key)
    return key


def _words(file: str, data: Mapping[str, Any], where: str) -> tuple[str, ...]:
    words = data.get("words", [])
    if not isinstance(words, list) or not all(isinstance(word, str) and plain(word).text for word in words):
        raise Misfiled(file, "bad_words", key=where + "words")
    return tuple(words)
