"""`xiaoban import duty`: a table of duties in place of what was known of the days it covers, all or nothing."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.clock import SystemClock
from bot.config import Config
from bot.duty import Column, Shift, Table, midnight, read
from bot.roster import and_
from bot.roster_command import channel_of, refuse
from bot.roster_files import Illegible
from bot.roster_header import Problem, Unfit
from bot.sentences import sentence
from storage import migrate
from storage.engine import Storage
from storage.records import Duty, Person
from storage.trail import OFFICE
from storage.work import Work


@dataclass(frozen=True, slots=True)
class Plan:
    """The duties of each day that a table covers."""

    days: dict[date, list[Duty]]

    def figures(self) -> dict[str, object]:
        """How much it is, and of which days."""
        duties = [duty for of_day in self.days.values() for duty in of_day]
        return {
            "days": len(self.days),
            "starts": min(self.days).isoformat(),
            "ends": max(self.days).isoformat(),
            "duties": len(duties),
            "people": len({duty.person_id for duty in duties}),
        }


def import_duty(config: Config, path: Path, channel: str | None, dry_run: bool) -> int:
    """Run the command; returns the exit status."""
    zone = ZoneInfo(config.office.timezone)
    try:
        table = read(path, zone)
        where = channel_of(config, channel)
        if not migrate.is_newest(config.storage.url):
            raise migrate.Outdated(config.storage.url)
        storage = Storage(config.storage.url)
        try:
            wanted = plan(table, where, storage)
            if not dry_run:
                carry_out(wanted, path.name, storage, SystemClock().now(), zone)
        finally:
            storage.close()
    except (Illegible, Unfit) as error:
        return refuse(str(error))
    sys.stdout.write(sentence("duty", "tried" if dry_run else "imported", **wanted.figures()) + "\n")
    return 0


def plan(table: Table, channel: str, storage: Storage) -> Plan:
    """Who is on duty when, by day; raises `Unfit` with everything that is wrong with its rows."""
    with storage.reading() as work:
        return _Planner(table, channel, work).plan()


def carry_out(wanted: Plan, source: str, storage: Storage, now: datetime, zone: ZoneInfo) -> None:
    """Put them in place of what was known of these days."""
    with storage.work() as work:
        for day, duties in wanted.days.items():
            work.duties.replace(duties, midnight(day, zone), midnight(day + timedelta(days=1), zone))
        facts = {"file": source, **wanted.figures()}
        work.trail.append(OFFICE, "rostered", at=now, person_id=None, facts=facts)


class _Planner:
    """Finds the people of a table."""

    def __init__(self, table: Table, channel: str, work: Work) -> None:
        self._table = table
        self._channel = channel
        self._work = work
        self._problems: list[Problem] = list(table.problems)
        self._seen: dict[tuple[int, str], list[Shift]] = defaultdict(list)

    def plan(self) -> Plan:
        """All of it."""
        days: dict[date, list[Duty]] = {}
        self._work.people.preload([(self._channel, one) for shift in self._table.shifts for one in shift.accounts])
        for shift in self._table.shifts:
            of_day = days.setdefault(shift.day, [])
            of_day += [Duty(person.id, shift.starts, shift.ends, shift.post) for person in self._people(shift)]
        if self._problems:
            raise Unfit(self._problems)
        return Plan(days)

    def _people(self, shift: Shift) -> Sequence[Person]:
        if shift.accounts:
            found = [self._by_account(shift, account) for account in shift.accounts]
        else:
            found = [self._by_name(shift, name) for name in shift.names]
        people = [person for person in found if person is not None]
        for person in people:
            self._compare(shift, person)
        if shift.accounts and len(people) == len(found) and {p.name for p in people} < {*shift.names}:
            self._wrong(shift, Column.NAME, and_(shift.names), "other_name", names=and_(p.name for p in people))
        return people

    def _by_account(self, shift: Shift, account: str) -> Person | None:
        person = self._work.people.by_account(self._channel, account)
        if person is None or not person.active:
            self._wrong(shift, Column.ACCOUNT, account, "nobody")
            return None
        if shift.names and person.name not in shift.names:
            self._wrong(shift, Column.NAME, and_(shift.names), "other_name", names=person.name)
        return person

    def _by_name(self, shift: Shift, name: str) -> Person | None:
        people = self._work.people
        found = people.named(name)
        if len(found) == 1:
            return found[0]
        keys = [key for keys in people.accounts_of([one.id for one in found]).values() for key in keys]
        accounts = and_(sorted(account for channel, account in keys if channel == self._channel))
        self._wrong(shift, Column.NAME, name, "many" if found else "nobody", accounts=accounts)
        return None

    def _compare(self, shift: Shift, person: Person) -> None:
        """Nobody is on duty twice at once, in the same place."""
        before = self._seen[person.id, shift.post]
        other = next((one for one in before if one.starts < shift.ends and shift.starts < one.ends), None)
        if other is not None:
            self._wrong(shift, Column.HOURS, f"{shift.starts:%H:%M}-{shift.ends:%H:%M}", "twice", other=other.number)
        before.append(shift)

    def _wrong(self, shift: Shift, column: Column, value: str, reason: str, **words: object) -> None:
        self._problems.append(self._table.wrong(shift.number, column, value, reason, **words))
