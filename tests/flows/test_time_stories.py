"""Stories of working time: limits, levels, pauses, quiet nights, late notices (F1, F3-F6, F8, F9)."""

from __future__ import annotations

from datetime import datetime

from flows.catalogue import SHIPPED
from flows.repair import Repair
from storage.trail import OFFICE, case_subject
from tests.flows.calendars import ZONE, at
from tests.flows.reports import report
from tests.flows.test_approval import apply
from tests.office import Office
from tests.service.doors import opened

REPAIR = (SHIPPED / "repair.toml").read_text("utf-8")
CLOCK = 'limits = { respond = "2h", finish = "2d", confirm = "7d" }'
SEAL = (
    (SHIPPED / "seal.toml")
    .read_text("utf-8")
    .replace('after = "1 工作日", reminders = 2', 'after = "2 工作日", reminders = 1')
)
WORKING = REPAIR.replace(CLOCK, 'limits = { respond = "4 工作小时", finish = "2 工作日", confirm = "5 工作日" }')
LEVELS = (
    WORKING
    + """
[levels]
respond = [{ part = 75 }, { part = 150, tell = "role:维修调度" }]
finish  = [{ part = 80 }, { part = 200, tell = "person:赵国栋" }]
"""
)


def waits_until(office: Office, moment: str) -> None:
    """Let time pass until an instant on the campus."""
    office.passes(seconds=(at(moment) - office.clock.now()).total_seconds())


def timers(office: Office, number: str = "R-0001") -> dict[str, datetime]:
    """What waits for a case, by name without its version."""
    with office.service.storage.reading() as work:
        pending = work.timers.of(case_subject(office.case(number).id))
    return {timer.name.partition("@")[0]: timer.due_at.astimezone(ZONE) for timer in pending}


def titles(office: Office, userid: str) -> list[str]:
    """What somebody was told."""
    return [seen.title for seen in office.person(userid).all]


def test_the_shipped_limits_go_by_the_clock(school: Office) -> None:
    """F1: a matter that says 2h means two hours, at night and at noon as well."""
    report(school)
    assert timers(school)["unanswered"] == at("2026-11-24T12:05")
    assert timers(school)["halfway"] == at("2026-11-24T11:05")


def test_a_limit_in_working_hours(office: Office) -> None:
    """F1, F5: from 10:05, noon not counted; a reminder at half, the dispatcher at the end, both in working time."""
    office.goes_by(repair=WORKING)
    report(office)
    assert timers(office) == {
        "halfway": at("2026-11-24T14:05"),
        "unanswered": at("2026-11-24T16:05"),
        **{name: when for name, when in timers(office).items() if name == "silent"},
    }
    waits_until(office, "2026-11-24T14:04")
    assert not any("还没有人接单" in title for title in titles(office, "wu"))
    waits_until(office, "2026-11-24T16:05")
    assert "R-0001 超过 4 小时工作时间没人接单" in titles(office, "zhou")


def test_each_clock_has_its_warning_and_its_levels(school: Office) -> None:
    """F5: response and resolution apart: at 75 % the crew, past it the dispatcher again, as the matter lists them."""
    school.goes_by(repair=LEVELS)
    report(school)
    waits_until(school, "2026-11-24T15:05")
    assert "R-0001 的接手时限用了 75%" in titles(school, "wu")
    waits_until(school, "2026-11-25T08:35")
    assert "R-0001 的接手时限超了，已用 150%" in titles(school, "zhou")
    school.person("wu").presses("接单")
    pending = timers(school)
    assert "level.respond.150" not in pending
    assert pending["unfinished"] == at("2026-11-30T08:00")
    assert pending["level.finish.80"] == at("2026-11-27T11:07")
    waits_until(school, "2026-11-27T14:00")
    assert "R-0001 的办完时限用了 80%" in titles(school, "wu")


