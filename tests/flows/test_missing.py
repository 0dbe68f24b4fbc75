"""What is missing is told once and completely, and is supplemented without starting again (C5)."""

from __future__ import annotations

from tests.flows.test_approval import NUMBER, apply, people
from tests.office import Office, Someone


def begins_to_return(xu: Someone) -> None:
    """The department's head, up to the reason."""
    for label in ("退回", "申请人", "改好直接回到我"):
        xu.presses(label)


def test_that_something_is_missing_is_no_answer(school: Office) -> None:
    """C5: it is asked what, all of it, and the question stays open."""
    apply(school)
    li, xu = people(school, "li", "xu")
    begins_to_return(xu)
    assert "材料不全" not in xu.sees.buttons
    xu.says("材料不全")
    assert "缺哪几样？请一次写全" in xu.sees.text
    xu.says("缺第三页；缺对方的营业执照；份数和正文不一致")
    text = li.saw("请您补充").text
    assert "有 3 样" in text
    assert "1. 缺第三页" in text
    assert "3. 份数和正文不一致" in text


def test_files_sent_one_by_one_and_answers_put_right_belong_to_it(office: Office) -> None:
    """C5, C4: who sent it back has the files and reads what was changed; nobody is asked again."""
    apply(office)
    li, xu = people(office, "li", "xu")
    begins_to_return(xu)
    xu.says("缺第三页和营业执照；份数写错了")
    li.sends_a_photo()
    li.sends_a_photo(b"\xff\xd8\xff\xe0" + b"page" * 64)
    li.says("改 份数 30")
    assert "原来是「25」，现在是「30」" in li.sees.text
    li.says(f"补充好了 {NUMBER} 都补上了")
    li.presses("跳过")
    files = office.case(NUMBER).answers["file"]
    assert isinstance(files, list)
    assert len(files) == 2
    asked = xu.saw("李文静补充了：都补上了").text
    assert "份数：原来是「25」，现在是「30」" in asked
    assert len([item for item in xu.items if item.kind == "image"]) == 2
    xu.presses("同意")
    assert office.person("shen").cards
