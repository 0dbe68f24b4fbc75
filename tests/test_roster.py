"""People from a spreadsheet: as offices save them, all or nothing, and the platform has the last word."""

from __future__ import annotations

import asyncio
import io
import shutil
import zipfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

from bot import roster_files
from bot.directory import Implausible
from bot.roster import read
from bot.roster_files import Illegible
from bot.roster_header import Unfit
from bot.roster_import import Plan, carry_out, plan
from bot.sentences import sentence
from storage.engine import Storage
from storage.records import Listing, Person
from storage.trail import OFFICE

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
WHERE = "wecom"
Cell = str | int | float | bool
HEADER: Sequence[Cell] = (
    "姓名",
    "帐号（必填）",
    "所在部门",
    "负责部门",
    "标签",
    "直属上级",
    "职务",
    "在职状态",
    "手机",
)
TABLE: Sequence[Sequence[Cell]] = (
    ("云岭大学人员一览",),
    (),
    HEADER,
    ("林小雨", "Lin", "信息学院", "", "学生", "", "", "在职", "13800000000"),
    ("吴建国", "20230001", "东区维修组；后勤处", "", "夜班、维修", "孙立", "", "", ""),
    ("孙立", "sun", "东区维修组", "东区维修组", "", "", "组长", "", ""),
    ("周敏", "zhou", "校办", "", "", "SUN", "", "退休", ""),
)


def xlsx(table: Sequence[Sequence[Cell]], *, hidden_first: bool = False) -> bytes:
    """A workbook as small as Excel takes it."""
    names = ["旧", "人员"] if hidden_first else ["人员"]
    sheets = [[("账号", "姓名"), ("old", "旧")], table] if hidden_first else [table]
    states = [' state="hidden"' if name == "旧" else "" for name in names]
    about = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    links = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    listed = "".join(
        f'<sheet name="{name}" sheetId="{n}" r:id="r{n}"{state}/>'
        for n, (name, state) in enumerate(zip(names, states, strict=True), 1)
    )
    related = "".join(
        f'<Relationship Id="r{n}" Type="{links}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in range(1, len(names) + 1)
    )
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("xl/workbook.xml", f'<workbook {about} xmlns:r="{links}"><sheets>{listed}</sheets></workbook>')
        file.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{package}"><Relationship Id="r1" Type="{links}/officeDocument" '
            'Target="xl/workbook.xml"/></Relationships>',
        )
        file.writestr("xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{package}">{related}</Relationships>')
        for n, sheet in enumerate(sheets, 1):
            rows = "".join(
                f'<row r="{r}">{"".join(_cell(r, c, value) for c, value in enumerate(row) if value != "")}</row>'
                for r, row in enumerate(sheet, 1)
            )
            file.writestr(
                f"xl/worksheets/sheet{n}.xml", f"<worksheet {about}><sheetData>{rows}</sheetData></worksheet>"
            )
    return made.getvalue()


def _cell(row: int, column: int, value: Cell) -> str:
    place = f'r="{chr(ord("A") + column)}{row}"'
    if isinstance(value, bool):
        return f'<c {place} t="b"><v>{int(value)}</v></c>'
    if isinstance(value, str):
        return f'<c {place} t="inlineStr"><is><t>{escape(value)}</t></is></c>'
    return f"<c {place}><v>{value}</v></c>"


def csv(table: Sequence[Sequence[Cell]], between: str = ",") -> str:
    return "".join(between.join(str(cell) for cell in row) + "\r\n" for row in table)


def save(folder: Path, content: bytes, name: str) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def table(folder: Path, *rows: Sequence[Cell], header: Sequence[Cell] = HEADER) -> Path:
    """Such rows below the usual header."""
    return save(folder, xlsx([header, *rows]), "people.xlsx")


def run(path: Path, storage: Storage, *, let_go: int = 0) -> Plan:
    """Plan and carry out, as the command does."""
    wanted = plan(read(path), WHERE, storage)
    asyncio.run(carry_out(wanted, path.name, storage, NOW, let_go))
    return wanted


def find(storage: Storage, account: str) -> Person:
    with storage.reading() as work:
        found = work.people.by_account(WHERE, account)
    assert found is not None
    return found


def known(storage: Storage, *listings: Listing) -> None:
    """The platform's address book was read."""
    with storage.work() as work:
        work.people.learn(WHERE, listings, NOW)


LIN = Listing("lin", "林小雨", ("文学院",), ("文学院",), ("学生",), "boss", "干事", active=True)
BOSS = Listing("boss", "郑校长", ("校办",), (), (), None, "校长", active=True)


@pytest.fixture
def fresh(empty_sqlite: Path, tmp_path: Path) -> Iterator[Storage]:
    """Nobody is known; SQLite only, for what no database makes a difference to."""
    shutil.copy(empty_sqlite, tmp_path / "xiaoban.db")
    opened = Storage(f"sqlite:///{tmp_path / 'xiaoban.db'}")
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", csv(TABLE).encode("utf-8")),
        ("b.CSV", csv(TABLE).encode("utf-8-sig")),
        ("c.csv", csv(TABLE).encode("gb18030")),
        ("d.csv", csv(TABLE, "\t").encode("utf-16")),
        ("e.xlsx", xlsx(TABLE)),
        ("f.xlsx", xlsx([*TABLE[:4], tuple(float(c) if c == "20230001" else c for c in TABLE[4]), *TABLE[5:]])),
        ("g.xlsx", xlsx(TABLE, hidden_first=True)),
    ],
    ids=["utf-8", "with mark", "as Excel saves it", "unicode text", "sheet", "numbers", "hidden"],
)
def test_a_table_is_read_as_offices_save_it(tmp_path: Path, fresh: Storage, name: str, content: bytes) -> None:
    """A title above, the columns in whatever order and by other words, remarks in brackets, capitals, separators."""
    path = save(tmp_path, content, name)
    assert read(path).unused == ["手机"]
    assert [line.number for line in read(path).lines] == [4, 5, 6, 7]
    assert run(path, fresh).figures() == {"count": 4, "added": 4, "changed": 0, "gone": 0}
    lin, wu, sun, zhou = (find(fresh, account) for account in ("lin", "20230001", "sun", "zhou"))
    assert (lin.name, lin.units, lin.roles, lin.active) == ("林小雨", ("信息学院",), ("学生",), True)
    assert (set(wu.units), set(wu.roles)) == ({"东区维修组", "后勤处"}, {"夜班", "维修"})
    assert (wu.superior_id, zhou.superior_id) == (sun.id, sun.id)
    assert (sun.leads, sun.position) == (("东区维修组",), "组长")
    assert not zhou.active


