"""Surveys: asked once after a case, answered by button or in words, followed up when low; silence is never good."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from bot.check import problems
from flows.indicators.reckoning import histories_of
from flows.misfiled import Misfiled
from flows.survey import canvassing, results
from flows.survey.drawing import draw
from flows.survey.reading import SHIPPED, read
from flows.survey.results import Line, rounded, wilson
from flows.voting import Vote
from storage.surveys import Asked, Invitation, Tally
from tests.flows.reports import report
from tests.flows.test_approval import hand_in
from tests.office import Office, Seen, Someone
from tests.service.doors import opened

QUESTION = "这次维修您满意吗"
SHIPPED_REPAIR = (SHIPPED / "repair.toml").read_text("utf-8")
CALENDAR = """
[week]
monday = ["08:00-12:00", "14:00-17:30"]
tuesday = ["08:00-12:00", "14:00-17:30"]
wednesday = ["08:00-12:00", "14:00-17:30"]
thursday = ["08:00-12:00", "14:00-17:30"]
friday = ["08:00-12:00", "14:00-17:30"]
[[term]]
name = "秋季学期"
from = 2026-09-01
until = 2027-01-31
"""
TERM = """
title = "期中问卷"
text = "想听听您对学校办事的看法。"
term = "middle"
among = ["group:总务处", "group:信息工程学院", "group:东区维修组"]
sample = 0
anonymous = true
smallest = 5
[[ask]]
key = "stars"
as = "stars"
label = "满意度"
text = "总的来说，您满意吗？"
[[ask]]
key = "why"
as = "words"
label = "原因"
text = "哪里最该改？"
when = { ask = "stars", among = ["1", "2", "3"] }
"""


def repaired(office: Office, userid: str = "lin", number: str = "R-0001") -> None:
    """Somebody's report is taken, repaired and confirmed."""
    report(office, userid, at="e3")
    finish(office, number)
    office.person(userid).says(f"确认修好 {number}")


def finish(office: Office, number: str = "R-0001") -> None:
    wu = office.person("wu")
    wu.says(f"接单 {number}")
    again(office, number)


def again(office: Office, number: str = "R-0001") -> None:
    wu = office.person("wu")
    wu.says(f"修好了 {number}")
    wu.says("换了灯管")
    wu.presses("跳过")
    wu.sends_a_photo()


def rated(office: Office) -> Someone:
    """The story until somebody is asked."""
    repaired(office)
    office.passes(hours=6)
    return office.person("lin")


def asked(office: Office, userid: str = "lin") -> list[Invitation]:
    """What somebody was ever asked about cases."""
    with office.service.storage.reading() as work:
        person = office.known(work, userid).id
        found = [one for case in range(1, 9) for one in work.surveys.of_case(case)]
    return [one for one in found if one.person_id == person]


def tally(office: Office) -> Tally:
    now = office.clock.now()
    with office.service.storage.reading() as work:
        [found] = work.surveys.tallies(now - timedelta(days=90), now + timedelta(days=1), now)
    return found


def answers(office: Office) -> list[dict[str, object]]:
    with office.service.storage._engine.connect() as connection:
        rows = connection.execute(text("SELECT answers FROM survey_answers")).scalars().all()
    return [json.loads(row) for row in rows]


def surveys_seen(person: Someone) -> int:
    return sum(QUESTION in seen.text for seen in person.all)


def writes_surveys(office: Office, calendar: str = "", **surveys: str) -> None:
    folder = office.writes(calendar)
    (folder / "surveys").mkdir(exist_ok=True)
    for name, source in surveys.items():
        (folder / "surveys" / f"{name}.toml").write_text(source, "utf-8")
    office.restarts()


def test_who_asked_is_asked_once_later_in_working_time(office: Office) -> None:
    """H1: two working hours after the end, not before, and never again."""
    lin = office.person("lin")
    repaired(office)
    office.passes(hours=1)
    assert surveys_seen(lin) == 0
    office.passes(hours=5)
    assert lin.saw(QUESTION).buttons == ["1★", "2★", "3★", "4★", "5★"]
    office.passes(days=3)
    assert surveys_seen(lin) == 1
    assert [one.state for one in asked(office)] == [Asked.ASKED]


def test_a_late_end_is_asked_about_in_the_morning(school: Office) -> None:
    """H1: what ends in the evening is not asked about at night."""
    school.passes(hours=9)
    repaired(school)
    school.passes(hours=4)
    assert surveys_seen(school.person("lin")) == 0
    school.passes(hours=14)
    assert surveys_seen(school.person("lin")) == 1


