"""Verification, re-sends, order, and what is done with what was not taken. protocol/wecom.md 1.2, 1.6"""

from __future__ import annotations

import asyncio

import pytest

from bot.sandbox import Impossible
from tests.sandbox.conftest import Build
from tests.sandbox.world import World, field_of


async def test_the_address_is_verified_before_anything_is_delivered(world: World) -> None:
    delivery = await world.sandbox.say("lin", "hello")
    assert delivery.accepted
    assert delivery.statuses == (200,)
    assert world.receiver.challenges == 1
    assert world.receiver.texts == ["hello"]


@pytest.mark.parametrize("wrong", [lambda echo: echo + b"\n", lambda echo: b'"' + echo + b'"', lambda echo: b""])
async def test_verification_wants_exactly_the_plaintext(world: World, wrong: object) -> None:
    world.receiver.echo = wrong  # type: ignore[assignment]
    assert not await world.sandbox.verify()
    delivery = await world.sandbox.say("lin", "hello")
    assert (delivery.accepted, delivery.attempts) == (False, 0)
    assert world.receiver.inners == []


async def test_verification_has_a_second_and_no_more(build: Build) -> None:
    world = await build(verify_limit=0.02)
    world.receiver.thinking = 0.05
    assert not await world.sandbox.verify()
    assert "no answer within" in (world.sandbox.deliverer.last_error or "")


async def test_a_resend_is_the_same_message_in_a_fresh_envelope(world: World) -> None:
    world.receiver.script = [500, 503]
    delivery = await world.sandbox.say("lin", "hello")
    assert delivery.statuses == (500, 503, 200)
    assert len(set(world.receiver.inners)) == 1
    assert len(set(world.receiver.sealed)) == 3
    assert len({envelope["nonce"] for envelope in world.receiver.envelopes}) == 3


async def test_after_three_resends_it_is_given_up_and_can_be_sent_again(world: World) -> None:
    world.receiver.script = [500] * 4
    delivery = await world.sandbox.say("lin", "hello")
    assert delivery.statuses == (500,) * 4
    assert world.sandbox.phone("lin").items[0].status == "failed"
    assert list(world.sandbox.deliverer.undelivered) == [delivery.id]
    (again,) = await world.sandbox.redeliver()
    assert again.accepted
    assert world.sandbox.phone("lin").items[0].status == "delivered"
    assert world.sandbox.deliverer.undelivered == {}
    assert len(set(world.receiver.inners)) == 1


async def test_no_answer_in_time_counts_as_none(build: Build) -> None:
    world = await build(answer_limit=0.03)
    world.receiver.script = [0.05]
    delivery = await world.sandbox.say("lin", "hello")
    assert delivery.statuses == (None, 200)


async def test_resend_on_status_can_be_switched_off(build: Build) -> None:
    """The two pages contradict each other; protocol/wecom.md 1.6."""
    world = await build(resend_on_status=False)
    world.receiver.script = [500]
    assert (await world.sandbox.say("lin", "hello")).statuses == (500,)


async def test_a_redirect_is_not_followed(world: World) -> None:
    world.receiver.script = [302] * 4
    assert (await world.sandbox.say("lin", "hello")).statuses == (302,) * 4


async def test_one_person_waits_his_turn_and_others_do_not(world: World) -> None:
    await world.sandbox.verify()
    world.receiver.gate = asyncio.Event()
    said = [
        asyncio.create_task(world.sandbox.say(who, text)) for who, text in (("lin", "1"), ("lin", "2"), ("wu", "3"))
    ]
    await world.receiver.came.get()
    await world.receiver.came.get()
    assert sorted(world.receiver.texts) == ["1", "3"]
    world.receiver.gate.set()
    await asyncio.gather(*said)
    assert world.receiver.texts.index("1") < world.receiver.texts.index("2")


async def test_the_six_kinds_carry_their_fields(world: World) -> None:
    sandbox = world.sandbox
    await sandbox.say("lin", "a]]>b")
    await sandbox.send_image("lin", b"\xff\xd8\xff\xe0picture")
    await sandbox.send_voice("lin")
    await sandbox.send_video("lin", b"\x00\x00\x00\x18ftypmp42")
    await sandbox.send_location("lin", 30.26, 120.12, "gate")
    await sandbox.send_link("lin", "guide", "https://xiaoban.example/")
    kinds = [field_of(inner, "MsgType") for inner in world.receiver.inners]
    assert kinds == ["text", "image", "voice", "video", "location", "link"]
    wanted = ["Content", "PicUrl", "Format", "ThumbMediaId", "Label", "Url"]
    assert all(field_of(inner, name) for inner, name in zip(world.receiver.inners, wanted, strict=True))
    assert all(int(field_of(inner, "MsgId")) > 2**53 for inner in world.receiver.inners)
    assert field_of(world.receiver.inners[0], "Content") == "a]]>b"
    assert field_of(world.receiver.inners[4], "AppType") == "wxwork"


async def test_entering_and_menu_clicks_are_events(world: World) -> None:
    await world.post("menu/create", {"button": [{"name": "mine", "type": "click", "key": "MINE"}]}, agentid="1000002")
    await world.sandbox.enter("lin")
    await world.sandbox.click_menu("lin", "MINE")
    events = [(field_of(inner, "Event"), field_of(inner, "EventKey")) for inner in world.receiver.inners]
    assert events == [("enter_agent", ""), ("click", "MINE")]
    with pytest.raises(Impossible):
        await world.sandbox.click_menu("lin", "OTHER")


async def test_a_passive_reply_is_shown(world: World) -> None:
    """protocol/wecom.md 1.7, 3.2"""
    forge = world.sandbox.forge
    corp = world.sandbox.settings.corp_id
    inner = (
        f"<xml><ToUserName>lin</ToUserName><FromUserName>{corp}</FromUserName>"
        "<MsgType>text</MsgType><Content>hi</Content></xml>"
    )
    sealed = forge.encrypt(inner)
    outer = f"<xml><Encrypt>{sealed}</Encrypt><MsgSignature>{forge.sign('1', '2', sealed)}</MsgSignature>"
    world.receiver.reply = f"{outer}<TimeStamp>1</TimeStamp><Nonce>2</Nonce></xml>".encode()
    await world.sandbox.say("lin", "hello")
    last = world.sandbox.phone("lin").last
    assert last is not None
    assert last.content == {"content": "hi"}


async def test_a_short_plain_body_is_tolerated_and_a_forged_reply_is_not_shown(world: World) -> None:
    world.receiver.reply = b"success"
    await world.sandbox.say("lin", "hello")
    assert world.sandbox.deliverer.last_error is None
    world.receiver.reply = b"<xml><Encrypt>x</Encrypt></xml>"
    await world.sandbox.say("lin", "hello")
    assert "passive reply" in (world.sandbox.deliverer.last_error or "")
    assert world.sandbox.phone("lin").received == []


async def test_people_the_app_is_not_for_cannot_speak_to_it_but_by_forging(world: World) -> None:
    with pytest.raises(Impossible):
        await world.sandbox.say("nobody", "hello")
    await world.sandbox.say("LIN", "hello", strict=False)
    assert field_of(world.receiver.inners[0], "FromUserName") == "LIN"


async def test_closing_gives_up_what_is_under_way(world: World) -> None:
    await world.sandbox.verify()
    world.receiver.gate = asyncio.Event()
    said = asyncio.create_task(world.sandbox.say("lin", "hello"))
    await world.receiver.came.get()
    await world.sandbox.close()
    assert not (await said).accepted
    world.receiver.gate.set()
