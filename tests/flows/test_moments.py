"""Chinese times and dates, seen from a Tuesday morning (B11); the first phrases are those other libraries fail on."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows import moments as reader
from flows import timewords
from flows.forms import on_weekdays
from flows.moments import moments
from flows.numerals import plain

ZONE = ZoneInfo("Asia/Shanghai")
TUESDAY = datetime(2026, 11, 24, 10, 5, tzinfo=ZONE)

ONE = {
    "大后天": "11月27日周五",
    "明早8点": "11月25日周三 08:00",
    "12/5 14:00": "12月5日周六 14:00",
    "元旦": "1月1日周五",
    "下周三下午三点半": "12月2日周三 15:30",
    "下下周一": "12月7日周一",
    "月底前": "11月24日周二 10:05 到 11月30日周一 23:59",
    "国庆后第一个工作日": "10月8日周五",
    "元旦后第一个工作日": "1月4日周一",
    "三天后": "11月27日周五",
    "半小时后": "11月24日周二 10:35",
    "一个半小时后": "11月24日周二 11:35",
    "二十分钟后": "11月24日周二 10:25",
    "两小时内": "11月24日周二 10:05–12:05",
    "三个工作日内": "11月24日周二 10:05 到 11月27日周五 23:59",
    "下午都在": "11月24日周二 13:00–18:00",
    "晚上六点以后": "11月24日周二 18:00–22:00",
    "两点到四点": "11月24日周二 14:00–16:00",
    "上午十点到十一点半": "11月24日周二 10:05–11:30",
    "下午一点到两点半": "11月24日周二 13:00–14:30",
    "周一到周五": "11月24日周二 10:05 到 11月27日周五 23:59",
    "12月5号到8号": "12月5日周六到12月8日周二",
    "周末": "11月28日周六到11月29日周日",
    "周一下午": "11月30日周一 13:00–18:00",
    "凌晨两点": "11月25日周三 02:00",
    "晚上十二点": "11月24日周二 23:59",
    "今晚七点半之前": "11月24日周二 10:05–19:30",
    "1月5号": "1月5日周二",
    "五一假期后第一个工作日": "5月6日周四",
    "这周末之前": "11月24日周二 10:05 到 11月27日周五 23:59",
}
SEVERAL = {
    "八点": ["11月24日周二 20:00", "11月25日周三 08:00"],
    "明天八点": ["11月25日周三 08:00", "11月25日周三 20:00"],
    "周三或者周四": ["11月25日周三", "11月26日周四"],
    "周二": ["11月24日周二 10:05–23:59", "12月1日周二"],
}
PAST = ("昨天下午", "上周三", "11月5号", "这周一", "今天早上六点", "前天")
NONE = (
    "一号楼",
    "2单元301",
    "三教",
    "12号楼",
    "有一点漏水",
    "快一点",
    "一点都不亮",
    "五一二",
    "201",
    "13812345678",
    "2-301",
)


def read(said: str, now: datetime = TUESDAY) -> list[list[str]]:
    return [[span.text for span in one.spans] for one in moments(plain(said), now, ZONE, on_weekdays)]


@pytest.mark.parametrize(("said", "meant"), ONE.items(), ids=ONE.keys())
def test_a_time_becomes_a_span_that_is_echoed(said: str, meant: str) -> None:
    """B11: with date and weekday."""
    assert read(said) == [[meant]]


@pytest.mark.parametrize(("said", "meant"), SEVERAL.items(), ids=SEVERAL.keys())
def test_two_readings_are_offered(said: str, meant: list[str]) -> None:
    """B11: the wrong hour is never booked in silence."""
    assert read(said) == [meant]


@pytest.mark.parametrize("said", PAST)
def test_what_is_past_has_no_span(said: str) -> None:
    """B11."""
    assert read(said) == [[]]


@pytest.mark.parametrize("said", NONE)
def test_houses_rooms_and_a_little_are_no_times(said: str) -> None:
    """B11: the traps other libraries fall into."""
    assert read(said) == []


@pytest.mark.parametrize(
    ("now", "said", "meant"),
    [
        ("2026-12-31T23:30", "明天上午", "1月1日周五 08:00–12:00"),
        ("2026-12-31T23:30", "半小时后", "1月1日周五 00:00"),
        ("2028-02-28T09:00", "后天", "3月1日周三"),
        ("2026-11-29T20:00", "周一", "11月30日周一"),
        ("2026-11-24T19:00", "下午", "11月25日周三 13:00–18:00"),
        ("2026-01-31T09:00", "一个月后", "2月28日周六"),
        ("2026-11-27T17:00", "三个工作日内", "11月27日周五 17:00 到 12月2日周三 23:59"),
    ],
)
def test_days_turn_over(now: str, said: str, meant: str) -> None:
    """B11, F46: the end of a day, month, year; leap years."""
    assert read(said, datetime.fromisoformat(now).replace(tzinfo=ZONE)) == [[meant]]


def test_a_calendar_of_holidays_can_be_handed_in() -> None:
    """F2: whoever knows the holidays says which days are worked."""

    def works(day: date) -> bool:
        return day.weekday() < 5 and day != date(2026, 11, 25)

    (one,) = moments(plain("下个工作日"), TUESDAY, ZONE, works)
    assert [span.text for span in one.spans] == ["11月26日周四"]


class Patient(reader._Reader):
    """Reads from every word on, also where no time begins."""

    def _is_idle(self, i: int) -> bool:
        return False


SAID = st.lists(
    st.sampled_from([*timewords._lexicon()[0], *map(str, range(32)), "三", "的", "灯", ":", "/"]), max_size=8
)


@given(SAID.map("".join))
def test_what_is_passed_over_begins_no_time(said: str) -> None:
    """B11: looking only where a time may begin finds the same times."""
    sentence = plain(said)
    patient = Patient(timewords.words_of(sentence), TUESDAY, ZONE, on_weekdays)
    assert moments(sentence, TUESDAY, ZONE, on_weekdays) == list(patient.all())
