"""Reminders without noise: seldom, together, not at night, on the other platform only when unread (A9)."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.config import Config, RemindersConfig
from flows.nudging import Reminding, read_quiet
from flows.repair import Repair
from tests.both import BothOffice
from tests.flows.reports import report
from tests.flows.test_time_stories import CLOCK, REPAIR, titles, waits_until
from tests.office import Office

OFTEN = REPAIR.replace(CLOCK, CLOCK + "\nlevels = { respond = [{ part = 55 }, { part = 60 }] }")
ZONE = ZoneInfo("Asia/Shanghai")
FIRST = datetime.fromisoformat("2026-01-01T00:00")


class Quiet(Office):
    """A school that reminds nobody at night."""

    def config(self) -> Config:
        return replace(super().config(), reminders=RemindersConfig(60, "22:00-07:00"))


@pytest.fixture
def quiet(empty_sqlite: Path, tmp_path: Path) -> Iterator[Quiet]:
    shutil.copy(empty_sqlite, tmp_path / "xiaoban.db")
    made = Quiet(f"sqlite:///{tmp_path / 'xiaoban.db'}", tmp_path)
    yield made
    made.close()


def test_what_is_due_at_once_is_one_reminder(office: Office) -> None:
    """A9: three jobs that wait are one message with a button each; behind it each is as it always was."""
    wu = office.person("wu")
    for userid, place in (("lin", "t3"), ("chen", "t1"), ("li", "library")):
        report(office, userid, at=place)
    before = len(wu.all)
    office.passes(hours=1)
    assert [seen.title for seen in wu.all[before:]] == ["有 3 件事在等"]
    assert "R-0001 还没有人接单\nR-0002 还没有人接单\nR-0003 还没有人接单" in wu.sees.text
    assert wu.sees.buttons == ["R-0001", "R-0002", "R-0003"]
    wu.presses("R-0002")
    assert wu.sees.buttons[0] == "接单"
    wu.presses("接单")
    assert office.case("R-0002").state == Repair.TAKEN
    wu.says("进度 R-0003")
    assert "R-0003" in wu.sees.title


def test_one_task_is_not_reminded_of_again_so_soon(office: Office) -> None:
    """A9: at half the limit, and not again six and twelve minutes later, also over a restart; whoever is told next is
    told all the same.
    """
    office.goes_by(repair=OFTEN)
    report(office)
    office.passes(hours=1)
    office.restarts()
    office.passes(minutes=6)
    office.passes(minutes=6)
    assert titles(office, "wu")[1:] == ["R-0001 还没有人接单"]
    office.passes(minutes=48)
    assert titles(office, "zhou") == ["R-0001 超过 2 小时没人接单"]


def test_a_reminder_of_one_case_is_closed_with_its_turn(quiet: Quiet) -> None:
    """A9, E1: also where a newer one has taken the place of another that still waited."""
    quiet.goes_by(repair=OFTEN)
    waits_until(quiet, "2026-11-24T21:20")
    report(quiet)
    waits_until(quiet, "2026-11-24T22:30")
    waits_until(quiet, "2026-11-24T22:40")
    quiet.person("zheng").says("接单 R-0001")
    waits_until(quiet, "2026-11-25T07:05")
    assert titles(quiet, "wu") == ["新报修 R-0001"]


def test_what_is_urgent_breaks_through(quiet: Quiet) -> None:
    """A9: no hour is too late for it."""
    quiet.goes_by(repair=OFTEN)
    waits_until(quiet, "2026-11-24T22:30")
    report(quiet, urgency="urgent")
    waits_until(quiet, "2026-11-25T00:31")
    assert "R-0001 超过 2 小时没人接单" in titles(quiet, "zhou")


def test_at_night_nobody_is_reminded_of_what_can_wait(quiet: Quiet) -> None:
    """A9: the job itself is shown at once, its reminder in the morning; nothing of what was taken meanwhile."""
    waits_until(quiet, "2026-11-24T21:20")
    for userid, place in (("lin", "t3"), ("chen", "t1"), ("li", "library")):
        report(quiet, userid, at=place)
    new = ["新报修 R-0001", "新报修 R-0002", "新报修 R-0003"]
    assert titles(quiet, "wu") == new
    waits_until(quiet, "2026-11-24T23:40")
    assert titles(quiet, "wu") == new
    assert titles(quiet, "zhou") == []
    quiet.person("zheng").says("接单 R-0002")
    waits_until(quiet, "2026-11-25T06:59")
    assert titles(quiet, "zhou") == []
    waits_until(quiet, "2026-11-25T07:00")
    assert titles(quiet, "zhou") == ["有 2 件事在等"]
    assert "R-0002" not in quiet.person("zhou").sees.text
    assert titles(quiet, "wu") == [*new, "有 2 件事在等"]


def test_the_other_platform_is_used_only_for_what_is_unread(both: BothOffice) -> None:
    """A9: who was not seen since the card came is reminded elsewhere; who was, where they are."""
    both.divides("zhou")
    both.passes(minutes=5)
    report(both)
    both.passes(minutes=30)
    both.person("zheng").says("几点了")
    both.passes(minutes=30)
    assert [seen.title for seen in both.on_wecom("wu").all] == ["R-0001 还没有人接单"]
    assert "R-0001 还没有人接单" not in titles(both, "wu")
    assert both.on_wecom("zheng").all == []
    assert "R-0001 还没有人接单" in titles(both, "zheng")


@given(
    st.datetimes(FIRST, FIRST.replace(year=2027)),
    st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    st.times().map(lambda at: at.replace(second=0, microsecond=0)),
)
def test_quiet_hours_end_when_they_say(now: datetime, begins: time, ends: time) -> None:
    """A9: never later than a day, never inside, and at once outside of them."""
    if begins == ends:
        return
    now = now.replace(tzinfo=UTC)
    found = Reminding(quiet=(begins, ends)).opens(now, ZONE)
    clock = now.astimezone(ZONE).time()
    inside = begins <= clock < ends if begins < ends else not ends <= clock < begins
    if not inside:
        assert found == now
        return
    assert found.astimezone(ZONE).time() == ends
    assert 0 < (found - now).total_seconds() <= 24 * 3600


@pytest.mark.parametrize("text", ["22:00", "22-7", "25:00-07:00", "22:00-22:00", "夜里"])
def test_hours_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        read_quiet(text)
