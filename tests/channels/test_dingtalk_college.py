"""A college's address book: its students come in like staff where there is one; nobody is missed where not (Q1)."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.channels.channel import Passing, StaffEntry
from bot.channels.dingtalk import DingTalk
from bot.config import Config
from tests.both import BothOffice
from tests.channels.ding import Build, DingWire

COLLEGE = "/v1.0/edu/collegeContact"
STUDENTS = "学生2023级"


async def built(ding_build: Build, *, wanted: bool = True, **given: Any) -> DingWire:
    """A wire whose channel reads the college's address book, if it is to."""
    wire = await ding_build(**given)
    settings = replace(wire.channel._settings, college=wanted)
    await wire.channel.close()
    wire.channel = DingTalk(settings, now=wire.clock.now, installation=7, spent=wire.desk.spent.append)
    return wire


async def read(wire: DingWire) -> dict[str, StaffEntry]:
    return {entry.number: entry async for entry in wire.channel.staff()}


def asked(wire: DingWire) -> int:
    return len([call for call in wire.box.journal if call.path.startswith(COLLEGE)])


async def test_students_come_in_with_number_mobile_and_class(ding_build: Build) -> None:
    """Q1: whom the usual calls do not list."""
    without = await built(ding_build, wanted=False, college=STUDENTS)
    assert "yu" not in await read(without)
    assert asked(without) == 0
    wire = await built(ding_build, college=STUDENTS)
    found = await read(wire)
    assert found["yu"].mobile == "13900000020"
    assert found["yu"].alias
    assert set(found) == {*await read(without), "yu", "fan"}


async def test_classes_are_asked_for_seldom(ding_build: Build) -> None:
    """Its calls are billed: a month passes before they are made again; who is in a class is read each time."""
    wire = await built(ding_build, college=STUDENTS)
    await read(wire)
    once = asked(wire)
    await read(wire)
    assert asked(wire) == once
    assert wire.desk.spent == ["call"] * once
    assert "yu" in await read(wire)


@pytest.mark.parametrize("given", [{}, {"college": STUDENTS, "withheld": frozenset({"Edu.College.Contact.Read"})}])
async def test_where_there_is_none_all_others_are_read(ding_build: Build, given: dict[str, Any]) -> None:
    """Not set up, or no right to read it: said once in the log, and done without."""
    wire = await built(ding_build, **given)
    assert "xu" in await read(wire)
    await read(wire)
    assert asked(wire) == 1


async def test_a_failure_is_no_absence(ding_build: Build) -> None:
    """F50: who could not be read has not left; once they are known, old classes do."""
    wire = await built(ding_build, college=STUDENTS)
    wire.box.faults.only, wire.box.faults.busy = COLLEGE, 1
    with pytest.raises(Passing):
        await read(wire)
    assert "yu" in await read(wire)


class CollegeOffice(BothOffice):
    """A school on both platforms with a college's address book on DingTalk."""

    def config(self) -> Config:
        given = super().config()
        assert given.dingtalk is not None
        return replace(given, dingtalk=replace(given.dingtalk, college=True))


@pytest.fixture
def college(empty_sqlite: Path, tmp_path: Path) -> Iterator[CollegeOffice]:
    shutil.copy(empty_sqlite, tmp_path / "xiaoban.db")
    made = CollegeOffice(f"sqlite:///{tmp_path / 'xiaoban.db'}", tmp_path, college=STUDENTS)
    yield made
    made.close()


def test_a_student_of_both_is_one_person(college: CollegeOffice) -> None:
    """Q1: by number, or mobile, and name, as anybody."""
    with college.service.storage.reading() as work:
        there = work.people.by_account("wecom", "yu")
        assert there is not None
        assert work.people.by_account(*college.account("yu")) == there
        assert work.people.count() == len(college.sandbox.corp.directory.visible())
