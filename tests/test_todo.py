"""Whose turn it is stands on DingTalk's to-do list, and leaves it in step; a mirror, never the truth (E6)."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from bot.mirror import PATIENCE
from storage.todos import TodoState
from tests.flows import test_approval
from tests.flows.reports import report
from tests.mirrored import TODO, MirroredOffice
from tests.service.doors import ready
from tests.workbench.browser import signed_in


@pytest.fixture
def both(url: str, tmp_path: Path) -> Iterator[MirroredOffice]:
    """On each database."""
    made = MirroredOffice(url, tmp_path)
    made.divides()
    yield made
    made.close()


@pytest.fixture
def lite(empty_sqlite: Path, tmp_path: Path) -> Iterator[MirroredOffice]:
    """On SQLite, for variants."""
    shutil.copy(empty_sqlite, tmp_path / "xiaoban.db")
    made = MirroredOffice(f"sqlite:///{tmp_path / 'xiaoban.db'}", tmp_path)
    made.divides()
    yield made
    made.close()


def test_a_turn_appears_with_its_words_its_day_and_the_way_to_it(both: MirroredOffice) -> None:
    """E6: once the card has lain for a while; the link leads to the case's page, the day is that of its limit."""
    test_approval.apply(both)
    assert both.listed("xu") == []
    both.waits()
    [todo] = both.ding.todos("xu")
    assert str(todo["subject"]).startswith("S-0001 用印申请")
    assert str(todo["url"]).endswith("/workbench/cases/S-0001")
    due = both.due("xu")
    assert due is not None
    assert due > both.clock.now()
    assert both.in_step()


def test_what_is_decided_on_the_other_platform_leaves_as_done(both: MirroredOffice) -> None:
    """E6, E7: the word was said on WeCom; DingTalk's list is in step, and the next one's turn appears."""
    test_approval.apply(both)
    both.waits()
    both.on_wecom("xu").says("同意 S-0001")
    both.mirrors()
    assert (both.listed("xu"), both.ticked("xu")) == ([], ["S-0001"])
    both.waits()
    assert both.in_step()
    assert both.all_listed()


def test_what_is_withdrawn_leaves_without_a_trace(both: MirroredOffice) -> None:
    """E6, E5, D7: nobody did it, so it is nobody's done."""
    test_approval.apply(both)
    both.waits()
    both.person("li").presses("撤回")
    assert both.case("S-0001").closed_at is not None
    both.mirrors()
    assert (both.listed("xu"), both.ticked("xu"), both.rows()) == ([], [], [])


def test_what_is_handed_on_leaves_here_and_appears_there(both: MirroredOffice) -> None:
    """E6, E5, D3: it goes at once, and comes when it has lain with the other one."""
    test_approval.apply(both)
    both.waits()
    both.person("xu").says("转交 S-0001 苏婉清")
    both.person("xu").says("我出差")
    both.mirrors()
    assert (both.listed("xu"), both.listed("su")) == ([], [])
    both.waits()
    assert (both.listed("xu"), both.listed("su")) == ([], ["S-0001"])
    assert both.in_step()


def test_what_is_done_soon_costs_nothing(lite: MirroredOffice) -> None:
    """E6: the month's calls are few, and the card in the chat has asked already."""
    test_approval.apply(lite)
    lite.passes(minutes=3)
    lite.person("xu").presses("同意")
    lite.passes(minutes=3)
    assert lite.calls() == []


def test_who_leaves_takes_nothing_along(lite: MirroredOffice) -> None:
    """E6, D10: the leaver's entry goes, whoever takes over has it; one whose account is no more is no failure."""
    test_approval.apply(lite)
    lite.waits()
    lite.does(lambda: lite.ding.leave("xu"))
    lite.sandbox.corp.directory.remove("xu")
    lite.run(lite.service.read_directories())
    lite.settles()
    lite.waits()
    assert all(who != "xu" for who, _ in lite.all_open(lite.clock.now()))
    assert [row.state for row in lite.rows()] == [TodoState.THERE] * len(lite.rows())
    assert lite.in_step()


def test_a_deadline_that_moves_moves_its_day(lite: MirroredOffice) -> None:
    """E6, F9: a late holiday notice; the day is told anew, once."""
    test_approval.apply(lite)
    lite.waits()
    before = lite.due("xu")
    lite.writes('[[closed]]\nname = "停电检修"\nfrom = 2026-11-24\nuntil = 2026-11-25\n')
    lite.restarts()
    lite.passes(seconds=10)
    after = lite.due("xu")
    assert before is not None
    assert after is not None
    assert after > before
    lite.passes(seconds=10)
    assert lite.calls() == ["POST", "PUT"]


