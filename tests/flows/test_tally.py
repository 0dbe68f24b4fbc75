"""The roll-up of supervised items: a pure function over rows, against a hand count (I5, I6)."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

from flows.supervision.bulletin import bulletin
from flows.supervision.tally import Row, Spell, Tally, by, tally
from tests.flows.test_supervision import NUMBER, acknowledged, answers, raised
from tests.office import Office
from tests.service.doors import opened


def day(number: int, month: int = 11) -> datetime:
    return datetime(2026, month, number, 9, tzinfo=UTC)


NOVEMBER, DECEMBER = (day(1), day(1, 12)), (day(1, 12), datetime(2027, 1, 1, 9, tzinfo=UTC))
LATER = datetime(2027, 6, 1, tzinfo=UTC)

ROWS = (
    # done in November, in time
    Row("SV-0001", "总务处", "顾明远", (Spell(day(2), day(20)),), ((day(2), day(25)),)),
    # opened in October, done in November, after one extension of November
    Row(
        "SV-0002",
        "总务处",
        "方静",
        (Spell(day(5, 10), day(10)),),
        ((day(5, 10), day(3)), (day(2), day(12))),
        (day(2),),
    ),
    # overdue at the end of November, done in December
    Row("SV-0003", "总务处", "顾明远", (Spell(day(3), day(8, 12)),), ((day(3), day(28)),)),
    # not due yet; a unit refused it first
    Row(
        "SV-0004", "基建处", "顾明远", (Spell(day(9)),), ((day(9), day(20, 12)),), refused=((day(10), "总务处"),)
    ),
    # done in November, and opened again in December
    Row(
        "SV-0005",
        "基建处",
        "方静",
        (Spell(day(4), day(18)), Spell(day(5, 12))),
        ((day(4), day(20)), (day(5, 12), day(20, 12))),
    ),
    # called off: it is nowhere
    Row("SV-0006", "图书馆", "方静", (Spell(day(4), day(6), done=False),), ((day(4), day(20)),)),
)  # fmt: skip


def test_a_month_equals_the_hand_count() -> None:
    """I5: done, doing, overdue, rate with numerator and denominator, extensions and refusals, per unit and leader."""
    found = bulletin(ROWS, *NOVEMBER, LATER)
    assert found.whole == Tally(
        done=3, doing=1, overdue=1, carried=1, due=4, extensions=1, refusals=1, open=("SV-0003", "SV-0004")
    )
    assert found.whole.percent == "75.0"
    assert found.units == {
        "基建处": Tally(done=1, doing=1, due=1, open=("SV-0004",)),
        "总务处": Tally(done=2, overdue=1, carried=1, due=3, extensions=1, refusals=1, open=("SV-0003",)),
    }
    assert found.units["总务处"].percent == "66.7"
    assert {name: (one.done, one.doing, one.overdue) for name, one in found.askers.items()} == {
        "顾明远": (1, 1, 1),
        "方静": (2, 0, 0),
    }


def test_what_one_period_leaves_open_stands_in_the_next() -> None:
    """I5: all that November left open is carried into December, with what was opened again."""
    left = set(bulletin(ROWS, *NOVEMBER, LATER).whole.open)
    december = bulletin(ROWS, *DECEMBER, LATER).whole
    assert december == Tally(done=1, overdue=2, carried=3, due=3, open=("SV-0004", "SV-0005"), extensions=0, refusals=0)
    assert left <= {*december.open, "SV-0003"}


def test_nothing_due_is_no_rate() -> None:
    """I5: an empty denominator is no 0 % and no 100 %."""
    assert tally(ROWS[3:4], *NOVEMBER, LATER).percent == ""
    assert tally((), *NOVEMBER, LATER) == Tally()


def test_groups_add_up_to_the_whole() -> None:
    """I5: whatever the rows, the units' figures sum to the whole's, and nothing left open is lost."""
    chance = random.Random(7)
    rows = [_row(number, chance) for number in range(500)]
    for month in range(1, 12):
        ends = datetime(2026, month + 1, 1, tzinfo=UTC)
        begins = datetime(2026, month, 1, tzinfo=UTC)
        whole = tally(rows, begins, ends, LATER)
        units = by(lambda row: row.unit, rows, begins, ends, LATER).values()
        for name in ("done", "doing", "overdue", "carried", "due"):
            assert sum(getattr(one, name) for one in units) == getattr(whole, name), name
        following = tally(rows, ends, ends + timedelta(days=28), LATER)
        closed = {row.number for row in rows for spell in row.spells if spell.ends and spell.ends >= ends}
        assert set(whole.open) <= {*following.open} | closed


def _row(number: int, chance: random.Random) -> Row:
    opened = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=chance.randrange(8000))
    due = opened + timedelta(hours=chance.randrange(1, 2000))
    ends = opened + timedelta(hours=chance.randrange(1, 3000)) if chance.random() < 0.7 else None
    return Row(f"SV-{number:04d}", chance.choice("甲乙丙"), "", (Spell(opened, ends),), ((opened, due),))


def test_the_chat_and_the_page_say_the_same(school: Office) -> None:
    """I5: the office sees all, a head their own unit, anybody else is told that it is not for them."""
    shen, liu = acknowledged(school)
    raised(school, "督办 两周内把满意率提到90%，图书馆牵头")
    jiang = school.person("jiang")
    jiang.presses("认领")
    jiang.presses("报办结")
    answers(jiang, "提上去了", "91")
    shen.presses("核对通过")
    shen.says("督办情况")
    text = shen.sees.text
    assert "合计：办结 1，在办 1，超期 0，办结率 100.0%（1/1）" in text
    assert "总务处：办结 0，在办 1，超期 0，没有到期的事项" in text
    assert "图书馆：办结 1，在办 0，超期 0，办结率 100.0%（1/1）" in text
    liu.says("督办情况 本月")
    assert "总务处" in liu.sees.text
    assert "图书馆" not in liu.sees.text
    liu.says("督办情况 那一阵")
    assert "没看出是哪一段时间" in liu.sees.text
    lin = school.person("lin")
    lin.says("督办情况")
    assert "只给督办员" in lin.sees.text
    page = opened(school, "/workbench/supervision", of="shen")
    assert page.status == 200
    assert "100.0%（1/1）" in page.text
    assert NUMBER in page.text
    own = opened(school, "/workbench/supervision?period=this_month", of="liu")
    assert "总务处" in own.text
    assert "图书馆" not in own.text
    assert opened(school, "/workbench/supervision", of="lin").status == 403
    assert opened(school, "/workbench/supervision?period=never", of="shen").status == 404
    school.passes(days=20)
    said = [f"督办情况 {period}" for period in ("上月", "11月", "11月1日到30日", "2026年11月份")]
    for words in (*said, "上月督办情况", "请看看11月的督办情况", "督办情况，上个月的？"):
        shen.says(words)
        assert "督办情况（11月1日至11月30日）" in shen.sees.text, words
        assert "合计：办结 1，在办 1，超期 0" in shen.sees.text, words
    for words, title in (("第四季度", "10月1日至12月31日"), ("2026年", "1月1日至12月31日")):
        shen.says(f"督办情况 {words}")
        assert f"督办情况（{title}）" in shen.sees.text, words
    shen.says("督办情况")
    assert "合计：办结 0，在办 0，超期 1，办结率 0.0%（0/1），上期转来 1" in shen.sees.text
