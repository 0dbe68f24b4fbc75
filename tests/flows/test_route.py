"""The engine of approvals without chat and database: whose turn it is after what has happened (D1-D12)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest

from flows.route import steps
from flows.route.conditions import Over
from flows.route.folding import Phase
from flows.route.stages import Deed, Mode, Policy
from flows.route.steps import How, Place, Why
from tests.flows.requests import Request, Staff, Unable, of, stage

LEGAL = ("legal1", "legal2", "legal3")
VICES = ("vice1", "vice2", "vice3")


def two_thirds() -> Request:
    return Request(stage("vote", *VICES, mode=Mode.SHARE, share=Fraction(2, 3)))


def test_all_have_to_agree_and_one_refusal_ends_it() -> None:
    """D1: countersigning."""
    one = Request(stage("legal", *LEGAL))
    one.agree("legal2", "legal")
    assert one.turns == {"legal": ["legal1", "legal3"]}
    one.refuse("legal3", "legal")
    assert (one.verdict, one.turns) == ("refused", {})


@pytest.mark.parametrize(("agrees", "verdict"), [(True, "granted"), (False, "refused")])
def test_the_first_decides_for_any(agrees: bool, verdict: str) -> None:
    """D1, D2 (GLPI 841): the others' turns vanish, and their word comes too late."""
    one = Request(stage("legal", *LEGAL, mode=Mode.ANY))
    one.take(steps.Decided("legal", of("legal2"), agrees, "because"))
    assert (one.verdict, one.turns) == (verdict, {})
    with pytest.raises(Unable):
        one.agree("legal1", "legal")


def test_in_order_one_after_the_other() -> None:
    """D1: nobody before their turn."""
    one = Request(stage("legal", *LEGAL, mode=Mode.IN_ORDER))
    assert one.turns == {"legal": ["legal1"]}
    with pytest.raises(Unable):
        one.agree("legal2", "legal")
    for who in LEGAL:
        one.agree(who, "legal")
    assert one.verdict == "granted"


def test_one_refusal_does_not_end_a_vote_yd_1069() -> None:
    """D2 (YD 1069): it goes on, and passes as soon as the share has agreed; two thirds of three are two."""
    one = two_thirds()
    one.refuse("vice1", "vote")
    assert one.turns == {"vote": ["vice2", "vice3"]}
    one.agree("vice3", "vote")
    assert one.verdict == "pending"
    one.agree("vice2", "vote")
    assert one.verdict == "granted"


def test_open_turns_vanish_when_a_vote_is_decided_glpi_841() -> None:
    """D2 (GLPI 841): out of reach is failed at once, and nobody is asked in vain."""
    one = two_thirds()
    one.refuse("vice1", "vote")
    one.refuse("vice2", "vote")
    assert (one.verdict, one.turns) == ("refused", {})


def test_votes_can_weigh_more() -> None:
    """D2: a weighted vote."""
    one = Request(stage("vote", *VICES, mode=Mode.SHARE, share=Fraction(1, 2), weights={"vice1": 3}))
    one.refuse("vice2", "vote")
    one.refuse("vice3", "vote")
    assert one.verdict == "pending"
    one.agree("vice1", "vote")
    assert one.verdict == "granted"


def test_a_transfer_is_for_good_and_a_loan_comes_back() -> None:
    """D3: who is asked next differs, and so does the record."""
    one = Request(stage("head", "head"))
    one.take(steps.Lent("head", of("head"), of("guest")))
    assert one.turns == {"head": ["guest"]}
    one.refuse("guest", "head", "I would not")
    assert one.turns == {"head": ["head"]}
    one.take(steps.Moved("head", of("head"), of("other")))
    assert one.turns == {"head": ["other"]}
    one.agree("other", "head")
    assert one.verdict == "granted"
    seat = one.now.rounds["head"].seats[0]
    assert (seat.asked, seat.person, seat.held) == (of("head"), of("other"), (of("head"),))


