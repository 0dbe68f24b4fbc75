"""What a restart of the stand-in keeps, the clock that another process follows, and changes of the corp."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.sandbox import Contacts, Department, Person, Sandbox, SandboxClock, Settings, load_campus, small_campus
from bot.sandbox.campus import DISABLED
from tests.sandbox.conftest import Build
from tests.sandbox.test_sending import ranged
from tests.sandbox.world import World, field_of

SETTINGS = Settings(resend_spacing=0.0)


def again(old: World, path: Path) -> Sandbox:
    settings = old.sandbox.settings
    sandbox = Sandbox(small_campus(), settings=settings, clock=SandboxClock(stopped_at=START), state_file=path)
    sandbox.deliverer.url = old.sandbox.deliverer.url
    return sandbox


START = datetime(2026, 3, 9, 2, 0, tzinfo=UTC)


async def test_everything_is_there_after_a_restart(build: Build, tmp_path: Path) -> None:
    path = tmp_path / "sandbox.json"
    world = await build(state_file=path)
    sandbox = world.sandbox
    code = (await world.send_card("lin|wu"))["response_code"]
    used = (await world.send_card("lin", {"card_type": "poem"}))["errcode"]
    assert used == 42031
    await sandbox.send_image("lin", b"any bytes")
    world.receiver.script = [500] * 4
    await sandbox.say("lin", "lost")
    await world.post("menu/create", {"button": [{"name": "m", "type": "click", "key": "K"}]}, agentid="1000002")
    sandbox.clock.advance(timedelta(hours=2))
    await sandbox.close()

    second = again(world, path)
    assert second.clock.now() == START + timedelta(hours=2)
    assert second.phone("lin").items == sandbox.phone("lin").items
    assert second.corp.media.get(second.phone("lin").items[1].content["media_id"]).content == b"any bytes"
    assert second.corp.menu == sandbox.corp.menu
    assert second.corp.codes.check(code, second.clock.now()).msgid == sandbox.phone("lin").cards[0].msgid
    assert second.corp.ledger.has_task(1000002, "task-1")
    assert [person.userid for person in second.corp.directory] == ["lin", "wu", "zheng"]
    assert list(second.deliverer.undelivered) == list(sandbox.deliverer.undelivered)
    assert second.count == sandbox.count
    (delivery,) = await second.redeliver()
    assert delivery.accepted
    await second.close()


async def test_what_was_under_way_when_it_was_killed_can_be_sent_again(build: Build, tmp_path: Path) -> None:
    path = tmp_path / "sandbox.json"
    world = await build(state_file=path)
    import asyncio

    await world.sandbox.verify()
    world.receiver.gate = asyncio.Event()
    said = asyncio.create_task(world.sandbox.say("lin", "hello"))
    await world.receiver.came.get()
    assert world.sandbox._state is not None
    world.sandbox._state.write()
    second = again(world, path)
    assert second.phone("lin").items[0].status == "failed"
    assert len(second.deliverer.undelivered) == 1
    world.receiver.gate.set()
    await said


async def test_another_address_has_to_be_verified_anew(build: Build, tmp_path: Path) -> None:
    path = tmp_path / "sandbox.json"
    world = await build(state_file=path)
    await world.sandbox.close()
    second = Sandbox(small_campus(), settings=Settings(callback_url="http://127.0.0.1:9/other"), state_file=path)
    assert not second.deliverer.verified
    await second.close()


def test_the_offset_is_in_a_file_for_others(tmp_path: Path) -> None:
    path = tmp_path / "offset"
    clock = SandboxClock(stopped_at=START, offset_file=path)
    clock.advance(timedelta(hours=2))
    assert path.read_text() == "7200.0"
    assert SandboxClock(stopped_at=START, offset_file=path).now() == START + timedelta(hours=2)
    assert list(tmp_path.iterdir()) == [path]


def test_a_running_clock_is_aware_and_runs() -> None:
    clock = SandboxClock()
    assert clock.now().tzinfo is UTC
    assert clock.now() <= clock.now()
    assert clock.advance(timedelta(days=1)) > datetime.now(UTC) + timedelta(hours=23)


def test_the_seeded_campus_has_its_people() -> None:
    campus = load_campus()
    people = {person.userid: person for person in campus.people}
    names = {department.id: department.name for department in campus.departments}
    assert {names[people[who].departments[0]] for who in ("wu", "zheng", "sun")} == {"东区维修组"}
    assert names[people["zhou"].departments[0]] == "维修调度"
    assert names[people["sun"].leads[0]] == "东区维修组"
    assert next(tag for tag in campus.tags if tag.name == "系统管理员").users == ("zhao",)
    leaders = {leader for person in campus.people for leader in person.direct_leader}
    assert leaders <= set(people)
    assert 20 <= len(people) <= 40


CONTACTS = {"callback_url": "placeholder", "token": SETTINGS.token, "encoding_aes_key": SETTINGS.encoding_aes_key}


async def world_with_contacts(build: Build, full_events: bool = False) -> World:
    """The contacts callback has the app's own triple here, so that one receiver opens both."""
    triple = {"token": SETTINGS.token, "encoding_aes_key": SETTINGS.encoding_aes_key}
    contacts = Contacts(callback_url="set below", **triple, full_events=full_events)
    world = await build(ranged(), contacts=contacts, **triple)
    assert world.sandbox.contacts is not None
    world.sandbox.contacts.url = world.sandbox.deliverer.url
    return world


