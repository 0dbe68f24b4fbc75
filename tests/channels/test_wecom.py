"""The API client and the channel against the strict stand-in: tokens, errors, sending, cards, people."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.channels import http
from bot.channels.channel import Expired, Final, MenuEntry, Passing, Upload
from bot.channels.cutting import cut
from bot.channels.wecom.cards import message
from bot.channels.wecom.channel import CODE_LIFE
from bot.delivery import TRIES
from bot.sandbox.signin import Code
from flows.cards import Button, Card, Line, Link, Receipt, Style, Verb
from flows.events import FileKind, FileRef
from tests.channels.corp import NOW
from tests.channels.wire import Wire

CARD = Card(
    "新报修 R-0001", "灯不亮", (Line("地点", "东区"),), (Button("接单", "m:1:take:1", Style.MAIN),), "也可以回复"
)


async def test_fifty_waiters_fetch_one_token(wire: Wire) -> None:
    """F27: at the start, and again when it ran out in the middle."""
    await asyncio.gather(*(wire.channel.send(["wu"], Card(body=f"{n}"), n) for n in range(20)))
    assert len(wire.box.journal.calls("gettoken")) == 1
    wire.box.faults.expire_after = 0
    await asyncio.gather(*(wire.channel.send(["zheng"], Card(body=f"{n}"), 100 + n) for n in range(20)))
    assert len(wire.box.journal.calls("gettoken")) == 2
    assert len(wire.box.phone("zheng").received) == 20


async def test_a_wrong_secret_stops_and_is_not_hammered(wire: Wire) -> None:
    """40001 bans the address when looped on: one question, then a pause."""
    wire.box.faults.wrong_secret = True
    for _ in range(5):
        with pytest.raises(Final) as refused:
            await wire.channel.send(["wu"], Card(body="x"), 1)
        assert refused.value.alarm
    assert len(wire.box.journal.calls("gettoken")) == 1


@pytest.mark.parametrize(
    ("fault", "wait"), [({"busy": 1}, False), ({"crowded": 1}, False), ({"rate_limit": "minute"}, True)]
)
async def test_a_busy_platform_is_a_passing_failure(wire: Wire, fault: dict[str, object], wait: bool) -> None:
    """F28: -1 and 45033 are tried again, 45009 leaves the platform alone for its window."""
    await wire.channel.send(["wu"], Card(body="x"), 1)
    wire.box.faults.set(fault)
    with pytest.raises(Passing) as passing:
        await wire.channel.send(["wu"], Card(body="y"), 2)
    assert bool(passing.value.wait) is wait
    assert not passing.value.unsure


@pytest.mark.parametrize("fault", [{"cut": 1}, {"html_500": 1}, {"cut_before": 1}])
async def test_a_broken_answer_is_passing_and_unsure(wire: Wire, fault: dict[str, object]) -> None:
    """F30, F33: it may have been done; the same parcel again is shown once."""
    await wire.channel.send(["zhou"], Card(body="x"), 1)
    wire.box.faults.set(fault)
    with pytest.raises(Passing) as passing:
        await wire.channel.send(["wu"], CARD, 2)
    assert passing.value.unsure
    await wire.channel.send(["wu"], CARD, 2)
    assert len(wire.box.phone("wu").received) == 1


async def test_equal_words_in_two_parcels_both_arrive(wire: Wire) -> None:
    """The duplicate check must not swallow a sentence that was really said twice."""
    for mark in (1, 2, 2):
        await wire.channel.send(["wu"], Card(body="好的"), mark)
    assert len(wire.box.phone("wu").received) == 2


@pytest.mark.parametrize("mark", [1, 4499, 4500, 5399, 12600, 10**12 + 4499])
async def test_a_parcel_is_known_again_for_as_long_as_it_is_tried(wire: Wire, mark: int) -> None:
    """F33: an unknown result at the first try, a platform that fails until the last one: one visible copy."""
    waits = [min(600.0, 2.0**attempt) for attempt in range(TRIES - 1)]
    longest = sum(waits) + TRIES * (http.PATIENCE + http.SECONDS)
    assert timedelta(seconds=longest) < wire.channel.traits.remembers
    await wire.channel.send(["wu"], Card(body="好的"), mark)
    wire.clock.advance(timedelta(seconds=longest))
    await wire.channel.send(["wu"], Card(body="好的"), mark)
    await wire.channel.send(["wu"], Card(body="好的"), mark + 1)
    assert len(wire.box.phone("wu").received) == 2


async def test_a_thousand_people_cost_one_call(wire: Wire) -> None:
    receipt = await wire.channel.send(["wu", "zheng", "nobody"], Card(body="x"), 1)
    assert receipt.refused == ("nobody",)
    assert len(wire.box.journal.sends) == 1


async def test_a_card_is_shown_changed_once_and_then_no_more(wire: Wire) -> None:
    """E4: a code is spent by its use, and dies after 72 hours."""
    receipt = await wire.channel.send(["wu", "zheng"], CARD, 1)
    assert receipt.code
    assert receipt.until == NOW + CODE_LIFE
    await wire.channel.revise(receipt, ["wu", "zheng"], CARD.closed("吴建国 已接单"))
    assert [c.card.replaced_text for c in wire.box.phone("zheng").cards if c.card] == ["吴建国 已接单"]
    with pytest.raises(Final):
        await wire.channel.revise(receipt, ["wu"], CARD.closed("again"))
    late = await wire.channel.send(["wu"], CARD, 2)
    wire.clock.advance(timedelta(hours=73))
    with pytest.raises(Final):
        await wire.channel.revise(late, ["wu"], CARD.closed("late"))


async def test_a_message_is_recalled_within_a_day(wire: Wire) -> None:
    receipt = await wire.channel.send(["wu"], Card(body="x"), 1)
    await wire.channel.recall(receipt)
    assert wire.box.phone("wu").items[0].recalled
    old = await wire.channel.send(["wu"], Card(body="y"), 2)
    wire.clock.advance(timedelta(hours=25))
    with pytest.raises(Final):
        await wire.channel.recall(old)


async def show(wire: Wire, userid: str, photo: Upload, mark: int) -> None:
    uploaded = await wire.channel.upload(photo)
    await wire.channel.send_file([userid], uploaded.handle, photo.mime, mark)


async def test_media_go_up_and_come_down(wire: Wire) -> None:
    photo = Upload("image", "灯.jpg", "image/jpeg", b"\xff\xd8\xff" + b"x" * 100)
    await show(wire, "wu", photo, 1)
    ref = str(wire.box.phone("wu").received[0].content["media_id"])
    parts = [part async for part in wire.channel.fetch(FileRef(FileKind.IMAGE, ref))]
    assert b"".join(parts) == photo.content


async def test_a_token_that_ran_out_holds_up_no_media(wire: Wire) -> None:
    """F27 for the calls that carry files."""
    photo = Upload("image", "灯 1.jpg", "image/jpeg", b"\xff\xd8\xff" + b"x" * 100)
    wire.box.faults.set({"invalid_token": 1, "only": "media/upload"})
    await show(wire, "wu", photo, 1)
    ref = str(wire.box.phone("wu").received[0].content["media_id"])
    wire.box.faults.set({"invalid_token": 1, "only": "media/get"})
    assert b"".join([part async for part in wire.channel.fetch(FileRef(FileKind.IMAGE, ref))]) == photo.content
    assert len(wire.box.journal.calls("gettoken")) == 3


async def test_expired_media_are_final_to_fetch_and_uploaded_anew_to_send(wire: Wire) -> None:
    """F41."""
    photo = Upload("image", "a.jpg", "image/jpeg", b"\xff\xd8\xff" + b"x" * 100)
    uploaded = await wire.channel.upload(photo)
    await wire.channel.send_file(["wu"], uploaded.handle, photo.mime, 1)
    ref = str(wire.box.phone("wu").received[0].content["media_id"])
    wire.clock.advance(timedelta(days=4))
    with pytest.raises(Final):
        [part async for part in wire.channel.fetch(FileRef(FileKind.IMAGE, ref))]
    assert uploaded.until < wire.clock.now()
    with pytest.raises(Expired):
        await wire.channel.send_file(["zheng"], uploaded.handle, photo.mime, 2)


async def test_a_proxy_s_page_is_no_photo(wire: Wire) -> None:
    """F30, F41: what comes with another status than 200 or 206 is asked for again, never kept."""
    photo = Upload("image", "a.jpg", "image/jpeg", b"\xff\xd8\xff" + b"x" * 100)
    await show(wire, "wu", photo, 1)
    ref = FileRef(FileKind.IMAGE, str(wire.box.phone("wu").received[0].content["media_id"]))
    wire.box.faults.set({"html_500": 1, "only": "media/get"})
    with pytest.raises(Passing):
        [part async for part in wire.channel.fetch(ref)]
    assert b"".join([part async for part in wire.channel.fetch(ref)]) == photo.content


async def test_everyone_is_listed_once_with_units_heads_and_roles(wire: Wire) -> None:
    people = {entry.account: entry async for entry in wire.channel.staff()}
    assert people["wu"].units == ("东区维修组",)
    assert people["wu"].superior == "sun"
    assert "东区维修组" in people["sun"].leads
    assert "维修调度" in people["zhou"].roles


async def test_a_broken_address_book_yields_nobody(wire: Wire) -> None:
    """F50: all or nothing."""
    wire.box.faults.set({"busy": 1, "only": "tag/get"})
    with pytest.raises(Passing):
        [entry async for entry in wire.channel.staff()]


async def test_the_menu_is_set_within_the_platforms_sizes(wire: Wire) -> None:
    below = tuple(MenuEntry(f"事项{n}", f"b:m{n}") for n in range(4))
    await wire.channel.publish_menu([MenuEntry("办事", "", below), MenuEntry("帮助", "c:help:0")])
    assert wire.box.corp.menu is not None


@pytest.mark.parametrize(
    "card",
    [
        Card(body="字" * 5000),
        Card(body="<a href='javascript:x'>点</a> <@all>"),
        Card("题" * 400, "文" * 4000, tuple(Line("名" * 40, "值" * 400) for _ in range(12)), CARD.buttons, "提" * 900),
        Card("题", buttons=tuple(Button(f"按钮{n}", f"b:{n}") for n in range(6))),
        Card("题", buttons=tuple(Button(f"按钮{n}", f"b:{n}") for n in range(14))),
        Card("题", "文", link=Link("打开", "https://x.example/")),
        Card("题"),
        Card("", "文", (Line("名", "值"),)),
        Card("👨‍👩‍👧" * 200, "𠮷" * 900, buttons=CARD.buttons),
    ],
)
async def test_any_card_fits_the_platforms_limits(wire: Wire, card: Card) -> None:
    """F43, F39: sizes are bytes where the platform counts bytes; nothing is refused, nobody is mentioned."""
    receipt = await wire.channel.send(["wu"], card, 1)
    assert receipt.handle
    assert not [found for found in wire.box.journal.warnings if "advised" not in found]
    assert "<a" not in str(wire.box.phone("wu").received[-1].content)


def test_nothing_is_cut_inside_a_character() -> None:
    """F43: neither a code point, nor what people see as one character."""
    family = "👨‍👩‍👧"
    assert cut("字" * 10, 16) == "字字字字…"
    assert cut(family * 3, 24) == family + "…"
    assert cut("e\u0301" * 10, 12).removesuffix("…") == "e\u0301" * 3
    assert cut("短", 100) == "短"


def test_more_buttons_than_a_card_holds_become_numbers() -> None:
    """B14: what cannot be shown is made simpler here, never asked about in a flow."""
    many = Card("选一个", buttons=tuple(Button(f"第{n}项", f"{Verb.ANSWER}:{n}") for n in range(1, 9)))
    assert "8. 第8项" in message(many, "t", "u")["text"]["content"]


async def test_sign_in_goes_through_the_platform(wire: Wire) -> None:
    """A code works once."""
    code = wire.box.corp.signin.mint(Code("zhao", True, False, wire.clock.now()))
    assert await wire.channel.identify(code) == "zhao"
    with pytest.raises(Final):
        await wire.channel.identify(code)


async def test_a_receipt_without_code_is_no_right_to_change(wire: Wire) -> None:
    with pytest.raises(Final):
        await wire.channel.revise(Receipt("xb-7-1", code="made up"), ["wu"], CARD.closed("x"))
