"""The calendar: when the office works (F1-F3), and how working time adds up."""

from __future__ import annotations

import tomllib
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.check import misfiled
from flows.calendar import Calendar, Kind, load_calendar, read_calendar
from flows.misfiled import Misfiled
from tests.flows.calendars import ALL, ALWAYS, SHIPPED, TEACHING, ZONE, at

DOCS = Path(__file__).parents[2] / "docs"
HOLIDAYS = tomllib.loads(Path(__file__).with_name("holidays.toml").read_text("utf-8"))
DAY, ZERO = timedelta(days=1), timedelta(0)


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        ("2026-11-24T07:59", "2026-11-24T08:00"),
        ("2026-11-24T08:00", "2026-11-24T08:00"),
        ("2026-11-24T12:00", "2026-11-24T14:00"),
        ("2026-11-24T17:30", "2026-11-25T08:00"),
        ("2026-11-27T17:30", "2026-11-30T08:00"),
        ("2026-11-29T23:59", "2026-11-30T08:00"),
        ("2026-09-30T17:30", "2026-10-08T08:00"),
        ("2026-09-19T12:00", "2026-09-20T08:00"),
    ],
)
def test_the_next_opening(now: str, opens: str) -> None:
    """F1 (CW 14009), B12: at noon, in the evening, over a weekend, a holiday; F2: a make-up Sunday is working."""
    assert SHIPPED.next_working(at(now)) == at(opens)
    assert SHIPPED.is_working(at(now)) is (now == opens)


@pytest.mark.parametrize("year", [2024, 2025, 2026])
def test_every_day_of_the_published_years(year: int) -> None:
    """F2 (GLPI 467): weekdays but for days off, and the make-up days with a weekday's hours, as the notices say."""
    table = HOLIDAYS[str(year)]
    off = {first + DAY * n for first, last in table["off"] for n in range((last - first).days + 1)}
    for number in range((date(year + 1, 1, 1) - date(year, 1, 1)).days):
        day = date(year, 1, 1) + DAY * number
        wanted = day in table["work"] or (day.weekday() < 5 and day not in off)
        assert SHIPPED.works_on(day) is wanted, day
        assert SHIPPED.day(day).working == (timedelta(hours=7, minutes=30) if wanted else ZERO), day


@pytest.mark.parametrize(
    ("day", "kind", "name", "working"),
    [
        ("2026-10-01", Kind.HOLIDAY, "国庆节", "0:00:00"),
        ("2026-10-10", Kind.MAKE_UP, "国庆节", "6:00:00"),
        ("2026-10-15", Kind.CLOSED, "校庆", "0:00:00"),
        ("2026-10-17", Kind.MAKE_UP, "校庆", "7:30:00"),
        ("2026-05-08", Kind.ORDINARY, "", "6:00:00"),
        ("2026-05-07", Kind.ORDINARY, "", "7:30:00"),
        ("2026-02-10", Kind.VACATION, "寒假", "0:00:00"),
        ("2026-02-14", Kind.VACATION, "寒假", "0:00:00"),
        ("2026-07-21", Kind.ORDINARY, "暑假", "2:00:00"),
        ("2026-07-22", Kind.VACATION, "暑假", "0:00:00"),
        ("2026-07-19", Kind.MAKE_UP, "招生咨询", "3:00:00"),
        ("2026-11-28", Kind.REST, "", "0:00:00"),
    ],
)
def test_the_office_s_own_days(day: str, kind: Kind, name: str, working: str) -> None:
    """F1, F2, F3: own closings and make-up days, vacations with and without hours, the hours of a season."""
    found = TEACHING.day(date.fromisoformat(day))
    assert (found.kind, found.name, str(found.working)) == (kind, name, working)


def test_the_day_and_night_calendar() -> None:
    """F3: for what is urgent every hour counts."""
    start = at("2026-09-30T23:00")
    assert ALWAYS.after(start, timedelta(hours=8)).at == at("2026-10-01T07:00")
    assert ALWAYS.is_working(start)
    assert ALWAYS.end_of_days(start, 2) == at("2026-10-02T23:00")


def test_the_season_decides_when_the_day_ends() -> None:
    """F3: on the last of September until 18:00, on the first working day of October until 17:30."""
    assert TEACHING.end_of_days(at("2026-09-29T10:00"), 1) == at("2026-09-30T18:00")
    assert TEACHING.end_of_days(at("2026-09-29T10:00"), 2) == at("2026-10-08T17:30")
    assert TEACHING.plan is not None
    assert TEACHING.plan.term(date(2026, 10, 9)) == "2026 年秋季学期"


