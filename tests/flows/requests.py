"""A request without chat and database: people by their names, steps taken, and whose turn it is then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from fractions import Fraction

from flows.pointers import Named, Pointer, Pointing
from flows.route import checks, steps
from flows.route.checks import Ground, check
from flows.route.conditions import Condition
from flows.route.folding import Standing, after, begin
from flows.route.opening import newly_needed, openings
from flows.route.stages import Deed, Lapse, Mode, Policy, Route, Stage
from flows.route.steps import Step
from flows.route.timing import alarms, outcome

PEOPLE = [
    "applicant",
    "head",
    "boss",
    "legal1",
    "legal2",
    "legal3",
    "vice1",
    "vice2",
    "vice3",
    "keeper",
    "finance",
    "guest",
    "other",
    "admin",
]
START = datetime(2026, 11, 24, 2, tzinfo=UTC)


def of(name: str) -> int:
    """Somebody's number."""
    return PEOPLE.index(name) + 1


def stage(
    name: str,
    *who: str,
    after: Sequence[str] = (),
    mode: Mode = Mode.ALL,
    share: Fraction = Fraction(1),
    does: Deed = Deed.DECIDE,
    when: Condition | None = None,
    weights: Mapping[str, int] | None = None,
    lapse: Lapse | None = None,
    nobody: Policy = Policy.ADMIN,
    own: Policy = Policy.SUPERIOR,
    twice: Policy = Policy.MERGE,
) -> Stage:
    """A stage whose people are named one by one."""
    pointers = tuple(Named(Pointing.PERSON, one) for one in who)
    return Stage(
        name, pointers, does, mode, frozenset(after), when, share, weights or {}, nobody, own, twice, lapse
    )  # fmt: skip


class Staff:
    """The people of a small office; `superiors` and `away` by name."""

    def __init__(self, superiors: Mapping[str, str] | None = None, away: Mapping[str, str] | None = None) -> None:
        self.superiors = dict(superiors or {})
        self.away = dict(away or {})
        self.admins = ["admin"]
        self.gone: set[str] = set()

    def named(self, pointer: Pointer) -> Sequence[int]:
        assert isinstance(pointer, Named)
        return [of(pointer.name)] if pointer.name in PEOPLE and pointer.name not in self.gone else []

    def name(self, person: int) -> str:
        return PEOPLE[person - 1]

    def superior(self, person: int) -> int | None:
        above = self.superiors.get(self.name(person))
        return of(above) if above else None

    def administrators(self) -> Sequence[int]:
        return [of(one) for one in self.admins]

    def substitute(self, person: int) -> int | None:
        other = self.away.get(self.name(person))
        return of(other) if other else None


class Request:
    """One request; whatever is refused raises `Unable`."""

    def __init__(self, *stages: Stage, staff: Staff | None = None, answers: Mapping[str, object] | None = None) -> None:
        self.route = Route(stages)
        self.staff = staff or Staff()
        self.answers = dict(answers or {})
        self.now: Standing = begin(self.route)
        self.at = START
        self._goes_on()

    @property
    def ground(self) -> Ground:
        return Ground(self.route, self.now, of("applicant"), self.at)

    def take(self, step: Step) -> None:
        """Take a step, and all that follows from it by itself."""
        check(step, self.ground)
        self.now = after(self.now, step, self.at, self.route)
        self._goes_on()

    def _goes_on(self) -> None:
        for step in openings(self.ground, self.answers, self.staff)[1]:
            self.now = after(self.now, step, self.at, self.route)

    @property
    def verdict(self) -> str:
        """What has become of it."""
        return self.now.verdict.value

    @property
    def turns(self) -> dict[str, list[str]]:
        """Whose turn it is, by stage."""
        found: dict[str, list[str]] = {}
        for one, seat in self.now.turns(self.route):
            found.setdefault(one.name, []).append(self.staff.name(seat.person))
        return found

    def agree(self, who: str, at: str) -> None:
        self.take(steps.Decided(at, of(who), agrees=True))

    def refuse(self, who: str, at: str, why: str = "no") -> None:
        self.take(steps.Decided(at, of(who), agrees=False, why=why))

    def send_back(self, who: str, at: str, to: str = "", *, again: bool = False) -> None:
        self.take(steps.Returned(at, of(who), to, again, "a page is missing"))

    def supplement(self, **answers: object) -> None:
        self.answers |= answers
        self.take(steps.Resubmitted(of("applicant"), newly_needed(self.ground, self.answers)))

    def passes(self, **span: float) -> list[Step]:
        """Let time pass; returns what silence came to."""
        until, taken = self.at + timedelta(**span), []
        while (coming := alarms(self.route, self.now)) and coming[0].at <= until:
            self.at = coming[0].at
            step = outcome(coming[0], lambda _stage, seat: self.staff.superior(seat.person), of("applicant"))
            self.take(step)
            taken.append(step)
        self.at = until
        return taken


Unable = checks.Unable
