"""What the tables hold, as frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum


class Stale(Exception):
    """Somebody else changed this record first; read it again and decide anew."""


class Membership(StrEnum):
    """How a person belongs to something named."""

    UNIT = "unit"
    LEAD = "lead"
    ROLE = "role"
    SKILL = "skill"
    LICENCE = "licence"
    AREA = "area"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody we know; `listed` is whether the address book has confirmed them.

    `skills`, `licences` and `areas` are what dispatching goes by; `successor_id` takes over when somebody leaves.
    """

    id: int
    name: str
    units: tuple[str, ...] = ()
    leads: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    superior_id: int | None = None
    position: str = ""
    active: bool = True
    listed: bool = True
    skills: tuple[str, ...] = ()
    licences: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    successor_id: int | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """One person as an address book lists them; of what is None it says nothing, and it stays as it is.

    A superior of None is none; a successor is an account, or empty for none. `number` is the school's own for them
    (工号, 学号), `mobile` their phone: they tell who has which account, and nothing else. `alias` is the
    account's other name there, by which some of the platform's own lists go.
    """

    account: str
    name: str
    units: tuple[str, ...]
    leads: tuple[str, ...]
    roles: tuple[str, ...]
    superior: str | None
    position: str
    active: bool
    skills: tuple[str, ...] | None = None
    licences: tuple[str, ...] | None = None
    areas: tuple[str, ...] | None = None
    successor: str | None = None
    number: str = ""
    mobile: str = ""
    alias: str = ""


@dataclass(frozen=True, slots=True)
class Duty:
    """Somebody on duty (值班) from one instant until another; `post` says where or as what."""

    person_id: int
    starts: datetime
    ends: datetime
    post: str = ""


@dataclass(frozen=True, slots=True)
class Deputy:
    """Who stands in for somebody (代理) from one instant until another (D9)."""

    person_id: int
    deputy_id: int
    starts: datetime
    ends: datetime


@dataclass(frozen=True, slots=True)
class Case:
    """One matter under way (办件). `answers` are the form's by field; `main_id` is the case it has joined (G11)."""

    id: int
    number: str
    flow: str
    matter: str
    digest: str
    state: str
    version: int
    requester_id: int
    answers: Mapping[str, object]
    opened_at: datetime
    changed_at: datetime
    closed_at: datetime | None = None
    main_id: int | None = None


@dataclass(frozen=True, slots=True)
class Task:
    """Somebody's turn (待办), open until `closed_at`.

    `turn` tells one round of a state from the next, and is the same for all who share it: a button names
    its turn, so that an old card cannot decide a new round (F23). Where several stages of a case are open at once,
    `stage` says which it is of. `seen_at` is when they first opened the case in this turn (D8), `nudged_at`
    when they were last reminded of it (A9).
    """

    id: int
    case_id: int
    person_id: int
    state: str
    turn: int
    opened_at: datetime
    closed_at: datetime | None = None
    stage: str = ""
    seen_at: datetime | None = None
    nudged_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """A form being filled (草稿): to begin a matter, or to make `move` on `case_id`.

    `asking` is the field that is open, empty at the summary; `editing` is whether the summary comes next.
    `prefilled` are the questions we answered ourselves (B9), `nudged` is whether a silent person was reminded (B7).
    With `whole` it began with what we made of a sentence or a code; once all that is needed was shown, a photo hands it
    in.
    """

    id: int
    person_id: int
    matter: str
    answers: Mapping[str, object]
    opened_at: datetime
    changed_at: datetime
    asking: str = ""
    editing: bool = False
    failures: int = 0
    case_id: int | None = None
    move: str = ""
    turn: int = 0
    ended_at: datetime | None = None
    prefilled: tuple[str, ...] = ()
    nudged: bool = False
    whole: bool = False

    @property
    def is_of_a_matter(self) -> bool:
        """Whether it begins a matter: it is about no case, and answers no survey."""
        return self.case_id is None and ":" not in self.matter


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the trail (留痕); `hash` chains it to the line before."""

    subject: str
    seq: int
    at: datetime
    person_id: int | None
    verb: str
    facts: Mapping[str, object]
    prev: str
    hash: str


@dataclass(frozen=True, slots=True)
class Timer:
    """Something that falls due."""

    id: int
    subject: str
    name: str
    due_at: datetime


class ArrivalState(IntEnum):
    """Where an arrival stands; PENDING is what is left to do."""

    PENDING = 0
    DONE = 1
    PARKED = 2
    UNREAD = 3


@dataclass(frozen=True, slots=True)
class Admitted:
    """An event as it enters the inbox; `kind` and `body` are the caller's encoding of what happened.

    It does not enter where its `twin` is already, another id of the same channel.
    """

    channel: str
    event_id: str
    account: str
    at: datetime
    kind: str
    body: str
    room: str | None = None
    unread: bool = False
    twin: str | None = None


@dataclass(frozen=True, slots=True)
class Arrival:
    """An event in the inbox."""

    id: int
    channel: str
    event_id: str
    account: str
    at: datetime
    kind: str
    body: str
    room: str | None
    taken_at: datetime
    attempts: int
    state: ArrivalState = ArrivalState.PENDING
    reason: str | None = None


class NoticeState(IntEnum):
    """Where an outgoing notice stands; DROPPED ones were overtaken before anybody saw them."""

    WAITING = 0
    SENT = 1
    DEAD = 2
    DROPPED = 3


class NoticeKind(IntEnum):
    """What delivery is asked to do."""

    SEND = 0
    REVISE = 1
    FETCH = 2
    FILE = 3
    PROPOSE = 4
    JOB = 5


class Lane(IntEnum):
    """How pressing a notice is; order is kept for each person within a lane."""

    TALK = 0
    TASK = 1
    BULK = 2


@dataclass(frozen=True, slots=True)
class Notice:
    """An outgoing notice."""

    id: int
    person_id: int
    kind: NoticeKind
    lane: Lane
    content: str
    about: str | None
    shown_id: int | None
    attempts: int
    parcel: int
    channel: str | None
    afterwards: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Shown:
    """A card as one person sees it; `live` until its buttons are gone."""

    id: int
    channel: str
    key: str
    handle: str
    person_id: int
    about: str
    content: str
    at: datetime
    live: bool


class FileState(StrEnum):
    """Whether we have the bytes of a received file; GONE are those whose time is over (`storage.keep_files_days`)."""

    WANTED = "wanted"
    STORED = "stored"
    LOST = "lost"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file somebody sent; `name` is for people only, the bytes lie under `sha256`."""

    id: int
    channel: str
    ref: str
    kind: str
    name: str
    person_id: int
    case_id: int | None
    draft_id: int | None
    state: FileState
    sha256: str | None
    mime: str | None
    size: int | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Session:
    """A browser's session; without a person while it is on its way through the platform's sign-in."""

    token: str
    person_id: int | None
    csrf: str
    wanted: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Feedback:
    """Whether an answer of the manual was of use (O4); nobody's name goes with it."""

    page: str
    version: str
    helpful: bool
    question: str
    at: datetime
