"""All supervised items as rows of the roll-up, and the bulletin of a period (I5)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from flows.context import Context
from flows.supervision.items import item_of
from flows.supervision.steps import flow
from flows.supervision.tally import Row, Spell, Tally, by, refusals, tally
from flows.supervision.verbs import Verb
from storage.records import Case, Entry
from storage.trail import case_subject


@dataclass(frozen=True, slots=True)
class Bulletin:
    """The roll-up of a period: all, per unit and per who asked."""

    begins: datetime
    ends: datetime
    whole: Tally
    units: Mapping[str, Tally]
    askers: Mapping[str, Tally]


def row_of(case: Case, ctx: Context) -> Row:
    """An item as the roll-up sees it, read from its trail."""
    item = item_of(case, ctx)
    entries = ctx.work.trail.of(case_subject(case.id))
    granted = tuple(entry.at for entry in entries if entry.verb == Verb.GRANT and _dated(entry))
    refused = tuple((entry.at, str(entry.facts.get("unit", ""))) for entry in entries if entry.verb == Verb.DECLINE)
    return Row(
        case.number, item.lead, _asked_by(case, ctx), tuple(_spells(entries)), tuple(item.dues), granted, refused
    )


def _asked_by(case: Case, ctx: Context) -> str:
    """Who asked for it, else who wrote it down; also once they have left, so that past figures stay theirs."""
    answer = case.answers.get("asker")
    number = answer.get("id") if isinstance(answer, Mapping) else None
    return ctx.work.people.get(int(str(number)) if number else case.requester_id).name


def _dated(entry: Entry) -> bool:
    return bool(entry.facts.get("until"))


def _spells(entries: Sequence[Entry]) -> Iterator[Spell]:
    begins = None
    for entry in entries:
        if entry.verb in ("open", Verb.REOPEN):
            begins = entry.at
        elif entry.verb in (Verb.ACCEPT, Verb.WITHDRAW) and begins is not None:
            yield Spell(begins, entry.at, done=entry.verb == Verb.ACCEPT)
            begins = None
    if begins is not None:
        yield Spell(begins)


def rows(begins: datetime, ends: datetime, ctx: Context) -> list[Row]:
    """Every item that was open at any moment of a period."""
    cases = ctx.work.cases.between(flow.name, begins, ends)
    ctx.work.trail.preload([case_subject(case.id) for case in cases])
    versions = ctx.rules.catalogue.version
    found = []
    for case in cases:
        matter = versions(case.digest, case.matter, ctx.work.cases.matter_source)
        found.append(row_of(case, replace(ctx, matter=matter, flow=flow)))
    return found


def bulletin(found: Sequence[Row], begins: datetime, ends: datetime, now: datetime) -> Bulletin:
    """The figures of a period as seen from now; a unit's refusals stand with it, also where it leads nothing."""
    refused = refusals(found, begins, ends)
    units = dict(by(lambda row: row.unit, found, begins, ends, now))
    units |= {unit: replace(units.get(unit, Tally()), refusals=count) for unit, count in refused.items()}
    askers = by(lambda row: row.asker, found, begins, ends, now)
    whole = replace(tally(found, begins, ends, now), refusals=sum(refused.values()))
    return Bulletin(begins, ends, whole, dict(sorted(units.items())), askers)


def in_words(name: str, one: Tally, ctx: Context) -> str:
    """A line of the roll-up: the rate with numerator and denominator, or that there were no cases."""
    return ctx.rules.texts.say(
        flow.name, "tally", "line", name=name, done=one.done, doing=one.doing, overdue=one.overdue, due=one.due,
        percent=one.percent, carried=one.carried, extensions=one.extensions, refusals=one.refusals,
    )  # fmt: skip
