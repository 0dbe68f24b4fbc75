"""Requests under way that go by another version of their matter: rehearsed, carried out, reported (C9)."""

from __future__ import annotations

from fractions import Fraction

import pytest

from flows import FLOWS
from flows.approval import Approval
from flows.catalogue import SHIPPED
from flows.route.conditions import Is
from flows.route.folding import Phase, after
from flows.route.moving import Kind, carry, shifts
from flows.route.stages import Deed, Mode, Route, Stage
from handlers.moving import Mover, Order, Report, version_of
from tests.flows.requests import Request, stage
from tests.flows.test_approval import apply
from tests.office import Office
from tests.service.doors import opened, xiaoban

SEAL = (SHIPPED / "seal.toml").read_text("utf-8")
NEWER = SEAL.replace(
    '[[stage]]\nname  = "财务审核"',
    '[[stage]]\nname  = "国资审核"\ndoes  = "decide"\nwho   = "role:资产管理"\nafter = ["部门负责人"]\n\n'
    '[[stage]]\nname  = "计财审核"\nwas   = "财务审核"',
).replace('["财务审核"]', '["计财审核", "国资审核"]')
NEWER = NEWER.replace("role:资产管理", "person:董怀民")


def moving(office: Office) -> Mover:
    """What a command beside the service goes by."""
    return Mover(office.service.storage, office.service.rules, FLOWS, office.clock.now())


def moved(office: Office, *numbers: str, name: str = "seal", to: str = "", rehearsed: bool = False) -> list[Report]:
    """Move these, or all; what is reported of them."""
    matter = version_of(office.service.storage, office.service.rules, name, to)
    order = Order(matter, numbers, "学校改了用印办法", "周敏")
    mover = moving(office)
    found = list(mover.rehearse(order) if rehearsed else mover.carry_out(order))
    office.settles()
    return found


def under_way(office: Office) -> str:
    """A contract that 部门 and 法务 have agreed to: it is with 财务."""
    office.goes_by(seal=SEAL)
    number = apply(office)
    office.person("xu").presses("同意")
    office.person("shen").presses("同意")
    return number


def test_a_request_is_moved_as_it_was_rehearsed(office: Office) -> None:
    """C9, E1: what was decided stands, a new stage is asked, whoever is asked anyway keeps the card; all is told."""
    number = under_way(office)
    li, tang, dong = office.person("li"), office.person("tang"), office.person("dong")
    card = tang.cards[-1].id
    office.writes(seal=NEWER)
    office.rereads()
    before, seen = office.case(number), len(li.items)
    told = moved(office, rehearsed=True)
    assert office.case(number) == before
    assert len(li.items) == seen
    assert dong.cards == []
    assert moved(office) == told
    [report] = told
    assert report.fits
    assert "多了环节「国资审核」" in report.lines
    assert "环节「财务审核」改叫「计财审核」" in report.lines
    assert "国资审核：新等董怀民" in report.lines
    assert li.sees.title == f"{number} 用印申请：办理规则换了新版"
    assert "原因：学校改了用印办法" in li.sees.text
    assert "✓ 法务审核：沈" in li.sees.text
    assert "办理规则换了新版：学校改了用印办法" in dong.saw("请您审批").text
    assert card not in [one.id for one in tang.cards]
    for one, button in ((dong, "同意"), (tang, "同意")):
        one.presses(button)
    for userid, button in (("gu", "同意"), ("fang", "同意"), ("cao", "已办")):
        office.person(userid).presses(button)
    assert office.case(number).state == Approval.GRANTED


def test_who_is_asked_anyway_keeps_the_card(school: Office) -> None:
    """C9, E5: nothing flickers, and the button of before decides."""
    number = under_way(school)
    tang = school.person("tang")
    card, seen = tang.cards[-1], len(tang.items)
    school.writes(seal=NEWER.replace("计财审核", "财务审核").replace('was   = "财务审核"\n', ""))
    school.rereads()
    moved(school)
    assert len(tang.items) == seen
    tang.presses("同意", on=card)
    assert [entry.verb for entry in school.trail(number)][-2:] == ["renew", "agree"]


