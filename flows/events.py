"""What can happen: an event from a platform or from time, as values that every layer shares."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, get_args


class FileKind(StrEnum):
    """What a person sent; the platform's own word for it stays in the channel."""

    IMAGE = "image"
    VOICE = "voice"
    VIDEO = "video"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class FileRef:
    """A file that still lies with the platform; `ref` is the platform's handle and may expire."""

    kind: FileKind
    ref: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """Words, as the person typed them (cleaned of NUL and lone surrogates, F36).

    Of `unproven` ones a platform says who spoke, and proves no more than the moment (F17).
    """

    text: str
    unproven: bool = False


@dataclass(frozen=True, slots=True)
class Sent:
    """A picture, voice, video or other file."""

    file: FileRef


@dataclass(frozen=True, slots=True)
class Located:
    """A position; the degrees are kept as the platform wrote them."""

    latitude: str
    longitude: str
    label: str


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button of a card, or an entry of the app's menu when `shown` is None.

    `action` is what our button carried (see `flows.cards.Action`), `shown` the key of the message
    it stood on, `code` the one-use right to change that message (E4).
    """

    action: str
    shown: str | None = None
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """The person opened the conversation with us."""


@dataclass(frozen=True, slots=True)
class Joined:
    """The person may use us from now on."""


@dataclass(frozen=True, slots=True)
class Left:
    """The person may no longer use us: left the school, was disabled, or is out of range (Q1)."""


@dataclass(frozen=True, slots=True)
class Renamed:
    """The platform gave the person a new account name; everything follows (F15)."""

    to: str


@dataclass(frozen=True, slots=True)
class Reorganised:
    """Something in the address book changed; what, is learnt at its next reading (every `sync_minutes`)."""

    what: str


@dataclass(frozen=True, slots=True)
class Elapsed:
    """A timer that ran out: time is a channel like any other (F7)."""

    timer: str
    subject: str


@dataclass(frozen=True, slots=True)
class Departed:
    """Somebody who may no longer use us still holds a turn or a form: it has to go to others (D10)."""

    person: int


@dataclass(frozen=True, slots=True)
class Relocated:
    """Something of somebody who holds a turn changed in the address book: it may be somebody else's now (D10)."""

    person: int


@dataclass(frozen=True, slots=True)
class Agreed:
    """One of the requests that somebody agreed to with one tap: each is an event of its own (A5, D15).

    `tap` is the event that was the tap, `size` how many the preview listed, `card` and `hash` what was kept of it.
    """

    case: int
    turn: int
    tap: str
    size: int
    card: int = 0
    hash: str = ""


@dataclass(frozen=True, slots=True)
class AgreedAll:
    """All of those have been handled; `action` is what the button carried."""

    tap: str
    action: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A matter somebody may mean, and what they may have answered of its questions, each in words."""

    matter: str
    answers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Proposed:
    """What a model made of words that we made nothing of; no candidates where it could not, or was not there.

    `event` is what the words came with; `draft` and `asked` are the form and the question that were open then.
    """

    person: int
    event: str
    words: str
    draft: int
    asked: str
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class Sealed:
    """A seal was put on a paper: the bytes that came of it, and whose certificate signed them."""

    paper: int
    hash: str
    size: int
    signer: str


@dataclass(frozen=True, slots=True)
class Muted:
    """A message whose words the platform kept back, for the school has used up its quota."""


@dataclass(frozen=True, slots=True)
class Outsider:
    """Somebody wrote whom the platform does not name, or who is of another school: nobody we may act for (F14)."""


@dataclass(frozen=True, slots=True)
class Unread:
    """Something genuine that we do not understand; kept raw and replayable (F13)."""

    kind: str
    raw: str


CLOCK = "clock"
"""The channel of what no platform tells: time is one like any other."""

Body = (
    Said
    | Sent
    | Located
    | Pressed
    | Opened
    | Joined
    | Left
    | Renamed
    | Reorganised
    | Elapsed
    | Departed
    | Relocated
    | Agreed
    | AgreedAll
    | Proposed
    | Sealed
    | Muted
    | Outsider
    | Unread
)

_KINDS: Mapping[str, type[Body]] = {kind.__name__.lower(): kind for kind in get_args(Body)}


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened.

    `id` is unique within `channel`: the platform's message id, or a hash of what was opened (never of
    the envelope). `account` is folded as the platform folds it. `room` is a group, or None in private. `twin` is the id
    under which the same thing may have come a moment before, where a platform gives it no id of its own.
    """

    id: str
    channel: str
    account: str
    at: datetime
    body: Body
    room: str | None = None
    twin: str | None = None


class Undone(Exception):
    """What was asked of a platform was not done; why, and whether to ask again, its channel says by its own kinds."""


_UNWANTED: dict[int, int | None] = {code: None for code in range(32) if chr(code) not in "\n\t"}
_UNWANTED |= {127: None, 0xFFFE: None, 0xFFFF: None, **dict.fromkeys(range(0xD800, 0xE000), 0xFFFD)}


def clean(text: str) -> str:
    """Text as every database and page can take it: no controls, no lone surrogates, what XML may hold (F36)."""
    return text if text.isprintable() else text.replace("\r\n", "\n").translate(_UNWANTED)


_ENCODE = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":"), default=asdict).encode


def kind_of(body: Body) -> str:
    """The name under which a body is stored."""
    return type(body).__name__.lower()


def body_to_json(body: Body) -> str:
    """A body as compact JSON text."""
    fields = {name: getattr(body, name) for name in body.__slots__}
    return _ENCODE({name: value for name, value in fields.items() if value is not False})


def body_from_json(kind: str, text: str) -> Body:
    """The body stored by `body_to_json`; raises KeyError on a kind this version does not know."""
    fields: dict[str, Any] = json.loads(text)
    if kind == "sent":
        file = fields["file"]
        return Sent(FileRef(FileKind(file["kind"]), file["ref"], file["name"]))
    if kind == "pressed":
        fields.pop("chosen", None)  # taps that were stored while cards were thought to have lists
    if kind == "proposed":
        fields["candidates"] = tuple(Candidate(**candidate) for candidate in fields["candidates"])
    return _KINDS[kind](**fields)
