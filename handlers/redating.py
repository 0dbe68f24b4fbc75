"""A changed calendar: open cases are gone through in batches, and the office hears what is due at another time (F9)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from flows.cards import Card, content_to_json
from flows.explaining import name_of
from flows.flow import SYSTEM, Context, Flow, Rulebook
from flows.redating import Change, redate
from storage.engine import Storage
from storage.records import Lane, Membership, Person
from storage.trail import OFFICE
from storage.work import Work

REMEMBERED = "calendar"
BATCH = 100
LISTED = 20
"""So many changes are named in the notice; the trail names them all."""


def is_due(storage: Storage, rules: Rulebook) -> bool:
    """Whether this calendar is another than the one the timers were set by; the first one ever is remembered."""
    digest = rules.calendar.digest
    with storage.work() as work:
        kept = work.cases.remembered(REMEMBERED)
        if kept is None:
            work.cases.remember(REMEMBERED, digest)
        return kept not in (None, digest)


def redate_some(
    storage: Storage, rules: Rulebook, flows: Mapping[str, Flow], now: datetime, beyond: str
) -> tuple[str, Sequence[Change]]:
    """Re-date the next cases that wait for something; returns how far it came, nothing at the end, and what moved."""
    with storage.work() as work:
        subjects = work.timers.subjects(beyond, BATCH)
        changes: list[Change] = []
        for case in work.cases.many(_cases(subjects)):
            matter = rules.catalogue.version(case.digest, case.matter, work.cases.matter_source)
            changes += redate(case, Context(now, SYSTEM, matter, rules, work, flows[matter.kind]))
        if changes:
            facts = [[one.number, one.limit, one.before.isoformat(), one.after.isoformat()] for one in changes]
            work.trail.append(OFFICE, "redated", at=now, person_id=None, facts={"cases": facts})
        return (subjects[-1] if subjects else ""), changes


def _cases(subjects: Iterable[str]) -> list[int]:
    parts = (subject.partition(":") for subject in subjects)
    return [int(id) for kind, _, id in parts if kind == "case" and id.isdecimal()]


def tell(storage: Storage, rules: Rulebook, now: datetime, changes: Sequence[Change]) -> None:
    """Remember the calendar, and tell the office once; whoever comes second finds it done."""
    with storage.work() as work:
        digest = rules.calendar.digest
        kept = work.cases.remembered(REMEMBERED)
        if kept is None or (kept == digest and not changes):
            return
        if not work.cases.remember_next(REMEMBERED, kept, digest):
            return
        content = content_to_json(_card(rules, changes))
        for person in office(work, rules):
            work.outbox.put(person.id, content, now=now, lane=Lane.TASK)


def _card(rules: Rulebook, changes: Sequence[Change]) -> Card:
    texts = rules.texts
    if not changes:
        return Card(title=texts.say("calendar", "changed_none"))
    lines = [
        texts.say(
            "calendar",
            "change",
            number=one.number,
            title=one.title,
            limit=name_of(one.limit, texts),
            before=one.before,
            after=one.after,
        )
        for one in changes[:LISTED]
    ]
    if len(changes) > LISTED:
        lines.append(texts.say("calendar", "more", count=len(changes) - LISTED))
    return Card(title=texts.say("calendar", "changed_title", count=len(changes)), body="\n".join(lines))


def office(work: Work, rules: Rulebook) -> Sequence[Person]:
    """Those who see all cases."""
    roles = [*rules.texts.words("roles", "office"), rules.texts.say("roles", "administrator")]
    found = {person.id: person for role in roles for person in work.people.belonging(Membership.ROLE, role)}
    return list(found.values())
