"""Term surveys: when they fall due, and whom they draw (H3)."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from flows.cards import Card
from flows.catalogue import Named, Pointing
from flows.survey.asking import card, end_of, open_round
from flows.survey.drawing import Drawn, draw
from flows.survey.reading import Sampling, Survey, Term
from storage.records import Membership
from storage.surveys import Asked, Invitation, Round
from storage.work import Work

if TYPE_CHECKING:
    from flows.calendar.timetable import Period
    from flows.context import Rulebook

LATE = timedelta(days=7)
"""A survey whose day has passed longer than this is left out: it would ask about another time."""
SETTLING = timedelta(days=14)
"""So long after the beginning, and before the end, of a term people are asked about it."""
HOUR = time(10)
_MEMBERSHIPS = {
    Pointing.ROLE: Membership.ROLE, Pointing.GROUP: Membership.UNIT, Pointing.HEAD_OF: Membership.LEAD,
}  # fmt: skip


def term_on(day: date, rules: Rulebook) -> tuple[str, date, date] | None:
    """The term a day lies in: a name that tells it from others, its first and its last day."""
    plan = rules.calendar.plan
    found = next((term for term in plan.terms if term.covers(day)), None) if plan else None
    if found is None:
        return None
    first, last = _ends(found, day)
    return f"{found.name} {first.isoformat()}", first, last


def _ends(term: Period, day: date) -> tuple[date, date]:
    """The ends of a term around a day; one of every year may have begun the year before."""
    if isinstance(term.first, date) and isinstance(term.last, date):
        return term.first, term.last
    first, last = date(day.year, *_month_day(term.first)), date(day.year, *_month_day(term.last))
    if first > day:
        first = date(day.year - 1, *_month_day(term.first))
    if last < day:
        last = date(day.year + 1, *_month_day(term.last))
    return first, last


def _month_day(end: object) -> tuple[int, int]:
    month, day = end if isinstance(end, tuple) else (1, 1)
    return month, day


def falls_due(survey: Survey, now: datetime, rules: Rulebook) -> tuple[str, datetime, datetime] | None:
    """The term whose survey is to go out now, when that began, and when the term did; None at other times."""
    found = term_on(now.astimezone(rules.zone).date(), rules)
    if survey.term is None or survey.retired or found is None:
        return None
    name, first, last = found
    day = {
        Term.START: first + SETTLING,
        Term.MIDDLE: first + (last - first) / 2,
        Term.END: last - SETTLING,
    }[survey.term]
    at = rules.calendar.next_working(datetime.combine(day, HOUR, rules.zone))
    start = datetime.combine(first, time(), rules.zone)
    return (name, at, start) if at <= now < at + LATE else None


def open_term(survey: Survey, period: str, since: datetime, rules: Rulebook, now: datetime, work: Work) -> Round | None:
    """Draw who is asked and write all of them down; None when that was done already."""
    if work.surveys.has_round(survey.name, period):
        return None
    seed = secrets.token_hex(8)
    drawn = _drawn(survey, seed, since, work)
    kept = {"seed": seed, "sampling": str(survey.sampling), "groups": {k: list(v) for k, v in drawn.groups.items()}}
    until = end_of(survey.open, now, rules.calendar)
    round, new = open_round(survey, "", period, kept, (now, until), work)
    if not new:
        return None
    work.surveys.invite([Invitation(round.id, one, 0, "", now, until, Asked.DRAWN) for one in drawn.people])
    return round


def _drawn(survey: Survey, seed: str, since: datetime, work: Work) -> Drawn:
    tired = work.surveys.asked_often(since, survey.per_term)
    groups = {f"{one.pointing}:{one.name}": _members(one, tired, work) for one in survey.among}
    return draw(groups, survey.sample, seed, strata=survey.sampling is Sampling.STRATA)


def _members(named: Named, without: Collection[int], work: Work) -> Sequence[int]:
    return [id for id in work.people.numbers_of(_MEMBERSHIPS[named.pointing], named.name) if id not in without]


def term_card(survey: Survey, round: Round, rules: Rulebook) -> Card:
    """What asks everybody; with nothing on it that is one person's, so that few calls carry it to all."""
    return card(survey, round, 0, survey.title, rules)
