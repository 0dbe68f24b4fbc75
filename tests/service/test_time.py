"""Clocks that jump, timers that were missed, and people who change their ids: F7, F15, F46."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta

import pytest

from bot.sandbox.inner import Fields
from flows.repair import Repair
from tests.office import Office
from tests.service.doors import opened

REMINDED, LATE = "还没有人接单", "没人接单"


def report(office: Office, userid: str = "lin") -> None:
    for said in ("报修", "东区3号楼502", "灯不亮", "提交"):
        office.person(userid).says(said)


def count(office: Office, userid: str, words: str) -> int:
    return sum(words in seen.title for seen in office.person(userid).all)


def test_a_clock_that_jumps_ahead_fires_each_timer_once(office: Office) -> None:
    """F46, F7: an hour is gone at once: what fell due fires, once; the rest comes in its time."""
    report(office)
    office.passes(hours=1)
    assert (count(office, "wu", REMINDED), count(office, "zhou", LATE)) == (1, 0)
    office.passes(seconds=0)
    office.passes(hours=1)
    assert (count(office, "wu", REMINDED), count(office, "zhou", LATE)) == (1, 1)
    office.passes(days=3)
    assert (count(office, "wu", REMINDED), count(office, "zhou", LATE)) == (1, 1)


def test_a_clock_that_jumps_back_fires_nothing_twice_and_skips_nothing(office: Office) -> None:
    """F46: an hour back, before and after a timer fired; people are answered meanwhile, the trail keeps its order."""
    report(office)
    office.passes(hours=-1)
    assert count(office, "wu", REMINDED) == 0
    office.passes(hours=2)
    assert count(office, "wu", REMINDED) == 1
    office.passes(hours=-1)
    lin = office.person("lin")
    lin.says("我的")
    assert "R-0001" in lin.sees.text
    office.passes(hours=1)
    assert count(office, "wu", REMINDED) == 1
    office.passes(hours=-1)
    office.person("wu").presses("接单")
    office.passes(days=1)
    assert (count(office, "wu", REMINDED), count(office, "zhou", LATE)) == (1, 0)
    assert [(entry.seq, entry.verb) for entry in office.trail()] == [(1, "open"), (2, "offer"), (3, "take")]


def test_notices_are_not_held_back_by_a_clock_that_jumped_back(office: Office) -> None:
    """F46: what was sent in the hour that is to come again does not keep people from being answered."""
    lin = office.person("lin")
    for _ in range(45):
        lin.says("我的")
    office.passes(minutes=1)
    office.passes(minutes=4)
    told = len(lin.items)
    office.passes(hours=-1)
    lin.says("我的")
    assert len(lin.items) == told + 1


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A server whose own zone is another one than the school's."""
    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("elsewhere")
def test_a_server_in_another_zone_shows_the_school_s_time(office: Office) -> None:
    """F46: cards and pages say what the clock on the school's wall says; deadlines are spans of time."""
    report(office)
    office.person("wu").presses("接单")
    assert office.person("zheng").saw("新报修").closing == "吴建国 已接单 · 11月24日周二 10:05"
    assert "11月24日周二 10:05" in opened(office, "/workbench/cases/R-0001", of="zhao").text
    office.passes(days=2)
    assert count(office, "zhou", "接单后还没有修好") == 1


def test_timers_missed_while_the_service_was_down_fire_in_order_once(office: Office) -> None:
    """F7, F46: the reminder, then the escalation, after a night; and nothing again after the next restart."""
    report(office)
    office.stop()
    office.clock.advance(timedelta(hours=9))
    office.start()
    office.run(office.service.tick())
    office.settles()
    titles = [seen.title for seen in office.person("zhou").all]
    assert titles == ["R-0001 超过 2 小时没人接单"]
    assert count(office, "wu", REMINDED) == 1
    order = [
        call.body["template_card"]["main_title"]["title"]
        for call in office.sandbox.journal.sends
        if call.body is not None and "接单" in str(call.body.get("template_card", {}).get("main_title"))
    ]
    assert order == ["R-0001 还没有人接单", "R-0001 超过 2 小时没人接单"]
    office.restarts()
    office.passes(minutes=1)
    assert (count(office, "wu", REMINDED), count(office, "zhou", LATE)) == (1, 1)


def test_other_case_is_the_same_person(office: Office) -> None:
    """F15: the platform writes ids as it likes: same conversation, same rights, same tasks."""
    typed = ("报修", "东区3号楼502", "灯不亮", "提交")
    for userid, said in zip(("lin", "LIN", "Lin", "lIn"), typed, strict=True):
        office.person(userid).says(said)
    assert office.case().state == Repair.OFFERED
    office.person("WU").says("接单")
    assert office.case().state == Repair.TAKEN
    assert "吴建国" in office.person("zheng").saw("新报修").closing


def renamed(office: Office, old: str, new: str) -> None:
    """The administrator changes an id; the platform tells of it."""
    box = office.sandbox
    office.run(box.update_user(old, userid=new))
    fields: Fields = {"UserID": old, "NewUserID": new, "Department": "6"}
    event = box.inner.contact(office.clock.now(), "update_user", fields)
    assert office.act(lambda _box: box.raw_event(event)).statuses == (200,)


def test_who_gets_a_new_id_keeps_tasks_draft_and_rights(office: Office) -> None:
    """F15: with an open task and a form half filled; the address book is read afterwards."""
    report(office)
    wu, lin = office.person("wu"), office.person("lin")
    wu.presses("接单")
    lin.says("报修")
    lin.says("西区")
    renamed(office, "wu", "WuJianguo")
    renamed(office, "lin", "lin.xiaoyu")
    office.run(office.service.read_directories())
    wu, lin = office.person("wujianguo"), office.person("lin.xiaoyu")
    lin.says("5号楼101")
    lin.says("水管漏水")
    lin.presses("提交")
    assert office.case("R-0002").answers["place"]["text"] == "西区5号楼 101"  # type: ignore[index]  # a table
    wu.presses("修好了")
    wu.says("换了灯管")
    wu.says("跳过")
    wu.sends_a_photo()
    lin.presses("确认修好")
    assert [entry.verb for entry in office.trail()] == ["open", "offer", "take", "fix", "confirm"]
    assert len({entry.person_id for entry in office.trail() if entry.person_id}) == 2
