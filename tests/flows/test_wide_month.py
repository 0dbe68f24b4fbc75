"""Every figure a digest prints, over a month with holidays and make-up days, against a count by hand (P1, H9, I5)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from flows.digest import parts
from flows.digest.making import make
from storage.digests import Digest
from tests.flows.calendars import ZONE, at
from tests.flows.month import live
from tests.flows.test_digest import HOURS, Told, counted, instant, raw
from tests.flows.wide_month import live_wide
from tests.office import Office

SINCE, UNTIL = at("2026-09-18 17:00"), at("2026-10-16 17:00")
OFF = {date(2026, 9, day) for day in (25, 26, 27)} | {date(2026, 10, day) for day in range(1, 8)}
WORKED = {date(2026, 9, 20), date(2026, 10, 10)}
OVER = {
    "repair": {"closed", "unconfirmed", "withdrawn"}, "question": {"helped", "unrated", "withdrawn"},
    "supervision": {"closed", "withdrawn"}, "opinion": {"closed", "unrated", "noted", "withdrawn"},
    "approval": {"granted", "refused", "withdrawn", "stopped"}, "handover": {"ended", "forgotten"},
}  # fmt: skip


def works(day: date) -> bool:
    return day in WORKED or (day.weekday() < 5 and day not in OFF)


def working(begins: datetime, ends: datetime) -> timedelta:
    """Working time between two instants, by the notices of that autumn."""
    passed, day = timedelta(), begins.astimezone(ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
    while day < ends:
        for opens, closes in HOURS if works(day.date()) else ():
            passed += max(min(ends, day + closes) - max(begins, day + opens), timedelta())
        day += timedelta(days=1)
    return passed


def days_on(begins: datetime, count: int) -> datetime:
    """The end of work on the so-manieth working day after a day."""
    day = begins.astimezone(ZONE).date()
    while count:
        day += timedelta(days=1)
        count -= works(day)
    return datetime(day.year, day.month, day.day, 17, 30, tzinfo=ZONE)


def is_over(one: Told) -> bool:
    return one.state in OVER[one.flow]


def since_state(one: Told) -> datetime:
    """Since when it stands where it stands."""
    return one.last_into(one.state)


def until_of(one: Told) -> datetime:
    """A supervised item's date: that of the form, the last granted, or the one it was opened again with."""
    found = str(one.lines[0][2]["answers"]["until"]["until"])
    dated = datetime.fromisoformat(found).astimezone(ZONE)
    last = end_of_day(dated)
    for _, verb, facts in one.lines:
        if verb in ("grant", "reopen"):
            last = datetime.fromisoformat(str(facts["until"]))
    return last


def end_of_day(moment: datetime) -> datetime:
    """When work ends on a day; a day without work ends at its end."""
    return moment.replace(hour=17, minute=30, second=0) if works(moment.date()) else moment


def is_late(one: Told) -> bool:
    """Past any limit."""
    age = UNTIL - since_state(one)
    match one.flow, one.state:
        case "repair", "reported" | "offered":
            return UNTIL - one.opened > timedelta(hours=2)
        case "repair", "taken":
            return age > timedelta(days=2)
        case ("repair", "fixed") | ("opinion", "answered"):
            return age > timedelta(days=7)
        case "question", "asked":
            return working(since_state(one), UNTIL) > timedelta(hours=8)
        case "question", _:
            return age > timedelta(days=3)
        case "opinion", state:
            return days_on(since_state(one), 1 if state == "received" else 10) < UNTIL
        case "supervision", state:
            limit = {"raised": 1, "claimed": 2, "extending": 2}.get(state)
            return until_of(one) < UNTIL or (limit is not None and days_on(since_state(one), limit) < UNTIL)
        case "approval", _:
            return days_on(one.opened, 1) < UNTIL
        case _:
            return False


def within(
    cases: list[Told], limit: timedelta, reach: tuple[str, ...], *, clock: bool, start: str = ""
) -> tuple[int, int]:
    """(in time, all) of those that got there, or can not in time any more."""
    hits = over = 0
    for one in cases:
        begins = one.first(start) if start else one.opened
        if begins is None or not SINCE <= begins < UNTIL:
            continue
        ends = one.first(*reach)
        stop = ends or (since_state(one) if is_over(one) else UNTIL)
        took = stop - begins if clock else working(begins, stop)
        if ends is not None or took > limit:
            over, hits = over + 1, hits + (ends is not None and took <= limit)
    return hits, over


