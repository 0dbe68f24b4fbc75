"""The roll-up against a count made another way: by walking through what happened to each item, one by one (I5, I6)."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from flows.supervision.bulletin import Bulletin, bulletin
from flows.supervision.tally import Row, Spell, Tally
from handlers.supervising import card, context
from tests.flows.test_supervision import acknowledged, answers, raised
from tests.flows.test_time_stories import waits_until
from tests.office import Office

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
NOW = datetime(2026, 11, 1, tzinfo=UTC)
Counted = dict[str, int]


def walked(row: Row, begins: datetime, ends: datetime) -> Counted:
    """What one item counts for in a period, told by its events in order; as things stand now while that lasts."""
    events = [(spell.begins, 2, "open") for spell in row.spells]
    events += [(spell.ends, 0, "done" if spell.done else "off") for spell in row.spells if spell.ends]
    state, shut, deadline = "", None, None
    for at, _, what in sorted(events):
        if at >= ends:
            break
        state, shut = what, at if what != "open" else None
    for since, due in row.dues:
        if since < ends or deadline is None:
            deadline = due
    found = dict.fromkeys(("done", "doing", "overdue", "carried", "extensions"), 0)
    found["extensions"] = len([at for at in row.extended if begins <= at < ends])
    old = min(spell.begins for spell in row.spells) < begins
    if state == "open":
        assert deadline is not None
        found["overdue" if deadline < ends and deadline < NOW else "doing"] = 1
        found["carried"] = int(old)
    elif state == "done" and shut is not None and shut >= begins:
        found["done"], found["carried"] = 1, int(old)
    return found


def counted(rows: Sequence[Row], begins: datetime, ends: datetime) -> Counted:
    """The sum of these items."""
    each = [walked(row, begins, ends) for row in rows]
    return {key: sum(one[key] for one in each) for key in ("done", "doing", "overdue", "carried", "extensions")}


def said(one: Tally) -> Counted:
    return {key: int(getattr(one, key)) for key in ("done", "doing", "overdue", "carried", "extensions")}


def made_up(number: int, chance: random.Random) -> Row:
    """An item with up to three spells, some called off, with extensions and refusals on the way."""
    at = BEGIN + timedelta(hours=chance.randrange(7000))
    due = at + timedelta(hours=chance.randrange(1, 1500))
    spells, dues, extended, refused = [], [(at, due)], [], []
    for _ in range(chance.randint(1, 3)):
        begins, at = at, at + timedelta(hours=chance.randrange(2, 2500))
        middle = begins + (at - begins) / 2
        if chance.random() < 0.4:
            due += timedelta(hours=chance.randrange(1, 900))
            extended.append(middle)
            dues.append((middle, due))
        if chance.random() < 0.3:
            refused.append((middle, chance.choice("甲乙丙")))
        if at >= NOW or chance.random() < 0.2:
            spells.append(Spell(begins))
            break
        off = chance.random() < 0.15
        spells.append(Spell(begins, at, done=not off))
        if off:
            break
        at += timedelta(hours=chance.randrange(1, 900))
        if at >= NOW:
            break
        due = at + timedelta(hours=240)
        dues.append((at, due))
    else:
        dues = [one for one in dues if one[0] <= spells[-1].begins or spells[-1].ends is None] or dues
    unit, asker = chance.choice("甲乙丙"), chance.choice("张王李")
    return Row(f"SV-{number:04d}", unit, asker, tuple(spells), tuple(dues), tuple(extended), tuple(refused))


@pytest.mark.parametrize("days", [1, 7, 30, 91, 365])
def test_any_period_equals_a_count_made_another_way(days: int) -> None:
    """I5: the whole, every unit and every leader, over all the year; what is left open stands in the next period."""
    chance = random.Random(days)
    rows = [made_up(number, chance) for number in range(300)]
    begins = BEGIN
    while begins < NOW:
        ends = begins + timedelta(days=days)
        found = bulletin(rows, begins, ends, NOW)
        assert said(found.whole) == counted(rows, begins, ends)
        for groups, key in ((found.units, unit_of), (found.askers, asker_of)):
            for name in {key(row) for row in rows}:
                theirs = [row for row in rows if key(row) == name]
                assert said(groups.get(name, Tally())) == counted(theirs, begins, ends), (name, begins)
        assert found.whole.due == found.whole.done + found.whole.overdue
        assert found.whole.refusals == sum(begins <= at < ends for row in rows for at, _ in row.refused)
        for unit in "甲乙丙":
            refused = sum(begins <= at < ends and who == unit for row in rows for at, who in row.refused)
            assert found.units.get(unit, Tally()).refusals == refused
        following = {
            row.number
            for row in rows
            if any(s.begins < ends and (s.ends is None or s.ends >= ends) for s in row.spells)
        }
        assert set(found.whole.open) == following
        begins = ends


def unit_of(row: Row) -> str:
    return row.unit


def asker_of(row: Row) -> str:
    return row.asker


def test_what_is_not_due_yet_is_not_late_while_the_period_lasts(school: Office) -> None:
    """I5: at the beginning of December an item of the eighth is being done, on the ninth it is late."""
    shen, _ = acknowledged(school)
    waits_until(school, "2026-12-02T10:00")
    shen.says("督办情况")
    assert "合计：办结 0，在办 1，超期 0，没有到期的事项，上期转来 1" in shen.sees.text
    waits_until(school, "2026-12-09T10:00")
    shen.says("督办情况")
    assert "合计：办结 0，在办 0，超期 1，办结率 0.0%（0/1），上期转来 1" in shen.sees.text


def test_each_leader_has_what_they_asked_for(school: Office) -> None:
    """I5: by leader as by unit, from what happened in the chat; what nobody asked for is its writer's."""
    shen, liu, jiang = (school.person(one) for one in ("shen", "liu", "jiang"))
    raised(school, "督办 两周内完成东区路灯改造，后勤处牵头，顾明远批示")
    raised(school, "督办 两周内把满意率提到90%，图书馆牵头，顾明远交办")
    raised(school, "督办 三个月内修订公文办法，图书馆牵头，方静批示")
    raised(school, "督办 12月4日前粉刷走廊，图书馆牵头")
    liu.presses("认领")
    for number in ("SV-0002", "SV-0003", "SV-0004"):
        jiang.says(f"认领 {number}")
    jiang.says("报办结 SV-0002")
    answers(jiang, "提上去了", "91")
    shen.presses("核对通过")
    liu.presses("申请延期")
    answers(liu, "12月18日前", "灯杆到货晚")
    shen.presses("准予延期")
    waits_until(school, "2026-12-07T10:00")
    shen.says("督办情况 11月1日到12月31日")
    for line in (
        "合计：办结 1，在办 2，超期 1，办结率 50.0%（1/2），延期 1 次",
        "总务处：办结 0，在办 1，超期 0，没有到期的事项，延期 1 次",
        "图书馆：办结 1，在办 1，超期 1，办结率 50.0%（1/2）",
        "顾明远：办结 1，在办 1，超期 0，办结率 100.0%（1/1），延期 1 次",
        "方静：办结 0，在办 1，超期 0，没有到期的事项",
        "沈洁：办结 0，在办 0，超期 1，办结率 0.0%（0/1）",
    ):
        assert line in shen.sees.text, line


