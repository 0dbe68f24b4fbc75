"""A request goes by another version of its stages: what it keeps, and what becomes of the rest (C9).

The rule: a stage is known again by its name, or by the name it says it had (`was`). What was decided there, or left
out for another reason than its condition, stands. Where people are being asked it goes on with the words given, unless
the new version asks other people or counts otherwise: then it begins anew. A stage that is new is asked, also when what
follows it has been decided; what people are asked about behind it waits until it is through. A stage that is gone is
asked no more, and its words decide nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from flows.route.conditions import holds
from flows.route.folding import Phase, Round, Standing
from flows.route.opening import CONDITION
from flows.route.stages import Route, Stage
from flows.route.steps import Rebased

Answers = Mapping[str, object]
_ASKED = frozenset({Phase.OPEN, Phase.ASIDE})


class Kind(StrEnum):
    """What became of a stage. HELD waits for one that is new before it, ANEW asks once more, NEEDED was through."""

    ADDED = "added"
    REMOVED = "removed"
    RENAMED = "renamed"
    ANEW = "anew"
    HELD = "held"
    NEEDED = "needed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Shift:
    """One stage for which something changes; `was` is its name before."""

    kind: Kind
    stage: str
    was: str = ""


def sources(old: Route, new: Route) -> Mapping[str, str]:
    """Which stage of the old version each of the new one was; one that is new has none."""
    names = {stage.name for stage in old.stages}
    found = {stage.name: stage.name for stage in new.stages if stage.name in names}
    for stage in new.stages:
        if stage.name not in found and stage.was in names - set(found.values()):
            found[stage.name] = stage.was
    return found


def carry(now: Standing, old: Route, new: Route, answers: Answers) -> Rebased:
    """The step by which a request goes over: stages of the new version that keep how they stood, each with its source.

    Everything that depends on the answers is decided here, so that the step can be folded without them.
    """
    pairs = [(stage, old.get(was)) for stage in new.stages if (was := sources(old, new).get(stage.name)) is not None]
    kept = [(stage.name, was.name) for stage, was in pairs if was and _stays(now.rounds[was.name], was, stage, answers)]
    return Rebased(tuple(kept))


def _stays(one: Round, was: Stage, stage: Stage, answers: Answers) -> bool:
    """Whether a stage keeps how it stood."""
    if was.does is not stage.does:
        return False
    if one.phase is Phase.SKIPPED:
        return one.why != CONDITION
    if one.phase not in _ASKED:
        return True
    is_needed = stage.when is None or holds(stage.when, answers)
    return is_needed and _counting(was) == _counting(stage)


def _counting(stage: Stage) -> tuple[object, ...]:
    """Whom a stage asks, and what their words come to."""
    return stage.who, stage.mode, stage.share, dict(stage.weights)


def shifts(old: Route, new: Route, before: Standing, after: Standing) -> list[Shift]:
    """What became of the stages, those of the new version in their order first."""
    found: list[Shift] = []
    known = sources(old, new)
    for stage in new.stages:
        was = known.get(stage.name)
        if was is None:
            found.append(Shift(Kind.ADDED, stage.name))
            continue
        if was != stage.name:
            found.append(Shift(Kind.RENAMED, stage.name, was))
        kind = _shift(before.rounds[was], after.rounds[stage.name])
        if kind is not None:
            found.append(Shift(kind, stage.name, was))
    gone = {stage.name for stage in old.stages} - set(known.values())
    return found + [Shift(Kind.REMOVED, stage.name) for stage in old.stages if stage.name in gone]


def _shift(before: Round, after: Round) -> Kind | None:
    if before.phase in _ASKED and after.phase is Phase.SKIPPED:
        return Kind.SKIPPED
    if before.phase in _ASKED and (after.count > before.count or after.phase not in _ASKED):
        return Kind.ANEW
    if before.phase is Phase.OPEN and after.phase is Phase.ASIDE:
        return Kind.HELD
    if before.phase in (Phase.PASSED, Phase.SKIPPED) and after.phase in (Phase.AHEAD, Phase.OPEN):
        return Kind.NEEDED
    return None
