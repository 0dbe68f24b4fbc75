"""When things fall due and why (F4, F5, F6, F8, F9): pure, from a trail, a limit and a calendar."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.calendar import Calendar, read_calendar
from flows.catalogue import SHIPPED as MATTERS
from flows.catalogue import Matter, read_matter
from flows.deadlines import Clock, Deadline, Pause, Running, calendar_of, deadline, is_urgent, limit_of, running
from flows.explaining import Explanation, explain, within
from flows.limits import Limit, Unit, read_limit, read_span
from flows.misfiled import Misfiled
from flows.texts import Texts
from storage.records import Case, Entry
from tests.flows.calendars import ALL, ALWAYS, SHIPPED, TEACHING, ZONE, at

TEXTS = Texts("zh_CN", ZONE)
CLOCK = Clock("finish", frozenset({"taken"}), frozenset({"held"}), frozenset({"again"}))
REPAIR = (MATTERS / "repair.toml").read_text("utf-8")


def entry(when: str, verb: str, to: str | None, **answers: object) -> Entry:
    """A line of a trail."""
    facts: Mapping[str, object] = {"to": to, "answers": answers} if to else {}
    return Entry("case:1", 1, at(when), 1, verb, facts, "", "")


def why(limit: str, running: Running, calendar: Calendar = SHIPPED, name: str = "respond") -> Explanation:
    """A deadline in words."""
    return explain(deadline(read_limit(limit), running, calendar), name, calendar, TEXTS)


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("30m", Limit(Unit.CLOCK, timedelta(minutes=30))),
        ("2h", Limit(Unit.CLOCK, timedelta(hours=2))),
        ("4 工作小时", Limit(Unit.WORKING, timedelta(hours=4))),
        ("4工作小时", Limit(Unit.WORKING, timedelta(hours=4))),
        ("90 工作分钟", Limit(Unit.WORKING, timedelta(minutes=90))),
        ("2 工作日", Limit(Unit.DAYS, days=2)),
        ("15 个工作日", Limit(Unit.DAYS, days=15)),
    ],
)
def test_limits_as_they_are_written(text: str, limit: Limit) -> None:
    """F1: by the clock as ever, in working hours, in working days."""
    assert read_limit(text) == limit


@pytest.mark.parametrize(
    "text", ["", "0h", "2", "2 小时", "0 工作日", "1.5 工作小时", "9999 工作日", "-1 工作日", "工作日"]
)
def test_limits_that_are_none(text: str) -> None:
    """F1: nothing is guessed."""
    with pytest.raises(ValueError, match=r"^"):
        read_limit(text)


def test_limits_in_words() -> None:
    """F8: as a colleague says them."""
    said = {text: within(read_limit(text), TEXTS) for text in ("30m", "90m", "100m", "2d", "4 工作小时", "2 工作日")}
    assert list(said.values()) == ["30 分钟", "1.5 小时", "1 小时 40 分钟", "2 天", "4 小时工作时间", "2 个工作日"]


def test_working_days_do_not_count_the_first() -> None:
    """F1: the day of the start is not counted, and the last ends with office hours (Civil Code, 201 and 203)."""
    due = deadline(read_limit("2 工作日"), Running(at("2026-09-18T16:00")), SHIPPED)
    assert due.at == at("2026-09-21T17:30")
    assert deadline(read_limit("1 工作日"), Running(at("2026-10-03T10:00")), SHIPPED).at == at("2026-10-08T17:30")


def test_several_spans_a_day_and_what_comes_at_noon_fh_2212_cw_14009() -> None:
    """F1 (FH 2212, CW 14009): what is asked at noon begins to count in the afternoon, and noon counts nowhere."""
    at_noon = deadline(read_limit("2 工作小时"), Running(at("2026-11-24T12:30")), SHIPPED)
    assert at_noon.at == at("2026-11-24T16:00")
    over_noon = deadline(read_limit("2 工作小时"), Running(at("2026-11-24T11:00")), SHIPPED)
    assert over_noon.at == at("2026-11-24T15:00")


def test_a_make_up_day_counts_and_a_holiday_does_not_glpi_467() -> None:
    """F2 (GLPI 467): a Sunday declared working has a weekday's hours, and the weekdays it makes up for have none."""
    over_make_up = deadline(read_limit("8 工作小时"), Running(at("2026-09-19T12:00")), SHIPPED)
    assert over_make_up.at == at("2026-09-21T08:30")
    over_holiday = deadline(read_limit("1 工作小时"), Running(at("2026-09-30T17:30")), SHIPPED)
    assert over_holiday.at == at("2026-10-08T09:00")


