"""A late calendar and deadlines in working days: they move, the first date stays visible, people are told (I2, F9)."""

from __future__ import annotations

from datetime import timedelta

from flows.indicators.lateness import Lateness
from flows.indicators.reckoning import histories_of
from flows.supervision import Supervision
from tests.flows.calendars import ZONE
from tests.flows.test_supervision import NUMBER, acknowledged, answers
from tests.flows.test_time_stories import titles, waits_until
from tests.office import Office

CLOSED = '[[closed]]\nname = "校庆"\nday = 2026-12-07\n[[closed]]\nname = "校庆"\nday = 2026-12-08\n'
MORE = CLOSED + '[[closed]]\nname = "停电"\nday = 2026-12-09\n'
MOVED = f"{NUMBER} 期限有变"


def announced(office: Office, calendar: str) -> None:
    """The office writes late that it is closed; until now it went by the calendar that ships."""
    office.passes(seconds=1)
    office.goes_by(calendar=calendar)
    office.passes(seconds=1)


def test_working_days_move_with_the_calendar(office: Office) -> None:
    """I2, F9: ten working days stay ten; the units, who asked and the office hear it, each once."""
    acknowledged(office)
    announced(office, CLOSED)
    for who in ("liu", "pan", "shen"):
        assert titles(office, who).count(MOVED) == 1, who
    told = office.person("liu").saw("期限有变").text
    assert "12月10日周四 17:30（原定 12月8日周二 17:30，工作日有调整）" in told
    office.restarts()
    office.passes(minutes=5)
    assert titles(office, "liu").count(MOVED) == 1
    waits_until(office, "2026-12-09T10:00")
    assert f"{NUMBER} 已转红色" not in titles(office, "fang")
    waits_until(office, "2026-12-11T09:00")
    assert f"{NUMBER} 已转红色" in titles(office, "fang")


def test_the_office_reads_it_among_what_is_due_elsewhere(school: Office) -> None:
    """F9: like every other limit that a late notice moves."""
    acknowledged(school)
    announced(school, CLOSED)
    told = school.person("zhao").saw(NUMBER).text
    assert "办结" in told
    assert "12月8日" in told
    assert "12月10日" in told


def test_a_day_that_was_named_stays(school: Office) -> None:
    """I2: only what is left of it is counted anew."""
    acknowledged(school, "督办 12月8日前完成东区路灯改造，后勤处牵头")
    announced(school, CLOSED)
    liu = school.person("liu")
    assert MOVED not in titles(school, "liu")
    liu.says(NUMBER)
    assert "期限：12月8日周二 17:30\n" in liu.sees.text + "\n"


def test_more_time_in_working_days_moves_too(school: Office) -> None:
    """I2, F9: the extension that was granted counts, and how often it was extended does not change."""
    shen, liu = acknowledged(school, "督办 三个工作日内完成东区路灯改造，后勤处牵头")
    liu.presses("申请延期")
    answers(liu, "两周内", "灯杆到货晚")
    shen.presses("准予延期")
    assert "12月8日周二 17:30（原定 11月27日周五 17:30，延期 1 次）" in liu.saw("已延期").text
    announced(school, CLOSED)
    assert "12月10日周四 17:30（原定 11月27日周五 17:30，延期 1 次）" in liu.saw("期限有变").text


def test_who_was_called_is_called_again_only_when_it_is_time(school: Office) -> None:
    """I3, F9: a colour that lies ahead again comes again; one that is past does not."""
    acknowledged(school)
    yellow, orange = f"{NUMBER} 已转黄色", f"{NUMBER} 已转橙色"
    waits_until(school, "2026-12-07T17:00")
    announced(school, '[[closed]]\nname = "停电"\nday = 2026-12-08\n')
    school.passes(minutes=5)
    assert [titles(school, "liu").count(yellow), titles(school, "gu").count(orange)] == [1, 1]
    announced(school, MORE)
    assert titles(school, "liu").count(MOVED) == 2
    assert "12月11日周五 17:30" in school.person("liu").saw("期限有变").text
    waits_until(school, "2026-12-10T17:00")
    assert [titles(school, "liu").count(yellow), titles(school, "gu").count(orange)] == [1, 2]


def test_what_was_opened_again_has_working_days_of_its_own(school: Office) -> None:
    """I4, F9: the time for what broke again moves like the first."""
    shen, liu = acknowledged(school)
    liu.presses("报办结")
    liu.says("好了")
    liu.sends_a_photo()
    shen.presses("核对通过")
    shen.says(f"又坏了 {NUMBER}")
    shen.says("又灭了三盏")
    assert school.case(NUMBER).state == Supervision.DOING
    announced(school, CLOSED)
    assert "12月10日周四 17:30" in liu.saw("期限有变").text


def test_a_month_later_is_the_same_day(school: Office) -> None:
    """I2: a monthly report falls due on the day of the month, however many days that has."""
    acknowledged(school, "督办 三个月内完成东区路灯改造，后勤处牵头，每月报一次")
    due = f"督办 {NUMBER} 该报进展了"
    waits_until(school, "2026-12-24T10:00")
    assert due not in titles(school, "liu")
    waits_until(school, "2026-12-24T10:10")
    assert due in titles(school, "liu")
    waits_until(school, "2027-01-24T12:00")  # a Sunday
    assert titles(school, "liu").count(due) == 1
    waits_until(school, "2027-01-25T08:30")
    assert titles(school, "liu").count(due) == 2


def test_what_was_late_then_stays_so(school: Office) -> None:
    """I3, P5: last week's figures do not change for what was granted this week."""
    shen, liu = acknowledged(school, "督办 三天内修订公文办法，总务处牵头")
    waits_until(school, "2026-11-30T10:00")
    then = school.clock.now()
    liu.presses("申请延期")
    answers(liu, "12月18日前", "要再改")
    school.passes(minutes=5)
    shen.presses("准予延期")
    with school.service.storage.reading() as work:
        [history] = histories_of(then - timedelta(days=7), then, school.service.rules, work)
        late = Lateness(school.service.rules, work.past(), then).date_since(history)
    assert late is not None
    assert f"{late.astimezone(ZONE):%m-%d %H:%M}" == "11-27 17:30"
