"""DingTalk's API client and channel against the strict stand-in: tokens, errors, sending, cards, files, people."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.channel import Final, Passing, Upload
from bot.channels.dingtalk.reading import STRANGER, TAP_SECONDS, tap_of
from bot.sandbox.dingtalk import Bubble
from flows.cards import Button, Card, Line, Link, Style
from flows.events import Event, FileKind, FileRef, Pressed, Said, Sent
from tests.channels.ding import Build, DingWire
from tests.channels.wire import Wire

CARD = Card(
    "新报修 R-0001", "灯不亮", (Line("地点", "东区"),), (Button("接单", "m:1:take:1", Style.MAIN),), "也可以回复"
)
PLAIN = Card(body="好的")
SEND, CREATE = "batchSend", "createAndDeliver"
JPEG = b"\xff\xd8\xff\xe0" + b"lamp" * 64


def last(ding: DingWire, who: str) -> Bubble:
    return ding.box.received(who)[-1]


# Tokens and errors


async def test_fifty_waiters_fetch_one_token(ding: DingWire) -> None:
    """F27: at the start, and again when it ran out in the middle (400 InvalidAuthentication, not 401)."""
    await asyncio.gather(*(ding.channel.send([ding.id("wu")], PLAIN, n) for n in range(8)))
    assert ding.box.corp.tokens.fetched == 1
    ding.box.faults.expire_after = 0
    await asyncio.gather(*(ding.channel.send([ding.id("zheng")], PLAIN, 100 + n) for n in range(8)))
    assert ding.box.corp.tokens.fetched == 2
    assert len(ding.box.received("zheng")) == 8


async def test_a_wrong_secret_stops_and_is_not_hammered(ding: DingWire) -> None:
    """F27: one question, then a pause; a person of the IT office must act."""
    ding.box.faults.wrong_secret = True
    for _ in range(5):
        with pytest.raises(Final) as refused:
            await ding.channel.send([ding.id("wu")], PLAIN, 1)
        assert refused.value.alarm
    assert len(ding.box.journal.calls("accessToken")) == 1


@pytest.mark.parametrize("path", [SEND, "listsub"])
@pytest.mark.parametrize(
    ("fault", "seconds"),
    [
        ({"busy": 1}, None), ({"unavailable": 1}, None), ({"throttled": 1}, 5), ({"banned": 1}, 300),
        ({"html_500": 1}, 0), ({"cut": 1}, 0), ({"cut_before": 1}, 0),
    ],
)  # fmt: skip
async def test_what_passes_is_tried_again(
    ding: DingWire, path: str, fault: dict[str, int], seconds: int | None
) -> None:
    """F28, F30: decided by code on both hosts, never by status: a throttled call is 403 here, and 200 there."""
    await ding.channel.send([ding.id("wu")], PLAIN, 1)
    for name, value in fault.items():
        setattr(ding.box.faults, name, value)
    with pytest.raises(Passing) as passing:
        await _call(ding, path)
    legacy = path == "listsub" and seconds is None  # -1 is a limit there
    assert passing.value.wait == timedelta(seconds=5 if legacy else seconds or 0)
    assert passing.value.unsure is (seconds == 0)
    await _call(ding, path)


@pytest.mark.parametrize("path", [SEND, "listsub"])
@pytest.mark.parametrize("fault", ["forbidden", "foreign_ip"])
async def test_what_an_administrator_must_mend_raises_the_alarm(ding: DingWire, path: str, fault: str) -> None:
    """F28: the same status as a throttled call, another code."""
    setattr(ding.box.faults, fault, True)
    with pytest.raises(Final) as final:
        await _call(ding, path)
    assert final.value.alarm


async def test_a_spent_quota_waits_and_loses_nothing(ding: DingWire) -> None:
    """The month's calls: 403 ApiCountLimitForOrg is no throttle, and no call counts while it lasts."""
    ding.box.faults.calls_spent = True
    with pytest.raises(Passing) as passing:
        await _call(ding, SEND)
    assert passing.value.wait == timedelta(minutes=30)
    assert ding.desk.spent == []
    assert [entry async for entry in ding.channel.staff()]  # reading the address book is not billed
    ding.box.faults.calls_spent = False
    await _call(ding, SEND)
    assert ding.desk.spent == ["call"]


