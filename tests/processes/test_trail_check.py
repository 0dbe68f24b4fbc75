"""A line of the trail removed or altered behind our back is named by `xiaoban check` (Q3)."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from storage.trail import case_subject
from tests.office import Office
from tests.processes.child import environ
from tests.processes.test_old_and_new import execute

Check = Callable[[], tuple[int, list[str]]]


@pytest.fixture
def reported(office: Office) -> Office:
    """A lamp reported, offered, taken, given back, offered to the others and taken by one of them: six lines."""
    lin, wu, zheng = office.person("lin"), office.person("wu"), office.person("zheng")
    for said in ("报修", "东区3号楼502", "灯不亮", "提交"):
        lin.says(said)
    wu.presses("接单")
    wu.presses("退单")
    wu.says("没有梯子")
    zheng.presses("接单")
    assert len(office.trail()) == 6
    return office


@pytest.fixture
def check(office: Office, tmp_path: Path) -> Check:
    """`xiaoban check` of the office's database: status, and what it complains of."""
    folder = tmp_path / "desk"
    folder.mkdir()
    (folder / "config.toml").write_text(f'[storage]\nurl = "{office.url}"\n', "utf-8")

    def run() -> tuple[int, list[str]]:
        done = subprocess.run(
            [sys.executable, "-m", "bot", "check"],
            cwd=folder, env=environ(), capture_output=True, encoding="utf-8", check=False, timeout=60,
        )  # fmt: skip
        return done.returncode, done.stderr.splitlines()

    return run


TAMPERED = {
    "a word altered": ("UPDATE trail SET facts = '{{}}' WHERE subject = '{subject}' AND seq = 3", 3),
    "another person put in": ("UPDATE trail SET person_id = 1 WHERE subject = '{subject}' AND seq = 2", 2),
    "a time moved": ("UPDATE trail SET at = at - 1 WHERE subject = '{subject}' AND seq = 1", 1),
    "one line removed": ("DELETE FROM trail WHERE subject = '{subject}' AND seq = 2", 2),
    "the last line removed": ("DELETE FROM trail WHERE subject = '{subject}' AND seq = 6", 6),
    "everything removed": ("DELETE FROM trail WHERE subject = '{subject}'", 1),
}


@pytest.mark.parametrize(("statement", "line"), TAMPERED.values(), ids=TAMPERED.keys())
def test_what_was_done_to_the_trail_is_found(reported: Office, check: Check, statement: str, line: int) -> None:
    """Q3: with the case and the number of the line."""
    subject = case_subject(reported.case().id)
    execute(reported.url, statement.format(subject=subject))
    status, complaints = check()
    assert status == 2
    assert complaints
    assert all(subject in complaint for complaint in complaints)
    assert str(line) in complaints[0].replace(subject, "")


def test_an_untouched_trail_holds(reported: Office, check: Check) -> None:
    """Q3."""
    assert check() == (0, [])


def test_a_case_that_vanished_is_missed(reported: Office, check: Check) -> None:
    """Q3: with its trail, its tasks and all that hangs on it; the number was given out."""
    id = reported.case().id
    for statement in (
        f"DELETE FROM trail WHERE subject = '{case_subject(id)}'",
        f"DELETE FROM chains WHERE subject = '{case_subject(id)}'",
        f"DELETE FROM tasks WHERE case_id = {id}",
        f"DELETE FROM drafts WHERE case_id = {id}",
        f"UPDATE files SET case_id = NULL WHERE case_id = {id}",
        f"DELETE FROM cases WHERE id = {id}",
    ):
        execute(reported.url, statement)
    status, complaints = check()
    assert status == 2
    assert ["R-0001" in complaint for complaint in complaints] == [True]
