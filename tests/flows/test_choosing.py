"""Whom a job is offered to: the rules by themselves."""

from __future__ import annotations

from dataclasses import replace
from datetime import time
from random import Random

import pytest

from flows.dispatch import KEPT, Job, Mode, Why, Worker, choose
from flows.dispatch.rules import Rules, read, read_all
from flows.misfiled import Misfiled

RULES = read_all()["repair"]
LAMP = Job("electric", "灯不亮", "east")
EAST = frozenset({"east"})


def worker(id: int, area: str = "east", *skills: str, load: int = 0, on_duty: bool = True) -> Worker:
    return Worker(id, frozenset({area}), frozenset(skills or ("电工",)), frozenset(), on_duty, load)


def whys(rules: Rules, job: Job, *workers: Worker) -> dict[int, set[Why]]:
    return {one.person_id: {reason.why for reason in one.reasons} for one in choose(rules, job, workers).candidates}


def test_an_ordinary_job_is_offered_to_the_crew_of_its_area() -> None:
    """G2: the same area first, all of it; G3: ordinary goes to the queue."""
    choice = choose(RULES, LAMP, [worker(1), worker(2), worker(3, "west")])
    assert (choice.mode, choice.people) == (Mode.QUEUE, (1, 2))


def test_who_has_the_skill_is_asked_and_without_any_everybody() -> None:
    """G3: a skill is preferred, and stops nothing where nobody has it."""
    assert choose(RULES, LAMP, [worker(1), worker(2, "east", "木工")]).people == (1,)
    assert choose(RULES, LAMP, [worker(1, "east", "木工"), worker(2, "east", "木工")]).people == (1, 2)


def test_an_urgent_job_goes_to_the_idle_one_on_duty() -> None:
    """G3: urgent goes to one, skilled, on duty, with the least in hand."""
    urgent = replace(LAMP, urgent=True)
    people = [worker(1, load=2), worker(2, load=1), worker(3, on_duty=False), worker(4, "west")]
    choice = choose(RULES, urgent, people)
    assert (choice.mode, choice.people) == (Mode.ONE, (2,))
    assert Why.LEAST not in whys(RULES, urgent, *people)[1]


def test_nobody_off_duty_is_called_to_an_urgent_job() -> None:
    """G3, N4: nobody on duty means that the dispatcher decides."""
    choice = choose(RULES, replace(LAMP, urgent=True), [worker(1, on_duty=False)])
    assert (choice.mode, choice.people) == (Mode.CALL, ())


def test_a_licence_is_a_hard_limit() -> None:
    """G4: near, idle and skilled does not help; from another area it goes, and without anybody to the dispatcher."""
    high = replace(LAMP, fault="高压配电柜冒烟")
    plain = worker(1)
    licensed = replace(worker(2, "south", load=5), licences=frozenset({"高压电工证"}))
    choice = choose(RULES, high, [plain, licensed])
    assert (choice.mode, choice.people) == (Mode.ONE, (2,))
    assert Why.UNLICENSED in whys(RULES, high, plain, licensed)[1]
    assert choose(RULES, high, [plain]).mode is Mode.CALL


def test_a_complex_job_goes_by_skill_across_areas() -> None:
    """G4: rather the right one from the next area than the wrong one from this."""
    job = replace(LAMP, fault="整栋楼的灯反复闪")
    choice = choose(RULES, job, [worker(1, "east", "木工"), worker(2, "west")])
    assert (choice.mode, choice.people) == (Mode.ONE, (2,))


def test_an_area_without_anybody_is_served_by_the_next() -> None:
    """G4: neighbours before those further away."""
    assert choose(RULES, LAMP, [worker(1, "south"), worker(2, "west")]).people == (2,)


def test_at_peak_the_neighbours_are_asked_too() -> None:
    """G7: more people when everybody is busy."""
    people = [worker(1), worker(2, "west"), worker(3, "south")]
    assert choose(RULES, replace(LAMP, peak=True), people).people == (1, 2)
    assert RULES.is_peak(time(7, 30), 0)
    assert RULES.is_peak(time(12), 15)
    assert not RULES.is_peak(time(12), 14)


def test_who_had_their_chance_is_not_asked_again_and_a_few_are_enough() -> None:
    """G5: it passes on, and ends at the dispatcher."""
    urgent = replace(LAMP, urgent=True, out={1: Why.REFUSED})
    people = [worker(id) for id in range(1, 9)]
    assert choose(RULES, urgent, people).people == (2,)
    worn = replace(urgent, out={1: Why.REFUSED, 2: Why.SILENT, 3: Why.SILENT})
    assert choose(RULES, worn, people).mode is Mode.CALL
    assert Why.SILENT in whys(RULES, worn, *people)[3]


@pytest.mark.parametrize("seed", range(30))
def test_the_same_facts_give_the_same_choice_in_any_order(seed: int) -> None:
    """G10: a choice can be replayed; everybody considered is in it once."""
    random = Random(seed)
    people = [
        Worker(
            id,
            frozenset(random.sample(["east", "west", "south"], random.randint(0, 2))),
            frozenset(random.sample(["电工", "木工", "水暖工"], random.randint(0, 2))),
            frozenset(random.sample(["高压电工证"], random.randint(0, 1))),
            random.random() < 0.7,
            random.randint(0, 4),
        )
        for id in range(1, 40)
    ]
    job = Job("electric", random.choice(["灯不亮", "高压柜", "整栋没电"]), "east", urgent=random.random() < 0.5)
    first = choose(RULES, job, people)
    shuffled = random.sample(people, len(people))
    assert choose(RULES, job, shuffled) == first
    assert first.considered == 39
    assert len({one.person_id for one in first.candidates}) == KEPT
    if "高压" in job.fault:
        licensed = {one.id for one in people if one.licences}
        assert set(first.people) <= licensed


@pytest.mark.parametrize(
    ("source", "problem", "key"),
    [
        ("[kindz]\n", "unknown_key", "kindz"),
        ('[kinds]\nelectric = { skil = "电工" }', "unknown_key", "kinds.electric.skil"),
        ('[urgent]\npass_on = "soon"', "bad_limit", "urgent.pass_on"),
        ('[urgent]\noffers = "3"', "missing_key", "urgent.offers"),
        ('[peak]\nhours = ["7-9"]', "bad_hours", "peak.hours"),
        ('[[joins]]\nkind = "electric"\nwords = ["停电"]\nsame = "floor"', "bad_same", "joins.same"),
        ('[[joins]]\nkind = "electric"', "missing_key", "joins.words"),
        ('[[licences]]\nname = "证"', "missing_key", "licences.words"),
        ("grown = [1]", "missing_key", "grown"),
        ("= 1", "not_toml", None),
    ],
)
def test_rules_are_read_strictly(source: str, problem: str, key: str | None) -> None:
    with pytest.raises(Misfiled) as caught:
        read("dispatch/repair.toml", source)
    assert caught.value.problem == problem
    assert caught.value.values.get("key") == key


def test_an_office_without_rules_offers_to_the_area() -> None:
    """G2: rules that say nothing still know where somebody belongs."""
    choice = choose(read("dispatch/x.toml", ""), LAMP, [worker(1), worker(2, "west")])
    assert (choice.mode, choice.people) == (Mode.QUEUE, (1,))