def test_ordinary_reminders_wait_for_the_morning(school: Office) -> None:
    """F6 (Zammad 4432, GLPI 15569): due at the end of the day, told when somebody is there."""
    school.goes_by(repair=WORKING)
    waits_until(school, "2026-11-27T13:30")
    report(school)
    assert timers(school)["halfway"] == at("2026-11-27T16:00")
    assert timers(school)["unanswered"] == at("2026-11-30T08:30")
    waits_until(school, "2026-11-29T23:00")
    assert not any("没人接单" in title for title in titles(school, "zhou"))
    waits_until(school, "2026-11-30T08:30")
    assert any("没人接单" in title for title in titles(school, "zhou"))


def test_limits_of_the_clock_may_be_quiet_at_night(school: Office) -> None:
    """F6: with `remind = "working"` a limit by the clock runs at night, and is told in the morning."""
    school.goes_by(repair=REPAIR.replace(CLOCK, CLOCK + '\nremind = "working"'))
    waits_until(school, "2026-11-24T21:00")
    report(school)
    assert timers(school)["unanswered"] == at("2026-11-25T08:00")


def test_what_is_urgent_breaks_through(school: Office) -> None:
    """F6, F3: the same limit runs day and night for an urgent case, and is told at once."""
    school.goes_by(repair=WORKING)
    waits_until(school, "2026-11-28T21:00")
    report(school, urgency="urgent")
    waits_until(school, "2026-11-29T01:00")
    assert any("没人接单" in title for title in titles(school, "zhou"))


def test_an_urgent_case_has_its_own_limit(school: Office) -> None:
    """F3: thirty minutes instead of four working hours."""
    school.goes_by(repair=WORKING.replace('"urgent" }\n', '"urgent" }\nlimits = { respond = "30m" }\n'))
    waits_until(school, "2026-11-28T21:00")
    report(school, urgency="urgent")
    assert timers(school)["unanswered"] == at("2026-11-28T21:30")
    school.passes(minutes=30)
    assert any(title == "R-0001 超过 30 分钟没人接单" for title in titles(school, "zhou"))


def test_waiting_for_parts_stops_the_clock(office: Office) -> None:
    """F4 (FH 1554): three days for a part do not count; what was left runs on, and everybody hears why."""
    wu, lin = office.person("wu"), office.person("lin")
    report(office)
    wu.presses("接单")
    office.passes(days=1)
    wu.presses("先等等")
    wu.presses("等配件")
    assert office.case().state == Repair.HELD
    assert "等配件" in lin.saw("先等一等").text
    assert timers(office) == {}
    office.passes(days=3)
    assert not any("还没有修好" in title for title in titles(office, "wu"))
    wu.presses("接着修")
    assert lin.sees.title == "R-0001 接着修了"
    assert timers(office)["unfinished"] == at("2026-11-29T10:05")
    office.passes(days=1)
    assert any("还没有修好" in title for title in titles(office, "wu"))


def test_a_pause_after_the_limit_tells_nobody_twice(school: Office) -> None:
    """F4, F5: it was late before it waited; going on is no second escalation."""
    wu = school.person("wu")
    report(school)
    wu.presses("接单")
    school.passes(days=2)
    wu.presses("先等等")
    wu.presses("等配件")
    school.passes(days=1)
    wu.presses("接着修")
    school.passes(days=1)
    assert sum("还没有修好" in title for title in titles(school, "zhou")) == 1


def test_why_it_is_due_when_it_is(school: Office) -> None:
    """F8: in one sentence in the chat, and step by step on the case's page."""
    school.goes_by(repair=WORKING)
    waits_until(school, "2026-11-27T16:00")
    report(school)
    zhou = school.person("zhou")
    zhou.says("进度 R-0001")
    assert "接手时限：周一 10:30 到期：周五 16:00 受理，限 4 小时工作时间（周末不计）。" in zhou.sees.text
    page = opened(school, "/workbench/cases/R-0001", of="zhou").text
    assert "周五 16:00 受理，当日计 1.5 小时；周六、周日休息不计；周一计 2.5 小时；到 周一 10:30 到期。" in page