def wrong(folder: Path, storage: Storage, *rows: Sequence[Cell]) -> list[tuple[str, str]]:
    """Where a table is refused: the beginning of each sentence, and what it says is right."""
    path = table(folder, *rows)
    with pytest.raises(Unfit) as caught:
        run(path, storage)
    with storage.reading() as work:
        assert work.people.count() == 0
    told = [line.removeprefix(f"{path}：").partition("，") for line in str(caught.value).splitlines()]
    return [(where, right.removesuffix("。")) for where, _, right in told]


def test_every_wrong_cell_is_named_and_nothing_is_imported(tmp_path: Path, fresh: Storage) -> None:
    good = ("甲", "jia", "", "", "", "", "", "", "")
    status = sentence("roster", "status", active="在职、正常、启用", gone="离职、停用、已停用")
    assert wrong(
        tmp_path,
        fresh,
        good,
        ("乙", "张 三", "部" * 65, "", "", "", "", "", ""),
        (),
        ("", "", "", "", "", "无名", "", "在", ""),
        ("丙", "JIA", "", "", "", "", "", "", ""),
        ("丁", 1.23456789012345e17, "", "", "", "", "", "", ""),
        ("戊", "wu", "", "", "", "WU", "", "", ""),
    ) == [
        ("第 3 行“帐号（必填）”写的是“张 三”", sentence("roster", "account")),
        (f"第 3 行“所在部门”写的是“{'部' * 65}”", sentence("roster", "names")),
        ("第 5 行“帐号（必填）”空着", sentence("roster", "account")),
        ("第 5 行“姓名”空着", sentence("roster", "name")),
        ("第 5 行“在职状态”写的是“在”", status),
        ("第 5 行“直属上级”写的是“无名”", sentence("roster", "superior_nobody")),
        ("第 6 行“帐号（必填）”写的是“JIA”", sentence("roster", "account_twice", other=2)),
        ("第 7 行“帐号（必填）”写的是“1.23456789012345e+17”", sentence("roster", "account")),
        ("第 8 行“直属上级”写的是“WU”", sentence("roster", "superior_self")),
    ]


