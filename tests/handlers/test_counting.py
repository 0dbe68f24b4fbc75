"""Questions for figures in words: answered from the catalogue, or admitted as not known (P2, P4)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from flows.indicators.asking import read
from tests.flows.calendars import ZONE, at
from tests.flows.month import live
from tests.flows.test_digest import by_schedule, raw
from tests.office import Office
from tests.service.doors import opened


@pytest.mark.parametrize(
    ("words", "name", "since", "until"),
    [
        ("上周维修超时几件？", "late", "2026-11-16 00:00", "2026-11-23 00:00"),
        ("上个月报修办结率是多少", "repair-solved", "2026-10-01 00:00", "2026-11-01 00:00"),
        ("本周一次办结率怎么样", "first-contact", "2026-11-23 00:00", "2026-11-24 10:05"),
        ("昨天新收了多少", "received", "2026-11-23 00:00", "2026-11-24 00:00"),
        ("去年返修率多少？", "reopened", "2025-01-01 00:00", "2026-01-01 00:00"),
    ],
)
def test_a_question_names_a_figure_and_a_time(school: Office, words: str, name: str, since: str, until: str) -> None:
    """P2: words of the catalogue, and of times that are past."""
    found = read(words, school.service.rules.indicators, at("2026-11-24 10:05"), ZONE, [], {})
    assert found is not None
    assert found.indicator is not None
    assert (found.indicator.name, found.since, found.until) == (name, at(since), at(until))


@pytest.mark.parametrize("words", ["报修", "上周报的灯还没修", "修一次多少钱", "图书馆几点关门", "上周说的那个怎么办"])
def test_what_asks_for_no_number_is_left_alone(school: Office, words: str) -> None:
    """Nothing is taken from what people say otherwise."""
    assert read(words, school.service.rules.indicators, at("2026-11-24 10:05"), ZONE, [], {}) is None


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
