"""A month on a small campus ends in a digest that says what a count by hand over the tables says (P1-P4, G6, H9)."""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from bot.pictures.studio import Studio
from flows import FLOWS
from flows.context import Context
from flows.digest.making import make
from flows.indicators import reckoning
from flows.indicators.reading import SHIPPED, read_all
from flows.misfiled import Misfiled
from storage.digests import Digest
from storage.work import Work
from tests.flows.calendars import ZONE, at
from tests.flows.month import live
from tests.flows.reports import report
from tests.flows.test_supervision import acknowledged
from tests.flows.test_surveys import finish
from tests.office import Office, Seen
from tests.service.doors import opened
from tests.workbench.browser import signed_in

WEEKLY = """
[[schedule]]
name = "weekly"
what = "digest"
at = "每周五 17:00"
holiday = "before"
to = ["person:顾明远", "person:方静"]

[[schedule]]
name = "units"
what = "digest"
at = "每周五 16:30"
to = ["head-of:总务处"]
units = ["东区维修组"]

[[schedule]]
name = "monthly"
what = "digest"
at = "每月最后一个工作日 18:00"
to = ["person:顾明远"]
"""


def by_schedule(office: Office, rules: str = WEEKLY) -> None:
    """The office decides who gets a digest, and starts again."""
    folder = office.writes()
    (folder / "schedules.toml").write_text(rules, "utf-8")
    office.restarts()
    office.passes(seconds=1)


def waits_until(office: Office, moment: str) -> None:
    office.passes(seconds=(at(moment) - office.clock.now()).total_seconds())


def content_of(office: Office, name: str) -> dict[str, Any]:
    """The newest digest of a schedule as it is kept."""
    with office.service.storage.reading() as work:
        return dict(next(one for one in work.digests.recent(20) if one.name == name).content or {})


