"""Whether a route can be walked as it was written: what reads well and yet never happens, or never ends (D18)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from flows.figures import Figure
from flows.forms import Form
from flows.limits import Limit
from flows.misfiled import Misfiled
from flows.route.conditions import Among, Condition, Is, Over, Under, figure_of
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
        if stage.does is not Deed.READ and stage.lapse is None:
            yield Misfiled(file, "waits_for_ever", key=key, text=stage.name)
    promised, needed = limits.get(PROMISED), longest(route)
    if promised is not None and _is_alike(promised, route) and needed > promised.minutes:
        hours = {"needed": needed // 60, "promised": promised.minutes // 60}
        yield Misfiled(file, "promised_too_little", key=f"limits.{PROMISED}", **hours)


def _is_alike(promised: Limit, route: Route) -> bool:
    """Whether everything is counted in one unit; how long a working day is by the clock, only the calendar knows."""
    return all(stage.lapse.after.unit is promised.unit for stage in route.stages if stage.lapse is not None)


def _never(condition: Condition, form: Form) -> bool:
    """Whether no answer that the form takes makes it so."""
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
