"""A supervised item as its trail has it: whose it is, until when, what was reported, asked for and refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal

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

    One that was said in working days goes by the calendar as it is now (F9); `told` is the one people know of.

    `asked` is the date an extension was asked for, with the reason; `halfway` that the office has granted it and the
    leader has not. `refusals` are the units that said it was not theirs; `ruled` that the office has said whose it is.
    """

    lead: str
    supporting: Sequence[str]
    first: datetime
    until: datetime
    since: datetime
    told: datetime
    dues: list[tuple[datetime, datetime]]
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


def due(case: Case, entries: Sequence[Entry], ctx: Context) -> datetime:
    """Until when it is to be done, as things stood after these lines."""
    return item_after(case, entries, ctx).until


def item_of(case: Case, ctx: Context) -> Item:
    """Read an item from its trail."""
    return item_after(case, ctx.work.trail.of(case_subject(case.id)), ctx)


def item_after(case: Case, entries: Sequence[Entry], ctx: Context) -> Item:
    """Read an item as it stood after these lines of its trail."""
    lead = units_in(case.answers.get("lead"))
    first, until = _begun(case, entries, ctx)
    found = Item(
        lead[0] if lead else "",
        units_in(case.answers.get("support")),
        first,
        until,
        case.opened_at,
        first,
        [(case.opened_at, until)],
    )
    found.milestones = milestones_in(case.answers.get("milestones"))
    for entry in entries:
        _follow(found, entry, ctx)
    return found


def _begun(case: Case, entries: Sequence[Entry], ctx: Context) -> tuple[datetime, datetime]:
    """The deadline it began with, as people were told, and as the calendar has it now."""
    answer = case.answers.get("until")
    written = entries[0].facts.get("due") if entries else None
    first = datetime.fromisoformat(str(written)) if written else instant_of(answer, ctx) or case.opened_at
    return first, (counted(answer, ctx) if isinstance(answer, Mapping) else None) or first


def counted(said: Mapping[str, object], ctx: Context) -> datetime | None:
    """When so many working days from a day have passed; None for a deadline that was not said so."""
    calendar, days = ctx.rules.calendar, said.get("workdays")
    if not days or not calendar.plan:
        return None
    begins = datetime.combine(date.fromisoformat(str(said["counted_from"])), time(12), calendar.zone)
    return calendar.end_of_days(begins, int(str(days)))


def in_days(said: object) -> dict[str, object]:
    """What of an answer says that it was counted in working days."""
    found = said if isinstance(said, Mapping) else {}
    return {key: found[key] for key in ("workdays", "counted_from") if found.get(key)}


def _follow(item: Item, entry: Entry, ctx: Context) -> None:
    answers = answers_in(entry)
    match entry.verb:
        case Verb.ACK:
            item.reported, item.missed = entry.at, 0
        case Verb.REPORT:
            _report(item, entry, answers)
        case Verb.PLAN:
            _plan(item, milestones_in(answers.get("milestones")))
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
            _follow_time(item, entry, answers, ctx)


def _follow_time(item: Item, entry: Entry, answers: Mapping[str, object], ctx: Context) -> None:
    """What changes until when it is to be done."""
    match entry.verb:
        case Verb.EXTEND:
            item.asked, item.halfway = (str(entry.facts.get("until", "")), str(answers.get("why") or "")), False
        case Verb.GRANT if entry.facts.get("halfway"):
            item.halfway = True
        case Verb.GRANT:
            item.extensions += 1
            _redate(item, entry, ctx)
        case Verb.REDATE:
            item.told = datetime.fromisoformat(str(entry.facts["until"]))
            item.called &= {Colour(str(one)) for one in _listed(entry.facts.get("called"))}
        case Verb.KEEP | Verb.CLAIM:
            item.asked, item.halfway = None, False
        case Verb.ACCEPT:
            item.closings, item.asked_again = item.closings + 1, False
        case Verb.REOPEN:
            item.reopenings += 1
            item.reported, item.missed, item.since = entry.at, 0, entry.at
            item.shared, item.percent = set(), 0
            _redate(item, entry, ctx)
        case _:
            pass


def _listed(found: object) -> Sequence[object]:
    return found if isinstance(found, list) else ()


def _redate(item: Item, entry: Entry, ctx: Context) -> None:
    item.told = datetime.fromisoformat(str(entry.facts["until"]))
    item.until = counted(entry.facts, ctx) or item.told
    item.dues.append((entry.at, item.until))
    item.called, item.asked, item.halfway = set(), None, False


def _plan(item: Item, planned: list[Milestone]) -> None:
    """Other milestones; what was reached stays so by its words, and what was told of by its day as well."""
    reached = {one.words for one in item.milestones if one.key in item.reached}
    marked = {(one.words, one.day) for one in item.milestones if one.key in item.marked}
    item.milestones = planned
    item.reached = {one.key for one in planned if one.words in reached}
    item.marked = {one.key for one in planned if (one.words, one.day) in marked}


def _report(item: Item, entry: Entry, answers: Mapping[str, object]) -> None:
    item.reported, item.missed = entry.at, 0
    percent = str(answers.get("percent") or "")
    reached = str(answers.get("milestone") or "")
    if reached:
        item.reached |= {reached} if percent in ("", "100") else set()
    elif percent:
        item.percent = int(Decimal(percent))
