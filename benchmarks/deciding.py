"""What a decision on a request costs: the tap taken, the case moved, every card queued, durably."""

from __future__ import annotations

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
from storage.records import Admitted, Listing
from storage.work import Work

OPEN, FEW = 10_000, 100
TAPS = 300
DEPARTMENTS = 50
BATCH = 50
"""Requests opened in one transaction while the school is set up."""


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
    """So many open requests, spread over the departments."""
    say(f"{count:,} open requests")
    core = Core(places, places.url("SQLite"))
    with core.service.storage.work() as work:
        work.people.learn("wecom", _staff(), SystemClock().now())
    for begin in range(0, count, BATCH):
        with core.service.storage.work() as work:
            for number in range(begin, min(begin + BATCH, count)):
                _open(core, work, number)
    return core


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


def _open(core: Core, work: Work, number: int) -> None:
    matter = core.service.rules.catalogue.get("seal")
    person = work.people.by_account("wecom", f"m{number % DEPARTMENTS}")
    if matter is None or person is None:
        raise LookupError("seal")
    ctx = Context(SystemClock().now(), person, matter, core.service.rules, work, flow)
    flow.start({"kind": "contract", "document": f"协议{number}", "copies": "25", "file": ()}, ctx)


def _tap(core: Core, number: int) -> Admitted:
    """The next decision on one of the first hundred requests, by whoever is asked."""
    case = 1 + number % FEW
    with core.service.storage.reading() as work:
        task = work.tasks.open_on(case)[0]
        account = work.people.accounts_of([task.person_id])[task.person_id][0][1]
        verb = done.verb if account == "k" else agree.verb
    action = str(Perform(case, verb, task.turn))
    return _admitted(Event(f"tap{number}", "wecom", account, SystemClock().now(), Pressed(action)))