def test_a_year_that_is_not_announced() -> None:
    """F2: weekdays count, the day knows that it is a guess, and from 1 November on somebody is told."""
    day = SHIPPED.day(date(2027, 10, 1))
    assert (day.kind, day.known) == (Kind.ORDINARY, False)
    assert SHIPPED.day(date(2026, 10, 9)).known
    assert SHIPPED.missing(at("2026-10-31T23:59")) == []
    assert SHIPPED.missing(at("2026-11-01T00:00")) == [2027]
    assert SHIPPED.missing(at("2027-01-01T00:00")) == [2027]


NEW_YEAR = '[[notice]]\nyear = 2027\nholiday = [{ name = "x", from = 2027-01-01, until = 2027-01-03,'
BOTH_WAYS = " make_up = [2027-01-02] }]"
VACATION = '[[vacation]]\nname = "x"\nfrom = 2026-01-01\nuntil = 2026-02-01\n'
NOTICE = """
[[notice]]
year   = 2027
source = "国办发明电"
holiday = [
  { name = "元旦", from = 2027-01-01, until = 2027-01-03 },
  { name = "春节", from = 2027-02-05, until = 2027-02-12, make_up = [2027-01-31, 2027-02-13] },
]
"""


def test_the_yearly_notice_can_be_written_before_the_package_has_it() -> None:
    """F2, F9: a year in the office's own file is known as a whole."""
    own = read_calendar(NOTICE, ZONE)
    assert own.missing(at("2026-12-01T00:00")) == []
    assert own.day(date(2027, 2, 5)).name == "春节"
    assert own.works_on(date(2027, 1, 31))
    assert own.day(date(2027, 10, 1)).known
    assert own.digest != SHIPPED.digest


def test_an_own_notice_replaces_the_year_of_the_package() -> None:
    """F9: a late change of a year that is known already."""
    own = read_calendar(NOTICE.replace("2027", "2026"), ZONE)
    assert own.works_on(date(2026, 10, 1))
    assert not own.works_on(date(2026, 2, 5))


@given(st.sampled_from(ALL), st.integers(0, 3 * 365 * 24 * 60), st.integers(1, 60 * 200), st.integers(1, 60 * 200))
def test_working_time_adds_up(calendar: Calendar, minute: int, one: int, other: int) -> None:
    """F1: monotone, additive, the inverse of counting, and independent of how a span is split."""
    start = at("2024-06-01T00:00") + timedelta(minutes=minute)
    first, second = timedelta(minutes=one), timedelta(minutes=other)
    due = calendar.after(start, first + second)
    half = calendar.after(start, first)
    assert start <= half.at <= due.at
    assert calendar.after(half.at, second).at == due.at
    assert calendar.between(start, due.at) == first + second
    assert calendar.between(start, half.at) + calendar.between(half.at, due.at) == first + second
    assert calendar.after(start + timedelta(minutes=1), first + second).at >= due.at
    if due.days:
        assert sum((day.working for day in due.days), ZERO) == first + second


@given(st.sampled_from(ALL), st.integers(0, 3 * 365 * 24 * 60), st.integers(0, 60 * 24 * 30))
def test_counting_between_two_instants(calendar: Calendar, minute: int, more: int) -> None:
    """F1: never more than passed; the earliest instant with so much is not after the later one."""
    start = at("2024-06-01T00:00") + timedelta(minutes=minute)
    end = start + timedelta(minutes=more)
    passed = calendar.between(start, end)
    assert ZERO <= passed <= end - start
    assert calendar.after(start, passed).at <= end
    assert not more or calendar.between(end, start) == ZERO


@given(st.sampled_from(ALL), st.integers(0, 3 * 365 * 24 * 3600))
def test_it_is_open_at_the_next_opening(calendar: Calendar, seconds: int) -> None:
    """F6: whatever the instant, never before it, and nothing is missed on the way."""
    now = at("2024-06-01T00:00") + timedelta(seconds=seconds)
    opens = calendar.next_working(now)
    assert opens >= now
    assert calendar.is_working(opens)
    assert calendar.between(now, opens) == ZERO


