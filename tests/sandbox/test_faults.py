"""Every fault that can be switched on, as the app meets it. protocol/wecom.md 13; threats F27 to F30"""

from __future__ import annotations

import asyncio
from datetime import timedelta

import aiohttp
import pytest

from bot.sandbox.wire import Refusal
from tests.sandbox.conftest import Build
from tests.sandbox.world import World, field_of


async def codes(world: World, times: int) -> list[int]:
    return [(await world.send("lin"))["errcode"] for _ in range(times)]


async def test_busy_for_n_calls(world: World) -> None:
    await world.login()
    world.sandbox.faults.busy = 2
    assert await codes(world, 3) == [-1, -1, 0]
    assert len(world.sandbox.phone("lin").items) == 1


async def test_crowded_for_n_calls(world: World) -> None:
    await world.login()
    world.sandbox.faults.crowded = 1
    assert await codes(world, 2) == [45033, 0]


@pytest.mark.parametrize(
    ("window", "ends"),
    [("minute", timedelta(minutes=1)), ("hour", timedelta(hours=1)), ("day", timedelta(hours=14))],
)
async def test_a_frequency_limit_ends_with_its_window(build: Build, window: str, ends: timedelta) -> None:
    world = await build(token_lifetime=100_000)
    await world.login()
    world.sandbox.faults.rate_limit = window
    assert await codes(world, 2) == [45009, 45009]
    world.sandbox.clock.advance(ends - timedelta(seconds=1))
    assert await codes(world, 1) == [45009]
    world.sandbox.clock.advance(timedelta(seconds=1))
    assert await codes(world, 1) == [0]
    assert world.sandbox.faults.rate_limit == ""


async def test_tokens_expire_in_the_middle_of_a_batch(world: World) -> None:
    await world.login()
    world.sandbox.faults.expire_after = 2
    assert await codes(world, 4) == [0, 0, 42001, 42001]
    await world.login()
    assert await codes(world, 1) == [0]


async def test_a_token_can_be_unknown_for_n_calls_or_revoked(world: World) -> None:
    await world.login()
    world.sandbox.faults.invalid_token = 1
    assert await codes(world, 2) == [40014, 0]
    world.sandbox.corp.tokens.revoke_all()
    assert await codes(world, 1) == [40014]


async def test_a_foreign_address_gets_a_token_and_nothing_else(world: World) -> None:
    world.sandbox.faults.foreign_ip = True
    assert await world.login()
    assert await codes(world, 1) == [60020]


async def test_a_wrong_secret_bans_who_asks_on_and_on(world: World) -> None:
    world.sandbox.faults.wrong_secret = True
    query = {"corpid": world.sandbox.settings.corp_id, "corpsecret": world.sandbox.settings.secret}
    answers = [(await world.answer("GET", "gettoken", params=query))["errcode"] for _ in range(12)]
    world.sandbox.faults.wrong_secret = False
    answers.append((await world.answer("GET", "gettoken", params=query))["errcode"])
    assert answers == [40001] * 11 + [40001, 45009]


async def test_an_inactive_app_is_50003(world: World) -> None:
    await world.login()
    world.sandbox.faults.app_inactive = True
    assert await codes(world, 1) == [50003]
    assert not await world.login()


async def test_people_out_of_reach_are_named_and_the_others_get_it(world: World) -> None:
    world.sandbox.faults.unreachable = "WU, zheng"
    answer = await world.send("lin|wu")
    assert (answer["errcode"], answer["invaliduser"]) == (0, "wu")
    assert (await world.send("wu|zheng"))["errcode"] == 81013


async def test_a_hanging_call_has_taken_effect(world: World) -> None:
    await world.login()
    world.sandbox.faults.hang = 1
    world.sandbox.faults.hang_seconds = 0.03
    sending = asyncio.create_task(world.send("lin"))
    assert (await sending)["errcode"] == 0
    assert world.sandbox.journal.sends[0].fault == "hang"