def test_silence_that_ended_a_case_is_asked_about_too(school: Office) -> None:
    """H1: also a repair that nobody confirmed."""
    report(school, at="e3")
    finish(school)
    for _ in range(12):
        school.passes(days=1)
    assert surveys_seen(school.person("lin")) == 1


def test_what_was_withdrawn_is_not_asked_about(school: Office) -> None:
    """H1: nothing was done that could be rated."""
    report(school, at="e3")
    school.person("lin").says("撤回 R-0001")
    school.passes(days=2)
    assert asked(school) == []


def test_reopening_cancels_what_would_have_been_asked(office: Office) -> None:
    """H1: it fails again before the survey goes out; after the second end it is asked, once."""
    lin = office.person("lin")
    repaired(office)
    lin.says("又坏了 R-0001 灯又灭了")
    office.passes(days=1)
    assert surveys_seen(lin) == 0
    again(office)
    lin.says("确认修好 R-0001")
    office.passes(days=1)
    assert surveys_seen(lin) == 1


def test_an_answer_after_reopening_is_refused(office: Office) -> None:
    """Bad input: what comes all the same is answered with a sentence, and it is asked again after the second end."""
    lin = rated(office)
    card = lin.cards[-1].id
    lin.says("又坏了 R-0001 灯又灭了")
    assert lin.saw(QUESTION).buttons == []
    lin.forges(str(Vote(1, 1, "5")), card)
    assert lin.saw("这件事又在办了")
    assert [one.state for one in asked(office)] == [Asked.WITHDRAWN]
    again(office)
    lin.says("确认修好 R-0001")
    office.passes(days=1)
    lin.presses("5★")
    assert [one.state for one in asked(office)] == [Asked.ANSWERED]


def test_five_stars_by_button_are_praise(office: Office) -> None:
    """H1: one tap; the card says it is done, not what was pressed."""
    lin = rated(office)
    lin.presses("5★")
    assert lin.sees.text == "收到您的评价，谢谢。"
    assert lin.saw(QUESTION).closing == "已评价"
    found = tally(office)
    assert (found.invited, found.answered, found.rated, found.satisfied, found.unrated) == (1, 1, 1, 1, 0)
    assert found.unit == "东区维修组"


@pytest.mark.parametrize(
    ("said", "stars"), [("5星", "5"), ("四星", "4"), ("很满意", "5"), ("3", "3"), ("4★", "4"), ("满意", "4")]
)
def test_stars_can_be_typed(school: Office, said: str, stars: str) -> None:
    """H1, B14: the words for it, or the number, where only one thing is asked."""
    lin = rated(school)
    lin.says(said)
    assert answers(school) == [{"stars": stars}]


def test_words_of_praise_are_nothing_where_nothing_is_asked(school: Office) -> None:
    """H1: no answer without a question."""
    school.person("lin").says("满意")
    assert answers(school) == []


def test_of_two_questions_the_typed_answer_asks_which(school: Office) -> None:
    """H1: ambiguous words are asked about."""
    writes_surveys(school, repair=SHIPPED_REPAIR.replace("per_day   = 1", "per_day   = 5"))
    repaired(school)
    repaired(school, number="R-0002")
    school.passes(hours=6)
    lin = school.person("lin")
    lin.says("五星")
    assert lin.sees.buttons == ["R-0002", "R-0001"]
    lin.presses("R-0001")
    assert [one.state for one in asked(school)] == [Asked.ANSWERED, Asked.ASKED]


def test_one_person_is_asked_once_a_day(school: Office) -> None:
    """H1: two cases of one day are one question."""
    repaired(school)
    repaired(school, number="R-0002")
    school.passes(hours=6)
    assert surveys_seen(school.person("lin")) == 1


def test_nobody_rates_their_own_work(school: Office) -> None:
    """H5: the electrician who reports a lamp and repairs it is not asked."""
    repaired(school, "wu")
    school.passes(days=1)
    assert asked(school, "wu") == []


def test_nobody_rates_their_own_work_on_what_others_reported(school: Office) -> None:
    """H5: the electrician said that it is dark too; his report went the way of the first, which he repaired."""
    report(school, fault="停电了")
    school.person("wu").says("接单 R-0001")
    report(school, "wu", fault="停电了")
    assert school.case("R-0002").state == "joined"
    again(school)
    school.person("lin").says("确认修好 R-0001")
    assert school.case("R-0002").closed_at is not None
    school.passes(days=1)
    assert surveys_seen(school.person("lin")) == 1
    assert asked(school, "wu") == []


