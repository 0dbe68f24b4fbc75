"""Somebody belongs elsewhere: what came to them by that goes to who has it now, in one action (D10)."""

from __future__ import annotations

from tests.flows.test_approval import NUMBER, apply, people
from tests.flows.test_leaving import holders, imported
from tests.office import Office


def belongs(office: Office, userid: str, *units: str, leads: tuple[str, ...] = ()) -> None:
    """The address book has somebody in other departments."""
    directory = office.sandbox.corp.directory
    numbers = {one.name: one.id for one in directory.departments.values()}
    to, of = tuple(numbers[unit] for unit in units), tuple(numbers[unit] for unit in leads)
    office.act(lambda box: box.update_user(userid, departments=to, leads=of))


def is_read(office: Office) -> None:
    """The address book is read."""
    office.run(office.service.read_directories())
    office.settles()


def test_the_head_s_open_turns_are_the_new_head_s(office: Office) -> None:
    """D10, E5: all of them at once; the old cards say so, the new ones why; what comes next is the new head's."""
    numbers = [apply(office) for _ in range(3)]
    xu, peng, li = people(office, "xu", "peng", "li")
    belongs(office, "xu", "文学院")
    belongs(office, "peng", "信息工程学院", leads=("信息工程学院",))
    is_read(office)
    assert [holders(office, number) for number in numbers] == [["彭悦"]] * 3
    assert xu.cards == []
    assert xu.saw(f"{NUMBER} 用印申请：请您审批").closing.startswith("换了部门，已交给接着管的人")
    assert "徐志宏换了部门，这一步转给您" in peng.sees.text
    assert [entry.verb for entry in office.trail(NUMBER)] == ["open", "follow"]
    peng.says(f"同意 {NUMBER}")
    assert "彭悦（代徐志宏）" in li.sees.text
    assert holders(office, apply(office)) == ["彭悦"]
    is_read(office)
    assert [entry.verb for entry in office.trail(numbers[1])] == ["open", "follow"]


def test_what_a_colleague_gave_stays(school: Office) -> None:
    """D10: it came to them by name, not by what they belonged to."""
    apply(school)
    xu, peng = people(school, "xu", "peng")
    xu.says(f"转交 {NUMBER} 彭悦")
    xu.says("跳过")
    belongs(school, "peng", "文学院")
    is_read(school)
    assert holders(school, NUMBER) == ["彭悦"]
    assert "同意" in peng.sees.buttons


def test_who_left_before_the_next_was_named_keeps_it_until_then(school: Office) -> None:
    """D10: the address book is changed step by step; nothing waits for nobody, and it is looked at again."""
    apply(school)
    belongs(school, "xu", "文学院")
    is_read(school)
    assert holders(school, NUMBER) == ["徐志宏"]
    belongs(school, "peng", "信息工程学院", leads=("信息工程学院",))
    school.passes(hours=2)
    is_read(school)
    assert holders(school, NUMBER) == ["彭悦"]


def test_the_successor_of_a_table_where_the_rule_names_nobody(school: Office) -> None:
    """D10: named beforehand."""
    apply(school)
    imported(school, "账号,姓名,接手人", "xu,徐志宏,su")
    school.passes(minutes=1)
    belongs(school, "xu", "文学院")
    is_read(school)
    assert holders(school, NUMBER) == ["苏婉清"]


def test_a_member_who_left_the_group_does_not_vote_for_it(school: Office) -> None:
    """D10: the others are asked already, so it goes to the head of the group; the vote is still one of three."""
    apply(school, copies="2")
    xu, tang, gu, fang = people(school, "xu", "tang", "gu", "fang")
    xu.presses("同意")
    tang.presses("同意")
    belongs(school, "fang", "文学院")
    belongs(school, "su", "校领导", leads=("文学院",))
    is_read(school)
    assert set(holders(school, NUMBER)) == {"顾明远", "苏婉清", "钟伟"}
    assert fang.cards == []
    assert "共 3 位，同意达到 2/3 就通过" in gu.saw("请您审批").text
