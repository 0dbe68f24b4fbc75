"""Whether a route can be walked as it was written: what reads well and yet never happens, or never ends (D18)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from flows.fields import When
from flows.figures import Figure
from flows.forms import Form
from flows.limits import Limit
from flows.misfiled import Misfiled
from flows.pointers import ByField
from flows.route.conditions import Among, Both, Condition, Is, Late, Over, Under, figure_of
from flows.route.stages import Deed, Mode, Route, Stage

PROMISED = "finish"
"""The limit that an applicant is promised for the whole."""


def faults(file: str, route: Route, form: Form, limits: Mapping[str, Limit]) -> Iterator[Misfiled]:
    """Everything about the stages that is legal and cannot be meant."""
    for number, stage in enumerate(route.stages, start=1):
        key = f"stage {number}"
        if stage.when is not None and _never(stage.when, form):
            yield Misfiled(file, "never_begins", key=f"{key} when", text=stage.name)
        if stage.mode is not Mode.SHARE and stage.weights:
            yield Misfiled(file, "no_vote", key=f"{key} weights", text=stage.name)
        if stage.mode is not Mode.SHARE and stage.share != 1:
            yield Misfiled(file, "no_vote", key=f"{key} share", text=stage.name)
        yield from _given_away(file, f"{key} hide", stage)
        if stage.does is not Deed.READ and stage.lapse is None:
            yield Misfiled(file, "waits_for_ever", key=key, text=stage.name)
    for number, asked in enumerate(form.fields, start=1):
        if isinstance(asked, When) and asked.ahead is not None and not _consents(asked.key, route):
            yield Misfiled(file, "late_without_consent", key=f"ask {number} ahead", text=asked.label)
    promised, needed = limits.get(PROMISED), longest(route)
    if promised is not None and _is_alike(promised, route) and needed > promised.minutes:
        hours = {"needed": needed // 60, "promised": promised.minutes // 60}
        yield Misfiled(file, "promised_too_little", key=f"limits.{PROMISED}", **hours)


def _given_away(file: str, key: str, stage: Stage) -> Iterator[Misfiled]:
    """What a stage hides, and yet tells: being asked at all, or who is asked, depends on the answer."""
    told = {*asks_of(stage.when), *(one.field for one in stage.who if isinstance(one, ByField))}
    for ask in sorted(stage.hides & told):
        yield Misfiled(file, "hidden_given_away", key=key, text=ask, stage=stage.name)


def _consents(ask: str, route: Route) -> bool:
    """Whether a stage is there for what is declared too late."""
    tests = [one.then if isinstance(one, Both) else one for one in (stage.when for stage in route.stages)]
    return any(isinstance(one, Late) and one.ask == ask for one in tests)


def asks_of(condition: Condition | None) -> frozenset[str]:
    """The questions a condition goes by."""
    if isinstance(condition, Both):
        return asks_of(condition.asked) | asks_of(condition.then)
    return frozenset([condition.ask] if condition else [])


def _is_alike(promised: Limit, route: Route) -> bool:
    """Whether everything is counted in one unit; how long a working day is by the clock, only the calendar knows."""
    return all(stage.lapse.after.unit is promised.unit for stage in route.stages if stage.lapse is not None)


def _never(condition: Condition, form: Form) -> bool:
    """Whether no answer that the form takes makes it so."""
    if isinstance(condition, Both):
        return _never(condition.asked, form) or _never(condition.then, form)
    asked = form.get(condition.ask)
    if isinstance(condition, Among) and not condition.values:
        return True
    if not isinstance(asked, Figure):
        return False
    match condition:
        case Over(bound=bound):
            return bound >= asked.most
        case Under(bound=bound):
            return bound <= asked.least
        case Is(value=value):
            return not _takes(asked, value)
        case Among(values=values):
            return not any(_takes(asked, value) for value in values)
        case _:
            return False


def _takes(asked: Figure, value: str) -> bool:
    figure = figure_of(value)
    return figure is not None and asked.least <= figure <= asked.most


def longest(route: Route) -> int:
    """The minutes the whole may take when everybody needs all their time and no stage is left out."""
    ends: dict[str, int] = {}

    def end_of(stage: Stage) -> int:
        if stage.name not in ends:
            before = [end_of(one) for one in route.stages if one.name in stage.after]
            waits = stage.lapse.after.minutes if stage.lapse and stage.does is not Deed.READ else 0
            ends[stage.name] = max(before, default=0) + waits
        return ends[stage.name]

    return max((end_of(stage) for stage in route.stages), default=0)