def brief(inner: str) -> tuple[str, ...]:
    names = ("FromUserName", "Event", "ChangeType", "UserID", "AgentID")
    return tuple(field_of(inner, name) for name in names)


async def test_coming_and_leaving_are_told_in_the_reduced_form(build: Build) -> None:
    """protocol/wecom.md 2.4: only who and where."""
    world = await world_with_contacts(build)
    await world.sandbox.create_user(Person("new", "New", (2,), mobile="139"))
    await world.sandbox.update_user("new", name="Newer")
    await world.sandbox.update_user("new", departments=(4,))
    await world.sandbox.delete_user("new")
    assert [brief(inner) for inner in world.receiver.inners] == [
        ("sys", "change_contact", "create_user", "new", ""),
        ("new", "subscribe", "", "", "1000002"),
        ("sys", "change_contact", "update_user", "new", ""),
        ("new", "unsubscribe", "", "", "1000002"),
        ("sys", "change_contact", "delete_user", "new", ""),
    ]
    assert "Mobile" not in world.receiver.inners[0]


async def test_the_full_form_has_what_changed(build: Build) -> None:
    world = await world_with_contacts(build, full_events=True)
    await world.sandbox.update_user("lin", name="Newer", leads=(2,))
    inner = world.receiver.inners[0]
    assert (field_of(inner, "Name"), field_of(inner, "IsLeaderInDept"), "Mobile" in inner) == ("Newer", "1", False)


async def test_a_renamed_person_keeps_chat_cards_and_rights(build: Build) -> None:
    """threats F15"""
    world = await world_with_contacts(build)
    code = (await world.send_card("Lin"))["response_code"]
    await world.sandbox.update_user("lin", userid="lin2026")
    inner = world.receiver.inners[0]
    assert (field_of(inner, "UserID"), field_of(inner, "NewUserID")) == ("Lin", "lin2026")
    assert len(world.sandbox.phone("lin2026").cards) == 1
    assert (await world.update(code, userids=["lin2026"], button={"replace_name": "x"}))["invaliduser"] == []
    assert (await world.send("lin"))["errcode"] == 81013


async def test_being_disabled_or_moved_takes_people_out_of_sight(world: World) -> None:
    deliveries = await world.sandbox.update_user("lin", status=DISABLED)
    assert [field_of(each.inner, "Event") for each in deliveries] == ["unsubscribe"]
    assert (await world.send("lin"))["errcode"] == 81013


async def test_departments_and_tags_change_who_is_seen(build: Build) -> None:
    world = await world_with_contacts(build)
    await world.sandbox.update_party(4, parent=2)
    await world.sandbox.create_party(Department(5, "new", 2))
    await world.sandbox.delete_party(5)
    await world.sandbox.update_tag(1, add=("lin",), remove=("wu",))
    inners = world.receiver.inners
    assert [brief(inner)[1:3] for inner in inners] == [
        ("change_contact", "update_party"),
        ("subscribe", ""),
        ("change_contact", "create_party"),
        ("change_contact", "delete_party"),
        ("change_contact", "update_tag"),
    ]
    assert (field_of(inners[4], "AddUserItems"), field_of(inners[4], "DelUserItems")) == ("lin", "wu")


@pytest.mark.parametrize("raw", ["<xml>", "not xml", b"\xff\xfe", "<!DOCTYPE x><xml/>", ""])
async def test_any_bytes_can_be_the_inner_message(world: World, raw: str | bytes) -> None:
    assert (await world.sandbox.raw_event(raw)).accepted
    assert len(world.receiver.inners) == 1
