"""How a request is put: what was decided so far, whose turn it is since when, why somebody is asked (C6, D9)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from flows.approval.forecast import Leg, to_come, what_of
from flows.approval.leading import following
from flows.approval.revising import Change, change_in, changes_since_return
from flows.approval.silence import limits_now
from flows.approval.standing import entries_of, ground_of, route_of, standing
from flows.approval.steps import flow
from flows.cards import Card, content_from_json
from flows.context import Context
from flows.deadlines import Deadline
from flows.renewing import in_words
from flows.route.checks import takeable
from flows.route.folding import Phase, Round
from flows.route.seats import Kind, Seat, is_open, roots
from flows.route.stages import Deed, Stage
from flows.route.steps import TIME, Why
from storage.records import Case, Entry, Person

_BETWEEN = re.compile("[;\uff1b\n]|(?:^|\\s)\\d{1,2}[.\u3001\uff0e)\uff09]\\s*")
"""What stands between several things in one sentence: semicolons, or their numbers."""


def _say(ctx: Context, *path: str, **values: object) -> str:
    return ctx.rules.texts.say("approval", *path, **values)


def _name(person: int, ctx: Context) -> str:
    return flow.name_of(ctx.work.people.get(person), ctx) if person != TIME else ctx.rules.texts.say("roles", "system")


def deed_of(stage: Stage, seat: Seat) -> str:
    """What is asked of somebody: `decide`, `handle` or `advise`."""
    if seat.kind is Kind.ADVICE:
        return "advise"
    return "handle" if stage.does is Deed.HANDLE and seat.kind is Kind.NAMED else "decide"


def because(seat: Seat, ctx: Context) -> str:
    """Why somebody is asked whom one would not expect; nothing for whoever the rule names."""
    if seat.held:
        return _say(ctx, "because", "moved", name=_name(seat.held[-1], ctx))
    if seat.by:
        return _say(ctx, "because", seat.kind, name=_name(seat.by, ctx))
    if seat.why is Why.NAMED:
        return ""
    return _say(ctx, "because", seat.why, name=_name(seat.asked, ctx))


def others(stage: Stage, seat: Seat, case: Case, ctx: Context) -> str:
    """Who else is asked, and how many words it takes."""
    counted = roots(standing(case, ctx).rounds[stage.name].seats)
    names = [_name(one.person, ctx) for one in counted if one.person != seat.person]
    if not names or seat.parent is not None:
        return ""
    share = {"part": stage.share.numerator, "whole": stage.share.denominator}
    return _say(ctx, "others", stage.mode, names=names, count=len(counted), **share)


def so_far(case: Case, ctx: Context) -> list[str]:
    """Every word given that still stands, in the order of the stages."""
    now = standing(case, ctx)
    rounds = [now.rounds[stage.name] for stage in route_of(ctx).stages]
    return [_word(one, seat, ctx) for one in rounds for seat in one.seats if seat.answer and not seat.gone]


def _word(one: Round, seat: Seat, ctx: Context) -> str:
    """One word; the deputy's with the name of whom they stand in for, and time's own as such."""
    answer = seat.answer
    if answer is None:
        return ""
    values = {"at": answer.at, "why": answer.why, "on": answer.on}
    return _say(ctx, "word", _kind_of_word(seat), stage=one.stage, who=_who(seat, ctx), **values)


def _kind_of_word(seat: Seat) -> str:
    answer = seat.answer
    if answer is None or answer.by_time:
        return "by_time"
    if answer.merged:
        return "merged"
    if seat.kind is Kind.ADVICE:
        return "advised"
    if answer.on:
        return "on_paper"
    return "agreed" if answer.agrees else "refused"


def _who(seat: Seat, ctx: Context) -> str:
    """A name; both where somebody acts in another's place (D9)."""
    name = _name(seat.person, ctx)
    if seat.person == seat.asked:
        return name
    return _say(ctx, "for", name=name, asked=_name(seat.asked, ctx))


def stands(case: Case, ctx: Context) -> list[str]:
    """A line for each stage: done, now, next, with since when and until when (C6)."""
    now, due = standing(case, ctx), limits_now(case, ctx)
    return [_stands(stage, now.rounds[stage.name], due.get(stage.name), ctx) for stage in route_of(ctx).stages]


def stands_with_people(case: Case, ctx: Context) -> list[str]:
    """The same for whoever asks: also with who comes next, as far as can be told."""
    now, due = standing(case, ctx), limits_now(case, ctx)
    coming = to_come(case, ctx) if not now.is_over else {}
    lines = []
    for stage in route_of(ctx).stages:
        one, leg = now.rounds[stage.name], coming.get(stage.name)
        if one.phase is Phase.AHEAD and leg is not None:
            lines.append(_comes(leg, ctx))
        else:
            lines.append(_stands(stage, one, due.get(stage.name), ctx))
    return lines


def _comes(leg: Leg, ctx: Context) -> str:
    """Who is next in a stage that has not begun, or why nobody will be asked there."""
    if leg.skipped:
        return _say(ctx, "stand", "skipped", stage=leg.stage.name, why=what_of(leg, ctx))
    known = {"people": bool(leg.seats) and not leg.nobody, "told": leg.stage.does is Deed.READ and not leg.nobody}
    return _say(ctx, "stand", "coming", stage=leg.stage.name, what=what_of(leg, ctx), **known)


flow.stands = stands_with_people


