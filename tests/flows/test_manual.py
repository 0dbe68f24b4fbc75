"""The manual: what a page must have, what is found in it, and what is honestly not."""

from __future__ import annotations

import tomllib
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from flows.manual import SHIPPED, Manual, headings
from flows.misfiled import Misfiled
from flows.pages import Page, Part, plainly, read_page
from flows.search import Found
from flows.texts import Texts

TEXTS = Texts("zh_CN", ZoneInfo("Asia/Shanghai"))
MANUAL = Manual.read(TEXTS)
QUESTIONS = tomllib.loads((Path(__file__).parent / "questions.toml").read_text("utf-8"))
ANSWERED = [(page, words) for page, asked in QUESTIONS["answered"].items() for words in asked]
HARDER = [(page, words) for page, asked in QUESTIONS["harder"].items() for words in asked]
UNANSWERED = QUESTIONS["none"]["words"]
GOOD = (SHIPPED / "library.md").read_text("utf-8")


def read(source: str, file: str = "library.md") -> Page:
    return read_page(file, source, headings(TEXTS))


def names(found: Found) -> list[str]:
    return [hit.page.name for hit in found.hits]


def test_the_pages_that_ship_are_fit_to_be_published() -> None:
    """O1."""
    assert MANUAL.faults == ()
    assert len(MANUAL.all()) >= 12


@pytest.mark.parametrize("part", Part)
def test_a_missing_or_empty_part_blocks_publication(part: Part) -> None:
    """O1: and says which, in which file."""
    heading = next(word for word, kind in headings(TEXTS).items() if kind is part)
    before, _, rest = GOOD.partition(f"## {heading}\n")
    following = rest.partition("\n## ")[1] + rest.partition("\n## ")[2]
    for source, problem in (
        (before + following, "page_missing_part"),
        (f"{before}## {heading}\n\n{following}", "page_empty_part"),
    ):
        with pytest.raises(Misfiled) as error:
            read(source)
        assert (error.value.problem, error.value.values["part"]) == (problem, heading)
        told = TEXTS.say("check", problem, file=error.value.file, **error.value.values)
        assert told.startswith("library.md：")
        assert heading in told


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (GOOD, "", "page_empty"),
        ("+++\n", "", "page_no_front"),
        ("updated    = 2026-09-10", "", "page_no_version"),
        ("updated    = 2026-09-10", "updated = 2026-09-10T10:00:00", "page_no_version"),
        ("updated ", "update ", "unknown_key"),
        ('owner      = "江丽"', "owner = 1", "missing_key"),
        ("words      = [", "words = [[", "not_toml"),
        ("## 时限", "## 期限", "page_unknown_part"),
        ("## 表格", "## 步骤", "page_part_twice"),
        ("### 图书馆几点开门", "图书馆几点开门", "page_no_questions"),
        ("### 书逾期了怎么罚？\n", "### 书逾期了怎么罚？\n### 丢了呢？\n", "page_no_answer"),
    ],
)
def test_what_is_wrong_with_a_page_is_named(old: str, new: str, problem: str) -> None:
    """O1: each with its remedy in the texts."""
    assert old in GOOD
    with pytest.raises(Misfiled) as error:
        read(GOOD.replace(old, new))
    assert error.value.problem == problem
    assert TEXTS.say("check", problem, file=error.value.file, **error.value.values).startswith("library.md：")


@pytest.mark.parametrize("file", ["a b.md", "a:b.md", "a%b.md", f"{'a' * 61}.md"])
def test_a_page_whose_name_fits_no_address_is_not_published(file: str) -> None:
    with pytest.raises(Misfiled, match="page_bad_name"):
        read(GOOD, file)


def test_a_page_from_another_editor_is_the_same() -> None:
    """A byte order mark and Windows line ends are nobody's fault."""
    assert read("\ufeff" + GOOD.replace("\n", "\r\n")) == read(GOOD)


def test_an_offices_own_folder_stands_in_place_of_the_samples(tmp_path: Path) -> None:
    """O1: the facts of a made-up campus are told to nobody's students; one bad page does not take the others along."""
    folder = tmp_path / "manual"
    folder.mkdir()
    (folder / "馆.md").write_text(GOOD, "utf-8")
    (folder / "坏.md").write_text(GOOD.replace("## 时限", "## 其他"), "utf-8")
    (folder / "乱.md").write_bytes(GOOD.encode("gb18030"))
    (folder / "无.md").write_text(
        GOOD.replace("owner ", 'matter = "nothing"\nowner ').replace("图书馆开", "馆开"), "utf-8"
    )
    manual = Manual.read(TEXTS, tmp_path)
    assert [page.name for page in manual.all()] == ["馆"]
    assert sorted(fault.problem for fault in manual.faults) == [
        "page_not_utf8", "page_unknown_matter", "page_unknown_part",
    ]  # fmt: skip
    assert names(manual.find("图书馆几点关门")) == ["馆"]