OPINION = """
title = "意见评价"
[after]
"flow:opinion" = ["closed"]
[[ask]]
key = "answer"
as = "choice"
label = "答复"
text = "答复讲清楚了吗？"
options = ["讲清楚了", "没讲清楚"]
"""


def about_an_opinion(office: Office) -> Someone:
    writes_surveys(office, opinion=OPINION)
    lin, head, desk = office.person("lin"), office.person("liu"), office.person("shen")
    for said in ("提建议", "食堂三楼的灯太暗", "署名", "提交"):
        lin.says(said)
    for said in ("分办 YJ-0001 总务处", "一般", "跳过"):
        desk.says(said)
    head.says("办好了 YJ-0001 十二盏都换了")
    head.presses("跳过")
    lin.presses("帮上忙了")
    office.passes(days=1)
    return lin


def test_who_raised_an_opinion_is_asked_about_it(school: Office) -> None:
    """H1, H5: to say that it helped is no work on it."""
    lin = about_an_opinion(school)
    assert lin.saw("答复讲清楚了吗").buttons == ["讲清楚了", "没讲清楚"]


@pytest.mark.parametrize(("said", "answer"), [("讲清楚了", "讲清楚了"), ("2", "没讲清楚"), ("２", "没讲清楚")])
def test_a_choice_can_be_typed_too(school: Office, said: str, answer: str) -> None:
    """H1, B14: as the card says, by its name or number; the results say what was chosen, and that nobody gave stars."""
    about_an_opinion(school).says(said)
    assert answers(school) == [{"answer": answer}]
    zhou = school.person("zhou")
    zhou.says("评价结果")
    assert "没有评星的题" in zhou.sees.text
    assert f"{answer} × 1" in opened(school, "/workbench/surveys", of="zhou").text


def test_somebody_elses_card_is_refused(office: Office) -> None:
    """Bad input: another person, another round, a round that never was; all get a sentence, nothing is kept."""
    rated(office)
    chen = office.person("chen")
    chen.says("帮助")
    item = chen.cards[-1].id
    for forged in (Vote(1, 1, "1"), Vote(99, 1, "1"), Vote(1, 99, "1")):
        chen.forges(str(forged), item)
    assert sum("不是发给您的" in seen.text for seen in chen.all) == 3
    chen.forges("v:1:x:5", item)
    chen.forges("v:1", item)
    assert answers(office) == []


def test_a_second_answer_is_refused(office: Office) -> None:
    """Bad input: the first answer stands."""
    lin = rated(office)
    card = lin.cards[-1].id
    lin.presses("5★")
    lin.forges(str(Vote(1, 1, "1")), card)
    assert "已经评价过了" in lin.sees.text
    assert answers(office) == [{"stars": "5"}]


def test_stars_that_are_not_on_the_card_are_refused(school: Office) -> None:
    """Bad input: six stars."""
    lin = rated(school)
    lin.forges(str(Vote(1, 1, "6")), lin.cards[-1].id)
    assert answers(school) == []
    assert [one.state for one in asked(school)] == [Asked.ASKED]


def test_silence_is_unrated(office: Office) -> None:
    """H5: after its time it can no longer be answered, and is never counted as good."""
    lin = rated(office)
    assert (tally(office).waiting, tally(office).unrated) == (1, 0)
    office.passes(days=8)
    found = tally(office)
    assert (found.waiting, found.unrated, found.rated, found.satisfied) == (0, 1, 0, 0)
    lin.forges(str(Vote(1, 1, "5")), lin.items[-1].id if lin.items[-1].card else lin.cards[-1].id)
    assert "已经结束" in lin.sees.text
    assert tally(office).answered == 0