def test_a_turn_does_not_go_in_a_ring_nor_to_oneself_nor_to_the_applicant() -> None:
    """F26, F21: refused, and nothing has changed."""
    one = Request(stage("head", "head"))
    for to in ("head", "applicant"):
        with pytest.raises(Unable):
            one.take(steps.Moved("head", of("head"), of(to)))
    one.take(steps.Moved("head", of("head"), of("other")))
    with pytest.raises(Unable, match="ring"):
        one.take(steps.Moved("head", of("other"), of("head")))
    assert one.turns == {"head": ["other"]}


def test_a_turn_goes_on_five_times_at_most() -> None:
    """F26: a chain of twenty is none."""
    one = Request(stage("head", "head"))
    line = ["head", "boss", "legal1", "legal2", "legal3", "vice1", "vice2"]
    for giver, taker in pairwise(line[:6]):
        one.take(steps.Moved("head", of(giver), of(taker)))
    with pytest.raises(Unable, match="too_far"):
        one.take(steps.Moved("head", of("vice1"), of("vice2")))


def test_a_signer_added_before_comes_first() -> None:
    """D4: then it is the turn of who brought them in."""
    one = Request(stage("legal", *LEGAL, mode=Mode.ANY))
    one.take(steps.Added("legal", of("legal1"), (of("guest"),), Place.BEFORE))
    assert one.turns == {"legal": ["legal2", "legal3", "guest"]}
    one.agree("guest", "legal")
    assert one.turns == {"legal": ["legal1", "legal2", "legal3"]}
    one.agree("legal1", "legal")
    assert one.verdict == "granted"


def test_a_signer_added_after_comes_last() -> None:
    """D4: an agreement that is not whole without them."""
    one = Request(stage("head", "head"))
    one.take(steps.Added("head", of("head"), (of("guest"),), Place.AFTER))
    one.agree("head", "head")
    assert (one.verdict, one.turns) == ("pending", {"head": ["guest"]})
    one.agree("guest", "head")
    assert one.verdict == "granted"


@pytest.mark.parametrize("mode", [Mode.ALL, Mode.IN_ORDER])
def test_a_signer_added_alongside_counts_too(mode: Mode) -> None:
    """D4: both are asked now."""
    one = Request(stage("legal", "legal1", "legal2", mode=mode))
    one.take(steps.Added("legal", of("legal1"), (of("guest"),), Place.BESIDE))
    assert {"legal1", "guest"} <= set(one.turns["legal"])
    for who in ("legal1", "guest", "legal2"):
        one.agree(who, "legal")
    assert one.verdict == "granted"


@pytest.mark.parametrize("place", Place)
def test_an_added_signer_may_refuse_yd_pr_566(place: Place) -> None:
    """D4 (YD PR 566): and the refusal counts."""
    one = Request(stage("head", "head"))
    one.take(steps.Added("head", of("head"), (of("guest"),), place))
    if place is Place.AFTER:
        one.agree("head", "head")
    one.refuse("guest", "head")
    assert (one.verdict, one.turns) == ("refused", {})


def test_an_added_signer_can_send_it_back_and_is_asked_again() -> None:
    """D4, D5: returns work with them; it comes back to the added signer, not to who brought them."""
    one = Request(stage("head", "head"))
    one.take(steps.Added("head", of("head"), (of("guest"),), Place.BEFORE))
    one.send_back("guest", "head")
    one.supplement()
    assert one.turns == {"head": ["guest"]}


def test_an_added_signer_is_removed_by_who_added_them() -> None:
    """D4: and by nobody else; the turn is back where it was."""
    one = Request(stage("legal", "legal1", "legal2"))
    one.take(steps.Added("legal", of("legal1"), (of("guest"),), Place.BEFORE))
    with pytest.raises(Unable):
        one.take(steps.Removed("legal", of("legal2"), of("guest")))
    one.take(steps.Removed("legal", of("legal1"), of("guest")))
    assert one.turns == {"legal": ["legal1", "legal2"]}


def three() -> Request:
    return Request(
        stage("head", "head"), stage("legal", *LEGAL, after=["head"]), stage("finance", "finance", after=["legal"])
    )


def test_returned_to_the_applicant_it_comes_straight_back() -> None:
    """D5: who has agreed is not asked again."""
    one = three()
    one.agree("head", "head")
    one.agree("legal1", "legal")
    one.send_back("legal2", "legal")
    assert (one.now.with_applicant, one.turns) == (True, {})
    one.supplement()
    assert one.turns == {"legal": ["legal2", "legal3"]}