async def test_hanging_calls_do_not_hold_up_the_end(world: World) -> None:
    await world.login()
    world.sandbox.faults.hang = 1
    arrived = world.sandbox.corp.feed.listen(world.sandbox.corp.feed.seq)
    sending = asyncio.create_task(world.send("lin"))
    await arrived.get()
    await world.sandbox.close()
    assert (await sending)["errcode"] == 0


async def test_half_an_answer_has_taken_effect(world: World) -> None:
    await world.login()
    world.sandbox.faults.cut = 1
    with pytest.raises(aiohttp.ClientPayloadError):
        await world.send("lin")
    assert len(world.sandbox.phone("lin").items) == 1
    assert await codes(world, 1) == [0]


async def test_a_cut_before_has_none(world: World) -> None:
    await world.login()
    world.sandbox.faults.cut_before = 1
    with pytest.raises(aiohttp.ClientConnectionError):
        await world.send("lin")
    assert world.sandbox.phone("lin").items == []
    assert world.sandbox.journal.calls("message/send")[0].status == -1


async def test_an_error_page_is_no_json(world: World) -> None:
    await world.login()
    world.sandbox.faults.html_500 = 1
    async with world.http.post(world.url("/cgi-bin/message/send"), params={"access_token": world.token}) as answer:
        assert (answer.status, answer.content_type) == (500, "text/html")
    assert await codes(world, 1) == [0]


async def test_faults_can_be_for_one_path_only(world: World) -> None:
    await world.login()
    world.sandbox.faults.set({"only": "user/", "busy": 1})
    assert await codes(world, 1) == [0]
    assert (await world.get("user/get", userid="lin"))["errcode"] == -1


@pytest.mark.parametrize("together", [False, True])
async def test_copies_of_a_callback_come_in_envelopes_of_their_own(world: World, together: bool) -> None:
    world.sandbox.faults.set({"duplicates": 2, "duplicates_together": together})
    delivery = await world.sandbox.say("lin", "hello")
    assert delivery.statuses == (200, 200, 200)
    assert len(set(world.receiver.inners)) == 1
    assert len(set(world.receiver.sealed)) == 3


async def test_a_callback_can_be_overtaken(world: World) -> None:
    world.sandbox.faults.reorder = 1
    first = asyncio.create_task(world.sandbox.say("lin", "first"))
    await asyncio.sleep(0)
    await world.sandbox.say("lin", "second")
    assert (await first).accepted
    assert world.receiver.texts == ["second", "first"]


async def test_an_overtaken_callback_does_not_wait_for_ever(build: Build) -> None:
    world = await build(reorder_wait=0.01)
    world.sandbox.faults.reorder = 1
    assert (await world.sandbox.say("lin", "first")).accepted


async def test_a_callback_can_be_lost(world: World) -> None:
    world.sandbox.faults.lose = 1
    assert not (await world.sandbox.say("lin", "lost")).accepted
    assert (await world.sandbox.say("lin", "found")).accepted
    assert world.receiver.texts == ["found"]
    assert world.sandbox.deliverer.undelivered == {}


async def test_events_of_an_app_switched_off_for_disuse(world: World) -> None:
    await world.sandbox.event("sys", "inactive_alert", {"EffectTime": 1790000000})
    inner = world.receiver.inners[0]
    assert [field_of(inner, name) for name in ("FromUserName", "Event", "EffectTime")] == [
        "sys",
        "inactive_alert",
        "1790000000",
    ]


@pytest.mark.parametrize("wrong", [{"buzy": 1}, {"busy": "1"}, {"busy": True}, {"rate_limit": "week"}, {"only": 1}])
async def test_an_unknown_fault_or_value_is_refused(world: World, wrong: dict[str, object]) -> None:
    with pytest.raises(Refusal):
        world.sandbox.faults.set(wrong)
    assert world.sandbox.faults.as_json()["busy"] == 0


async def test_all_faults_can_be_switched_off_at_once(world: World) -> None:
    world.sandbox.faults.set({"busy": 5, "hang_seconds": 1, "only": "x", "foreign_ip": True})
    world.sandbox.faults.clear()
    assert await codes(world, 1) == [0]
