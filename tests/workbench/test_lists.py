"""Lists of cases say what each is about, whatever procedure it goes through (G10, O4)."""

from __future__ import annotations

from tests.handlers.talk import reported, tells
from tests.office import Office
from tests.service.doors import opened


def test_every_case_in_a_list_says_what_it_is_about(school: Office) -> None:
    """G10, O4, B12, G12: a repair its fault, a question its words, a talk what was said before it, a plan its place."""
    lin, chen = school.person("lin"), school.person("chen")
    reported(school)
    lin.says("请人回答 游泳馆什么时候建好？")
    tells(chen, "天苍苍野茫茫", "转人工")
    tells(school.person("li"), "三教201水管爆了，走廊都是水", "提交")
    page = opened(school, "/workbench/", of="shen").text
    for about in ("灯不亮", "游泳馆什么时候建好？", "天苍苍野茫茫", "爆管应急：第三教学楼 201"):
        assert f'<td data-label="内容">{about}</td>' in page
    lin.says("我的")
    assert "Q-0001 游泳馆什么时候建好？" in lin.sees.text
    assert "R-0001 灯不亮" in lin.sees.text


def test_who_answers_questions_sees_what_the_manual_lacks(school: Office) -> None:
    """O4: the role that ships as the desk of questions is of the office; others are not."""
    school.person("lin").says("请人回答 游泳馆什么时候建好？")
    shown = opened(school, "/workbench/questions", of="shen")
    assert shown.status == 200
    assert "游泳馆什么时候建好？" in shown.text
    assert opened(school, "/workbench/questions", of="wu").status == 403


def test_what_somebody_typed_is_one_line_of_a_list(school: Office) -> None:
    """F38, F44: no markup, no hidden signs; a choice of cases is told apart by it."""
    lin = school.person("lin")
    for said in ("请人回答 <b>一</b>{{ 7 * 7 }}\u202e在哪", "请人回答 第二件在哪里"):
        lin.says(said)
    page = opened(school, "/workbench/", of="cao").text
    assert "&lt;b&gt;一&lt;/b&gt;{{ 7 * 7 }}在哪" in page
    school.person("shen").says("回答")
    assert [label[:6] for label in school.person("shen").sees.buttons] == ["Q-0001", "Q-0002"]
    assert "Q-0002 第二件在哪里" in school.person("shen").sees.buttons
