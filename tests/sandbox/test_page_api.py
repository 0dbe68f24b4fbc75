"""What the chat page is served: state, chats, acts, the stream, time, media, sign-in."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest

from bot.sandbox import Control, Link, Settings, load_campus, serve, small_campus
from tests.sandbox.conftest import Build
from tests.sandbox.world import World, button_card, multiple_card

Json = dict[str, Any]


async def ask(world: World, path: str, body: Json | None = None, **options: Any) -> tuple[int, Json]:
    method = "GET" if body is None else "POST"
    async with world.http.request(method, world.url(f"/sandbox/{path}"), json=body, **options) as answer:
        return answer.status, await answer.json()


async def test_the_state_is_all_the_page_rests_on(build: Build) -> None:
    async def nothing() -> None:
        return None

    control = Control("restart", "again", nothing)
    world = await build(load_campus(), controls=(control,), links=(Link("desk", "http://127.0.0.1:8080/"),))
    status, state = await ask(world, "state")
    assert status == 200
    assert state["now"] == "2026-03-09T10:00:00+08:00"
    assert [person["userid"] for person in state["people"] if person["pinned"]] == ["lin", "wu", "zheng", "zhou"]
    assert {"xie", "bai", "hu"}.isdisjoint(person["userid"] for person in state["people"])
    assert state["callback"]["verified"] is False
    assert state["controls"] == [{"id": "restart", "label": "again"}]
    assert state["links"] == [{"label": "desk", "url": "http://127.0.0.1:8080/"}]
    assert state["faults"]["busy"] == 0
    assert await ask(world, "controls/restart", {}) == (200, {"done": True})


async def test_saying_and_tapping_from_the_page(world: World) -> None:
    assert await ask(world, "phones/lin/say", {"text": "hello"}) == (200, {"accepted": True, "status": 200})
    await world.send_card("lin", multiple_card())
    _, phone = await ask(world, "phones/lin")
    said, card = phone["items"]
    assert (said["sender"], said["kind"], said["status"]) == ("me", "text", "delivered")
    assert (card["sender"], card["card"]) == ("app", {"live": True, "replaced_text": None, "chosen": None})
    tap = {"item": card["id"], "key": "ok", "selected": {"one": ["b"]}}
    assert (await ask(world, "phones/lin/tap", tap))[1]["accepted"]
    _, phone = await ask(world, "phones/lin")
    assert phone["items"][1]["card"]["chosen"] == "ok"


async def test_the_other_kinds_from_the_page(world: World) -> None:
    await ask(world, "phones/lin/enter", {})
    await ask(world, "phones/lin/voice", {})
    await ask(world, "phones/lin/location", {"latitude": 30, "longitude": 120.5, "label": "gate"})
    await ask(world, "phones/lin/link", {"title": "guide", "url": "https://xiaoban.example/"})
    form = aiohttp.FormData()
    form.add_field("file", b"\xff\xd8\xff\xe0picture", filename="lamp.jpg", content_type="image/jpeg")
    async with world.http.post(world.url("/sandbox/phones/lin/image"), data=form) as answer:
        assert (await answer.json())["accepted"]
    items = world.sandbox.phone("lin").items
    assert [item.kind for item in items] == ["event", "voice", "location", "link", "image"]
    async with world.http.get(world.url(f"/sandbox/media/{items[4].content['media_id']}")) as picture:
        assert (picture.content_type, await picture.read()) == ("image/jpeg", b"\xff\xd8\xff\xe0picture")


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("phones/nobody/say", {"text": "x"}, 409),
        ("phones/lin/say", {}, 400),
        ("phones/lin/tap", {"item": "i1", "key": "x"}, 409),
        ("phones/lin/menu", {"key": "x"}, 409),
        ("phones/lin/location", {"latitude": "north", "longitude": 1}, 400),
        ("time", {"to": "tomorrow"}, 400),
        ("faults", {"buzy": 1}, 400),
        ("controls/none", {}, 404),
    ],
)
async def test_wrong_requests_are_told_so(world: World, path: str, body: Json, status: int) -> None:
    async with world.http.post(world.url(f"/sandbox/{path}"), json=body) as answer:
        assert answer.status == status


async def test_another_page_in_the_browser_is_turned_away(world: World) -> None:
    status, _ = await ask(world, "time", {"advance_seconds": 1}, headers={"Origin": "https://elsewhere.example"})
    assert status == 403
    own = world.url("").rstrip("/")
    assert (await ask(world, "time", {"advance_seconds": 1}, headers={"Origin": own}))[0] == 200


async def test_time_moves_by_seconds_or_to_a_moment(world: World) -> None:
    assert (await ask(world, "time", {"advance_seconds": 7200}))[1] == {"now": "2026-03-09T12:00:00+08:00"}
    assert (await ask(world, "time", {"to": "2026-03-10T08:00:00+08:00"}))[1] == {"now": "2026-03-10T08:00:00+08:00"}


async def test_undelivered_callbacks_are_sent_again_from_the_page(world: World) -> None:
    world.receiver.script = [500] * 4
    assert (await ask(world, "phones/lin/say", {"text": "x"}))[1] == {"accepted": False, "status": 500}
    assert (await ask(world, "state"))[1]["callback"]["pending"] == 1
    assert (await ask(world, "redeliver", {}))[1] == {"accepted": 1, "failed": 0}


async def read(stream: aiohttp.ClientResponse) -> AsyncIterator[Json]:
    async for line in stream.content:
        if line.startswith(b"data: "):
            yield json.loads(line[6:])


async def test_the_stream_tells_what_happened_since(world: World) -> None:
    await world.send_card("lin", button_card())
    await world.sandbox.say("wu", "before")
    seen = world.sandbox.phone("lin").items[0].seq
    async with world.http.get(world.url("/sandbox/events"), params={"since": str(seen)}) as stream:
        assert stream.content_type == "text/event-stream"
        events = read(stream)
        first = await anext(events)
        assert (first["type"], first["userid"], first["item"]["content"]["content"]) == ("item", "wu", "before")
        world.sandbox.clock.advance(timedelta(hours=2))
        types = []
        async for event in events:
            types.append(event["type"])
            if event["type"] == "time":
                assert event["now"] == "2026-03-09T12:00:00+08:00"
                break
        assert "update" in types


async def test_open_streams_end_at_once_when_the_server_stops() -> None:
    running = await serve("127.0.0.1", 0, Settings(), small_campus("lin"))
    async with aiohttp.ClientSession() as http:
        streams = [await http.get(f"{running.url}/sandbox/events") for _ in range(3)]
        async with asyncio.timeout(1):
            await running.cleanup()
            assert [await stream.content.read() for stream in streams] == [b": open\n\n"] * 3


async def test_a_page_that_has_gone_does_no_harm(world: World) -> None:
    stream = await world.http.get(world.url("/sandbox/events"))
    stream.close()
    for _ in range(20):
        await world.sandbox.say("lin", "x")
    assert world.receiver.texts == ["x"] * 20


async def test_the_page_and_its_files_are_served(world: World) -> None:
    async with world.http.get(world.url("/")) as page:
        assert (page.status, page.content_type) == (200, "text/html")
        assert "default-src 'self'" in page.headers["Content-Security-Policy"]
    async with world.http.get(world.url("/static/page.js")) as script:
        assert (script.status, script.headers["Cache-Control"]) == (200, "no-cache")


def link(world: World, **changes: str) -> tuple[str, dict[str, str]]:
    settings = world.sandbox.settings
    query = {
        "appid": settings.corp_id,
        "redirect_uri": "https://xiaoban.example/login?next=1",
        "response_type": "code",
        "scope": "snsapi_base",
        "state": "abc123",
        "agentid": str(settings.agent_id),
    }
    return world.url("/connect/oauth2/authorize"), query | changes


async def sign_in(world: World, **changes: str) -> str:
    url, query = link(world, **{"as": "lin"} | changes)
    async with world.http.get(url, params=query, allow_redirects=False) as answer:
        assert answer.status == 302
        target = urlsplit(answer.headers["Location"])
        found = parse_qs(target.query)
        assert (target.netloc, found["next"], found["state"]) == ("xiaoban.example", ["1"], ["abc123"])
        return found["code"][0]


async def test_a_code_says_who_once_and_for_five_minutes(build: Build) -> None:
    """protocol/wecom.md 9.1"""
    world = await build(trusted_domains=("xiaoban.example",))
    code = await sign_in(world)
    assert (await world.get("auth/getuserinfo", code=code))["userid"] == "lin"
    assert (await world.get("auth/getuserinfo", code=code))["errcode"] == 42022
    assert (await world.get("auth/getuserinfo", code="invented"))["errcode"] == 40029
    late = await sign_in(world)
    world.sandbox.clock.advance(timedelta(minutes=5))
    assert (await world.get("auth/getuserinfo", code=late))["errcode"] == 42003


async def test_a_ticket_comes_only_with_privateinfo_and_agentid(build: Build) -> None:
    world = await build(load_campus(), trusted_domains=("xiaoban.example",))
    base = await world.get("auth/getuserinfo", code=await sign_in(world, scope="snsapi_privateinfo", agentid=""))
    assert "user_ticket" not in base
    private = await world.get("auth/getuserinfo", code=await sign_in(world, scope="snsapi_privateinfo"))
    detail = await world.post("auth/getuserdetail", {"user_ticket": private["user_ticket"]})
    assert (detail["userid"], detail["mobile"]) == ("lin", "13900000001")
    world.sandbox.clock.advance(timedelta(seconds=1800))
    assert (await world.post("auth/getuserdetail", {"user_ticket": private["user_ticket"]}))["errcode"] == 84014
    assert (await world.post("auth/getuserdetail", {"user_ticket": "x"}))["errcode"] == 84015


async def test_a_stranger_comes_back_with_an_openid(build: Build) -> None:
    world = await build(trusted_domains=("xiaoban.example",))
    answer = await world.get("auth/getuserinfo", code=await sign_in(world, **{"as": "visitor"}))
    assert "userid" not in answer
    assert answer["openid"]


@pytest.mark.parametrize(
    ("changes", "errcode"),
    [
        ({"appid": "other"}, 40013),
        ({"redirect_uri": "https://xiaoban.example:8443/"}, 50001),
        ({"redirect_uri": "https://xiaoban.example.evil.example/"}, 50001),
        ({"redirect_uri": "javascript:alert(1)"}, 50001),
        ({"response_type": "token"}, 40058),
        ({"state": "a b"}, 40058),
        ({"scope": "everything"}, 40058),
    ],
)
async def test_a_wrong_address_is_not_followed(build: Build, changes: dict[str, str], errcode: int) -> None:
    world = await build(trusted_domains=("xiaoban.example",))
    url, query = link(world, **{"as": "lin"} | changes)
    async with world.http.get(url, params=query, allow_redirects=False) as answer:
        assert (answer.status, (await answer.json())["errcode"]) == (400, errcode)


async def test_without_a_choice_the_page_asks(build: Build) -> None:
    world = await build(load_campus(), trusted_domains=("xiaoban.example",))
    url, query = link(world)
    async with world.http.get(url, params=query) as answer:
        page = await answer.text()
    assert "as=lin" in page
    assert "as=xie" not in page
    assert "{{" not in page
