"""message/send and its limits. protocol/wecom.md 4, 6"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.sandbox import Campus, Department, OtherApp, Person, Tag, VisibleRange, small_campus
from tests.sandbox.conftest import Build
from tests.sandbox.world import World


def ranged() -> Campus:
    departments = (Department(1, "root", 0), Department(2, "east"), Department(3, "line", 2), Department(4, "outside"))
    people = (
        Person("Lin", "Lin", (2,)),
        Person("wu", "Wu", (3,)),
        Person("out", "Out", (4,)),
        Person("gone", "Gone", (2,), status=5),
    )
    tags = (Tag(1, "desk", ("wu",)), Tag(2, "empty"))
    return Campus("corp", "app", departments, people, tags, VisibleRange(parties=(2,)))


async def test_a_text_arrives_and_is_cut_at_2048_bytes_between_characters(world: World) -> None:
    answer = await world.send("lin", content={"content": "\u529e" * 700})
    assert answer["errcode"] == 0
    assert world.sandbox.phone("lin").items[0].content["content"] == "\u529e" * 682


async def test_partial_failure_is_errcode_0_with_lower_case_names(build: Build) -> None:
    world = await build(ranged())
    answer = await world.send("LIN | Nobody|OUT|gone", toparty="2|9", totag="2|77")
    assert answer["errcode"] == 0
    assert (answer["invaliduser"], answer["invalidparty"], answer["invalidtag"]) == ("nobody|out|gone", "9", "77")
    assert [len(world.sandbox.phone(who).items) for who in ("lin", "wu", "out")] == [1, 1, 0]


async def test_all_recipients_invalid_is_81013(build: Build) -> None:
    world = await build(ranged())
    answer = await world.send("OUT|Nobody")
    assert (answer["errcode"], answer["invaliduser"]) == (81013, "out|nobody")


async def test_all_means_the_visible_range(build: Build) -> None:
    world = await build(ranged())
    assert (await world.send("@all"))["errcode"] == 0
    assert [len(world.sandbox.phone(who).items) for who in ("lin", "wu", "out")] == [1, 1, 0]


@pytest.mark.parametrize(
    ("body", "errcode"),
    [
        ({"touser": ""}, 82001),
        ({"msgtype": "markdown_v2", "markdown_v2": {"content": "x"}}, 40008),
        ({"msgtype": "text", "text": {"content": ""}}, 44004),
        ({"msgtype": "image"}, 40035),
        ({"msgtype": "image", "image": {"media_id": "nothing"}}, 40007),
        ({"msgtype": "markdown", "markdown": {"content": "x" * 2049}}, 45002),
        ({"msgtype": "textcard", "textcard": {"title": "t", "description": "d", "url": "xiaoban"}}, 40058),
        ({"msgtype": "textcard", "textcard": {"title": "t" * 129, "description": "d", "url": "https://a.b/c"}}, 40058),
        ({"msgtype": "news", "news": {"articles": [{"title": "t", "url": "https://a.b/c"}] * 9}}, 45008),
        ({"msgtype": "news", "news": {"articles": [{"title": "t", "url": "https://a.b/c"}]}, "safe": 1}, 40074),
        ({"agentid": 1}, 301002),
        ({"agentid": "1000002"}, 40056),
        ({"agentid": None}, 40056),
        ({"touser": ["lin"]}, 40058),
        ({"touser": "|".join(f"u{n}" for n in range(1001))}, 40032),
        ({"toparty": "|".join(str(n) for n in range(101))}, 82002),
        ({"totag": "|".join(str(n) for n in range(101))}, 82003),
        ({"enable_duplicate_check": 1, "duplicate_check_interval": 14401}, 40058),
    ],
    ids=lambda value: str(value)[:40],
)
async def test_wrong_requests_have_their_errcode(world: World, body: dict[str, Any], errcode: int) -> None:
    whole = {"touser": "lin", "msgtype": "text", "agentid": 1000002, "text": {"content": "x"}} | body
    assert (await world.post("message/send", whole))["errcode"] == errcode
    assert world.sandbox.phone("lin").items == []


async def test_an_identical_request_within_the_interval_is_delivered_once(world: World) -> None:
    first = await world.send("lin", enable_duplicate_check=1, duplicate_check_interval=600)
    again = await world.send("lin", enable_duplicate_check=1, duplicate_check_interval=600)
    assert again == first
    assert len(world.sandbox.phone("lin").items) == 1
    await world.send("lin", content={"content": "other"}, enable_duplicate_check=1, duplicate_check_interval=600)
    world.sandbox.clock.advance(timedelta(seconds=600))
    await world.send("lin", enable_duplicate_check=1, duplicate_check_interval=600)
    assert len(world.sandbox.phone("lin").items) == 3


async def test_the_duplicate_answer_can_be_bare(build: Build) -> None:
    world = await build(duplicate_answer="bare")
    await world.send("lin", enable_duplicate_check=1)
    assert await world.send("lin", enable_duplicate_check=1) == {"errcode": 0, "errmsg": "ok"}


async def test_without_the_check_the_same_request_is_delivered_twice(world: World) -> None:
    await world.send("lin")
    await world.send("lin")
    assert len(world.sandbox.phone("lin").items) == 2


async def test_the_31st_message_of_a_minute_is_dropped_without_a_word(world: World) -> None:
    for _ in range(30):
        await world.send("lin")
    answer = await world.send("lin|wu")
    assert (answer["errcode"], answer["invaliduser"]) == (0, "")
    assert len(world.sandbox.phone("lin").items) == 30
    assert world.sandbox.journal.dropped == [("lin", "message/send")]
    world.sandbox.clock.advance(timedelta(minutes=1))
    await world.send("lin")
    assert len(world.sandbox.phone("lin").items) == 31
    assert len(world.sandbox.phone("wu").items) == 1


async def test_the_1001st_message_of_an_hour_is_dropped(build: Build) -> None:
    world = await build(member_per_hour=60)
    for _ in range(3):
        for _ in range(25):
            await world.send("lin")
        world.sandbox.clock.advance(timedelta(minutes=2))
    assert len(world.sandbox.phone("lin").items) == 60
    world.sandbox.clock.advance(timedelta(hours=1))
    await world.send("lin")
    assert len(world.sandbox.phone("lin").items) == 61


async def test_the_day_quota_counts_person_times_and_ends_at_midnight_there(build: Build) -> None:
    people = small_campus(*(f"u{n}" for n in range(150)))
    world = await build(people, account_cap=1)
    assert (await world.send("@all"))["errcode"] == 0
    assert (await world.send("@all"))["errcode"] == 45009
    world.sandbox.clock.advance(timedelta(hours=14))
    await world.login()
    assert (await world.send("@all"))["errcode"] == 0


async def test_ids_are_translated_where_they_can_be(world: World) -> None:
    content = {"content": "$userName=lin$ $departmentName=1$ $userName=nobody$"}
    await world.send("wu", content=content, enable_id_trans=1)
    assert world.sandbox.phone("wu").items[0].content["content"] == "Lin corp $userName=nobody$"


async def test_media_are_checked_for_kind_and_age(world: World) -> None:
    media_id = (await world.upload("image", b"\xff\xd8\xff\xe0picture"))["media_id"]
    assert (await world.send("lin", "image", {"media_id": media_id}))["errcode"] == 0
    assert (await world.send("lin", "file", {"media_id": media_id}))["errcode"] == 40007
    world.sandbox.clock.advance(timedelta(days=3))
    assert world.token
    await world.login()
    assert (await world.send("lin", "image", {"media_id": media_id}))["errcode"] == 40145


async def test_escapes_are_noted_and_can_be_refused(build: Build) -> None:
    raw = b'{"touser":"lin","msgtype":"text","agentid":1000002,"text":{"content":"\\u529e"}}'
    world = await build()
    query = {"access_token": await world.login()}
    assert (await world.answer("POST", "message/send", params=query, data=raw))["errcode"] == 0
    assert world.sandbox.journal.warnings
    strict = await build(refuse_escapes=True)
    query = {"access_token": await strict.login()}
    assert (await strict.answer("POST", "message/send", params=query, data=raw))["errcode"] == 40033


async def test_recall_within_24_hours_by_the_same_app(build: Build) -> None:
    world = await build(other_apps=(OtherApp(1000009, "other-secret"),))
    msgid = (await world.send("lin|wu"))["msgid"]
    own = await world.login()
    await world.login("other-secret")
    assert (await world.post("message/recall", {"msgid": msgid}))["errcode"] == 40058
    world.token = own
    assert (await world.post("message/recall", {"msgid": msgid}))["errcode"] == 0
    assert all(world.sandbox.phone(who).items[0].recalled for who in ("lin", "wu"))
    late = (await world.send("lin"))["msgid"]
    world.sandbox.clock.advance(timedelta(hours=24))
    await world.login()
    assert (await world.post("message/recall", {"msgid": late}))["errcode"] == 42052


async def test_a_mini_program_notice_needs_no_agentid_and_not_everybody(world: World) -> None:
    content = {"appid": "wx1", "title": "four", "content_item": [{"key": "k", "value": "v"}]}
    body = {"touser": "lin", "msgtype": "miniprogram_notice", "miniprogram_notice": content}
    assert (await world.post("message/send", body))["errcode"] == 0
    assert (await world.post("message/send", body | {"touser": "@all"}))["errcode"] == 40058
