"""Two people who turn out to be one: what goes over from the double, and what does not."""

from __future__ import annotations

from sqlalchemy import Connection, delete, select, update

from storage.outbox import LINES
from storage.records import Person
from storage.schema import (
    accounts,
    bindings,
    cases,
    deputies,
    drafts,
    duties,
    files,
    memberships,
    outbox,
    papers,
    people,
    sealed_addresses,
    sessions,
    shown,
    survey_answers,
    survey_invitations,
    tasks,
    trail,
)

FOLLOWS = (
    accounts.c.person_id, cases.c.requester_id, drafts.c.person_id, files.c.person_id, outbox.c.person_id,
    people.c.superior_id, people.c.successor_id, sessions.c.person_id, shown.c.person_id, tasks.c.person_id,
    duties.c.person_id, deputies.c.person_id, deputies.c.deputy_id,
    bindings.c.person_id, survey_invitations.c.person_id, survey_answers.c.person_id,
)  # fmt: skip
"""What goes over to the person when somebody turns out to be their double."""
STAYS = (
    memberships.c.person_id,
    trail.c.person_id,
    papers.c.granted_by,
    papers.c.withdrawn_by,
    sealed_addresses.c.person_id,
)
"""What does not: memberships are the address book's to say, and trail and ledger are never rewritten."""


def unite(connection: Connection, person: Person, double: Person, *, elsewhere: bool = False) -> None:
    """Give one person all that hangs on their double, and what the address book says of it; the trail stays.

    A double known `elsewhere`, on another platform, brings an account and leaves what is said of the person.
    """
    if elsewhere:
        connection.execute(update(accounts).where(accounts.c.person_id == double.id).values(leads=not person.listed))
    ours, theirs = tasks.alias(), tasks.c.person_id == double.id
    twice = select(ours.c.id).where(
        ours.c.person_id == person.id,
        ours.c.closed_at.is_(None),
        ours.c.case_id == tasks.c.case_id,
        ours.c.state == tasks.c.state,
        ours.c.stage == tasks.c.stage,
    )
    connection.execute(delete(tasks).where(theirs, tasks.c.closed_at.is_(None), twice.exists()))
    _ask_once(connection, person, double)
    lines = outbox.c.line + (person.id - double.id) * LINES
    connection.execute(update(outbox).where(outbox.c.person_id == double.id).values(line=lines))
    for column in FOLLOWS:
        moved = update(column.table).where(column == double.id)
        connection.execute(moved.values({column.name: person.id}))
    if double.listed and not (elsewhere and person.listed):
        _take_over(connection, person, double)
    connection.execute(update(people).where(people.c.id == double.id).values(active=False, superior_id=None))
    connection.execute(delete(memberships).where(memberships.c.person_id == double.id))


def _ask_once(connection: Connection, person: Person, double: Person) -> None:
    """Who was asked the same under both names was asked once."""
    ours, theirs = survey_invitations.alias(), survey_invitations.c
    twice = select(ours.c.person_id).where(
        ours.c.person_id == person.id, ours.c.round_id == theirs.round_id, ours.c.case_id == theirs.case_id
    )
    connection.execute(delete(survey_invitations).where(theirs.person_id == double.id, twice.exists()))


def _take_over(connection: Connection, person: Person, double: Person) -> None:
    columns = ("name", "position", "superior_id", "active", "listed", "changed_at")
    found = connection.execute(select(*(people.c[c] for c in columns)).where(people.c.id == double.id)).one()
    connection.execute(update(people).where(people.c.id == person.id).values(found._asdict()))
    connection.execute(delete(memberships).where(memberships.c.person_id == person.id))
    theirs = update(memberships).where(memberships.c.person_id == double.id)
    connection.execute(theirs.values(person_id=person.id))
