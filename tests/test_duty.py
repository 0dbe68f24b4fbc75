"""Q1: the duty roster from a spreadsheet: as offices write it, all or nothing, in place of the days it covers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.duty import read
from bot.duty_import import Plan, carry_out, plan
from bot.roster_files import Illegible
from bot.roster_header import Unfit
from bot.sentences import sentence
from storage.engine import Storage
from storage.records import Listing
from storage.trail import OFFICE

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Shanghai")
WHERE = "wecom"


@pytest.fixture
def known(storage: Storage) -> Storage:
    """A school with four people, two of one name, and one who has left."""
    names = {"wu": "吴建国", "zheng": "郑国强", "sun": "孙立", "sun2": "孙立", "old": "陈走了"}
    listings = [Listing(a, n, (), (), (), None, "", active=a != "old") for a, n in names.items()]
    with storage.work() as work:
        work.people.learn(WHERE, listings, NOW)
    return storage


def table(folder: Path, *rows: Sequence[str], header: Sequence[str] = ("日期", "时间", "姓名", "账号", "岗位")) -> Path:
    path = folder / "duty.csv"
    path.write_text("".join(",".join(row) + "\n" for row in [header, *rows]), "utf-8")
    return path


def run(path: Path, storage: Storage) -> Plan:
    wanted = plan(read(path, ZONE), WHERE, storage)
    carry_out(wanted, path.name, storage, NOW, ZONE)
    return wanted


def roster(storage: Storage) -> list[tuple[str, str, str, str]]:
    """Everything: who, from when, until when, as what."""
    with storage.reading() as work:
        return [
            (
                work.people.get(duty.person_id).name,
                f"{duty.starts.astimezone(ZONE):%d %H:%M}",
                f"{duty.ends.astimezone(ZONE):%d %H:%M}",
                duty.post,
            )
            for duty in work.duties.during(NOW - timedelta(days=99), NOW + timedelta(days=99))
        ]


@pytest.mark.parametrize(
    "day", ["2026-11-24", "2026/11/24", "2026年11月24日", "2026-11-24 00:00:00", "2026.11.24（周二）"]
)
@pytest.mark.parametrize(
    ("hours", "starts", "ends"),
    [
        ("08:00-17:00", "24 08:00", "24 17:00"),
        ("白班 8：00～17：00", "24 08:00", "24 17:00"),
        ("20:00—次日8:00", "24 20:00", "25 08:00"),
        ("夜班(20:00至08:00)", "24 20:00", "25 08:00"),
        ("00:00-24:00", "24 00:00", "25 00:00"),
        ("08:00-08:00", "24 08:00", "25 08:00"),
    ],
)  # fmt: skip
def test_a_shift_is_read_as_offices_write_it(
    tmp_path: Path, known: Storage, day: str, hours: str, starts: str, ends: str
) -> None:
    run(table(tmp_path, (day, hours, "吴建国", "", "电工")), known)
    assert roster(known) == [("吴建国", starts, ends, "电工")]


def test_a_table_replaces_the_days_it_covers_and_no_others(tmp_path: Path, known: Storage) -> None:
    """Q1: again and again; a night belongs to the day on which it begins."""
    run(
        table(
            tmp_path,
            ("2026-11-23", "20:00-08:00", "吴建国、郑国强", "", ""),
            ("2026-11-24", "20:00-08:00", "吴建国", "", ""),
            ("2026-11-25", "08:00-17:00", "吴建国", "", ""),
        ),
        known,
    )
    wanted = run(table(tmp_path, ("2026-11-24", "08:00-17:00", "", "SUN2", "水工")), known)
    assert wanted.figures() == {"days": 1, "starts": "2026-11-24", "ends": "2026-11-24", "duties": 1, "people": 1}
    assert roster(known) == [
        ("吴建国", "23 20:00", "24 08:00", ""),
        ("郑国强", "23 20:00", "24 08:00", ""),
        ("孙立", "24 08:00", "24 17:00", "水工"),
        ("吴建国", "25 08:00", "25 17:00", ""),
    ]
    with known.reading() as work:
        assert {work.people.get(id).name for id in work.duties.on(NOW)} == {"孙立"}
        assert [entry.verb for entry in work.trail.of(OFFICE)] == ["rostered", "rostered"]


def test_every_wrong_cell_is_named_and_nothing_is_imported(tmp_path: Path, known: Storage) -> None:
    path = table(
        tmp_path,
        ("2026-11-24", "08:00-17:00", "吴建国", "", ""),
        ("2026-02-30", "8点到5点", "郑国强", "", ""),
        ("2026-11-24", "08:00-25:00", "", "", ""),
        ("2026-11-24", "08:00-17:00", "孙立", "", ""),
        ("2026-11-24", "08:00-17:00", "陈走了、无名", "", ""),
        ("2026-11-24", "08:00-17:00", "郑国强", "sun", ""),
        ("2026-11-24", "08:00-17:00", "", "nobody", ""),
        ("2026-11-24", "16:00-20:00", "", "wu", ""),
    )
    with pytest.raises(Unfit) as caught:
        run(path, known)
    assert roster(known) == []
    told = [line.removeprefix(f"{path}：").removesuffix("。") for line in str(caught.value).splitlines()]

    def says(where: str, reason: str, **words: object) -> str:
        return f"{where}，{sentence('duty', reason, **words)}"

    assert told == [
        says("第 3 行“日期”写的是“2026-02-30”", "date"),
        says("第 3 行“时间”写的是“8点到5点”", "hours"),
        says("第 4 行“时间”写的是“08:00-25:00”", "hours"),
        says("第 4 行“姓名”空着", "somebody"),
        says("第 5 行“姓名”写的是“孙立”", "many", accounts="sun、sun2"),
        says("第 6 行“姓名”写的是“陈走了”", "nobody"),
        says("第 6 行“姓名”写的是“无名”", "nobody"),
        says("第 7 行“姓名”写的是“郑国强”", "other_name", names="孙立"),
        says("第 8 行“账号”写的是“nobody”", "nobody"),
        says("第 9 行“时间”写的是“16:00-20:00”", "twice", other=2),
    ]


@pytest.mark.parametrize("header", [("日期", "时间"), ("日期", "姓名"), ("时间", "姓名")])
def test_a_table_without_day_hours_or_somebody_is_none(tmp_path: Path, header: Sequence[str]) -> None:
    with pytest.raises(Illegible, match="找不到表头"):
        read(table(tmp_path, ("a", "b"), header=header), ZONE)
