"""Several answers of a request in one sentence, read without the rest of the house (B2, B3, B9)."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from flows.catalogue import Catalogue
from flows.forms import Answers, Reading
from flows.hearing import hear
from flows.places import Places
from flows.understanding import correct, understand
from tests.office import Office

ZONE = ZoneInfo("Asia/Shanghai")
CATALOGUE = Catalogue.read()
READING = Reading(datetime(2026, 11, 24, 10, 0, tzinfo=ZONE), Places(()), ZONE)


def shown(matter: str, answers: Answers) -> dict[str, str]:
    """Answers as a summary says them."""
    found = CATALOGUE.get(matter)
    assert found is not None
    return {one.key: one.show(answers[one.key]) for one in found.form.fields if one.key in answers}


@pytest.mark.parametrize(
    ("said", "matter", "answers"),
    [
        ("用印，校企合作协议，合同，25份", "seal", {"kind": "合同、协议", "document": "校企合作协议", "copies": "25"}),
        ("我要用印，一共二十五份", "seal", {"copies": "25"}),
        ("开一份收入证明，英文", "certificate", {"kind": "收入证明", "language": "英文"}),
        ("用车，出市，大约12个人", "car", {"range": "出市", "people": "12"}),
        ("用印可以吗", "seal", {}),
    ],
)
def test_a_request_begins_with_all_that_is_said(said: str, matter: str, answers: dict[str, str]) -> None:
    """B2: an option, a figure with its unit, and the only thing that has no other form than words."""
    heard = hear(said, CATALOGUE, READING)
    assert [one.name for one in heard.matters] == [matter]
    assert shown(matter, heard.understood.answers) == answers


@pytest.mark.parametrize(
    ("matter", "asked", "known", "said", "answers"),
    [
        ("seal", "kind", {}, "合同，校企合作协议", {"kind": "合同、协议", "document": "校企合作协议"}),
        ("seal", "kind", {}, "是合同，25份", {"kind": "合同、协议", "copies": "25"}),
        ("seal", "document", {"kind": "contract"}, "校企合作协议，25份", {"document": "校企合作协议", "copies": "25"}),
        ("seal", "document", {"kind": "contract"}, "25份", {"copies": "25"}),
        (
            "seal",
            "document",
            {"kind": "contract"},
            "关于2026年25份协议的说明",
            {"document": "关于2026年25份协议的说明"},
        ),
        ("seal", "copies", {"kind": "contract", "document": "x"}, "二十五", {"copies": "25"}),
        ("car", "to", {"range": "far"}, "学校到火车站", {"to": "学校到火车站"}),
        ("car", "reason", {"range": "far", "to": "x"}, "接3位专家", {"reason": "接3位专家"}),
        ("supplies", "items", {}, "A4 纸 5 包、黑色水笔 2 盒", {"items": "A4 纸 5 包、黑色水笔 2 盒"}),
        ("supplies", "items", {}, "A4纸5包、水笔2盒，大约200元", {"items": "A4纸5包、水笔2盒", "amount": "200"}),
        (
            "certificate",
            "use",
            {"kind": "post"},
            "办签证，2份，英文",
            {"use": "办签证", "copies": "2", "language": "英文"},
        ),
    ],
)
def test_answers_beside_the_one_that_was_asked(
    matter: str, asked: str, known: dict[str, object], said: str, answers: dict[str, str]
) -> None:
    """B2: only what is an answer and nothing else is taken from the words that were asked for."""
    found = CATALOGUE.get(matter)
    assert found is not None
    heard = understand(found.form, said, READING, known, found.form.get(asked))
    assert shown(matter, heard.answers) == answers
    assert not heard.misread


def test_a_figure_out_of_bounds_is_told() -> None:
    """B1: the reason is stated, and the other answers stay."""
    seal = CATALOGUE.get("seal")
    assert seal is not None
    heard = understand(seal.form, "合同，500份", READING, {}, seal.form.get("kind"))
    assert shown("seal", heard.answers) == {"kind": "合同、协议"}
    assert [(one.field.key, one.unfit.reason) for one in heard.misread] == [("copies", "figure_between")]


def test_a_correction_changes_one_answer() -> None:
    """B3: by its label, or by what can be nothing else."""
    seal = CATALOGUE.get("seal")
    assert seal is not None
    known = {"kind": "contract", "document": "校企合作协议", "copies": "25"}
    for said, answers in (("不对，是30份", {"copies": "30"}), ("文件是框架协议", {"document": "框架协议"})):
        heard = correct(seal.form, said, known, READING)
        assert heard is not None
        assert shown("seal", heard.answers) == answers


def test_two_messages_and_a_file_make_a_request(school: Office) -> None:
    """B2: the issue's story: she answers in two messages, and sends the file."""
    li = school.person("li")
    li.says("用印")
    li.says("合同，校企合作协议")
    assert li.sees.text.endswith("一共多少份？")
    li.says("25份")
    li.sends_a_photo()
    assert "校企合作协议" in li.sees.text
    assert "提交" in li.sees.buttons


def test_who_asks_for_a_matter_hears_what_is_needed_who_is_asked_and_until_when(school: Office) -> None:
    """C1, C6: the issue's story: before the first question."""
    li = school.person("li")
    li.says("用印")
    told = li.sees.text
    assert "要答：种类、文件、份数，一句话说几样也行。还要发来：附件。" in told
    assert "会经过：\n1. 部门负责人：徐志宏\n2. 法务审核：董怀民、江丽、沈洁（一位办了就行），看填的内容" in told
    assert "4. 校领导会签：方静、顾明远、钟伟（按票数），看填的内容\n5. 盖章：曹亮" in told
    assert "最迟 " in told
