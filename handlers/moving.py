"""Open cases of a matter are moved to another version of it: first rehearsed, then carried out and reported (C9)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime

from flows.catalogue import Matter
from flows.flow import SYSTEM, Context, Flow, Rulebook
from flows.renewing import Unmovable, differences, renew, stand
from storage.engine import Contended, Storage
from storage.records import Case, Stale
from storage.trail import OFFICE, case_subject
from storage.work import Work

Beginning = Callable[[], AbstractContextManager[Work]]
BATCH = 200
TRIES = 3


class Unknown(Exception):
    """There is no such matter, or no such version of it; `versions` are those there are."""

    def __init__(self, versions: Sequence[tuple[str, datetime]] = ()) -> None:
        super().__init__()
        self.versions = tuple(versions)


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked for: where to, for which numbers (for none: all that are open), why and at whose word."""

    matter: Matter
    numbers: tuple[str, ...] = ()
    why: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """What became, or would become, of one case, in words; one that did not fit stays as it is."""

    number: str
    fits: bool
    lines: tuple[str, ...]


def version_of(storage: Storage, rules: Rulebook, name: str, digest: str = "") -> Matter:
    """The newest version of a matter, or the kept one whose digest begins so; raises `Unknown`."""
    newest = rules.catalogue.get(name)
    with storage.reading() as work:
        versions = work.cases.versions(name)
        found = [one for one, _ in versions if digest and one.startswith(digest)]
        if newest is not None and newest.digest.startswith(digest):
            return newest
        if len(found) != 1:
            raise Unknown(versions)
        return rules.catalogue.version(found[0], name, work.cases.matter_source)


@dataclass(frozen=True, slots=True)
class Mover:
    """What moving goes by; rules and time are the same for all cases of an order."""

    storage: Storage
    rules: Rulebook
    flows: Mapping[str, Flow]
    now: datetime

    def rehearse(self, order: Order) -> Iterator[Report]:
        """What would become of each case: it is done and undone, so this is what carrying it out comes to."""
        for number in order.numbers or self._numbers(order.matter):
            yield self._tried(self.storage.rehearsal, number, order)

    def carry_out(self, order: Order) -> Iterator[Report]:
        """Move each case in a transaction of its own; then the office's trail says which were moved, and why."""
        done: dict[bool, list[str]] = {True: [], False: []}
        for number in order.numbers or list(self._numbers(order.matter)):
            report = self._tried(self.storage.work, number, order)
            done[report.fits].append(report.number)
            yield report
        facts: dict[str, object] = {
            "matter": order.matter.name,
            "to": order.matter.digest,
            "why": order.why,
            "by": order.by,
        }
        with self.storage.work() as work:
            facts |= {"moved": done[True], "left": done[False]}
            work.trail.append(OFFICE, "renewed", at=self.now, person_id=None, facts=facts)

    def _numbers(self, matter: Matter) -> Iterator[str]:
        """All open cases that go by another version, oldest first."""
        beyond = 0
        while True:
            with self.storage.reading() as work:
                found = work.cases.open_under(matter.name, beyond, BATCH)
            yield from (case.number for case in found if case.digest != matter.digest)
            if len(found) < BATCH:
                return
            beyond = found[-1].id

    def _tried(self, begin: Beginning, number: str, order: Order) -> Report:
        """One case; whoever acts on it at the same moment comes first."""
        for _ in range(TRIES):
            try:
                with begin() as work:
                    return self._moved(number, order, work)
            except Unmovable as unmovable:
                return self._left(number, unmovable)
            except (Stale, Contended):
                continue
        return self._left(number, Unmovable("busy"))

    def _moved(self, number: str, order: Order, work: Work) -> Report:
        found = work.cases.by_number(number)
        case = work.cases.hold(found.id) if found is not None else None
        if case is None or case.matter != order.matter.name:
            raise Unmovable("no_such_case")
        old = self.rules.catalogue.version(case.digest, case.matter, work.cases.matter_source)
        ctx = Context(self.now, SYSTEM, old, self.rules, work, self.flows[case.flow])
        before = stand(case, ctx)
        renew(case, order.matter, order.why, order.by, ctx)
        case = work.cases.get(case.id) or case  # the reaction may have moved it on
        ctx = replace(ctx, matter=order.matter)
        _end_forms(case, ctx)
        line = next(one for one in reversed(work.trail.of(case_subject(case.id))) if "shifts" in one.facts)
        lines = differences(before, stand(case, ctx), line.facts["shifts"], self.rules.texts)
        return Report(case.number, fits=True, lines=tuple(lines))

    def _left(self, number: str, unmovable: Unmovable) -> Report:
        why = self.rules.texts.say("renewing", "left", unmovable.reason, **unmovable.values)
        return Report(number, fits=False, lines=(why,))


def _end_forms(case: Case, ctx: Context) -> None:
    """Forms about the case that are open: what they offer may stand elsewhere now, so they are begun again."""
    closing = ctx.rules.texts.say("renewing", "form_over")
    for draft in ctx.work.drafts.about(case.id):
        ctx.work.drafts.save(replace(draft, ended_at=ctx.now))
        ctx.flow.close_cards(f"draft:{draft.id}", [draft.person_id], closing, ctx)
