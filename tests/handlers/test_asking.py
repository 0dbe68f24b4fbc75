"""Questions in the chat: answers with their page, feedback, and a person where no page knows (O2, O4)."""

from __future__ import annotations

from datetime import timedelta

from flows.question import Asking
from storage.records import Feedback
from tests.handlers.talk import tells
from tests.office import Office


def verdicts(office: Office) -> list[Feedback]:
    with office.service.storage.reading() as work:
        return list(work.feedback.unhelpful(office.clock.now() - timedelta(days=30), 100))


def counts(office: Office) -> dict[str, tuple[int, int]]:
    with office.service.storage.reading() as work:
        return dict(work.feedback.counts(office.clock.now() - timedelta(days=30)))


def test_an_answer_names_its_page_its_version_and_who_is_responsible(office: Office) -> None:
    """O2."""
    lin = office.person("lin")
    lin.says("图书馆几点关门？")
    assert lin.sees.title == "图书馆开放时间与借书"
    for fact in ("22:30 关门", "图书馆", "2026-09-10", "/workbench/manual/library"):
        assert fact in lin.sees.text
    assert lin.sees.buttons == ["有用", "没用"]


def test_an_answer_offers_to_begin_the_matter(school: Office) -> None:
    """O2."""
    lin = school.person("lin")
    lin.says("空调归谁管")
    assert "行政楼 112" in lin.sees.text
    lin.presses("办报修")
    assert lin.saw("哪").text


def test_a_verdict_counts_once_and_by_word_too(office: Office) -> None:
    """O4, B14: pressed, typed, pressed again on the closed card."""
    lin = office.person("lin")
    lin.says("图书馆几点关门")
    card = lin.items[-1]
    lin.presses("有用")
    assert "谢谢" in lin.sees.text
    assert "您说有用" in lin.all[-2].closing
    lin.forges("r:library:1:x", card.id)
    lin.says("有用")
    assert counts(office) == {"library": (1, 0)}
    lin.says("食堂几点开门")
    lin.says("有用")
    assert counts(office) == {"library": (1, 0), "canteen": (1, 0)}


def test_what_did_not_help_is_kept_with_its_question_and_goes_to_a_person(office: Office) -> None:
    """O4: without a name; the button carries the question on."""
    lin, shen = office.person("lin"), office.person("shen")
    tells(lin, "图书馆几点关门", "没用")
    assert [(v.page, v.version, v.question) for v in verdicts(office)] == [("library", "2026-09-10", "图书馆几点关门")]
    lin.presses("请人回答")
    assert lin.sees.title == "这个我不知道"
    assert "图书馆几点关门" in shen.saw("Q-0001").text


def test_when_it_is_not_clear_pages_are_offered_and_never_guessed(office: Office) -> None:
    """B10, O2: at most three, and a person."""
    lin = office.person("lin")
    lin.says("市医院几点开门")
    assert lin.sees.title == "您想问的是哪一个？"
    assert lin.sees.buttons == ["校医院看病", "请人回答"]
    lin.presses("校医院看病")
    assert "门诊周一至周五" in lin.sees.text
    assert len(lin.cards) == 1


def test_a_newer_answer_takes_the_buttons_of_the_older(school: Office) -> None:
    """E1: 有用 typed is about what was said last."""
    lin = school.person("lin")
    tells(lin, "图书馆几点关门", "食堂几点开门")
    assert len(lin.cards) == 1
    lin.says("没用 图书馆开放时间与借书")
    assert "没有可以评价的回答" in lin.sees.text
    lin.says("没用 食堂")
    assert [v.page for v in verdicts(school)] == ["canteen"]


def test_a_question_nobody_wrote_a_page_for_is_answered_by_the_office(office: Office) -> None:
    """O2: the story of ignorance: who answers is named, the asker has the last word."""
    lin, shen, cao = (office.person(userid) for userid in ("lin", "shen", "cao"))
    lin.says("请人回答 游泳馆什么时候建好？")
    assert lin.sees.title == "这个我不知道"
    assert "Q-0001" in lin.sees.text
    assert shen.sees.title == cao.sees.title == "Q-0001 有人想请您回答"
    shen.presses("回答")
    shen.says("明年九月。")
    assert "沈洁 已回答" in cao.saw("Q-0001").closing
    assert lin.sees.title == "Q-0001 有回答了"
    assert "明年九月" in lin.sees.text
    assert "沈洁" in lin.sees.text
    lin.presses("解决了")
    assert office.case("Q-0001").state == Asking.HELPED
    assert "帮上忙了" in shen.sees.title


def test_an_answer_that_did_not_help_goes_back_once(office: Office) -> None:
    """O2."""
    lin, shen, cao = (office.person(userid) for userid in ("lin", "shen", "cao"))
    lin.says("请人回答 游泳馆什么时候建好？")
    shen.presses("回答")
    shen.says("快了。")
    lin.presses("没解决")
    lin.says("想知道哪一年")
    assert "想知道哪一年" in cao.sees.text
    cao.presses("回答")
    cao.says("2027 年。")
    assert lin.sees.buttons == ["解决了"]
    office.passes(days=3)
    assert office.case("Q-0001").state == Asking.UNRATED


def test_nobody_answers_and_the_head_is_told(office: Office) -> None:
    """F7, F1: eight working hours from 10:05 end at 10:35 the next morning."""
    office.person("lin").says("请人回答 游泳馆什么时候建好？")
    office.passes(hours=6)
    assert office.person("shen").sees.title == "Q-0001 还没有人回答"
    office.passes(hours=18)
    assert office.person("zhao").items == []
    office.passes(minutes=30)
    assert office.person("zhao").sees.title == "Q-0001 超过 8 小时工作时间没人回答"


def test_the_same_question_within_a_day_is_the_same_case(office: Office) -> None:
    """O2: another mark, spaces or width make no other question."""
    lin, shen = office.person("lin"), office.person("shen")
    lin.says("请人回答 游泳馆什么时候建好？")
    lin.says("请人回答，游泳馆 什么时候建好")
    assert "Q-0001" in lin.sees.text
    assert len(shen.items) == 1
    office.passes(days=1, minutes=1)
    lin.says("请人回答 游泳馆什么时候建好？")
    assert office.case("Q-0002").answers["question"] == "游泳馆什么时候建好？"


def test_one_person_cannot_flood_the_desk(school: Office) -> None:
    """F31."""
    lin = school.person("lin")
    for number in range(6):
        lin.says(f"请人回答 第{number}个问题是什么")
    assert "还有 5 个问题在等" in lin.sees.text
    assert len(school.person("shen").items) == 5


def test_within_a_form_a_clear_question_is_answered_and_the_word_stays_an_answer(school: Office) -> None:
    """B4, B13: 没用 alone answers the form; with the page's title it is about the page."""
    lin = school.person("lin")
    lin.says("图书馆几点关门")
    lin.says("报修")
    lin.says("没用")
    assert verdicts(school) == []
    lin.says("没用 图书馆开放时间与借书")
    assert [v.page for v in verdicts(school)] == ["library"]


def test_words_of_people_are_only_words(school: Office) -> None:
    """F38, F43: colons, templates and long texts on buttons and cards."""
    lin, shen = school.person("lin"), school.person("shen")
    nasty = "图书馆:1:{{ 7 * 7 }}<a href=x>几点关门" + "啊" * 300
    lin.says(f"请人回答 {nasty}")
    assert "{{ 7 * 7 }}" in shen.sees.text
    for key in ("r:library", "r:nowhere:1:x", "p:nowhere:x", "q:", "p:", "r::::"):
        lin.forges(key, "nothing")
    assert verdicts(school) == []