def test_few_stars_are_asked_why_and_called_about(office: Office) -> None:
    """H2: quick reasons, several of them, own words; then somebody above the crew calls, and the person is told."""
    lin, zhou = rated(office), office.person("zhou")
    lin.presses("2★")
    assert lin.sees.title.startswith("哪里没做好")
    lin.presses("来得慢")
    assert "来得慢" not in lin.sees.buttons
    lin.presses("态度不好")
    lin.presses("就这些")
    lin.says("等了两天")
    assert "会有人给您打电话" in lin.sees.text
    card = zhou.saw("请回访 林小雨")
    assert "来得慢、态度不好；等了两天" in card.text
    assert "R-0001" in card.text
    zhou.presses("没打通")
    zhou.presses("跳过")
    assert lin.sees.title == "刚才给您打了电话"
    zhou.presses("已回访")
    zhou.says("周六去的人手不够，已加派")
    assert "已加派" in lin.sees.text
    assert office.case("F-0001").state == "called"


def test_who_is_to_call_is_reminded_half_way(school: Office) -> None:
    """H2: as a reminder, not as if it were another one."""
    lin, zhou = rated(school), school.person("zhou")
    lin.presses("1★")
    for _ in range(24):
        school.passes(hours=1)
    found = [seen.title for seen in zhou.all if "F-0001" in seen.title]
    assert found[:2] == ["F-0001 请回访 林小雨", "F-0001 还没回访 林小雨"]
    assert "没打通" in zhou.saw("还没回访").buttons


def test_reasons_can_be_typed_at_once(school: Office) -> None:
    """H2, B14: numbers or names, all in one message."""
    lin = rated(school)
    lin.says("1星")
    lin.says("1、3")
    lin.presses("跳过")
    assert answers(school) == [{"stars": "1", "why": [1, 3, 0], "more": None}]


def test_who_does_not_say_why_is_called_all_the_same(office: Office) -> None:
    """H2: half an hour of silence, and the stars stand by themselves; once."""
    lin = rated(office)
    lin.presses("1★")
    office.passes(minutes=31)
    assert "1 星" in office.person("zhou").saw("请回访").text
    lin.presses("来得慢")
    lin.presses("就这些")
    lin.says("来的时候都下班了")
    assert lin.sees.text == "收到您的评价，谢谢。"
    assert "来得慢；来的时候都下班了" in office.person("zhou").saw("又说了").text
    office.passes(hours=1)
    assert sum("请回访" in seen.title for seen in office.person("zhou").all) == 1
    assert answers(office) == [{"stars": "1", "why": [1, 0], "more": "来的时候都下班了"}]


def test_a_call_back_nobody_makes_goes_up(school: Office) -> None:
    """H2: after a working day the office's head hears of it."""
    lin = rated(school)
    lin.says("1星")
    lin.says("没修好")
    lin.says("就这些")
    lin.presses("跳过")
    school.passes(days=2)
    assert school.person("zhou").saw("请回访")
    assert [seen for seen in school.person("zhao").all if "还没回访" in seen.title]


def test_who_cannot_be_reached_may_say_it_here(school: Office) -> None:
    """H2: the card says so, and it is passed on."""
    lin, zhou = rated(school), school.person("zhou")
    for said in ("1星", "没修好", "就这些"):
        lin.says(said)
    lin.presses("跳过")
    zhou.presses("没打通")
    zhou.presses("跳过")
    lin.presses("补充")
    lin.says("上课不能接电话，灯还是不亮")
    assert "灯还是不亮" in zhou.saw("又说了").text


def test_who_repaired_it_does_not_call_about_it(school: Office) -> None:
    """H2: where whoever it goes up to took part, the office calls."""
    report(school, at="e3")
    school.person("wu").says("接单 R-0001")
    for said in ("派单 R-0001", "郑国强", "离得近"):
        school.person("zhou").says(said)
    for said in ("接单 R-0001", "修好了 R-0001", "换了灯管", "跳过"):
        school.person("zheng").says(said)
    school.person("zheng").sends_a_photo()
    school.person("lin").says("确认修好 R-0001")
    school.passes(hours=6)
    lin = school.person("lin")
    for said in ("1星", "没修好", "就这些"):
        lin.says(said)
    lin.presses("跳过")
    assert "zhou" in [entry_of(school, entry.person_id) for entry in school.trail()]
    assert not [seen for seen in school.person("zhou").all if "请回访" in seen.title]
    assert school.person("shen").saw("请回访 林小雨")


def entry_of(office: Office, person: int | None) -> str:
    """The account of somebody on the trail."""
    with office.service.storage.reading() as work:
        known = work.people.accounts_of([person or 0])
    return next((account for keys in known.values() for _, account in keys), "")


def test_three_stars_are_neither_praise_nor_a_call(school: Office) -> None:
    """H2: only up to `low`."""
    rated(school).presses("3★")
    assert (tally(school).rated, tally(school).satisfied) == (1, 0)
    assert school.person("zhou").items == []


