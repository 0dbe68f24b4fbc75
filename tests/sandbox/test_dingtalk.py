"""The stand-in of DingTalk is as strict as protocol/dingtalk.md says; each test names its section."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta

import aiohttp
import pytest

from bot.sandbox import SandboxClock, load_campus
from bot.sandbox.dingtalk import DingBox, DingRunning, DingSettings, Impossible, Template, serve_ding
from bot.sandbox.wire import Json
from tests.sandbox.conftest import START

TOKEN = "x-acs-dingtalk-access-token"
CREATE, CARD = "/v1.0/card/instances/createAndDeliver", "/v1.0/card/instances"


@dataclass
class Ding:
    """An app that calls it."""

    running: DingRunning
    http: aiohttp.ClientSession
    token: str = ""

    @property
    def box(self) -> DingBox:
        return self.running.box

    async def call(self, method: str, path: str, body: Json | None = None, **more: object) -> tuple[int, Json]:
        headers = {TOKEN: self.token, "Accept": "application/json"}
        async with self.http.request(method, self.running.url + path, json=body, headers=headers, **more) as answer:  # type: ignore[arg-type]  # as aiohttp takes it
            return answer.status, json.loads(await answer.read())

    async def old(self, path: str, body: Json) -> Json:
        return (await self.call("POST", path, body, params={"access_token": self.token}))[1]

    async def login(self) -> str:
        one = self.box.settings
        body = {"appKey": one.client_id, "appSecret": one.client_secret}
        self.token = (await self.call("POST", "/v1.0/oauth2/accessToken", body))[1]["accessToken"]
        return self.token

    def send(self, *people: str, **changes: object) -> Json:
        body: Json = {
            "robotCode": self.box.settings.robot, "userIds": list(people), "msgKey": "sampleText",
            "msgParam": '{"content":"x"}',
        }  # fmt: skip
        return body | changes

    def card(self, *people: str, **changes: object) -> Json:
        body: Json = {
            "cardTemplateId": self.box.settings.templates[0].id, "outTrackId": "t1", "callbackType": "STREAM",
            "cardData": {"cardParamMap": {"title": "a", "buttons": '[{"text":"go","action":"g"}]'}},
            "openSpaceId": ";".join(f"dtv1.card//IM_ROBOT.{one}" for one in people),
            "imRobotOpenDeliverModel": {"spaceType": "IM_ROBOT"},
        }  # fmt: skip
        return body | changes


@pytest.fixture
async def ding() -> AsyncIterator[Ding]:
    clock = SandboxClock(stopped_at=START)
    settings = DingSettings(month_calls=50)
    settings = replace(settings, templates=(*settings.templates, Template("draft.schema", published=False)))
    running = await serve_ding("127.0.0.1", 0, settings, load_campus(), clock=clock)
    made = Ding(running, aiohttp.ClientSession())
    await made.login()
    yield made
    await made.http.close()
    await running.cleanup()


async def test_a_token_is_the_same_until_it_ends_and_asking_makes_it_last(ding: Ding) -> None:
    """4: one token for both hosts; after its end 400 here, 42001 there."""
    first, clock = ding.token, ding.box.corp.clock
    clock.advance(timedelta(minutes=100))
    assert await ding.login() == first
    clock.advance(timedelta(minutes=100))
    assert (await ding.old("/topapi/v2/department/listsub", {"dept_id": 1}))["errcode"] == 0
    clock.advance(timedelta(minutes=21))
    status, answer = await ding.call("POST", "/v1.0/robot/oToMessages/batchSend", ding.send("x"))
    assert (status, answer["code"]) == (400, "InvalidAuthentication")
    assert "requestid" in answer
    assert (await ding.old("/topapi/v2/user/list", {"dept_id": 1}))["errcode"] == 42001
    assert await ding.login() != first


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"robotCode": ""}, "robotCode.empty"), ({"robotCode": "other"}, "robotCode.notExsit"),
        ({"userIds": []}, "userIds.empty"), ({"userIds": ["x"] * 21}, "userIds.overMax"),
        ({"msgKey": "text"}, "msgKey.invalid"), ({"msgParam": {"content": "x"}}, "msgParam.invalid"),
        ({"msgParam": "{}"}, "msgParam.invalid"), ({"msgParam": json.dumps({"content": "x" * 15_000})}, "tooLong"),
        ({"msgKey": "sampleActionCard", "msgParam": json.dumps(
            {"title": "a", "text": "b", "singleTitle": "c", "singleURL": "dtmd://DingTalkClient/x"})}, "unsafe.url"),
        ({"msgKey": "sampleFile", "msgParam": '{"mediaId":"@x","fileName":"a","fileType":"pdf"}'}, "msgParam.invalid"),
    ],
)  # fmt: skip
async def test_messages_are_looked_at_closely(ding: Ding, changes: Json, code: str) -> None:
    """5.1, 5.7."""
    status, answer = await ding.call("POST", "/v1.0/robot/oToMessages/batchSend", ding.send("x", **changes))
    assert status == 400
    assert answer["code"].endswith(code)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"cardTemplateId": "x.schema"}, "templateNotExist"),
        ({"cardTemplateId": "draft.schema"}, "templateUnpublished"),
        ({"outTrackId": ""}, "outTrackIdEmpty"), ({"outTrackId": "x" * 101}, "param.invalid"),
        ({"cardData": {"cardParamMap": {"n": 1}}}, "param.invalid"),
        ({"cardData": {"cardParamMap": {"n": "长" * 400}}}, "param.invalid"),
        ({"openSpaceId": "x" * 1001}, "openSpaceIdInvalid"),
        ({"openSpaceId": "dtv1.card//ELSE.x"}, "openSpaceIdInvalid"),
        ({"imRobotOpenDeliverModel": None}, "openDeliverModelEmpty"), ({"callbackType": "HTTP"}, "param.invalid"),
        ({"privateData": {"nobody": {"cardParamMap": {}}}}, "userIdNotExist"),
    ],
)  # fmt: skip
async def test_cards_are_looked_at_closely(ding: Ding, changes: Json, code: str) -> None:
    """6.2."""
    status, answer = await ding.call("POST", CREATE, ding.card(ding.box.userid("li"), **changes))
    assert status == 400
    assert answer["code"].endswith(code)


async def test_an_update_overwrites_unless_it_is_by_key(ding: Ding) -> None:
    """6.3: keys that are not sent are lost; what is private is that person's."""
    li, wu = ding.box.userid("li"), ding.box.userid("wu")
    assert (await ding.call("POST", CREATE, ding.card(li, wu)))[0] == 200
    assert (await ding.call("POST", CREATE, ding.card(li)))[1]["code"] == "param.cardAlreadyExist"
    by_key = {"updateCardDataByKey": True, "updatePrivateDataByKey": True}
    private = {"outTrackId": "t1", "privateData": {li: {"cardParamMap": {"title": "b"}}}, "cardUpdateOptions": by_key}
    assert (await ding.call("PUT", CARD, private))[0] == 200
    assert [ding.box.received(who)[0].content["title"] for who in ("li", "wu")] == ["b", "a"]
    for value, shown in (("", "a"), (" ", ""), ("b", "b")):  # an empty private value counts as none
        private["privateData"] = {li: {"cardParamMap": {"title": value}}}
        assert (await ding.call("PUT", CARD, private))[0] == 200
        assert ding.box.received("li")[0].content["title"] == shown
    assert (await ding.call("PUT", CARD, {"outTrackId": "t1", "cardData": {"cardParamMap": {"x": "1"}}}))[0] == 200
    assert [ding.box.received(who)[0].content for who in ("li", "wu")] == [{"x": "1", "title": "b"}, {"x": "1"}]
    assert (await ding.call("PUT", CARD, {"outTrackId": "t2"}))[1]["code"] == "param.cardNotExist"