async def test_an_app_stays_within_twenty_calls_a_second(ding: DingWire) -> None:
    """The platform counts real seconds (protocol 0.3): a crowd is spread, and nobody is turned away."""
    await asyncio.gather(*(ding.channel.send([ding.id("wu")], PLAIN, n) for n in range(30)))
    assert [call.status for call in ding.box.journal.calls(SEND)] == [200] * 30


async def _call(ding: DingWire, path: str) -> None:
    if path == SEND:
        await ding.channel.send([ding.id("wu")], PLAIN, 2)
    else:
        assert [entry async for entry in ding.channel.staff()]


# Messages


async def test_both_lists_of_a_batch_are_read(ding: DingWire) -> None:
    """HTTP 200 does not mean that all have it (protocol 5.1)."""
    wu, zheng = ding.id("wu"), ding.id("zheng")
    ding.box.faults.flow_controlled = zheng
    receipt = await ding.channel.send([wu, zheng, "nobody"], PLAIN, 1)
    assert (receipt.refused, receipt.later) == (("nobody",), (zheng,))
    assert [bubble.content for bubble in ding.box.received("wu")] == [{"content": "好的"}]
    with pytest.raises(Final):
        await ding.channel.send(["nobody"], PLAIN, 2)


async def test_a_conversation_is_answered_where_it_lives(ding: DingWire) -> None:
    """Costs no call of the month; once its address is over, the robot says it by itself (300001, protocol 2.4)."""
    await ding.box.say("li", "你好")
    await ding.channel.send([ding.id("li")], PLAIN, 1)
    assert ding.desk.spent == ["push"]
    ding.box.corp._sessions.clear()
    await ding.channel.send([ding.id("li")], PLAIN, 2)
    assert ding.desk.spent == ["push", "call"]
    assert len(ding.box.received("li")) == 2
    await ding.box.say("li", "在吗")
    ding.clock.advance(timedelta(minutes=91))
    await ding.channel.send([ding.id("li")], PLAIN, 3)
    assert len(ding.box.journal.calls("sendBySession")) == 2


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:9/robot/sendBySession?session=x", "http://169.254.169.254/robot/sendBySession",
        "https://oapi.dingtalk.com.evil.cn/robot/sendBySession", "https://oapi.dingtalk.com@127.0.0.1:9/robot",
        "file:///etc/passwd", "//127.0.0.1:9/", "", "x", "http://[", "http://127.0.0.1:99999999/",
    ],
)  # fmt: skip
async def test_an_address_that_is_not_the_platform_s_is_never_called(ding: DingWire, address: str) -> None:
    """F16: the words go the usual way."""
    await ding.box.say("li", "你好", sessionWebhook=address)
    await ding.channel.send([ding.id("li")], PLAIN, 1)
    assert len(ding.box.journal.calls(SEND)) == 1
    assert ding.desk.taken[0].body == Said("你好")


async def test_a_stranger_is_answered_where_the_talk_is_or_not_at_all(ding: DingWire) -> None:
    """F14: there is no account to write to."""
    await ding.box.say("li", "你好", senderStaffId=None)
    account = ding.desk.taken[0].account
    assert account.startswith(STRANGER)
    await ding.channel.send([account], PLAIN, 1)
    assert last(ding, "li").content == {"content": "好的"}
    ding.clock.advance(timedelta(hours=2))
    with pytest.raises(Final):
        await ding.channel.send([account], PLAIN, 2)


async def test_a_message_is_taken_back_within_a_day(ding: DingWire) -> None:
    receipt = await ding.channel.send([ding.id("wu")], PLAIN, 1)
    await ding.channel.recall(receipt)
    assert last(ding, "wu").recalled
    old = await ding.channel.send([ding.id("wu")], PLAIN, 2)
    ding.clock.advance(timedelta(hours=25))
    with pytest.raises(Final):
        await ding.channel.recall(old)


