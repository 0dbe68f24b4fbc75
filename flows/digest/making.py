"""Counts a digest: the figures of its period and of the one before, units beside each other, what needs the reader."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flows.context import SYSTEM, Context, Rulebook
from flows.digest.changing import changes
from flows.digest.content import Content, Judged, Need, Told, Unit
from flows.digest.parts import counted
from flows.indicators import reckoning
from flows.indicators.counting import Period
from flows.indicators.reading import Indicator
from flows.indicators.reckoning import FEW, Figure, Scope, figures, hands, histories_of, period_of, units_of
from storage.digests import Digest
from storage.histories import History
from storage.work import Work

NEEDS = 3
UNHAPPY = 2
"""So many stars or fewer."""
SUPERVISION = "supervision"
MOST_DAYS = 31
MOST_SORTS = 6
NAMED_UNITS = 2


@dataclass(frozen=True, slots=True)
class Made:
    """A digest as it is kept: what it says, and the cases behind each figure."""

    content: Content
    behind: Mapping[str, tuple[Sequence[int], Sequence[int]]]


def make(digest: Digest, rules: Rulebook, work: Work) -> Made:
    """Count it. The same rows give the same digest to the last digit, whenever it is counted."""
    wanted = digest.wanted
    if wanted.get("question") and not wanted.get("by_unit"):
        return _answer(digest, rules, work)
    scope = scope_of(wanted)
    indicators = _indicators(digest, rules)
    histories = histories_of(digest.since, digest.until, rules, work)
    units = units_of(histories, work)
    own = reckoning.within(scope, histories, units)
    period = period_of(digest.since, digest.until, rules, work)
    found = figures(indicators, own, period)
    said = _said(found, _before(digest, scope, indicators, rules, work), rules)
    behind = {one.indicator.name: (one.count.over, one.count.hits) for one in found}
    texts = rules.texts
    content = Content(
        title=texts.say("digest", "titles", _span(digest)),
        office=texts.office,
        scope=_scope_said(scope, rules, work),
        period=texts.say("digest", "period", since=digest.since, until=digest.until),
        figures=tuple(said),
        columns=tuple(one.title for one in indicators if one.compare),
        units=tuple(_units(indicators, own, _beside(wanted, own, units, work), period, rules))
        if not scope.person
        else (),
        needs=tuple(_needs(own, period, rules, work)),
        days=tuple(_days(own, period, rules)),
        sorts=tuple(_sorts(own, period, rules)),
        changes=tuple(changes(digest, scope, rules, work)) if _span(digest) == "month" else (),
        notes=tuple(_notes(digest, own, period, rules, work)),
        words=_words(digest, rules),
        judged=tuple(_judged(digest, rules)),
        persons=str(wanted.get("persons", "")),
        earlier=texts.say("digest", "period", since=earlier(digest)[0], until=earlier(digest)[1]),
    )
    return Made(content, behind)


def _answer(digest: Digest, rules: Rulebook, work: Work) -> Made:
    """What was asked for alone: figures, also of years, and nothing beside them."""
    texts, scope, indicators = rules.texts, scope_of(digest.wanted), _indicators(digest, rules)
    found = counted(indicators, scope, (digest.since, digest.until), rules, work)
    period = period_of(digest.since, digest.until, rules, work)
    before = earlier(digest)
    content = Content(
        title=texts.say("digest", "titles", _span(digest)), office=texts.office, scope=_scope_said(scope, rules, work),
        period=texts.say("digest", "period", since=digest.since, until=digest.until),
        figures=tuple(_said(found, _before(digest, scope, indicators, rules, work), rules)),
        columns=(), units=(), needs=(), days=(), sorts=(), changes=(),
        notes=tuple(_notes(digest, (), period, rules, work)), words=_words(digest, rules),
        earlier=texts.say("digest", "period", since=before[0], until=before[1]),
    )  # fmt: skip
    return Made(content, {one.indicator.name: (one.count.over, one.count.hits) for one in found})


def scope_of(wanted: Mapping[str, Any]) -> Scope:
    """Whose cases a digest is of."""
    units, matters, areas = (tuple(wanted.get(key, ())) for key in ("units", "matters", "areas"))
    return Scope(units, int(wanted.get("person", 0)), matters, areas)


def earlier(digest: Digest) -> tuple[datetime, datetime]:
    """The period it is held against: the one before on the schedule, or as asked; else so many days before."""
    named = digest.wanted.get("before")
    if named:
        since, until = map(datetime.fromisoformat, named)
        return since, until
    return digest.since - (digest.until - digest.since), digest.since


def _indicators(digest: Digest, rules: Rulebook) -> Sequence[Indicator]:
    units = tuple(digest.wanted.get("units", ()))
    all_of = rules.indicators.aimed(units[0] if len(units) == 1 else "", _year(digest, rules))
    named = digest.wanted.get("figures")
    return [one for one in all_of if not named or one.name in named]


def _before(
    digest: Digest, scope: Scope, indicators: Sequence[Indicator], rules: Rulebook, work: Work
) -> Sequence[Figure]:
    return counted(indicators, scope, earlier(digest), rules, work)


def _said(found: Sequence[Figure], before: Sequence[Figure], rules: Rulebook) -> Iterator[Told]:
    for figure, earlier in zip(found, before, strict=True):
        one = figure.indicator
        yield Told(
            name=one.name,
            title=one.title,
            kind=one.kind,
            value=reckoning.value(figure, rules.texts),
            beside=reckoning.beside(figure, rules.texts),
            target=reckoning.target(one, rules.texts),
            before=reckoning.value(earlier, rules.texts, "none_before"),
            hits=len(figure.count.hits),
            over=len(figure.count.over),
            is_share=one.is_share,
            meets=figure.meets,
            formula=one.formula,
            numerator=one.numerator,
            denominator=one.denominator,
            exclusions=one.exclusions,
            owner=one.owner,
        )


def _judged(digest: Digest, rules: Rulebook) -> Iterator[Judged]:
    """What the office found of a year's aims that no count can tell, on the sheet of the year."""
    units = tuple(digest.wanted.get("units", ()))
    if not digest.wanted.get("year"):
        return
    for one in rules.indicators.judged(units[0] if len(units) == 1 else "", _year(digest, rules)):
        yield Judged(one.title, one.standard, rules.texts.say("digest", "judged", one.judged), one.grounds)


