"""Questions for figures in words: answered from the catalogue, or admitted as not known (P2, P4)."""

from __future__ import annotations

from datetime import date, timedelta

from flows.calendar import Calendar
from flows.calendar.plan import Plan
from flows.calendar.timetable import Period
from flows.indicators.asking import Asked, Known, read
from tests.flows.calendars import ZONE, at
from tests.flows.month import live
from tests.flows.test_digest import Told, by_schedule, raw
from tests.office import Office
from tests.service.doors import opened

NOW = "2026-11-24 10:05"
TERMS = Calendar(
    ZONE,
    Plan(((),) * 7, terms=(
        Period("春季学期", date(2026, 2, 23), date(2026, 7, 10)),
        Period("秋季学期", date(2026, 8, 31), date(2027, 1, 16)),
    )),
)  # fmt: skip
NONE = ""


def read_by(school: Office, words: str, calendar: Calendar = TERMS, now: str = NOW) -> Asked | None:
    rules = school.service.rules
    with school.service.storage.reading() as work:
        units = work.units.names()
    return read(words, Known(rules.indicators, calendar, units, rules.catalogue.every(), rules.places), at(now))


def told(found: Asked | None) -> str:
    """What was understood, in one line: figures, days, and whatever limits them."""
    if found is None:
        return NONE
    names = ",".join(one.name for one in found.indicators) or f"?{found.why}"
    until = found.until - timedelta(microseconds=1)
    days = f"{found.since.astimezone(ZONE):%m%d}-{until.astimezone(ZONE):%m%d}"
    more = [*found.units, *found.areas, *found.matters, *([f"~{found.besides}"] if found.besides else [])]
    flags = [name for name in ("rest", "by_unit", "own") if getattr(found, name)]
    return " ".join([names, *([days] if found.indicators else []), *more, *flags])


PHRASES = {
    "上周维修超时几件？": "late 1116-1122 repair",
    "本月满意率多少": "satisfied 1101-1124",
    "上个月满意度怎么样": "satisfied 1001-1031",
    "这学期满意率是多少": "satisfied 0831-1124",
    "上学期满意率是多少": "satisfied 0223-0710",
    "九月报修办结率是多少": "repair-solved 0901-0930",
    "9月份报修办结率多少": "repair-solved 0901-0930",
    "１１月报修多少件": "received 1101-1124 repair",
    "去年九月的返修率多少": "reopened 0901-0930",
    "上个季度平均响应时间是多少": "repair-response 0701-0930",
    "第三季度接单率多少": "repair-response 0701-0930",
    "本季度受理多少件": "received 1001-1124",
    "上半年满意率": "satisfied 0101-0630",
    "今年以来超时多少件": "late 0101-1124",
    "昨天新收多少件": "received 1123-1123",
    "前天收到几件报修": "received 1122-1122 repair",
    "上周五报修多少件": "received 1120-1120 repair",
    "11月20号超时几件": "late 1120-1120",
    "11月16日到11月20日报修多少件": "received 1116-1120 repair",
    "十一月三号到九号提问多少件": "answering 1103-1109",
    "最近七天意见收到几条": "received 1118-1124 opinion opinion_entry opinion_web",
    "近三天报修几件": "received 1122-1124 repair",
    "过去一个月超时几件": "late 1025-1124",
    "上上周超时几件": "late 1109-1115",
    "上周一次办结率": "first-contact 1116-1122",
    "本周一次解决率多少": "first-contact 1123-1124",
    "一次办结率上周多少": "first-contact 1116-1122",
    "维修上周一次办结率多少": "?unknown",
    "上周按部门看满意率多少": "satisfied 1116-1122 by_unit",
    "本月各单位报修响应率怎么样": "repair-response 1101-1124 by_unit",
    "本月东区报修响应率怎么样": "repair-response 1101-1124 east",
    "上周东区维修组超时几件": "late 1116-1122 东区维修组",
    "督办超期几件": "supervision-late 1124-1124",
    "现在督办逾期的有几件": "supervision-late 1124-1124",
    "目前积压多少件": "waiting 1124-1124",
    "本周还有几件没办完": "waiting 1123-1124",
    "满意率是多少": "?when",
    "上月督办办结率比上上月怎么样": "supervision-done 1001-1031",
    "本月意见回应率多少": "opinion-loop 1101-1124",
    "上周超时比上上周多还是少": "late 1116-1122",
    "本月满意率同比怎么样": "satisfied 1101-1124",
    "上周报修多少件，超时几件": "late,received 1116-1122 repair",
    "上周办结率和满意率各多少": "repair-solved,satisfied 1116-1122",
    "上周没超时的有几件": "?negated rest",
    "上周不满意的有多少": "satisfied 1116-1122 rest",
    "上周有没有超时": "late 1116-1122",
    "本周有多少人没评价": "unrated 1123-1124",
    "上周谁的超时最多": "?persons",
    "上周食堂满意率多少": "satisfied 1116-1122 ~食堂",
    "本月用印申请几件": "received 1101-1124 seal",
    "上周我经手的报修响应率多少？": "repair-response 1116-1122 own",
    "食堂今天几个人吃饭": "?unknown ~食堂",
    "上周有多少人请假": "?unknown",
    "今天图书馆有几个人": "?unknown 图书馆",
    "今天天气怎么样": NONE,
    "本周五有没有空会议室": NONE,
    "今天有没有班车": NONE,
    "昨天提交的报销怎么样了": NONE,
    "昨天我问的答复了吗": NONE,
    "12月报修多少件": "received 1201-1231 repair",
    "报修": NONE,
    "上周报的灯还没修": NONE,
    "修一次多少钱": NONE,
    "图书馆几点关门": NONE,
    "上周说的那个怎么办": NONE,
}