# Cards


async def test_a_card_is_shown_once_however_often_it_is_sent(ding: DingWire) -> None:
    """F33: its own id is the duplicate check, also when the first answer was lost."""
    ding.box.faults.only, ding.box.faults.cut = f"/v1.0/card/instances/{CREATE}", 1
    with pytest.raises(Passing):
        await ding.channel.send([ding.id("wu")], CARD, 1)
    receipt = await ding.channel.send([ding.id("wu")], CARD, 1)
    assert receipt.key == "xb-7-1"
    assert [bubble.content["title"] for bubble in ding.box.received("wu")] == ["新报修 R-0001"]


async def test_a_card_changes_for_whom_it_is_changed_and_for_nobody_else(ding: DingWire) -> None:
    """E4, E7: any time, as often as wanted; what is not named stays as it was."""
    wu, zheng = ding.id("wu"), ding.id("zheng")
    receipt = await ding.channel.send([wu, zheng], CARD, 1)
    for closing in ("吴建国 已接单", "吴建国 已修好"):
        receipt = await ding.channel.revise(receipt, [zheng], CARD.closed(closing))
        assert last(ding, "zheng").content["closing"] == closing
        assert last(ding, "zheng").content["hint"] == ""
        assert ding.box.buttons(last(ding, "zheng")) == []
        assert ding.box.buttons(last(ding, "wu")) == [("接单", "m:1:take:1")]
        ding.clock.advance(timedelta(days=30))
    await ding.channel.revise(receipt, [wu], CARD.closed("吴建国 已接单"))
    assert last(ding, "zheng").content["closing"] == "吴建国 已修好"
    assert last(ding, "wu").content["lines"] == '[{"label":"地点","value":"东区"}]'


async def test_whom_a_card_did_not_reach_is_refused(ding: DingWire) -> None:
    """A part may fail inside an answer that is well (protocol 6.2)."""
    receipt = await ding.channel.send([ding.id("wu"), "nobody"], CARD, 1)
    assert receipt.refused == ("nobody",)


async def test_many_people_with_long_names_are_one_card(ding: DingWire) -> None:
    """openSpaceId holds a thousand characters: the rest is shown the same card by another call."""
    people = [ding.id(one) for one in ("wu", "zheng", "li")]
    receipt = await ding.channel.send([*people, *("x" * 60 + str(n) for n in range(17))], CARD, 1)
    assert len(receipt.refused) == 17
    assert len(ding.box.journal.calls("/deliver")) == 1
    assert {bubble.key for who in ("wu", "zheng", "li") for bubble in ding.box.received(who)} == {"xb-7-1"}


@pytest.mark.parametrize("words", ["说明" * 400, "第一行\n" * 150, "x" * 1030, "👨‍👩‍👧" * 90])
async def test_every_variable_stays_within_its_size(ding: DingWire, words: str) -> None:
    """F43: a variable holds a kilobyte; long words go on in the next one, and long lists in words."""
    lines = tuple(Line(f"第{n}行", words[:80]) for n in range(9))
    await ding.channel.send([ding.id("wu")], Card("题", words, lines, CARD.buttons), 1)
    shown = last(ding, "wu").content
    assert (shown["body"] + shown["more"]).replace("\n", "").startswith(words.replace("\n", "")[:300])
    assert json.loads(shown["lines"])


async def test_buttons_that_find_no_room_are_words_instead(ding: DingWire) -> None:
    """A button that is left out could not be pressed."""
    buttons = tuple(Button(f"选项{n}", f"q:{'问' * 90}{n}") for n in range(5))
    await ding.channel.send([ding.id("wu")], Card("哪一个？", buttons=buttons), 1)
    assert last(ding, "wu").kind == "action_card"
    assert len(ding.box.buttons(last(ding, "wu"))) == 5


async def test_a_tap_comes_with_its_card(ding: DingWire) -> None:
    """A2, A5: by Stream; the same tap again within a moment is the same."""
    await ding.channel.send([ding.id("wu")], CARD, 1)
    ding.box.faults.duplicates = 1
    await ding.box.press("wu", last(ding, "wu"), "接单")
    assert {(event.account, event.body) for event in ding.desk.taken} == {
        (ding.id("wu"), Pressed("m:1:take:1", "xb-7-1"))
    }
    assert len({event.id for event in ding.desk.taken}) == 1