def test_a_kill_after_the_call_and_before_its_note_makes_no_double(both: MirroredOffice) -> None:
    """E6, F33: the platform did it and we never knew; the next try finds it by its number, and it leaves in time."""
    test_approval.apply(both)
    both.passes(seconds=PATIENCE.total_seconds() - 1)
    both.clock.advance(timedelta(seconds=2))
    both.run(killed_after_the_first_call(both))
    assert [row.remote for row in both.rows()] == [None]
    both.restarts()
    both.passes(minutes=2)
    assert both.listed("xu") == ["S-0001"]
    assert len(both.ding.corp.todos) == 1
    assert [row.state for row in both.rows()] == [TodoState.THERE]
    both.person("xu").presses("同意")
    both.mirrors()
    assert both.listed("xu") == []


def test_what_was_decided_while_nobody_knew_that_it_is_there_leaves(both: MirroredOffice) -> None:
    """E6, F33: killed in the same place, and the case goes on before the next try."""
    test_approval.apply(both)
    both.passes(seconds=PATIENCE.total_seconds() - 1)
    both.clock.advance(timedelta(seconds=2))
    both.run(killed_after_the_first_call(both))
    both.restarts()
    both.person("xu").says("同意 S-0001")
    both.passes(minutes=2)
    assert (both.listed("xu"), both.ticked("xu"), len(both.ding.corp.todos)) == ([], ["S-0001"], 1)


async def killed_after_the_first_call(both: MirroredOffice) -> None:
    """The process ends between the platform's yes and our note of it."""
    turn = asyncio.create_task(both.service.mirror.turn())
    while not both.calls():  # noqa: ASYNC110  # the stand-in tells nobody that it was called
        await asyncio.sleep(0)
    turn.cancel()
    await asyncio.wait([turn])


def test_an_answer_that_is_cut_off_makes_no_double(lite: MirroredOffice) -> None:
    """E6, F30: done, but nobody said so."""
    test_approval.apply(lite)
    lite.ding.faults.only, lite.ding.faults.cut = TODO, 1
    lite.waits()
    lite.passes(minutes=1)
    assert lite.listed("xu") == ["S-0001"]
    assert len(lite.ding.corp.todos) == 1
    lite.ding.faults.cut = 1
    lite.person("xu").presses("同意")
    lite.mirrors()
    lite.passes(minutes=1)
    assert lite.listed("xu") == []
    assert "xu" not in {who for who, _ in lite.all_listed()}


def test_what_is_taken_off_by_hand_changes_nothing_with_us(lite: MirroredOffice) -> None:
    """E6: a mirror, never the truth: it stays somebody's turn, is not put there again, and ends as any other."""
    test_approval.apply(lite)
    lite.waits()
    member = lite.ding.corp.staff.member("xu")
    lite.ding.corp.todos.remove(member, str(lite.ding.todos("xu")[0]["id"]))
    lite.passes(minutes=10)
    assert lite.listed("xu") == []
    assert lite.case("S-0001").closed_at is None
    lite.person("xu").presses("同意")
    lite.mirrors()
    assert all(row.number == "S-0001" and row.state is not TodoState.LEAVING for row in lite.rows())


def test_a_missing_permission_is_told_once_and_not_asked_for_again_and_again(lite: MirroredOffice) -> None:
    """E6: on the operator's page and /readyz; a day later it is tried again, and then all is in step."""
    lite.ding.faults.only, lite.ding.faults.forbidden = TODO, True
    test_approval.apply(lite)
    lite.waits()
    for _ in range(5):
        lite.passes(minutes=10)
    assert len(lite.calls()) == 1
    assert "todo: dingtalk todo.create: Forbidden.AccessDenied.AccessTokenPermissionDenied" in ready(lite).text
    assert "钉钉的待办没有同步" in signed_in(lite, "zhou").get("/workbench/running").text
    lite.ding.faults.forbidden = False
    lite.passes(days=1)
    assert lite.in_step()
    assert "todo:" not in ready(lite).text


