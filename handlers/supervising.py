"""督办情况: the roll-up of supervised items in the chat, and the bulletin of a period (I5)."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flows.cards import Card, Link, content_to_json
from flows.context import Context
from flows.flow import SYSTEM, Flow, Rulebook
from flows.misfiled import Misfiled
from flows.misfiled import known as only
from flows.numerals import plain
from flows.schedules import Schedule
from flows.spans import FIRST, at, later
from flows.supervising import KIND
from flows.supervision.bulletin import Bulletin, bulletin, in_words, rows
from flows.supervision.items import rules_of
from flows.supervision.tally import Tally
from flows.vocabulary import any_of, vocabulary
from flows.vocabulary import words as known
from flows.who import is_office, point, would_be
from handlers import filling
from handlers.scene import Scene
from storage.records import Draft, Lane, Membership, Person
from storage.work import Work

PAGE = "supervision"
LISTED = 4
"""So many units, and leaders, are on a card that a phone shows whole; all are on the page."""
BULLETIN = "last_month"
"""The period of a bulletin that names none."""
PERIODS = (
    "this_week",
    "last_week",
    "this_month",
    "last_month",
    "this_quarter",
    "last_quarter",
    "this_year",
    "last_year",
)
Period = tuple[datetime, datetime]


def typed(scene: Scene, words: str, draft: Draft | None) -> bool:
    """Answer who asks how supervision stands: all of it to the office and leaders, their own to heads of units.

    Amid a form only where the words say nothing else: they could be an answer.
    """
    found = _asked(words, scene)
    if found is None or (draft is not None and found[1] is None):
        return False
    ctx = context(scene.work, scene.rules, scene.flows, scene.now, scene.person)
    if ctx is None:
        return False
    _answer(scene, found[1], ctx)
    if draft is not None:
        filling.repeat(scene, draft)
    return True


def _asked(words: str, scene: Scene) -> tuple[str, Period | None] | None:
    """The words for a roll-up in a sentence, and its period, None where none is made out; no such words, no answer."""
    word = next((word for word in known(KIND, "period", "report") if word in words), None)
    if word is None:
        return None
    before, _, after = words.partition(word)
    idle = any_of(KIND, "period", "idle")
    said = "".join(re.sub(rf"^(?:{idle}|\s)+|(?:{idle}|\s)+$", "", part) for part in (before, after))
    period = period_of(said, scene.now, scene.rules)
    return (word, period) if period is not None or not before.strip() else None


def _answer(scene: Scene, period: Period | None, ctx: Context) -> None:
    if period is None:
        scene.say(KIND, "tally", "which_period")
        return
    may = seeing(scene.person, ctx)
    if may is not None and not may:
        scene.say(KIND, "tally", "not_yours")
        return
    scene.reply(card(of_period(period, ctx), may, ctx))


def context(work: Work, rules: Rulebook, flows: Mapping[str, Flow], now: datetime, person: Person) -> Context | None:
    """What the roll-up looks at; None where the office supervises nothing."""
    matter = next((one for one in rules.catalogue.every() if one.kind == KIND and not one.retired), None)
    return Context(now, person, matter, rules, work, flows[KIND]) if matter else None


def seeing(person: Person, ctx: Context) -> Collection[str] | None:
    """The units whose figures somebody may see; None for all of them."""
    rules, case = rules_of(ctx), would_be({}, ctx)
    if is_office(person, ctx.rules.texts) or any(
        one.id == person.id for named in (rules.by, rules.urged_by) for one in point(named, case, ctx)
    ):
        return None
    return person.leads


def of_period(period: Period, ctx: Context) -> Bulletin:
    """The roll-up of a period."""
    return bulletin(rows(*period, ctx), *period, ctx.now)


def card(found: Bulletin, may: Collection[str] | None, ctx: Context) -> Card:
    """A roll-up as somebody may see it."""
    texts = ctx.rules.texts
    last = (found.ends - timedelta(minutes=1)).astimezone(ctx.rules.zone)
    first = found.begins.astimezone(ctx.rules.zone)
    title = texts.say(KIND, "tally", "title", first=_day(first, ctx), last=_day(last, ctx))
    lines = [in_words(texts.say(KIND, "tally", "all"), found.whole, ctx)] if may is None else []
    units = {name: one for name, one in found.units.items() if may is None or name in may}
    lines += [texts.say(KIND, "tally", "units")] if may is None and units else []
    lines += _worst(units, ctx)
    if may is None and found.askers:
        lines += [texts.say(KIND, "tally", "askers"), *_worst(found.askers, ctx)]
    if not units and may is not None:
        lines = [texts.say(KIND, "tally", "nothing")]
    return Card(title=title, body="\n".join(lines), link=Link(texts.say("cards", "link"), PAGE))


def _worst(groups: Mapping[str, Tally], ctx: Context) -> list[str]:
    """As many groups as a card holds, those with most overdue first, and how many more there are on the page."""
    order = sorted(groups.items(), key=lambda pair: (-pair[1].overdue, pair[0]))
    shown = order[:LISTED] if len(order) > LISTED + 1 else order
    lines = [in_words(name, one, ctx) for name, one in shown]
    left = len(order) - len(shown)
    return [*lines, *([ctx.rules.texts.say(KIND, "tally", "more", count=left)] if left else [])]


def _day(at: datetime, ctx: Context) -> str:
    return ctx.rules.texts.say(KIND, "tally", "day", month=at.month, day=at.day)


def period_of(said: str, now: datetime, rules: Rulebook) -> Period | None:
    """A week, a month, a quarter, a year or some days as said; this month where nothing is, None for anything else."""
    dated = dated_in(said, now, rules.zone)
    if dated is not None:
        return dated
    spoken = rules.texts.labels[KIND]["periods"]
    key = next((key for key, words in spoken.items() if said in words), None) if said else "this_month"
    return bounds(key, now, rules.zone) if key else None


def dated_in(said: str, now: datetime, zone: ZoneInfo) -> Period | None:
    """A month, or from one day to another, in the last twelve months unless a year is said; None for anything else."""
    grammar = vocabulary(KIND)["period"]
    words, today = plain(said).text, now.astimezone(zone).date()
    try:
        if found := re.fullmatch(grammar["month"], words):
            first = _past(found["year"], int(found["month"]), 1, today)
            return at(first, FIRST, zone), at(later(first, 1), FIRST, zone)
        if found := re.fullmatch(grammar["quarter"], words):
            first = _past(found["year"], 3 * int(found["quarter"]) - 2, 1, today)
            return at(first, FIRST, zone), at(later(first, 3), FIRST, zone)
        if found := re.fullmatch(grammar["years"], words):
            first = date(int(found["year"]), 1, 1)
            return at(first, FIRST, zone), at(later(first, 12), FIRST, zone)
        if found := re.fullmatch(grammar["days"], words):
            first = _past(found["year"], int(found["month"]), int(found["day"]), today)
            last = first.replace(month=int(found["month2"] or first.month), day=int(found["day2"]))
            last = last if last >= first else later(last, 12)
            return at(first, FIRST, zone), at(last + timedelta(days=1), FIRST, zone)
    except ValueError:  # no such day
        return None
    return None


def _past(year: str | None, month: int, day: int, today: date) -> date:
    """That day of the year that is said, else the last one that has come."""
    if year:
        return date(int(year), month, day)
    found = date(today.year, month, day)
    return found if found <= today else found.replace(year=today.year - 1)


def bounds(key: str, now: datetime, zone: ZoneInfo) -> Period:
    """From the first to past the last moment of a period, seen from now."""
    today = now.astimezone(zone).date()
    monday, month, year = today - timedelta(days=today.weekday()), today.replace(day=1), today.replace(month=1, day=1)
    quarter = month.replace(month=1 + 3 * ((month.month - 1) // 3))
    week = timedelta(days=7)
    first, past = {
        "this_week": (monday, monday + week),
        "last_week": (monday - week, monday),
        "this_month": (month, later(month, 1)),
        "last_month": (later(month, -1), month),
        "this_quarter": (quarter, later(quarter, 3)),
        "last_quarter": (later(quarter, -3), quarter),
        "this_year": (year, later(year, 12)),
        "last_year": (later(year, -12), year),
    }[key]
    return at(first, FIRST, zone), at(past, time(0), zone)


def send(schedule: Schedule, due: datetime, scene: Scene) -> None:
    """The job `bulletin`: the period it names, seen from when it was due."""
    key = str(schedule.options.get("period", BULLETIN))
    send_bulletin(scene.work, scene.rules, scene.flows, scene.now, bounds(key, due, scene.rules.zone))


def check(schedule: Schedule) -> None:
    """Raise `Misfiled` when a schedule of the job names a period there is not."""
    only(schedule.file, schedule.options, {"period"}, "")
    period = schedule.options.get("period", BULLETIN)
    if period not in PERIODS:
        raise Misfiled(schedule.file, "not_one_of", key="period", text=str(period), options=list(PERIODS))


def send_bulletin(work: Work, rules: Rulebook, flows: Mapping[str, Flow], now: datetime, period: Period) -> int:
    """Send the bulletin of a period: the whole to the office, each unit's head their own; returns to how many."""
    ctx = context(work, rules, flows, now, SYSTEM)
    if ctx is None:
        return 0
    found = of_period(period, ctx)
    whole = point(rules_of(ctx).by, would_be({}, ctx), ctx)
    told = {one.id for one in whole}
    for one in whole:
        _send(work, one, card(found, None, ctx), now)
    for unit in found.units:
        for head in work.people.belonging(Membership.LEAD, unit):
            if head.id not in told and head.active:
                told.add(head.id)
                _send(work, head, card(found, head.leads, replace(ctx, person=head)), now)
    return len(told)


def _send(work: Work, person: Person, card: Card, now: datetime) -> None:
    work.outbox.put(person.id, content_to_json(card), now=now, lane=Lane.TASK, about=None)