@given(st.integers(0, 10**10), st.floats(0, TAP_SECONDS))
def test_a_tap_pushed_again_is_known_across_any_border(first: int, later: float) -> None:
    """A5: a tap has no number; by its own id or as the other's twin, the same one soon after is the same."""

    def tap(at: datetime) -> Event:
        data = {"userId": "wu", "outTrackId": "xb-7-1", "value": {"params": {"action": "m:1:take:1"}}}
        return tap_of(data, at, at).events[0]

    began = datetime.fromtimestamp(first, UTC)
    one, other, much_later = tap(began), tap(began + timedelta(seconds=later)), tap(began + timedelta(seconds=41))
    assert one.id in {other.id, other.twin}
    assert one.id not in {much_later.id, much_later.twin}


async def test_taps_by_http_are_registered_with_the_first_card(ding_build: Build) -> None:
    """Protocol 6.6: where they go, and how they are signed; once."""
    wire = await ding_build("http")
    for mark in (1, 2):
        await wire.channel.send([wire.id("wu")], CARD, mark)
    assert len(wire.box.journal.calls("callbacks/register")) == 1
    assert (await wire.box.press("wu", last(wire, "wu"), "接单")).accepted
    assert wire.desk.taken[0].body == Pressed("m:1:take:1", "xb-7-2")


async def test_without_a_template_buttons_say_their_words(ding_build: Build) -> None:
    """B14: a tap is as good as typing, and proves no more; nothing shown can be changed."""
    wire = await ding_build(template=False)
    receipt = await wire.channel.send([wire.id("wu")], CARD, 1)
    assert last(wire, "wu").kind == "action_card"
    await wire.box.press("wu", last(wire, "wu"), "接单")
    assert wire.desk.taken[0].body == Said("接单")
    assert not wire.channel.traits.revisable
    with pytest.raises(Final):
        await wire.channel.revise(receipt, [wire.id("wu")], CARD.closed("好"))


@pytest.mark.parametrize("count", [0, 1, 2, 5, 6])
async def test_any_number_of_buttons_is_a_message(ding_build: Build, count: int) -> None:
    """Protocol 5.1: one, two to five, or a list of links; nobody's words are read as markdown (F39)."""
    wire = await ding_build(template=False)
    buttons = tuple(Button(f"第{n}个", f"m:1:x:{n}") for n in range(count))
    await wire.channel.send([wire.id("wu")], Card("题*x*", "[点](http://x)", (), buttons, link=Link("看", "1")), 1)
    assert "[点]" not in last(wire, "wu").content["text"]


async def test_a_template_that_is_not_there_raises_the_alarm(ding: DingWire) -> None:
    """Nothing is lost until somebody publishes it."""
    ding.channel._template = "other.schema"
    with pytest.raises(Final) as final:
        await ding.channel.send([ding.id("wu")], CARD, 1)
    assert final.value.alarm


# Files


async def test_a_photo_is_fetched_from_where_it_lies(ding: DingWire) -> None:
    """A code for an address that is good once; both together are asked anew."""
    await ding.box.send_image("li", JPEG)
    body = ding.desk.taken[0].body
    assert isinstance(body, Sent)
    for _ in range(2):
        assert b"".join([part async for part in ding.channel.fetch(body.file)]) == JPEG
    ding.box.corp.store.forget(body.file.ref)
    with pytest.raises(Final):
        await anext(aiter(ding.channel.fetch(body.file)))


async def test_a_file_from_elsewhere_is_not_fetched(ding: DingWire) -> None:
    """F16: an answer does not decide which hosts we call."""
    ding.box.corp.store.address = lambda code, base: "http://127.0.0.1:9/x"  # type: ignore[method-assign]  # a rogue
    with pytest.raises(Final):
        await anext(aiter(ding.channel.fetch(FileRef(FileKind.IMAGE, "x"))))


