"""Before it is sent: the way with its people, until when, who is away, what is late or urgent (C6, C11); and after."""

from __future__ import annotations

from typing import Any

import pytest

from flows.ahead import is_late
from flows.calendar import Calendar
from flows.limits import read_limit
from flows.spans import Span
from tests.flows.calendars import at
from tests.flows.test_approval import on_leave
from tests.flows.test_rights import started
from tests.office import Office, Someone

LETTER: dict[str, Any] = {"kind": "letter", "document": "公函", "copies": "2", "file": ()}
CAR = ("申请用车", "市内", "东区到市政府", "{when}", "3个人", "送材料")


def asked_for_a_car(office: Office, when: str, range_: str = "市内") -> Someone:
    """李文静, up to the summary."""
    li = office.person("li")
    for words in CAR:
        li.says(range_ if words == "市内" else words.format(when=when))
    return li


def test_the_summary_says_the_way_with_its_people_and_until_when(office: Office) -> None:
    """C6: what would come of it, before anything is handed in; who is on leave and who decides instead."""
    on_leave(office, "xu", "peng")
    li = asked_for_a_car(office, "后天上午9点到11点")
    text = li.sees.text
    assert "提交后要经过：" in text
    assert "1. 部门负责人：彭悦（代徐志宏），4 小时工作时间内" in text
    assert "徐志宏不在，由彭悦代办到 11月29日" in text
    assert "2. 派车：唐晓梅，4 小时工作时间内" in text
    assert "临时用车" not in text
    assert "最迟 11月25日周三 10:35 办完" in text
    assert li.sees.buttons[0] == "提交"


def test_what_is_declared_late_needs_one_more_consent_and_that_is_said_first(office: Office) -> None:
    """C11: a car for this afternoon is not refused."""
    li = asked_for_a_car(office, "今天下午3点到5点")
    assert "「时间」要提前1 个工作日说，这次晚了，要多经「临时用车」同意。" in li.sees.text
    li.presses("提交")
    office.person("xu").presses("同意")
    assert "临时用车" in office.person("zhao").sees.text
    assert office.person("tang").items == []
    office.person("zhao").presses("同意")
    assert office.person("tang").sees.buttons[0] == "已办"


def test_how_long_beforehand_depends_on_another_answer(school: Office) -> None:
    """C11: out of town it is three working days."""
    li = asked_for_a_car(school, "后天上午9点到11点", "出市")
    assert "要提前3 个工作日说" in li.sees.text


def test_a_new_time_is_judged_anew(school: Office) -> None:
    """C4, C11: whoever sends the cars moves it to today; then the consent is asked for as well."""
    li = asked_for_a_car(school, "后天上午9点到11点")
    li.presses("提交")
    school.person("xu").presses("同意")
    school.person("tang").says("改 时间 今天下午3点到5点")
    assert "临时用车" in school.person("zhao").sees.text
    assert school.person("tang").cards == []


@pytest.mark.parametrize(
    ("now", "begins", "ahead", "late"),
    [
        ("2026-11-24T10:00", "2026-11-25T09:00", "1 工作日", False),
        ("2026-11-24T18:00", "2026-11-25T09:00", "1 工作日", True),  # nobody is there any more today
        ("2026-11-24T10:00", "2026-11-24T15:00", "1 工作日", True),
        ("2026-11-27T10:00", "2026-11-30T09:00", "1 工作日", False),
        ("2026-11-28T10:00", "2026-11-30T09:00", "1 工作日", True),  # a Saturday is no day of work
        ("2026-11-26T10:00", "2026-11-30T09:00", "3 工作日", True),
        ("2026-11-25T10:00", "2026-11-30T09:00", "3 工作日", False),
        ("2026-11-24T10:00", "2026-11-24T15:00", "4 工作小时", True),
        ("2026-11-24T10:00", "2026-11-25T10:00", "4 工作小时", False),
        ("2026-11-24T10:00", "2026-11-25T09:00", "1d", True),
    ],
)
def test_days_ahead_are_days_of_work(school: Office, now: str, begins: str, ahead: str, late: bool) -> None:
    """C11: today counts while the office is at work; the day itself does not."""
    calendar: Calendar = school.service.rules.calendar
    value = Span(at(begins), at(begins)).value()
    assert is_late(value, read_limit(ahead), at(now), calendar) is late


def test_progress_says_done_now_and_next_with_since_and_until(school: Office) -> None:
    """C6: who comes next, as far as can be told; why a time is due, in one sentence."""
    li = asked_for_a_car(school, "后天上午9点到11点")
    li.presses("提交")
    li.says("进度 CAR-0001")
    text = li.sees.text
    assert "→ 部门负责人：等徐志宏，从 11月24日周二 10:05 起，11月24日周二 16:05 前办" in text
    assert "○ 派车：还没到，到时找唐晓梅" in text
    assert "16:05 到期" in text
    school.person("xu").presses("同意")
    li.says("进度 CAR-0001")
    assert "✓ 部门负责人：徐志宏" in li.sees.text
    school.passes(days=2)
    li.says("进度 CAR-0001")
    assert "已经过了" in li.sees.text


def test_urgent_needs_a_reason_and_comes_first(office: Office) -> None:
    """C11: said with the card, first in the list, with a time of its own that runs at night."""
    xu = office.person("xu")
    started(office, "seal", **LETTER)
    li = office.person("li")
    for words in ("用印", "公函、证明", "获奖证明", "2份"):
        li.says(words)
    li.sends_a_photo()
    li.says("加急")
    assert "为什么加急" in li.sees.text
    li.says("下午要交到法院")
    assert "按急件办：排在前面，夜里和休息日也计时" in li.sees.text
    assert "1. 部门负责人：徐志宏，4 小时内" in li.sees.text
    li.presses("提交")
    asked = xu.saw("请您审批")
    assert asked.title == "【急件】S-0002 用印申请：请您审批"
    assert "下午要交到法院" in asked.text
    xu.says("我的")
    assert "【急件】S-0002" in xu.sees.text
    assert xu.sees.text.index("S-0002") < xu.sees.text.index("S-0001")
    office.passes(hours=4, minutes=1)
    assert office.trail("S-0002")[-1].verb == "lapse_move"
    assert office.trail("S-0001")[-1].verb in ("open", "remind")


def test_the_use_of_urgent_is_reported_by_department(school: Office) -> None:
    """C11: figures with what they are parts of; to nobody but the office."""
    for count in range(3):
        urgency = "urgent" if count == 0 else "normal"
        started(school, "seal", **LETTER, urgency=urgency, hurry="要用")
    zhou, li = school.person("zhou"), school.person("li")
    zhou.says("急件统计")
    assert "信息工程学院：1/3（33%）" in zhou.sees.text
    assert "合计：1/3（33%）" in zhou.sees.text
    li.says("急件统计")
    assert "1/3" not in li.sees.text


def test_what_will_not_be_asked_is_said_as_such(school: Office) -> None:
    """C6: a stage that is left out, and one that only hears of it, are not somebody to be asked."""
    li = school.person("li")
    li.says("请假，事假，12月7号到12月8号，2天，家里有事")
    li.presses("跳过")
    li.presses("提交")
    li.says("进度 LV-0001")
    assert "－ 人事审核：这次不用" in li.sees.text
    assert "○ 告知人事：还没到，到时告知" in li.sees.text
    assert "到时找告知" not in li.sees.text