def test_a_stage_that_is_gone_asks_nobody_and_the_next_begins(school: Office) -> None:
    """C9, E1: its cards are frozen and say why; the page shows what was changed, and at whose word."""
    number = under_way(school)
    tang = school.person("tang")
    gone = SEAL[: SEAL.index('[[stage]]\nname  = "财务审核"')] + SEAL[SEAL.index('[[stage]]\nname  = "校领导会签"') :]
    school.writes(seal=gone.replace('["财务审核"]', '["部门负责人", "法务审核"]'))
    school.rereads()
    [report] = moved(school)
    assert "没有环节「财务审核」了，那里说过的不再算数" in report.lines
    assert "财务审核：不再等唐晓梅" in report.lines
    assert "校领导会签：新等顾明远" in report.lines
    assert tang.cards == []
    assert "办理规则换了新版" in tang.saw("请您审批").closing
    assert "同意" in school.person("gu").sees.buttons
    page = opened(school, f"/workbench/cases/{number}", of="zhou").text
    for words in ("换用新版的规则", "学校改了用印办法", "没有环节「财务审核」了", "周敏"):
        assert words in page


def test_due_times_are_told_before_and_after(school: Office) -> None:
    """C9, F8: the clock of a stage began when it did; only how long it runs is another."""
    under_way(school)
    school.writes(seal=SEAL.replace('respond = "1 工作日"', 'respond = "3 工作日"'))
    school.rereads()
    [report] = moved(school, rehearsed=True)
    assert report.lines == ("财务审核：到期原 11月25日周三 17:30，改为 11月27日周五 17:30",)


REASON = 'ask = [\n  { key = "why", label = "事由", as = "text", text = "为什么？" },'
OTHERWISE = SEAL.replace('value = "contract"', 'value = "deed"').replace('is = "contract"', 'is = "deed"')
REPAIR = (SHIPPED / "repair.toml").read_text("utf-8")
LEFT = {
    "not_answered": (SEAL.replace("ask = [", REASON), "事由"),
    "asked_otherwise": (OTHERWISE, "种类"),
    "other_kind": (REPAIR.replace('series = "R"', 'series = "S"'), "kind"),
}


@pytest.mark.parametrize("why", LEFT)
def test_what_cannot_be_moved_stays_and_says_why(school: Office, why: str) -> None:
    """C9: told in one sentence; the case goes on as it began."""
    number = under_way(school)
    source, words = LEFT[why]
    school.writes(seal=source)
    school.rereads()
    before = school.case(number)
    [report] = moved(school)
    assert not report.fits
    assert words in report.lines[0]
    assert school.case(number) == before
    school.person("tang").presses("同意")


def test_cases_that_are_over_or_of_no_stages_are_left(school: Office) -> None:
    """C9: asked for by number they are named with the reason; unknown numbers too."""
    number = under_way(school)
    school.writes(seal=NEWER)
    school.rereads()
    school.person("tang").presses("不同意")
    school.person("tang").presses("没有必要")
    assert [one.fits for one in moved(school)] == []
    reports = moved(school, number, "S-9999")
    assert [one.lines[0] for one in reports] == ["已经办结，不动。", "没有这个单号，或者不是这个事项的。"]


def test_a_request_can_go_back_to_a_version_that_is_kept(school: Office) -> None:
    """C9: by the digits a version begins with; twice moved, the trail still says how it stands."""
    number = under_way(school)
    first = school.case(number).digest
    school.writes(seal=NEWER)
    school.rereads()
    moved(school)
    school.restarts()
    assert moved(school, to=first[:8])[0].fits
    assert school.case(number).digest == first
    assert school.person("dong").cards == []
    school.person("tang").presses("同意")
    assert "同意" in school.person("gu").sees.buttons


def test_a_request_with_its_applicant_stays_there(school: Office) -> None:
    """C9: and goes on by the new version once it is handed in again."""
    number = under_way(school)
    li, tang = school.person("li"), school.person("tang")
    tang.presses("退回")
    tang.presses("申请人")
    tang.presses("改好直接回到我")
    tang.says("第三页没有附上")
    school.writes(seal=NEWER)
    school.rereads()
    moved(school)
    assert school.case(number).state == Approval.RETURNED
    assert "补充好了" in [label for card in li.cards for label in (b["text"] for b in card.content["button_list"])]
    li.presses("补充好了")
    li.says("补了第三页")
    li.presses("跳过")
    assert "国资审核" in school.person("dong").saw("请您审批").text
    assert "计财审核" in tang.saw("请您审批").text


def test_a_form_begun_before_is_not_taken_for_the_new_stages(school: Office) -> None:
    """C9: what it offered may stand elsewhere now, so it is begun again from the card."""
    under_way(school)
    tang = school.person("tang")
    tang.presses("退回")
    school.writes(seal=NEWER)
    school.rereads()
    moved(school)
    tang.says("申请人")
    assert school.case("S-0001").state == Approval.RUNNING
    tang.presses("退回")
    assert "申请人" in tang.sees.buttons