def test_two_pages_of_one_title_are_told_of(tmp_path: Path) -> None:
    (tmp_path / "manual").mkdir()
    for name in ("a", "b"):
        (tmp_path / "manual" / f"{name}.md").write_text(GOOD, "utf-8")
    assert [fault.problem for fault in Manual.read(TEXTS, tmp_path).faults] == ["page_twin"]


def test_an_office_adds_its_own_words(tmp_path: Path) -> None:
    """O4: and a fault in them is told of; the words that ship still hold."""
    (tmp_path / "manual").mkdir()
    (tmp_path / "manual" / "a.md").write_text(GOOD, "utf-8")
    words = tmp_path / "manual" / "words.toml"
    words.write_text('same = [["图书馆", "书山"]]', "utf-8")
    assert names(Manual.read(TEXTS, tmp_path).find("书山几点关门")) == ["a"]
    words.write_text("same = [3]", "utf-8")
    broken = Manual.read(TEXTS, tmp_path)
    assert [fault.problem for fault in broken.faults] == ["bad_words"]
    assert names(broken.find("图书馆几点关门")) == ["a"]


def test_most_questions_are_answered_by_the_right_page_and_none_by_a_wrong_one() -> None:
    """O2, O4: nine of ten at once; no question is silently answered by another page."""
    found = [(page, words, MANUAL.find(words)) for page, words in ANSWERED]
    assert len(found) >= 80
    assert [(words, names(f)) for page, words, f in found if f.clear and names(f) != [page]] == []
    clear = [words for _, words, f in found if f.clear]
    assert len(clear) >= 0.9 * len(found)


def test_what_is_said_in_other_words_is_at_least_offered() -> None:
    """O4, B10: of questions that nobody had in mind seven of ten lead to their page, and none to a wrong one."""
    found = [(page, words, MANUAL.find(words)) for page, words in HARDER]
    assert [(words, names(f)) for page, words, f in found if f.clear and names(f) != [page]] == []
    led = [words for page, words, f in found if page in names(f)]
    assert len(led) >= 0.7 * len(found)


def test_what_no_page_answers_is_not_answered() -> None:
    """O2: at most a page is offered to choose, never taken as the answer."""
    assert len(UNANSWERED) >= 20
    assert [(words, names(MANUAL.find(words))) for words in UNANSWERED if MANUAL.find(words).clear] == []


@pytest.mark.parametrize(
    ("words", "asked"),
    [
        ("图书馆几点关门", "图书馆几点开门，几点关门？"),
        ("饭卡掉了咋整", "校园卡丢了怎么办？"),
        ("坐校车要钱吗", "坐班车要钱吗？"),
    ],
)
def test_the_question_of_the_page_that_is_meant_is_found(words: str, asked: str) -> None:
    """O4: other words for the same."""
    [hit] = MANUAL.find(words).hits
    assert hit.question is not None
    assert hit.question.asked == asked


@pytest.mark.parametrize(
    ("words", "part"),
    [("盖公章找谁", Part.DEPARTMENT), ("补办校园卡要带什么", Part.FORMS), ("打印成绩单要多久", Part.LIMIT)],
)
def test_the_part_of_the_page_that_is_meant_is_found(words: str, part: Part) -> None:
    [hit] = MANUAL.find(words).hits
    assert (hit.question, hit.part) == (None, part)


@pytest.mark.parametrize(
    ("words", "page"),
    [("校圆卡丢了怎么办", "campus-card"), ("图书官几点关门", "library"), ("市医院几点开门", "clinic")],
)
def test_a_wrong_character_is_asked_about_not_guessed(words: str, page: str) -> None:
    """B10, O4: one character makes another word, too."""
    found = MANUAL.find(words)
    assert not found.clear
    assert names(found)[0] == page


@pytest.mark.parametrize("words", ["", "？", "😀😀", "的了吗", "a" * 5000, "馆" * 5000, "\u200b", "{{ 7 }}", "%"])
def test_words_that_say_nothing_find_nothing(words: str) -> None:
    assert MANUAL.find(words).hits == ()


def test_the_order_of_the_files_makes_no_difference() -> None:
    """The same on every machine: nothing is random, ties go by name."""
    assert [names(MANUAL.find(words)) for words in UNANSWERED] == [names(MANUAL.find(words)) for words in UNANSWERED]
    assert [page.name for page in MANUAL.all()] == sorted(page.name for page in MANUAL.all())


def test_markdown_is_plain_in_the_chat() -> None:
    assert plainly("- **注意**\n\n1. 看[表](https://a.example/b)") == "· 注意\n1. 看表 https://a.example/b"
