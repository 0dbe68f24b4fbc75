"""A supervised item as its trail has it: whose it is, until when, what was reported, asked for and refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from flows.context import Context
from flows.milestones import Milestone, milestones_in
from flows.supervising import Colour, Supervise
from flows.supervision.verbs import Verb
from flows.units import units_in
from storage.records import Case, Entry
from storage.trail import case_subject


@dataclass(slots=True)
class Item:
    """`first` is the deadline it began with, `until` the present one; `called` are the colours told since that was set.

    `asked` is the date an extension was asked for, with the reason; `halfway` that the office has granted it and the
    leader has not. `refusals` are the units that said it was not theirs; `ruled` that the office has said whose it is.
    """

    lead: str
    supporting: Sequence[str]
    first: datetime
    until: datetime
    since: datetime
    asked: tuple[str, str] | None = None
    halfway: bool = False
    extensions: int = 0
    called: set[Colour] = field(default_factory=set)
    refusals: list[str] = field(default_factory=list)
    ruled: bool = False
    reported: datetime | None = None
    nudged: datetime | None = None
    missed: int = 0
    percent: int = 0
    milestones: list[Milestone] = field(default_factory=list)
    reached: set[str] = field(default_factory=set)
    marked: set[str] = field(default_factory=set)
    shared: set[int] = field(default_factory=set)
    urged: datetime | None = None
    asked_again: bool = False
    closings: int = 0
    reopenings: int = 0


def rules_of(ctx: Context) -> Supervise:
    """What the office decided; every matter of this kind says it."""
    assert ctx.matter.supervise is not None
    return ctx.matter.supervise


def answers_in(entry: Entry) -> Mapping[str, object]:
    """What was answered with a line of the trail."""
    found = entry.facts.get("answers")
    return found if isinstance(found, Mapping) else {}


def instant_of(answer: object, ctx: Context) -> datetime | None:
    """When a deadline ends: of a day, with its office hours."""
    if not isinstance(answer, Mapping) or not answer.get("until"):
        return None
    ends = datetime.fromisoformat(str(answer["until"]))
    if not answer.get("day"):
        return ends
    calendar = ctx.rules.calendar
    spans = calendar.day(ends.astimezone(calendar.zone).date()).spans if calendar.plan else ()
    return spans[-1][1] if spans else ends


def due(case: Case, ctx: Context) -> datetime:
    """Until when it is to be done, as things stand."""
    return item_of(case, ctx).until


def item_of(case: Case, ctx: Context) -> Item:
    """Read an item from its trail."""
    lead = units_in(case.answers.get("lead"))
    due = instant_of(case.answers.get("until"), ctx) or case.opened_at
    found = Item(lead[0] if lead else "", units_in(case.answers.get("support")), due, due, case.opened_at)
    found.milestones = milestones_in(case.answers.get("milestones"))
    for entry in ctx.work.trail.of(case_subject(case.id)):
        _follow(found, entry)
    return found


def _follow(item: Item, entry: Entry) -> None:
    answers = answers_in(entry)
    match entry.verb:
        case Verb.ACK:
            item.reported, item.missed = entry.at, 0
        case Verb.REPORT:
            _report(item, entry, answers)
        case Verb.PLAN:
            item.milestones = milestones_in(answers.get("milestones"))
        case Verb.NUDGE:
            item.nudged, item.missed = entry.at, item.missed + 1
        case Verb.TURN:
            item.called.add(Colour(str(entry.facts["colour"])))
        case Verb.MARK:
            item.marked.add(str(entry.facts["milestone"]))
        case Verb.SHARE_DONE:
            item.shared |= {entry.person_id} if entry.person_id else set()
        case Verb.URGE | "urged":
            item.urged = entry.at
        case Verb.ASK_AGAIN:
            item.asked_again = True
        case Verb.DECLINE:
            item.refusals.append(str(entry.facts.get("unit", "")))
        case Verb.RULE:
            item.ruled = True
        case _:
            _follow_time(item, entry, answers)


def _follow_time(item: Item, entry: Entry, answers: Mapping[str, object]) -> None:
    """What changes until when it is to be done."""
    match entry.verb:
        case Verb.EXTEND:
            item.asked, item.halfway = (str(entry.facts.get("until", "")), str(answers.get("why") or "")), False
        case Verb.GRANT if entry.facts.get("halfway"):
            item.halfway = True
        case Verb.GRANT:
            item.extensions += 1
            _redate(item, entry)
        case Verb.KEEP | Verb.CLAIM:
            item.asked, item.halfway = None, False
        case Verb.ACCEPT:
            item.closings, item.asked_again = item.closings + 1, False
        case Verb.REOPEN:
            item.reopenings += 1
            item.reported, item.missed, item.since = entry.at, 0, entry.at
            item.shared = set()
            _redate(item, entry)
        case _:
            pass


def _redate(item: Item, entry: Entry) -> None:
    item.until = datetime.fromisoformat(str(entry.facts["until"]))
    item.called, item.asked, item.halfway = set(), None, False


def _report(item: Item, entry: Entry, answers: Mapping[str, object]) -> None:
    item.reported, item.missed = entry.at, 0
    percent = str(answers.get("percent") or "")
    reached = str(answers.get("milestone") or "")
    if reached:
        item.reached |= {reached} if percent in ("", "100") else set()
    elif percent:
        item.percent = int(percent)
