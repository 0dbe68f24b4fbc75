"""A case under way goes by another version of its matter: what that changes, and why it may not be (C9)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from flows import deadlines
from flows.catalogue import Matter
from flows.explaining import name_of
from flows.texts import Texts
from storage.records import Case

if TYPE_CHECKING:
    from flows.context import Context

Renewing = Callable[[Case, Matter, str, str, "Context"], Case]
"""Has a case go by a version, for a reason, at somebody's word; raises `Unmovable`."""


class Unmovable(Exception):
    """This case goes on as it began; `reason` names the sentence that says why."""

    def __init__(self, reason: str, **values: object) -> None:
        super().__init__(reason)
        self.reason = reason
        self.values = values


@dataclass(frozen=True, slots=True)
class Stand:
    """How a case stands for whoever waits for it: its state, who is asked for what, and when that is due."""

    state: str
    asked: tuple[tuple[str, str], ...]
    due: Mapping[str, datetime]


def stand(case: Case, ctx: Context) -> Stand:
    """How a case stands now."""
    tasks = ctx.work.tasks.open_on(case.id)
    names = {person.id: ctx.flow.name_of(person, ctx) for person in ctx.work.people.many({t.person_id for t in tasks})}
    asked = tuple(sorted((task.stage, names[task.person_id]) for task in tasks))
    limits = deadlines.all_of(case, ctx)
    due = {name: one.at for name, one in limits.items() if one.at is not None}
    return Stand(ctx.flow.state_label(case.state, ctx), asked, due)


def renew(case: Case, matter: Matter, why: str, by: str, ctx: Context) -> Case:
    """Have a case go by another version of its matter; raises `Unmovable`."""
    if case.closed_at is not None:
        raise Unmovable("closed")
    if case.digest == matter.digest:
        raise Unmovable("is_there")
    if matter.kind != case.flow:
        raise Unmovable("other_kind")
    if ctx.flow.renewing is None:
        raise Unmovable("as_it_began")
    return ctx.flow.renewing(case, matter, why, by, ctx)


def differences(before: Stand, after: Stand, shifts: object, texts: Texts) -> list[str]:
    """What changes for a case, a line each: stages, who is asked, when it is due, how it stands."""
    return list(_differences(before, after, shifts, texts)) or [texts.say("renewing", "nothing")]


def _differences(before: Stand, after: Stand, found: object, texts: Texts) -> Iterator[str]:
    yield from in_words(found, texts)
    for name, stands in (("not_asked", set(before.asked) - set(after.asked)), ("asked", set(after.asked))):
        for stage, who in sorted(stands - set(before.asked) if name == "asked" else stands):
            yield texts.say("renewing", name, stage=stage, who=who)
    for limit in sorted(before.due.keys() & after.due.keys()):
        if before.due[limit] != after.due[limit]:
            what, due = name_of(limit, texts), {"before": before.due[limit], "after": after.due[limit]}
            yield texts.say("renewing", "due", what=what, **due)
    for limit in sorted(after.due.keys() - before.due.keys()):
        yield texts.say("renewing", "now_due", what=name_of(limit, texts), at=after.due[limit])
    if before.state != after.state:
        yield texts.say("renewing", "state", before=before.state, after=after.state)


def in_words(shifts: object, texts: Texts) -> Iterator[str]:
    """What became of the stages, as the trail keeps it."""
    for kind, stage, was in shifts if isinstance(shifts, list) else ():
        yield texts.say("renewing", "shift", str(kind), stage=str(stage), was=str(was))
