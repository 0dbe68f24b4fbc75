"""Too much at once from one person: told once, nobody else waits, and nobody who works quickly is held up (F31)."""

from __future__ import annotations

from pathlib import Path

from tests.handlers.conftest import OwnMatters
from tests.handlers.talk import reported
from tests.office import Office
from tests.service.doors import heard

SLOW_DOWN = "您发得太快"


def test_who_taps_without_end_is_told_once(school: Office) -> None:
    """F31: 300 taps in a minute: sixty answers, one sentence, silence; a minute later taps count again."""
    chen = school.person("chen")

    async def storm() -> None:
        for number in range(300):
            assert (await school.sandbox.tap("chen", "xb-1-1", f"m:{number}:take:1", strict=False)).status == 200

    school.run(storm())
    for _ in range(3):
        school.passes(minutes=1)
    assert sum(SLOW_DOWN in words for words in heard(chen)) == 1
    assert len(chen.items) == 61
    chen.forges("m:999:take:1", "xb-1-1")
    assert heard(chen)[-1].startswith("这个按钮已经失效了")


def test_a_storm_of_taps_leaves_words_alone(school: Office) -> None:
    """F31: a key that sticks on one card is no reason not to read what its owner writes."""
    chen = school.person("chen")

    async def storm() -> None:
        for number in range(100):
            await school.sandbox.tap("chen", "xb-1-1", f"m:{number}:take:1", strict=False)

    school.run(storm())
    chen.says("报修")
    for _ in range(3):
        school.passes(minutes=1)
    assert chen.sees.text.startswith("在哪里")


def test_who_works_quickly_is_not_held_up(school: Office) -> None:
    """F31: a tap a second and two words every three, for nearly a minute."""
    reported(school)
    wu = school.person("wu")
    school.passes(minutes=2)
    before = len(wu.items)
    for second in range(55):
        school.passes(seconds=1)
        wu.forges("l:1", "xb-1-1")
        if second % 3:
            wu.says("我的")
    for _ in range(6):
        school.passes(minutes=1)
    assert not any(SLOW_DOWN in words for words in heard(wu))
    assert len(wu.items) - before == 55 + 36


def test_what_is_handled_again_counts_once(own_matters: OwnMatters, tmp_path: Path) -> None:
    """F31, F35: somebody else's event fails and all of its group is handled again, one by one."""
    labels = tmp_path / "school" / "zh_CN" / "labels.toml"
    labels.parent.mkdir(parents=True)
    labels.write_text('[talk.help]\ntitle = "{{ nobody }}"\n', "utf-8")
    office = own_matters()
    lin = office.person("lin")

    async def together() -> None:
        for number in range(30):
            await office.sandbox.say("lin", f"第 {number} 句")
        await office.sandbox.say("chen", "帮助")

    office.run(together())
    office.settles()
    for _ in range(3):
        office.passes(minutes=1)
    assert not any(SLOW_DOWN in words for words in heard(lin))
    assert len(lin.items) == 30
