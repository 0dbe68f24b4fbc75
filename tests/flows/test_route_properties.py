"""Random requests and random people: whatever they do, a request never stalls and never ends twice (D1-D17)."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import HealthCheck, assume, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from flows.route import steps
from flows.route.folding import Phase, Verdict, fold
from flows.route.seats import Value, roots, value
from flows.route.stages import Deed, Lapse, Mode, Policy, Route, Stage, Then
from flows.route.steps import How, Place
from tests.flows.requests import PEOPLE, Request, Staff, Unable, of, stage
from tests.flows.test_silence import A_DAY

NAMES = st.sampled_from(PEOPLE)
STAGES = ("a", "b", "c", "d")
SOMEBODY = st.sampled_from([of(name) for name in PEOPLE])


@st.composite
def a_stage(draw: st.DrawFn, name: str) -> Stage:
    earlier = STAGES[: STAGES.index(name)]
    lapse = st.builds(
        Lapse, st.just(A_DAY), st.integers(0, 2), st.sampled_from([t for t in Then if t != Then.TRANSFER])
    )
    return stage(
        name,
        *draw(st.lists(st.sampled_from([*PEOPLE, "nobody"]), min_size=1, max_size=4, unique=True)),
        after=draw(st.lists(st.sampled_from(earlier), unique=True)) if earlier else (),
        mode=draw(st.sampled_from(Mode)),
        share=Fraction(draw(st.integers(1, 100)), 100),
        does=draw(st.sampled_from([Deed.DECIDE, Deed.DECIDE, Deed.DECIDE, Deed.HANDLE, Deed.READ])),
        weights=draw(st.dictionaries(NAMES, st.integers(1, 5), max_size=2)),
        lapse=draw(st.none() | lapse),
        nobody=draw(st.sampled_from([Policy.ADMIN, Policy.SUPERIOR, Policy.SKIP])),
        own=draw(st.sampled_from([Policy.ADMIN, Policy.SUPERIOR, Policy.SKIP])),
        twice=draw(st.sampled_from(Policy)),
    )


@st.composite
def an_office(draw: st.DrawFn) -> Staff:
    staff = Staff(draw(st.dictionaries(NAMES, NAMES, max_size=5)), draw(st.dictionaries(NAMES, NAMES, max_size=3)))
    staff.admins = draw(st.lists(NAMES, max_size=2))
    return staff


class Approving(RuleBasedStateMachine):
    """People who do what they may and what they may not."""

    @initialize(stages=st.tuples(*(a_stage(name) for name in STAGES)), count=st.integers(1, 4), staff=an_office())
    def begins(self, stages: tuple[Stage, ...], count: int, staff: Staff) -> None:
        self.one = Request(*stages[:count], staff=staff)
        self.verdicts = {self.one.now.verdict}

    def tries(self, step: steps.Step) -> None:
        """What may not be done changes nothing."""
        before = self.one.now
        try:
            self.one.take(step)
        except Unable:
            assert self.one.now == before
        self.verdicts.add(self.one.now.verdict)

    def turn(self, data: st.DataObject) -> tuple[str, int]:
        """One whose turn it is, mostly."""
        turns = [(at.name, seat.person) for at, seat in self.one.now.turns(self.one.route)]
        assume(turns)
        return data.draw(st.sampled_from(turns))

    @rule(data=st.data(), agrees=st.sampled_from([True, True, False]))
    def decides(self, data: st.DataObject, agrees: bool) -> None:
        at, who = self.turn(data)
        self.tries(steps.Decided(at, who, agrees, "so"))

    @rule(at=st.sampled_from(STAGES), who=SOMEBODY, agrees=st.booleans())
    def meddles(self, at: str, who: int, agrees: bool) -> None:
        self.tries(steps.Decided(at, who, agrees, "so"))

    @rule(data=st.data(), to=SOMEBODY, how=st.sampled_from(How), lends=st.booleans())
    def gives(self, data: st.DataObject, to: int, how: How, lends: bool) -> None:
        at, who = self.turn(data)
        self.tries(steps.Lent(at, who, to) if lends else steps.Moved(at, who, to, how))

    @rule(data=st.data(), who=st.lists(SOMEBODY, max_size=2), place=st.sampled_from(Place))
    def adds(self, data: st.DataObject, who: list[int], place: Place) -> None:
        at, host = self.turn(data)
        self.tries(steps.Added(at, host, tuple(who), place))

    @rule(data=st.data())
    def removes(self, data: st.DataObject) -> None:
        guests = [(o.stage, s) for o in self.one.now.rounds.values() for s in o.seats if s.by and not s.answer]
        assume(guests)
        at, seat = data.draw(st.sampled_from(guests))
        self.tries(steps.Removed(at, seat.by, seat.person))

    @rule(data=st.data(), to=st.sampled_from(("", *STAGES)), again=st.booleans())
    def sends_back(self, data: st.DataObject, to: str, again: bool) -> None:
        at, who = self.turn(data)
        self.tries(steps.Returned(at, who, to, again, "why"))

    @rule()
    def supplements(self) -> None:
        assume(self.one.now.with_applicant)
        self.one.supplement()

    @rule(data=st.data(), at=st.sampled_from(STAGES))
    def takes_back(self, data: st.DataObject, at: str) -> None:
        assume(self.one.now.decided)
        self.tries(steps.TakenBack(at, data.draw(st.sampled_from(sorted(self.one.now.decided)))))

    @rule(to=st.sampled_from(STAGES))
    def jumps(self, to: str) -> None:
        self.tries(steps.Jumped(of("admin"), to, "why"))

    @rule(who=SOMEBODY, to=SOMEBODY)
    def leaves(self, who: int, to: int) -> None:
        assume(to != of("applicant"))
        self.tries(steps.Left(who, to))

    @rule(agrees=st.booleans(), data=st.data())
    def would_withdraw(self, agrees: bool, data: st.DataObject) -> None:
        now = self.one.now
        if now.plea:
            self.tries(steps.Consented(data.draw(st.sampled_from(sorted(now.plea.of))), agrees))
        else:
            self.tries(steps.Pleaded(of("applicant"), tuple(sorted(now.decided))))

    @rule(hours=st.integers(1, 30))
    def time_passes(self, hours: int) -> None:
        self.one.passes(hours=hours)
        self.verdicts.add(self.one.now.verdict)

    @invariant()
    def is_never_stuck(self) -> None:
        if hasattr(self, "one") and not self.one.now.is_over:
            assert bool(self.one.turns) != self.one.now.with_applicant

    @invariant()
    def ends_once(self) -> None:
        if hasattr(self, "one"):
            assert len(self.verdicts - {Verdict.PENDING}) <= 1
            assert not (self.one.now.is_over and self.one.turns)

    @invariant()
    def no_turn_in_a_settled_stage(self) -> None:
        if hasattr(self, "one"):
            for name in self.one.turns:
                assert self.one.now.rounds[name].phase is Phase.OPEN

    @invariant()
    def nobody_decides_about_themselves(self) -> None:
        if hasattr(self, "one"):
            for at, seat in self.one.now.turns(self.one.route):
                assert at.does is not Deed.DECIDE or seat.person != of("applicant")

    @invariant()
    def the_trail_gives_the_same(self) -> None:
        if hasattr(self, "one"):
            written = [(at, steps.from_facts(steps.to_facts(step))) for at, step in self.one.now.history]
            assert fold(self.one.route, written) == self.one.now

    @invariant()
    def shares_are_right(self) -> None:
        if hasattr(self, "one"):
            for at in self.one.route.stages:
                _share_is_right(at, self.one)


def _share_is_right(at: Stage, one: Request) -> None:
    """Counted by hand: open stages are neither passed nor out of reach."""
    now = one.now.rounds[at.name]
    if at.mode is not Mode.SHARE or now.phase not in (Phase.OPEN, Phase.PASSED, Phase.FAILED) or at.does is Deed.READ:
        return
    weights = {Value.YES: 0, Value.NO: 0, Value.OPEN: 0}
    for seat in roots(now.seats):
        weights[value(seat, now.seats)] += seat.weight
    whole = sum(weights.values())
    reached = weights[Value.YES] >= at.share * whole
    lost = whole - weights[Value.NO] < at.share * whole
    assert (now.phase is Phase.PASSED) == reached
    assert (now.phase is Phase.FAILED) == lost


Approving.TestCase.settings = settings(
    max_examples=60,
    stateful_step_count=20,
    deadline=None,
    phases=[phase for phase in settings().phases if phase.name != "explain"],  # it traces every line: minutes
    report_multiple_bugs=False,
    suppress_health_check=list(HealthCheck),
)
TestApproving = Approving.TestCase


def test_a_route_knows_what_comes_before_and_behind() -> None:
    """D18: also over several stages."""
    route = Route((stage("a", "head"), stage("b", "head", after=["a"]), stage("c", "head", after=["b"])))
    assert route.before("c") == {"a", "b"}
    assert route.behind("a") == {"b", "c"}