def test_returned_to_the_applicant_it_runs_anew() -> None:
    """D5: the other way to come back."""
    one = three()
    one.agree("head", "head")
    one.agree("legal1", "legal")
    one.send_back("legal2", "legal", again=True)
    one.supplement()
    assert one.turns == {"head": ["head"]}
    one.agree("head", "head")
    assert one.turns == {"legal": list(LEGAL)}


@pytest.mark.parametrize("again", [True, False])
def test_returning_into_many_asks_exactly_those_yd_668(again: bool) -> None:
    """D6 (YD 668 lost them): all of the stage are asked once more, and then the returner, or all after it."""
    one = three()
    for who, at in (("head", "head"), *((legal, "legal") for legal in LEGAL)):
        one.agree(who, at)
    one.send_back("finance", "finance", "legal", again=again)
    assert one.turns == {"legal": list(LEGAL)}
    for who in LEGAL:
        one.agree(who, "legal")
    assert one.turns == {"finance": ["finance"]}


@pytest.mark.parametrize("again", [True, False])
def test_returning_out_of_many_goes_back_antflow_pr_7(again: bool) -> None:
    """D6 (AntFlow PR 7 went forward): no turn is left behind; back again, those who are due are asked."""
    one = three()
    one.agree("head", "head")
    one.agree("legal1", "legal")
    one.send_back("legal3", "legal", "head", again=again)
    assert one.turns == {"head": ["head"]}
    one.agree("head", "head")
    assert one.turns == {"legal": list(LEGAL) if again else ["legal2", "legal3"]}


def test_what_runs_beside_is_not_disturbed_by_a_return() -> None:
    """D5: only what comes after the stage it went back to waits."""
    one = Request(
        stage("head", "head"), stage("legal", "legal1", after=["head"]), stage("finance", "finance"),
        stage("last", "boss", after=["legal", "finance"]),
    )  # fmt: skip
    one.agree("head", "head")
    one.send_back("legal1", "legal", "head")
    assert one.turns == {"head": ["head"], "finance": ["finance"]}


def test_a_stage_cannot_be_sent_back_to_before_it_was_through() -> None:
    """D5: nor forward, nor to where nobody decided."""
    one = three()
    for to in ("head", "legal", "finance"):
        with pytest.raises(Unable, match="no_way_back"):
            one.send_back("head", "head", to)


def test_a_change_by_the_applicant_calls_in_whom_it_now_needs() -> None:
    """D12, C5: over twenty copies legal affairs come first, although it goes straight back to finance."""
    when = Over("copies", Decimal(20))
    one = Request(
        stage("head", "head"), stage("legal", *LEGAL, mode=Mode.ANY, after=["head"], when=when),
        stage("finance", "finance", after=["legal"]), answers={"copies": "3"},
    )  # fmt: skip
    one.agree("head", "head")
    assert one.now.rounds["legal"].phase is Phase.SKIPPED
    one.send_back("finance", "finance")
    one.supplement(copies="30")
    assert one.turns == {"legal": list(LEGAL)}
    one.agree("legal3", "legal")
    assert one.turns == {"finance": ["finance"]}


def test_withdrawn_before_the_first_decision_and_by_consent_after() -> None:
    """D7: within so many days."""
    one = three()
    with pytest.raises(Unable):
        one.take(steps.Withdrawn(of("head")))
    one.agree("head", "head")
    with pytest.raises(Unable, match="decided_already"):
        one.take(steps.Withdrawn(of("applicant")))
    one.take(steps.Pleaded(of("applicant"), (of("head"),)))
    one.take(steps.Consented(of("head"), agrees=False))
    assert one.verdict == "pending"
    one.take(steps.Pleaded(of("applicant"), (of("head"),)))
    one.take(steps.Consented(of("head"), agrees=True))
    assert one.verdict == "withdrawn"
    late = three()
    late.agree("head", "head")
    late.at += timedelta(days=8)
    with pytest.raises(Unable, match="too_late"):
        late.take(steps.Pleaded(of("applicant"), (of("head"),)))


