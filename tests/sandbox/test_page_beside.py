"""Phones with DingTalk on the chat page, beside those with WeCom."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.sandbox import Running, SandboxClock, Settings, load_campus, serve
from bot.sandbox.dingtalk import DingPage, DingRunning, DingSettings, serve_ding
from tests.sandbox.conftest import START

Json = dict[str, Any]
JPEG = b"\xff\xd8\xff\xe0picture"
SAY = "dtmd://dingtalkclient/sendMessage?content="


@dataclass
class Pages:
    """Both stand-ins, and a small app that takes every push by Stream."""

    folder: Path
    settings: DingSettings = field(default_factory=DingSettings)

    async def open(self, kept: AsyncExitStack) -> None:
        clock = SandboxClock(stopped_at=START)
        state = self.folder / "dingtalk.json"
        campus = load_campus()
        self.ding: DingRunning = await serve_ding("127.0.0.1", 0, self.settings, campus, clock=clock, state_file=state)
        kept.push_async_callback(self.ding.cleanup)
        beside = DingPage(self.ding.box)
        self.page: Running = await serve("127.0.0.1", 0, Settings(), campus, clock=clock, beside=beside)
        kept.push_async_callback(self.page.cleanup)
        self.http = await kept.enter_async_context(aiohttp.ClientSession(headers={"Accept": "application/json"}))
        self.pushed: list[Json] = []
        listening = asyncio.create_task(self._take())
        kept.callback(listening.cancel)
        await self.ding.box.gateway.until(1)

    async def _take(self) -> None:
        body: Json = {"clientId": self.settings.client_id, "clientSecret": self.settings.client_secret}
        body["subscriptions"] = [{"type": "CALLBACK", "topic": one} for one in TOPICS]
        async with self.http.post(f"{self.ding.url}/v1.0/gateway/connections/open", json=body) as answer:
            found = await answer.json()
        async with self.http.ws_connect(f"{found['endpoint']}?ticket={found['ticket']}") as socket:
            async for message in socket:
                frame = json.loads(message.data)
                self.pushed.append(json.loads(frame["data"]))
                headers = {"messageId": frame["headers"]["messageId"], "contentType": "application/json"}
                data = json.dumps({"response": {}})
                await socket.send_str(json.dumps({"code": 200, "headers": headers, "message": "OK", "data": data}))

    async def ask(self, path: str, body: Json | None = None) -> tuple[int, Json]:
        method = "GET" if body is None else "POST"
        async with self.http.request(method, f"{self.page.url}/sandbox/{path}", json=body) as answer:
            return answer.status, await answer.json()

    async def lines(self, who: str) -> list[Json]:
        found: list[Json] = (await self.ask(f"dingtalk/phones/{who}"))[1]["items"]
        return found

    async def call(self, path: str, body: Json) -> None:
        """A call of the app."""
        one = self.settings
        own = {"appKey": one.client_id, "appSecret": one.client_secret}
        async with self.http.post(f"{self.ding.url}/v1.0/oauth2/accessToken", json=own) as answer:
            token = (await answer.json())["accessToken"]
        headers = {"x-acs-dingtalk-access-token": token}
        async with self.http.post(f"{self.ding.url}/v1.0/{path}", json=body, headers=headers) as answer:
            assert answer.status == 200, await answer.text()

    async def show_card(self, who: str) -> None:
        shown = {
            "title": "R-0001", "lines": json.dumps([{"label": "where", "value": "3"}]), "closing": "",
            "buttons": json.dumps([{"text": "take", "action": "t1", "style": "main"}]),
        }  # fmt: skip
        await self.call("card/instances/createAndDeliver", {
            "cardTemplateId": self.settings.templates[0].id, "outTrackId": "c1", "callbackType": "STREAM",
            "cardData": {"cardParamMap": shown}, "imRobotOpenDeliverModel": {"spaceType": "IM_ROBOT"},
            "openSpaceId": f"dtv1.card//IM_ROBOT.{self.ding.box.userid(who)}",
        })  # fmt: skip


TOPICS = ("/v1.0/im/bot/messages/get", "/v1.0/card/instances/callback")


@pytest.fixture
async def pages(tmp_path: Path) -> AsyncIterator[Pages]:
    made = Pages(tmp_path)
    async with AsyncExitStack() as kept:
        await made.open(kept)
        yield made


async def test_everybody_has_both_phones_and_one_has_both_out(pages: Pages) -> None:
    """A1, B8: the page tells them apart by the platform; the way of the pushes is told as well."""
    _, state = await pages.ask("state")
    people = state["people"]
    assert [(one["userid"], one["platform"]) for one in people[:3]] == [
        ("lin", "wecom"), ("dingtalk:lin", "dingtalk"), ("wu", "wecom"),
    ]  # fmt: skip
    assert [one["userid"] for one in people if one["pinned"] and one["platform"] == "dingtalk"] == ["dingtalk:lin"]
    assert {one["platform"] for one in people if one["name"] == "周敏"} == {"wecom", "dingtalk"}
    assert state["beside"] == {"lines": 1, "pending": 0}


async def test_saying_tapping_and_sending_from_a_dingtalk_phone(pages: Pages) -> None:
    """A1, B8: words, a photo, a file, a voice and a button go to the app as DingTalk sends them."""
    assert await pages.ask("dingtalk/phones/lin/say", {"text": "hello"}) == (200, {"accepted": True, "status": 200})
    await pages.ask("dingtalk/phones/lin/voice", {"text": "heard"})
    for kind, name in (("image", "lamp.jpg"), ("file", "plan.pdf")):
        form = aiohttp.FormData()
        form.add_field("file", JPEG, filename=name)
        async with pages.http.post(f"{pages.page.url}/sandbox/dingtalk/phones/lin/{kind}", data=form) as answer:
            assert (await answer.json())["accepted"]
    await pages.show_card("lin")
    said, voice, photo, file, card = await pages.lines("lin")
    assert (said["sender"], said["kind"], said["status"]) == ("me", "text", "delivered")
    assert (voice["kind"], voice["content"]["words"]) == ("voice", "heard")
    assert (file["kind"], file["content"]["name"]) == ("file", "plan.pdf")
    code = photo["content"]["media_id"].removeprefix("dingtalk:")
    async with pages.http.get(f"{pages.page.url}/sandbox/dingtalk/media/{code}") as picture:
        assert (picture.content_type, await picture.read()) == ("image/jpeg", JPEG)
    assert (card["kind"], card["content"]["lines"]) == ("dingtalk_card", [{"label": "where", "value": "3"}])
    assert card["content"]["buttons"] == [{"text": "take", "key": "t1", "style": "main"}]
    assert (await pages.ask("dingtalk/phones/lin/tap", {"item": card["id"], "key": "t1"}))[1]["accepted"]
    assert [one.get("msgtype") or one["type"] for one in pages.pushed] == [
        "text", "audio", "picture", "file", "actionCallback",
    ]  # fmt: skip


async def test_a_button_of_a_message_says_its_words(pages: Pages) -> None:
    """B14: where there is no template a tap is as good as typing; another button leads to its page."""
    shown = {"title": "a", "text": "b", "actionTitle1": "go", "actionURL1": f"{SAY}go", "actionTitle2": "see",
             "actionURL2": "https://xiaoban.example/"}  # fmt: skip
    body = {"robotCode": pages.settings.robot, "userIds": [pages.ding.box.userid("lin")],
            "msgKey": "sampleActionCard2", "msgParam": json.dumps(shown)}  # fmt: skip
    await pages.call("robot/oToMessages/batchSend", body)
    (line,) = await pages.lines("lin")
    go, see = line["content"]["buttons"]
    assert (go, see) == ({"text": "go", "key": f"{SAY}go"}, {"text": "see", "url": "https://xiaoban.example/"})
    assert (await pages.ask("dingtalk/phones/lin/tap", {"item": line["id"], "key": go["key"]}))[1]["accepted"]
    assert (await pages.lines("lin"))[-1]["content"] == {"content": "go"}


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("phones/nobody/say", {"text": "x"}, 409),
        ("phones/xie/say", {"text": "x"}, 409),
        ("phones/lin/say", {}, 400),
        ("phones/lin/image", {}, 400),
        ("phones/lin/tap", {"item": "b1", "key": "x"}, 409),
        ("phones/lin/location", {"latitude": 1, "longitude": 1}, 404),
    ],
)
async def test_wrong_requests_are_told_so(pages: Pages, path: str, body: Json, status: int) -> None:
    """F14: the page is told what a person could not do in DingTalk either."""
    async with pages.http.post(f"{pages.page.url}/sandbox/dingtalk/{path}", json=body) as answer:
        assert answer.status == status


async def test_a_foreign_page_is_turned_away_here_too(pages: Pages) -> None:
    """F41"""
    url, headers = f"{pages.page.url}/sandbox/dingtalk/phones/lin/say", {"Origin": "https://elsewhere.example"}
    async with pages.http.post(url, json={"text": "x"}, headers=headers) as answer:
        assert answer.status == 403
    assert pages.pushed == []


async def test_one_stream_tells_of_both_and_one_clock_moves_both(pages: Pages) -> None:
    """B8: what happens on either phone is told in one numbered line."""
    async with pages.http.get(f"{pages.page.url}/sandbox/events", params={"since": "0"}) as stream:
        await pages.ask("time", {"advance_seconds": 7200})
        await pages.ask("dingtalk/phones/lin/say", {"text": "later"})
        told: list[Json] = []
        async for line in stream.content:
            if line.startswith(b"data: "):
                told.append(json.loads(line[6:]))
            if told and (told[-1].get("item") or {}).get("status") == "delivered":
                break
    assert told[-1]["userid"] == "dingtalk:lin"
    assert told[-1]["item"]["content"] == {"content": "later"}
    assert told[-1]["item"]["at"] == "2026-03-09T04:00:00+00:00"


async def test_what_was_not_taken_is_sent_again_from_the_page(pages: Pages) -> None:
    """F1: the same button sends again what either platform holds back."""
    pages.ding.box.faults.lose_acks = 3
    assert (await pages.ask("dingtalk/phones/lin/say", {"text": "x"}))[1]["accepted"] is False
    assert (await pages.ask("state"))[1]["beside"]["pending"] == 1
    assert (await pages.ask("redeliver", {}))[1] == {"accepted": 1, "failed": 0}


async def test_chats_cards_and_pictures_are_there_after_a_restart(tmp_path: Path) -> None:
    """F3: and a card that was shown before can still be pressed."""
    made = Pages(tmp_path)
    async with AsyncExitStack() as kept:
        await made.open(kept)
        await made.ding.box.send_image("lin", JPEG)
        await made.show_card("lin")
        before, spent = await made.lines("lin"), made.ding.box.corp.limits.spent(START)
    async with AsyncExitStack() as kept:
        await made.open(kept)
        assert await made.lines("lin") == before
        assert made.ding.box.corp.limits.spent(START) == spent
        photo, card = before
        code = photo["content"]["media_id"].removeprefix("dingtalk:")
        async with made.http.get(f"{made.page.url}/sandbox/dingtalk/media/{code}") as picture:
            assert await picture.read() == JPEG
        assert (await made.ask("dingtalk/phones/lin/tap", {"item": card["id"], "key": "t1"}))[1]["accepted"]
        assert made.pushed[-1]["outTrackId"] == "c1"
        await made.ask("dingtalk/phones/lin/say", {"text": "new"})
        assert [one["id"] for one in await made.lines("lin")] == ["b1", "b2", "b3"]


async def test_signing_in_with_dingtalk_asks_who_one_is(pages: Pages) -> None:
    """F41: the stand-in's page lists those the app sees, and comes back with a code."""
    query = {"client_id": pages.settings.client_id, "response_type": "code", "scope": "openid", "prompt": "consent",
             "redirect_uri": "https://xiaoban.example/enter", "state": "s"}  # fmt: skip
    async with pages.http.get(f"{pages.ding.url}/oauth2/auth", params=query) as answer:
        page = await answer.text()
    assert "as=lin" in page
    assert "as=xie" not in page
    url = f"{pages.ding.url}/oauth2/auth"
    async with pages.http.get(url, params=query | {"as": "lin"}, allow_redirects=False) as answer:
        assert "authCode=" in answer.headers["Location"]
