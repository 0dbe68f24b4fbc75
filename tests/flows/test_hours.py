"""Office hours: when somebody is there (B12)."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.hours import Hours, read_hours
from flows.misfiled import Misfiled

ZONE = ZoneInfo("Asia/Shanghai")
SHIPPED = Hours.read(None, ZONE)


def at(text: str) -> datetime:
    """An instant on the campus."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        ("2026-11-24T07:59", "2026-11-24T08:00"),
        ("2026-11-24T08:00", "2026-11-24T08:00"),
        ("2026-11-24T12:00", "2026-11-24T14:00"),
        ("2026-11-24T17:30", "2026-11-25T08:00"),
        ("2026-11-27T17:30", "2026-11-30T08:00"),
        ("2026-11-29T23:59", "2026-11-30T08:00"),
    ],
)
def test_the_next_opening(now: str, opens: str) -> None:
    """B12: at noon, in the evening, over the weekend."""
    assert SHIPPED.next_opening(at(now)) == at(opens)
    assert SHIPPED.is_open(at(now)) is (now == opens)


@given(st.integers(0, 366 * 24 * 3600))
def test_it_is_open_at_the_next_opening(seconds: int) -> None:
    """Whatever the instant, and never before it."""
    now = at("2026-01-01T00:00") + timedelta(seconds=seconds)
    opens = SHIPPED.next_opening(now)
    assert opens >= now
    assert SHIPPED.is_open(opens)


def test_once_a_week_is_enough() -> None:
    """From the end of the only span to the same day next week."""
    hours = read_hours('sunday = ["22:00-24:00"]', ZONE)
    assert hours.next_opening(at("2026-11-30T00:00")) == at("2026-12-06T22:00")


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("", "no_hours"),
        ("monday = []", "no_hours"),
        ('mondya = ["08:00-12:00"]', "unknown_key"),
        ('monday = "08:00-12:00"', "bad_span"),
        ('monday = ["8-12"]', "bad_span"),
        ('monday = ["12:00-08:00"]', "bad_span"),
        ('monday = ["08:00-12:00", "11:00-14:00"]', "spans_overlap"),
        ("monday = [", "not_toml"),
    ],
)
def test_hours_that_cannot_be(source: str, problem: str) -> None:
    """What is wrong is named."""
    with pytest.raises(Misfiled) as error:
        read_hours(source, ZONE)
    assert error.value.problem == problem


def test_an_office_has_its_own(tmp_path: Path) -> None:
    """Its file replaces ours as a whole."""
    (tmp_path / "hours.toml").write_text('saturday = ["09:00-10:00"]', "utf-8")
    assert Hours.read(tmp_path, ZONE).is_open(at("2026-11-28T09:30"))
    assert not Hours.read(tmp_path, ZONE).is_open(at("2026-11-24T09:30"))