def test_when_the_month_runs_short_it_is_the_first_to_stop(lite: MirroredOffice) -> None:
    """E6, issue 5: nothing new is entered and no day told, what is over still leaves; cards go on."""
    test_approval.apply(lite)
    lite.waits()
    assert lite.listed("xu") == ["S-0001"]
    for _ in range(100):
        lite.service.meter.spent("dingtalk", "call")
    lite.passes(seconds=1)
    lite.a_month = (120, 3000)
    lite.restarts()
    lite.passes(seconds=1)
    report(lite)
    before = len(lite.calls())
    lite.waits()
    assert len(lite.calls()) == before
    lite.on_wecom("xu").says("同意 S-0001")
    lite.passes(seconds=10)
    assert lite.listed("xu") == []
    assert lite.calls()[before:] == ["PUT"]


def test_an_office_that_does_not_want_it_pays_nothing(lite: MirroredOffice) -> None:
    """E6: `[dingtalk] todo = false`: what was put there is taken away, and nothing comes after."""
    test_approval.apply(lite)
    lite.waits()
    assert lite.listed("xu") == ["S-0001"]
    lite.mirrored = False
    lite.restarts()
    lite.waits()
    assert lite.listed("xu") == []
    lite.waits()
    assert lite.calls() == ["POST", "DELETE"]


def test_somebody_without_dingtalk_is_left_out(lite: MirroredOffice) -> None:
    """E6, Q1: whose turn it is on WeCom alone costs nothing."""
    channel, account = lite.account("xu")
    with lite.service.storage.work() as work:
        work.people.detach(channel, account)
    test_approval.apply(lite)
    lite.waits()
    assert lite.calls() == []


@pytest.mark.timeout(300)
def test_at_rest_the_lists_are_the_open_tasks_whatever_happened(both: MirroredOffice) -> None:
    """E6: people report, decide, hand on and take on either platform, calls fail; a seeded run."""
    lives_on(both, Random(6))


@pytest.mark.timeout(300)
@pytest.mark.parametrize("seed", [7, 8])
def test_at_rest_they_are_by_other_ways_too(lite: MirroredOffice, seed: int) -> None:
    """E6: the same by other seeds."""
    lives_on(lite, Random(seed))


def lives_on(both: MirroredOffice, random: Random) -> None:
    """Forty times somebody does something, or calls fail, and time passes; at rest the lists are in step."""
    faults = both.ding.faults
    faults.only = TODO
    for step in range(40):
        deed = random.randrange(7)
        if deed == 0 or step == 0:
            random.choice((test_approval.apply, report))(both)
        elif deed == 1:
            setattr(faults, random.choice(("cut", "cut_before", "busy", "html_500", "throttled")), 2)
        else:
            acts(both, random, deed)
        both.passes(seconds=random.choice((1, 20, 400)))
    faults.cut = faults.cut_before = faults.busy = faults.html_500 = faults.throttled = 0
    for _ in range(8):
        both.passes(minutes=20)
    assert both.in_step()
    assert len({todo.source for todo in both.ding.corp.todos}) == len(both.ding.corp.todos)


def acts(both: MirroredOffice, random: Random, deed: int) -> None:
    """Whoever has something to do does something with it, by word, on either phone."""
    waiting = sorted(both.all_open(both.clock.now()))
    if not waiting:
        return
    who, number = random.choice(waiting)
    phone = random.choice((both.person(who), both.on_wecom(who)))
    if number.startswith("R"):
        phone.says(random.choice((f"接单 {number}", f"退单 {number} 忙不过来", f"没问题了 {number}")))
        return
    words = {2: f"转交 {number} 苏婉清", 3: f"不同意 {number} 材料不全"}.get(deed, f"同意 {number}")
    phone.says(words)
    if deed == 2:
        phone.says("跳过")


@pytest.mark.timeout(120)
def test_two_processes_put_nothing_there_twice(both: MirroredOffice) -> None:
    """E6, F35: each looks at the same tables at the same time; one of them makes the call."""
    service = both.service
    other = service._mirroring()
    for number in range(6):
        test_approval.apply(both, document=f"协议{number}")
    both.clock.advance(PATIENCE + timedelta(seconds=1))

    async def together() -> None:
        await asyncio.gather(*(mirror.keep() for mirror in (service.mirror, other) for _ in range(3)))

    both.run(together())
    assert both.in_step()
    assert both.calls() == ["POST"] * len(both.rows())
    for number in range(6):
        both.on_wecom("xu").says(f"同意 S-000{number + 1}")
    both.run(together())
    assert both.listed("xu") == []
    assert len(both.ticked("xu")) == 6
