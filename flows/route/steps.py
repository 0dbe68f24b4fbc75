"""What can happen to a request, and how a trail keeps it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any

TIME = 0
"""The person who acts when time does."""


class Place(StrEnum):
    """Where somebody is brought in (加签): before oneself, after, or alongside."""

    BEFORE = "before"
    AFTER = "after"
    BESIDE = "beside"


class How(StrEnum):
    """By what a turn went to somebody else; OFFICE: who gave it belongs elsewhere now (D10)."""

    TRANSFER = "transfer"
    LAPSE = "lapse"
    ADMIN = "admin"
    OFFICE = "office"


class Why(StrEnum):
    """By what somebody has a seat whom no rule named, or has given their word already (D9, D11)."""

    NAMED = "named"
    DEPUTY = "deputy"
    SUPERIOR = "superior"
    ADMIN = "admin"
    MERGED = "merged"


@dataclass(frozen=True, slots=True)
class Asked:
    """A seat as a stage begins: whose it is by the rules, and who acts."""

    seat: int
    person: int
    weight: int = 1
    why: Why = Why.NAMED


@dataclass(frozen=True, slots=True)
class Opened:
    """A stage was put to people."""

    stage: str
    seats: tuple[Asked, ...]


@dataclass(frozen=True, slots=True)
class Skipped:
    """A stage was left out: its condition does not hold, or a policy says so."""

    stage: str
    why: str


@dataclass(frozen=True, slots=True)
class Decided:
    """Somebody agreed, refused, or has done it; `on` is the day of a word given on paper before (D17)."""

    stage: str
    person: int
    agrees: bool
    why: str = ""
    by_time: bool = False
    on: str = ""


@dataclass(frozen=True, slots=True)
class Moved:
    """A turn is somebody else's for good (转交, or by time, or by an administrator)."""

    stage: str
    person: int
    to: int
    how: How = How.TRANSFER
    why: str = ""


@dataclass(frozen=True, slots=True)
class Left:
    """Somebody left: each of their turns is somebody else's (D10)."""

    person: int
    to: int


@dataclass(frozen=True, slots=True)
class Lent:
    """Somebody is asked for their opinion, then it is the giver's turn again (委派)."""

    stage: str
    person: int
    to: int
    why: str = ""


@dataclass(frozen=True, slots=True)
class Added:
    """Somebody brought others in (加签)."""

    stage: str
    person: int
    who: tuple[int, ...]
    place: Place
    why: str = ""


@dataclass(frozen=True, slots=True)
class Removed:
    """Somebody who was brought in is not asked any more (减签)."""

    stage: str
    person: int
    who: int


@dataclass(frozen=True, slots=True)
class Returned:
    """Sent back (退回) to the applicant or to a stage; with `again` all from there is run anew, else it comes back."""

    stage: str
    person: int
    to: str
    again: bool
    why: str = ""


@dataclass(frozen=True, slots=True)
class Resubmitted:
    """The applicant has supplemented it; `needed` are stages whose condition holds only now."""

    person: int
    needed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Revised:
    """Somebody of a stage changed an answer it may edit; `needed` are stages whose condition holds only now (C4)."""

    stage: str
    person: int
    ask: str
    needed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """The applicant called it off (撤回)."""

    person: int


@dataclass(frozen=True, slots=True)
class Pleaded:
    """The applicant asked those who have decided to let it be called off."""

    person: int
    of: tuple[int, ...]
    why: str = ""


@dataclass(frozen=True, slots=True)
class Consented:
    """One of those answered that."""

    person: int
    agrees: bool


@dataclass(frozen=True, slots=True)
class TakenBack:
    """Somebody took their word back (拿回) while nobody after them had acted."""

    stage: str
    person: int


@dataclass(frozen=True, slots=True)
class Stopped:
    """An administrator ended it."""

    person: int
    why: str


@dataclass(frozen=True, slots=True)
class Jumped:
    """An administrator went on with another stage; what comes before it is left out."""

    person: int
    to: str
    why: str


@dataclass(frozen=True, slots=True)
class Rebased:
    """From here on it goes by another version; stages `carried`, as (name, name before), stand as they stood."""

    carried: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Reminded:
    """Somebody was reminded; with `last` nothing more comes of their silence."""

    stage: str
    person: int
    last: bool = False


@dataclass(frozen=True, slots=True)
class Urged:
    """The applicant urged those whose turn it is (催办)."""

    person: int


@dataclass(frozen=True, slots=True)
class Copied:
    """People were told of it (抄送), each once."""

    person: int
    who: tuple[int, ...]


Step = (
    Opened | Skipped | Decided | Moved | Left | Lent | Added | Removed | Returned | Resubmitted | Withdrawn | Pleaded
    | Consented | TakenBack | Stopped | Jumped | Rebased | Reminded | Urged | Copied | Revised
)  # fmt: skip

_KINDS: Mapping[str, type[Step]] = {
    kind.__name__.lower(): kind
    for kind in (
        Opened, Skipped, Decided, Moved, Left, Lent, Added, Removed, Returned, Resubmitted, Withdrawn, Pleaded,
        Consented, TakenBack, Stopped, Jumped, Rebased, Reminded, Urged, Copied, Revised,
    )
}  # fmt: skip
_ENUMS = {("added", "place"): Place, ("moved", "how"): How}


def to_facts(step: Step) -> dict[str, object]:
    """A step as a line of the trail keeps it."""
    facts: dict[str, object] = {"did": type(step).__name__.lower()}
    for field in fields(step):
        value = getattr(step, field.name)
        if field.name == "seats":
            value = [[one.seat, one.person, one.weight, str(one.why)] for one in value]
        facts[field.name] = list(value) if isinstance(value, tuple) else value
    return facts


def from_facts(facts: Mapping[str, object]) -> Step:
    """What `to_facts` wrote; raises KeyError for what this version does not know."""
    did = str(facts["did"])
    kind = _KINDS[did]
    known = {field.name for field in fields(kind)}
    return kind(**{key: _value(did, key, value) for key, value in facts.items() if key in known})


def _value(did: str, key: str, value: object) -> Any:
    if key == "seats" and isinstance(value, Sequence):
        return tuple(Asked(seat, person, weight, Why(why)) for seat, person, weight, why in value)
    if key == "carried" and isinstance(value, Sequence):
        return tuple((str(name), str(was)) for name, was in value)
    if (did, key) in _ENUMS:
        return _ENUMS[did, key](str(value))
    return tuple(value) if isinstance(value, list) else value