def _year(digest: Digest, rules: Rulebook) -> int:
    return (digest.until - timedelta(microseconds=1)).astimezone(rules.zone).year


def _beside(
    wanted: Mapping[str, object], own: Sequence[History], units: Mapping[int, tuple[str, ...]], work: Work
) -> Mapping[int, tuple[str, ...]]:
    """What each case counts for where some are set beside others: its units; its people only for a reason (P4)."""
    if not wanted.get("persons"):
        return units
    names = {id: work.people.get(id).name for id in {id for one in own for id in hands(one)}}
    return {one.case.id: tuple(names[id] for id in sorted(hands(one))) for one in own}


def _span(digest: Digest) -> str:
    """What it is called, by the days it covers; a weekend may lie between two daily ones, and a holiday."""
    if digest.wanted.get("year"):
        return "year"
    span = digest.until - digest.since
    return "day" if span <= timedelta(days=4) else "week" if span <= timedelta(days=14) else "month"


def _scope_said(scope: Scope, rules: Rulebook, work: Work) -> str:
    if scope.person:
        return rules.texts.say("digest", "own", name=work.people.get(scope.person).name)
    join = rules.texts.say("digest", "and").join
    found = (rules.catalogue.get(name) for name in scope.matters)
    matters = join(matter.title for matter in found if matter)
    areas = join(area.name for key in scope.areas if (area := rules.places.area(key)))
    return (
        (_units_said(scope.units, rules) or ("" if areas else rules.texts.say("digest", "everybody"))) + areas + matters
    )


def _units_said(units: Sequence[str], rules: Rulebook) -> str:
    """Their names; of many the first and how many there are, since this is a title."""
    if len(units) > NAMED_UNITS:
        return rules.texts.say("digest", "several", first=units[0], count=len(units))
    return rules.texts.say("digest", "and").join(units)


def _units(
    indicators: Sequence[Indicator],
    own: Sequence[History],
    units: Mapping[int, tuple[str, ...]],
    period: Period,
    rules: Rulebook,
) -> Iterator[Unit]:
    """Who is set beside whom; with few cases there is no share (P4)."""
    compared = [one for one in indicators if one.compare]
    by_unit: dict[str, list[History]] = {}
    for history in own if compared else ():
        for unit in units[history.case.id]:
            by_unit.setdefault(unit, []).append(history)
    for name, theirs in sorted(by_unit.items(), key=lambda item: (-len(item[1]), item[0])):
        found = figures(compared, theirs, period)
        shown = [_shown(figure, rules) for figure in found]
        if any(figure.count.over for figure in found):
            yield Unit(name, len(theirs), tuple(said for said, _ in shown), tuple(tenths for _, tenths in shown))


