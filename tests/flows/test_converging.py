"""Cards of a request converge: whatever people do, at rest no live button belongs to a settled turn, or it is
visibly superseded (E1, E2, E4, E5)."""

from __future__ import annotations

import random

import pytest

from flows.cards import More, Perform, read_action
from tests.flows.test_approval import NUMBER, apply, people
from tests.office import Office

PEOPLE = ("li", "xu", "shen", "dong", "jiang", "tang", "gu", "fang", "zhong", "cao", "su")


def live(office: Office) -> list[tuple[str, str, str]]:
    """Every live button: whose, on which message, and what it carries."""
    return [
        (userid, item.id, str(button["key"]))
        for userid in PEOPLE
        for item in office.person(userid).cards
        for button in item.content["button_list"]
    ]


def turns(office: Office) -> set[tuple[str, int]]:
    """Every open turn: whose, and which."""
    with office.service.storage.reading() as work:
        case = work.cases.by_number(NUMBER)
        assert case is not None
        tasks = work.tasks.open_on(case.id)
        accounts = work.people.accounts_of([task.person_id for task in tasks])
        return {(account, task.turn) for task in tasks for _, account in accounts[task.person_id]}


def is_replaced(office: Office, userid: str, item: str) -> bool:
    """Whether somebody was told later that a card takes an earlier one's place, which could not be changed any more."""
    person = office.person(userid)
    later = person.all[[one.id for one in person.items].index(item) + 1 :]
    return any("代替之前的卡片" in seen.text and not seen.buttons for seen in later)


def lose_the_right(office: Office, userid: str, item: str) -> None:
    """Every code of a card is spent, so that it cannot be changed any more (E4)."""
    codes = office.sandbox.corp.codes
    msgid = next(one.msgid for one in office.person(userid).items if one.id == item)
    for code in list(codes._codes.values()):
        if code.msgid == msgid:
            codes.spend(code)


SAYINGS = (
    "同意 S-0001", "不同意 S-0001", "拿回 S-0001", "撤回 S-0001", "退回 S-0001", "转交 S-0001 苏婉清", "苏婉清", "跳过",
    "取消", "补好了", "1", "材料不齐",
)  # fmt: skip


def happens(office: Office, dice: random.Random) -> None:
    """Somebody taps or types, two tap in the same instant, time passes, or a code is gone."""
    buttons = live(office)
    asked = [button for button in buttons if button[0] != "li"]
    if dice.randrange(10):  # the applicant would call it off too soon
        buttons = asked or buttons
    userid, item, key = dice.choice(buttons) if buttons else ("li", "", "")
    match dice.choice(["time", "long", "word", "word", "over", "lost", "both", "both", "twice", "tap", "tap", "tap"]):
        case "time":
            office.passes(hours=dice.randrange(1, 30))
        case "long":
            office.passes(hours=75)  # beyond the life of a code
        case "word":
            office.person(dice.choice(PEOPLE)).says(dice.choice(SAYINGS))
        case "over" if turns(office):
            holder, _ = dice.choice(sorted(turns(office)))
            for words in ("转交 S-0001 苏婉清", "跳过"):
                office.person(holder).says(words)
        case "lost" if item:
            lose_the_right(office, userid, item)
        case "twice" if item:  # another button of the same card, before the first is answered
            mine = [button for button in buttons if button[1] == item]
            at_once(office, (userid, item, key), dice.choice(mine))
        case "both" if item:
            at_once(office, (userid, item, key), dice.choice(buttons))
        case "tap" if item:
            at_once(office, (userid, item, key))


def at_once(office: Office, *taps: tuple[str, str, str]) -> None:
    """All of these before any is answered."""
    for userid, item, key in taps:
        office.run(office.sandbox.tap(userid, item, key, strict=False))
    office.settles()


@pytest.mark.parametrize("seed", range(10))
def test_no_live_button_of_a_settled_turn(school: Office, seed: int) -> None:
    """E1, E4, E5, F22, F23: over random schedules of taps, typed words, silence, and codes that ran out or were spent.

    Transfers, withdrawals and returns are among the buttons and the words.
    """
    dice = random.Random(seed)
    apply(school)
    case = school.case(NUMBER).id
    for _ in range(20):
        happens(school, dice)
        open_now = turns(school)
        for userid, item, carried in live(school):
            action = read_action(carried)
            if isinstance(action, (Perform, More)) and action.turn and action.case == case:
                settled = (userid, action.turn) not in open_now
                assert not settled or is_replaced(school, userid, item), (userid, carried)


def test_opposite_taps_in_the_same_instant(office: Office) -> None:
    """D16, F22 (everruns PR 3729, autumn PR 2903): one wins, and the other is told who and when."""
    apply(office)
    xu, shen, dong = people(office, "xu", "shen", "dong")
    xu.presses("同意")
    for one, label in ((shen, "同意"), (dong, "不同意")):
        card = one.cards[-1]
        key = next(str(b["key"]) for b in card.content["button_list"] if b["text"] == label)
        office.run(office.sandbox.tap(one.userid, card.id, key))
    office.settles()
    words = [entry.verb for entry in office.trail(NUMBER)]
    assert words == ["open", "agree", "agree"]
    assert "沈洁 在 11月24日周二 10:05 同意" in dong.sees.text
    assert dong.cards == []


def test_a_tap_and_a_withdrawal_at_once(office: Office) -> None:
    """F25: by the order in which they came."""
    apply(office)
    li, xu = people(office, "li", "xu")
    taps = []
    for one, label in ((li, "撤回"), (xu, "同意")):
        card = one.cards[-1]
        taps.append((one.userid, card.id, next(b["key"] for b in card.content["button_list"] if b["text"] == label)))
    for userid, item, key in taps:
        office.run(office.sandbox.tap(userid, item, str(key)))
    office.settles()
    assert [entry.verb for entry in office.trail(NUMBER)] == ["open", "withdraw"]
    assert "已撤回" in xu.sees.text