def test_the_command_rehearses_and_moves(school: Office) -> None:
    """C9: beside the running service; without a reason nothing happens; an unknown version is told with those kept."""
    number = under_way(school)
    school.writes(seal=NEWER)
    school.rereads()
    shown = xiaoban(school, "move", "seal")
    assert shown.returncode == 0, shown.stderr
    assert f"{number} 可以换：" in shown.stdout
    assert "可以换 1 件，不能换 0 件" in shown.stdout
    assert school.trail(number)[-1].verb == "agree"
    done = xiaoban(school, "move", "seal", number.lower(), "--because", "学校改了用印办法")
    assert "已换 1 件，没有换 0 件。" in done.stdout
    school.settles()
    assert school.trail(number)[-1].facts["now"] == school.case(number).digest
    wrong = xiaoban(school, "move", "seal", "--to", "zzz")
    assert wrong.returncode == 2
    assert "留着的版本" in wrong.stderr


# The rule itself, without chat and database


def moved_to(one: Request, *stages: Stage) -> list[Kind]:
    """Have a request go by other stages; what became of them."""
    old, before, new = one.route, one.now, Route(stages)
    one.now = after(before, carry(before, old, new, one.answers), one.at, new)
    one.route = new
    one._goes_on()
    return [shift.kind for shift in shifts(old, new, before, one.now)]


def test_a_new_stage_is_asked_although_what_follows_is_decided() -> None:
    """C9: nobody is passed over; who is asked behind it waits with the words given."""
    one = Request(stage("a", "head"), stage("b", "legal1", "legal2", after=["a"]))
    one.agree("head", "a")
    one.agree("legal1", "b")
    kinds = moved_to(one, stage("a", "head"), stage("x", "boss"), stage("b", "legal1", "legal2", after=["a", "x"]))
    assert kinds == [Kind.ADDED, Kind.HELD]
    assert one.turns == {"x": ["boss"]}
    one.agree("boss", "x")
    assert one.turns == {"b": ["legal2"]}


@pytest.mark.parametrize(
    "changed",
    [
        stage("a", "head", "boss"),
        stage("a", "head", "legal1", mode=Mode.ANY),
        stage("a", "head", "legal1", mode=Mode.SHARE, share=Fraction(1, 2)),
        stage("a", "head", "legal1", does=Deed.HANDLE),
    ],
)
def test_a_stage_that_asks_or_counts_otherwise_begins_anew(changed: Stage) -> None:
    """C9: a word given to another question is no word."""
    one = Request(stage("a", "head", "legal1"))
    one.agree("head", "a")
    assert moved_to(one, changed) == [Kind.ANEW]
    assert one.now.rounds["a"].phase is Phase.OPEN
    assert all(seat.answer is None for seat in one.now.rounds["a"].seats)


def test_stages_in_another_order_never_wait_for_each_other() -> None:
    """C9: b was sent back to a, and comes before it now."""
    one = Request(stage("a", "head"), stage("b", "boss", after=["a"]))
    one.agree("head", "a")
    one.send_back("boss", "b", to="a")
    moved_to(one, stage("b", "boss"), stage("a", "head", after=["b"]))
    assert one.turns == {"b": ["boss"]}
    one.agree("boss", "b")
    assert one.turns == {"a": ["head"]}


def test_what_was_left_out_for_a_condition_is_judged_again() -> None:
    """C9: by the answers, under the condition there is now."""
    one = Request(stage("a", "head", when=Is("kind", "x")), stage("b", "boss"), answers={"kind": "y"})
    assert moved_to(one, stage("a", "head", when=Is("kind", "y")), stage("b", "boss")) == [Kind.NEEDED]
    assert one.turns == {"a": ["head"], "b": ["boss"]}
    assert moved_to(one, stage("a", "head", when=Is("kind", "z")), stage("b", "boss")) == [Kind.SKIPPED]
    assert one.turns == {"b": ["boss"]}


def test_nothing_left_to_ask_is_granted() -> None:
    """C9: when the only stage that was open is gone."""
    one = Request(stage("a", "head"), stage("b", "boss", after=["a"]))
    one.agree("head", "a")
    old, new = one.route, Route((stage("a", "head"),))
    assert after(one.now, carry(one.now, old, new, {}), one.at, new).verdict.value == "granted"
