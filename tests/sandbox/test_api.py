"""The doors of the API: tokens, paths, methods, media, directory, menu, chats. protocol/wecom.md 6 to 9"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import aiohttp
import pytest

from bot.sandbox import Contacts, OtherApp, load_campus
from tests.sandbox.conftest import Build
from tests.sandbox.test_sending import ranged
from tests.sandbox.world import World

JPEG = b"\xff\xd8\xff\xe0" + bytes(range(96))


@pytest.mark.parametrize("path", ["/cgi-bin/nothing", "/cgi-bin/message/sent", "/elsewhere", "/cgi-bin/", "/sandbox/x"])
async def test_an_unknown_path_is_404_with_an_empty_body(world: World, path: str) -> None:
    """protocol/wecom.md 6.2"""
    async with world.http.post(world.url(path)) as response:
        assert (response.status, await response.read()) == (404, b"")


@pytest.mark.parametrize(
    ("query", "errcode"),
    [
        ({}, 41004),
        ({"corpid": "ww1f2e3d4c5b6a7980"}, 41004),
        ({"corpsecret": "x"}, 41002),
        ({"corpid": "other", "corpsecret": "x"}, 40013),
        ({"corpid": "ww1f2e3d4c5b6a7980", "corpsecret": "x"}, 40001),
    ],
)
async def test_gettoken_refuses_in_this_order(world: World, query: dict[str, str], errcode: int) -> None:
    assert (await world.answer("GET", "gettoken", params=query))["errcode"] == errcode


LONG_VOICE = b"#!AMR" + bytes(2 * 1024 * 1024)


async def test_only_the_query_holds_a_token_and_it_is_looked_at_before_parameters(world: World) -> None:
    token = await world.login()
    hidden = {"json": {"access_token": token}, "headers": {"Authorization": f"Bearer {token}"}}
    assert (await world.answer("POST", "message/send", **hidden))["errcode"] == 41001
    assert (await world.answer("POST", "message/send", params={"access_token": "x"}, data=b"{"))["errcode"] == 40014
    assert (await world.answer("POST", "message/send", params={"access_token": token}, data=b"{"))["errcode"] == 40058
    assert (await world.get("message/send"))["errcode"] == 40058


async def test_a_token_is_the_same_until_it_expires(world: World) -> None:
    first = await world.login()
    assert await world.login() == first
    world.sandbox.clock.advance(timedelta(seconds=7200))
    assert (await world.get("menu/get", agentid=1000002))["errcode"] == 42001
    assert await world.login() != first


async def test_each_app_has_tokens_of_its_own(build: Build) -> None:
    world = await build(same_token=False, other_apps=(OtherApp(1000009, "other-secret"),))
    first = await world.login()
    assert await world.login() != first
    await world.login("other-secret")
    assert (await world.send("lin"))["errcode"] == 301002


async def test_guessing_secrets_is_answered_with_a_ban_of_an_hour(world: World) -> None:
    query = {"corpid": world.sandbox.settings.corp_id, "corpsecret": "wrong"}
    codes = [(await world.answer("GET", "gettoken", params=query))["errcode"] for _ in range(12)]
    assert codes == [40001] * 11 + [45009]
    assert not await world.login()
    world.sandbox.clock.advance(timedelta(hours=1))
    assert await world.login()


async def test_lists_are_there_even_when_the_answer_is_an_error(world: World) -> None:
    world.token = "bad"
    assert (await world.get("department/list"))["department"] == []
    assert (await world.post("user/list_id", {}))["dept_user"] == []


async def test_an_api_has_a_frequency_of_its_own_and_sending_has_none(build: Build) -> None:
    world = await build(api_per_minute=2)
    codes = [(await world.get("user/get", userid="lin"))["errcode"] for _ in range(3)]
    assert codes == [0, 0, 45009]
    assert [(await world.send("lin"))["errcode"] for _ in range(3)] == [0, 0, 0]
    world.sandbox.clock.advance(timedelta(minutes=1))
    assert (await world.get("user/get", userid="lin"))["errcode"] == 0


@pytest.mark.parametrize(
    ("kind", "content", "errcode"),
    [
        ("image", b"", 44001),
        ("image", b"\xff\xd8\xff", 40006),
        ("image", b"GIF89a....", 40005),
        ("voice", JPEG, 40005),
        ("video", JPEG, 40005),
        ("poem", JPEG, 40004),
        ("voice", LONG_VOICE, 45001),
        ("file", b"anything", 0),
    ],
    ids=lambda value: str(value)[:12],
)
async def test_uploads_are_looked_at(world: World, kind: str, content: bytes, errcode: int) -> None:
    assert (await world.upload(kind, content))["errcode"] == errcode


async def test_an_upload_without_the_field_is_44001(world: World) -> None:
    assert (await world.upload("image", JPEG, field="file"))["errcode"] == 44001


async def fetch(world: World, media_id: str, **headers: str) -> aiohttp.ClientResponse:
    query = {"access_token": world.token, "media_id": media_id}
    response = await world.http.get(world.url("/cgi-bin/media/get"), params=query, headers=headers)
    await response.read()
    return response


async def test_media_come_back_whole_in_part_and_not_at_all(world: World) -> None:
    """protocol/wecom.md 9.3"""
    answer = await world.upload("image", JPEG, "\u706f.jpg")
    assert isinstance(answer["created_at"], str)
    whole = await fetch(world, answer["media_id"])
    assert (whole.status, await whole.read(), whole.content_type) == (200, JPEG, "image/jpeg")
    assert whole.content_disposition is not None
    assert "filename*=utf-8''%E7%81%AF.jpg" in whole.headers["Content-Disposition"]
    part = await fetch(world, answer["media_id"], Range="bytes=10-19")
    assert (part.status, await part.read(), part.headers["Content-Range"]) == (206, JPEG[10:20], "bytes 10-19/100")
    assert (await fetch(world, answer["media_id"], Range="bytes=100-")).status == 416
    assert (await (await fetch(world, "none")).json())["errcode"] == 40007
    world.sandbox.clock.advance(timedelta(days=3))
    await world.login()
    late = await fetch(world, answer["media_id"])
    assert (late.content_type, (await late.json())["errcode"]) == ("application/json", 40145)


async def test_a_persons_photo_can_be_fetched(world: World) -> None:
    await world.sandbox.send_image("lin", b"any bytes", "../x.png")
    await world.login()
    item = world.sandbox.phone("lin").items[0]
    got = await fetch(world, item.content["media_id"])
    assert await got.read() == b"any bytes"


async def test_the_app_sees_its_range_and_no_more(build: Build) -> None:
    """protocol/wecom.md 7"""
    world = await build(ranged())
    codes = {who: (await world.get("user/get", userid=who))["errcode"] for who in ("LIN", "out", "nobody", "")}
    assert codes == {"LIN": 0, "out": 60011, "nobody": 60111, "": 40003}
    lin = await world.get("user/get", userid="lin")
    assert not {"mobile", "email", "gender", "avatar"} & set(lin)
    assert [each["userid"] for each in (await world.get("user/simplelist", department_id=2))["userlist"]] == ["Lin"]
    below = await world.get("user/list", department_id=2, fetch_child=1)
    assert [each["userid"] for each in below["userlist"]] == ["Lin", "wu"]
    assert (await world.get("user/list", department_id=4))["errcode"] == 60011
    assert {each["id"] for each in (await world.get("department/list"))["department"]} == {2, 3}
    assert (await world.get("department/get", id=1))["errcode"] == 60011
    assert (await world.get("tag/get", tagid=1))["userlist"] == [{"userid": "wu", "name": "Wu"}]
    agent = await world.get("agent/get", agentid=1000002)
    assert agent["allow_partys"] == {"partyid": [2]}
    assert (await world.get("agent/get", agentid=7))["errcode"] == 301002


async def test_the_contacts_secret_lists_ids_and_nothing_else(build: Build) -> None:
    world = await build(ranged(), contacts=Contacts(secret="contacts-secret"))
    await world.login("contacts-secret")
    first = await world.post("user/list_id", {"limit": 3})
    second = await world.post("user/list_id", {"limit": 3, "cursor": first["next_cursor"]})
    users = [row["userid"] for row in first["dept_user"] + second["dept_user"]]
    assert (users, second["next_cursor"]) == (["Lin", "wu", "out", "gone"], "")
    assert len((await world.get("department/simplelist"))["department_id"]) == 4
    assert (await world.get("user/get", userid="lin"))["errcode"] == 48009
    assert (await world.send("lin"))["errcode"] == 48002
    await world.login()
    assert (await world.post("user/list_id", {}))["errcode"] == 48002


async def test_arrays_of_a_member_run_side_by_side(build: Build) -> None:
    world = await build(load_campus())
    xu = await world.get("user/get", userid="xu")
    assert len(xu["department"]) == len(xu["order"]) == len(xu["is_leader_in_dept"]) == 2
    assert xu["is_leader_in_dept"] == [1, 0]
    assert (await world.post("user/getuserid", {"mobile": "13900000018"}))["userid"] == "xu"
    assert (await world.post("user/getuserid", {"mobile": "1"}))["errcode"] == 46004


BUTTON = {"name": "mine", "type": "click", "key": "MINE"}


@pytest.mark.parametrize(
    ("menu", "errcode"),
    [
        ([BUTTON], 0),
        ([{"name": "all", "sub_button": [BUTTON] * 5}], 0),
        ([], 40016),
        ([BUTTON] * 4, 40016),
        ([BUTTON | {"type": "poem"}], 40017),
        ([BUTTON | {"name": "x" * 17}], 40018),
        ([BUTTON | {"key": "x" * 129}], 40019),
        ([{"name": "page", "type": "view", "url": "xiaoban"}], 40020),
        ([{"name": "all", "sub_button": [{"name": "x", "sub_button": [BUTTON]}]}], 40022),
        ([{"name": "all", "sub_button": [BUTTON] * 6}], 40023),
        ([{"name": "all", "sub_button": [BUTTON | {"type": ""}]}], 40024),
        ([{"name": "all", "sub_button": [BUTTON | {"name": "x" * 41}]}], 40025),
        ([{"name": "all", "sub_button": [BUTTON | {"key": ""}]}], 40026),
    ],
    ids=lambda value: str(value) if isinstance(value, int) else "",
)
async def test_a_menu_has_its_limits(world: World, menu: list[dict[str, Any]], errcode: int) -> None:
    assert (await world.post("menu/create", {"button": menu}, agentid="1000002"))["errcode"] == errcode


async def test_a_menu_is_read_and_deleted_by_its_own_app(world: World) -> None:
    assert (await world.get("menu/get", agentid=1000002))["errcode"] == 46003
    await world.post("menu/create", {"button": [BUTTON]}, agentid="1000002")
    assert (await world.get("menu/get", agentid=1000002))["button"] == [BUTTON]
    assert (await world.get("menu/delete", agentid=7))["errcode"] == 301002
    await world.get("menu/delete", agentid=1000002)
    assert (await world.get("menu/get", agentid=1000002))["errcode"] == 46003


async def test_group_chats_take_everything_but_cards(build: Build) -> None:
    """protocol/wecom.md 4.5"""
    world = await build()
    chat = await world.post(
        "appchat/create", {"name": "east", "owner": "wu", "userlist": ["wu", "zheng"], "chatid": "c1"}
    )
    assert chat["chatid"] == "c1"
    assert (await world.post("appchat/create", {"userlist": ["wu", "zheng"], "chatid": "c1"}))["errcode"] == 86215
    said = {"chatid": "c1", "msgtype": "text", "text": {"content": "hello"}}
    assert (await world.post("appchat/send", said))["errcode"] == 0
    assert [len(world.sandbox.phone(who).items) for who in ("wu", "zheng", "lin")] == [1, 1, 0]
    assert (await world.post("appchat/send", {"chatid": "c1", "msgtype": "template_card"}))["errcode"] == 40008
    narrow = await build(ranged())
    assert (await narrow.post("appchat/create", {"userlist": ["wu", "lin"]}))["errcode"] == 48002


async def test_addresses_are_lists(world: World) -> None:
    assert (await world.get("getcallbackip"))["ip_list"]
    assert (await world.get("get_api_domain_ip"))["ip_list"]


async def test_the_journal_has_every_call_and_no_secret(world: World) -> None:
    await world.send("lin", content={"content": "hello"})
    await world.get("user/get", userid="nobody")
    calls = world.sandbox.journal.calls()
    assert [(call.path, call.errcode) for call in calls] == [("gettoken", 0), ("message/send", 0), ("user/get", 60111)]
    assert calls[1].body is not None
    assert calls[1].body["text"] == {"content": "hello"}
    assert calls[2].query == {"userid": "nobody"}
    assert world.sandbox.settings.secret not in str(calls[0].query)
