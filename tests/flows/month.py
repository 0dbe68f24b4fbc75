"""A month on a small campus, lived through the flows' own moves at made-up times, the same for the same seed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import insert, select, text

from flows import FLOWS
from flows.context import SYSTEM, Context
from flows.moves import Move
from storage.records import Case, Person
from storage.schema import cases
from storage.survey_tables import survey_answers, survey_invitations, survey_rounds
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


def live(office: Office, until: datetime, *, days: int = 28, seed: int = 7, count: int = 60) -> None:
    """So many cases in the days before an instant; nobody hears of them, for it is past."""
    chance = Random(seed)
    with office.service.storage.work() as work:
        for _ in range(count):
            at = until - timedelta(minutes=chance.randrange(60, days * 24 * 60))
            kind = chance.choices(("repair", "question"), (3, 1))[0]
            _begin(office, work, kind, at, until, chance)
        _rate(work, until, chance)
        for subject in work.timers.subjects("", 10_000):
            if subject.startswith("case:"):
                work.timers.clear(subject)
    with office.service.storage.work() as work:
        work._connection.execute(text("delete from outbox"))


def _rate(work: Work, until: datetime, chance: Random) -> None:
    """Most whose repair has ended were asked how it was; some said nothing."""
    connection = work._connection
    number = connection.execute(
        insert(survey_rounds)
        .values(survey="repair", digest="-", matter="repair", period="-", anonymous=False, opened_at=until)
        .returning(survey_rounds.c.id)
    ).scalar_one()
    ended = select(cases.c.id, cases.c.requester_id, cases.c.closed_at).where(
        cases.c.closed_at.is_not(None), cases.c.flow == "repair"
    )
    for id, person, closed in connection.execute(ended.order_by(cases.c.id)).all():
        asked, given = closed + timedelta(hours=2), closed + timedelta(hours=chance.randrange(3, 90))
        if chance.random() < 0.2 or asked >= until:
            continue
        answered = chance.random() < 0.7 and given < until
        connection.execute(
            insert(survey_invitations).values(
                round_id=number, person_id=person, case_id=id, unit="-", at=asked, until=asked + timedelta(days=5),
                state=2 if answered else 1,
            )
        )  # fmt: skip
        if answered:
            connection.execute(
                insert(survey_answers).values(
                    id=chance.randrange(2**40), round_id=number, person_id=person, case_id=id,
                    stars=chance.choice((1, 3, 4, 5, 5)), answers="{}", at=given, whole=True,
                )
            )  # fmt: skip


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