def test_a_night_of_23_hours() -> None:
    """F1: a zone that puts its clocks forward; hours are hours, not figures on a dial."""
    zone = ZoneInfo("America/New_York")
    calendar = read_calendar('[week]\nsunday = ["00:00-24:00"]', zone)
    assert calendar.day(date(2026, 3, 8)).working == timedelta(hours=23)
    assert calendar.day(date(2026, 11, 1)).working == timedelta(hours=25)
    start = datetime(2026, 3, 8, tzinfo=zone)
    assert calendar.after(start, timedelta(hours=3)).at == start.astimezone(ZONE) + timedelta(hours=3)


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("[week]", "no_hours"),
        ("[week]\nmonday = []", "no_hours"),
        ('[week]\nmondya = ["08:00-12:00"]', "unknown_key"),
        ('[week]\nmonday = "08:00-12:00"', "bad_span"),
        ('[week]\nmonday = ["8-12"]', "bad_span"),
        ('[week]\nmonday = ["12:00-08:00"]', "bad_span"),
        ('[week]\nmonday = ["08:00-12:00", "11:00-14:00"]', "spans_overlap"),
        ("[week", "not_toml"),
        ("week = 1", "missing_key"),
        ("holiday = 1", "unknown_key"),
        ('like = "someday"', "bad_weekday"),
        ("closed = 1", "not_tables"),
        ("closed = [1]", "not_tables"),
        ("[[closed]]\nday = 2026-10-15", "missing_key"),
        ('[[closed]]\nname = "x"\nday = "2026-10-15"', "bad_date"),
        ('[[closed]]\nname = "x"\nday = 9999-10-15', "bad_date"),
        ('[[closed]]\nname = "x"\nfrom = 2026-10-15\nuntil = 2026-10-14', "ends_first"),
        ('[[vacation]]\nname = "x"\nfrom = 2026-10-15\nuntil = 2026-10-14', "ends_first"),
        ('[[vacation]]\nname = "x"\nfrom = "01-01"\nuntil = "02-01"', "bad_date"),
        ('[[timetable]]\nname = "x"\nfrom = "01-01"\nuntil = 2026-02-01\nmonday = ["08:00-12:00"]', "mixed_ends"),
        ('[[timetable]]\nname = "x"\nfrom = "01-01"\nuntil = "02-01"', "no_hours"),
        ('[[timetable]]\nname = "x"\nfrom = "01-01"\nuntil = "12-31"\nmonday = []', "no_hours"),
        ("[[make_up]]\nday = 2026-10-17\nhours = []", "bad_make_up"),
        ('[[make_up]]\nday = 2026-10-17\nlike = "monday"\nhours = ["08:00-12:00"]', "bad_make_up"),
        ('[[notice]]\nyear = "2027"', "bad_year"),
        ("[[notice]]\nyear = 2027", "missing_key"),
        ('[[notice]]\nyear = 2027\nholiday = [{ name = "x", day = 2027-01-01 }]', "unknown_key"),
        ('[[notice]]\nyear = 2027\nholiday = [{ name = "x", from = 2026-01-01, until = 2026-01-02 }]', "other_year"),
        (f"{NEW_YEAR}{BOTH_WAYS}", "both_ways"),
        (f"{VACATION}{VACATION}", "periods_overlap"),
    ],
)
def test_a_calendar_that_cannot_be(source: str, problem: str) -> None:
    """F1, F3: what is wrong is named, and there is a sentence for it."""
    with pytest.raises(Misfiled) as error:
        read_calendar(source, ZONE)
    assert error.value.problem == problem
    assert "calendar.toml" in misfiled(error.value)


def test_an_office_has_its_own(tmp_path: Path) -> None:
    """F1: its hours replace ours as a whole."""
    file = tmp_path / "calendar.toml"
    file.write_text('[week]\nsaturday = ["09:00-10:00"]', "utf-8")
    own = load_calendar(file, ZONE)
    assert own.is_working(at("2026-11-28T09:30"))
    assert not own.is_working(at("2026-11-24T09:30"))


def test_the_worked_example_of_the_documents() -> None:
    """F3: what docs/writing-a-calendar.md shows is a calendar, and the day it counts out is right."""
    page = (DOCS / "writing-a-calendar.md").read_text("utf-8")
    example = page.partition("## 一份完整的例子")[2].partition("```toml\n")[2].partition("```")[0]
    calendar = read_calendar(example, ZONE)
    assert calendar.day(date(2026, 10, 16)).name == "校庆"
    assert calendar.after(at("2026-09-18T16:00"), timedelta(hours=9, minutes=30)).at == at("2026-09-20T18:00")
