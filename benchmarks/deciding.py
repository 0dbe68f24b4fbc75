"""What a decision on a request costs: the tap taken, the case moved, every card queued, durably."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime

from benchmarks.copies import Named, Rows, copied, differing, rows_of, write
from benchmarks.core import Core, timed
from benchmarks.figures import Figure, at_most, median, quantile, say
from benchmarks.running import Places
from bot.clock import SystemClock
from bot.reception import _admitted
from flows.approval import flow
from flows.approval.steps import agree, done
from flows.cards import Perform
from flows.context import Context
from flows.events import Event, Pressed
from storage.records import Admitted, Case, Listing
from storage.work import Work

OPEN, FEW = 10_000, 100
TAPS = 500
DEPARTMENTS = 50
SERIES = "S"


def decided(places: Places) -> list[Figure]:
    """A tap on a request of five stages among 10,000 open ones, and among 100; taps in turn, on SQLite."""
    small, large = (_school(places, count) for count in (FEW, OPEN))
    taken: dict[str, list[float]] = {"small": [], "large": []}
    for number in range(TAPS):
        for name, core in (("small", small), ("large", large)):
            core.admit([_tap(core, number)])
            taken[name].append(timed(core.handle) * 1000)
    for core in (small, large):
        core.close()
    few, many = median(taken["small"]), median(taken["large"])
    return [
        at_most(f"deciding among {OPEN:,} open requests on SQLite, p99", quantile(taken["large"], 0.99), 50, "ms"),
        at_most(f"deciding among {OPEN:,} open requests, over {FEW}", many / few, 1.3, note=f"{many:.3g} ms"),
    ]


def _school(places: Places, count: int) -> Core:
    """So many open requests, spread over the departments, with their cards shown.

    The first of each department and the last of all are made through the whole path; the others are copied, and
    the last must be as a copy would be.
    """
    say(f"{count:,} open requests")
    core, now = Core(places, places.url("SQLite")), SystemClock().now()
    with core.service.storage.work() as work:
        work.people.learn("wecom", _staff(), now)
        made = [_open(core, work, number, now) for number in range(1, DEPARTMENTS + 1)]
    asyncio.run(core.deliver())
    with core.service.storage.work() as work:
        first = [(Named.of(case), rows_of(case.id, work)) for case in made]
        write((_copy(first, number) for number in range(DEPARTMENTS + 1, count)), work)
        work.cases.remember(SERIES, count - 1)
        _open(core, work, count, now)
    asyncio.run(core.deliver())
    with core.service.storage.reading() as work:
        if differing(rows_of(count, work), _copy(first, count)):
            raise AssertionError("a copied request is not what the path makes")
    return core


def _copy(first: Sequence[tuple[Named, Rows]], number: int) -> Rows:
    named, rows = first[(number - 1) % DEPARTMENTS]
    return copied(rows, named, Named(number, f"{SERIES}-{number:04d}", _document(number)))


def _document(number: int) -> str:
    return f"协议{number:06d}"


def _staff() -> list[Listing]:
    """Departments with a head and a member each, and those who are asked after the head."""
    staff = []
    for n in range(DEPARTMENTS):
        unit = f"学院{n}"
        staff.append(Listing(f"h{n}", f"院长{n}", (unit,), (unit,), (), None, "", active=True))
        staff.append(Listing(f"m{n}", f"教师{n}", (unit,), (), (), f"h{n}", "", active=True))
    for n in range(3):
        staff.append(Listing(f"l{n}", f"法务{n}", ("法务处",), (), ("法律事务",), None, "", active=True))
        staff.append(Listing(f"v{n}", f"校领导{n}", ("校领导",), (), (), None, "", active=True))
    staff.append(Listing("f", "财务", ("财务处",), (), ("财务审核",), None, "", active=True))
    staff.append(Listing("k", "印章", ("校办公室",), (), ("印章管理员",), None, "", active=True))
    return staff


def _open(core: Core, work: Work, number: int, now: datetime) -> Case:
    matter = core.service.rules.catalogue.get("seal")
    person = work.people.by_account("wecom", f"m{(number - 1) % DEPARTMENTS}")
    if matter is None or person is None or matter.series != SERIES:
        raise LookupError("seal")
    ctx = Context(now, person, matter, core.service.rules, work, flow)
    return flow.start({"kind": "contract", "document": _document(number), "copies": "25", "file": ()}, ctx)


def _tap(core: Core, number: int) -> Admitted:
    """The next decision on one of the first hundred requests, by whoever is asked."""
    case = 1 + number % FEW
    with core.service.storage.reading() as work:
        task = work.tasks.open_on(case)[0]
        account = work.people.accounts_of([task.person_id])[task.person_id][0][1]
        verb = done.verb if account == "k" else agree.verb
    action = str(Perform(case, verb, task.turn))
    return _admitted(Event(f"tap{number}", "wecom", account, SystemClock().now(), Pressed(action)))
