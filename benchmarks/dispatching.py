"""How long it takes to find out whom a job goes to, among the staff of a large school."""

from __future__ import annotations

import time
from datetime import timedelta

from benchmarks.figures import Figure, at_most, quantile, say
from benchmarks.running import Places
from benchmarks.servers import config
from bot.app import settle_memory
from bot.clock import SystemClock
from bot.rulebook import rulebook
from flows import FLOWS
from flows.context import SYSTEM, Context, Rulebook
from flows.repair.whom import choice_for
from storage.engine import Storage
from storage.records import Case, Duty, Listing, Membership
from storage.work import Work

STAFF = 500
ROUNDS = 1000
CHANGES = 200
"""Somebody changes this often; a school of ten thousand has some changes a day, and some hundred repairs."""
CREWS = ("东区维修组", "西区维修组", "南区维修组")
SKILLS = ("电工", "水暖工", "木工")


def chosen(places: Places) -> list[Figure]:
    """The whole of it on both databases: roster and load read anew, the rules, the reasons.

    People are kept until one of them changes, as in the service; somebody does now and then, and all are read anew.
    """
    return [_chosen(places, kind) for kind in ("SQLite", "PostgreSQL")]


def _chosen(places: Places, kind: str) -> Figure:
    say(f"choosing among {STAFF} on {kind}")
    url = places.url(kind)
    storage, rules = Storage(url), rulebook(config(url, places.folder(), 1))
    with storage.work() as work:
        _hire(work)
    settle_memory()
    took = []
    for number in range(ROUNDS):
        if number % CHANGES == 0:
            with storage.work() as work:
                somebody = work.people.belonging(Membership.UNIT, CREWS[0])[0]
                work.people.set_active(somebody, True, SystemClock().now())
        with storage.reading() as work:
            ctx = _context(work, rules)
            began = time.perf_counter()
            choice_for(_case(number, ctx), ctx, {})
            took.append((time.perf_counter() - began) * 1000)
    storage.close()
    return at_most(f"choosing for one case among {STAFF} staff, {kind}, p99", quantile(took, 0.99), 10, "ms")


def _hire(work: Work) -> None:
    """Crews with skills, some with a licence, half of them on the roster."""
    now = SystemClock().now()
    people = [
        Listing(
            f"w{n}", f"师傅{n}", (CREWS[n % 3],), (), (), None, "", active=True,
            skills=(SKILLS[n % 2], SKILLS[2]), licences=("高压电工证",) if n % 9 == 0 else (), areas=(),
        )
        for n in range(STAFF)
    ]  # fmt: skip
    work.people.learn("wecom", people, now)
    ids = [person.id for n in range(0, STAFF, 2) if (person := work.people.by_account("wecom", f"w{n}"))]
    shift = timedelta(hours=8)
    work.duties.replace([Duty(id, now - shift, now + shift) for id in ids], now - shift, now + shift)


def _context(work: Work, rules: Rulebook) -> Context:
    matter = rules.catalogue.get("repair")
    if matter is None:
        raise LookupError("repair")
    return Context(SystemClock().now(), SYSTEM, matter, rules, work, FLOWS["repair"])


def _case(number: int, ctx: Context) -> Case:
    fault, kind = (("灯不亮", "electric"), ("高压配电柜冒烟", "electric"), ("漏水", "water"))[number % 3]
    place = {"key": "t3", "area": ("east", "west", "south")[number % 3], "room": "201", "text": "201"}
    answers = {"place": place, "fault": fault, "kind": kind, "urgency": ("urgent", "ordinary")[number % 2]}
    return Case(1, "R-0001", "repair", "repair", ctx.matter.digest, "reported", 1, 1, answers, ctx.now, ctx.now)
