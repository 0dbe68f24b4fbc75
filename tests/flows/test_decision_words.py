"""A decision in one sentence: whose it is, until when, what is to be reached on the way, and what is none of these."""

from __future__ import annotations

from datetime import datetime

import pytest

from flows.catalogue import Catalogue
from flows.forms import Option, Reading
from flows.places import Places
from flows.supervision import Supervision
from flows.supervision.reading import read
from flows.understanding import Understood
from tests.flows.calendars import ZONE
from tests.office import Office

NOW = datetime(2026, 11, 24, 10, 5, tzinfo=ZONE)
PEOPLE = {"顾明远": "1", "孙立新": "2"}
UNITS = ("总务处", "基建处", "图书馆", "教务处")
MATTER = Catalogue.read().get("supervision")


def understood(said: str) -> Understood:
    assert MATTER is not None
    reading = Reading(
        NOW,
        Places(()),
        ZONE,
        colleagues=lambda name: (Option(PEOPLE[name], name),) if name in PEOPLE else (),
        units=lambda: UNITS,
    )
    return read(said, MATTER.form, reading, {}, None)


def shown(said: str) -> dict[str, str]:
    """What was understood, as a summary says it."""
    assert MATTER is not None
    answers = understood(said).answers
    return {one.key: one.show(answers[one.key]) for one in MATTER.form.fields if one.key in answers}


@pytest.mark.parametrize(
    ("said", "until"),
    [
        ("2026年12月8日前完成食堂改造，后勤处牵头", "12月8日周二"),
        ("２０２６年１２月８日前完成食堂改造，后勤处牵头", "12月8日周二"),
        ("今年12月20日前完成食堂改造，后勤处牵头", "12月20日周日"),
        ("明年12月20日前完成食堂改造，后勤处牵头", "2027年12月20日周一"),
        ("3月1日前完成食堂改造，后勤处牵头", "2027年3月1日周一"),
        ("2028年3月1日前完成食堂改造，后勤处牵头", "2028年3月1日周三"),
        ("半年内完成食堂改造，后勤处牵头", "2027年5月24日周一"),
        ("十二个工作日内完成食堂改造，后勤处牵头", "12月10日周四"),
        ("完成食堂改造，后勤处牵头，期限12月8日", "12月8日周二"),
        ("完成食堂改造，后勤处牵头，截至12月8日", "12月8日周二"),
        ("本月底前完成食堂改造，后勤处牵头", "11月30日周一"),
    ],
)
def test_a_deadline_is_the_day_that_was_said(said: str, until: str) -> None:
    """I1: with its year, which official papers always write; nothing of it is left in the task."""
    found = shown(said)
    assert found["until"] == until
    assert found["what"] == "完成食堂改造"
    assert found["lead"] == "总务处"


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("2月30日前完成食堂改造，后勤处牵头", "no_such_day"),
        ("2027年2月29日前完成食堂改造，后勤处牵头", "no_such_day"),
        ("2025年12月20日前完成食堂改造，后勤处牵头", "past_time"),
        ("0个工作日内完成食堂改造，后勤处牵头", "no_deadline"),
        ("500周内完成食堂改造，后勤处牵头", "no_deadline"),
        ("两三天内完成食堂改造，后勤处牵头", "no_deadline"),
        ("一两周内完成食堂改造，后勤处牵头", "no_deadline"),
    ],
)
def test_what_is_no_day_is_asked(said: str, reason: str) -> None:
    """I1, bad input: no other day is put in its place."""
    found = understood(said)
    assert "until" not in found.answers
    assert [one.unfit.reason for one in found.misread] == [reason]


def test_a_day_within_the_task_is_no_deadline() -> None:
    """I1: what is said to be done by then counts, whichever day is named first."""
    found = shown("完成12月8日校庆活动保障，后勤处牵头，12月5日前")
    assert (found["until"], found["what"]) == ("12月5日周六", "完成12月8日校庆活动保障")


