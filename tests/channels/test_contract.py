"""What every channel keeps, whichever platform it is and however it is reached (`bot/channels/channel.py`)."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.channels.channel import Channel, Final, StaffEntry, Upload
from flows.cards import Button, Card, Look
from flows.events import FileKind, FileRef
from tests.dingtalk import DingOffice
from tests.office import JPEG, Office

CARD = Card(title="标题", body="正文", buttons=(Button("看", str(Look(1)), typed="看 1"),))


@pytest.fixture(params=["wecom", "stream", "http"])
def office(request: pytest.FixtureRequest, empty_sqlite: Path, tmp_path: Path) -> Iterator[Office]:
    """A school on WeCom, and one on DingTalk by either way."""
    shutil.copy(empty_sqlite, tmp_path / "xiaoban.db")
    url = f"sqlite:///{tmp_path / 'xiaoban.db'}"
    made = Office(url, tmp_path) if request.param == "wecom" else DingOffice(url, tmp_path, mode=request.param)
    yield made
    made.close()


def channel_of(office: Office) -> Channel:
    [only] = office.service.channels.values()
    return only


async def everybody(channel: Channel) -> list[StaffEntry]:
    return [one async for one in channel.staff()]


async def whole(pieces: AsyncIterator[bytes]) -> bytes:
    return b"".join([piece async for piece in pieces])


def test_it_goes_by_its_name_and_says_what_it_can(office: Office) -> None:
    """A1: accounts are the platform's own; its traits are below what the platform would punish."""
    channel = channel_of(office)
    assert office.account("li")[0] == channel.name
    assert 1 <= channel.traits.batch <= 1000
    assert 1 <= channel.traits.per_minute < 30
    assert 1 <= channel.traits.per_hour < 1000


def test_a_card_sent_twice_under_one_mark_is_shown_once(office: Office) -> None:
    """F30, F33: the same mark and card; another mark is another message."""
    channel, (_, account) = channel_of(office), office.account("li")
    li = office.person("li")
    before = len(li.items)
    for mark in (71, 71, 72):
        office.run(channel.send([account], CARD, mark))
    assert [seen.title for seen in li.all[before:]] == ["标题", "标题"]


def test_whoever_is_not_there_is_named(office: Office) -> None:
    """F36: refused in the receipt, so that the others of the parcel have it, or finally where there is nobody else."""
    try:
        refused = office.run(channel_of(office).send(["nobody-of-that-name"], CARD, 73)).refused
    except Final:
        return
    assert refused == ("nobody-of-that-name",)


def test_what_was_uploaded_can_be_shown(office: Office) -> None:
    """A7: a picture, by the handle the platform gave."""
    channel, (_, account) = channel_of(office), office.account("li")
    li = office.person("li")
    before = len(li.items)
    up = office.run(channel.upload(Upload("image", "lamp.jpg", "image/jpeg", JPEG)))
    assert up.until > office.clock.now()
    office.run(channel.send_file([account], up.handle, "image/jpeg", 74))
    assert [item.kind for item in li.items[before:]] == ["image"]


def test_what_people_send_can_be_fetched_byte_for_byte(office: Office) -> None:
    """A7: and what is gone is gone for good."""
    channel = channel_of(office)
    li = office.person("li")
    li.says("报修")
    li.sends_a_photo(JPEG)
    with office.service.storage.reading() as work:
        file = work.files.get(1)
    assert file is not None
    assert file.sha256 is not None
    assert office.service.shelf.path(file.sha256).read_bytes() == JPEG
    with pytest.raises(Final):
        office.run(whole(channel.fetch(FileRef(FileKind.IMAGE, "gone"))))


def test_the_address_book_has_everybody_once(office: Office) -> None:
    """Q1: with their departments, those they head, and their superior where there is one."""
    found = office.run(everybody(channel_of(office)))
    assert len(found) == len({one.account for one in found}) > 20
    head = next(one for one in found if one.account == office.account("liu")[1])
    assert head.name == "刘建平"
    assert "总务处" in head.leads


def test_a_used_or_made_up_code_identifies_nobody(office: Office) -> None:
    """Q1: whoever brings one is not let in."""
    with pytest.raises(Final):
        office.run(channel_of(office).identify("made-up"))