def by_hand(office: Office) -> dict[str, tuple[int, int]]:
    """(hits, over) of every figure of the digest, counted over the raw rows."""
    cases = raw(office, UNTIL)
    fresh = [one for one in cases if one.opened >= SINCE]
    of = {flow: [one for one in cases if one.flow == flow] for flow in OVER}
    kept = [one for one in cases if one.state not in ("withdrawn", "joined")]
    done = [o for o in of["supervision"] if o.state == "closed" and o.last_into("closed") >= SINCE]
    overdue = [one for one in of["supervision"] if not is_over(one) and until_of(one) < UNTIL]
    opinions = [o for o in fresh if o.flow == "opinion" and o.state not in ("withdrawn", "joined")]
    desk = [one for one in kept if one.flow in ("question", "handover", "opinion")]
    first = ("answered", "taken", "assigned", "noted")
    open_ones = [one for one in cases if not is_over(one)]
    ended = [o for o in cases if o.flow in ("repair", "question") and is_over(o) and o.state != "withdrawn"]
    return {
        **counted(office, SINCE, UNTIL),
        "received": (len(fresh), 0),
        "waiting": (len(open_ones), 0),
        "late": (sum(map(is_late, open_ones)), 0),
        "silent": silent([one for one in ended if since_state(one) >= SINCE]),
        "supervision-done": (len(done), len(done) + len(overdue)),
        "supervision-late": (len(overdue), 0),
        "opinion-loop": (sum(o.state in ("answered", "closed", "unrated", "noted") for o in opinions), len(opinions)),
        "handling": within(of["handover"], timedelta(minutes=15), ("ended", "forgotten"), clock=True, start="taken"),
        "first-reply": within(desk, timedelta(minutes=15), first, clock=False),
        "answering": within([o for o in kept if o.flow == "question"], timedelta(hours=8), ("answered",), clock=False),
    }


def in_parts(office: Office, digest: Digest) -> dict[str, tuple[int, int]]:
    """The same as the answer to a question: every case read, a few at a time."""
    rules = office.service.rules
    with office.service.storage.reading() as work, pytest.MonkeyPatch.context() as patched:
        patched.setattr(parts, "PART", 7)
        found = make(replace(digest, wanted={"question": True}), rules, work).content.figures
    return {one.name: (one.hits, one.over) for one in found}


def silent(ended: list[Told]) -> tuple[int, int]:
    return sum(one.state in ("unconfirmed", "unrated") for one in ended), len(ended)


def test_every_figure_of_a_month_with_holidays_is_what_a_hand_count_says(office: Office) -> None:
    """Issue 6, done means: supervision with more time and without, opinions, requests, surveys with silence; counted
    weeks later, when much has been closed, extended and opened again since.
    """
    live(office, at("2026-11-01 12:00"), days=60, count=90)
    live_wide(office, at("2026-09-02 09:00"), at("2026-11-01 12:00"))
    digest = Digest(1, "monthly", "", SINCE, UNTIL, {}, (1,), UNTIL)
    with office.service.storage.reading() as work:
        content: dict[str, Any] = make(digest, office.service.rules, work).content.to_json()
    figures = {one["name"]: (one["hits"], one["over"]) for one in content["figures"]}
    assert figures == by_hand(office)
    assert in_parts(office, digest) == figures
    for name in ("supervision-late", "late", "waiting", "unrated"):
        assert figures[name][0] > 0, name
    for name in ("supervision-done", "opinion-loop", "handling", "first-reply", "satisfied", "reopened"):
        assert 0 < figures[name][0] < figures[name][1], name
    verbs = [verb for one in raw(office, UNTIL) for _, verb, _ in one.lines if one.flow == "supervision"]
    assert {"extend", "grant", "withdraw", "accept", "reopen"} <= set(verbs)
    assert "grant" in [v for o in raw(office, instant(2**51)) for t, v, _ in o.lines if t >= UNTIL]