@pytest.mark.parametrize(
    ("name", "mime", "content", "kind"),
    [
        ("12", "image/jpeg", JPEG, "image"), ("a.png", "image/png", b"\x89PNG\r\n\x1a\n" + bytes(9), "image"),
        ("表.docx", "application/msword", b"PK" + bytes(9), "file"), ("9", "audio/amr", b"#!AMR" + bytes(99), "audio"),
    ],
)  # fmt: skip
async def test_files_are_shown(ding: DingWire, name: str, mime: str, content: bytes, kind: str) -> None:
    """What people send from a camera has no name; the platform goes by its ending (protocol 9)."""
    uploaded = await ding.channel.upload(Upload("x", name, mime, content))
    await ding.channel.send_file([ding.id("wu")], uploaded.handle, mime, 1)
    assert last(ding, "wu").kind == kind


async def test_what_somebody_is_told_after_speaking_in_a_group_is_for_them_alone(ding: DingWire) -> None:
    """F16: a group has an address of its own, and everybody in it would read along."""
    await ding.box.say("li", "报修", group="后勤群")
    await ding.channel.send([ding.id("li")], PLAIN, 1)
    assert len(ding.box.journal.calls("sendBySession")) == 0
    assert last(ding, "li").group == ""
    await ding.box.say("li", "报修")
    await ding.channel.send([ding.id("li")], PLAIN, 2)
    assert len(ding.box.journal.calls("sendBySession")) == 1


async def test_words_and_pictures_in_one_message_are_all_heard(ding: DingWire) -> None:
    """Words first; a voice message is the words that were understood; a file has its name."""
    await ding.box.send_rich("li", ["灯", JPEG, "不亮", JPEG])
    await ding.box.speak("li", "三教灯不亮")
    await ding.box.send_file("li", b"%PDF", "合同.pdf")
    await ding.box.say("li", "报修", group="后勤群")
    bodies = [event.body for event in ding.desk.taken]
    assert bodies[0] == Said("灯不亮")
    assert [type(body) for body in bodies[1:3]] == [Sent, Sent]
    assert bodies[3] == Said("三教灯不亮")
    assert isinstance(bodies[4], Sent)
    assert (bodies[4].file.kind, bodies[4].file.name) == (FileKind.FILE, "合同.pdf")
    assert (bodies[5], ding.desk.taken[5].room is not None) == (Said("报修"), True)
    assert len({event.id for event in ding.desk.taken}) == 6


# People


async def test_both_address_books_hold_the_same_school(ding: DingWire, wire: Wire) -> None:
    """Q1: whoever reads either knows the same people, with the same departments, posts and superiors."""
    books = []
    for channel in (ding.channel, wire.channel):
        entries = [entry async for entry in channel.staff()]
        names = {entry.account: entry.name for entry in entries}
        books.append({
            (e.name, e.units, e.leads, frozenset(e.roles), names.get(e.superior or ""), e.position, e.active)
            for e in entries
        })  # fmt: skip
    assert books[0] == books[1]


async def test_everybody_has_a_number_and_a_mobile(ding: DingWire) -> None:
    """Q1: what a person of one platform is known by on the other."""
    entries = [entry async for entry in ding.channel.staff()]
    assert len({entry.number for entry in entries}) == len({entry.mobile for entry in entries}) == len(entries)
    assert all(entry.account.startswith("d-") for entry in entries)


async def test_who_signs_in_is_known_once_by_a_code(ding: DingWire) -> None:
    """Q2: the browser goes to the platform and comes back with a code that is good once."""
    query = parse_qs(urlsplit(ding.channel.sign_in_url("http://127.0.0.1:8080/back", "s1")).query)
    assert (query["scope"], query["state"], query["prompt"]) == (["openid"], ["s1"], ["consent"])
    code = ding.box.corp.tokens.mint_code(ding.id("li"), ding.clock.now())
    assert await ding.channel.identify(code) == ding.id("li")
    for bad in (code, "", "x"):
        with pytest.raises(Final):
            await ding.channel.identify(bad)