def _shown(figure: Figure, rules: Rulebook) -> tuple[str, int]:
    part, whole = len(figure.count.hits), len(figure.count.over)
    if 0 < whole < FEW:
        return rules.texts.say("digest", "few", few=FEW), -1
    said = reckoning.value(figure, rules.texts)
    if not whole:
        return said, -1
    return said, int(reckoning.percent(part, whole).replace(".", ""))


def _needs(own: Sequence[History], period: Period, rules: Rulebook, work: Work) -> Iterator[Need]:
    """What is past its limit for the longest time, supervised items first; and who was least satisfied."""
    late = [(since, one) for one in own if one.case.closed_at is None and (since := period.late_since(one))]
    late.sort(key=lambda pair: (pair[1].case.flow != SUPERVISION, pair[0], pair[1].case.id))
    unhappy = [one for one in own if one.rating and period.has(one.rating.at) and (one.rating.stars or 0) <= UNHAPPY]
    unhappy.sort(key=lambda one: (one.rating.stars if one.rating else 0, one.case.id))
    found = [(one, _late_said(since, period.until, rules)) for since, one in late]
    worst = [(one, _stars_said(one, rules)) for one in unhappy[:1]]
    for history, why in [*found[: NEEDS - len(worst)], *worst]:
        case = history.case
        matter = rules.catalogue.version(case.digest, case.matter, work.cases.matter_source)
        ctx = Context(period.until, SYSTEM, matter, rules, work, rules.flows[case.flow])
        holders = work.people.many(task.person_id for task in work.tasks.open_on(case.id))
        names = [ctx.flow.name_of(one, ctx) for one in holders if one.id != case.requester_id]
        who = rules.texts.say("digest", "and").join(names[:3])
        yield Need(case.id, case.number, matter.title, why, who, is_open=case.closed_at is None)


def _stars_said(history: History, rules: Rulebook) -> str:
    return rules.texts.say("digest", "stars", stars=history.rating.stars if history.rating else 0)


def _late_said(since: datetime, until: datetime, rules: Rulebook) -> str:
    hours = (until - since) // timedelta(hours=1)
    return rules.texts.say("digest", "late_by", days=hours // 24, hours=hours % 24)


def _words(digest: Digest, rules: Rulebook) -> Mapping[str, str]:
    """What the picture says besides, for days or for weeks."""
    words: dict[str, str] = dict(rules.texts.labels["digest"]["picture"])
    if digest.until - digest.since >= timedelta(days=MOST_DAYS):
        words["daily"] = words["weekly"]
    if digest.wanted.get("persons"):
        words["units"] = words["persons"]
    return words


def _days(own: Sequence[History], period: Period, rules: Rulebook) -> Iterator[tuple[str, int, int]]:
    """What came and what ended on each day; by weeks where there are many days."""
    zone = rules.zone
    first = period.since.astimezone(zone).date()
    last = (period.until - timedelta(microseconds=1)).astimezone(zone).date()
    step = 7 if period.until - period.since >= timedelta(days=MOST_DAYS) else 1
    opened: Counter[int] = Counter()
    ended: Counter[int] = Counter()
    for history in own:
        for at, counter in ((history.case.opened_at, opened), (history.case.closed_at, ended)):
            if at is not None and period.has(at):
                counter[(at.astimezone(zone).date() - first).days // step] += 1
    for number in range((last - first).days // step + 1):
        day = first + timedelta(days=number * step)
        yield f"{day.month}.{day.day}", opened[number], ended[number]


def _sorts(own: Sequence[History], period: Period, rules: Rulebook) -> Sequence[tuple[str, int]]:
    counts = Counter(one.case.matter for one in own if period.has(one.case.opened_at))
    titles = {name: matter.title for name in counts if (matter := rules.catalogue.get(name))}
    return [(titles.get(name, name), count) for name, count in sorted(counts.items(), key=lambda i: (-i[1], i[0]))][
        :MOST_SORTS
    ]


def _notes(digest: Digest, own: Sequence[History], period: Period, rules: Rulebook, work: Work) -> Iterator[str]:
    """What a reader must know before believing the figures."""
    texts = rules.texts
    scheduled = not digest.wanted.get("question")
    if scheduled and not any(period.has(one.case.opened_at) or period.has(one.case.closed_at) for one in own):
        yield texts.say("digest", "nothing", _span(digest))
    if digest.wanted.get("besides"):
        yield texts.say("digest", "besides", words=digest.wanted["besides"])
    if digest.wanted.get("late"):
        yield texts.say("digest", "made_late", due=digest.until)
    unhandled = work.histories.unhandled(period.since, period.until)
    if unhandled:
        yield texts.say("digest", "unhandled", count=unhandled)
