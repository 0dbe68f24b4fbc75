"""The list of cases as a table: what people typed stays text, and nothing is cut in silence (F40)."""

from __future__ import annotations

import csv
import io
from zoneinfo import ZoneInfo

import pytest
from python_calamine import CalamineWorkbook

from flows.texts import Texts
from handlers.workbench.exporting import LONGEST, separated, whole, workbook
from tests.flows.test_approval import apply
from tests.flows.test_rights import applied
from tests.office import Office
from tests.service.doors import opened

TEXTS = Texts("zh_CN", ZoneInfo("Asia/Shanghai"))
NASTY = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    " =1",
    "'=1",
    "\uff1d1+1",
    "{=1}",
    "http://x.example/",
    "=cmd|' /C calc'!A0",
]
ODD = "a\x00b\x07c\x1b[31m\u202ed\ud800e\ufffe\nf"


def from_xlsx(content: bytes) -> list[list[object]]:
    """As another program reads it; figures and formulas would not come back as text."""
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
    return [list(row) for row in sheet.to_python()]


def from_csv(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


@pytest.mark.parametrize("typed", NASTY)
def test_what_looks_like_a_formula_is_text(typed: str) -> None:
    """F40: in .xlsx as it was typed, in .csv with a quotation mark before it."""
    lines = whole([["n", "x"], ["1", typed]], TEXTS)
    shown = lines[1][1]
    assert from_xlsx(workbook(lines))[1] == ["1", shown]
    [_, [_, cell]] = from_csv(separated(lines))
    assert cell in (shown, f"'{shown}")
    assert not cell.lstrip(' "').startswith(("=", "+", "-", "@", "\uff1d"))


def test_controls_are_gone_and_no_export_fails() -> None:
    """F40: also NUL, lone surrogates, and what turns a line around."""
    lines = whole([["n"], [ODD]], TEXTS)
    assert from_xlsx(workbook(lines))[1] == from_csv(separated(lines))[1] == ["abc[31mde f"]


@pytest.mark.parametrize("sign", ["x", "中", "😀"])
def test_what_is_too_long_for_a_cell_goes_on_in_others(sign: str) -> None:
    """F40: 40,000 characters, also of those that count twice; nothing is lost, and each cell fits."""
    lines = whole([["n", "x"], ["1", sign * 40_000]], TEXTS)
    for row in (from_xlsx(workbook(lines))[1], from_csv(separated(lines))[1]):
        cells = [str(cell) for cell in row]
        assert cells[1] == sign * LONGEST
        assert cells[2].startswith("（x 接第 2 段）")
        assert sum(cell.count(sign) for cell in cells) == 40_000 + (2 if sign == "x" else 0)
        assert all(len(cell.encode("utf-16-le")) // 2 <= 32_767 for cell in cells)


def test_everybody_exports_what_they_may_see(school: Office) -> None:
    """F40, F20: the office all, others their own and what waits for them; nobody who has not signed in."""
    apply(school, document='=HYPERLINK("http://x.example/")')
    apply(school, "lin", document="成绩单")
    for userid, numbers in {"zhou": 2, "li": 1, "wu": 0}.items():
        answer = opened(school, "/workbench/cases.csv", of=userid)
        assert answer.status == 200
        assert answer.headers["Content-Type"].startswith("text/csv")
        rows = from_csv(answer.text.encode("utf-8"))
        assert len(rows) == numbers + 1
    assert opened(school, "/workbench/cases.csv").status == 302
    rows = from_csv(opened(school, "/workbench/cases.csv", of="li").text.encode("utf-8"))
    assert rows[0][:4] == ["单号", "事项", "内容", "填写的"]
    assert rows[1][2] == '\'=HYPERLINK("http://x.example/")'
    assert "文件：=HYPERLINK" in rows[1][3]
    sheet = opened(school, "/workbench/cases.xlsx?all=1", of="zhou")
    assert sheet.headers["Content-Disposition"] == 'attachment; filename="cases.xlsx"'
    assert sheet.headers["Content-Type"].endswith("spreadsheetml.sheet")


def test_what_a_stage_hides_is_not_exported_to_its_people(school: Office) -> None:
    """F40, C4: neither in the line nor among what was written."""
    applied(school, amount="20000元")
    school.person("xu").presses("同意")
    table = opened(school, "/workbench/cases.csv", of="shen").text
    assert "20000" in table
    assert "评委" not in table
