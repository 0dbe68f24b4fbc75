"""What an administrator decided about a request: its stages, who is asked, and what happens when things go wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from fractions import Fraction

from flows.limits import Limit
from flows.pointers import Pointer
from flows.route.conditions import Condition

APPLICANT = ""
"""In the place of a stage's name: whoever asked for it."""


class Deed(StrEnum):
    """What is asked of people: to agree or not, to do something, or to know of it (抄送)."""

    DECIDE = "decide"
    HANDLE = "handle"
    READ = "read"


class Mode(StrEnum):
    """Whose word counts (D1, D2): 会签, 或签 (the first decides), 依次, 票签 (a share of the votes)."""

    ALL = "all"
    ANY = "any"
    IN_ORDER = "in_order"
    SHARE = "share"


class Policy(StrEnum):
    """What is done when a rule names nobody, the requester, or somebody who has agreed already (D11).

    MERGE: the word they have given counts here too. ASK: they are asked all the same.
    """

    ADMIN = "admin"
    SUPERIOR = "superior"
    SKIP = "skip"
    MERGE = "merge"
    ASK = "ask"


class Then(StrEnum):
    """What silence comes to in the end (D13); WAIT is nothing but reminders."""

    WAIT = "wait"
    PASS = "pass"  # noqa: S105  # no secret: a stage is passed
    REFUSE = "refuse"
    TRANSFER = "transfer"
    ESCALATE = "escalate"


@dataclass(frozen=True, slots=True)
class Lapse:
    """How long somebody may be silent: so many reminders spread over `after`, `then` what; `to` is for a transfer."""

    after: Limit
    reminders: int = 1
    then: Then = Then.WAIT
    to: Pointer | None = None


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage; it begins when those named in `after` are through. `weights` are votes by a person's name.

    `was` is what it was called in the version before (C9).
    Its people may change the answers it `edits`, and never see those it `hides`; the others they read (C4).
    """

    name: str
    who: tuple[Pointer, ...]
    does: Deed = Deed.DECIDE
    mode: Mode = Mode.ALL
    after: frozenset[str] = frozenset()
    when: Condition | None = None
    share: Fraction = Fraction(1)
    weights: Mapping[str, int] = field(default_factory=dict)
    nobody: Policy = Policy.ADMIN
    own: Policy = Policy.SUPERIOR
    twice: Policy = Policy.MERGE
    lapse: Lapse | None = None
    was: str = ""
    edits: tuple[str, ...] = ()
    hides: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Route:
    """All stages of a matter. `withdraw` is how long a request can be called off by consent, `urge` how often urged.

    `batch` are the answers one must see to agree to several of them with one tap; without any that cannot be (D15).
    """

    stages: tuple[Stage, ...]
    withdraw: timedelta = timedelta(days=7)
    urge: timedelta = timedelta(hours=4)
    batch: tuple[str, ...] = ()

    def get(self, name: str) -> Stage | None:
        """The stage of that name."""
        return next((stage for stage in self.stages if stage.name == name), None)

    def index(self, name: str) -> int:
        """Where a stage stands among them, from 1."""
        return next(at for at, stage in enumerate(self.stages, start=1) if stage.name == name)

    def before(self, name: str) -> frozenset[str]:
        """Every stage that comes before one, directly or not."""
        found: set[str] = set()
        ahead: list[str] = [name]
        while ahead:
            stage = self.get(ahead.pop())
            more = (stage.after if stage else frozenset()) - found
            found |= more
            ahead += more
        return frozenset(found)

    def behind(self, name: str) -> frozenset[str]:
        """Every stage that comes after one, directly or not."""
        return frozenset(stage.name for stage in self.stages if name in self.before(stage.name))


def in_circle(stages: Sequence[Stage]) -> frozenset[str]:
    """The stages that wait for themselves in the end, and so never begin (D18)."""
    route = Route(tuple(stages))
    return frozenset(stage.name for stage in stages if stage.name in route.before(stage.name))
