"""Anonymous opinions: asked and answered in the same chat, and a dump of the database does not say whose they are."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import inspect, text

from bot import address_key
from flows.events import Renamed, body_to_json, kind_of
from flows.opinion import Opinion
from storage.columns import EPOCH
from storage.records import Admitted
from tests.both import BothOffice
from tests.office import Office, Someone

DESK, HEAD = "shen", "liu"
SECRET = "宿管收了我们的钱"


def told_on(office: Office, userid: str = "lin") -> Someone:
    """Somebody reports, an hour after whatever they did before, and with a photo."""
    office.passes(hours=1)
    lin = office.person(userid)
    for said in ("我要投诉", SECRET):
        lin.says(said)
    lin.presses("匿名")
    lin.sends_a_photo()
    return lin


def given(office: Office) -> None:
    desk = office.person(DESK)
    for said in ("分办 YJ-0001 总务处", "紧急", "跳过"):
        desk.says(said)


def dump(office: Office) -> dict[str, list[dict[str, object]]]:
    """Every table, by name of column."""
    with office.service.storage._engine.connect() as connection:
        tables = inspect(connection).get_table_names()
        return {t: [dict(row._mapping) for row in connection.execute(text(f"SELECT * FROM {t}"))] for t in tables}


def of_person(office: Office, told: dict[str, list[dict[str, object]]], userid: str) -> list[tuple[str, str]]:
    """All rows that bear somebody's account, or their number in a column that names people."""
    with office.service.storage.reading() as work:
        id = office.known(work, userid).id
    columns = ("person_id", "requester_id", "deputy_id", "granted_by", "withdrawn_by", "owner")
    found = []
    for table, rows in told.items():
        for row in rows:
            named = any(row.get(column) == id for column in columns) or (table == "people" and row["id"] == id)
            if named or userid in map(str, row.values()) or f":{userid}" in str(row):
                found.append((table, str(row)))
    return found


def instants(office: Office, told: dict[str, list[dict[str, object]]], userid: str) -> list[tuple[str, str, datetime]]:
    """When anything of somebody's happened."""
    with office.service.storage.reading() as work:
        id = office.known(work, userid).id
    found = []
    for table, rows in told.items():
        for row in rows:
            if row.get("person_id") == id or row.get("account") == userid or row.get("line") == f"wecom:{userid}":
                for column, value in row.items():
                    if isinstance(value, int) and value > 10**15 and not column.endswith("id"):
                        found.append((table, column, EPOCH + timedelta(microseconds=value)))
    return found


def test_the_sender_is_asked_answered_and_heard(office: Office) -> None:
    """H10: every step reaches the phone, a question is answered in words, a button says that it helped."""
    lin = told_on(office)
    assert lin.sees.title == "已收到，单号 YJ-0001"
    card = office.person(DESK).saw("新的意见 YJ-0001")
    assert "匿名" in card.text
    assert "林小雨" not in card.text
    given(office)
    head = office.person(HEAD)
    head.says("问提的人 YJ-0001 是哪一栋楼")
    assert "是哪一栋楼" in lin.saw("YJ-0001 想问您一句").text
    lin.presses("补充")
    lin.says("东区三号楼")
    assert "东区三号楼" in head.saw("YJ-0001 有补充").text
    lin.says("补充 YJ-0001 每人二十元")
    assert "每人二十元" in head.sees.text
    head.says("办好了 YJ-0001 钱已经退了")
    head.presses("跳过")
    assert "钱已经退了" in lin.saw("YJ-0001 办好了").text
    lin.presses("没解决问题")
    lin.says("我还没收到")
    assert office.case("YJ-0001").state == Opinion.ASSIGNED
    assert "我还没收到" in head.saw("YJ-0001 没解决问题").text
    head.says("办好了 YJ-0001 今天退完了")
    head.presses("跳过")
    lin.presses("帮上忙了")
    assert office.case("YJ-0001").state == Opinion.CLOSED
    lin.says("报修")
    assert "在哪里" in lin.sees.text


