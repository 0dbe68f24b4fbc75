"""What a flow sees of the world while an event is handled, and how it tells people things."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from flows.calendar import Calendar
from flows.catalogue import Catalogue, Matter
from flows.deadlines import falls_due
from flows.devices import Devices
from flows.dispatch.rules import Rules
from flows.forms import Answers
from flows.indicators.reading import Catalogue as Indicators
from flows.manual import Manual
from flows.moves import Notice, Wake
from flows.nudging import Reminding
from flows.places import Places
from flows.plans import Plan
from flows.schedules import Schedule
from flows.sealing.filling import Templates
from flows.survey.reading import Survey
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
    """What does not change while an event is handled; `model` is whether one is connected that may propose,

    `seals` whether the office has a certificate to seal documents with, `address` where browsers find us. `several`
    is whether people may come by more than one platform.
    """

    texts: Texts
    catalogue: Catalogue
    zone: ZoneInfo
    places: Places
    manual: Manual
    calendar: Calendar
    devices: Devices = field(default_factory=Devices)
    flows: Mapping[str, Flow] = field(default_factory=dict)
    dispatch: Mapping[str, Rules] = field(default_factory=dict)
    plans: Sequence[Plan] = ()
    surveys: Mapping[str, Survey] = field(default_factory=dict)
    model: bool = False
    templates: Templates = field(default_factory=Templates)
    seals: bool = False
    address: str = ""
    several: bool = False
    schedules: Mapping[str, Schedule] = field(default_factory=dict)
    indicators: Indicators = field(default_factory=Indicators)
    reminding: Reminding = field(default_factory=Reminding)


@dataclass(frozen=True, slots=True)
class Context:
    """All that a flow sees of the world."""

    now: datetime
    person: Person
    matter: Matter
    rules: Rulebook
    work: Work
    flow: Flow

    def as_system(self) -> Context:
        """The same, where nobody in particular acts."""
        return replace(self, person=SYSTEM)

    def tell(self, who: Who, notice: Notice, case: Case, **also: object) -> None:
        """Put a notice in line for each of these people, with the buttons open to its reader.

        `also` is what the notice speaks of besides the case; it says so itself (`Notice.also`).
        """
        self.flow.tell(who(case, self), notice, case, self, also)

    def begin(self, matter: str, answers: Answers, requester: Person) -> Case | None:
        """Open a case of another matter in somebody's name; None when the office has no such matter.

        This is how flows that do not know each other lead to each other: by a matter's name, and by what the
        answers say of where it came from.
        """
        other = self.rules.catalogue.get(matter)
        if other is None or other.kind not in self.rules.flows:
            return None
        ctx = replace(self, person=SYSTEM, matter=other, flow=self.rules.flows[other.kind])
        return ctx.flow.start(answers, ctx, requester)

    def show(self, who: Who, files: object, case: Case) -> None:
        """Put pictures in line for each of these people."""
        self.flow.show_files(who(case, self), files, self)

    def said(self, case: Case) -> Mapping[str, object]:
        """What somebody answered with the last move; moves nobody made say nothing."""
        entries = reversed(self.work.trail.of(case_subject(case.id)))
        answers = next((e.facts["answers"] for e in entries if e.person_id and "answers" in e.facts), {})
        return answers if isinstance(answers, Mapping) else {}

    def wake(self, case: Case, timer: Wake, after: timedelta | None = None) -> None:
        """Set a timer for the matter's limit, as its clock has it (F4), or for another span from now.

        A matter without that limit sets none.
        """
        due = self.now + after * timer.part / 100 if after else falls_due(case, timer, self)
        if due is not None:
            self.work.timers.set(case_subject(case.id), f"{timer.name}@{case.version}", due)
