"""`xiaoban import decisions`: each row of a table becomes a supervised item; one wrong row and none does (I1)."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from bot.clock import SystemClock
from bot.config import Config
from bot.roster import and_
from bot.roster_command import refuse
from bot.roster_files import Illegible, rows
from bot.roster_header import HEADER_WITHIN, Problem, Unfit, find, wrong
from bot.rulebook import rulebook
from bot.sentences import catalogue, sentence
from flows import FLOWS, forms
from flows.colleagues import as_options
from flows.context import Context
from flows.flow import SYSTEM, Rulebook
from flows.forms import Field, Reading
from flows.supervising import KIND
from flows.supervision.items import rules_of
from flows.until import Until, of_day
from flows.who import point, would_be
from storage import migrate
from storage.engine import Storage
from storage.trail import OFFICE
from storage.work import Work

MUST = ("what", "lead", "until")
_CLOCK = SystemClock()
_DATE = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?: 00:00:00)?")


@dataclass(frozen=True, slots=True)
class Decisions:
    """A table of decisions: each row with its number, and its cells by what they say."""

    path: Path
    headers: Mapping[str, str]
    lines: Sequence[tuple[int, Mapping[str, str]]]


def import_decisions(config: Config, path: Path, dry_run: bool, now: Callable[[], datetime] = _CLOCK.now) -> int:
    """Run the command; returns the exit status."""
    try:
        table = read(path)
        if not migrate.is_newest(config.storage.url):
            raise migrate.Outdated(config.storage.url)
        storage = Storage(config.storage.url)
        try:
            with storage.reading() as work:
                rules = rulebook(config, work.cases.last_source)
            if dry_run:
                with storage.reading() as work:
                    found = plan(table, context(work, rules, now()))
            else:
                found = carry_out(table, storage, rules, now())
        finally:
            storage.close()
    except (Illegible, Unfit) as error:
        return refuse(str(error))
    sys.stdout.write(sentence("decisions", "tried" if dry_run else "imported", count=len(found)) + "\n")
    return 0


def read(path: Path) -> Decisions:
    """Read a table; raises `Illegible` for what is none."""
    found = rows(path)
    none = sentence("decisions", "no_header", file=path, rows=HEADER_WITHIN)
    start, places = find(path, found, catalogue()["decisions"]["headers"], [[key] for key in MUST], none)
    header = found[start][1]
    lines = [
        (number, {key: cells[at].strip() if at < len(cells) else "" for key, at in places.items()})
        for number, cells in found[start + 1 :]
    ]
    if not lines:
        raise Illegible(sentence("roster", "nobody", file=path))
    return Decisions(path, {key: header[at] for key, at in places.items()}, lines)


def context(work: Work, rules: Rulebook, now: datetime) -> Context:
    """What the flow sees: who supervises writes them down. Raises `Illegible` where nobody does."""
    matter = next((one for one in rules.catalogue.all() if one.kind == KIND), None)
    if matter is None:
        raise Illegible(sentence("decisions", "no_matter"))
    ctx = Context(now, SYSTEM, matter, rules, work, FLOWS[KIND])
    people = point(rules_of(ctx).by, would_be({}, ctx), ctx)
    if not people:
        raise Illegible(sentence("decisions", "no_one", name=rules_of(ctx).by.name))
    return replace(ctx, person=people[0])


def carry_out(table: Decisions, storage: Storage, rules: Rulebook, now: datetime) -> Sequence[Mapping[str, object]]:
    """Raise all of them in one transaction."""
    with storage.work() as work:
        ctx = context(work, rules, now)
        found = plan(table, ctx)
        for answers in found:
            ctx.flow.start(answers, ctx)
        facts = {"file": table.path.name, "count": len(found)}
        work.trail.append(OFFICE, "decided", at=now, person_id=ctx.person.id, facts=facts)
    return found


def plan(table: Decisions, ctx: Context) -> Sequence[Mapping[str, object]]:
    """The answers of each row; raises `Unfit` with everything that is wrong with any of them."""
    planner = _Planner(table, ctx)
    found = [planner.answers(number, cells) for number, cells in table.lines]
    if planner.problems:
        raise Unfit(planner.problems)
    return found


class _Planner:
    """Reads rows as a form would, and keeps what is wrong with them."""

    def __init__(self, table: Decisions, ctx: Context) -> None:
        self._table = table
        self._ctx = ctx
        self._form = ctx.matter.form
        self._known: dict[tuple[object, object], str] = {
            (case.answers.get("what"), str(case.answers.get("lead"))): case.number
            for case in ctx.work.cases.open_under(ctx.matter.name, 0, 100_000)
        }
        self.problems: list[Problem] = []

    def answers(self, number: int, cells: Mapping[str, str]) -> Mapping[str, object]:
        """One row."""
        before = len(self.problems)
        answers: dict[str, object] = {}
        for key, cell in cells.items():
            field = self._form.get(key)
            if field is not None and (cell or key in MUST):
                value = self._read(number, field, cell)
                answers |= {key: value} if value is not None else {}
        answers |= self._ctx.flow.proposes(answers, True, self._ctx)
        missing = self._form.after(answers)
        if missing is not None and len(self.problems) == before:
            self._wrong(number, missing.key, "", sentence("decisions", "missing", label=missing.label))
        same = (answers.get("what"), str(answers.get("lead")))
        if same in self._known:
            self._wrong(number, "what", cells["what"], sentence("decisions", "twice", other=self._known[same]))
        self._known.setdefault(same, sentence("decisions", "row", number=number))
        return answers

    def _read(self, number: int, field: Field, cell: str) -> object:
        """A cell's answer; None when it is wrong, which is kept."""
        try:
            if isinstance(field, Until) and (day := _day(cell)) is not None:
                return self._day(day)
            value = field.read(cell, self._reading()).value
        except forms.Unfit as unfit:
            self._wrong(number, field.key, cell, self._ctx.rules.texts.say("forms", unfit.reason, **unfit.values))
            return None
        if field.lacks(value) is not None:
            options = [one.label for one in field.choices(value, self._reading())]
            self._wrong(number, field.key, cell, sentence("decisions", "which", options=and_(options)))
            return None
        return value

    def _day(self, day: date) -> object:
        if day < self._ctx.now.astimezone(self._ctx.rules.zone).date():
            raise forms.Unfit("past_time")
        return of_day(day, self._reading())

    def _reading(self) -> Reading:
        rules, work = self._ctx.rules, self._ctx.work
        return Reading(
            self._ctx.now,
            rules.places,
            rules.zone,
            rules.calendar.works_on,
            lambda name: as_options(work.people.named(name), rules.texts),
            units=work.units.names,
        )

    def _wrong(self, number: int, key: str, cell: str, right: str) -> None:
        field = self._form.get(key)
        column = self._table.headers.get(key, field.label if field else key)
        self.problems.append(wrong(self._table.path, number, column, cell, right))


def _day(cell: str) -> date | None:
    """A date as office software writes it."""
    found = _DATE.fullmatch(cell)
    try:
        return date(*(int(part) for part in found.groups())) if found else None
    except ValueError:
        return None
