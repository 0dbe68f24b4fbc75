"""An opened message becomes an event, whatever is in it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.wecom.reading import Unimportant, event_of
from flows.events import (
    Event,
    FileKind,
    Joined,
    Left,
    Located,
    Opened,
    Pressed,
    Renamed,
    Reorganised,
    Said,
    Sent,
    Unread,
)
from tests.channels.corp import INNER, NOW


def read(inner: str) -> Event:
    return event_of(inner.encode(), NOW)


def test_the_six_kinds_of_message() -> None:
    """Protocol 2.1."""
    assert read(INNER.message("li", NOW, "text", 1, {"Content": "x\x07\ufeff"})).body == Said("x\ufeff")
    image = read(INNER.message("li", NOW, "image", 2, {"PicUrl": "u", "MediaId": "m"})).body
    assert isinstance(image, Sent)
    assert (image.file.kind, image.file.ref) == (FileKind.IMAGE, "m")
    voice = read(INNER.message("li", NOW, "voice", 3, {"MediaId": "m", "Format": "amr"})).body
    assert isinstance(voice, Sent)
    assert (voice.file.kind, voice.file.name) == (FileKind.VOICE, "voice.amr")
    assert isinstance(read(INNER.message("li", NOW, "video", 4, {"MediaId": "m", "ThumbMediaId": "t"})).body, Sent)
    where = {"Location_X": "24.9", "Location_Y": "102.8", "Scale": 15, "Label": "东区"}
    assert read(INNER.message("li", NOW, "location", 5, where)).body == Located("24.9", "102.8", "东区")
    link = {"Title": "通知", "Description": "d", "Url": "https://x", "PicUrl": "p"}
    assert read(INNER.message("li", NOW, "link", 6, link)).body == Said("通知\nhttps://x")


TAP = {"EventKey": "m:1:take:1", "TaskId": "xb-1", "CardType": "button_interaction", "ResponseCode": "c1"}


def test_the_events_that_matter() -> None:
    """Protocol 2.2 to 2.4."""
    assert read(INNER.event("li", NOW, "enter_agent", {"EventKey": None})).body == Opened()
    assert read(INNER.event("li", NOW, "subscribe", {})).body == Joined()
    assert read(INNER.event("li", NOW, "unsubscribe", {})).body == Left()
    assert read(INNER.event("li", NOW, "click", {"EventKey": "c:help:0"})).body == Pressed("c:help:0")
    tapped = read(INNER.event("li", NOW, "template_card_event", TAP)).body
    assert tapped == Pressed("m:1:take:1", "xb-1", "c1")
    chosen = {"SelectedItems": {"SelectedItem": ({"QuestionKey": "q", "OptionIds": {"OptionId": ("a", "b")}},)}}
    assert read(INNER.event("li", NOW, "template_card_event", TAP | chosen)).body == tapped
    assert isinstance(read(INNER.event("li", NOW, "template_card_menu_event", TAP)).body, Pressed)
    left = read(INNER.contact(NOW, "delete_user", {"UserID": "Wu"}))
    assert (left.account, left.body) == ("wu", Left())
    renamed = read(INNER.contact(NOW, "update_user", {"UserID": "wu", "NewUserID": "Wu.JG"}))
    assert (renamed.account, renamed.body) == ("wu", Renamed("wu.jg"))
    assert read(INNER.contact(NOW, "create_party", {"Id": 7})).body == Reorganised("create_party")


@pytest.mark.parametrize("name", ["LOCATION", "view", "batch_job_result", "pic_weixin", "inactive_alert"])
def test_known_and_unimportant_events_are_answered_and_forgotten(name: str) -> None:
    with pytest.raises(Unimportant):
        read(INNER.event("li", NOW, name, {}))


def test_ids_tell_apart_what_differs_and_join_what_is_the_same() -> None:
    """A5, F2, F3: by content, as strings; a tap sent again may bear a new code."""
    ids = [read(INNER.message("li", NOW, "text", n, {"Content": "x"})).id for n in (2**53, 2**53 + 1)]
    assert len(set(ids)) == 2
    one = read(INNER.event("li", NOW, "template_card_event", TAP)).id
    assert read(INNER.event("li", NOW, "template_card_event", TAP | {"ResponseCode": "c2"})).id == one
    assert read(INNER.event("li", NOW, "template_card_event", TAP | {"TaskId": "xb-2"})).id != one
    users = [read(INNER.contact(NOW, "delete_user", {"UserID": user})).id for user in ("a", "b")]
    assert len(set(users)) == 2


def test_accounts_are_folded() -> None:
    """F15: WeCom's ids are case-insensitive."""
    assert read(INNER.message("Li.WenJing", NOW, "text", 1, {"Content": "x"})).account == "li.wenjing"


@pytest.mark.parametrize("new", ["Wu", "WU", "wu"])
def test_a_new_id_that_differs_in_case_only_is_no_new_name(new: str) -> None:
    """F15: the platform folds case, and so do we."""
    assert read(INNER.contact(NOW, "update_user", {"UserID": "Wu", "NewUserID": new})).body == Reorganised(
        "update_user"
    )


def test_a_change_that_names_nobody_is_kept() -> None:
    """F13: it is not the sender `sys` who left or has a new name."""
    assert isinstance(read(INNER.contact(NOW, "delete_user", {})).body, Unread)
    assert isinstance(read(INNER.contact(NOW, "update_user", {"NewUserID": "wu"})).body, Unread)


@pytest.mark.parametrize("time", ["99999999999999", "9" * 400, "253402300799", "-1", "-" + "9" * 14, "1795488001"])
def test_words_of_an_impossible_time_were_said_now(time: str) -> None:
    """F46, F13: they are answered all the same, and nobody counts from a year 9999."""
    said = INNER.message("li", NOW, "text", 1, {"Content": "x"})
    event = read(re.sub("<CreateTime>.*</CreateTime>", f"<CreateTime>{time}</CreateTime>", said))
    assert (event.at, event.body) == (NOW, Said("x"))


@given(st.binary(max_size=300) | st.text(max_size=300).map(lambda t: f"<xml>{t}</xml>".encode("utf-8", "replace")))
@settings(max_examples=300, deadline=None)
def test_no_inner_message_breaks_the_reading(inner: bytes) -> None:
    """Fuzz: whatever was sealed, there is an event, at worst an unread one."""
    assert isinstance(event_of(inner, NOW).body, Unread)