def test_the_office_reads_rate_number_and_interval_together(office: Office) -> None:
    """H5: in the chat and on the page; nobody else."""
    lin = rated(office)
    chen = office.person("zhou")
    chen.says("评价结果")
    assert "还没有人评价，发出 1，未评价 0，还可以答 1" in chen.sees.text
    lin.presses("4★")
    chen.says("评价结果")
    assert "满意 100%（95% 区间 20–100%，1/1 人），回收 1/1（100%），未评价 0" in chen.sees.text
    page = opened(office, "/workbench/surveys", of="zhou")
    assert "20–100%" in page.text
    assert opened(office, "/workbench/surveys", of="lin").status == 403
    lin.says("评价结果")
    assert "只给办公室的人看" in lin.sees.text


def test_no_answers_are_no_rate() -> None:
    """H5: never 0 % or 100 % of nobody."""
    line = Line("-", "-", Tally("s", "m", "", anonymous=False, invited=3), hidden=False)
    assert (line.rate, line.interval, line.response) == (None, None, 0)
    assert rounded(1, 3) == 33
    assert [wilson(3, 4), wilson(0, 5), wilson(50, 60)] == [(30, 96), (0, 44), (71, 91)]


def test_a_sample_can_be_drawn_again() -> None:
    """H3: by its seed; each group gets its share, and who is in two counts once."""
    groups = {"a": range(1, 601), "b": range(500, 801), "c": range(801, 901)}
    drawn = draw(groups, 90, "seed", strata=True)
    assert drawn == draw(groups, 90, "seed", strata=True) != draw(groups, 90, "other", strata=True)
    assert drawn.groups == {"a": (60, 600), "b": (20, 200), "c": (10, 100)}
    assert len(draw(groups, 0, "seed", strata=False).people) == 900
    assert len(draw(groups, 90, "seed", strata=False).people) == 90


def canvassed(office: Office, survey: str = TERM) -> None:
    """The middle of the term, three weeks ago by the clock of the stand-in, comes."""
    writes_surveys(office, CALENDAR.replace("2026-09-01", "2026-10-24").replace("2027-01-31", "2026-12-25"), mid=survey)
    office.passes(hours=1)


def test_a_term_survey_asks_its_people_once(office: Office) -> None:
    """H3: in the middle of the term, everybody of the groups, equal words in one call; not again after a restart."""
    canvassed(office)
    lin, wu = office.person("lin"), office.person("wu")
    assert lin.saw("总的来说").text == wu.saw("总的来说").text
    office.restarts()
    office.passes(hours=1)
    assert sum("总的来说" in seen.text for seen in lin.all) == 1
    with office.service.storage.reading() as work:
        [round] = work.surveys.rounds(office.clock.now() - timedelta(days=1))
    assert round.period == "秋季学期 2026-10-24"
    assert set(round.drawn) == {"seed", "sampling", "groups"}


def test_a_term_survey_keeps_to_its_cap(school: Office) -> None:
    """H3: who was asked so often this term is not drawn."""
    other = TERM.replace("期中问卷", "另一份").replace("smallest = 5", "smallest = 5\nper_term = 1")
    writes_surveys(
        school,
        CALENDAR.replace("2026-09-01", "2026-10-24").replace("2027-01-31", "2026-12-25"),
        mid=TERM.replace("smallest = 5", "smallest = 5\nper_term = 1"),
        other=other,
    )
    school.passes(hours=1)
    lin = school.person("lin")
    assert sum("总的来说" in seen.text for seen in lin.all) == 1


def test_a_survey_whose_day_is_long_past_is_left_out(school: Office) -> None:
    """H3: it would ask about another time."""
    writes_surveys(school, CALENDAR, mid=TERM)
    survey = school.service.rules.surveys["mid"]
    assert canvassing.falls_due(survey, school.clock.now(), school.service.rules) is None


def dump(office: Office) -> dict[str, list[tuple[object, ...]]]:
    """All tables as they lie in the database."""
    with office.service.storage._engine.connect() as connection:
        tables = ("inbox", "outbox", "shown", "drafts", "trail", "survey_answers", "survey_invitations", "timers")
        return {name: [tuple(row) for row in connection.execute(text(f"SELECT * FROM {name}"))] for name in tables}


