"""A card in place of one that can no longer be changed: it says so, and how the case stands now (E4)."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime

from flows.cards import Card
from flows.context import SYSTEM, Context, Rulebook
from flows.facts import deed
from storage.records import Case
from storage.trail import case_subject
from storage.work import Work

_ABOUT = re.compile(r"(?:turn|case):(\d+)")


def in_place_of(card: Card, about: str | None, work: Work, rules: Rulebook, now: datetime) -> Card:
    """What is shown instead of a closed card: who did what and when, and no question that is over.

    Of a case it bears where that stands now as its title, and what was done last where that is something else.
    """
    said = rules.texts.say("cards", "superseded")
    found = _ABOUT.match(about or "")
    case = work.cases.get(int(found[1])) if found else None
    if case is None:
        return replace(card, body=_joined(said, card.closing, card.body))
    ctx = _context_of(case, work, rules, now)
    title = rules.texts.say(
        "look", "title", number=case.number, title=ctx.matter.title, state=ctx.flow.state_label(case.state, ctx)
    )
    return replace(card, title=title, body=_joined(said, card.closing, _since(card, case, ctx)))


def _joined(*parts: str) -> str:
    return "\n".join(part for part in parts if part)


def _context_of(case: Case, work: Work, rules: Rulebook, now: datetime) -> Context:
    matter = rules.catalogue.version(case.digest, case.matter, work.cases.matter_source)
    return Context(now, SYSTEM, matter, rules, work, rules.flows[matter.kind])


def _since(card: Card, case: Case, ctx: Context) -> str:
    """What was done last; nothing where that is what closed the card."""
    last = ctx.work.trail.of(case_subject(case.id))[-1]
    actor = ctx.work.people.get(last.person_id) if last.person_id else SYSTEM
    if last.verb in ctx.flow.moves:
        then = replace(ctx, person=actor, now=last.at)
        if ctx.flow.closing(last.verb, then) == card.closing:
            return ""
    name = ctx.flow.name_of(actor, ctx)
    return ctx.rules.texts.say("look", "step", at=last.at, actor=name, verb=deed(last, ctx))
