"""Arrivals: repeated, out of order, too many, poisonous: F1, F2, F13, F18, F31, F35, and dead letters (A6)."""

from __future__ import annotations

import asyncio

import pytest

from flows.repair import Repair
from tests.office import Office
from tests.service.doors import OwnWords, announce, heard, metric, opened, ready, switch, xiaoban

SLOW_DOWN = "您发得太快"
REPORT = ("报修", "东区3号楼502", "灯不亮", "提交")


def report(office: Office, userid: str = "lin") -> None:
    for said in REPORT:
        office.person(userid).says(said)


@pytest.mark.parametrize("together", [False, True], ids=["one after the other", "together"])
def test_four_copies_of_everything_have_one_effect(office: Office, together: bool) -> None:
    """A3, A4, F1, F2: words, taps and photos, each in fresh envelopes; every copy is answered 200."""
    switch(office, duplicates=3, duplicates_together=together)
    lin, wu = office.person("lin"), office.person("wu")
    report(office)
    wu.presses("接单")
    wu.presses("修好了")
    wu.says("换了灯管")
    wu.presses("跳过")
    wu.sends_a_photo()
    lin.presses("确认修好")
    assert [entry.verb for entry in office.trail()] == ["open", "offer", "take", "fix", "confirm"]
    assert office.case().state == Repair.CLOSED
    with office.service.storage.reading() as work:
        assert list(work.cases.numbers()) == ["R-0001"]
    assert {status for sent in office.sandbox.journal.callbacks() for status in sent.statuses} == {200}
    assert metric(office, "inbox_admitted_total") == len(office.sandbox.journal.callbacks())


def test_a_copy_that_comes_after_a_restart_has_no_effect(office: Office) -> None:
    """A4, F2: duplicates are known by what is stored, not by what the process remembers."""
    report(office)
    wu = office.person("wu")
    first = wu.says("接单")
    seen = [len(office.person(userid).items) for userid in ("lin", "wu", "zheng")]
    for _ in range(2):
        office.restarts()
        assert office.act(lambda box: box.raw_event(first.inner, "wu")).status == 200
    assert [len(office.person(userid).items) for userid in ("lin", "wu", "zheng")] == seen
    assert [entry.verb for entry in office.trail()] == ["open", "offer", "take"]


def test_a_tap_that_overtakes_the_record_of_its_card_counts(office: Office) -> None:
    """F18: the phone shows the card before our call returns; who is quick is not lost, and the card is closed."""
    lin, wu, zheng = (office.person(userid) for userid in ("lin", "wu", "zheng"))
    for said in REPORT[:-1]:
        lin.says(said)
    office.run(office.sandbox.say("lin", "提交"))
    office.run(_tap_while_sending(office))
    office.settles()
    office.passes(minutes=1)
    assert [entry.verb for entry in office.trail()] == ["open", "offer", "take"]
    assert "吴建国 已接单" in wu.saw("新报修").closing
    assert "吴建国 已接单" in zheng.saw("新报修").closing
    assert lin.saw("有人来修了")


async def _tap_while_sending(office: Office) -> None:
    service, box = office.service, office.sandbox
    while await service.workers.run(service.dispatcher.step, office.clock.now()):
        pass
    come, wake = asyncio.Event(), asyncio.Event()
    box.corp.feed.watch(come.set)
    box.faults.set({"only": "message/send", "hang": 9, "hang_seconds": 1.0})
    await service.delivery.turn(wake)
    async with asyncio.timeout(5):
        while not office.person("wu").cards:
            come.clear()
            await come.wait()
        card = office.person("wu").cards[-1]
        key = next(b["key"] for b in card.content["button_list"] if b["text"] == "接单")
        assert (await box.tap("wu", card.id, key)).status == 200
        assert await service.workers.run(service.dispatcher.step, office.clock.now())
    box.faults.clear()
    await service.delivery.finish(within=5)


def test_a_later_step_that_comes_first_takes_no_step_back(office: Office) -> None:
    """F18: `fix` before `take`: told, nothing changed; the earlier one then counts as usual."""
    report(office)
    wu = office.person("wu")
    switch(office, reorder=1)

    async def both() -> None:
        await asyncio.gather(office.sandbox.say("wu", "接单 R-0001"), office.sandbox.say("wu", "修好了 R-0001"))

    office.act(lambda _box: both())
    assert [entry.verb for entry in office.trail()] == ["open", "offer", "take"]
    assert office.case().state == Repair.TAKEN
    assert wu.saw("R-0001 这一步不归您办。现在等的是")
    assert wu.saw("归您修").buttons == ["修好了", "约时间", "退单", "先等等"]


