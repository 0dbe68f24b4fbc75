"""How a platform is met: its people, also when many left at once, and the menu; and the office's name."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.config import Config, OfficeConfig
from bot.directory import Implausible
from bot.sentences import sentence
from tests.office import Office
from tests.service.doors import ROOT, asked, heard, ready, switch
from tests.workbench.browser import signed_in


def has_menu(school: Office) -> bool:
    return school.sandbox.corp.menu is not None


def test_the_menu_is_set_once_the_platform_is_there(school: Office) -> None:
    """Away at the start: asked again with each reading of the address book, and not once it is set."""
    switch(school, only="menu/create", busy=1000)
    school.run(school.service.introduce())
    assert not has_menu(school)
    switch(school, busy=0)
    school.run(school.service.introduce())
    assert has_menu(school)
    before = asked(school, "menu/create")
    school.run(school.service.introduce())
    assert asked(school, "menu/create") == before
    school.restarts()
    school.run(school.service.introduce())
    assert asked(school, "menu/create") == before + 1


LEFT = 6


def graduates(school: Office) -> set[str]:
    """As many leave at once as are taken for a broken listing; returns their accounts."""
    directory = school.sandbox.corp.directory
    staying = {"lin", "wu", "zhao", "zhou"}
    leaving = [person.userid for person in directory.visible() if person.status == 1 and person.userid not in staying]
    for userid in leaving[:LEFT]:
        directory.remove(userid)
    return {userid.lower() for userid in leaving[:LEFT]}


def known(school: Office) -> set[str]:
    with school.service.storage.reading() as work:
        return work.people.listed_accounts("wecom")


async def command(school: Office, *words: str) -> tuple[int | None, str, str]:
    """`xiaoban people`, as typed beside the running service."""
    wecom = school.config().wecom
    assert wecom is not None
    file = school.folder / "config.toml"
    file.write_text(
        f'[storage]\nurl = "{school.url}"\n[log]\nlevel = "error"\n[wecom]\ncorp_id = "{wecom.corp_id}"\n'
        f'agent_id = {wecom.agent_id}\nsecret = "{wecom.secret.reveal()}"\ntoken = "{wecom.token.reveal()}"\n'
        f'encoding_aes_key = "{wecom.encoding_aes_key.reveal()}"\napi_base = "{wecom.api_base}"\n',
        "utf-8",
    )
    own = {name: value for name, value in os.environ.items() if not name.startswith("XIAOBAN_")}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "people", "--config", str(file), *words),
        cwd=school.folder,
        env={**own, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    return process.returncode, out.decode(), err.decode()


def test_many_who_really_left_are_let_go_at_an_administrator_s_word(
    office: Office, capfd: pytest.CaptureFixture[str]
) -> None:
    """F50, Q1: the service says how; a smaller number is not enough; beside the running service."""
    before = known(office)
    gone = graduates(office)
    office.run(office.service.read_directories())
    assert known(office) == before
    assert f"{LEFT} of {len(before)} are missing; if they left: xiaoban people --let-go {LEFT}" in "".join(
        capfd.readouterr()
    )

    told = sentence(
        "cli", "implausible", gone=LEFT, before=len(before), config=office.folder / "config.toml"
    )  # fmt: skip
    state = json.loads(ready(office).text)
    assert state["ready"]
    assert f"people: wecom: {Implausible(LEFT, len(before))}" in state["warnings"]
    page = signed_in(office, "zhao").get("/workbench/running").text
    assert sentence("people", "blocked", gone=LEFT, before=len(before)) in page

    for words in ((), ("--let-go", str(LEFT - 1))):
        assert office.run(command(office, *words)) == (2, "", told + "\n")
    assert known(office) == before

    status, out, err = office.run(command(office, "--let-go", str(LEFT)))
    assert (status, err) == (0, "")
    assert out.startswith("已读通讯录")
    assert known(office) == before - gone
    office.run(office.service.read_directories())
    assert known(office) == before - gone
    assert not [one for one in json.loads(ready(office).text)["warnings"] if one.startswith("people")]


def test_a_reading_at_command_says_when_the_platform_is_away(school: Office) -> None:
    switch(school, wrong_secret=True)
    school.sandbox.corp.tokens.revoke_all()
    status, out, err = school.run(command(school))
    assert (status, out) == (2, "")
    assert err.startswith("读不到通讯录：")
    assert "40001" in err


class Named(Office):
    """An office with a name."""

    def config(self) -> Config:
        return replace(super().config(), office=OfficeConfig(name="云岭大学校办"))


@pytest.fixture
def named(empty_sqlite: Path, tmp_path: Path) -> Iterator[Named]:
    """A school whose configuration says `office.name`."""
    shutil.copy(empty_sqlite, tmp_path / "xiaoban.db")
    opened = Named(f"sqlite:///{tmp_path / 'xiaoban.db'}", tmp_path)
    yield opened
    opened.close()


def greeted(office: Office) -> str:
    """The first words to somebody who may use us from now on."""
    event = office.sandbox.inner.event("lin", office.clock.now(), "subscribe", {})
    office.act(lambda box: box.raw_event(event, "lin"))
    return heard(office.person("lin"))[0]


def test_the_greeting_names_the_office(named: Named) -> None:
    assert greeted(named).startswith("您好，我是云岭大学校办的小办。")


def test_an_office_without_a_name_is_greeted_for_all_the_same(school: Office) -> None:
    assert greeted(school).startswith("您好，我是小办。")
