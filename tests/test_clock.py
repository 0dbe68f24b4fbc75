"""The clocks: one that runs, one that is moved, one that follows a file."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from bot.clock import Clock, FollowingClock, MovableClock, SystemClock

NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def ahead(clock: FollowingClock) -> timedelta:
    """How far a clock is ahead of the machine's, to the minute."""
    gap = clock.now() - SystemClock().now()
    return timedelta(minutes=round(gap / timedelta(minutes=1)))


@pytest.mark.parametrize("clock", [SystemClock(), MovableClock(NOON), FollowingClock(Path("nowhere"))])
def test_an_instant_is_aware_and_in_utc(clock: Clock) -> None:
    assert clock.now().utcoffset() == timedelta()


def test_a_movable_clock_stands_until_it_is_moved() -> None:
    clock = MovableClock(NOON)
    assert clock.now() == clock.now() == NOON
    clock.advance(HOUR)
    assert clock.now() == NOON + HOUR


def test_the_hands_can_be_turned_back() -> None:
    """F46."""
    clock = MovableClock(NOON)
    clock.set(NOON + HOUR)
    clock.advance(-2 * HOUR)
    assert clock.now() == NOON - HOUR


def test_a_movable_clock_set_in_the_campus_s_zone_answers_in_utc() -> None:
    clock = MovableClock(datetime(2027, 3, 1, 20, tzinfo=timezone(timedelta(hours=8))))
    assert clock.now() == NOON
    assert clock.now().tzinfo is UTC


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        MovableClock(datetime(2027, 3, 1))  # noqa: DTZ001


def test_a_following_clock_is_as_far_ahead_as_the_file_says(tmp_path: Path) -> None:
    file = tmp_path / "offset"
    clock = FollowingClock(file)
    assert ahead(clock) == timedelta()
    file.write_text("7200.0\n")
    assert ahead(clock) == 2 * HOUR
    file.write_text("-3600")
    assert ahead(clock) == -HOUR


@pytest.mark.parametrize("broken", ["", "72 00", "nan", "inf", "-inf", "1e300", "9" * 12, "\ufeff\x00"])
def test_an_unreadable_offset_leaves_the_last_one(tmp_path: Path, broken: str) -> None:
    file = tmp_path / "offset"
    file.write_text("7200")
    clock = FollowingClock(file)
    assert ahead(clock) == 2 * HOUR
    file.write_text(broken)
    assert ahead(clock) == 2 * HOUR
    file.unlink()
    assert ahead(clock) == 2 * HOUR
    file.write_text("3600")
    assert ahead(clock) == HOUR


def test_two_writes_with_one_time_stamp_are_both_seen(tmp_path: Path) -> None:
    file, other = tmp_path / "offset", tmp_path / "draft"
    file.write_text("7200")
    clock = FollowingClock(file)
    assert ahead(clock) == 2 * HOUR
    stamp = file.stat().st_mtime_ns
    other.write_text("3600")
    os.utime(other, ns=(stamp, stamp))
    other.replace(file)
    assert ahead(clock) == HOUR


def test_an_unchanged_file_is_not_read_again(tmp_path: Path) -> None:
    file = tmp_path / "offset"
    file.write_text("7200")
    clock = FollowingClock(file)
    assert ahead(clock) == 2 * HOUR
    stamp = file.stat().st_mtime_ns
    with file.open("r+") as same:  # same file, same size, same stamp: only a reader would notice
        same.write("3600")
    os.utime(file, ns=(stamp, stamp))
    assert ahead(clock) == 2 * HOUR
