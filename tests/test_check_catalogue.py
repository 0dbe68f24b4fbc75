"""What an administrator wrote, read before anything is started: matters, notices, labels."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.check import example, problems, warnings
from bot.config import Config, LogConfig, ModelConfig, OfficeConfig, ServerConfig, StorageConfig
from bot.rulebook import rulebook
from flows import FLOWS
from flows.catalogue import SHIPPED, Catalogue, Misfiled, read_matter
from flows.flow import SYSTEM, Context
from flows.who import desk
from tests.office import Office

REPAIR = (SHIPPED / "repair.toml").read_text("utf-8")
SKIPPABLE = REPAIR.replace('as = "place"', 'as = "place", optional = true')


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """An office with a folder of its own, still empty, and no database yet."""
    (tmp_path / "office" / "matters").mkdir(parents=True)
    storage = StorageConfig(f"sqlite:///{tmp_path / 'none.db'}", str(tmp_path / "files"))
    return Config(ServerConfig(), storage, OfficeConfig(catalogue=tmp_path / "office"), LogConfig())


def written(config: Config, path: str, words: str) -> Path:
    """A file in the office's folder; returns the folder."""
    assert config.office.catalogue is not None
    file = config.office.catalogue / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(words, "utf-8")
    return config.office.catalogue


def test_what_ships_is_fine(config: Config) -> None:
    assert problems(config) == []


@pytest.mark.parametrize("key", ["desk", "superior"])
def test_people_cannot_depend_on_a_question_that_may_be_skipped(config: Config, key: str) -> None:
    matter = SKIPPABLE
    if key == "superior":
        matter = matter.replace("superior =", "SUPERIOR =").replace("desk     =", "superior =")
        matter = matter.replace('SUPERIOR = "role:维修调度"', 'desk = "role:维修调度"')
    folder = written(config, "matters/repair.toml", matter)
    [told] = problems(config)
    assert told.startswith(f"repair.toml:32：「{key}.by」指的问题「place」可以跳过")
    assert "optional = true" in told
    with pytest.raises(Misfiled):
        Catalogue.read(folder)


@pytest.mark.parametrize("series", ["r", "REPAR", "R1", "报", "R-", " R"])
def test_a_series_is_one_to_four_capital_letters(config: Config, series: str) -> None:
    folder = written(config, "matters/repair.toml", REPAIR.replace('series = "R"', f'series = "{series}"'))
    [told] = problems(config)
    assert told.startswith(f"repair.toml：「series = {series}」")
    assert "一到四个大写英文字母" in told
    with pytest.raises(Misfiled):
        Catalogue.read(folder)


def test_the_longest_series_is_taken(config: Config) -> None:
    written(config, "matters/repair.toml", REPAIR.replace('series = "R"', 'series = "WXYZ"'))
    assert problems(config) == []


def test_a_page_that_is_not_published_is_told_of_with_its_remedy(config: Config) -> None:
    """O1: each file by itself; the service starts all the same, without it."""
    good = (SHIPPED.parent / "manual" / "library.md").read_text("utf-8")
    written(config, "manual/a.md", "")
    written(config, "manual/b.md", good.partition("## 时限")[0])
    written(config, "manual/c.md", good)
    empty, cut = problems(config)
    assert empty.startswith("a.md：这一页是空的，先不发布。")
    assert cut.startswith("b.md：缺少「时限」这一部分，先不发布。请加一行「## 时限」")
    assert [page.name for page in rulebook(config).manual.all()] == ["c"]


def test_matters_of_one_series_never_share_a_number(school: Office) -> None:
    """Numbers are counted by series, so a matter may go on with the series of one that was retired."""
    numbers = []
    with school.service.storage.work() as work:
        lin = work.people.by_account("wecom", "lin")
        assert lin is not None
        for name in ("repair.toml", "network.toml", "repair.toml"):
            matter = read_matter(name, REPAIR)
            ctx = Context(school.clock.now(), lin, matter, school.service.rules, work, FLOWS["repair"])
            answers = {"place": {"area": "east"}, "fault": "dark", "photo": None}
            numbers.append(FLOWS["repair"].start(answers, ctx).number)
    assert numbers == ["R-0001", "R-0002", "R-0003"]


