"""Brings people in line with a spreadsheet: what it would change, and changing it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.directory import Directory, guard
from bot.roster import Column, Line, Roster, and_
from bot.roster_header import Unfit
from bot.sentences import sentence
from bot.workers import Workers
from storage.engine import Storage
from storage.records import Listing, Person
from storage.trail import OFFICE
from storage.work import Work


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of one person: `told` is that in words, `before` None for somebody new."""

    listing: Listing
    before: Person | None
    told: str

    @property
    def leaves(self) -> bool:
        """Whether somebody loses access."""
        return self.before is not None and self.before.active and not self.listing.active

    def __str__(self) -> str:
        kind = "added" if self.before is None else "changed"
        return sentence("roster", kind, account=self.listing.account, name=self.listing.name, told=self.told)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a table would change among so many people; `lines` is how many it has."""

    channel: str
    lines: int
    people: int
    changes: Sequence[Change]

    @property
    def leaving(self) -> Sequence[str]:
        """Who would lose access."""
        return [change.listing.account for change in self.changes if change.leaves]

    def figures(self) -> dict[str, int]:
        """How many there are of each."""
        added = sum(change.before is None for change in self.changes)
        gone = len(self.leaving)
        return {"count": self.lines, "added": added, "changed": len(self.changes) - added, "gone": gone}


def plan(roster: Roster, channel: str, storage: Storage) -> Plan:
    """What a table would change; raises `Unfit` with everything that is wrong with its rows."""
    with storage.reading() as work:
        return _Planner(roster, channel, work).plan()


async def carry_out(wanted: Plan, source: str, storage: Storage, now: datetime, let_go: int) -> None:
    """Change it; raises `Implausible` when more would leave than `let_go`, or than leave in a usual week.

    In slices, since the service may be at work on the same database. Who is new stays unlisted: a platform's address
    book cannot be held to people it never had, and has the last word on those it has.
    """
    guard(len(wanted.leaving), wanted.people, let_go)
    workers = Workers(storage)
    try:
        directory = Directory(storage, workers)
        await directory.let_go(wanted.channel, wanted.leaving, now)
        listings = [change.listing for change in wanted.changes]
        await directory.learn(wanted.channel, listings, now, listed=False)
        await directory.pass_on(now)
    finally:
        workers.close()
    with storage.work() as work:
        facts = {"channel": wanted.channel, "file": source, **wanted.figures()}
        work.trail.append(OFFICE, "imported", at=now, person_id=None, facts=facts)


class _Planner:
    """Compares a table with whom we know."""

    def __init__(self, roster: Roster, channel: str, work: Work) -> None:
        self._roster = roster
        self._channel = channel
        self._work = work
        self._inside = {line.account for line in roster.lines}
        self._named: dict[str, set[str]] = defaultdict(set)
        for line in roster.lines:
            self._named[line.name].add(line.account)
        self._looked_up: set[str] = set()
        self._problems = list(roster.problems)

    def plan(self) -> Plan:
        """All that would change."""
        lines, people = self._roster.lines, self._work.people
        named = [_said(line, column).lower() for line in lines for column in (Column.SUPERIOR, Column.SUCCESSOR)]
        people.preload([(self._channel, one) for one in (*(line.account for line in lines), *named) if one])
        known = [people.by_account(self._channel, line.account) for line in lines]
        above = {id for person in known if person is not None for id in (person.superior_id, person.successor_id)}
        self._accounts = people.accounts_of({id for id in above if id is not None})
        pairs = [(before, self._listing(line, before)) for line, before in zip(lines, known, strict=True)]
        if self._problems:
            raise Unfit(self._problems)
        changes = [change for before, listing in pairs if (change := self._change(before, listing)) is not None]
        return Plan(self._channel, len(lines), people.count(), changes)

    def _listing(self, line: Line, before: Person | None) -> Listing:
        """Somebody as the row has them; where it says nothing they stay as they are."""
        old = before or Person(0, line.name)
        return Listing(
            line.account,
            line.name,
            old.units if line.units is None else line.units,
            old.leads if line.leads is None else line.leads,
            old.roles if line.roles is None else line.roles,
            self._account_of(old.superior_id) if line.superior is None else self._meant(line, Column.SUPERIOR),
            old.position if line.position is None else line.position,
            old.active if line.active is None else line.active,
            line.skills,
            line.licences,
            line.areas,
            None if line.successor is None else self._meant(line, Column.SUCCESSOR) or "",
        )

    def _account_of(self, id: int | None) -> str | None:
        """By which account somebody's superior or successor goes here."""
        if id is None:
            return None
        return next((account for channel, account in self._accounts.get(id, ()) if channel == self._channel), None)

    def _meant(self, line: Line, column: Column) -> str | None:
        """The account of whom a cell means, by account or by a name that only one person has."""
        said = _said(line, column)
        account = said.lower()
        if not account:
            return None
        if account not in self._inside and self._work.people.by_account(self._channel, account) is None:
            candidates = sorted(self._by_name(said))
            if len(candidates) != 1:
                reason = "superior_many" if candidates else "superior_nobody"
                self._wrong(line, column, reason, accounts=and_(candidates))
                return None
            account = candidates[0]
        if account == line.account:
            self._wrong(line, column, "superior_self")
        return account

    def _wrong(self, line: Line, column: Column, reason: str, **words: object) -> None:
        right = sentence("roster", reason, **words)
        self._problems.append(self._roster.wrong(line.number, column, _said(line, column), right))

    def _by_name(self, name: str) -> set[str]:
        """The accounts of everybody of that name, in the table or known."""
        if name not in self._looked_up:
            self._looked_up.add(name)
            people = self._work.people
            for keys in people.accounts_of([person.id for person in people.named(name)]).values():
                self._named[name].update(account for channel, account in keys if channel == self._channel)
        return self._named[name]

    def _change(self, before: Person | None, listing: Listing) -> Change | None:
        told = list(self._differences(before, listing))
        if before is not None and not told:
            return None
        return Change(listing, before, sentence("roster", "comma").join(told) or sentence("roster", "none"))

    def _differences(self, before: Person | None, listing: Listing) -> Iterator[str]:
        old = before or Person(0, listing.name)
        successor = self._account_of(old.successor_id)
        pairs = {
            Column.NAME: ([old.name], [listing.name]),
            Column.UNITS: (sorted(old.units), sorted(listing.units)),
            Column.LEADS: (sorted(old.leads), sorted(listing.leads)),
            Column.ROLES: (sorted(old.roles), sorted(listing.roles)),
            Column.SKILLS: (sorted(old.skills), _sorted(listing.skills, old.skills)),
            Column.LICENCES: (sorted(old.licences), _sorted(listing.licences, old.licences)),
            Column.AREAS: (sorted(old.areas), _sorted(listing.areas, old.areas)),
            Column.SUPERIOR: (_some(self._account_of(old.superior_id)), _some(listing.superior)),
            Column.SUCCESSOR: (_some(successor), _some(successor if listing.successor is None else listing.successor)),
            Column.POSITION: (_some(old.position), _some(listing.position)),
            Column.STATUS: ([_status(old.active)], [_status(listing.active)]),
        }
        for column, (was, now) in pairs.items():
            if was != now:
                words = {
                    "before": and_(was) or sentence("roster", "none"),
                    "after": and_(now) or sentence("roster", "none"),
                }
                yield sentence("roster", "difference", column=column.label, **words)


def _said(line: Line, column: Column) -> str:
    """What a cell that names a person says."""
    return (line.superior if column is Column.SUPERIOR else line.successor) or ""


def _sorted(names: Sequence[str] | None, before: Sequence[str]) -> list[str]:
    """Names in order; those of before where nothing is said."""
    return sorted(before if names is None else names)


def _some(word: str | None) -> list[str]:
    return [word] if word else []


def _status(active: bool) -> str:
    return sentence("roster", "is_active" if active else "is_gone")