def test_the_office_sees_the_same_in_the_chat_as_on_the_page(school: Office) -> None:
    """I5: who is of the office sees all, wherever they look."""
    acknowledged(school)
    zhao = school.person("zhao")
    zhao.says("督办情况")
    assert "合计：办结 0，在办 1" in zhao.sees.text


def test_a_card_holds_the_worst_and_says_how_many_more_there_are(school: Office) -> None:
    """I5: with fifty units nothing is cut in the middle; those with most overdue are named."""
    acknowledged(school)
    units = {f"第{n}处": Tally(done=1, overdue=n % 7, due=1 + n % 7) for n in range(50)}
    whole = Tally(done=50, overdue=150, due=200)
    with school.service.storage.reading() as work:
        rules, now = school.service.rules, school.clock.now()
        ctx = context(work, rules, rules.flows, now, school.known(work, "shen"))
        assert ctx is not None
        shown = card(Bulletin(BEGIN, NOW, whole, units, units), None, ctx)
    named = [line for line in shown.body.splitlines() if line.startswith("第")]
    assert all("超期 6" in line for line in named)
    assert shown.body.count("另有 46 个，点开看全部。") == 2
    assert len(shown.body) < 550


def test_what_a_leader_asked_for_stays_theirs(school: Office) -> None:
    """I5, Q1: past figures do not move to somebody else when a leader leaves."""
    shen, liu = acknowledged(school, "督办 两周内完成东区路灯改造，后勤处牵头，顾明远批示")
    liu.presses("报办结")
    liu.says("全换好了")
    liu.sends_a_photo()
    shen.presses("核对通过")
    school.act(lambda box: box.delete_user("gu"))
    shen.says("督办情况")
    assert "顾明远：办结 1，在办 0" in shen.sees.text
