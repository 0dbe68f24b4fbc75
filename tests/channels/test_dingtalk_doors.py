"""The three doors of DingTalk's HTTP mode keep the promises of contract.md; each test names its row of the threats."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.sandbox.dingtalk.web_push import Knock
from bot.sandbox.wire import Json
from flows.events import Left, Muted, Outsider, Pressed, Reorganised, Said, Unread
from tests.channels.ding import Build, DingWire

LIMIT = 10.0
EVENT = b'{"EventType":"user_add_org","EventTime":1,"CorpId":"c","eventId":"e1","userId":["z"]}'

Door = Callable[[DingWire], Knock]


def robot(wire: DingWire) -> Knock:
    return wire.box.web.robot(json.dumps(wire.message()))


def events(wire: DingWire) -> Knock:
    return wire.box.web.event(EVENT)


def tapped(wire: DingWire, action: str = "m:1:take:1", who: str = "li") -> Json:
    return wire.box._tapped(wire.box.corp.staff.member(who), "xb-7-1", action)


def card(wire: DingWire, action: str = "m:1:take:1", **when: str) -> Knock:
    return wire.box.web.card(json.dumps(tapped(wire, action)), wire.box.settings.client_id, **when)


DOORS: list[Door] = [robot, events, card]
SIGNED_IN = ("sign", "msg_signature", "x-ddpaas-signature")
"""Where each of them carries its signature."""


async def post(wire: DingWire, knock: Knock) -> tuple[int, bytes]:
    status, body = await wire.box.web.knock(knock, LIMIT)
    assert status is not None
    return status, body


def at(wire: DingWire, **ago: float) -> str:
    """A moment before now, in milliseconds."""
    return str(int((wire.clock.now() - timedelta(**ago)).timestamp() * 1000))


async def test_each_door_answers_in_its_own_words(doors: DingWire) -> None:
    """A2: an empty message, a sealed success, an empty change."""
    assert await post(doors, robot(doors)) == (200, b'{"msgtype": "empty"}')
    status, body = await post(doors, events(doors))
    assert (status, doors.box.web.is_success(body)) == (200, True)
    assert await post(doors, card(doors)) == (200, b"{}")
    told = [event.body for event in doors.desk.taken]
    assert told == [Said("你好", unproven=True), Reorganised("user_add_org"), Pressed("m:1:take:1", "xb-7-1")]
    assert doors.desk.taken[0].account == doors.id("li")
    assert doors.desk.refused == []


@pytest.mark.parametrize("door", DOORS)
async def test_without_a_commit_there_is_no_200(doors: DingWire, door: Door) -> None:
    """F34: the platform is to send again, and is answered then."""
    doors.desk.closed = True
    knock = door(doors)
    assert (await post(doors, knock))[0] == 503
    doors.desk.closed = False
    assert (await post(doors, knock))[0] == 200
    assert len(doors.desk.taken) == 1


@pytest.mark.parametrize("door", DOORS)
async def test_what_is_sent_again_is_known_again(doors: DingWire, door: Door) -> None:
    """F1, F2: in the same envelope, and in a fresh one."""
    again = door(doors)
    await post(doors, again)
    await post(doors, again)
    body = json.loads(again.body)
    doors.clock.advance(timedelta(seconds=15))
    fresh = doors.box.web.robot(json.dumps(body)) if door is robot else door(doors)
    assert (await post(doors, fresh))[0] == 200
    first, *more = doors.desk.taken
    assert all(first.id in {event.id, event.twin} for event in more)


async def test_two_taps_and_two_events_in_a_second_both_count(doors: DingWire) -> None:
    """F3."""
    for action in ("m:1:take:1", "m:1:decline:1"):
        await post(doors, card(doors, action))
    for number in (1, 2):
        await post(doors, doors.box.web.event(EVENT.replace(b"e1", f"e{number}".encode())))
    assert len({event.id for event in doors.desk.taken}) == 4


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("given", ["", "0" * 40, "AAAA", "签名", None])
async def test_any_other_signature_is_refused(doors: DingWire, door: Door, given: str | None) -> None:
    """F6: all of them alike, nothing taken."""
    good = door(doors)
    name = SIGNED_IN[DOORS.index(door)]
    words = {name: given.encode().decode("latin-1")} if given is not None else {}
    headers = {key: value for key, value in good.headers.items() if key != name}
    query = {key: value for key, value in good.query.items() if key not in {name, "signature"}}
    bad = replace(good, headers=headers | words) if good.headers else replace(good, query=query | words)
    status, body = await post(doors, bad)
    assert status in {400, 403}
    assert body == b""
    assert doors.desk.taken == []
    assert len(doors.desk.refused) == 1


@pytest.mark.parametrize("timestamp", ["", "soon", "9" * 400, "١٧٩٥٤٨٩٥٠٠٠٠٠", "-1", "1e12"])
@pytest.mark.parametrize("door", ["robot", "event", "card"])
async def test_a_strange_time_is_refused(doors: DingWire, door: str, timestamp: str) -> None:
    """F5."""
    web, client = doors.box.web, doors.box.settings.client_id
    words = timestamp if door == "event" else timestamp.encode().decode("latin-1")
    knock = {
        "robot": lambda: web.robot(json.dumps(doors.message()), timestamp=words),
        "event": lambda: web.event(EVENT, timestamp=words),
        "card": lambda: web.card(json.dumps(tapped(doors)), client, timestamp=words),
    }[door]()
    assert (await post(doors, knock))[0] in {400, 403}
    assert doors.desk.taken == []


async def test_messages_and_events_are_good_for_an_hour_and_taps_for_five_minutes(doors: DingWire) -> None:
    """F5: the windows of contract.md, to either side."""
    web = doors.box.web
    message = json.dumps(doors.message())
    for ago, status in ((59, 200), (61, 403), (-59, 200), (-61, 403)):
        assert (await post(doors, web.robot(message, timestamp=at(doors, minutes=ago))))[0] == status
        assert (await post(doors, web.event(EVENT, timestamp=at(doors, minutes=ago))))[0] == status
    for ago, status in ((4, 200), (6, 403), (-4, 200), (-6, 403)):
        assert (await post(doors, card(doors, timestamp=at(doors, minutes=ago))))[0] == status


async def test_an_event_is_sealed_for_us_under_either_name(doors: DingWire) -> None:
    """F4: the client id or the corp id, and nothing like them."""
    one = doors.box.settings
    for owner, status in (
        (one.client_id, 200), (one.corp_id, 200), ("", 403), (one.corp_id[:-1], 403), (one.corp_id.upper(), 403),
        ("ding-other", 403),
    ):  # fmt: skip
        assert (await post(doors, doors.box.web.event(EVENT, owner=owner)))[0] == status, owner


@pytest.mark.parametrize("sealed", ["!!!", "", "AAAA", "A" * 88, 5, None, {"a": 1}])
async def test_garbage_in_the_envelope_is_no_error_of_ours(doors: DingWire, sealed: object) -> None:
    """F7."""
    good = doors.box.web.event(EVENT)
    assert (await post(doors, replace(good, body=json.dumps({"encrypt": sealed}).encode())))[0] in {400, 403}


async def test_doubled_or_missing_parameters_are_refused(doors: DingWire) -> None:
    """F6."""
    good = events(doors)
    double = replace(good, url=f"{good.url}?nonce=1&timestamp=2")
    for bad in (double, replace(good, query={}), replace(good, query=good.query | {"nonce": "x" * 200})):
        assert (await post(doors, bad))[0] == 400
    assert doors.desk.taken == []


@pytest.mark.parametrize("door", DOORS)
async def test_large_and_packed_bodies_are_refused_before_anything_else(doors: DingWire, door: Door) -> None:
    """F11: size goes before signature."""
    good = door(doors)
    unsigned = replace(good, headers={}, query={}, body=b"x" * (1024**2 + 1))
    assert (await post(doors, unsigned))[0] == 413
    packed = replace(good, headers=good.headers | {"Content-Encoding": "gzip"})
    assert (await post(doors, packed))[0] in {400, 415}
    assert doors.desk.taken == []


ODD = [
    "[" * 50_000 + "]" * 50_000,
    '{"msgId":' + "9" * 5000 + "}",
    '{"createAt":NaN}',
    '{"createAt":Infinity}',
    '\ufeff{"msgtype":"text"}',
    '{"msgtype":"text","msgtype":"file"}',
    "null", "5", '"text"', "[]", "", "{", '{"msgtype":',
]  # fmt: skip
TYPES: list[object] = [5, 5.5, True, None, [], {}, [[]], "x" * 10_000, -1, 10**18]


@pytest.mark.parametrize("body", ODD, ids=range(len(ODD)))
async def test_odd_json_is_refused_or_kept_at_once(doors: DingWire, body: str) -> None:
    """F42: signed as it should be, at each door; an event that opens is kept."""
    began = time.monotonic()
    web = doors.box.web
    assert (await post(doors, web.robot(body)))[0] == 400
    assert (await post(doors, web.card(body, doors.box.settings.client_id)))[0] == 400
    assert (await post(doors, web.event(body.encode())))[0] == 200
    assert all(isinstance(event.body, Unread) for event in doors.desk.taken)
    assert time.monotonic() - began < 2


@pytest.mark.parametrize("value", TYPES, ids=range(len(TYPES)))
async def test_wrong_types_everywhere_break_nothing(doors: DingWire, value: object) -> None:
    """F42: one field at a time, at each door."""
    web = doors.box.web
    for field in doors.message():
        assert (await post(doors, web.robot(json.dumps(doors.message() | {field: value}))))[0] in {200, 403}, field
    for field in tapped(doors):
        body = json.dumps(tapped(doors) | {field: value})
        assert (await post(doors, web.card(body, doors.box.settings.client_id)))[0] in {200, 403}, field
    for field in ("EventType", "eventId", "userId", "EventTime"):
        inner = json.dumps(json.loads(EVENT) | {field: value})
        assert (await post(doors, web.event(inner.encode())))[0] == 200, field


async def test_whom_the_platform_does_not_name_is_nobody_of_ours(doors: DingWire) -> None:
    """F14: without a staff id, and of another corp with an id that exists here."""
    for changes in ({"senderStaffId": None}, {"senderStaffId": ""}, {"senderCorpId": "dingother"}):
        await post(doors, doors.box.web.robot(json.dumps(doors.message(**changes))))
    assert [event.body for event in doors.desk.taken] == [Outsider()] * 3
    assert doors.id("li") not in {event.account for event in doors.desk.taken}


async def test_messages_for_another_robot_or_corp_are_refused(doors: DingWire) -> None:
    """F4: the pair of headers proves only the moment."""
    for changes in ({"robotCode": "dingother"}, {"chatbotCorpId": "dingother"}):
        assert (await post(doors, doors.box.web.robot(json.dumps(doors.message(**changes)))))[0] == 403
    other = json.dumps(tapped(doors) | {"corpId": "dingother"})
    assert (await post(doors, doors.box.web.card(other, doors.box.settings.client_id)))[0] == 403
    assert doors.desk.taken == []


async def test_a_caught_pair_is_of_no_use_for_other_words(doors: DingWire) -> None:
    """F17: later it is refused; at once it may be another message of the same millisecond."""
    good = robot(doors)
    other = replace(good, body=json.dumps(doors.message("zhou", "同意")).encode())
    assert [(await post(doors, one))[0] for one in (good, other)] == [200, 200]
    doors.clock.advance(timedelta(seconds=30))
    caught = replace(good, body=json.dumps(doors.message("zhou", "派单")).encode())
    assert (await post(doors, caught))[0] == 403
    assert doors.desk.refused == ["replayed"]
    assert [(await post(doors, one))[0] for one in (good, other)] == [200, 200]


async def test_what_is_genuine_but_unknown_is_kept(doors: DingWire) -> None:
    """F13: answered, kept raw, nobody bothered; what is known and concerns nobody is answered."""
    web = doors.box.web
    for changes in ({"msgtype": "hologram"}, {"msgtype": None}, {"text": None}, {"text": {"content": 5}}):
        assert (await post(doors, web.robot(json.dumps(doors.message(**changes)))))[0] == 200
    assert (await post(doors, web.event(b'{"EventType":"earthquake","eventId":"q"}')))[0] == 200
    assert (await post(doors, web.event(b"\xff\xfe")))[0] == 200
    assert [type(event.body) for event in doors.desk.taken] == [Unread] * 6
    assert (await post(doors, web.event(b'{"EventType":"check_url"}')))[0] == 200
    assert len(doors.desk.taken) == 6


async def test_one_event_about_several_is_one_for_each(doors: DingWire) -> None:
    """D10: whoever leaves, leaves by himself; names of keys differ between generations."""
    for key, id in (("userId", "a"), ("UserId", "b"), ("user_id_list", "c")):
        inner = json.dumps({"EventType": "user_leave_org", "eventId": id, key: ["u1", "u2"]})
        await post(doors, doors.box.web.event(inner.encode()))
    assert [(event.account, event.body) for event in doors.desk.taken] == [("u1", Left()), ("u2", Left())] * 3
    assert len({event.id for event in doors.desk.taken}) == 6


async def test_words_kept_back_by_the_platform_are_told(doors: DingWire) -> None:
    """The quota of the month is spent: code 20001, and no text."""
    doors.box.faults.pushes_spent = True
    assert (await doors.box.say("li", "报修")).accepted
    assert doors.desk.taken[0].body == Muted()


async def test_the_event_door_is_closed_without_its_keys(ding_build: Build) -> None:
    """Nothing is let in that could not be verified."""
    wire = await ding_build("stream")
    assert wire.channel.routes(wire.desk.accept) == []
