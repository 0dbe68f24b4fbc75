"""What is wrong, forged or missing at DingTalk's doors, by row of the threats; the rest stands in `_doors`."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.channels.channel import Passing
from bot.sandbox.crypto import sign
from bot.sandbox.dingtalk.web_push import Knock
from flows.cards import Card
from flows.events import Muted, Outsider, Said
from tests.channels.ding import Build, DingWire
from tests.channels.test_dingtalk_doors import DOORS, EVENT, LIMIT, Door, at, card, events, post, robot, tapped

LATER = timedelta(seconds=30)


async def test_a_time_and_a_nonce_that_change_places_are_the_same_event(doors: DingWire) -> None:
    """F9: the signature holds, so the content has to tell."""
    good = events(doors)
    number = str(int((doors.clock.now() + timedelta(seconds=60)).timestamp() * 1000))
    sealed = json.loads(good.body)["encrypt"]
    signature = sign(doors.box.settings.token, good.query["timestamp"], number, sealed)
    one = {"msg_signature": signature, "timestamp": good.query["timestamp"], "nonce": number}
    other = {"msg_signature": signature, "timestamp": number, "nonce": good.query["timestamp"]}
    assert [(await post(doors, replace(good, query=query)))[0] for query in (one, other)] == [200, 200]
    assert len({event.id for event in doors.desk.taken}) == 1


async def test_two_envelopes_in_one_body_are_refused(doors: DingWire) -> None:
    """F12: whichever of them is signed for."""
    good = events(doors)
    sealed, other = json.loads(good.body)["encrypt"], json.loads(events(doors).body)["encrypt"]
    for first, second in ((sealed, other), (other, sealed)):
        body = f'{{"encrypt":"{first}","encrypt":"{second}"}}'.encode()
        assert (await post(doors, replace(good, body=body)))[0] == 400
    assert doors.desk.taken == []


async def test_another_envelope_under_a_good_signature_is_refused(doors: DingWire) -> None:
    """F4, F6, F17: an event's signature covers what is sealed."""
    good = events(doors)
    assert (await post(doors, replace(good, body=events(doors).body)))[0] == 403
    assert doors.desk.refused == ["signature"]