def test_who_floods_is_told_once_and_holds_up_nobody(school: Office) -> None:
    """F31: 600 messages in a minute from one: one sentence, silence, and patience afterwards; others are answered."""
    chen, lin = school.person("chen"), school.person("lin")

    async def flood() -> None:
        for number in range(600):
            assert (await school.sandbox.say("chen", f"第 {number} 句")).status == 200

    school.run(flood())
    lin.says("报修")
    assert "在哪里" in lin.sees.text
    for _ in range(3):
        school.passes(minutes=1)
    assert sum(SLOW_DOWN in words for words in heard(chen)) == 1
    assert len(chen.items) == 41
    assert school.sandbox.journal.dropped == []
    chen.says("报修")
    assert "在哪里" in chen.sees.text


@pytest.mark.usefixtures("written")
def test_a_poisonous_event_is_set_aside_and_replayed_after_the_fix(own: OwnWords) -> None:
    """F35: a sentence the school has spoilt: three tries with back-off, then parked; nobody else waits."""
    chen, lin = own.person("chen"), own.person("lin")
    own.words.write_text('[talk.help]\ntitle = "{{ nobody }}能帮您"\n', "utf-8")
    own.restarts()
    chen.says("帮助")
    chen.says("我的")
    lin.says("我的")
    assert heard(lin) == ["您还没有办件。要办事，说一声就行，比如「报修」。"]
    assert chen.items == []
    own.passes(seconds=3)
    assert chen.items == []
    own.passes(seconds=9)
    assert heard(chen) == [
        "抱歉，这一步没办成，已经请管理员查看。您可以再试一次。",
        "您还没有办件。要办事，说一声就行，比如「报修」。",
    ]
    assert metric(own, "inbox_failed_total", "again") == 2
    assert metric(own, "inbox_failed_total", "parked") == 1
    assert '"parked": 1' in ready(own).text
    running = opened(own, "/workbench/running", of="peng")
    assert running.status == 403
    running = opened(own, "/workbench/running", of="zhao")
    assert "chen" in running.text
    assert "nobody" in running.text

    own.words.write_text("", "utf-8")
    own.restarts()
    assert len(chen.items) == 2
    done = xiaoban(own, "replay")
    assert (done.returncode, done.stderr) == (0, "")
    own.passes(seconds=1)
    assert chen.sees.title == "我能帮您"
    assert len(chen.items) == 3
    assert '"parked": 0' in ready(own).text


def test_what_nobody_understands_is_kept_and_bothers_nobody(school: Office) -> None:
    """F13: answered 200, kept, shown to the operator, and kept again when replayed."""
    event = school.sandbox.inner.event("lin", school.clock.now(), "sparkle", {"EventKey": "x"})
    assert school.act(lambda box: box.raw_event(event, "lin")).status == 200
    assert school.act(lambda box: box.raw_event("<xml><Odd>1</Odd>", "lin")).status == 200
    assert school.person("lin").items == []
    assert '"parked": 2' in ready(school).text
    assert opened(school, "/workbench/running", of="zhao").text.count("看不懂的消息") == 2
    assert xiaoban(school, "replay").returncode == 0
    school.settles()
    assert '"parked": 2' in ready(school).text
    assert ready(school).status == 200


def test_a_dead_letter_is_kept_shown_and_arrives_once_when_replayed(school: Office) -> None:
    """A6: given up with its reason, over a restart; replayed by number, it arrives, and once."""
    switch(school, unreachable="lin")
    announce(school, ["有人找您", "还在找您"], ["lin"])
    school.settles()
    school.restarts()
    assert '"dead": 2' in ready(school).text
    assert "81013" in opened(school, "/workbench/running", of="zhao").text
    switch(school, unreachable="")
    assert xiaoban(school, "replay", "out2").returncode == 0
    school.settles()
    assert heard(school.person("lin")) == ["还在找您"]
    assert xiaoban(school, "replay").returncode == 0
    school.settles()
    assert heard(school.person("lin")) == ["还在找您", "有人找您"]
    assert '"dead": 0' in ready(school).text