def test_nothing_is_decided_after_it_was_withdrawn() -> None:
    """D7, F25."""
    one = three()
    one.take(steps.Withdrawn(of("applicant")))
    with pytest.raises(Unable, match="over"):
        one.agree("head", "head")


def test_a_word_is_taken_back_while_the_next_has_not_acted() -> None:
    """D8: then it is this person's turn again, and nobody else's."""
    one = three()
    one.agree("head", "head")
    one.take(steps.TakenBack("head", of("head")))
    assert one.turns == {"head": ["head"]}
    one.agree("head", "head")
    one.agree("legal2", "legal")
    with pytest.raises(Unable, match="gone_on"):
        one.take(steps.TakenBack("head", of("head")))
    one.take(steps.TakenBack("legal", of("legal2")))
    assert one.turns == {"legal": list(LEGAL)}


def test_a_deputy_decides_and_both_names_are_on_record_glpi_19626() -> None:
    """D9 (GLPI 19626): along the chain, as far as somebody is there."""
    one = Request(stage("head", "head"), staff=Staff(away={"head": "boss", "boss": "other"}))
    assert one.turns == {"head": ["other"]}
    seat = one.now.rounds["head"].seats[0]
    assert (seat.asked, seat.person, seat.why) == (of("head"), of("other"), Why.DEPUTY)


def test_deputies_in_a_circle_lead_to_the_office_and_never_to_the_applicant() -> None:
    """D9, F21, F26: office as last."""
    ring = Request(stage("head", "head"), staff=Staff(away={"head": "boss", "boss": "head"}))
    assert ring.turns == {"head": ["admin"]}
    own = Request(stage("head", "head"), staff=Staff(away={"head": "applicant"}))
    assert own.turns == {"head": ["admin"]}


def test_a_leaver_s_turns_are_the_successor_s() -> None:
    """D10, F24: those that wait, too."""
    one = Request(stage("legal", *LEGAL, mode=Mode.IN_ORDER), stage("vice", "legal1"))
    one.take(steps.Left(of("legal1"), of("other")))
    one.take(steps.Left(of("legal3"), of("guest")))
    assert one.turns == {"legal": ["other"], "vice": ["other"]}
    one.agree("other", "legal")
    one.agree("legal2", "legal")
    assert one.turns["legal"] == ["guest"]


@pytest.mark.parametrize(
    ("policy", "turns"), [(Policy.ADMIN, ["admin"]), (Policy.SKIP, None), (Policy.SUPERIOR, ["boss"])]
)
def test_a_stage_that_finds_nobody_does_not_stall(policy: Policy, turns: list[str] | None) -> None:
    """D11: as declared."""
    staff = Staff(superiors={"applicant": "boss"})
    one = Request(stage("head", "nobody", nobody=policy), stage("last", "keeper", after=["head"]), staff=staff)
    assert one.turns == ({"head": turns} if turns else {"last": ["keeper"]})


def test_with_nobody_at_all_it_is_the_applicant_who_is_told() -> None:
    """D11: it waits for somebody, never for nobody."""
    staff = Staff()
    staff.admins = []
    one = Request(stage("head", "nobody"), staff=staff)
    assert one.now.with_applicant
    staff.admins = ["admin"]
    one.supplement()
    assert one.turns == {"head": ["admin"]}


@pytest.mark.parametrize(
    ("policy", "turns"), [(Policy.SUPERIOR, ["boss"]), (Policy.ADMIN, ["admin"]), (Policy.SKIP, None)]
)
def test_nobody_decides_about_their_own_request(policy: Policy, turns: list[str] | None) -> None:
    """D11, F21: by policy, on record, never by themselves."""
    staff = Staff(superiors={"applicant": "boss"})
    one = Request(stage("head", "applicant", own=policy), stage("last", "keeper", after=["head"]), staff=staff)
    assert one.turns == ({"head": turns} if turns else {"last": ["keeper"]})