def test_a_superior_s_name_has_to_be_one_person_s(tmp_path: Path, storage: Storage) -> None:
    """Known ones count as well as those in the table."""
    known(storage, BOSS, Listing("sun", "孙立", (), (), (), None, "", active=True))
    row = ("吴建国", "wu", "", "", "", "孙立", "", "", "")
    double = ("孙立", "sun2", "", "", "", "郑校长", "", "", "")
    with pytest.raises(Unfit, match=r"第 2 行“直属上级”写的是“孙立”，有几个人都叫这个名字，请改写账号：sun、sun2。"):
        run(table(tmp_path, row, double), storage)
    run(table(tmp_path, (*row[:5], "Sun2", *row[6:]), double), storage)
    assert find(storage, "wu").superior_id == find(storage, "sun2").id
    assert find(storage, "sun2").superior_id == find(storage, "boss").id


def test_what_a_table_has_no_column_for_stays(tmp_path: Path, storage: Storage) -> None:
    known(storage, LIN, BOSS)
    before = find(storage, "lin")
    path = table(tmp_path, ("LIN", "林小雨", "学生；志愿者"), header=("账号", "姓名", "角色"))
    assert [str(change) for change in run(path, storage).changes] == [
        "修改 lin 林小雨：角色 学生 → 学生、志愿者",
    ]
    after = find(storage, "lin")
    assert set(after.roles) == {"学生", "志愿者"}
    assert (after.units, after.leads, after.superior_id, after.position, after.listed) == (
        before.units, before.leads, before.superior_id, before.position, True,
    )  # fmt: skip


def test_skills_licences_areas_and_who_takes_over(tmp_path: Path, storage: Storage) -> None:
    """G3, D10: known from a table alone, and kept when an address book that knows nothing of them is read."""
    known(storage, LIN, BOSS)
    header = ("账号", "姓名", "技能", "证照", "片区", "接手人")
    path = table(tmp_path, ("lin", "林小雨", "电工、水工", "高压", "东区", "郑校长"), header=header)
    assert [str(change) for change in run(path, storage).changes] == [
        "修改 lin 林小雨：技能 （无） → 水工、电工；证照 （无） → 高压；片区 （无） → 东区；接手人 （无） → boss",
    ]
    known(storage, LIN, BOSS)
    lin = find(storage, "lin")
    assert (set(lin.skills), lin.licences, lin.areas) == ({"电工", "水工"}, ("高压",), ("东区",))
    assert lin.successor_id == find(storage, "boss").id
    run(table(tmp_path, ("lin", "林小雨", "", ""), header=("账号", "姓名", "技能", "接手人")), storage)
    lin = find(storage, "lin")
    assert (lin.skills, lin.licences, lin.successor_id) == ((), ("高压",), None)
    wrong = table(tmp_path, ("lin", "林小雨", "lin"), header=("账号", "姓名", "接手人"))
    with pytest.raises(Unfit, match=r"第 2 行“接手人”写的是“lin”，不能是本人。"):
        run(wrong, storage)


def test_an_empty_cell_is_an_answer_except_for_the_status(tmp_path: Path, storage: Storage) -> None:
    known(storage, LIN, BOSS)
    with storage.work() as work:
        work.people.let_go(WHERE, ["lin"], NOW)
    run(table(tmp_path, ("林小雨", "lin", "", "", "", "", "", "", "")), storage)
    lin = find(storage, "lin")
    assert (lin.units, lin.leads, lin.roles, lin.superior_id, lin.position) == ((), (), (), None, "")
    assert not lin.active


