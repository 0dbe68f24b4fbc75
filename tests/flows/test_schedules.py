"""What is done at set times: how times are written, once whatever happens, holidays by declared policy (issue 6, 7)."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.check import problems
from bot.config import Config, LogConfig, OfficeConfig, ServerConfig, StorageConfig
from bot.cron import reckoning
from bot.rulebook import rulebook
from flows.calendar import Calendar, load_calendar, read_calendar
from flows.misfiled import Misfiled
from flows.schedules.times import Holiday, Times, read_at
from tests.office import Office

ZONE = ZoneInfo("Asia/Shanghai")
CALENDAR = load_calendar(None, ZONE)
REMINDER = """
[[schedule]]
name = "attendance"
what = "remind"
at = "{at}"
holiday = "{holiday}"
to = ["role:维修调度"]
text = "请报本周的考勤。"
"""


def here(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def after(at: str, since: str, holiday: str = "keep", calendar: Calendar = CALENDAR) -> str:
    written = read_at(at)
    times = Times(reckoning(ZONE)(written.line), written.asked or Holiday(holiday), ZONE, written.week)
    found = times.after(here(since), calendar)
    return f"{found.astimezone(ZONE):%Y-%m-%d %H:%M}" if found else ""


def by(office: Office, at: str = "每周五 17:00", holiday: str = "before") -> Path:
    """The office writes one reminder; returns its folder."""
    folder = office.writes()
    (folder / "schedules.toml").write_text(REMINDER.format(at=at, holiday=holiday), "utf-8")
    return folder


def reminders(office: Office) -> list[str]:
    return [seen.text for seen in office.person("zhou").all if seen.title == "定时提醒"]


@pytest.mark.parametrize(
    ("at", "since", "next_one"),
    [
        ("每周五 17:00", "2026-11-24 10:05", "2026-11-27 17:00"),
        ("0 17 * * fri", "2026-11-24 10:05", "2026-11-27 17:00"),
        ("0 17 * * FRI", "2026-11-27 17:00", "2026-12-04 17:00"),
        ("每星期一、三 9:00", "2026-11-24 10:05", "2026-11-25 09:00"),
        ("每周天 9：00", "2026-11-24 10:05", "2026-11-29 09:00"),
        ("每天 8:30", "2026-11-24 10:05", "2026-11-25 08:30"),
        ("每月1日 9:00", "2026-11-24 10:05", "2026-12-01 09:00"),
        ("每月31号 9:00", "2026-11-24 10:05", "2026-12-31 09:00"),
        ("每月最后一天 9:00", "2026-02-24 10:05", "2026-02-28 09:00"),
        ("每月最后一个工作日 16:00", "2026-10-01 10:05", "2026-10-30 16:00"),
        ("每月第一个工作日 9:00", "2026-09-30 10:00", "2026-10-08 09:00"),
        ("工作日 8:30", "2026-11-27 10:05", "2026-11-30 08:30"),
        ("工作日 8:30", "2026-09-30 10:05", "2026-10-08 08:30"),
        ("每年3月12日 9:00", "2026-11-24 10:05", "2027-03-12 09:00"),
    ],
)
def test_times_are_written_as_cron_or_as_people_say_them(at: str, since: str, next_one: str) -> None:
    """Issue 6, item 7."""
    assert after(at, since) == next_one


TERMS = """
[week]
monday = ["08:00-12:00"]
friday = ["08:00-12:00"]
[[term]]
name = "秋季学期"
from = 2026-08-31
until = 2027-01-16
[[term]]
name = "春季学期"
from = 2027-02-24
until = 2027-07-10
"""


@pytest.mark.parametrize(
    ("at", "since", "next_one"),
    [
        ("每学期第一周 9:00", "2026-08-01 10:00", "2026-08-31 09:00"),
        ("每学期开学第一周周五 17:00", "2026-08-01 10:00", "2026-09-04 17:00"),
        ("每学期第8周周五 9:00", "2026-08-01 10:00", "2026-10-23 09:00"),
        ("每学期第十周 9:00", "2026-11-24 10:00", "2027-04-26 09:00"),
        ("每学期开学第一周周五 17:00", "2026-09-05 10:00", "2027-02-26 17:00"),
        ("每学期第一周 9:00", "2026-09-01 10:00", "2027-02-22 09:00"),
        ("每学期第一周 9:00", "2027-03-01 10:00", ""),
    ],
)
def test_weeks_of_a_term_are_those_of_the_calendar(at: str, since: str, next_one: str) -> None:
    """Issue 6, item 7: counted from the week a term begins in; after the last term there is none."""
    calendar = read_calendar(TERMS, ZONE)
    assert after(at, since, calendar=calendar) == next_one


def test_a_calendar_without_terms_stops_what_goes_by_them(tmp_path: Path) -> None:
    """It would never come; the start stops, and check says what to write."""
    (tmp_path / "schedules.toml").write_text(REMINDER.format(at="每学期第一周 9:00", holiday="after"), "utf-8")
    text = (tmp_path / "schedules.toml").read_text("utf-8").replace('holiday = "after"\n', "")
    (tmp_path / "schedules.toml").write_text(text, "utf-8")
    storage = StorageConfig(f"sqlite:///{tmp_path / 'none.db'}", str(tmp_path / "files"))
    config = Config(ServerConfig(), storage, OfficeConfig(catalogue=tmp_path), LogConfig())
    with pytest.raises(Misfiled):
        rulebook(config)
    [told] = problems(config)
    assert told.startswith("schedules.toml:2：")
    assert "[[term]]" in told


@pytest.mark.parametrize(
    ("holiday", "next_one"),
    [
        ("keep", "2026-10-02 17:00"),
        ("before", "2026-09-30 17:00"),
        ("after", "2026-10-08 17:00"),
        ("skip", "2026-10-09 17:00"),
    ],
)
def test_a_holiday_moves_a_time_as_the_office_declared(holiday: str, next_one: str) -> None:
    """The Friday of the national holiday; 10 October is a working Saturday."""
    assert after("每周五 17:00", "2026-09-28 18:00", holiday) == next_one


def test_what_is_put_off_is_not_lost_behind_the_holiday() -> None:
    """Asked on the very day it was put off to, and after it."""
    assert after("每周五 17:00", "2026-10-08 09:00", "after") == "2026-10-08 17:00"
    assert after("每周五 17:00", "2026-10-08 17:00", "after") == "2026-10-09 17:00"


@pytest.mark.parametrize(
    "at",
    ["每周五", "周五 17:00", "0 17 * * 5", "0 17 * * 1-5", "0 17 1 * fri", "0 25 * * *", "0 17 * * fri#2", "五点", ""],
)
def test_what_cannot_be_read_says_the_right_form(at: str, tmp_path: Path) -> None:
    """A number of a weekday means another day in every cron; the start stops, and check says what would be right."""
    (tmp_path / "schedules.toml").write_text("\n# ours\n" + REMINDER.format(at=at, holiday="keep"), "utf-8")
    storage = StorageConfig(f"sqlite:///{tmp_path / 'none.db'}", str(tmp_path / "files"))
    config = Config(ServerConfig(), storage, OfficeConfig(catalogue=tmp_path), LogConfig())
    with pytest.raises(Misfiled):
        rulebook(config)
    [told] = problems(config)
    assert told.startswith("schedules.toml:4：")
    if at:
        assert "attendance" in told
        assert "每周五 17:00" in told


@pytest.mark.parametrize(
    ("written", "words"),
    [
        (REMINDER.format(at="每天 8:30", holiday="later"), "before（提前）"),
        (REMINDER.format(at="工作日 8:30", holiday="after"), "不用写 holiday"),
        (REMINDER.format(at="0 9 30 feb *", holiday="keep"), "永远不会到"),
        (REMINDER.format(at="每天 8:30", holiday="keep").replace("remind", "remindd"), "可以是 "),
        (REMINDER.format(at="每天 8:30", holiday="keep").replace("role:", "boss:"), "不能指人"),
        (REMINDER.format(at="每天 8:30", holiday="keep").replace("text", "txt"), "是不是想写「text」"),
        (REMINDER.format(at="每天 8:30", holiday="keep") * 2, "请换一个"),
    ],
)
def test_every_other_slip_is_told_too(written: str, words: str, tmp_path: Path) -> None:
    """Policies, jobs, options, names."""
    (tmp_path / "schedules.toml").write_text(written, "utf-8")
    storage = StorageConfig(f"sqlite:///{tmp_path / 'none.db'}", str(tmp_path / "files"))
    [told] = problems(Config(ServerConfig(), storage, OfficeConfig(catalogue=tmp_path), LogConfig()))
    assert words in told


def test_it_is_done_in_time_and_again_the_week_after(office: Office) -> None:
    """Durable: a restart in between changes nothing."""
    by(office)
    office.restarts()
    office.passes(seconds=1)
    office.passes(days=3, hours=6, minutes=54)
    assert reminders(office) == []
    office.restarts()
    office.passes(minutes=2)
    assert len(reminders(office)) == 1
    office.restarts()
    office.passes(minutes=20)
    assert len(reminders(office)) == 1
    office.passes(days=7)
    assert len(reminders(office)) == 2


def test_what_was_missed_is_made_up_once_and_says_so(office: Office) -> None:
    """Down for three weeks: one run, for the newest, named as late."""
    by(office)
    office.restarts()
    office.passes(seconds=1)
    office.stop()
    office.clock.advance(timedelta(days=20))
    office.start()
    office.passes(seconds=1)
    office.passes(minutes=11)
    [told] = reminders(office)
    assert "本应在 12月11日周五 17:00 发出" in told


def test_a_changed_rule_is_in_force_from_its_next_time_on(school: Office) -> None:
    """Set anew when the rules are read again; a rule taken away is not waited for any more."""
    folder = by(school)
    school.restarts()
    school.passes(seconds=1)
    by(school, "每天 12:00")
    school.rereads()
    school.passes(hours=2)
    assert len(reminders(school)) == 1
    (folder / "schedules.toml").write_text("", "utf-8")
    school.rereads()
    school.passes(days=7)
    assert len(reminders(school)) == 1
    with school.service.storage.reading() as work:
        assert work.timers.kind("schedule") == []


def test_two_processes_do_it_once(office: Office) -> None:
    """Both set it up and both tick; whoever comes second finds it done."""
    by(office)
    office.restarts()
    office.passes(seconds=1)
    first = office.service
    office.clock.advance(timedelta(days=3, hours=6, minutes=56))
    with first.storage.work() as work:
        [subject] = work.timers.kind("schedule")
        [timer] = work.timers.of(subject)
    office.run(first.tick())
    office.settles()
    with first.storage.work() as work:
        work.timers.set(subject, timer.name, timer.due_at)
    office.passes(seconds=1)
    assert len(reminders(office)) == 1
