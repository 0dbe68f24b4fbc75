"""Stream mode: nothing is lost or doubled whatever the gateway does (issue 5; F34, F42, F52)."""

from __future__ import annotations

import asyncio

import pytest

from bot.channels.dingtalk import DingTalk
from bot.channels.dingtalk.stream import PING_SECONDS
from bot.sandbox.dingtalk import Pushed
from bot.sandbox.dingtalk.parcels import Parcel
from flows.events import Left, Pressed, Said, Unread
from storage.engine import Storage
from tests.channels.ding import Build, Desk, DingWire
from tests.channels.unruly import unruly

MESSAGES = 600
"""The whole ten thousand are in benchmarks/gateway.py."""


async def soon(what: asyncio.Future[Pushed] | asyncio.Task[Pushed]) -> Pushed:
    async with asyncio.timeout(10):
        return await what


async def test_a_frame_is_acknowledged_once_it_is_committed_and_not_before(ding: DingWire) -> None:
    """A2, F34."""
    ding.desk.gate = asyncio.Event()
    saying = asyncio.create_task(ding.box.say("li", "报修"))
    done, _ = await asyncio.wait([saying], timeout=0.3)
    assert not done
    ding.desk.gate.set()
    assert (await soon(saying)).statuses == (200,)
    assert [(event.account, event.body) for event in ding.desk.taken] == [(ding.id("li"), Said("报修"))]


async def test_what_cannot_be_committed_comes_again(ding_build: Build) -> None:
    """F34: messages without an answer, events with the word LATER."""
    wire = await ding_build(answer_limit=0.2, event_limit=0.2)
    wire.desk.closed = True
    assert (await wire.box.say("li", "报修")).statuses == (None, None, None)
    assert (await wire.box.leave("wu")).statuses == (503, 503, 503)
    wire.desk.closed = False
    assert [pushed.accepted for pushed in await wire.box.redeliver()] == [True, True]
    assert [event.body for event in wire.desk.taken] == [Said("报修"), Left()]


async def test_the_same_message_again_has_the_same_name(ding_build: Build) -> None:
    """F1, F2: in a new frame, with or without a new number of its own."""
    wire = await ding_build(answer_limit=0.2)
    wire.box.faults.lose_acks = 1
    wire.box.faults.duplicates = 2
    await wire.box.say("li", "报修")
    await wire.box.leave("wu")
    assert len(wire.desk.taken) == 7
    assert len({event.id for event in wire.desk.taken}) == 2


async def test_unknown_topics_and_broken_frames_leave_the_connection_up(ding: DingWire) -> None:
    """F13, F42: answered that there is no such thing, or not at all."""
    odd = await ding.box.pusher.deliver(Parcel("x", "", "/odd/v2.0/dreams", {"a": 1}, by_stream=True))
    assert odd.statuses == (404,)
    (line,) = ding.box.gateway.lines
    for text in (
        "",
        "x",
        "[]",
        "{}",
        "null",
        '{"type":5}',
        '{"headers":[],"data":1}',
        "[" * 50_000,
        '{"a":' + "9" * 5000,
    ):
        await line.send(text)
    assert (await ding.box.push_message('{"msgtype":')).accepted
    assert (await ding.box.event("earthquake", raw="x")).accepted
    assert (await ding.box.say("li", "在")).accepted
    assert [type(event.body) for event in ding.desk.taken] == [Unread, Said]
    assert ding.box.gateway.opened == 1


async def test_messages_of_another_robot_are_answered_and_not_taken(ding: DingWire) -> None:
    """F4: they would come again for ever."""
    assert (await ding.box.say("li", "报修", robotCode="other")).accepted
    assert ding.desk.taken == []


async def test_the_gateway_s_ping_is_echoed(ding: DingWire) -> None:
    """Protocol 3.3; and nothing we send is anything else than a frame."""
    (line,) = ding.box.gateway.lines
    assert await ding.box.gateway.ping(line)
    await ding.box.say("li", "在")
    assert ding.box.gateway.breaches == []