def test_a_running_case_without_the_answer_goes_to_the_superior(school: Office) -> None:
    """D11, C9: a case that began under such a matter is read as it was, and does not stall."""
    lin = school.person("lin")
    for said in ("报修", "东区", "3号楼502", "灯不亮"):
        lin.says(said)
    lin.presses("提交")
    case = replace(school.case(), answers={"place": None})
    with school.service.storage.reading() as work:
        matter = read_matter("repair.toml", SKIPPABLE)
        ctx = Context(school.clock.now(), SYSTEM, matter, school.service.rules, work, FLOWS["repair"])
        assert [person.name for person in desk(case, ctx)] == ["周敏"]


@pytest.mark.parametrize(
    ("words", "fault"),
    [("{{ answer.nobody }}", "nobody"), ("{{ number", "end of print statement"), ("{{ limit.resolve }}", "resolve")],
)
def test_a_notice_that_cannot_be_said_is_told_of_once(config: Config, words: str, fault: str) -> None:
    written(config, "zh_CN/repair/late.md", words)
    [told] = problems(config)
    assert told.startswith("文字写错了：repair/late.md：")
    assert fault in told


def test_a_notice_is_said_for_each_matter(config: Config) -> None:
    """A matter that asks other things needs notices that speak of them."""
    written(config, "matters/network.toml", REPAIR.replace('"fault"', '"trouble"').replace('"报修", "维修"', '"断网"'))
    told = [line for line in problems(config) if line.startswith("文字写错了：repair/")]
    assert any("repair/new.md" in line and "fault" in line for line in told)
    assert len(told) == len(set(told))


def test_a_notice_may_do_without_what_may_be_left_out(config: Config) -> None:
    words = "{{ title }}\n{% if answer.photo %}{{ answer.photo }}{% else %}{{ nobody }}{% endif %}"
    written(config, "zh_CN/repair/new.md", words)
    [told] = problems(config)
    assert "nobody" in told


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("[repair.ask.fix]\nnote = 1", "缺少文字：repair.ask.fix.note.label"),
        ('[repair.ask.fix.note]\ntext = "{{ nobody }}"', "文字写错了：repair.ask.fix.note.text："),
        ('[repair.ask.reopen.why]\nlabel = "{{"', "文字写错了：repair.ask.reopen.why.label："),
        ("[repair.moves]\ntake = 1", "缺少文字：repair.moves.take"),
        ("[repair.states]\ntaken = 1", "缺少文字：repair.states.taken"),
        ('[repair.closing]\ntake = "{{ nobody }}"', "文字写错了：repair.closing.take："),
    ],
)
def test_a_label_of_a_flow_that_cannot_be_said_is_told_of(config: Config, words: str, told: str) -> None:
    written(config, "zh_CN/labels.toml", words)
    assert problems(config)[0].startswith(told)


def test_the_made_up_case_has_what_a_real_one_has(school: Office) -> None:
    """Otherwise `check` would refuse good texts, or let bad ones pass."""
    lin = school.person("lin")
    for said in ("报修", "东区", "3号楼502", "灯不亮"):
        lin.says(said)
    lin.presses("提交")
    flow = FLOWS["repair"]
    matter = school.service.rules.catalogue.get("repair")
    assert matter is not None
    with school.service.storage.reading() as work:
        ctx = Context(school.clock.now(), SYSTEM, matter, school.service.rules, work, flow)
        real = flow.facts(school.case(), ctx)
    for full in (True, False):
        made_up = example(matter, [field for move in flow.moves.values() for field in move.asks], full=full)
        assert shape(made_up) == shape(real)


def shape(facts: dict[str, object]) -> dict[str, object]:
    """Names and kinds, without values."""
    return {key: sorted(value) if isinstance(value, dict) else type(value) for key, value in facts.items()}