def test_an_anonymous_answer_cannot_be_joined_to_a_person(office: Office) -> None:
    """H4: after pressing, choosing and typing, no table but the answers knows what was said."""
    canvassed(office)
    people = ("lin", "wu", "zheng", "zhou", "li", "chen")
    for number, userid in enumerate(people):
        who = office.person(userid)
        if not any("总的来说" in seen.text for seen in who.all):
            continue
        who.says("二星") if number % 2 else who.presses("2★")
        who.says(f"排队太久{number}")
        assert who.sees.text == "收到您的评价，谢谢。"
    told = dump(office)
    given = told.pop("survey_answers")
    assert len(given) >= 3
    for name, rows in told.items():
        for row in rows:
            assert "排队太久" not in str(row), name
            assert '"value":"2"' not in str(row), name
            assert "二星" not in str(row), name
    assert not [row for row in told["inbox"] if "v:1:0:2" in str(row)]
    kept = {name: index for index, name in enumerate(("id", "round", "person", "case", "stars", "answers", "at"))}
    assert {(row[kept["person"]], row[kept["case"]], row[kept["at"]]) for row in given} == {(None, None, None)}


@pytest.mark.parametrize("ends", ["answer", "cancel", "leave"])
def test_not_even_the_questions_say_what_was_answered(office: Office, ends: str) -> None:
    """H4: only who gave few stars is asked why; so nothing is left of that being asked, however it ends."""
    canvassed(office)
    lin = office.person("lin")
    lin.presses("1★")
    assert "哪里最该改" in lin.sees.text
    lin.says({"answer": "排队太久", "cancel": "取消", "leave": "帮助"}[ends])
    office.passes(hours=1)
    office.passes(days=2)
    told = dump(office)
    given = told.pop("survey_answers")
    assert len(given) == (ends == "answer")
    assert not [name for name, rows in told.items() for row in rows if "哪里最该改" in str(row)]
    assert not [row for row in (*told["drafts"], *told["timers"], *told["inbox"]) if "survey:" in str(row)]


def traces(office: Office, userid: str) -> list[tuple[str, tuple[object, ...]]]:
    """Of what kinds the rows are that are somebody's: not what they say, but that they are there."""
    kinds = {"outbox": "kind, lane, state, about", "shown": "about, live", "survey_invitations": "state"}
    with office.service.storage.reading() as work:
        id = office.known(work, userid).id
    with office.service.storage._engine.connect() as connection:
        found = [
            (table, tuple(str(value).removesuffix(f":{id}") for value in row))
            for table, columns in {**kinds, "drafts": "ended_at", "files": "kind"}.items()
            for row in connection.execute(text(f"SELECT {columns} FROM {table} WHERE person_id = {id}"))
        ]
        said = connection.execute(text(f"SELECT kind FROM inbox WHERE account = '{userid}'"))
        return sorted([*found, *(("inbox", tuple(row)) for row in said)])


def test_few_stars_leave_no_more_behind_than_many(office: Office) -> None:
    """H4: who was asked why cannot be told from who was not by any row, message or moment."""
    canvassed(office)
    zheng, lin, wu = (office.person(one) for one in ("zheng", "lin", "wu"))
    assert traces(office, "lin") == traces(office, "zheng")
    lin.presses("5★")
    zheng.presses("1★")
    zheng.says("排队太久")
    wu.presses("2★")
    wu.says("取消")
    assert traces(office, "lin") == traces(office, "zheng")
    office.passes(hours=7)
    assert traces(office, "lin") == traces(office, "zheng")
    with office.service.storage.reading() as work:
        zhen = work.surveys.invitation(1, office.known(work, "zheng").id, 0)
    assert zhen is not None
    assert zhen.state is Asked.ANSWERED


def test_the_order_of_answers_says_nothing(office: Office) -> None:
    """H4: answers lie in the order of numbers drawn at random, and so do those who gave some."""
    canvassed(office)
    for userid in ("zhou", "lin", "wu", "zheng"):
        who = office.person(userid)
        if any("总的来说" in seen.text for seen in who.all):
            who.presses("4★")
    with office.service.storage.work() as work:
        work.surveys.mix(office.clock.now() - timedelta(days=30))
    told = dump(office)
    ids = [int(str(row[0])) for row in told["survey_answers"]]
    assert ids == sorted(ids)
    people = [int(str(row[1])) for row in told["survey_invitations"]]
    assert people == sorted(people)