def test_the_platform_has_the_last_word_on_those_it_has(tmp_path: Path, storage: Storage) -> None:
    """And its address book is not held to people that only the table has (F50)."""
    known(storage, LIN, BOSS)
    rows = [(f"临时 {n}", f"t{n}", "工会", "", "", "", "", "", "") for n in range(20)]
    run(table(tmp_path, ("林小雨", "lin", "工会", "", "", "", "", "", ""), *rows), storage)
    assert find(storage, "lin").units == ("工会",)
    with storage.reading() as work:
        assert work.people.listed_accounts(WHERE) == {"lin", "boss"}
    known(storage, LIN, BOSS)
    assert find(storage, "lin").units == ("文学院",)
    assert find(storage, "t7").units == ("工会",)


def test_very_many_are_not_let_go_by_a_slip_in_one_column(tmp_path: Path, storage: Storage) -> None:
    """F50, Q1: as with the address book, and with the same word from an administrator."""
    known(storage, *(Listing(f"p{n}", f"p{n}", (), (), (), None, "", active=True) for n in range(40)))
    path = table(tmp_path, *((f"p{n}", f"p{n}", "", "", "", "", "", "停用", "") for n in range(10)))
    for words in (0, 9):
        with pytest.raises(Implausible):
            run(path, storage, let_go=words)
    with storage.reading() as work:
        assert work.people.count() == 40
    assert run(path, storage, let_go=10).figures() == {"count": 10, "added": 0, "changed": 10, "gone": 10}
    with storage.reading() as work:
        assert work.people.count() == 30
        trail = work.trail.of(OFFICE)
    assert [entry.verb for entry in trail] == ["left"] * 10 + ["imported"]
    assert trail[-1].facts["file"] == "people.xlsx"
    assert run(path, storage).changes == []


HEADLESS = [HEADER[:1], *(("甲", "jia"),) * 3]


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.txt", b"", "unknown_kind"),
        ("a.csv", b"", "no_header"),
        ("a.csv", csv(HEADLESS).encode(), "no_header"),
        ("a.csv", csv([HEADER]).encode(), "nobody"),
        ("a.csv", csv([(*HEADER, "姓 名"), ("甲", "jia")]).encode(), "header_twice"),
        ("a.csv", b"\xff\xff\xff", "not_text"),
        ("a.csv", b'\xe5\xa7\x93,"a"b\n', "not_csv"),
        ("a.csv", b'a,"b\n', "not_csv"),
        ("a.xlsx", b"", "not_sheet"),
        ("a.xlsx", csv(TABLE).encode(), "not_sheet"),
        ("a.xlsx", xlsx(TABLE)[:-200], "not_sheet"),
        ("a.xlsx", xlsx([]), "no_header"),
    ],
)
def test_what_is_no_table_is_said_in_one_sentence(tmp_path: Path, name: str, content: bytes, told: str) -> None:
    path = save(tmp_path, content, name)
    with pytest.raises(Illegible) as caught:
        read(path)
    start = sentence("roster", told, file=path, **dict.fromkeys(("error", "row", "rows", "column", "known"), "\0"))
    assert str(caught.value).startswith(start.partition("\0")[0])
    assert "\n" not in str(caught.value)


def test_a_table_that_is_not_there_or_far_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Illegible, match="读不到这个文件"):
        read(tmp_path / "none.xlsx")
    monkeypatch.setattr(roster_files, "MOST_ROWS", 3)
    for name, content in (("a.xlsx", xlsx(TABLE)), ("a.csv", csv(TABLE).encode())):
        with pytest.raises(Illegible, match="文件太大"):
            read(save(tmp_path, content, name))
    monkeypatch.setattr(roster_files, "MOST_BYTES", 10)
    with pytest.raises(Illegible, match="文件太大"):
        read(save(tmp_path, xlsx(TABLE), "a.xlsx"))