@pytest.mark.parametrize(
    ("policy", "turns"), [(Policy.MERGE, None), (Policy.ASK, ["head"]), (Policy.SUPERIOR, ["boss"])]
)
def test_the_same_approver_twice(policy: Policy, turns: list[str] | None) -> None:
    """D11: the word given counts, or somebody is asked, as declared."""
    staff = Staff(superiors={"head": "boss"})
    one = Request(
        stage("head", "head"), stage("chair", "head", after=["head"], twice=policy),
        stage("last", "keeper", after=["chair"]), staff=staff,
    )  # fmt: skip
    one.agree("head", "head")
    assert one.turns == ({"chair": turns} if turns else {"last": ["keeper"]})
    assert not turns or one.now.rounds["last"].phase is Phase.AHEAD


def test_a_merged_word_is_asked_for_once_it_was_sent_back_to() -> None:
    """D6, D11: who is asked anew has to answer anew."""
    one = Request(
        stage("head", "head"), stage("chair", "head", after=["head"]), stage("last", "keeper", after=["chair"])
    )
    one.agree("head", "head")
    one.send_back("keeper", "last", "chair")
    assert one.turns == {"chair": ["head"]}


def test_copies_go_once_to_each() -> None:
    """D14: what is to be read holds nothing up."""
    one = Request(
        stage("told", "guest", "other", does=Deed.READ), stage("head", "head"),
        stage("again", "guest", "boss", does=Deed.READ, after=["head"]),
    )  # fmt: skip
    one.agree("head", "head")
    assert one.verdict == "granted"
    assert [seat.person for seat in one.now.rounds["again"].seats] == [of("boss")]


def test_urging_is_limited() -> None:
    """D14: once in the interval."""
    one = three()
    one.take(steps.Urged(of("applicant")))
    with pytest.raises(Unable, match="urged_already"):
        one.take(steps.Urged(of("applicant")))
    one.at += timedelta(hours=4)
    one.take(steps.Urged(of("applicant")))


def test_a_refusal_needs_a_reason() -> None:
    """D15."""
    one = three()
    with pytest.raises(Unable, match="needs_a_reason"):
        one.refuse("head", "head", "")


def test_the_second_of_two_opposite_words_comes_too_late_everruns_3729_autumn_2903() -> None:
    """D16, F22 (everruns PR 3729, autumn PR 2903): one wins, and there is one transition."""
    one = Request(stage("legal", *LEGAL, mode=Mode.ANY), stage("last", "keeper", after=["legal"]))
    one.agree("legal1", "legal")
    with pytest.raises(Unable):
        one.refuse("legal2", "legal")
    words = [step for _, step in one.now.history if isinstance(step, steps.Decided)]
    assert (len(words), one.turns) == (1, {"last": ["keeper"]})


def test_an_administrator_reassigns_jumps_and_stops() -> None:
    """D17: each with a reason."""
    one = three()
    one.take(steps.Moved("head", of("head"), of("boss"), How.ADMIN, "on a journey"))
    assert one.turns == {"head": ["boss"]}
    one.take(steps.Jumped(of("admin"), "finance", "settled by telephone"))
    assert one.turns == {"finance": ["finance"]}
    assert one.now.rounds["head"].why == "jumped"
    with pytest.raises(Unable, match="needs_a_reason"):
        one.take(steps.Stopped(of("admin"), ""))
    one.take(steps.Stopped(of("admin"), "not ours"))
    assert (one.verdict, one.turns) == ("stopped", {})


def test_a_word_given_on_paper_before_is_marked() -> None:
    """D17: back-dated approvals are told from others."""
    one = Request(stage("head", "head"))
    one.take(steps.Decided("head", of("head"), agrees=True, on="2026-11-20"))
    answer = one.now.rounds["head"].seats[0].answer
    assert answer is not None
    assert answer.on == "2026-11-20"


def test_the_trail_keeps_every_kind_of_step() -> None:
    """The fold reads what was written."""
    for step in (
        steps.Opened("a", (steps.Asked(1, 2, 3, Why.DEPUTY),)), steps.Added("a", 1, (2, 3), Place.AFTER, "why"),
        steps.Moved("a", 1, 2, How.ADMIN), steps.Decided("a", 1, agrees=False, why="no", by_time=True),
        steps.Resubmitted(1, ("a",)), steps.Pleaded(1, (2,)),
    ):  # fmt: skip
        assert steps.from_facts(steps.to_facts(step)) == step
