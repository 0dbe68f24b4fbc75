"""What silence means: reminders, and what comes of it in the end (D13)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from flows.limits import Limit, Unit
from flows.route import steps
from flows.route.stages import Lapse, Then
from tests.flows.requests import Request, Staff, stage

DAY = timedelta(days=1)
A_DAY = Limit(Unit.CLOCK, DAY)


def silent(then: Then, reminders: int = 2) -> Request:
    staff = Staff(superiors={"head": "boss"})
    return Request(
        stage("head", "head", lapse=Lapse(A_DAY, reminders, then)),
        stage("last", "keeper", after=["head"]),
        staff=staff,
    )


@pytest.mark.parametrize("then", [Then.PASS, Then.REFUSE])
def test_reminders_then_the_end_by_time_and_not_as_a_word_steedos_463(then: Then) -> None:
    """D13 (Steedos 463): it is marked as time's own."""
    one = silent(then)
    taken = one.passes(hours=25)
    assert [type(step) for step in taken] == [steps.Reminded, steps.Reminded, steps.Decided]
    answer = one.now.rounds["head"].seats[0].answer
    assert answer is not None
    assert answer.by_time
    assert one.now.decided == frozenset()
    assert one.verdict == ("refused" if then is Then.REFUSE else "pending")


def test_it_goes_to_the_superior_once() -> None:
    """D13: and does not wander further up by itself."""
    one = silent(Then.ESCALATE, 0)
    one.passes(hours=25)
    assert one.turns == {"head": ["boss"]}
    assert one.passes(days=9) == []
    assert one.turns == {"head": ["boss"]}


def test_reminders_are_all_where_nothing_else_is_said() -> None:
    """D13."""
    one = silent(Then.WAIT, 1)
    assert [type(step) for step in one.passes(days=9)] == [steps.Reminded, steps.Reminded]
    assert one.turns == {"head": ["head"]}


def test_the_clock_is_armed_again_after_a_return_yd_1018() -> None:
    """D13 (YD 1018): from the start, reminders and all."""
    one = silent(Then.PASS, 1)
    one.passes(hours=13)
    one.send_back("head", "head")
    assert one.passes(days=5) == []
    one.supplement()
    assert [type(step) for step in one.passes(hours=13)] == [steps.Reminded]
    assert [type(step) for step in one.passes(hours=12)] == [steps.Decided]
    assert one.turns == {"last": ["keeper"]}