def test_questions_are_understood_or_left_alone(school: Office) -> None:
    """P2: figures, times that are past, departments, campuses, matters; what limits a question is never dropped."""
    assert {words: told(read_by(school, words)) for words in PHRASES} == PHRASES


def test_a_comparison_names_what_it_is_held_against(school: Office) -> None:
    """P2: the period before, as much of it as has passed of this; what was said; the same of the year before."""
    for words, since, until in (
        ("上个月超时几件", "2026-09-01 00:00", "2026-10-01 00:00"),
        ("本周超时几件", "2026-11-16 00:00", "2026-11-17 10:05"),
        ("上周超时比上上周多还是少", "2026-11-09 00:00", "2026-11-16 00:00"),
        ("本月满意率比上月怎么样", "2026-10-01 00:00", "2026-11-01 00:00"),
        ("去年满意率多少", "2024-01-01 00:00", "2025-01-01 00:00"),
        ("上个月满意率同比多少", "2025-10-01 00:00", "2025-11-01 00:00"),
        ("这学期满意率多少", "2026-02-23 00:00", "2026-05-19 10:05"),
    ):
        found = read_by(school, words)
        assert found is not None
        assert (words, found.before) == (words, (at(since), at(until)))


def test_a_term_the_calendar_has_not_is_not_guessed(school: Office) -> None:
    """P2: also in the holidays between two."""
    bare = Calendar(ZONE, None)
    assert told(read_by(school, "这学期满意率多少", bare)) == "?term"
    assert told(read_by(school, "这学期满意率多少", now="2026-08-01 09:00")) == "?term"
    assert told(read_by(school, "上学期满意率多少", now="2026-08-01 09:00")) == "satisfied 0223-0710"


def test_a_leader_asks_and_opens_the_cases(office: Office) -> None:
    """P2: the number, what it is of, how it is counted, and the rows behind it."""
    by_schedule(office)
    live(office, office.clock.now(), days=14)
    gu = office.person("gu")
    gu.says("上周报修办结率多少？")
    cases = [
        o for o in raw(office, at("2026-11-23 00:00")) if o.flow == "repair" and o.opened >= at("2026-11-16 00:00")
    ]
    over = [one for one in cases if one.state not in ("withdrawn", "joined")]
    hits = [one for one in over if one.state in ("fixed", "closed", "unconfirmed")]
    assert f"{len(over)} 件里有 {len(hits)} 件" in gu.sees.text
    assert "怎么算" in gu.sees.text
    with office.service.storage.reading() as work:
        [digest] = [one for one in work.digests.recent(5) if one.name.startswith("asked:")]
    page = opened(office, f"/workbench/digest/{digest.id}/repair-solved", of="gu")
    assert page.status == 200
    assert f"{len(hits)} 件" in page.text
    assert "您问的：报修办结率" in opened(office, "/workbench/digests", of="gu").text


