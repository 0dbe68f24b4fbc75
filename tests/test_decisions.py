"""Supervised items from a spreadsheet: row-exact errors, all or nothing (I1), and the bulletin about them (I5)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.decisions import carry_out, import_decisions, read
from bot.roster_files import Illegible
from bot.roster_header import Unfit
from flows.supervision import Supervision
from tests.flows.test_time_stories import titles, waits_until
from tests.office import Office

HEADER = ("序号", "事项", "牵头单位", "责任人", "完成时限", "配合单位", "凭证", "交办人")
GOOD = (
    ("1", "完成东区路灯改造", "后勤处", "", "2026-12-08", "基建处", "照片", "顾明远"),
    ("2", "修订公文办法", "图书馆", "严飞", "10个工作日内", "", "", ""),
)


def table(folder: Path, *rows: Sequence[str], header: Sequence[str] = HEADER) -> Path:
    path = folder / "decisions.csv"
    path.write_text("2026年第12次校长办公会议定事项\n" + "".join(",".join(r) + "\n" for r in (header, *rows)), "utf-8")
    return path


def imported(school: Office, path: Path) -> int:
    found = carry_out(read(path), school.service.storage, school.service.rules, school.clock.now())
    school.settles()
    return len(found)


def test_each_row_becomes_an_item(school: Office, tmp_path: Path) -> None:
    """I1: dates as spreadsheets write them, other names of units, the head where nobody is named; all are told."""
    assert imported(school, table(tmp_path, *GOOD)) == 2
    assert school.case("SV-0001").state == school.case("SV-0002").state == Supervision.RAISED
    lit = school.person("liu").saw("请认领").text
    for words in ("完成东区路灯改造", "12月8日周二 17:30", "照片", "基建处", "顾明远"):
        assert words in lit, words
    assert "督办 SV-0002，请认领" in titles(school, "Yan.Fei")
    assert "您交办的事已立项 SV-0001" in titles(school, "gu")
    assert "已立项，单号 SV-0002" in titles(school, "shen")


def test_one_wrong_row_and_nothing_is_raised(school: Office, tmp_path: Path) -> None:
    """I1, bad input: every wrong cell with its row and column; nothing was begun."""
    rows = (
        GOOD[0],
        ("2", "清理河道", "园林处", "", "2026-12-08", "", "", ""),
        ("3", "粉刷宿舍", "图书馆", "王不存在", "2026-12-08", "", "", ""),
        ("4", "整理档案", "图书馆", "", "", "", "", ""),
        ("5", "粉刷走廊", "图书馆", "", "2026-11-01", "", "", ""),
        ("6", "归档", "学生2023级", "", "2026-12-08", "", "", ""),
        ("7", "完成东区路灯改造", "总务处", "", "2026-12-31", "", "", ""),
    )
    with pytest.raises(Unfit) as refused:
        imported(school, table(tmp_path, *rows))
    told = str(refused.value)
    for row, words in (
        (4, "没有「园林处」"),
        (5, "王不存在"),
        (6, "完成时限"),
        (7, "已经过去"),
        (8, "责任人"),
        (9, "第 3 行"),
    ):
        assert any(f" {row} " in line and words in line for line in told.splitlines()), (row, told)
    with school.service.storage.reading() as work:
        assert work.cases.by_number("SV-0001") is None


def test_the_same_table_twice_is_refused(school: Office, tmp_path: Path) -> None:
    """I1, bad input: what is already open is named by its number."""
    path = table(tmp_path, *GOOD)
    imported(school, path)
    with pytest.raises(Unfit, match="SV-0001"):
        imported(school, path)


def test_a_table_without_deadlines_is_none(tmp_path: Path) -> None:
    """I1, bad input: without the column nothing is read."""
    with pytest.raises(Illegible, match="期限"):
        read(table(tmp_path, ("1", "完成东区路灯改造"), header=("序号", "事项")))


SCHEDULE = """
[[schedule]]
name = "supervision"
what = "bulletin"
at = "0 9 1 * *"
holiday = "after"
period = "last_month"
"""


def test_the_bulletin_comes_by_itself(office: Office, tmp_path: Path) -> None:
    """I5: at its set time, once: the whole to who supervises, to each head their own unit."""
    office.writes()
    (office.folder / "own" / "schedules.toml").write_text(SCHEDULE, "utf-8")
    office.restarts()
    office.passes(seconds=1)
    imported(office, table(tmp_path, *GOOD))
    waits_until(office, "2026-12-01T09:00")
    office.restarts()
    office.passes(minutes=5)
    title = "督办情况（11月1日至11月30日）"
    told = {who: sum(title in seen.text for seen in office.person(who).all) for who in ("shen", "liu", "jiang", "lin")}
    assert told == {"shen": 1, "liu": 1, "jiang": 1, "lin": 0}
    assert "图书馆：办结 0，在办 1" in office.person("shen").saw(title).text
    assert "图书馆" not in office.person("liu").saw(title).text


def test_the_command_says_what_it_would_do_and_does_it(
    school: Office, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """I1: tried first, then done; a wrong table is refused with status 2."""
    path = table(tmp_path, ("1", "修订公文办法", "图书馆", "", "10个工作日内", "", "", ""))
    school.stop()
    assert import_decisions(school.config(), path, True, school.clock.now) == 0
    assert "会立 1 件督办" in capsys.readouterr().out
    assert import_decisions(school.config(), path, False, school.clock.now) == 0
    assert "已立 1 件督办" in capsys.readouterr().out
    assert import_decisions(school.config(), path, False, school.clock.now) == 2
    assert "这件已经有了：SV-0001" in capsys.readouterr().err
    school.start()
    school.settles()
    assert "督办 SV-0001，请认领" in titles(school, "jiang")