@pytest.mark.parametrize(
    ("said", "until", "milestones", "what"),
    [
        (
            "先12月1日前出方案，12月10日前招标，12月20日前完成路灯改造，后勤处牵头",
            "12月20日周日",
            "12月1日周二 出方案；12月10日周四 招标",
            "完成路灯改造",
        ),
        (
            "2027年9月1日前完成食堂改造，后勤处牵头，先6月1日前出方案，6月20日前招标",
            "2027年9月1日周三",
            "2027年6月1日周二 出方案；2027年6月20日周日 招标",
            "完成食堂改造",
        ),
        (
            "两个月内完成食堂改造，后勤处牵头，节点：12月1日前完成设计；12月10日前完成施工",
            "2027年1月24日周日",
            "12月1日周二 完成设计；12月10日周四 完成施工",
            "完成食堂改造",
        ),
        (
            "第一步12月1日前出方案；第二步12月20日前招标；1月20日前完成食堂改造，后勤处牵头",
            "2027年1月20日周三",
            "12月1日周二 出方案；12月20日周日 招标",
            "完成食堂改造",
        ),
        (
            "食堂改造，后勤处牵头，先6月1日前出方案，6月20日前招标，9月1日前完成",
            "2027年9月1日周三",
            "2027年6月1日周二 出方案；2027年6月20日周日 招标",
            "食堂改造",
        ),
        (
            "食堂改造，后勤处牵头，先6月1日前出方案，6月20日前招标",
            None,
            "2027年6月1日周二 出方案；2027年6月20日周日 招标",
            "食堂改造",
        ),
        ("12月8日前完成路灯改造，后勤处牵头", "12月8日周二", None, "完成路灯改造"),
    ],
)  # fmt: skip
def test_milestones_are_heard_in_the_first_sentence(
    said: str, until: str | None, milestones: str | None, what: str
) -> None:
    """I2: what is named as a step, or comes before the last date, is one; all steps and a task are no deadline yet."""
    found = shown(said)
    assert (found.get("until"), found.get("milestones"), found["what"]) == (until, milestones, what)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("后勤处牵头，基建处不配合，两周内完成路灯改造", {"lead": "总务处"}),
        ("总务处牵头，无需图书馆配合，两周内完成路灯改造", {"lead": "总务处"}),
        ("不要后勤处牵头，由基建处牵头，两周内完成路灯改造", {"lead": "基建处"}),
        (
            "总务处牵头，会同基建处、教务处配合，两周内完成路灯改造",
            {"support": "基建处、教务处", "what": "完成路灯改造"},
        ),
        (
            "责任人：孙立新，牵头单位：后勤处，配合单位：基建处、图书馆，两周内完成路灯改造",
            {"person": "孙立新", "lead": "总务处", "support": "基建处、图书馆"},
        ),
        ("责任人孙立新，后勤处牵头，两周内完成路灯改造", {"person": "孙立新", "lead": "总务处"}),
        ("后勤处牵头，两周内完成路灯改造，每月报一次，交照片", {"rhythm": "每月", "evidence": "照片"}),
        ("后勤处牵头，两周内完成路灯改造，每两周报告一次进展，凭证：文件", {"rhythm": "每两周", "evidence": "文件"}),
        ("总务处牵头，两周内把教务处负责的系统迁完", {"lead": "总务处", "what": "把教务处负责的系统迁完"}),
    ],
)  # fmt: skip
def test_people_and_habits_are_told_from_the_task(said: str, expected: dict[str, str]) -> None:
    """I1: who is not to do it, whose something only is, how often, and what it ends in."""
    found = shown(said)
    assert {key: found.get(key) for key in expected} == expected
    assert not understood(said).misread
    assert ("support" in found) is ("support" in expected)


def test_a_decision_needs_no_word_for_it(office: Office) -> None:
    """I1: the issue's own sentence, as the secretary of the meeting says it."""
    shen = office.person("shen")
    shen.says("两周内完成东区路灯改造,后勤处牵头,基建处配合")
    for words in ("完成东区路灯改造", "总务处", "刘建平", "12月8日周二", "照片", "基建处"):
        assert words in shen.sees.text, words
    shen.presses("提交")
    assert office.case("SV-0001").state == Supervision.RAISED


def test_only_a_whole_decision_of_who_may_is_taken_for_one(school: Office) -> None:
    """I1, bad input: neither a question, nor half of one, nor anybody else's sentence."""
    shen, lin = school.person("shen"), school.person("lin")
    for who, said in (
        (shen, "后勤处牵头的路灯改造两周内能完成吗？"),
        (shen, "后勤处牵头"),
        (lin, "两周内完成东区路灯改造，后勤处牵头，基建处配合"),
    ):
        who.says(said)
        assert "请看一下" not in who.sees.text
        assert "督办由督办员立项" not in who.sees.text


def test_milestones_of_a_sentence_are_watched(school: Office) -> None:
    """I2: heard with the rest, shown before it is handed in, and told of on their day."""
    shen = school.person("shen")
    shen.says("督办 12月20日前完成东区路灯改造，后勤处牵头，先11月27日前出方案，12月2日前招标")
    assert "11月27日周五 出方案；12月2日周三 招标" in shen.sees.text
    shen.presses("提交")
    school.person("liu").presses("认领")
    school.passes(days=6)
    assert "出方案" in school.person("liu").saw("节点到期").text


def test_what_was_understood_is_put_right_in_words(school: Office) -> None:
    """I1, B3: a unit taken back, a step beside the others, and two answers in one breath; nothing else changes."""
    shen = school.person("shen")
    shen.says("督办 12月20日前完成食堂改造，后勤处牵头，基建处和图书馆配合，先12月1日前出方案")
    shen.says("图书馆不用配合了")
    assert "配合单位\n基建处" in shen.sees.text
    assert "图书馆" not in shen.sees.text
    shen.says("再加一个节点：12月10日前招标")
    assert "12月1日周二 出方案；12月10日周四 招标" in shen.sees.text
    assert "12月20日周日" in shen.sees.text
    shen.says("交办人是方静，每月报一次")
    assert "方静" in shen.sees.text
    assert "每月" in shen.sees.text
    shen.says("没有配合单位")
    assert "基建处" not in shen.sees.text
    shen.presses("提交")
    assert school.case("SV-0001").answers["support"] is None


def test_words_amid_another_form_begin_no_item(school: Office) -> None:
    """I5, B4, bad input: the roll-up is shown and the form goes on; an answer that begins with the word is one."""
    shen = school.person("shen")
    shen.says("报修")
    asked = shen.sees.text
    shen.says("督办情况")
    assert any("督办情况（" in seen.title for seen in shen.all)
    assert asked in shen.sees.text or "哪里" in shen.sees.text
    shen.says("用印")
    shen.says("督办通报三份")
    assert "牵头" not in shen.sees.text
