"""The month's calls and pushes, as the platform bills them and as the operator sees them (protocol/dingtalk.md 0.3)."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.health import Metrics
from bot.meter import Meter
from tests.both import BothOffice
from tests.dingtalk import DingOffice
from tests.flows import test_repair
from tests.office import Office
from tests.service.doors import metric, ready
from tests.workbench.browser import signed_in


@pytest.fixture
def ding(url: str, tmp_path: Path) -> Iterator[DingOffice]:
    """A school on DingTalk, on each database."""
    made = DingOffice(url, tmp_path)
    yield made
    made.close()


def used(office: Office) -> tuple[int, int]:
    """Calls and pushes on /metrics."""
    return int(metric(office, "platform_used", "call")), int(metric(office, "platform_used", "push"))


def warnings(office: Office) -> list[str]:
    """What /readyz warns of; it stays ready."""
    page = ready(office)
    assert page.status == 200
    return [one for one in json.loads(page.text)["warnings"] if one.startswith("quota: ")]


def running(office: Office) -> str:
    """The operator's page, as a person reads it."""
    page = signed_in(office, "zhou").get("/workbench/running")
    return " ".join(re.sub(r"<[^>]*>", " ", page.text).split())


def test_a_story_is_counted_as_the_platform_bills_it(ding: DingOffice) -> None:
    """A1, issue 5: to the call and to the push, over a restart, and from 0 in the next month of the office."""
    test_repair.test_a_lamp_is_reported_taken_repaired_and_confirmed(ding)
    ding.passes(seconds=1)
    billed = ding.ding.corp.limits.spent(ding.clock.now())
    assert min(billed) > 0
    assert used(ding) == billed
    ding.restarts()
    ding.passes(seconds=1)
    assert used(ding) == ding.ding.corp.limits.spent(ding.clock.now())
    assert metric(ding, "platform_limit", "call") == 5000
    ding.passes(days=6, hours=14)  # 1 December in Shanghai, still November in UTC
    ding.passes(seconds=1)  # by then they were asked how it was, and that is counted as well
    assert ding.clock.now().month == 11
    assert used(ding) == ding.ding.corp.limits.spent(ding.clock.now())
    assert used(ding)[1] == 0


def test_news_of_the_address_book_is_not_billed(ding: DingOffice) -> None:
    """Protocol 0.3: events of contacts are exempt."""
    ding.does(lambda: ding.ding.leave("lin"))
    ding.passes(seconds=1)
    assert used(ding)[1] == 0


def test_what_another_process_used_is_seen(ding: DingOffice) -> None:
    """Several processes share a month: each adds its own, all see the sum within a minute."""
    service = ding.service
    other = Meter(ding.config(), service.storage, service.workers, ding.clock.now, Metrics())
    ding.passes(seconds=1)
    before = used(ding)[0]
    for _ in range(7):
        other.spent("dingtalk", "call")
    ding.run(other.catch_up())
    service.meter.spent("dingtalk", "call")
    ding.passes(minutes=1)
    assert used(ding)[0] == before + 8


def test_the_operator_sees_how_the_month_stands(both: BothOffice) -> None:
    """Issue 5: used, limit and forecast; nothing is said while it will do."""
    both.person("li").says("我的")
    both.passes(seconds=1)
    page = running(both)
    assert re.search(r"平台的每月额度 .*钉钉 接口调用 \d+ 5000 \d+ 钉钉 消息推送 1 3000 2", page)
    assert "加购" not in page
    assert warnings(both) == []


def test_a_month_that_runs_short_is_told_of(both: BothOffice) -> None:
    """Issue 5: at 80 %, or by the forecast; on the page with what to do, on /readyz without being unready."""
    both.a_month = (0, 10)
    both.restarts()
    for _ in range(8):
        both.person("li").says("我的")
    both.passes(seconds=1)
    assert warnings(both) == ["quota: dingtalk push: 8 of 10 used this month, 11 expected"]
    page = running(both)
    assert "钉钉的消息推送这个月用了 8 次，是额度 10 次的 80%，照这样到月底约 11 次。" in page
    assert "pushes_a_month" in page
    assert re.search(r"接口调用 \d+ 没有填 \d+", page)
    for _ in range(2):
        both.person("li").says("我的")
    assert "这个月已经用完：用了 10 次，额度 10 次" in running(both)
    both.passes(days=7)
    assert warnings(both) == []


def test_what_cannot_be_written_is_kept(both: BothOffice) -> None:
    """F34: a database that is held by somebody else loses no figure."""
    both.passes(seconds=1)
    before = used(both)[0]
    both.service.meter.spent("dingtalk", "call")
    held = sqlite3.connect(both.url.removeprefix("sqlite:///"), isolation_level=None)
    held.execute("BEGIN IMMEDIATE")
    both.run(both.service.meter.catch_up())
    held.close()
    both.passes(seconds=1)
    assert used(both)[0] == before + 1


def test_a_school_on_wecom_only_counts_nothing(school: Office) -> None:
    """Nobody sells WeCom by the call: no table, no figure."""
    school.person("li").says("我的")
    school.passes(seconds=1)
    assert used(school) == (0, 0)
    assert "每月额度" not in running(school)