FIRE = 'title = "火警"\nlead = "role:维修调度"\n'
SLIPS = [
    ("dispatch/repair.toml", "[kindz]", "没有「kindz」这个键，是不是想写「kinds」？"),
    ("dispatch/repair.toml", '[kinds]\nelectrik = { skill = "电工" }', "没有「kinds.electrik」"),
    ("dispatch/repair.toml", '[neighbours]\neast = ["north"]', "没有「neighbours.north」"),
    ("plans/fire.toml", FIRE, "缺少「steps」"),
    ("plans/fire.toml", FIRE + 'call = ["某人"]\nsteps = ["报警"]', "「call = 某人」不能指人"),
    ("plans/fire.toml", FIRE + 'matter = "x"\nsteps = ["报警"]', "没有「x」这个事项"),
]


@pytest.mark.parametrize(("file", "words", "told"), SLIPS)
def test_rules_and_plans_are_checked(config: Config, file: str, words: str, told: str) -> None:
    """D18, G12: a slip in a rule would only ever match nothing, and nobody would know."""
    written(config, file, words)
    [line] = problems(config)
    assert line.startswith(f"{file}：{told}")


def test_evidence_is_a_picture_or_none(config: Config) -> None:
    written(config, "matters/repair.toml", REPAIR.replace("# 谁来修", 'evidence = "video"\n# 谁来修'))
    assert problems(config)[0].startswith("repair.toml:31：「evidence = video」")


def test_a_plan_that_calls_nobody_is_told_of(school: Office) -> None:
    """D11, G12: before it burns."""
    (school.folder / "plans").mkdir()
    plan = 'title = "火警"\nlead = "role:消防"\ncall = ["group:保卫处"]\nsteps = ["报警"]'
    (school.folder / "plans" / "fire.toml").write_text(plan, "utf-8")
    found = problems(replace(school.config(), office=OfficeConfig(catalogue=school.folder)))
    assert [line for line in found if "fire" in line] == [
        "plans/fire.toml：「lead」指的「role:消防」里没有人；请在通讯录里加人，或改成别的。",
        "plans/fire.toml：「call」指的「group:保卫处」里没有人；请在通讯录里加人，或改成别的。",
    ]


def test_what_a_model_is_told_is_checked_where_one_is_connected(config: Config) -> None:
    """B10: an office may write it anew."""
    connected = replace(config, model=ModelConfig("http://127.0.0.1:1/v1", "small"))
    assert problems(connected) == []
    written(config, "zh_CN/own.toml", '[proposing]\nprompt = "{{ no_such }}"\n')
    assert problems(config) == []
    told = problems(connected)
    assert any("proposing.prompt" in one for one in told)


def test_a_calendar_is_checked(config: Config, tmp_path: Path) -> None:
    """F1: what is wrong with it is a sentence; a file that was read once and is not any more is named."""
    file = tmp_path / "calendar.toml"
    file.write_text('[week]\nmonday = ["8-12"]', "utf-8")
    written(config, "hours.toml", "")
    own = replace(config, office=replace(config.office, calendar=file))
    found = "\n".join(problems(own))
    assert "calendar.toml：「week.monday = 8-12」不是时段" in found
    assert "hours.toml 已经不读了" in found
    assert warnings(own, datetime(2026, 12, 1, tzinfo=UTC)) == []


def test_a_year_without_holidays_is_a_warning(config: Config) -> None:
    """F2: from 1 November on, and no fault: the service starts."""
    assert warnings(config, datetime(2026, 10, 31, 15, 59, tzinfo=UTC)) == []
    (said,) = warnings(config, datetime(2026, 10, 31, 16, tzinfo=UTC))
    assert said.startswith("2027 年的放假和调休安排还没有")


def test_the_line_a_case_is_listed_by_is_checked(config: Config) -> None:
    """G10: an office may write it anew, and hears at once of an answer that is not asked for."""
    written(config, "zh_CN/own.toml", '[repair]\ngist = "{{ answer.place }}，{{ answer.fault }}"\n')
    assert problems(config) == []
    written(config, "zh_CN/own.toml", '[repair]\ngist = "{{ answer.colour }}"\n')
    assert any("repair.gist" in line for line in problems(config))
