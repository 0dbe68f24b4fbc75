"""What a flow sees of the world while an event is handled, and how it tells people things."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from flows.catalogue import Catalogue, Matter
from flows.devices import Devices
from flows.hours import Hours
from flows.manual import Manual
from flows.moves import Notice, Wake
from flows.places import Places
from flows.texts import Texts
from flows.who import Who
from storage.records import Case, Person
from storage.trail import case_subject
from storage.work import Work

if TYPE_CHECKING:
    from flows.flow import Flow

SYSTEM = Person(id=0, name="")
"""Who acts when time does."""


@dataclass(frozen=True, slots=True)
class Rulebook:
    """What does not change while an event is handled."""

    texts: Texts
    catalogue: Catalogue
    zone: ZoneInfo
    places: Places
    manual: Manual
    hours: Hours
    devices: Devices = field(default_factory=Devices)


@dataclass(frozen=True, slots=True)
class Context:
    """All that a flow sees of the world."""

    now: datetime
    person: Person
    matter: Matter
    rules: Rulebook
    work: Work
    flow: Flow

    def tell(self, who: Who, notice: Notice, case: Case) -> None:
        """Put a notice in line for each of these people, with the buttons open to its reader."""
        self.flow.tell(who(case, self), notice, case, self)

    def show(self, who: Who, files: object, case: Case) -> None:
        """Put pictures in line for each of these people."""
        self.flow.show_files(who(case, self), files, self)

    def said(self, case: Case) -> Mapping[str, object]:
        """What was answered with the last move."""
        entries = self.work.trail.of(case_subject(case.id))
        answers = next((e.facts["answers"] for e in reversed(entries) if "answers" in e.facts), {})
        return answers if isinstance(answers, Mapping) else {}

    def wake(self, case: Case, timer: Wake) -> None:
        """Set a timer from now; a matter without that limit sets none."""
        limit = self.matter.limits.get(timer.limit)
        if limit is not None:
            due = self.now + limit * timer.part / 100
            self.work.timers.set(case_subject(case.id), f"{timer.name}@{case.version}", due)
