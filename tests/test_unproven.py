"""By DingTalk's HTTP nobody is proven to have typed what they are said to: it decides nothing (F17)."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from flows.events import Said, body_from_json, body_to_json
from tests.dingtalk import DingOffice
from tests.flows.test_approval import apply
from tests.flows.test_batch import asks_for, verbs

Made = Callable[[str], DingOffice]


@pytest.fixture
def made(empty_sqlite: Path, tmp_path: Path) -> Iterator[Made]:
    """Opens an office whose people are on DingTalk, by Stream or by HTTP."""
    opened: list[DingOffice] = []

    def make(mode: str) -> DingOffice:
        shutil.copy(empty_sqlite, tmp_path / "xiaoban.db")
        opened.append(DingOffice(f"sqlite:///{tmp_path / 'xiaoban.db'}", tmp_path, mode))
        return opened[-1]

    yield make
    for one in opened:
        one.close()


@pytest.mark.parametrize("words", ["同意 S-0001", "同意", "不同意 S-0001 合同没有金额", "退回 S-0001"])
def test_a_typed_decision_is_answered_with_the_buttons(made: Made, words: str) -> None:
    """F17: one that somebody has to answer for; the button on the card counts."""
    office = made("http")
    apply(office)
    xu = office.person("xu")
    before = [entry.verb for entry in office.trail("S-0001")]
    xu.says(words)
    assert [entry.verb for entry in office.trail("S-0001")] == before
    assert any("不能作数" in seen.text for seen in xu.all)
    assert "同意" in xu.sees.buttons
    xu.presses("同意")
    assert office.trail("S-0001")[-1].verb == "agree"


def test_agreeing_to_all_is_typed_in_vain(made: Made) -> None:
    """F17, D15: the preview comes anew; its button counts."""
    office = made("http")
    numbers = [asks_for(office, items) for items in ("硒鼓 2 个", "A4 纸 20 包")]
    xu = office.person("xu")
    xu.says("批量同意")
    xu.says("全部同意")
    assert [verbs(office, number) for number in numbers] == [["open"], ["open"]]
    xu.presses("全部同意")
    assert [verbs(office, number) for number in numbers] == [["open", "agree"], ["open", "agree"]]


def test_by_stream_typing_counts_and_so_does_what_binds_nobody(made: Made) -> None:
    """F17, B14: the gateway's own connection proves who spoke; whatever else is typed is no decision."""
    office = made("stream")
    apply(office)
    office.person("xu").says("同意 S-0001")
    assert office.trail("S-0001")[-1].verb == "agree"


def test_what_is_stored_of_proven_words_is_as_it_was() -> None:
    """So that a version before this one reads it (F47)."""
    assert body_to_json(Said("在")) == '{"text":"在"}'
    for body in (Said("在"), Said("在", unproven=True)):
        assert body_from_json("said", body_to_json(body)) == body