def test_few_anonymous_answers_are_not_shown(school: Office) -> None:
    """H4: under five, neither a rate nor what was said, in the chat or on the page."""
    canvassed(school)
    school.person("lin").presses("1★")
    school.person("lin").says("只有我知道的事")
    school.passes(days=8)
    zhou = school.person("zhou")
    zhou.says("评价结果")
    assert "不足 5 人" in zhou.sees.text
    assert "满意" not in zhou.sees.text.partition("：")[2]
    page = opened(school, "/workbench/surveys", of="zhou").text
    assert "只有我知道的事" not in page
    assert "不足 5 人" in page


def test_anonymous_answers_are_shown_once_no_more_can_come(school: Office) -> None:
    """H4: what changes between two looks would be one person's answer; so does a sum less a round that is hidden."""
    canvassed(school, TERM.replace("smallest = 5", "smallest = 2"))
    zhou, people = school.person("zhou"), [school.person(one) for one in ("lin", "zheng", "wu")]
    for one in people:
        one.presses("4★")
        zhou.says("评价结果")
        assert "%" not in zhou.sees.text
    assert "结束后才看得到结果" in zhou.sees.text
    assert "已收到 3" in zhou.sees.text
    assert "4★ ×" not in opened(school, "/workbench/surveys", of="zhou").text
    school.passes(days=8)
    zhou.says("评价结果")
    assert "3/3 人" in zhou.sees.text
    assert "4★ × 3" in opened(school, "/workbench/surveys", of="zhou").text


def test_each_anonymous_round_stands_by_itself(school: Office) -> None:
    """H4: a month with few is hidden, and no sum over months tells of it."""
    nameless = SHIPPED_REPAIR.replace("low   = 2", "anonymous = true\nsmallest = 2").replace(
        "per_day   = 1", "per_day = 9"
    )
    writes_surveys(school, repair=nameless)
    for day in (1, 8):
        for number in (1, 2) if day == 1 else (3,):
            repaired(school, number=f"R-000{number}")
        school.passes(days=1)
        while school.person("lin").cards and "5★" in Seen(school.person("lin").cards[-1]).buttons:
            school.person("lin").presses("5★")
        school.passes(days=7)
    school.passes(days=40)
    zhou = school.person("zhou")
    zhou.says("评价结果")
    [november, december] = [line for line in zhou.sees.text.splitlines() if line.startswith("报修评价")]
    assert "2026-11" in november
    assert "2/2 人" in november
    assert "不足 2 人" in december


def test_an_anonymous_answer_is_no_silence(school: Office) -> None:
    """H5: which case it was of nobody knows, so its figures know nothing of it, least of all that nobody answered."""
    writes_surveys(school, repair=SHIPPED_REPAIR.replace("low   = 2", "anonymous = true"))
    lin = rated(school)
    lin.presses("5★")
    now = school.clock.now()
    with school.service.storage.reading() as work:
        found = histories_of(now - timedelta(days=9), now, school.service.rules, work)
    [history] = [one for one in found if one.case.number == "R-0001"]
    assert history.rating is None


def test_what_people_write_is_counted_whole(school: Office) -> None:
    """H5: a sentence with an enumeration is one answer, several choices are several; thousands are not all listed."""
    survey = read("surveys/repair.toml", SHIPPED_REPAIR)
    given = [{"stars": "1", "why": [1, 3, 0], "more": "太慢、太贵"}, {"stars": "1", "why": [1, 0], "more": "慢"}]
    told = {label: (counts, others) for label, counts, others in results.told(survey, given)}
    assert told["原因"] == ([("来得慢", 2), ("态度不好", 1)], 0)
    assert told["想说的话"] == ([("太慢、太贵", 1), ("慢", 1)], 0)
    many = results.told(survey, [{"stars": "1", "more": f"第 {n} 条"} for n in range(80)])
    assert (len(many[2][1]), many[2][2]) == (50, 30)


def test_an_anonymous_low_answer_opens_no_case(school: Office) -> None:
    """H4: nobody is called about what nobody is known to have said."""
    canvassed(school)
    school.person("lin").presses("1★")
    school.person("lin").says("太慢")
    with school.service.storage.reading() as work:
        assert work.cases.by_number("F-0001") is None