@pytest.mark.parametrize("body", [b"<xml><Encrypt>x</Encrypt></xml>", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"])
@pytest.mark.parametrize("door", DOORS)
async def test_xml_is_not_read_at_all(doors: DingWire, door: Door, body: bytes) -> None:
    """F10: there is no reader of it behind these doors."""
    assert (await post(doors, replace(door(doors), body=body)))[0] in {400, 403}
    assert doors.desk.taken == []


async def test_nothing_is_shown_to_who_asks(doors: DingWire) -> None:
    """F8: there is no echo, and no other method than POST."""
    sealed = json.loads(events(doors).body)["encrypt"]
    for name in ("robot", "events", "card"):
        url = doors.box.settings.robot_url.replace("/robot", f"/{name}")
        status, body = await post(doors, Knock(url, b"", {}, {"echostr": sealed}))
        assert status in {400, 403}
        assert body == b""
    assert doors.desk.taken == []


async def test_more_than_twenty_out_of_time_in_a_minute_ask_for_the_clock(doors: DingWire) -> None:
    """F5: one is somebody's, so many are ours."""
    for _ in range(20):
        await post(doors, doors.box.web.event(EVENT, timestamp=at(doors, minutes=61)))
    assert set(doors.desk.refused) == {"stale"}
    await post(doors, doors.box.web.robot(json.dumps(doors.message()), timestamp=at(doors, minutes=61)))
    assert doors.desk.refused.count("clock") == 1


async def test_another_body_under_the_same_number_is_refused_at_once(doors: DingWire) -> None:
    """F17: no honest message has the number of another one in the same millisecond."""
    body = doors.message("zhou", "不同意")
    good = doors.box.web.robot(json.dumps(body))
    assert (await post(doors, good))[0] == 200
    forged = replace(good, body=json.dumps(body | {"text": {"content": "同意"}}).encode())
    assert (await post(doors, forged))[0] == 403
    assert doors.desk.refused == ["replayed"]
    assert (await post(doors, good))[0] == 200
    assert {event.body for event in doors.desk.taken} == {Said("不同意", unproven=True)}


async def test_a_caught_signature_of_a_tap_is_of_no_use_for_another_tap(doors: DingWire) -> None:
    """F17: two taps of one millisecond come at once; later it is somebody who has caught the pair."""
    good = card(doors)
    other = replace(good, body=json.dumps(tapped(doors, "m:1:take:1", "zhou")).encode())
    assert [(await post(doors, one))[0] for one in (good, other)] == [200, 200]
    doors.clock.advance(LATER)
    caught = replace(good, body=json.dumps(tapped(doors, "m:2:agree:1", "zhou")).encode())
    assert (await post(doors, caught))[0] == 403
    assert doors.desk.refused == ["replayed"]
    assert (await post(doors, good))[0] == 200


@pytest.mark.parametrize("mode", ["stream", "http"])
async def test_of_a_robot_that_is_not_published_nobody_is_known(ding_build: Build, mode: str) -> None:
    """F14: no staff id comes at all; they are told so where they wrote."""
    wire = await ding_build(mode, robot_published=False)
    assert (await wire.box.say("li", "报修")).statuses == (200,)
    (event,) = wire.desk.taken
    assert event.body == Outsider()
    assert wire.id("li") not in event.account
    await wire.channel.send([event.account], Card(body="我只认得本校的人"), 1)
    assert wire.box.received("li")[-1].content == {"content": "我只认得本校的人"}


@pytest.mark.parametrize(
    "changes",
    [{"senderStaffId": ""}, {"senderStaffId": None}, {"senderStaffId": 5}, {"senderCorpId": "dingother"},
     {"senderCorpId": "dingother", "chatbotCorpId": None}],
)  # fmt: skip
@pytest.mark.parametrize("mode", ["stream", "http"])
async def test_whom_the_platform_does_not_name_is_nobody_of_ours(
    ding_build: Build, mode: str, changes: dict[str, object]
) -> None:
    """F14: whatever is missing, and whatever id somebody of another corp brings along."""
    wire = await ding_build(mode)
    assert (await wire.box.push_message(wire.message("li", "报修", **changes))).accepted
    (event,) = wire.desk.taken
    assert event.body == Outsider()
    assert event.account != wire.id("li")


@pytest.mark.parametrize("mode", ["stream", "http"])
async def test_spent_quotas_are_told_from_other_refusals(ding_build: Build, mode: str) -> None:
    """Protocol 0.3, F28: words that no longer come are told of, and calls that are spent wait instead of being lost."""
    wire = await ding_build(mode)
    wire.box.faults.pushes_spent = True
    assert (await wire.box.say("li", "报修")).accepted
    assert [event.body for event in wire.desk.taken] == [Muted()]
    wire.box.faults.calls_spent = True
    with pytest.raises(Passing):
        await wire.channel.send([wire.id("wu")], Card(title="新报修", body="灯不亮"), 1)


FRAMES = [
    {"type": "NEWS", "headers": {"topic": "/v1.0/im/bot/messages/get", "messageId": "n1"}, "data": "{}"},
    {"type": "", "headers": {"topic": "x", "messageId": "n2"}, "data": "{}"},
    {"headers": {"topic": "*", "messageId": "n3"}, "data": {"a": 1}},
    {"type": "SYSTEM", "headers": {"topic": "KEEPALIVE", "messageId": "n4"}, "data": "{}"},
    {"type": "SYSTEM", "headers": {"topic": "REGISTERED"}, "data": "null"},
]


async def test_frames_of_unknown_type_leave_the_connection_up(ding: DingWire) -> None:
    """F13: answered or not, nothing is taken of them, and what follows is."""
    (line,) = ding.box.gateway.lines
    for frame in FRAMES:
        await line.send(json.dumps(frame))
    assert (await ding.box.say("li", "在")).accepted
    assert [event.body for event in ding.desk.taken] == [Said("在")]
    assert ding.box.gateway.opened == 1


DEEP = [
    "[" * 50_000,
    '{"a":' * 50_000,
    '{"msgId":' + "9" * 5000 + "}",
    '{"a":NaN}',
    '\ufeff{"a":1}',
    '{"a":1,"a":2}',
    "5",
]


@pytest.mark.parametrize("data", DEEP, ids=range(len(DEEP)))
async def test_odd_json_inside_a_frame_is_answered_and_not_taken(ding: DingWire, data: str) -> None:
    """F42: it would come again for ever; the connection stays up."""
    assert (await ding.box.push_message(data)).statuses == (200,)
    assert (await ding.box.say("li", "在")).accepted
    assert [event.body for event in ding.desk.taken] == [Said("在")]


@pytest.mark.parametrize("door", DOORS)
async def test_three_at_once_are_one(doors: DingWire, door: Door) -> None:
    """F1: the same push three times at the same time."""
    knock = door(doors)
    answers = await asyncio.gather(*(doors.box.web.knock(knock, LIMIT) for _ in range(3)))
    assert [status for status, _ in answers] == [200, 200, 200]
    assert len({event.id for event in doors.desk.taken}) == 1


async def test_a_robot_message_needs_its_headers(doors: DingWire) -> None:
    """F6, protocol 2.1: a missing header is refused, not skipped."""
    good = robot(doors)
    for name in ("timestamp", "sign"):
        headers = {key: value for key, value in good.headers.items() if key != name}
        assert (await post(doors, replace(good, headers=headers)))[0] == 403
    assert doors.desk.taken == []