async def test_a_button_that_is_not_shown_cannot_be_pressed(ding: Ding) -> None:
    """6.4: but a forged tap can be sent."""
    li = ding.box.userid("li")
    await ding.call("POST", CREATE, ding.card(li))
    with pytest.raises(Impossible):
        await ding.box.tap("li", "t1", "other")
    with pytest.raises(Impossible):
        await ding.box.tap("wu", "t1", "g")


async def test_the_month_s_calls_come_to_an_end_and_begin_anew(ding: Ding) -> None:
    """0.3: reading the address book is not billed, and a refusal says that it is the month."""
    for _ in range(50):
        ding.box.corp.limits.charge_call(ding.box.corp.now())
    status, answer = await ding.call("POST", "/v1.0/robot/oToMessages/batchSend", ding.send(ding.box.userid("li")))
    assert (status, answer["code"]) == (403, "Forbidden.AccessDenied.ApiCountLimitForOrg")
    assert (await ding.old("/media/upload", {}))["errcode"] == 90020
    assert (await ding.old("/topapi/v2/department/listsub", {"dept_id": 1}))["errcode"] == 0
    ding.box.corp.clock.advance(timedelta(days=31))
    await ding.login()
    assert (await ding.call("POST", "/v1.0/robot/oToMessages/batchSend", ding.send(ding.box.userid("li"))))[0] == 200


