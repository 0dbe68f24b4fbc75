"""Random requests that are moved from version to version while people do whatever they do (C9)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from flows.route import steps
from flows.route.folding import THROUGH, Phase, Standing, after, begin
from flows.route.moving import carry, sources
from flows.route.stages import Route, Stage
from tests.flows.requests import Staff
from tests.flows.test_route_properties import STAGES, Approving, _share_is_right, a_stage, an_office


@st.composite
def a_version(draw: st.DrawFn) -> tuple[Stage, ...]:
    """Some of the stages, in one order or another, perhaps one with a new name."""
    found = [draw(a_stage(name)) for name in STAGES if draw(st.booleans())] or [draw(a_stage("a"))]
    names = {one.name for one in found}
    gone = ["", *sorted(set(STAGES) - names)]
    return tuple(replace(one, after=one.after & names, was=draw(st.sampled_from(gone))) for one in found)


class Moving(Approving):
    """The same people, and an administrator who changes the matter again and again."""

    @initialize(stages=st.tuples(*(a_stage(name) for name in STAGES)), count=st.integers(1, 4), staff=an_office())
    def begins(self, stages: tuple[Stage, ...], count: int, staff: Staff) -> None:
        super().begins(stages, count, staff)
        self.routes: list[Route] = [self.one.route]

    @rule(stages=a_version())
    def moves(self, stages: tuple[Stage, ...]) -> None:
        one, old, new = self.one, self.one.route, Route(stages)
        if one.now.is_over:
            return
        before, known = one.now, sources(old, new)
        step = carry(before, old, new, one.answers)
        one.route = new
        self.routes.append(new)
        one.take(step)
        self.verdicts.add(one.now.verdict)
        for stage in new.stages:
            was = old.get(known.get(stage.name, ""))
            if was is not None and was.does is stage.does and before.rounds[was.name].phase is Phase.PASSED:
                assert one.now.rounds[stage.name].phase is Phase.PASSED
                assert one.now.rounds[stage.name].seats == before.rounds[was.name].seats

    @invariant()
    def the_trail_gives_the_same(self) -> None:
        if hasattr(self, "one"):
            assert self._folded() == self.one.now

    def _folded(self) -> Standing:
        """All that was written, read again, each part by the version it was made by."""
        routes: Iterator[Route] = iter(self.routes)
        route = next(routes)
        now = begin(route)
        for at, step in self.one.now.history:
            route = next(routes) if isinstance(step, steps.Rebased) else route
            now = after(now, steps.from_facts(steps.to_facts(step)), at, route)
        return now

    @invariant()
    def shares_are_right(self) -> None:
        """What was decided stands by the rule it was decided by; who is being asked is counted by the one there is."""
        if hasattr(self, "one"):
            for at in self.one.route.stages:
                if self.one.now.rounds[at.name].phase is Phase.OPEN:
                    _share_is_right(at, self.one)

    @invariant()
    def nobody_waits_for_what_is_through_or_gone(self) -> None:
        if hasattr(self, "one") and not self.one.now.is_over:
            for one in self.one.now.rounds.values():
                for name in one.awaits - {""}:
                    assert self.one.now.rounds[name].phase not in THROUGH


Moving.TestCase.settings = settings(
    max_examples=60,
    stateful_step_count=20,
    deadline=None,
    phases=[phase for phase in settings().phases if phase.name != "explain"],
    report_multiple_bugs=False,
    suppress_health_check=list(HealthCheck),
)
TestMoving = Moving.TestCase
