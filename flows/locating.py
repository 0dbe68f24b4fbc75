"""Finds the places that are named in a sentence, with the room or corner beside them, and what cannot be (B11)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import Any

from flows.numerals import Plain, plain
from flows.places import Places, Spot
from flows.vocabulary import any_of, vocabulary, words

_MOST = 3


@dataclass(slots=True)
class Sight:
    """A place named in the `spans` of a plain sentence, the last of which ends at `end`.

    `spots` are the buildings its name may mean; `name` the words themselves, also of a building that does not exist
    (`spots` empty) or that was misspelt (`guessed`). `floor` is that of the room, None when it names none.
    """

    end: int
    area: str = ""
    spots: tuple[Spot, ...] = ()
    name: str = ""
    guessed: bool = False
    room: str = ""
    room_at: int = 0
    floor: int | None = None
    spans: tuple[tuple[int, int], ...] = ()


@dataclass(slots=True)
class _Piece:
    kind: str
    start: int
    end: int
    sight: Sight


def _piece(kind: str, start: int, end: int, **facts: Any) -> _Piece:
    return _Piece(kind, start, end, Sight(end, spans=((start, end),), **facts))


def sights(said: Plain, places: Places, taken: Sequence[tuple[int, int]] = (), *, asked: bool = False) -> list[Sight]:
    """All places in a sentence, in order; `taken` are spans that mean something else, such as times.

    With `asked` the sentence answers the question where, so a lone number is a room and a strange house is named.
    """
    pieces: list[_Piece] = []
    kinds = {kind for kind, signs, pattern in _kinds() if not signs.isdisjoint(said.text) and pattern.search(said.text)}
    begins = places.begins(said.text)
    at = 0
    while at < len(said.text):
        inside = next((end for start, end in taken if start <= at < end), None)
        if inside is not None:
            at = inside
            continue
        may_begin = kinds or at in begins
        piece = _at(said, places, at, pieces[-1] if pieces else None, kinds, asked=asked) if may_begin else None
        if piece is None:
            at += 1
        else:
            pieces.append(piece)
            at = piece.end
    return _grouped(said, [piece for piece in pieces if asked or _belongs(piece, pieces)])


@cache
def _kinds() -> tuple[tuple[str, frozenset[str], re.Pattern[str]], ...]:
    """What a piece of a place may look like, with characters of which it has one at least.

    Most sentences hold few of them, and are not searched for the others.
    """
    figures = frozenset("0123456789")
    corners = ("floor", "below", "above", "sides", "spots")
    return (
        ("strange", figures, _unknown()),
        ("room", figures, _room_pattern()),
        ("hall", _characters("halls"), re.compile(any_of("places", "halls"))),
        ("corner", _characters(*corners), _corners()),
        ("house", _characters("houses"), re.compile(any_of("places", "houses"))),
    )


def _characters(*names: str) -> frozenset[str]:
    return frozenset(char for name in names for word in words("places", name) for char in word + plain(word).text)


def _at(
    said: Plain, places: Places, at: int, before: _Piece | None, kinds: Collection[str], *, asked: bool
) -> _Piece | None:
    """The piece of a place that begins here, of the kinds that the sentence holds at all."""
    named = places.named_at(said.text, at)
    if named is not None and not _is_floor(said, named[0]):
        return _named(said, at, named)
    found = _strange(said, at) if "strange" in kinds else None
    if found is None and "room" in kinds:
        found = _room(said, at, beside=before is not None and _touches(said, before, at), asked=asked)
    if found is None and "hall" in kinds and before is not None and before.kind == "spot" and before.end == at:
        found = _hall(said, at)
    if found is None and "corner" in kinds:
        found = _corner(said, at)
    found = found or _misspelt(said, places, at, asked=asked)
    return found or (_house(said, places, at, asked=asked) if "house" in kinds else None)


def _named(said: Plain, at: int, named: tuple[int, Sequence[object], Sequence[Spot]]) -> _Piece:
    end, areas, spots = named
    if spots:
        other = at > 0 and said.text[at - 1] in words("places", "other")  # the new library may be another
        return _piece("spot", at - other, end, spots=tuple(spots), name=said.original(at - other, end), guessed=other)
    return _piece("area", at, end, area=getattr(areas[0], "key", ""))


def _is_floor(said: Plain, end: int) -> bool:
    """Whether the figure a name ends with is that of a floor: canteen, second floor."""
    return said.text[end - 1].isdecimal() and said.text.startswith(words("places", "floor"), end)


def _strange(said: Plain, at: int) -> _Piece | None:
    """A building by its number, such as there is none."""
    found = _unknown().match(said.text, at)
    if found is None or (at and said.text[at].isdecimal() and said.text[at - 1].isdecimal()):
        return None
    end = found.end()
    return _piece("spot", at, end, name=said.original(at, end))


def _house(said: Plain, places: Places, at: int, *, asked: bool) -> _Piece | None:
    """A name that sounds like a building and is none of ours; amid a sentence only with a room behind it."""
    found = _houses().match(said.text, at)
    if found is None or found[0] in words("places", "common"):
        return None
    end = found.end()
    if any(places.named_at(said.text, later) for later in range(at + 1, end)):
        return None
    if not asked and not _room_pattern().match(said.text, end):
        return None
    return _piece("spot", at, end, name=said.original(at, end))


def _misspelt(said: Plain, places: Places, at: int, *, asked: bool) -> _Piece | None:
    """A name with a slip of the pen; amid a sentence only one that sounds right, or one with a room behind it."""
    for end, spots in places.near_at(said.text, at):
        window = said.text[at:end]
        if any(_names_building(places, said.text, later, end) for later in range(at + 1, end)):
            continue  # no slip: another word, and then the very name
        sounding = _sounding(window, places)
        beside = len(window) > 2 and _is_word(window) and _leads_in(said, end)
        if beside or sounding or (asked and len(window) > 2):
            meant = (sounding or tuple(spots))[:_MOST]
            return _piece("spot", at, end, spots=meant, name=said.original(at, end), guessed=True)
    return None


def _names_building(places: Places, text: str, at: int, until: int) -> bool:
    named = places.named_at(text, at)
    return named is not None and bool(named[2]) and named[0] <= until


def _leads_in(said: Plain, end: int) -> bool:
    """Whether a room or a floor follows."""
    corner = _corner(said, end) if end < len(said.text) else None
    return _room_pattern().match(said.text, end) is not None or (corner is not None and corner.sight.floor is not None)


def _is_word(window: str) -> bool:
    return window[-1] not in words("places", "between") and any(not char.isascii() for char in window)


def _sounding(window: str, places: Places) -> tuple[Spot, ...]:
    """The buildings it names when one character is exchanged for another of the same sound."""
    for wrong, right in vocabulary("places")["slips"].items():
        at = window.find(wrong)
        mended = window[:at] + right + window[at + len(wrong) :] if at >= 0 else ""
        found = places.named_at(mended, 0) if mended else None
        if found is not None and found[0] == len(mended) and found[2]:
            return tuple(found[2])
    return ()


def _room(said: Plain, at: int, *, beside: bool, asked: bool) -> _Piece | None:
    """A room by its number: beside a building, with a word such as room behind it, or as an answer."""
    found = _room_pattern().match(said.text, at)
    if found is None or (at and _is_figure(said.text[at - 1])):
        return None
    if _measures().match(said.text, found.end("number")) and not found["suffix"]:
        return None
    if not beside and not found["suffix"] and not asked and not found["unit"]:
        following = said.text[found.end() : found.end() + 1]
        leads = at == 0 or said.text[at - 1] in words("places", "leads")
        if following and not leads and not _loose().match(said.text, found.end()):
            return None
    end = found.end()
    room = said.text[at : found.end("number")].upper()
    digits = found["digits"]
    floor = int(digits[:-2]) if len(digits) >= 3 else None
    return _piece("room", at, end, room=room, room_at=at, floor=floor)


def _corner(said: Plain, at: int) -> _Piece | None:
    """A corner in words: a floor, a side, a hall, or several of them together."""
    found = _corners().match(said.text, at)
    if found is None or not found[0] or (at and _is_figure(said.text[at - 1]) and _is_figure(said.text[at])):
        return None
    floor = int(found["floor"]) if found["floor"] else None
    return _piece("corner", at, found.end(), room=said.original(at, found.end()), room_at=at, floor=floor)


def _hall(said: Plain, at: int) -> _Piece | None:
    """A room by its name, right behind its building: the reading room, the emergency room."""
    found = _halls().match(said.text, at)
    if found is None or found[0] in words("places", "room") or _corner(said, at) is not None:
        return None
    return _piece("corner", at, found.end(), room=said.original(at, found.end()), room_at=at)


def _belongs(piece: _Piece, pieces: Sequence[_Piece]) -> bool:
    """Whether a corner says where: with a floor, or beside a building or room; else it is what is broken."""
    if piece.kind != "corner" or piece.sight.floor is not None:
        return True
    before = [other for other in pieces if other.end <= piece.start]
    return bool(before) and piece.start - before[-1].end <= 1 and before[-1].kind in {"spot", "area", "corner"}


def _touches(said: Plain, before: _Piece, at: int) -> bool:
    """Whether only small words lie between a place and what follows."""
    return re.fullmatch(f"{any_of('places', 'between')}{{0,3}}", said.text[before.end : at]) is not None


def _grouped(said: Plain, pieces: Sequence[_Piece]) -> list[Sight]:
    """Pieces that name one place together."""
    found: list[Sight] = []
    for piece in pieces:
        joined = _joined(said, found[-1], piece) if found else None
        if joined is None:
            found.append(piece.sight)
        else:
            found[-1] = joined
    return found


def _joined(said: Plain, sight: Sight, piece: _Piece) -> Sight | None:
    """A place with one more piece of it; None when the piece begins another place."""
    one = piece.sight
    between = said.text[sight.end : piece.start]
    if _again().search(between):
        return None
    grown = partial(replace, sight, end=piece.end, spans=(*sight.spans, (piece.start, piece.end)))
    match piece.kind:
        case "area" if not sight.area or sight.area == one.area:
            return grown(area=one.area)
        case "spot" if not sight.spots and not sight.name:
            return grown(spots=one.spots, name=one.name, guessed=one.guessed)
        case "spot" if not sight.room and one.spots and set(one.spots) & set(sight.spots):
            return grown()
        case "room" | "corner" if not sight.room:
            return grown(room=one.room, room_at=one.room_at, floor=one.floor)
        case "room" | "corner":
            both = _both(said, sight, piece, between)
            return grown(room=both[0], floor=both[1]) if both else None
    return None


def _both(said: Plain, sight: Sight, piece: _Piece, between: str) -> tuple[str, int | None] | None:
    """A room and a corner of it, or two rooms side by side: together, and their floor."""
    if len(between) > 1 or piece.start - sight.spans[-1][1] > 1:
        return None
    floor = sight.floor if sight.floor is not None else piece.sight.floor
    if piece.kind == "room" and sight.room.isascii():
        room = said.text[sight.room_at : piece.end].upper()
    else:
        room = said.original(sight.room_at, piece.end)
    return room, floor


def _is_figure(char: str) -> bool:
    return char.isascii() and char.isalnum()


@cache
def _unknown() -> re.Pattern[str]:
    shapes = [re.escape(plain(word.replace("{n}", "7")).text).replace("7", r"\d{1,2}") for word in _unknown_words()]
    return re.compile("|".join(shape + r"(?!\d)" if shape.endswith("}") else shape for shape in shapes))


def _unknown_words() -> tuple[str, ...]:
    return words("places", "unknown")


@cache
def _houses() -> re.Pattern[str]:
    return re.compile(rf"[\u4e00-\u9fff]{{1,5}}?{any_of('places', 'houses')}")


@cache
def _room_pattern() -> re.Pattern[str]:
    unit = rf"(?P<unit>[0-9a-z]{{1,2}}(?:-|{any_of('places', 'unit')}))"
    letter = r"(?:[a-z]-?)"
    number = rf"(?P<number>{unit}?{letter}?(?P<digits>[0-9]{{3,4}})(?:[a-z](?![a-z0-9]))?)(?![0-9])"
    return re.compile(rf"{number}(?P<suffix>{any_of('places', 'room')})?")


@cache
def _measures() -> re.Pattern[str]:
    return re.compile(any_of("places", "measures"))


@cache
def _loose() -> re.Pattern[str]:
    return re.compile(any_of("places", "loose"))


@cache
def _again() -> re.Pattern[str]:
    return re.compile(any_of("places", "again"))


@cache
def _halls() -> re.Pattern[str]:
    return re.compile(rf"[\u4e00-\u9fff]{{1,5}}?{any_of('places', 'halls')}")


@cache
def _corners() -> re.Pattern[str]:
    floor = rf"(?:(?P<floor>\d{{1,2}}){any_of('places', 'floor')})"
    below = f"(?:{any_of('places', 'below')}|{any_of('places', 'above')})"
    side, spot = any_of("places", "sides"), any_of("places", "spots")
    of = f"{any_of('places', 'of')}?"
    first = f"(?:{floor}|{below})"
    without = f"(?:{side}{of})?{spot}(?:{of}{side})?"
    return re.compile(f"{first}(?:{of}{side})?(?:{of}{spot})?(?:{of}{side})?|{without}|{side}")


def sights_of(said: str, places: Places, *, asked: bool = False) -> Iterator[Sight]:
    """The places in words that are nothing else."""
    yield from sights(plain(said), places, asked=asked)
