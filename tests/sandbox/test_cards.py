"""Template cards: what may be sent, tapped and changed. protocol/wecom.md 2.3, 3.4, 5"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.sandbox import Impossible, OtherApp
from tests.sandbox.conftest import Build
from tests.sandbox.world import World, button_card, field_of, multiple_card, news_notice, text_notice, vote_card

MENU = {"desc": "more", "action_list": [{"text": "mute", "key": "mute"}]}
OPTIONS = [{"id": str(n), "text": "x"} for n in range(11)]


@pytest.mark.parametrize("card", [button_card(), vote_card(), multiple_card(), text_notice(), news_notice()])
async def test_the_five_types_are_sent(world: World, card: dict[str, Any]) -> None:
    answer = await world.send_card("lin", card)
    assert answer["errcode"] == 0
    assert ("response_code" in answer) == (card["card_type"] not in ("text_notice", "news_notice"))
    assert world.sandbox.phone("lin").cards[0].content == card


@pytest.mark.parametrize(
    ("card", "errcode"),
    [
        (button_card(card_type="poem"), 42031),
        (button_card("spaces are wrong"), 42014),
        (button_card("x" * 129), 42014),
        (button_card(""), 42014),
        (text_notice(action_menu=MENU), 42014),
        (button_card(main_title={"desc": "x"}), 42033),
        (button_card(button_list=[]), 42038),
        (button_card(button_list=[{"text": "x", "key": str(n)} for n in range(7)]), 42038),
        (button_card(button_list=[{"text": "x", "key": "same"}] * 2), 42039),
        (button_card(button_list=[{"text": "x", "key": "k" * 1025}]), 42039),
        (button_card(button_list=[{"text": "x"}]), 42039),
        (button_card(button_list=[{"text": "x", "key": "k", "style": 5}]), 42039),
        (button_card(button_list=[{"text": "x", "type": 1}]), 42028),
        (button_card(horizontal_content_list=[{"keyname": "x"}] * 7), 42035),
        (button_card(horizontal_content_list=[{"value": "x"}]), 42027),
        (button_card(horizontal_content_list=[{"keyname": "x", "type": 1}]), 42028),
        (button_card(horizontal_content_list=[{"keyname": "x", "type": 2, "media_id": "no"}]), 42029),
        (button_card(horizontal_content_list=[{"keyname": "x", "type": 3, "userid": "no"}]), 42050),
        (button_card(quote_area={"type": 2}), 42030),
        (button_card(button_selection={"question_key": "q", "option_list": OPTIONS}), 42040),
        (button_card(button_selection={"option_list": OPTIONS[:2]}), 42043),
        (button_card(action_menu=MENU | {"action_list": MENU["action_list"] * 2}), 42051),  # type: ignore[operator]
        (text_notice(jump_list=[{"title": "x"}] * 4), 42042),
        (text_notice(card_action={}), 42045),
        (text_notice(card_action=None), 42045),
        (text_notice(main_title={}), 42033),
        (news_notice(card_image=None), 42044),
        (news_notice(card_image={"url": "https://a.b/c", "aspect_ratio": 1.2}), 42044),
        (news_notice(vertical_content_list=[{"title": "x"}] * 5), 42036),
        (vote_card(checkbox=None), 42037),
        (vote_card(checkbox={"question_key": "q", "option_list": [{"id": "1", "text": "x"}]}), 42037),
        (vote_card(submit_button=None), 42046),
        (vote_card(submit_button={"text": "ok"}), 42049),
        (multiple_card(select_list=multiple_card()["select_list"] * 2), 42047),
        (multiple_card(select_list=[multiple_card()["select_list"][0]] * 2), 42043),
        (multiple_card(select_list=[{"question_key": "q", "option_list": [{"id": "1"}]}]), 42041),
        (button_card(main_title="R-0001"), 40058),
    ],
    ids=lambda value: str(value) if isinstance(value, int) else "",
)
async def test_hard_limits_have_their_errcode(world: World, card: dict[str, Any], errcode: int) -> None:
    assert (await world.send_card("lin", card))["errcode"] == errcode
    assert world.sandbox.phone("lin").items == []


async def test_advised_lengths_are_only_noted(world: World) -> None:
    card = button_card(main_title={"title": "x" * 37}, unknown=1)
    assert (await world.send_card("lin", card))["errcode"] == 0
    assert len(world.sandbox.journal.warnings) == 2


async def test_a_task_id_must_not_repeat_within_an_app(build: Build) -> None:
    world = await build(other_apps=(OtherApp(1000009, "other-secret"),))
    await world.send_card("lin")
    world.sandbox.clock.advance(timedelta(days=100))
    await world.login()
    assert (await world.send_card("lin"))["errcode"] == 42014
    await world.login("other-secret")
    assert (await world.send_card("lin", agentid=1000009))["errcode"] == 0


async def test_cards_that_call_back_need_a_callback_url(build: Build) -> None:
    world = await build(callback_url=None)
    assert (await world.send_card("lin"))["errcode"] == 43012
    assert (await world.send_card("lin", text_notice()))["errcode"] == 0


async def test_a_tap_carries_the_card_and_a_new_code_each_time(world: World) -> None:
    sent = await world.send_card("lin|wu")
    await world.sandbox.tap("lin", "task-1", "take")
    await world.sandbox.tap("lin", "task-1", "take")
    codes = [field_of(inner, "ResponseCode") for inner in world.receiver.inners]
    assert len({*codes, sent["response_code"]}) == 3
    wanted = ("template_card_event", "take", "task-1", "button_interaction", "1000002")
    names = ("Event", "EventKey", "TaskId", "CardType", "AgentID")
    assert tuple(field_of(world.receiver.inners[0], name) for name in names) == wanted
    assert "SelectedItems" not in world.receiver.inners[0]
    item = world.sandbox.phone("lin").cards[0]
    assert item.card is not None
    assert (item.card.live, item.card.chosen) == (True, "take")


async def test_choices_come_as_repeated_items(world: World) -> None:
    await world.send_card("lin", vote_card())
    await world.sandbox.tap("lin", "vote-1", "ok", selected={"slot": ["am", "pm"]})
    assert world.receiver.inners[0].count("<OptionId>") == 2
    await world.send_card("lin", multiple_card())
    await world.sandbox.tap("lin", "multi-1", "ok", selected={"two": ["b"]})
    assert field_of(world.receiver.inners[1], "SelectedItems/SelectedItem[1]/OptionIds/OptionId") == "a"
    assert field_of(world.receiver.inners[1], "SelectedItems/SelectedItem[2]/OptionIds/OptionId") == "b"
    with pytest.raises(Impossible):
        await world.sandbox.tap("lin", "multi-1", "ok", selected={"two": ["c"]})


async def test_only_live_buttons_of_ones_own_cards_can_be_tapped(world: World) -> None:
    code = (await world.send_card("lin"))["response_code"]
    for who, task, key in (("wu", "task-1", "take"), ("lin", "task-2", "take"), ("lin", "task-1", "other")):
        with pytest.raises(Impossible):
            await world.sandbox.tap(who, task, key)
    await world.update(code, atall=1, button={"replace_name": "done"})
    with pytest.raises(Impossible):
        await world.sandbox.tap("lin", "task-1", "take")
    assert world.receiver.inners == []


async def test_a_bystander_or_a_stale_client_can_tap_anyway(world: World) -> None:
    """Taps after update, on a recalled card, by users outside the recipients; protocol/wecom.md 13."""
    sent = await world.send_card("lin")
    await world.post("message/recall", {"msgid": sent["msgid"]})
    await world.sandbox.tap("lin", "task-1", "take", strict=False)
    await world.sandbox.tap("wu", "task-1", "forged", strict=False)
    await world.sandbox.tap("wu", "never-sent", "x", strict=False)
    whose = [(field_of(inner, "FromUserName"), field_of(inner, "TaskId")) for inner in world.receiver.inners]
    assert whose == [("lin", "task-1"), ("wu", "task-1"), ("wu", "never-sent")]
    code = field_of(world.receiver.inners[2], "ResponseCode")
    assert (await world.update(code, atall=1, button={"replace_name": "x"}))["errcode"] == 42016


async def test_a_response_code_is_used_once_within_72_hours(world: World) -> None:
    code = (await world.send_card("lin"))["response_code"]
    done = {"userids": ["lin"], "button": {"replace_name": "done"}}
    assert (await world.update(code, **done))["errcode"] == 0
    assert (await world.update(code, **done))["errcode"] == 60140
    assert (await world.update("invented", **done))["errcode"] == 60140
    await world.sandbox.tap_menu("lin", (await _menu_card(world)), "mute")
    late = field_of(world.receiver.inners[-1], "ResponseCode")
    world.sandbox.clock.advance(timedelta(hours=72))
    await world.login()
    card = text_notice()
    assert (await world.update(late, userids=["lin"], template_card=card))["errcode"] == 60140


async def _menu_card(world: World) -> str:
    await world.send_card("lin", text_notice(task_id="menu-1", action_menu=MENU))
    return "menu-1"


async def test_greying_is_for_the_named_ones_only(world: World) -> None:
    code = (await world.send_card("lin|wu"))["response_code"]
    answer = await world.update(code, userids=["lin", "ZHENG"], button={"replace_name": "done"})
    assert (answer["errcode"], answer["invaliduser"]) == (0, ["zheng"])
    states = [world.sandbox.phone(who).cards[0].card for who in ("lin", "wu")]
    assert [(each.live, each.replaced_text) for each in states if each] == [(False, "done"), (True, None)]


async def test_a_whole_card_takes_the_place_of_the_old_one(world: World) -> None:
    code = (await world.send_card("lin|wu"))["response_code"]
    card = button_card(replace_text="done")
    del card["task_id"]
    assert (await world.update(code, atall=1, template_card=card))["errcode"] == 0
    item = world.sandbox.phone("wu").card("task-1")
    assert item is not None
    assert item.card is not None
    assert (item.content, item.card.live, item.card.replaced_text) == (card, False, "done")


@pytest.mark.parametrize(
    ("body", "errcode"),
    [
        ({"button": {"replace_name": "x"}}, 82101),
        ({"userids": ["zheng"], "button": {"replace_name": "x"}}, 82102),
        ({"userids": "lin", "button": {"replace_name": "x"}}, 40058),
        ({"userids": [f"u{n}" for n in range(1001)], "button": {"replace_name": "x"}}, 40058),
        ({"atall": 1, "button": {}}, 42020),
        ({"atall": 1}, 40058),
        ({"atall": 1, "button": {"replace_name": "x"}, "template_card": {}}, 40058),
        ({"atall": 1, "template_card": {"card_type": "text_notice"}}, 42033),
        ({"atall": 1, "button": {"replace_name": "x"}, "agentid": 7}, 301002),
    ],
    ids=lambda value: str(value)[:50],
)
async def test_a_wrong_update_leaves_the_code_unused(world: World, body: dict[str, Any], errcode: int) -> None:
    code = (await world.send_card("lin"))["response_code"]
    assert (await world.update(code, **body))["errcode"] == errcode
    assert (await world.update(code, atall=1, button={"replace_name": "x"}))["errcode"] == 0


async def test_another_apps_code_is_42015(build: Build) -> None:
    world = await build(other_apps=(OtherApp(1000009, "other-secret"),))
    code = (await world.send_card("lin"))["response_code"]
    await world.login("other-secret")
    answer = await world.update(code, atall=1, button={"replace_name": "x"}, agentid=1000009)
    assert answer["errcode"] == 42015


async def test_a_resent_tap_may_have_a_new_code(build: Build) -> None:
    world = await build(resent_tap_keeps_code=False)
    await world.send_card("lin")
    world.receiver.script = [500]
    await world.sandbox.tap("lin", "task-1", "take")
    assert len({field_of(inner, "ResponseCode") for inner in world.receiver.inners}) == 2


async def test_the_card_menu_is_an_event_of_its_own(world: World) -> None:
    await world.sandbox.tap_menu("lin", await _menu_card(world), "mute")
    assert field_of(world.receiver.inners[0], "Event") == "template_card_menu_event"
    assert field_of(world.receiver.inners[0], "CardType") == "text_notice"