def said(content: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {one["name"]: one for one in content["figures"]}


# The independent count: the tables as they are, and nothing of ours.

STATE_OVER = {"closed", "unconfirmed", "withdrawn", "helped", "unrated"}


@dataclass(slots=True)
class Told:
    """A case as the raw rows tell it."""

    flow: str
    opened: datetime
    lines: list[tuple[datetime, str, dict[str, Any]]]

    @property
    def state(self) -> str:
        return str([facts["to"] for _, _, facts in self.lines if "to" in facts][-1])

    def first(self, *states: str) -> datetime | None:
        return next((at for at, _, facts in self.lines if facts.get("to") in states), None)

    def last_into(self, state: str) -> datetime:
        found = [at for at, _, f in self.lines if f.get("to") == state and f.get("from") != state]
        return found[-1]


def instant(micros: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=micros)


def raw(office: Office, until: datetime) -> list[Told]:
    """Every case that was opened before an instant, with its trail until then."""
    with office.service.storage.reading() as work:
        connection = work._connection
        rows = connection.execute(text("select id, flow, opened_at from cases")).all()
        lines = connection.execute(text("select subject, at, verb, facts from trail order by subject, seq")).all()
    of: dict[str, list[tuple[datetime, str, dict[str, Any]]]] = defaultdict(list)
    for subject, when, verb, facts in lines:
        if instant(when) < until:
            of[subject].append((instant(when), verb, json.loads(facts)))
    return [Told(flow, instant(o), of[f"case:{id}"]) for id, flow, o in rows if instant(o) < until]


def working(begins: datetime, ends: datetime) -> timedelta:
    """Working time in November: Monday to Friday, 8 to 12 and 14 to half past 17."""
    passed = timedelta()
    day = begins.astimezone(ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
    while day < ends:
        for opens, closes in HOURS if day.weekday() < 5 else ():
            passed += max(min(ends, day + closes) - max(begins, day + opens), timedelta())
        day += timedelta(days=1)
    return passed


HOURS = ((timedelta(hours=8), timedelta(hours=12)), (timedelta(hours=14), timedelta(hours=17, minutes=30)))


def counted(office: Office, since: datetime, until: datetime) -> dict[str, tuple[int, int]]:
    """(hits, over) of each figure of repairs and questions, counted by hand."""
    cases = [one for one in raw(office, until) if one.flow in ("repair", "question")]
    fresh = [one for one in cases if since <= one.opened]
    repairs = [one for one in fresh if one.flow == "repair" and one.state not in ("withdrawn", "joined")]
    found: dict[str, tuple[int, int]] = {"received": (len(fresh), 0)}
    found["repair-solved"] = (sum(one.state in ("fixed", "closed", "unconfirmed") for one in repairs), len(repairs))
    found["repair-response"] = _response(repairs, until)
    fixed = [o for o in cases if o.flow == "repair" and (f := o.first("fixed")) is not None and since <= f]
    found["reopened"] = (sum(any(verb in ("reopen", "again") for _, verb, _ in one.lines) for one in fixed), len(fixed))
    answered = [o for o in cases if o.flow == "question" and (f := o.first("answered")) is not None and since <= f]
    found["first-contact"] = (sum(all(v != "again" for _, v, _ in o.lines) for o in answered), len(answered))
    ended = [o for o in cases if o.state in STATE_OVER - {"withdrawn"} and o.lines[-1][0] >= since]
    found["silent"] = (sum(one.state in ("unconfirmed", "unrated") for one in ended), len(ended))
    open_ones = [one for one in cases if one.state not in STATE_OVER]
    found["waiting"] = (len(open_ones), 0)
    found["late"] = (sum(_is_late(one, until) for one in open_ones), 0)
    found |= _ratings(office, since, until)
    found["answering"] = _answering([o for o in fresh if o.flow == "question"], until)
    return found


def _ratings(office: Office, since: datetime, until: datetime) -> dict[str, tuple[int, int]]:
    """Stars that were given, and times for giving them that ended, in the period."""
    with office.service.storage.reading() as work:
        given = {id: (instant(at), stars) for id, at, stars in work._connection.execute(text(GIVEN))}
        asked = {id: instant(ends) for id, ends in work._connection.execute(text(ASKED))}
    stars = [stars for at, stars in given.values() if since <= at < until]
    over = [id for id, ends in asked.items() if since <= ends < until]
    silent = [id for id in over if id not in given or given[id][0] >= until]
    return {"satisfied": (sum(one >= 4 for one in stars), len(stars)), "unrated": (len(silent), len(over))}


GIVEN = "select case_id, at, stars from survey_answers where stars is not null"
ASKED = "select case_id, until from survey_invitations where case_id > 0 and state in (1, 2)"


def _response(repairs: list[Told], until: datetime) -> tuple[int, int]:
    limit = timedelta(hours=2)
    took = [(one.first("taken"), one.opened) for one in repairs]
    over = [(taken, opened) for taken, opened in took if taken is not None or until - opened > limit]
    return sum(taken is not None and taken - opened <= limit for taken, opened in over), len(over)


def _answering(questions: list[Told], until: datetime) -> tuple[int, int]:
    hits = over = 0
    for one in questions:
        first = one.first("answered")
        took = working(one.opened, first or until)
        if first is not None or took > timedelta(hours=8):
            over += 1
            hits += first is not None and took <= timedelta(hours=8)
    return hits, over


def _is_late(one: Told, until: datetime) -> bool:
    match one.state:
        case "reported" | "offered":
            return until - one.opened > timedelta(hours=2)
        case "taken":
            return until - one.last_into("taken") > timedelta(days=2)
        case "fixed":
            return until - one.last_into("fixed") > timedelta(days=7)
        case "asked":
            return working(one.last_into("asked"), until) > timedelta(hours=8)
        case _:
            return until - one.last_into("answered") > timedelta(days=3)


def test_a_simulated_month_ends_in_a_digest_that_says_what_a_hand_count_says(office: Office) -> None:
    """P1, P2, G6, H9: every figure, its numerator and its denominator; and the same to the last digit once more."""
    by_schedule(office)
    live(office, office.clock.now())
    waits_until(office, "2026-11-30 18:00")
    since, until = at("2026-10-30 18:00"), at("2026-11-30 18:00")
    content = content_of(office, "monthly")
    figures = said(content)
    for name, (hits, over) in counted(office, since, until).items():
        assert (name, figures[name]["hits"], figures[name]["over"]) == (name, hits, over)
    assert figures["repair-solved"]["over"] > 20
    assert figures["late"]["hits"] > 0
    assert figures["satisfied"]["over"] > 5
    assert figures["satisfied"]["beside"].startswith("区间 ")
    assert figures["unrated"]["hits"] > 0
    assert content["needs"][-1]["why"] == "只给了 1 颗星"
    repairs = [o for o in raw(office, until) if o.flow == "repair" and since <= o.opened and o.state != "withdrawn"]
    seconds = [(f - one.opened) // timedelta(seconds=1) for one in repairs if (f := one.first("taken")) is not None]
    minutes = (2 * sum(seconds) + 60 * len(seconds)) // (120 * len(seconds))
    assert figures["repair-response"]["beside"] == f"平均用时 {minutes // 60} 小时 {minutes % 60} 分"
    with office.service.storage.reading() as work:
        digest = next(one for one in work.digests.recent(9) if one.name == "monthly")
        again = make(digest, office.service.rules, work)
    assert json.loads(json.dumps(again.content.to_json())) == content


def test_the_president_gets_a_card_a_picture_and_a_page_where_each_figure_opens(office: Office) -> None:
    """P2: figures against target, what needs her, 催办 reaches who has it at once; sent once, also over a restart."""
    by_schedule(office)
    live(office, office.clock.now(), days=5)
    office.restarts()
    waits_until(office, "2026-11-27 17:00")
    gu = office.person("gu")
    card = gu.saw("需要您过问的")
    assert card.title == "全校周报"
    assert "目标不低于 95%" in card.text
    assert "超时" in card.text
    assert gu.items[-1].kind == "image"
    button = next(label for label in card.buttons if label.startswith("催办"))
    number = button.removeprefix("催办 ")
    before = {
        userid: len(office.person(userid).items) for userid in ("wu", "zheng", "sun", "qian", "he", "cao", "shen")
    }
    gu.presses(button)
    assert gu.sees.text.startswith(f"已经催了 {number}")
    told = [u for u, count in before.items() if any("顾明远催办" in s.title for s in office.person(u).all[count:])]
    assert told, [office.person(u).sees.text for u in before if office.person(u).items]
    fang = office.person("fang")
    fang.presses(button)
    assert "一小时内催过了" in fang.sees.text
    assert [entry.verb for entry in office.trail(number)].count("urged") == 1
    office.restarts()
    office.passes(minutes=30)
    assert sum(seen.title == "全校周报" for seen in gu.all) == 1
    with office.service.storage.reading() as work:
        id = next(one.id for one in work.digests.recent(9) if one.name == "weekly")
    page = opened(office, f"/workbench/digest/{id}", of="gu")
    assert page.status == 200
    assert "报修办结率" in page.text
    rows = opened(office, f"/workbench/digest/{id}/late", of="gu")
    assert number in rows.text
    assert opened(office, f"/workbench/digest/{id}", of="lin").status == 404
    browser = signed_in(office, "gu")
    open_case = office.case(button.removeprefix("催办 ")).id
    came = browser.post(f"/workbench/digest/{id}/urge", case=str(open_case))
    assert "一小时内催过了" in browser.get(came.location).text
    assert browser.ask("POST", f"/workbench/digest/{id}/urge", data={"case": "1"}).status == 403
    assert browser.post(f"/workbench/digest/{id}/urge", case="999999").status == 403
    sheet = opened(office, f"/workbench/digest/{id}.xlsx", of="fang")
    assert sheet.status == 200
    picture = opened(office, f"/workbench/digest/{id}/picture", of="gu")
    assert picture.headers["Content-Type"] == "image/png"


def test_a_head_is_told_of_the_unit_alone(school: Office) -> None:
    """P4: units see theirs."""
    by_schedule(school)
    live(school, school.clock.now(), days=5)
    waits_until(school, "2026-11-27 17:00")
    whole, own = content_of(school, "weekly"), content_of(school, "units")
    assert own["scope"] == "东区维修组"
    assert 0 < said(own)["received"]["hits"] < said(whole)["received"]["hits"]
    head = school.person("liu")
    assert "东区维修组周报" in {seen.title for seen in head.all}


def test_a_leader_without_data_hears_so_in_plain_words(school: Office) -> None:
    """No cases is no 0 % and no 100 %."""
    by_schedule(school)
    waits_until(school, "2026-11-27 17:00")
    seen: Seen = next(one for one in school.person("gu").all if "周报" in one.title)
    assert "这一周没有新收的，也没有办结的。" in seen.text
    assert "%" not in seen.text
    assert said(content_of(school, "weekly"))["repair-solved"]["value"] == "本期没有"


def test_a_late_digest_names_itself_so(school: Office) -> None:
    """Made up once after a weekend without power."""
    by_schedule(school)
    school.stop()
    school.clock.advance(timedelta(days=5))
    school.start()
    school.passes(seconds=1)
    school.passes(minutes=11)
    weekly = [seen for seen in school.person("gu").all if "周报" in seen.title]
    assert len(weekly) == 1
    assert "本应在 11月27日周五 17:00 发出" in weekly[0].text


def test_a_period_counted_later_is_counted_as_it_stood(school: Office) -> None:
    """P1: reopened and given more time after its end, a period's figures are those it had then."""
    for one in ("lin", "chen"):
        report(school, one)
    finish(school, "R-0001")
    school.person("lin").says("确认修好 R-0001")
    acknowledged(school, "督办 三天内修订公文办法，总务处牵头")
    waits_until(school, "2026-11-30 10:00")
    now = school.clock.now()
    names = ("waiting", "late", "silent", "repair-solved", "supervision-late", "supervision-done")
    asked = Digest(1, "asked:x", "", now - timedelta(days=7), now, {"figures": names}, (1,), now)
    then = recounted(school, asked)
    assert (then["late"], then["waiting"], then["supervision-late"]) == (([], [2, 3]), ([], [2, 3]), ([], [3]))
    school.person("liu").presses("申请延期")
    for words in ("12月18日前", "等上级文件"):
        school.person("liu").says(words)
    school.person("shen").presses("准予延期")
    school.person("lin").says("又坏了 R-0001 又灭了")
    assert school.case("R-0001").closed_at is None
    assert recounted(school, asked) == then
    school.passes(days=10)
    assert recounted(school, replace(asked, since=now, until=now + timedelta(days=1)))["waiting"] == ([], [1, 2, 3])


def recounted(office: Office, digest: Digest) -> dict[str, tuple[list[int], list[int]]]:
    """The cases behind each figure of a digest, counted now."""
    with office.service.storage.reading() as work:
        made = make(digest, office.service.rules, work)
    return {name: (list(over), list(hits)) for name, (over, hits) in made.behind.items()}


def test_the_period_before_is_the_one_told_of_before(school: Office) -> None:
    """P2: months have 28 to 31 days and holidays move them: what a digest is held against is the digest before."""
    by_schedule(school)
    with school.service.storage.work() as work:
        for moment in ("2026-09-30 17:00", "2026-10-01 09:00", "2026-10-30 17:59", "2026-10-30 18:01"):
            begun(school, work, at(moment))
    waits_until(school, "2026-11-30 18:00")
    assert said(content_of(school, "monthly"))["received"]["before"] == "2 件"


def begun(office: Office, work: Work, moment: datetime) -> None:
    """A question at a made-up time."""
    rules = office.service.rules
    matter = rules.catalogue.get("question")
    assert matter is not None
    ctx = Context(moment, office.known(work, "lin"), matter, rules, work, FLOWS["question"])
    ctx.flow.start({"question": "图书馆几点关门"}, ctx)


@pytest.mark.parametrize(
    ("part", "whole", "said"),
    [(1, 3, "33.3"), (2, 3, "66.7"), (1999, 2000, "99.9"), (1, 5000, "0.1"), (0, 7, "0.0"), (7, 7, "100.0")],
)
def test_a_share_is_reckoned_in_whole_numbers(part: int, whole: int, said: str) -> None:
    """P1: only all is 100 %, only none is 0 %."""
    assert reckoning.percent(part, whole) == said


def test_an_improvement_is_shown_before_and_after(school: Office) -> None:
    """P5, P3: the figures it was meant for; and the year's own target of the sheet in place of the catalogue's."""
    folder = school.writes()
    (folder / "indicators.toml").write_text(SHIPPED.read_text("utf-8") + IMPROVED, "utf-8")
    by_schedule(school)
    live(school, school.clock.now())
    waits_until(school, "2026-11-30 18:00")
    content = content_of(school, "monthly")
    [change] = content["changes"]
    assert change["title"] == "维修组分片值班"
    [(title, before, after)] = change["figures"]
    assert title == "报修响应"
    assert "平均用时" in before + after
    assert said(content)["repair-response"]["target"] == "不低于 60%"
    with school.service.storage.reading() as work:
        id = next(one.id for one in work.digests.recent(9) if one.name == "monthly")
    assert "改进前" in opened(school, f"/workbench/digest/{id}", of="gu").text


IMPROVED = """
[[target]]
year = 2026
figures = { repair-response = 60 }

[[improvement]]
title = "维修组分片值班"
day = 2026-11-10
days = 14
figures = ["repair-response"]
"""


SHEETS = """
[[target]]
unit = "东区维修组"
year = 2026
figures = { repair-solved = 30, late = 1000 }

[[quality]]
title = "维修台账"
unit = "东区维修组"
year = 2026
standard = "每月更新，材料齐全"
judged = "partly"
grounds = "三月、四月没有更新"

[[quality]]
title = "值班纪律"
year = 2026
standard = "没有脱岗"
"""
YEARLY = """
[[schedule]]
name = "sheet"
what = "digest"
at = "每周五 16:30"
to = ["head-of:总务处"]
units = ["东区维修组"]
year = true

[[schedule]]
name = "prize"
what = "digest"
at = "每周五 16:40"
to = ["person:顾明远"]
persons = "评选年度维修标兵"
"""


def test_a_unit_has_its_sheet_of_the_year_and_persons_are_compared_only_for_a_reason(school: Office) -> None:
    """P3, P4: own targets since January, what cannot be counted in words; the reason stands on the page."""
    folder = school.writes()
    (folder / "indicators.toml").write_text(SHIPPED.read_text("utf-8") + SHEETS, "utf-8")
    by_schedule(school, YEARLY)
    live(school, school.clock.now(), days=5)
    waits_until(school, "2026-11-27 17:00")
    sheet, prize = content_of(school, "sheet"), content_of(school, "prize")
    assert sheet["title"] == "年度指标"
    assert sheet["period"].startswith("1月1日周四 00:00")
    assert said(sheet)["repair-solved"]["target"] == "不低于 30%"
    assert [(one["title"], one["found"]) for one in sheet["judged"]] == [
        ("维修台账", "部分达到"),
        ("值班纪律", "还没评"),
    ]
    assert sheet["persons"] == ""
    assert prize["judged"] == []
    assert {one["name"] for one in prize["units"]} & {"吴建国", "郑国强", "孙立新"}
    with school.service.storage.reading() as work:
        numbers = {one.name: one.id for one in work.digests.recent(9)}
    page = opened(school, f"/workbench/digest/{numbers['prize']}", of="gu").text
    assert "按人排列的理由：评选年度维修标兵" in page
    page = opened(school, f"/workbench/digest/{numbers['sheet']}", of="liu").text
    assert "三月、四月没有更新" in page
    assert "按人排列" not in page


@pytest.mark.parametrize("line", ['judged = "good"', 'judged = "met"', "year = 2026"])
def test_a_judgement_has_grounds(tmp_path: Path, line: str) -> None:
    """P3: one of four words, and by what it was seen."""
    whole = '[[quality]]\ntitle = "x"\nyear = 2026\nstandard = "y"\n'
    source = whole + line if line.startswith("judged") else f"[[quality]]\n{line}"
    (tmp_path / "indicators.toml").write_text(source, "utf-8")
    with pytest.raises(Misfiled):
        read_all(tmp_path)


def test_two_who_count_at_once_send_it_once(office: Office) -> None:
    """P2: two replicas carry the same job after a claim that lapsed; whoever finishes second sends nothing."""
    by_schedule(office)
    live(office, office.clock.now(), days=5, count=20)
    waits_until(office, "2026-11-27 16:59")
    service = office.service
    now = office.clock.now()
    gu = office.person("gu")
    with service.storage.work() as work:
        asked = Digest(0, "weekly-x", "", now - timedelta(days=7), now, {}, (office.known(work, "gu").id,), now)
        number = work.digests.ask(asked)
        assert number is not None
        assert work.digests.ask(asked) is None

    async def both() -> None:
        studios = [Studio(service.storage, service.workers, lambda: service.rules, service.shelf, lambda: now)] * 2
        await asyncio.gather(*(studio.make(number) for studio in studios))

    office.run(both())
    office.passes(seconds=1)
    assert sum(seen.title == "全校周报" for seen in gu.all) == 1
    assert [item.kind for item in gu.items].count("image") == 1