LATE = """
[[closed]]
name = "校庆"
day  = 2026-11-25
"""


def test_a_late_notice_re_dates_what_is_open(office: Office) -> None:
    """F9: a day off is announced the day before: timers move, and the office reads which limits are due when."""
    office.goes_by(repair=WORKING)
    waits_until(office, "2026-11-24T16:00")
    report(office)
    report(office, "chen", at="t4")
    before = timers(office)["unanswered"]
    assert before == at("2026-11-25T10:30")
    office.goes_by(calendar=LATE)
    office.passes(seconds=1)
    assert timers(office)["unanswered"] == at("2026-11-26T10:30")
    told = office.person("zhou").saw("校历改了").text
    assert "校历改了，2 件事的时限跟着改了" in told
    assert "R-0001 报修，接手：原 11月25日周三 10:30，改为 11月26日周四 10:30" in told
    with office.service.storage.reading() as work:
        assert [entry.verb for entry in work.trail.of(OFFICE)].count("redated") == 1
    office.restarts()
    office.passes(seconds=1)
    assert sum("校历改了" in title for title in titles(office, "zhou")) == 1


def test_a_make_up_day_brings_things_forward(school: Office) -> None:
    """F9, F2: the Saturday becomes a working day; what was due on Monday is due then, and is told of then."""
    school.goes_by(repair=WORKING)
    waits_until(school, "2026-11-27T16:00")
    report(school)
    school.goes_by(calendar='[[make_up]]\nday = 2026-11-28\nlike = "friday"')
    school.passes(seconds=1)
    assert timers(school)["unanswered"] == at("2026-11-28T10:30")
    waits_until(school, "2026-11-28T10:30")
    assert any("没人接单" in title for title in titles(school, "zhou"))


def test_the_calendar_is_read_again_while_it_runs(school: Office) -> None:
    """F9: as SIGHUP does; a file that cannot be read changes nothing."""
    school.goes_by(calendar='[week]\nmonday = ["08:00-13:00"]', repair=WORKING)
    report(school)
    assert timers(school)["unanswered"] == at("2026-11-30T12:00")
    assert school.own.calendar is not None
    school.own.calendar.write_text("[week", "utf-8")
    school.rereads()
    assert timers(school)["unanswered"].date().isoformat() == "2026-11-30"
    school.own.calendar.write_text('[week]\ntuesday = ["08:00-12:00", "14:00-18:00"]', "utf-8")
    school.rereads()
    assert timers(school)["unanswered"] == at("2026-11-24T16:05")


def test_the_first_start_is_no_change(school: Office) -> None:
    """F9: nothing to compare with, nobody is told."""
    report(school)
    school.passes(seconds=1)
    school.restarts()
    school.passes(seconds=1)
    assert not any("校历" in title for title in titles(school, "zhou"))


def test_a_stage_of_a_request_counts_working_days(school: Office) -> None:
    """F1, F6, F8, F9: two working days over a weekend, explained by stage, re-dated by a late notice."""
    school.goes_by(seal=SEAL)
    waits_until(school, "2026-11-27T16:00")
    number = apply(school)
    page = opened(school, f"/workbench/cases/{number}", of="zhao").text
    assert "部门负责人" in page
    assert "周五 16:00 受理，当日不计；周六、周日休息不计；周一、周二是 2 个工作日；到 周二 17:30 到期。" in page
    assert timers(school, number)["alarm"] == at("2026-11-30T16:45")
    school.goes_by(calendar=LATE.replace("2026-11-25", "2026-11-30"))
    school.passes(seconds=1)
    assert timers(school, number)["alarm"] == at("2026-12-01T16:45")
    assert "S-0001" in school.person("zhou").saw("校历改了").text
