"""The matters that ship, each begun in the chat and walked to its end."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from flows.approval import Approval
from tests.office import Office

PHOTO = "(a photo)"


@dataclass(frozen=True, slots=True)
class Walk:
    """What 李文静 says, what her case is called, and who presses what until it is through."""

    said: tuple[str, ...]
    number: str
    pressed: tuple[tuple[str, str], ...]


WALKS = {
    "meeting_room": Walk(
        ("预约会议室", "图书馆报告厅（300人）", "明天下午两点到四点", "学术报告会", "200人", "要话筒"),
        "MR-0001",
        (("zhao", "同意"), ("shen", "已办")),
    ),
    "car": Walk(
        ("申请用车", "出市", "东区到昆明机场", "明天上午8点到下午5点", "3个人", "接专家"),
        "CAR-0001",
        (("xu", "同意"), ("fang", "同意"), ("zhao", "同意"), ("tang", "已办")),
    ),
    "supplies": Walk(
        ("领办公用品", "硒鼓 2 个、A4 纸 10 包", "900元", "教学秘书打印试卷", "跳过"),
        "SP-0001",
        (("xu", "同意"), ("tang", "已办")),
    ),
    "document": Walk(
        ("申请发文", "请示", "平件", "关于举办程序设计竞赛的请示", "省教育厅", PHOTO),
        "DOC-0001",
        (("xu", "同意"), ("shen", "同意"), ("zhong", "同意"), ("cao", "已办")),
    ),
    "onboarding": Walk(
        ("办理入职", "王晓", "合同聘用", "实验员", "下周一", "第三教学楼 305", "跳过"),
        "ON-0001",
        (
            ("xu", "同意"),
            ("Yan.Fei", "同意"),
            ("ma", "已办"),
            ("luo", "已办"),
            ("tang", "已办"),
            ("Yan.Fei", "已办"),
        ),
    ),
    "leave": Walk(
        ("我想请个假", "年假", "下周一到下周五", "5", "回老家看父母", "跳过", "跳过"),
        "LV-0001",
        (("xu", "同意"), ("Yan.Fei", "同意")),
    ),
    "certificate": Walk(
        ("开收入证明", "收入证明", "银行贷款", "2份", "中文"),
        "CT-0001",
        (("tang", "同意"), ("Yan.Fei", "已办")),
    ),
    "expense": Walk(
        ("预审报销", "差旅", "12000元", "教改项目", "带学生参加竞赛", PHOTO),
        "EX-0001",
        (("xu", "同意"), ("tang", "同意"), ("gu", "同意")),
    ),
    "visitor": Walk(
        ("登记来访", "滇池大学张老师一行", "12位", "明天上午9点到11点", "交流课程建设", "跳过"),
        "VS-0001",
        (("xu", "同意"), ("ma", "已办")),
    ),
    "venue": Walk(
        ("申请场地", "礼堂", "迎新晚会", "下周五晚上7点到9点", "500人", "跳过"),
        "VN-0001",
        (("ma", "同意"), ("xu", "同意"), ("dong", "已办")),
    ),
    "account": Walk(
        ("申请账号", "开通", "财务系统", "李文静 2015023", "要查项目经费"),
        "IT-0001",
        (("xu", "同意"), ("tang", "同意"), ("luo", "已办")),
    ),
}


def handed_in(office: Office, walk: Walk) -> None:
    """李文静 asks for it."""
    li = office.person("li")
    for words in walk.said:
        if words == PHOTO:
            li.sends_a_photo()
        else:
            li.says(words)
    if li.sees.buttons[:1] == ["够了"]:
        li.presses("够了")
    li.presses("提交")


@pytest.mark.parametrize("name", WALKS)
def test_a_matter_that_ships_goes_from_the_first_word_to_its_end(school: Office, name: str) -> None:
    """C1, C3: the questions, the stages with everybody in them, and one number."""
    walk = WALKS[name]
    handed_in(school, walk)
    assert school.case(walk.number).matter == name
    for userid, button in walk.pressed:
        assert school.case(walk.number).state == Approval.RUNNING
        school.person(userid).presses(button)
    assert school.case(walk.number).state == Approval.GRANTED


def test_there_are_twelve_matters_and_each_is_walked(school: Office) -> None:
    """C1: seals, repairs and supervision have stories of their own."""
    offered = {matter.name for matter in school.service.rules.catalogue.all()}
    assert len(offered) >= 12
    assert offered == {*WALKS, "repair", "seal", "standing_in", "supervision", "opinion", "opinion_entry"}


def test_departments_work_at_once_under_one_number_and_the_last_is_awaited(school: Office) -> None:
    """C2: account, card and desk do not wait for each other; who took it on ends it when all three are done."""
    walk = WALKS["onboarding"]
    handed_in(school, walk)
    staff = school.person("Yan.Fei")
    school.person("xu").presses("同意")
    staff.presses("同意")
    three = [school.person(one) for one in ("luo", "ma", "tang")]
    assert all("已办" in one.sees.buttons for one in three)
    for one in three[:2]:
        one.presses("已办")
    assert staff.cards == []
    three[2].presses("已办")
    assert "报到收尾" in staff.sees.text
    staff.presses("已办")
    assert school.person("li").sees.title == "ON-0001 新员工入职：已办结"


def test_what_is_not_needed_is_left_out(school: Office) -> None:
    """D12: a small room needs nobody's consent, only whoever keeps the diary."""
    words = ("借会议室", "行政楼302（20人）", "明天下午两点到四点", "教研室例会", "15人", "跳过")
    handed_in(school, Walk(words, "MR-0001", ()))
    assert school.person("zhao").items == []
    assert "排会议室" in school.person("shen").sees.text


def test_the_most_wanted_stand_first(school: Office) -> None:
    """C1: by rank, then by name; the help names all that anybody may begin, and no other."""
    names = [matter.name for matter in school.service.rules.catalogue.all()]
    assert names[:4] == ["repair", "seal", "leave", "meeting_room"]
    li = school.person("li")
    li.says("帮助")
    for matter in school.service.rules.catalogue.all():
        assert (matter.title in li.sees.text) is (matter.name not in {"supervision", "opinion_entry"}), matter.title