def test_a_dump_does_not_say_whose_it_is(office: Office) -> None:
    """H10: no row of the sender's has a word, a number, a file or even a moment of it."""
    lin = office.person("lin")
    lin.says("帮助")
    before = office.clock.now()
    told_on(office)
    given(office)
    head = office.person(HEAD)
    head.says("问提的人 YJ-0001 是哪一栋楼")
    lin.presses("补充")
    lin.says("东区三号楼")
    head.says("办好了 YJ-0001 钱已经退了")
    head.presses("跳过")
    lin.presses("帮上忙了")
    told = dump(office)
    rows = of_person(office, told, "lin")
    assert rows
    for table, row in rows:
        for word in (SECRET, "YJ-0001", "东区三号楼", "二十元", "钱已经退了", "opinion"):
            assert word not in row, table
    assert [one for one in instants(office, told, "lin") if one[2] > before + timedelta(minutes=30)] == []
    [file] = told["files"]
    case = office.case("YJ-0001")
    with office.service.storage.reading() as work:
        assert file["person_id"] == case.requester_id != office.known(work, "lin").id
    assert all("lin" not in str(row["box"]) for row in told["sealed_addresses"])


def test_two_of_one_sender_are_two_people(school: Office) -> None:
    """H10: nothing joins what one person told on different days."""
    told_on(school)
    told_on(school)
    one, other = school.case("YJ-0001"), school.case("YJ-0002")
    assert one.requester_id != other.requester_id
    lin = school.person("lin")
    lin.says("撤回 YJ-0002")
    assert school.case("YJ-0002").state == Opinion.WITHDRAWN
    assert school.case("YJ-0001").state == Opinion.RECEIVED


def test_who_sorts_opinions_may_have_sent_one(office: Office) -> None:
    """H10: as the desk they give it out, by word and by button; what its sender says stays behind the mask."""
    desk = told_on(office, DESK)
    assert desk.saw("新的意见 YJ-0001")
    given(office)
    assert office.case("YJ-0001").state == Opinion.ASSIGNED
    head = office.person(HEAD)
    head.says("办好了 YJ-0001 钱已经退了")
    head.presses("跳过")
    desk.presses("没解决问题")
    desk.says("我还没收到")
    told = dump(office)
    with office.service.storage.reading() as work:
        id, case = office.known(work, DESK).id, work.cases.by_number("YJ-0001")
    assert case is not None
    acted = {str(row["verb"]): row["person_id"] for row in told["trail"] if row["subject"] == f"case:{case.id}"}
    assert acted["assign"] == id
    assert acted["open"] == acted["again"] == case.requester_id
    assert not [row for row in told["inbox"] if "我还没收到" in str(row)]


def test_who_wants_a_person_is_heard_as_themselves(school: Office) -> None:
    """H10, B12: with a form of the mask's open; the talk is theirs, and so are the answers."""
    lin = told_on(school)
    lin.presses("补充")
    lin.says("转人工")
    lin.says("请问校医院几点开门")
    with school.service.storage.reading() as work:
        id = school.known(work, "lin").id
        assert [case.matter for case in work.cases.of(id, 9)] == ["handover"]


def test_nobody_else_can_speak_for_the_sender(office: Office) -> None:
    """H10: a guess of the number is no mask."""
    lin = told_on(office)
    li = office.person("li")
    li.says("撤回 YJ-0001")
    assert "没有您能办的" in li.sees.text
    li.forges(f"m:{office.case('YJ-0001').id}:withdraw:0", lin.cards[-1].id)
    assert office.case("YJ-0001").state == Opinion.RECEIVED


def test_the_sender_is_reached_after_a_restart(office: Office) -> None:
    """H10: the key is a file of its own."""
    lin = told_on(office)
    office.restarts()
    given(office)
    assert lin.saw("YJ-0001 已分给")
    lin.says("补充 YJ-0001 还有发票")
    assert "还有发票" in office.person(HEAD).sees.text


def test_without_the_key_nobody_is_reached_or_found(school: Office) -> None:
    """H10: who has the database and not the key has nothing."""
    told_on(school)
    school.service.storage.address_key = bytes(32)
    with school.service.storage.work() as work:
        case = work.cases.by_number("YJ-0001")
        assert case is not None
        assert work.addresses.of([case.requester_id]) == {}


