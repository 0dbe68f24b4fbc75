"""The weekly digest of a campus with 200,000 cases: how long it takes, and whether it says the same again."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import insert

from benchmarks.figures import Figure, at_most, say
from benchmarks.running import Places
from benchmarks.servers import config
from bot.app import settle_memory
from bot.rulebook import rulebook
from flows.context import Rulebook
from flows.digest.making import make
from storage.digests import Digest
from storage.engine import Storage
from storage.schema import cases, chains, tasks, trail

CASES = 200_000
PEOPLE = 2000
END = datetime(2026, 11, 27, 9, tzinfo=UTC)
YEAR = timedelta(days=365)
BATCH = 5000
_STEPS = ("open", "offer", "take", "fix", "confirm")
_STATES = ("reported", "offered", "taken", "fixed", "closed")


def counted(places: Places) -> list[Figure]:
    """Both databases; each digest is counted twice and compared to the last digit."""
    return [figure for kind in ("SQLite", "PostgreSQL") for figure in _counted(places, kind)]


def _counted(places: Places, kind: str) -> list[Figure]:
    url = places.url(kind, PEOPLE)
    storage, rules = Storage(url), rulebook(config(url, places.folder(), 1))
    say(f"{CASES:,} cases on {kind}")
    _fill(storage, rules)
    settle_memory()
    digest = Digest(1, "weekly", "", END - timedelta(days=7), END, {}, (1,), END)
    took, said = [], []
    for _ in range(2):
        began = time.perf_counter()
        with storage.reading() as work:
            made = make(digest, rules, work)
        took.append(time.perf_counter() - began)
        said.append(json.dumps([made.content.to_json(), sorted(made.behind.items())]))
    storage.close()
    note = f"{len(said[0]) // 1024} KiB, the same again: {'yes' if said[0] == said[1] else 'NO'}"
    what = f"{kind}: the weekly digest of a campus with {CASES:,} cases"
    return [at_most(what, max(took) if said[0] == said[1] else float("inf"), 10, "s", note=note)]


def _fill(storage: Storage, rules: Rulebook) -> None:
    """A year of repairs, each at its own time, as many as there are; one in a hundred of them still open."""
    matter = rules.catalogue.get("repair")
    if matter is None:
        raise LookupError("repair")
    with storage.work() as work:
        work.cases.keep_matter(matter.digest, matter.name, matter.source, END - YEAR)
    chance = Random(1)
    answers = json.dumps(
        {"place": {"key": "t3", "area": "east", "text": "t3 201"}, "fault": "灯不亮", "kind": "electric"}
    )
    for start in range(0, CASES, BATCH):
        rows = [
            list(one)
            for one in zip(
                *(_case(id, chance, matter.digest, answers) for id in range(start + 1, start + BATCH + 1)), strict=True
            )
        ]
        with storage.work() as work:
            for table, batches in zip((cases, trail, chains, tasks), rows, strict=True):
                work._connection.execute(insert(table), [row for batch in batches for row in batch])


Rows = list[dict[str, Any]]


def _facts(step: int) -> str:
    return json.dumps(
        {"from": _STATES[step - 1] if step else None, "to": _STATES[step], "answers": {"note": "换了灯管"}}
    )


def _case(id: int, chance: Random, digest: str, answers: str) -> Iterator[Rows]:
    at = END - YEAR + YEAR * id // CASES
    steps = 2 + chance.randrange(3) if chance.random() < 0.01 else 5
    requester, worker = 1 + chance.randrange(1000), 1001 + chance.randrange(900)
    times = [at]
    for _ in range(steps - 1):
        times.append(times[-1] + timedelta(minutes=chance.randrange(1, 900)))
    last = times[-1]
    yield [
        {
            "id": id, "number": f"R-{id:06d}", "flow": "repair", "matter": "repair", "digest": digest,
            "state": _STATES[steps - 1], "version": steps, "requester_id": requester, "answers": answers,
            "opened_at": at, "changed_at": last, "closed_at": last if steps == 5 else None,
        }
    ]  # fmt: skip
    subject = f"case:{id}"
    yield [
        {
            "subject": subject, "seq": n + 1, "at": when, "person_id": requester if n in (0, 4) else worker,
            "verb": _STEPS[n], "prev": "-", "hash": "-",
            "facts": _facts(n),
        }
        for n, when in enumerate(times)
    ]  # fmt: skip
    yield [{"subject": subject, "length": steps, "head": "-"}]
    yield [
        {
            "case_id": id, "person_id": worker, "state": "offered", "turn": 2, "opened_at": times[1],
            "closed_at": times[2] if steps > 2 else None,
        }
    ]  # fmt: skip