async def test_a_polite_goodbye_leaves_no_gap_and_loses_nothing(ding: DingWire) -> None:
    """The new connection is there before the old one goes, and what is under way on the old one is still answered."""
    ding.desk.gate = asyncio.Event()
    under_way = asyncio.create_task(ding.box.say("li", "报修"))
    await asyncio.wait([under_way], timeout=0.1)
    await ding.box.gateway.part()
    await ding.box.gateway.until(2)
    assert [line.parting for line in ding.box.gateway.lines] == [True, False]
    ding.desk.gate.set()
    assert (await soon(under_way)).statuses == (200,)
    assert (await ding.box.say("li", "在")).statuses == (200,)
    assert [event.body for event in ding.desk.taken] == [Said("报修"), Said("在")]


async def test_a_silent_gateway_is_noticed_and_replaced(ding_build: Build) -> None:
    """Issue 5: within 45 s; here with a ping two hundred times as quick."""
    assert PING_SECONDS * 1.5 < 45
    wire = await ding_build(ping=PING_SECONDS / 200, answer_limit=5.0)
    wire.box.gateway.fall_silent()
    async with asyncio.timeout(45 / 10):
        assert (await wire.box.say("li", "报修")).accepted or (await wire.box.redeliver())[0].accepted
    assert wire.box.gateway.opened == 2
    assert [event.body for event in wire.desk.taken] == [Said("报修")]


async def test_a_closed_gateway_is_asked_again_and_not_hammered(ding: DingWire) -> None:
    """F28: full jitter, so never in step; there is trouble to be seen meanwhile."""
    ding.box.faults.gateway_closed = True
    for line in list(ding.box.gateway.lines):
        line.cut()
    stream = ding.channel.stream
    assert stream is not None
    async with asyncio.timeout(10):
        while not stream.state.trouble:
            await asyncio.wait([asyncio.create_task(asyncio.Event().wait())], timeout=0.02)
    assert "ServiceUnavailable" in stream.state.trouble
    ding.box.faults.gateway_closed = False
    await ding.box.gateway.until(2, limit=20)
    assert (await ding.box.say("li", "在")).accepted
    assert stream.state.trouble == ""


async def test_two_processes_share_the_messages(ding: DingWire) -> None:
    """Issue 5: each message goes to one of them (protocol 3.5)."""
    twin, desk = DingTalk(ding.channel._settings, now=ding.clock.now, installation=7), Desk()
    await twin.open(desk.accept)
    await ding.box.gateway.until(2)
    for number in range(6):
        assert (await ding.box.say("li", f"{number}")).accepted
    assert len(ding.desk.taken) == len(desk.taken) == 3
    await twin.close()


async def test_it_ends_when_it_is_told_and_leaves_nothing_behind(ding_build: Build) -> None:
    """F52: also in the middle of a message, and while there is no gateway."""
    wire = await ding_build()
    wire.desk.gate = asyncio.Event()
    saying = asyncio.create_task(wire.box.say("li", "报修"))
    await asyncio.wait([saying], timeout=0.1)
    async with asyncio.timeout(3):
        await wire.channel.close()
    left = {task.get_name() for task in asyncio.all_tasks()}
    assert not [name for name in left if name.startswith("dingtalk")]
    wire.desk.gate.set()
    saying.cancel()


async def test_taps_by_stream_are_answered_in_time(ding: DingWire) -> None:
    """Protocol 6.5: two seconds; an empty change, which changes nothing that is shown."""
    pushed = await ding.box.tap("li", "xb-7-1", "m:1:take:1", strict=False)
    assert (pushed.statuses, pushed.answer) == ((200,), {})
    assert ding.desk.taken[0].body == Pressed("m:1:take:1", "xb-7-1")


@pytest.mark.parametrize("seed", [1, 2])
async def test_an_unruly_gateway_loses_and_doubles_nothing(storage: Storage, seed: int) -> None:
    """Issue 5: it drops, repeats, reorders, says goodbye and breaks at random; the inbox has each message once."""
    outcome = await unruly(storage, seed, MESSAGES)
    assert (outcome.taken, outcome.kept) == (MESSAGES, MESSAGES)
    assert outcome.repeated > MESSAGES / 50
    assert outcome.connections > 1
