"""Words nobody understands: a model may propose, the person decides, and without it nothing is missing (B10)."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from flows.catalogue import SHIPPED
from tests.handlers.talk import drafts, tells
from tests.model import Connected, Disconnected, means
from tests.office import Office
from tests.service.doors import metric

ODD = "我那屋晚上黑咕隆咚的"
PUZZLED = "这句我没看懂"
MATTERS = {
    name: f'kind = "repair"\ntitle = "{title}"\nseries = "{series}"\nabout = "{title}的事"\nwords = ["{title}"]\n'
    'ask = [{ key = "what", label = "内容", as = "text", text = "是什么事？" }]\n'
    'desk = "role:系统管理员"\nsuperior = "role:系统管理员"\n'
    'limits = { respond = "2h", finish = "2d", confirm = "7d" }\n'
    for name, title, series in (
        ("lost", "失物招领", "L"),
        ("car", "用车", "C"),
        ("stamp", "盖章", "S"),
        ("cellar", "地下室", "D"),
    )
}
MATTERS["cellar"] += "hidden = true\n"
MATTERS["question"] = (SHIPPED / "question.toml").read_text("utf-8") + "retired = true\n"


@pytest.fixture
def school(empty_sqlite: Path, tmp_path: Path) -> Iterator[Connected]:
    """A school with a model, on SQLite."""
    shutil.copy(empty_sqlite, tmp_path / "xiaoban.db")
    opened = Connected(f"sqlite:///{tmp_path / 'xiaoban.db'}", tmp_path, **MATTERS)
    yield opened
    opened.close()


@pytest.fixture
def connected(url: str, tmp_path: Path) -> Iterator[Connected]:
    """The same on each database."""
    opened = Connected(url, tmp_path, **MATTERS)
    yield opened
    opened.close()


@pytest.mark.parametrize("agreeing", ["对", "是的", None])
def test_a_report_nobody_understood_is_proposed_confirmed_and_handed_in(
    connected: Connected, agreeing: str | None
) -> None:
    """B10, B14: nothing is begun before somebody says yes, in a word or by button; then the fields read as ever."""
    connected.model.says = means("repair", place="东区3号楼502", fault="灯不亮")
    lin = connected.person("lin")
    lin.says(ODD)
    assert lin.sees.title == "您是想办「报修」吗？"
    for line in ("东区3号楼 502", "灯不亮"):
        assert line in lin.sees.text
    assert lin.sees.buttons == ["对", "不是"]
    assert not drafts(connected, "lin")
    if agreeing:
        lin.says(agreeing)
    else:
        lin.presses("对")
    (draft,) = drafts(connected, "lin")
    assert draft.answers["fault"] == "灯不亮"
    assert [seen.buttons for seen in lin.all if seen.title == "您是想办「报修」吗？"] == [[]]
    tells(lin, "提交")
    assert connected.case().answers["place"]["room"] == "502"  # type: ignore[index]  # a table
    assert connected.model.words == [ODD]
    assert metric(connected, "model_requests_total", "proposed") == 1


def test_at_most_three_are_proposed_and_only_what_may_be_begun(school: Connected) -> None:
    """B10, F38: what is hidden, or is no matter at all, is not shown."""
    school.model.says = means("cellar", "car", "lost", "car")
    lin = school.person("lin")
    lin.says(ODD)
    assert lin.sees.buttons == ["用车", "失物招领", "不是"]
    school.model.says = means("car", "lost", "stamp", "repair")
    lin.says("还是黑咕隆咚的")
    assert lin.sees.buttons == ["用车", "失物招领", "盖章", "不是"]
    lin.presses("失物招领")
    assert lin.sees.text.startswith("是什么事")


def test_a_typed_word_of_a_button_takes_the_answers_with_it(school: Connected) -> None:
    """B14: the same as the button does."""
    school.model.says = means("lost", "car", what="丢了一把伞")
    lin = school.person("lin")
    tells(lin, ODD, "失物招领")
    (draft,) = drafts(school, "lin")
    assert draft.answers["what"] == "丢了一把伞"


@pytest.mark.parametrize("way", ["不是", "都不是", "press"])
def test_none_of_these_is_taken_for_that(school: Connected, way: str) -> None:
    """B10: nothing was begun, and the card has no buttons any more."""
    school.model.says = means("repair")
    lin = school.person("lin")
    lin.says(ODD)
    if way == "press":
        lin.presses("不是")
    else:
        lin.says(way)
    assert "换个说法试试" in lin.sees.text
    assert lin.cards == []
    assert not drafts(school, "lin")


def test_other_words_overtake_a_proposal(school: Connected) -> None:
    """E1: its buttons go, and a yes said later is not for it."""
    school.model.says = means("lost")
    lin = school.person("lin")
    tells(lin, ODD, "我的")
    assert lin.cards == []
    school.model.says = means()
    lin.says("对")
    assert not drafts(school, "lin")


def test_amid_a_form_the_answer_is_proposed_and_the_form_goes_on(connected: Connected) -> None:
    """B1, B2: shown, not stored; a yes takes it in."""
    connected.model.says = means("repair", place="东区3号楼502")
    lin = connected.person("lin")
    tells(lin, "报修", "老地方，就是上回那一间")
    assert lin.sees.title == "您说的是下面这个意思吗？"
    assert "东区3号楼 502" in lin.sees.text
    (draft,) = drafts(connected, "lin")
    assert "place" not in draft.answers
    assert draft.failures == 0
    lin.presses("对")
    assert "出了什么问题" in lin.sees.text
    assert drafts(connected, "lin")[0].answers["place"]["room"] == "502"  # type: ignore[index]  # a table
    assert "地点" in connected.model.told


def test_amid_a_form_a_no_puts_the_question_again(school: Connected) -> None:
    """B1: and another matter that was meant may be begun, the form waits."""
    school.model.says = means("repair", place="东区3号楼502")
    lin = school.person("lin")
    tells(lin, "报修", "老地方，就是上回那一间", "不是")
    assert "在哪里" in lin.sees.text
    school.model.says = means("lost", what="伞")
    tells(lin, "哎呀雨具找不着了", "对")
    assert [draft.matter for draft in drafts(school, "lin")] == ["repair", "lost"]


def test_at_the_summary_a_change_is_proposed_and_shown_again(school: Connected) -> None:
    """B3: only what it changes, and the summary after it."""
    school.model.says = means("repair", place="东区3号楼503", fault="灯不亮")
    lin = school.person("lin")
    tells(lin, "报修", "东区3号楼502", "灯不亮", "呃要往隔壁挪一间")
    assert lin.sees.title == "您说的是下面这个意思吗？"
    assert "东区3号楼 503" in lin.sees.text
    assert "灯不亮" not in lin.sees.text
    lin.says("对")
    assert lin.sees.title == "请看一下，对吗？"
    assert "东区3号楼 503" in lin.sees.text


def test_a_question_nobody_takes_up_may_be_a_matter(school: Connected) -> None:
    """O2, B10: where an office has no desk for questions."""
    school.model.says = means("lost")
    lin = school.person("lin")
    lin.says("谁捡着我的伞了吗？")
    assert lin.sees.title == "您是想办「失物招领」吗？"


def test_who_has_left_meanwhile_is_told_nothing(school: Connected) -> None:
    """Q1: not even that nothing was understood."""
    school.model.says = means("lost")
    lin = school.person("lin")
    school.run(school.sandbox.say("lin", ODD))
    school.run(school.hears())
    with school.service.storage.work() as work:
        person = work.people.by_account("wecom", "lin")
        assert person is not None
        work.people.set_active(person, False, school.clock.now())
    school.settles()
    assert lin.items == []


@pytest.mark.parametrize(
    "said",
    [
        (ODD,),
        ("报修", "老地方，就是上回那一间"),
        ("报修", "火星", "木星", "土星"),
        ("报修", "东区3号楼502", "灯不亮", "待会儿拍给你"),
        ("报修", "东区3号楼901"),
        ("报修", "东区3号楼502", "。"),
        ("报修", "东区3号楼502", "灯不亮", "哎呀呀怎么回事"),
        ("用车", "x"),
    ],
)
def test_without_a_proposal_the_answer_is_the_one_without_a_model(
    school: Connected, said: tuple[str, ...], tmp_path_factory: pytest.TempPathFactory, empty_sqlite: Path
) -> None:
    """B1: word for word, and the form is left in the same state."""
    folder = tmp_path_factory.mktemp("without")
    shutil.copy(empty_sqlite, folder / "xiaoban.db")
    other = Disconnected(f"sqlite:///{folder / 'xiaoban.db'}", folder, **MATTERS)
    try:
        seen = [_after(office, said) for office in (school, other)]
        states = [[(d.answers, d.asking, d.failures) for d in drafts(office, "lin")] for office in (school, other)]
    finally:
        other.close()
    assert seen[0] == seen[1]
    assert states[0] == states[1]


def _after(office: Office, said: Sequence[str]) -> list[str]:
    """All that was shown, without the numbers that tell one message or form from another."""
    tells(office.person("lin"), *said)
    return [re.sub(r"xb-\S+|\d{6,}", "", seen.text) for seen in office.person("lin").all]