def test_a_pause_keeps_what_is_left() -> None:
    """F4 (FH 1554: it ran on, and began anew): two hours used before the pause, two left after it."""
    trail = [
        entry("2026-11-24T08:00", "open", "reported"),
        entry("2026-11-24T08:30", "take", "taken"),
        entry("2026-11-24T10:30", "hold", "held"),
        entry("2026-11-24T10:40", "say", None),
        entry("2026-11-27T16:30", "go_on", "taken"),
    ]
    run = running(CLOCK, trail)
    assert run == Running(at("2026-11-24T08:30"), (Pause(at("2026-11-24T10:30"), at("2026-11-27T16:30"), "hold"),))
    assert deadline(read_limit("4 工作小时"), run, SHIPPED).at == at("2026-11-30T09:00")
    assert deadline(read_limit("4h"), run, ALWAYS).at == at("2026-11-27T18:30")
    standing = running(CLOCK, trail[:3])
    assert standing is not None
    held = deadline(read_limit("4 工作小时"), standing, SHIPPED)
    assert (held.at, held.left) == (None, timedelta(hours=2))


def test_a_clock_that_is_over_begins_anew() -> None:
    """F4: leaving its states ends it; a move that begins it again forgets the pauses; another that stays does not."""
    taken = [entry("2026-11-24T08:30", "take", "taken"), entry("2026-11-24T09:00", "arrange", "taken")]
    assert running(CLOCK, taken) == Running(at("2026-11-24T08:30"))
    assert running(CLOCK, [*taken, entry("2026-11-24T10:00", "fix", "fixed")]) is None
    back = [*taken, entry("2026-11-24T10:00", "fix", "fixed"), entry("2026-11-24T11:00", "reopen", "taken")]
    assert running(CLOCK, back) == Running(at("2026-11-24T11:00"))
    assert running(CLOCK, [*taken, entry("2026-11-24T10:00", "again", "taken")]) == Running(at("2026-11-24T10:00"))


URGENT = REPAIR.replace('when = { urgency = "urgent" }', 'when = { urgency = "urgent" }\nlimits = { finish = "6h" }')


def test_a_change_of_priority_keeps_earlier_pauses() -> None:
    """F4 (GLPI 15605): what was ordinary becomes urgent; its new limit knows what it stood still before."""
    matter = read_matter("repair.toml", URGENT.replace('finish = "2d"', 'finish = "2 工作日"'))
    trail = [
        entry("2026-11-24T08:30", "take", "taken", urgency="ordinary"),
        entry("2026-11-24T10:30", "hold", "held"),
        entry("2026-11-25T10:30", "go_on", "taken"),
    ]
    assert due_of(matter, trail).at == at("2026-11-27T17:30")
    trail.append(entry("2026-11-25T11:00", "say", "taken", urgency="urgent"))
    urgent = due_of(matter, trail)
    assert urgent.running.pauses
    assert urgent.at == at("2026-11-25T14:30")


def due_of(matter: Matter, trail: list[Entry]) -> Deadline:
    """The deadline of a case with that trail."""
    case = Case(1, "R-0001", "repair", "repair", "", "taken", 1, 1, {}, trail[0].at, trail[-1].at)
    urgent = is_urgent(matter, case, trail)
    limit, run = limit_of(matter, "finish", urgent=urgent), running(CLOCK, trail)
    assert limit is not None
    assert run is not None
    return deadline(limit, run, calendar_of(limit, SHIPPED, urgent=urgent))


@given(
    st.sampled_from(ALL),
    st.lists(st.integers(1, 60 * 72), min_size=1, max_size=8),
    st.integers(1, 60 * 40),
    st.sampled_from([50, 80, 100, 150]),
)
def test_pauses_never_lose_working_time(calendar: Calendar, spans: list[int], minutes: int, part: int) -> None:
    """F4, F5: however often it stood still, exactly the limit is counted, and a level comes in its order."""
    moments = [at("2026-01-05T09:00")]
    for span in spans:
        moments.append(moments[-1] + timedelta(minutes=span))
    pauses = tuple(Pause(a, b) for a, b in zip(moments[1::2], moments[2::2], strict=False))
    limit = Limit(Unit.WORKING, timedelta(minutes=minutes))
    found = deadline(limit, Running(moments[0], pauses), calendar, part)
    assert found.at is not None
    away = sum((calendar.between(p.begins, min(p.ends or p.begins, found.at)) for p in pauses if p.begins < found.at),
               timedelta(0))  # fmt: skip
    assert calendar.between(moments[0], found.at) - away == limit.span * part / 100
    whole = deadline(limit, Running(moments[0], pauses), calendar).at
    assert whole is not None
    assert (found.at <= whole) if part <= 100 else (found.at >= whole)


def test_every_step_is_said() -> None:
    """F8: the sentence of the issue, with a rest day and a make-up Sunday."""
    said = why("9 工作小时", Running(at("2026-09-18T16:00")))
    assert said.full(TEXTS) == (
        "周五 16:00 受理，当日计 1.5 小时；周六休息不计；周日为国庆节调休上班日，计 7.5 小时；到 周日 17:30 到期。"
    )
    assert said.sentence == "周日 17:30 到期：周五 16:00 受理，限 9 小时工作时间（周末不计，国庆节调休上班日照计）。"