def test_what_we_do_not_count_is_admitted(school: Office) -> None:
    """P2: never a made-up number."""
    by_schedule(school)
    gu = school.person("gu")
    gu.says("上周食堂投诉多少条？")
    assert "我没有这个数字" in gu.sees.text
    assert "报修办结率" in gu.sees.text


def test_a_head_knows_the_unit_s_and_everybody_their_own(school: Office) -> None:
    """P4: others are answered as if they had asked something else."""
    live(school, school.clock.now(), days=14)
    liu, wu, lin = school.person("liu"), school.person("wu"), school.person("lin")
    liu.says("上周总务处报修响应率多少？")
    assert "总务处" in liu.sees.text
    assert "报修响应" in liu.sees.title
    liu.says("上周图书馆报修响应率多少？")
    assert "报修响应" not in liu.sees.title
    wu.says("上周我经手的报修响应率多少？")
    assert "吴建国经手的" in wu.sees.text
    lin.says("上周报修响应率多少？")
    assert "报修响应" not in lin.sees.title


def test_a_question_with_nothing_to_count_has_no_percentage(school: Office) -> None:
    """An empty denominator is no 0 % and no 100 %."""
    school.passes(seconds=timedelta(seconds=1).total_seconds())
    zhou = school.person("zhou")
    zhou.says("上周报修办结率多少？")
    assert "本期没有" in zhou.sees.title
    assert "%" not in zhou.sees.title


def in_the_east(school: Office) -> list[Told]:
    """Last week's repairs there, by the answers in the first line of each trail."""
    since, until = at("2026-11-16 00:00"), at("2026-11-23 00:00")
    found = [one for one in raw(school, until) if one.flow == "repair" and since <= one.opened]
    return [one for one in found if one.lines[0][2]["answers"]["place"]["area"] == "east"]


def test_an_answer_says_what_it_cannot_tell(school: Office) -> None:
    """P2, P4: what limits a question and cannot be counted by is said; nobody is ranked; by units, and the rest."""
    by_schedule(school)
    live(school, school.clock.now(), days=14)
    gu, liu = school.person("gu"), school.person("liu")
    gu.says("上周食堂报修响应率多少？")
    assert "我不能按「食堂」分开数" in gu.sees.text
    assert "对比 11月9日周一 00:00 到 11月16日周一 00:00：" in gu.sees.text
    gu.says("上周谁的超时最多？")
    assert "不按人排名" in gu.sees.text
    gu.says("这学期满意率多少？")
    assert "校历里没有写这个学期" in gu.sees.text
    gu.says("满意率是多少？")
    assert "哪段时间" in gu.sees.text
    gu.says("上周没超时的有几件？")
    assert "没有数过" in gu.sees.text
    gu.says("上周各单位报修响应率多少，没响应的几件？")
    assert "东区维修组：" in gu.sees.text
    assert "件不是这样" in gu.sees.text
    gu.says("上周报修多少件，满意率多少？")
    assert "满意率：" in gu.sees.title
    gu.says("上周东区报修响应率多少？")
    over = [one for one in in_the_east(school) if one.state not in ("withdrawn", "joined")]
    assert f"{len(over)} 件里有" in gu.sees.text
    assert "东区，报修响应，" in gu.sees.text
    liu.says("上周报修响应率多少？")
    assert "总务处" in liu.sees.text


def test_a_leader_who_asks_how_satisfied_people_are_gets_the_figure(school: Office) -> None:
    """H4, P2: what the office sees survey by survey; who may not know it hears what they can do."""
    by_schedule(school)
    gu, lin = school.person("gu"), school.person("lin")
    gu.says("满意度")
    assert "满意率" in gu.sees.title
    lin.says("满意度")
    assert "回复「评价」" in lin.sees.text