async def test_a_second_has_twenty_calls_of_one_api(ding: Ding) -> None:
    """0.3: 403, not 429."""
    ding.box.corp.limits._elapsed = lambda: 0.0
    path, body = "/v1.0/robot/otoMessages/batchRecall", {"robotCode": ding.box.settings.robot, "processQueryKeys": []}
    answers = [await ding.call("POST", path, body) for _ in range(21)]
    assert [status for status, _ in answers] == [400] * 20 + [403]
    assert answers[-1][1]["code"].endswith("QpsLimitForAppkeyAndApi")


async def test_a_ticket_is_good_once_and_soon(ding: Ding) -> None:
    """3.1: wrong secrets 400; without the header the answer is no JSON."""
    one = ding.box.settings
    path = "/v1.0/gateway/connections/open"
    body = {
        "clientId": one.client_id, "clientSecret": one.client_secret,
        "subscriptions": [{"type": "EVENT", "topic": "*"}],
    }  # fmt: skip
    for bad in ({**body, "clientSecret": "x"}, {**body, "subscriptions": []}):
        assert (await ding.call("POST", path, bad))[0] == 400
    async with ding.http.post(ding.running.url + path, json=body, headers={"Accept": "text/xml"}) as answer:
        assert answer.content_type == "application/xml"
    found = (await ding.call("POST", path, body))[1]
    socket = await ding.http.ws_connect(f"{found['endpoint']}?ticket={found['ticket']}")
    for late in (found["ticket"], (await ding.call("POST", path, body))[1]["ticket"]):
        ding.box.corp.clock.advance(timedelta(seconds=91))
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await ding.http.ws_connect(f"{found['endpoint']}?ticket={late}")
    await socket.close()


async def test_departments_outside_are_not_seen(ding: Ding) -> None:
    """7: the app's scope; the real code hides behind 88."""
    names = [one["name"] for one in (await ding.old("/topapi/v2/department/listsub", {"dept_id": 1}))["result"]]
    assert "图书馆" in names
    assert "继续教育中心" not in names
    outside = next(one.id for one in ding.box.corp.staff.directory.departments.values() if one.name == "继续教育中心")
    refused = await ding.old("/topapi/v2/user/list", {"dept_id": outside, "cursor": 0, "size": 100})
    assert (refused["errcode"], refused["sub_code"]) == (88, "50004")
    assert (await ding.old("/topapi/v2/user/list", {"dept_id": 1, "cursor": 0, "size": 101}))["errcode"] == 40035
    assert (await ding.old("/topapi/v2/user/get", {"userid": "x"}))["errcode"] == 60121