def test_the_key_is_made_once_for_one_pair_of_eyes(tmp_path: Path) -> None:
    """H10: a file of its own, with rights of its own; a broken one stops the start."""
    key = address_key.read(tmp_path)
    assert address_key.read(tmp_path) == key
    assert (tmp_path / address_key.NAME).stat().st_mode & 0o777 == 0o600
    (tmp_path / address_key.NAME).write_text("abc", "ascii")
    with pytest.raises(ValueError, match="hexadecimal"):
        address_key.read(tmp_path)


def test_a_photo_of_another_form_stays_the_senders_own(office: Office) -> None:
    """H10: amid the complaint a lamp is reported with a photo; nothing of that goes over to the mask."""
    lin = office.person("lin")
    for said in ("我要投诉", SECRET):
        lin.says(said)
    for said in ("报修", "东区3号楼502", "灯不亮"):
        lin.says(said)
    lin.sends_a_photo()
    lin.presses("匿名")
    lin.sends_a_photo()
    told, case = dump(office), office.case("YJ-0001")
    [lamp] = [row for row in told["files"] if row["case_id"] == office.case("R-0001").id]
    with office.service.storage.reading() as work:
        assert lamp["person_id"] == office.known(work, "lin").id
    assert [row["case_id"] for row in told["files"] if row["person_id"] == case.requester_id] == [case.id]


def test_a_form_put_aside_does_not_tell_the_moment(office: Office) -> None:
    """H10: what was put aside is not gone on with as the opinion is handed in."""
    lin = office.person("lin")
    lin.says("报修")
    before = office.clock.now()
    office.passes(hours=1)
    for said in ("我要投诉", "投诉", SECRET, "匿名", "跳过", "提交"):
        lin.says(said)
    assert office.case("YJ-0001").requester_id
    assert [one for one in instants(office, dump(office), "lin") if one[2] > before + timedelta(minutes=30)] == []
    lin.says("继续")
    assert "在哪里" in lin.sees.text


def test_who_thinks_better_of_it_has_said_nothing(office: Office) -> None:
    """H10: cancelled, neither the words nor the photo nor the moment is left."""
    before = office.clock.now()
    office.passes(hours=1)
    lin = office.person("lin")
    for said in ("我要投诉", SECRET):
        lin.says(said)
    lin.presses("匿名")
    lin.says("取消")
    assert "提意见" in lin.sees.text
    told = dump(office)
    assert not [name for name, rows in told.items() for row in rows if SECRET in str(row)]
    assert [one for one in instants(office, told, "lin") if one[2] > before + timedelta(minutes=30)] == []
    lin.says("提意见")
    assert "您想说什么" in lin.sees.text


def test_two_platforms_do_not_tell_where_the_sender_was_active(both: BothOffice) -> None:
    """H10, B8: a form begun on one and handed in on the other leaves no moment on either."""
    there, here = both.on_wecom("lin"), both.person("lin")
    before = both.clock.now()
    both.passes(hours=1)
    for said in ("我要投诉", SECRET, "匿名"):
        there.says(said)
    here.says("提交")
    assert both.case("YJ-0001").state == Opinion.RECEIVED
    told = dump(both)
    assert not [row for row in told["inbox"] if SECRET in str(row)]
    with both.service.storage.reading() as work:
        id = both.known(work, "lin").id
    late = [row for row in told["accounts"] if row["person_id"] == id and row["seen_at"] is not None]
    assert [row for row in late if EPOCH + timedelta(microseconds=int(str(row["seen_at"]))) > before] == []


def test_an_account_that_was_renamed_is_still_reached(office: Office) -> None:
    """H10, F15: masks follow, and what they are told arrives under the new name."""
    lin = told_on(office)
    body = Renamed("lin.xiaoyu")
    told = Admitted("wecom", "1", "lin", office.clock.now(), kind_of(body), body_to_json(body))
    with office.service.storage.work() as work:
        work.inbox.admit([told], office.clock.now())
    office.act(lambda box: box.update_user("lin", userid="lin.xiaoyu"))
    given(office)
    renamed = office.person("lin.xiaoyu")
    assert renamed.saw("YJ-0001 已分给")
    renamed.says("补充 YJ-0001 还有发票")
    assert "还有发票" in office.person(HEAD).saw("YJ-0001 有补充").text
    assert lin.userid == "lin"
