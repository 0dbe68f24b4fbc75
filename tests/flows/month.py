"""A month on a small campus, lived through the flows' own moves at made-up times, the same for the same seed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import text

from flows import FLOWS
from flows.context import SYSTEM, Context
from flows.moves import Move
from storage.records import Case, Person
from storage.work import Work
from tests.office import Office

REPORTERS = ("lin", "chen", "li", "yu", "fan", "su")
PLACES = ("t3", "t5", "library", "office")


@dataclass(slots=True)
class Life:
    """One case on its way."""

    office: Office
    work: Work
    case: Case
    at: datetime

    def moves(self, verb: str, person: Person | None = None, **answers: object) -> None:
        """Somebody makes a move, or time does."""
        rules, flow = self.office.service.rules, FLOWS[self.case.flow]
        matter = rules.catalogue.get(self.case.matter)
        assert matter is not None
        move: Move = flow.moves[verb]
        present = self.work.cases.get(self.case.id)
        assert present is not None
        self.case = present
        ctx = Context(self.at, person or SYSTEM, matter, rules, self.work, flow)
        self.case = flow.perform(move, self.case, answers, ctx)

    @property
    def holder(self) -> Person:
        """One of those whose turn it is, always the same one."""
        tasks = sorted(self.work.tasks.open_on(self.case.id), key=lambda task: task.person_id)
        return self.work.people.get(tasks[0].person_id)

    @property
    def requester(self) -> Person:
        """Who asked for it."""
        return self.work.people.get(self.case.requester_id)


def live(office: Office, until: datetime, *, days: int = 28, seed: int = 7, cases: int = 60) -> None:
    """So many cases in the days before an instant; nobody hears of them, for it is past."""
    chance = Random(seed)
    with office.service.storage.work() as work:
        for _ in range(cases):
            at = until - timedelta(minutes=chance.randrange(60, days * 24 * 60))
            kind = chance.choices(("repair", "question"), (3, 1))[0]
            _begin(office, work, kind, at, until, chance)
        for subject in work.timers.subjects("", 10_000):
            if subject.startswith("case:"):
                work.timers.clear(subject)
    with office.service.storage.work() as work:
        work._connection.execute(text("delete from outbox"))


def _begin(office: Office, work: Work, kind: str, at: datetime, until: datetime, chance: Random) -> None:
    rules = office.service.rules
    matter = rules.catalogue.get(kind)
    assert matter is not None
    person = office.known(work, chance.choice(REPORTERS))
    ctx = Context(at, person, matter, rules, work, FLOWS[kind])
    if kind == "repair":
        spot = rules.places.spots[chance.choice([key for key in PLACES if key in rules.places.spots])]
        place = {"key": spot.key, "area": spot.area, "room": "201", "text": f"{spot.name} 201"}
        fault = f"灯不亮{chance.randrange(10**6)}"
        case = ctx.flow.start({"place": place, "fault": fault, "kind": "electric"}, ctx)
        _repair(Life(office, work, case, at), until, chance)
    else:
        case = ctx.flow.start({"question": "图书馆几点关门"}, ctx)
        _question(Life(office, work, case, at), until, chance)


def _later(life: Life, until: datetime, least: int, most: int, chance: Random) -> bool:
    """Let time pass; False when that is beyond the end."""
    life.at += timedelta(minutes=chance.randrange(least, most), seconds=chance.randrange(60))
    return life.at < until


def _repair(life: Life, until: datetime, chance: Random) -> None:
    if not _later(life, until, 5, 240, chance):
        return
    if chance.random() < 0.08:
        life.moves("withdraw", life.requester)
        return
    life.moves("take", life.holder)
    while _later(life, until, 30, 3000, chance):
        life.moves("fix", life.holder, note="换了灯管", after=[])
        if not _later(life, until, 30, 2000, chance):
            return
        luck = chance.random()
        if luck < 0.15:
            life.moves("reopen", life.requester, why="又不亮了")
            continue
        life.moves("confirm" if luck < 0.6 else "lapse", life.requester if luck < 0.6 else None)
        return


def _question(life: Life, until: datetime, chance: Random) -> None:
    if not _later(life, until, 5, 1200, chance):
        return
    life.moves("answer", life.holder, reply="晚上十点")
    if not _later(life, until, 5, 2000, chance):
        return
    luck = chance.random()
    if luck < 0.25:
        life.moves("again", life.requester, why="周末呢")
    else:
        life.moves("helped" if luck < 0.6 else "lapse", life.requester if luck < 0.6 else None)