def _stands(stage: Stage, one: Round, due: Deadline | None, ctx: Context) -> str:
    match one.phase:
        case Phase.OPEN:
            until = due.at if due else None
            waiting = [seat for seat in one.seats if is_open(seat, one.seats, stage.mode)]
            since = min((seat.since for seat in waiting if seat.since), default=one.since)
            names = [_who(seat, ctx) for seat in waiting]
            given = [_who(seat, ctx) for seat in one.seats if seat.answer and seat.answer.agrees and not seat.gone]
            return _say(
                ctx, "stand", "open", stage=stage.name, names=names, since=since, given=given, until=until,
                overdue=until is not None and until < ctx.now,
            )  # fmt: skip
        case Phase.PASSED | Phase.FAILED:
            names = [_who(seat, ctx) for seat in one.seats if seat.answer and _counts(seat, one)]
            kinds = {_kind_of_word(seat) for seat in one.seats if seat.answer and _counts(seat, one)}
            by_time = kinds == {"by_time"}
            key = "told" if stage.does is Deed.READ else str(one.phase)
            names = names or [_who(seat, ctx) for seat in one.seats]
            return _say(ctx, "stand", key, stage=stage.name, names=names, at=one.since, by_time=by_time)
        case Phase.SKIPPED:
            return _say(ctx, "stand", "skipped", stage=stage.name, why=_say(ctx, "skipped", one.why))
        case _:
            return _say(ctx, "stand", str(one.phase), stage=stage.name)


def _counts(seat: Seat, one: Round) -> bool:
    """Whether a word was one of those that decided it."""
    return seat.answer is not None and not seat.gone and seat.answer.agrees == (one.phase is Phase.PASSED)


def news(entry: Entry, ctx: Context) -> str:
    """What has just happened and whoever is asked should know; nothing for most moves."""
    if not ctx.rules.texts.has("approval", "news", entry.verb):
        return ""
    if entry.verb == "revise":
        change = change_in(entry)
        return _changed(change, _name(entry.person_id or TIME, ctx), ctx) if change else ""
    answers = entry.facts.get("answers")
    said: Mapping[str, object] = answers if isinstance(answers, Mapping) else {}
    words = str(said.get("why") or said.get("note") or "")
    seen = entry.facts.get("seen")
    names = [_name(int(one), ctx) for one in seen] if isinstance(seen, list) else []
    return _say(ctx, "news", entry.verb, actor=_name(entry.person_id or TIME, ctx), words=words, seen=names)


def _changed(change: Change, actor: str, ctx: Context) -> str:
    return _say(ctx, "news", "revise", actor=actor, label=change.label, was=change.was, now=change.now)


def put_right(reader: Person, case: Case, ctx: Context) -> list[str]:
    """What the applicant changed when it had been sent back, as one reader may know it."""
    hidden = ctx.flow.hides(reader, case, ctx)
    found = [one for one in changes_since_return(case, ctx) if one.ask not in hidden]
    return [_say(ctx, "difference", label=one.label, was=one.was, now=one.now) for one in found]


def items(why: str) -> list[str]:
    """What is missing, one by one, where somebody wrote several things; nothing for a single one (C5)."""
    found = [part.strip() for part in _BETWEEN.split(why) if part.strip()]
    return found if len(found) > 1 else []


def last_reason(case: Case, ctx: Context) -> str:
    """Why it ended, where a reason was given."""
    answers = entries_of(case, ctx)[-1].facts.get("answers")
    return str(answers.get("why") or "") if isinstance(answers, Mapping) else ""


def aside(case: Case, ctx: Context) -> list[str]:
    """To whoever can still take their word back: who has it next, and whether they have opened it (D8)."""
    stages = takeable(ctx.person.id, ground_of(case, ctx))
    if not stages:
        return []
    tasks = following(stages[-1], case, ctx)
    who = [
        _say(ctx, "read", "seen" if task.seen_at else "unseen", name=_name(task.person_id, ctx), at=task.seen_at)
        for task in tasks
    ]
    return [_say(ctx, "read", "line", stage=stages[-1], who=who)]


flow.aside = aside


@flow.explaining
def explain(entry: Entry, ctx: Context) -> Sequence[tuple[str, str]]:
    """What a line of the trail did to the stages, and what its actor was shown (E8)."""
    return list(_explained(entry, ctx))


def _explained(entry: Entry, ctx: Context) -> Iterator[tuple[str, str]]:
    saw = entry.facts.get("saw")
    if isinstance(saw, Mapping):
        yield _say(ctx, "saw"), _seen(saw, ctx)
    batch = entry.facts.get("batch")
    if isinstance(batch, Mapping):
        seen = _seen(batch, ctx) if batch.get("card") else ""
        yield _say(ctx, "batch"), _say(ctx, "together", count=batch["size"], seen=seen)
    if entry.facts.get("by"):
        yield _say(ctx, "ordered"), str(entry.facts["by"])
    for line in in_words(entry.facts.get("shifts"), ctx.rules.texts):
        yield _say(ctx, "shifted"), line
    change = change_in(entry)
    if change is not None:
        yield change.label, _say(ctx, "changed", was=change.was, now=change.now)


def _seen(kept: Mapping[str, object], ctx: Context) -> str:
    """What a card said that was kept with its hash; only that, to somebody who does not see all that was on it."""
    number = int(str(kept.get("card", 0)))
    card = ctx.work.shown.many([number]).get(number) if number else None
    shown = content_from_json(card.content) if card else None
    words = shown.closed("").as_text() if isinstance(shown, Card) else ""
    return _say(ctx, "seen", words=words, hash=str(kept["hash"])[:12])