@pytest.mark.parametrize(
    ("change", "problem", "key"),
    [
        (('low   = 2', 'low   = 9'), "survey_count", "low"),
        (('low   = 2', 'lowest = 2'), "unknown_key", "lowest"),
        (('delay = "2 工作小时"', 'delay = "bald"'), "bad_limit", "delay"),
        (('as    = "stars"', 'as    = "words"'), "survey_first", "ask 1 as"),
        (('"matter:repair"', '"repair"'), "survey_after", "after.repair"),
        (('among = ["1", "2"]', 'among = ["0"]'), "unknown_key", "ask 2 when.among 0"),
        (('as      = "several"', 'as = "many"'), "survey_word", "ask 2 as"),
        (('when    = { ask = "stars"', 'when    = { ask = "mood"'), "no_such_ask", "ask 2 when.ask"),
        (('when    = { ask = "stars"', 'when    = { ask = "more"'), "no_such_ask", "ask 2 when.ask"),
        (('when    = { ask = "stars"', 'when    = { ask = "why"'), "no_such_ask", "ask 2 when.ask"),
        (('"来得慢", "没修好", "态度不好", "弄脏弄坏了东西", "其他"', '"其他"'), "survey_options", "ask 2 options"),
        (('"来得慢", "没修好"', '"来得慢", "来得慢"'), "survey_twice", "ask 2 options"),
    ],
)  # fmt: skip
def test_a_slip_names_file_and_key(change: tuple[str, str], problem: str, key: str) -> None:
    """H1: what an office writes wrong is told with file and key, before anybody is asked."""
    with pytest.raises(Misfiled) as told:
        read("surveys/repair.toml", SHIPPED_REPAIR.replace(*change))
    assert (told.value.file, told.value.problem, told.value.values["key"]) == ("surveys/repair.toml", problem, key)


def test_a_new_version_is_read_while_the_service_runs(school: Office) -> None:
    """C9: who is asked later gets the new question; who was asked before answers the old one."""
    lin = rated(school)
    folder = school.writes()
    (folder / "surveys").mkdir()
    (folder / "surveys" / "repair.toml").write_text(SHIPPED_REPAIR.replace(QUESTION, "师傅修得好吗"), "utf-8")
    school.service.in_force._config = replace(school.config())
    school.rereads()
    assert "师傅修得好吗" in school.service.rules.surveys["repair"].source
    lin.presses("2★")
    assert lin.sees.title.startswith("哪里没做好")


def test_hidden_lines_say_so() -> None:
    """H4: a hidden line has no rate."""
    tally = Tally("s", "", "", anonymous=True, invited=9, answered=4, rated=4, satisfied=4)
    assert Line("-", "", tally, hidden=True).rate is None
    assert results.SMALLEST == 5


APPROVED = """
title = "审批评价"
delay = "2 工作小时"
[after]
"flow:approval" = ["granted"]
[[ask]]
key = "stars"
as = "stars"
label = "满意度"
text = "这次审批您满意吗？"
"""


def test_a_granted_request_is_asked_about_and_its_approvers_are_not(school: Office) -> None:
    """H1, H5: a survey after a whole flow; who decided in it is not asked how well."""
    writes_surveys(school, approved=APPROVED)
    assert [line for line in problems(school.config()) if "surveys/" in line] == []
    number = hand_in(school, "leave", "li", {"kind": "personal", "days": "2", "reason": "家里有事"})
    school.person("xu").says(f"同意 {number}")
    assert school.case(number).state == "granted"
    school.passes(days=1)
    assert [one.person_id for one in invited(school, school.case(number).id)] == [school.case(number).requester_id]


def invited(office: Office, case: int) -> list[Invitation]:
    with office.service.storage.reading() as work:
        return list(work.surveys.of_case(case))


def test_what_a_survey_is_asked_after_is_checked(school: Office) -> None:
    """H1: a state that is no end, a matter there is not, a call-back there is not; each with its file and key."""
    for change, words in (
        (('["closed", "unconfirmed"]', '["taken"]'), "「taken」不是办结的状态"),
        (('"matter:repair"', '"matter:nothing"'), "「after.matter:nothing」指的事项或流程没有"),
        (("low   = 2", 'low = 2\nfollow_up = "none"'), "没有「none」这个回访事项"),
    ):
        writes_surveys(school, repair=SHIPPED_REPAIR)
        (school.folder / "own" / "surveys" / "repair.toml").write_text(SHIPPED_REPAIR.replace(*change), "utf-8")
        assert [line for line in problems(school.config()) if line.startswith("surveys/repair.toml") and words in line]