def test_holidays_pauses_and_days_are_said() -> None:
    """F8: dates where weekdays would be unclear; a holiday in one breath; each pause with its reason."""
    pause = Pause(at("2026-09-30T15:00"), at("2026-10-09T09:00"), "hold")
    said = why("1 工作日", Running(at("2026-09-29T10:00"), (pause,)), TEACHING, "finish").full(TEXTS)
    assert "9月29日周二 10:00 接手，当日计 5.5 小时" in said
    assert "9月30日周三 15:00 至 10月9日周五 09:00 等配件或等人，不计" in said
    days = why("3 工作日", Running(at("2026-09-29T10:00"))).full(TEXTS)
    assert days == (
        "9月29日周二 10:00 受理，当日不计；9月30日周三是工作日；10月1日周四至10月7日周三国庆节放假不计；"
        "10月8日周四、10月9日周五是 2 个工作日；到 10月9日周五 17:30 到期。"
    )
    night = why("2h", Running(at("2026-09-30T23:00")), ALWAYS).full(TEXTS)
    assert night == "周三 23:00 受理，不分昼夜和节假日，计 2 小时；到 周四 01:00 到期。"


def test_what_is_not_announced_is_said() -> None:
    """F8, F2: never guessed silently."""
    said = why("5 工作日", Running(at("2026-12-29T10:00")))
    assert "2027 年放假安排还没公布，先按平常周末算" in said.sentence
    assert "2027 年的放假安排还没有公布，先按平常的周末算，公布后会重算" in said.full(TEXTS)
    assert "公布" not in why("1 工作日", Running(at("2026-12-29T10:00"))).full(TEXTS)


def test_standing_still_is_said() -> None:
    """F8, F4: what is left, and since when it waits."""
    said = why("4 工作小时", Running(at("2026-11-24T08:00"), (Pause(at("2026-11-24T10:00"), None, "hold"),)))
    assert said.sentence.startswith("暂停计时，还剩 2 小时")
    assert said.full(TEXTS).endswith("周二 10:00 起等配件或等人，不计；还剩 2 小时，接着办时再算。")


def test_a_year_is_summed_up() -> None:
    """F8: a long count is read in a minute: ordinary weeks together, each holiday by itself."""
    said = why("240 工作日", Running(at("2025-12-29T10:00")))
    assert len(said.parts) < 40
    assert any("春节放假不计" in part for part in said.parts)


def test_the_same_trail_under_a_late_notice() -> None:
    """F9: nothing is stored, so another calendar gives another date at once."""
    late = read_calendar(
        '[[notice]]\nyear = 2027\nholiday = [{ name = "元旦", from = 2027-01-01, until = 2027-01-03 }]', ZONE
    )
    run, limit = Running(at("2026-12-31T16:00")), read_limit("1 工作日")
    assert deadline(limit, run, SHIPPED).at == at("2027-01-01T17:30")
    assert deadline(limit, run, late).at == at("2027-01-04T17:30")


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        ('[urgent]\nwhen = { urgency = "soon" }', "bad_urgent"),
        ('[urgent]\nwhen = { fault = "x" }', "bad_urgent"),
        ("[urgent]\nwhen = {}", "missing_key"),
        ('[urgent]\nwhen = { urgency = "urgent" }\nlimits = { respond = "soon" }', "bad_limit"),
        ("[levels]\nfinnish = []", "unknown_key"),
        ("[levels]\nfinish = [{ part = 0 }]", "bad_part"),
        ("[levels]\nfinish = [{ part = 80 }, { part = 80 }]", "bad_part"),
        ('[levels]\nfinish = [{ part = 80, tell = "nobody" }]', "bad_pointer"),
        ("levels = 1", "missing_key"),
        ('remind = "sometimes"', "bad_remind"),
        ('limits = { respond = "2 工作月" }', "bad_limit"),
    ],
)
def test_matters_that_cannot_be(more: str, problem: str) -> None:
    """F5, F6: what is wrong with limits is named."""
    plain = REPAIR.partition("# 急件")[0]
    source = plain.partition("limits =")[0] + more if more.startswith("limits") else more + "\n" + plain
    if more.startswith("["):
        source = plain + more
    with pytest.raises(Misfiled) as error:
        read_matter("repair.toml", source)
    assert error.value.problem == problem


def test_explaining_a_year_is_quick() -> None:
    """F8: the figure itself is in the benchmarks; here only that nobody made it a hundred times slower."""
    run = Running(at("2025-11-24T10:00"))
    why("240 工作日", run)
    began = time.perf_counter()
    why("240 工作日", run)
    assert time.perf_counter() - began < 0.5


def test_spans_of_the_clock_stay_what_they_were() -> None:
    """F1: rules of dispatching use them too."""
    assert read_span("7d") == timedelta(days=7)
