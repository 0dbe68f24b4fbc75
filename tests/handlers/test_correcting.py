"""Corrections from the summary and amid a form: agreeing too early, thinking better of it, keeping what was said."""

from __future__ import annotations

import pytest

from tests.handlers.talk import PLACE, REPORT, drafts, reported, tells
from tests.office import JPEG, Office


@pytest.mark.parametrize("agreed", ["对", "提交", "可以"])
def test_agreement_amid_a_correction_hands_nothing_in(school: Office, agreed: str) -> None:
    """B3, B9: the open question comes again, and only the corrected report goes out."""
    lin, wu = school.person("lin"), school.person("wu")
    tells(lin, *REPORT, "改现象", agreed)
    assert "先说新的「现象」" in lin.sees.text
    assert "出了什么问题" in lin.sees.text
    assert wu.items == []
    tells(lin, "插座冒烟", agreed)
    assert school.case().answers["fault"] == "插座冒烟"


def test_an_old_summary_amid_a_correction_hands_nothing_in(school: Office) -> None:
    """B3, E2: its button was made for the answers of then."""
    lin = school.person("lin")
    tells(lin, *REPORT)
    summary = lin.items[-1]
    lin.says("改现象")
    lin.forges(str(summary.content["button_list"][0]["key"]), str(summary.content["task_id"]))
    assert "先说新的「现象」" in lin.sees.text
    assert school.person("wu").items == []


def test_agreement_before_the_last_question_says_what_is_missing(school: Office) -> None:
    """B9: half a report is not handed in either."""
    lin = school.person("lin")
    tells(lin, *REPORT[:2], "提交")
    assert "答完这一题" in lin.sees.text
    assert "出了什么问题" in lin.sees.text
    tells(lin, "灯不亮", "提交")
    assert school.case().answers["place"] == PLACE


@pytest.mark.parametrize("key", ["地点", "现象"])
def test_going_back_from_a_correction_keeps_every_answer(school: Office, key: str) -> None:
    """B6: back leads to the summary one came from, and nothing is forgotten on the way."""
    lin = school.person("lin")
    tells(lin, *REPORT)
    before = drafts(school, "lin")[0].answers
    tells(lin, f"改{key}", "上一步")
    assert lin.sees.title == "请看一下，对吗？"
    assert f"「{key}」没有改" in lin.sees.text
    assert drafts(school, "lin")[0].answers == before
    lin.says("提交")
    assert before.items() <= school.case().answers.items()


def test_going_back_from_a_correction_amid_the_form_leads_to_the_open_question(school: Office) -> None:
    """B6: there is no summary yet to go back to."""
    lin = school.person("lin")
    tells(lin, "报修", "东区", "3号楼502", "改地点", "上一步")
    assert "出了什么问题" in lin.sees.text
    assert drafts(school, "lin")[0].answers == {"place": PLACE}


def test_photos_stay_until_there_are_new_ones(school: Office) -> None:
    """B6, A7: correcting the photos and going back loses none; a new one stands in the place of the old."""
    lin = school.person("lin")
    tells(lin, *REPORT[:2])
    lin.sends_a_photo()
    tells(lin, "灯不亮", "改照片", "上一步")
    assert drafts(school, "lin")[0].answers["photo"] == [1]
    lin.says("改照片")
    lin.sends_a_photo(JPEG + b"2")
    assert drafts(school, "lin")[0].answers["photo"] == [2]
    lin.says("提交")
    assert [item.kind for item in school.person("wu").items] == ["template_card", "image"]


def test_a_photo_sent_out_of_turn_ends_no_half_filled_form(school: Office) -> None:
    """A7, B3: one may speak of the photos first; what is still missing is asked all the same."""
    reported(school)
    lin, wu = school.person("lin"), school.person("wu")
    wu.presses("接单")
    wu.presses("修好了")
    wu.says("改照片")
    wu.sends_a_photo()
    assert "怎么修的" in wu.sees.text
    assert school.case().state == "taken"
    wu.says("换了灯管")
    wu.says("跳过")
    assert "换了灯管" in lin.saw("修好了吗").text
