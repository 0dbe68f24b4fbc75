"""Two decide within a millisecond: each round two threads against one database, as two processes would (F22, D16).

The suite plays a few rounds; `XIAOBAN_ROUNDS=1000 pytest --timeout 600` plays a thousand.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from flows.context import Context
from flows.flow import Forbidden
from flows.forms import Unfit
from storage.engine import Contended
from storage.records import Stale
from tests.office import Office

ROUNDS = int(os.environ.get("XIAOBAN_ROUNDS", "12"))
TRIES = 20

MATTER = """kind   = "approval"
title  = "借投影"
series = "P"
words  = ["借个投影"]
owner  = "role:印章管理员"
ask    = []

[[stage]]
name = "看"
who  = ["person:沈洁", "person:董怀民"]
mode = "{mode}"

[[stage]]
name  = "发"
does  = "handle"
who   = "role:印章管理员"
after = ["看"]
"""


def decides(office: Office, number: str, userid: str, verb: str, barrier: Barrier) -> bool:
    """One decision in a transaction of its own, tried again as the dispatcher does; False when it came too late."""
    rules = office.service.rules
    barrier.wait()
    for _ in range(TRIES):
        try:
            with office.service.storage.work() as work:
                case, person = work.cases.by_number(number), work.people.by_account("wecom", userid)
                assert case is not None
                assert person is not None
                matter = rules.catalogue.get(case.matter)
                assert matter is not None
                flow = rules.flows["approval"]
                ctx = Context(office.clock.now(), person, matter, rules, work, flow)
                answers = {"why": "不合适"} if verb == "refuse" else {}
                flow.perform(flow.moves[verb], case, answers, ctx)
        except (Stale, Contended):
            continue
        except (Forbidden, Unfit):
            return False
        return True
    raise AssertionError("never got through")


def race(office: Office, number: str, *both: tuple[str, str]) -> list[bool]:
    """Two decisions at once."""
    barrier = Barrier(2)
    with ThreadPoolExecutor(2) as pool:
        found = [pool.submit(decides, office, number, userid, verb, barrier) for userid, verb in both]
        return [one.result() for one in found]


def handed_in(office: Office) -> str:
    """李文静 hands in a request; its cards wait in the outbox, so that rounds are quick."""
    rules = office.service.rules
    matter = rules.catalogue.get("projector")
    assert matter is not None
    with office.service.storage.work() as work:
        person = work.people.by_account("wecom", "li")
        assert person is not None
        flow = rules.flows["approval"]
        return flow.start({}, Context(office.clock.now(), person, matter, rules, work, flow)).number


def rounds(office: Office, mode: str, *both: tuple[str, str], judge: Callable[[list[bool], list[str]], None]) -> None:
    """Many rounds, each with a request of its own, judged by its trail."""
    office.goes_by(projector=MATTER.replace("{mode}", mode))
    for _ in range(ROUNDS):
        number = handed_in(office)
        found = race(office, number, *both)
        judge(found, [entry.verb for entry in office.trail(number)][1:])
    with office.service.storage.reading() as work:
        assert list(work.trail.breaks()) == []


@pytest.mark.parametrize("other", ["agree", "refuse"])
def test_of_any_the_first_wins(office: Office, other: str) -> None:
    """F22, D16: exactly one transition, whatever the other wanted."""

    def judge(found: list[bool], verbs: list[str]) -> None:
        assert sum(found) == 1
        assert verbs in (["agree"], [other])

    rounds(office, "any", ("shen", "agree"), ("dong", other), judge=judge)


def test_of_all_both_count_and_the_stage_closes_once(office: Office) -> None:
    """F22: neither word is lost."""

    def judge(found: list[bool], verbs: list[str]) -> None:
        assert found == [True, True]
        assert verbs == ["agree", "agree"]

    rounds(office, "all", ("shen", "agree"), ("dong", "agree"), judge=judge)


def test_one_who_says_both_at_once_has_said_one(office: Office) -> None:
    """F22: the first that is committed."""

    def judge(found: list[bool], verbs: list[str]) -> None:
        assert sum(found) == 1
        assert verbs in (["agree"], ["refuse"])

    rounds(office, "all", ("shen", "agree"), ("shen", "refuse"), judge=judge)
